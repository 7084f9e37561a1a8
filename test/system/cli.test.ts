/** `npx shared-ndarray`: what each command prints, as text and as JSON, its exit codes and its help. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arange, full, Lock, SharedMemory, zeros } from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";
import { canUnshare, freshName, leftovers, NOTES_GO_LATER, Other, SYSTEM } from "./fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));
const cli = new URL("../../dist/cli.js", import.meta.url).pathname;
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: "utf8",
    timeout: 240_000,
  });
  return { status, stdout, stderr };
}
const json = (...args: string[]) => JSON.parse(run(...args, "--json").stdout);

describe("ls", () => {
  it("shows name, size, dtype, shape and owner", () => {
    const name = freshName();
    using _ = zeros([10, 3], { dtype: "float32", name, ...SYSTEM });
    const line = run("ls")
      .stdout.split("\n")
      .find((each) => each.startsWith(name));
    expect(line).toMatch(new RegExp(`^${name} +248 B +float32 +\\[10, 3\\] +${process.pid} +yes +\\d{4}-`));
    expect(json("ls").find((each: { name: string }) => each.name === name)).toMatchObject({
      size: 248,
      dtype: "float32",
      shape: [10, 3],
      pid: process.pid,
      ownerAlive: true,
      path: `/dev/shm/${name}`,
    });
  });
  it("--all: other programs' files too", () => {
    const name = freshName();
    writeFileSync(`/dev/shm/${name}`, "not ours");
    expect(run("ls").stdout).not.toContain(name);
    expect(run("ls", "--all").stdout).toMatch(new RegExp(`${name} +8 B +- +- +- +- `));
    expect(run("rm", name)).toEqual({ status: 0, stdout: `removed ${name}\n`, stderr: "" });
  });
  it("--all: a file that nobody may read is listed too", () => {
    const name = freshName();
    writeFileSync(`/dev/shm/${name}`, "secret", { mode: 0o000 });
    expect(run("ls", "--all")).toMatchObject({ status: 0, stdout: expect.stringContaining(name) });
    unlinkSync(`/dev/shm/${name}`);
  });
});

describe("info and peek", () => {
  it("describe an array, and print it as NumPy does", () => {
    const name = freshName();
    using a = arange(6, { dtype: "int64", name, ...SYSTEM });
    expect(run("info", name).stdout).toMatch(
      new RegExp(
        `name +${name}\npath +/dev/shm/${name}\nholds +array\nsize +176 bytes.*\ndtype +int64\nshape +\\[6\\]\nstrides +\\[8\\] bytes\ndata +48 bytes from byte 128 on\nowner +process ${process.pid}, alive`,
      ),
    );
    expect(json("info", name)).toMatchObject({ kind: "array", dtype: "int64", byteOffset: 128, nbytes: 48 });
    expect(run("peek", name).stdout).toBe(`${a}\n`);
    expect(run("peek", name, "::2").stdout).toBe("[0 2 4]\n");
    expect(run("peek", "--", name, "-2:").stdout).toBe("[4 5]\n");
    expect(json("peek", name, ":2")).toEqual({ name, dtype: "int64", shape: [2], items: ["0", "1"] });
    expect(run("peek", name, "7")).toMatchObject({ status: 1, stdout: "" });
  });
  it("--json writes as text what JSON has no numbers for; a reader that closes the pipe early is no error", () => {
    using a = full([3000], Number.NaN, { name: freshName(), ...SYSTEM });
    a.set(1, Number.NEGATIVE_INFINITY);
    expect(json("peek", a.name!, ":2").items).toEqual(["NaN", "-Infinity"]);
    const { status, stdout, stderr } = spawnSync(
      "sh",
      ["-c", `${process.execPath} ${cli} peek ${a.name} --json | head -1`],
      { encoding: "utf8" },
    );
    expect([status, stdout, stderr]).toEqual([0, "{\n", ""]);
  });
  it("describe a lock, and show the bytes of plain memory", () => {
    using lock = new Lock({ name: freshName(), ...SYSTEM });
    using memory = new SharedMemory(300, { name: freshName(), ...SYSTEM });
    memory.buf.set(Buffer.from("hello"), 3);
    expect(json("info", lock.name!)).toMatchObject({ kind: "Lock", size: 80 });
    expect(run("peek", memory.name!).stdout).toMatch(
      /^plain memory, 300 bytes\n00000000 {2}00 00 00 68 65 6c 6c 6f 00 .* {2}\.\.\.hello\.+\n[\s\S]*… 44 more\n$/,
    );
    expect(run("peek", memory.name!, ":3")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/hold an array/),
    });
  });
});

describe("rm and prune", () => {
  it("rm tries all names, and says which do not exist", () => {
    const memory = new SharedMemory(8, { name: freshName(), ...SYSTEM });
    const { status, stdout, stderr } = run("rm", "sna-nobody", memory.name!);
    expect([status, stdout]).toEqual([1, `removed ${memory.name}\n`]);
    expect(stderr).toMatch(/^shared-ndarray: Expected `name` to be in use, got "sna-nobody".*\n$/);
    memory.buf[0] = 1; // it stays usable for those that have it open
    memory[Symbol.dispose]();
  });
  it("rm removes even what cannot be attached to", () => {
    const name = freshName();
    writeFileSync(`/dev/shm/${name}`, "");
    expect(run("rm", name)).toMatchObject({ status: 0, stdout: `removed ${name}\n` });
  });
  it("prune removes what a killed process has left; --dry-run only lists it", async () => {
    const name = freshName();
    await using other = new Other(
      `globalThis.m = new SharedMemory(2048, { name: "${name}", ...SYSTEM }); say("made"); process.on("message", () => {});`,
    );
    await other.heard();
    await other.kill();
    expect(run("ls").stdout).toMatch(/with a dead owner: `shared-ndarray prune` removes them/);
    const told = new RegExp(`${name} \\(2.0 KiB\\) of process ${other.child.pid}`);
    expect(run("prune", "--dry-run").stdout).toMatch(told);
    expect(readdirSync("/dev/shm")).toContain(name);
    expect(json("prune").map((block: { name: string }) => block.name)).toContain(name);
    expect(readdirSync("/dev/shm")).not.toContain(name);
  });
});

describe("bench", () => {
  it("prints a table and writes a plot", () => {
    const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
    const plot = join(folder, "plot.svg");
    const { status, stdout, stderr } = run("bench", "--elements", "100000", "--plot", plot);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/100000 float64 in place[\s\S]*chunk size[\s\S]*<- auto[\s\S]*plot written to/);
    expect(readFileSync(plot, "utf8")).toMatch(/^<svg[\s\S]*pool\.map[\s\S]*<\/svg>\n$/);
    rmSync(folder, { recursive: true });
  });
  it("--json --no-plot prints numbers and writes no file", () => {
    const report = json("bench", "--elements", "1000", "--no-plot", "--workers", "0");
    expect(report).toMatchObject({ elements: 1000, workers: 0, rows: expect.any(Array) });
    expect(existsSync("chunk-sizes.svg")).toBe(false);
  });
  it.runIf(spawnSync("script", ["--version"]).status === 0)("draws a progress bar on a terminal (needs script)", () => {
    const output = execFileSync(
      "script",
      ["-qec", `${process.execPath} ${cli} bench --elements 1000 --no-plot`, "/dev/null"],
      { encoding: "utf8" },
    );
    expect(output).toMatch(/measuring .*\d+% \| \d+\/\d+ calls/);
  });
});

describe("doctor", () => {
  it("checks everything; here all of it works", () => {
    const { status, stdout } = run("doctor");
    expect(status).toBe(0);
    for (const what of ["koffi", "/dev/shm", "blocks of system scope", "locks between processes"])
      expect(stdout).toMatch(new RegExp(`^ok  ${what} `, "m"));
    expect(json("doctor")).toMatchObject({ ok: true, findings: expect.any(Array) });
  });
  it.runIf(canUnshare)("says what does not work and what to do, with exit code 1 (needs a mount namespace)", () => {
    const { status, stdout } = spawnSync(
      "unshare",
      [
        "-m",
        "sh",
        "-c",
        'mount -t tmpfs -o size=4k,mode=0555 tmpfs /dev/shm && dd if=/dev/zero of=/dev/shm/full bs=4k count=1 2>/dev/null; exec "$0" "$@"',
        process.execPath,
        cli,
        "doctor",
      ],
      { encoding: "utf8" },
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^NO {2}blocks of system scope +Expected `size` to be at most what is free in \/dev\/shm/m);
  });
});

describe("help and wrong use", () => {
  it.each(["ls", "info", "peek", "rm", "prune", "bench", "doctor"])("%s --help has examples", (command) => {
    const { status, stdout } = run(command, "--help");
    expect([status, stdout.includes(`$ npx shared-ndarray ${command}`), stdout.includes("--json")]).toEqual([
      0,
      true,
      true,
    ]);
  });
  it("exit code 2 for unknown commands and options, and for wrong arguments", () => {
    for (const args of [["bogus"], ["ls", "--bogus"], ["rm"], ["bench", "--elements", "x"]]) {
      const { status, stdout, stderr } = run(...args);
      expect([args, status, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toMatch(/^error: /);
    }
  });
  it("exit code 1 and one line for a name that does not exist", () => {
    for (const args of [
      ["info", "sna-nobody"],
      ["peek", "sna-nobody"],
      ["info", "a/b"],
    ]) {
      const { status, stderr } = run(...args);
      expect([status, stderr.trim().split("\n").length]).toEqual([1, 1]);
    }
  });
});
