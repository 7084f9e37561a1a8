/** A process that another one has started ends with it, in whichever way that ends, unless it is detached. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { FOREVER, leftovers, NOTES_GO_LATER, Other, runOther } from "../system/fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** How long a process may take to end on a busy machine. */
const PATIENCE = { timeout: 60_000 };
const isThere = (pid: number) => {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

const TARGETS = { "a loop": "for (;;);", "its event loop": "setInterval(() => {}, 1000);" };
const ENDS: Record<string, string | NodeJS.Signals> = {
  SIGTERM: "SIGTERM",
  SIGINT: "SIGINT",
  SIGKILL: "SIGKILL",
  "process.exit": "process.exit(0)",
  "an error": "queueMicrotask(() => { throw new Error('as is meant'); })",
  "the end of the worker thread that started it": "thread.terminate()",
};
const cases = Object.keys(TARGETS).flatMap((target) => Object.keys(ENDS).map((end) => [target, end] as const));

/** A program that starts a child, says its pid, and ends as it is told. */
const parent = (target: keyof typeof TARGETS, end: string) => {
  const start = `
    const word = new nd.Value("int32", 0, SYSTEM);
    const p = new nd.Process((word) => { word.value = process.pid; ${TARGETS[target]} }, [word], { isolation: "process" });
    p.start();
    for (let i = 0; word.value === 0 && i < 600; i++) await new Promise((resolve) => setTimeout(resolve, 100));`;
  if (!end.startsWith("thread")) {
    return `${start} say(word.value); process.on("message", () => { ${end.startsWith("SIG") ? "" : end} });`;
  }
  return `
    const { Worker } = await import("node:worker_threads");
    const text = ${JSON.stringify(`${start} parentPort.postMessage(word.value);`)};
    const imports = 'import * as nd from "' + ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)} + '"; ';
    const parentPort = 'import { parentPort } from "node:worker_threads"; const SYSTEM = { scope: "system" };';
    const url = "data:text/javascript," + encodeURIComponent(imports + parentPort + text);
    const thread = new Worker(new URL(url));
    thread.on("message", say);
    process.on("message", () => { ${end} });`;
};

describe("a Process that is a system process ends with its parent", () => {
  it.each(cases)("in %s, when that ends by %s", async (target, end) => {
    await using other = new Other(parent(target as keyof typeof TARGETS, ENDS[end]!));
    const pid = (await other.heard()) as number;
    expect(pid).toBeGreaterThan(0);
    expect(isThere(pid)).toBe(true);
    if (ENDS[end]!.startsWith("SIG")) other.child.kill(ENDS[end] as NodeJS.Signals);
    else other.child.send("end");
    await expect.poll(() => isThere(pid), PATIENCE).toBe(false);
    if (!ENDS[end]!.startsWith("thread")) await other.ended();
    else await other.kill();
  });

  it("and so do its own children", async () => {
    await using other = new Other(`
      const word = new nd.Value("int32", 0, SYSTEM);
      const middle = async (word) => {
        const { Process } = await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)});
        new Process((word) => { word.value = process.pid; for (;;); }, [word], { isolation: "process" }).start();
      };
      new nd.Process(middle, [word], { isolation: "process" }).start();
      for (let i = 0; word.value === 0 && i < 600; i++) await new Promise((resolve) => setTimeout(resolve, 100));
      say(word.value);
      ${FOREVER}`);
    const pid = (await other.heard()) as number;
    expect(isThere(pid)).toBe(true);
    await other.kill();
    await expect.poll(() => isThere(pid), PATIENCE).toBe(false);
  });

  it("and a parent that ends normally waits for it", () => {
    const { stdout, status } = runOther(`
      const target = () => { setTimeout(() => console.log("child"), 300); };
      new nd.Process(target, [], { isolation: "process" }).start();
      console.log("parent");`);
    expect([status, stdout]).toEqual([0, "parent\nchild"]);
  });
});

describe("a detached Process", () => {
  const file = (name: string) => join(folder, name);
  const target = `(pidFile, endFile) => {
    const { writeFileSync, existsSync, renameSync } = process.getBuiltinModule("node:fs");
    writeFileSync(pidFile + ".new", String(process.pid));
    renameSync(pidFile + ".new", pidFile); // so that nobody finds it empty
    const timer = setInterval(() => { if (existsSync(endFile + "go")) { clearInterval(timer); writeFileSync(endFile, "end"); } }, 20);
  }`;
  const started = (name: string) => `
    const target = ${target};
    const files = [${JSON.stringify(file(`${name}.pid`))}, ${JSON.stringify(file(name))}];
    const p = new nd.Process(target, files, { isolation: "process", detached: true }).start();`;

  it.each(["", "process.kill(process.pid, 'SIGKILL')", "process.kill(process.pid, 'SIGINT')"])(
    "goes on when its parent has ended (by %j)",
    async (end) => {
      const name = `detached-${end.length}`;
      // The child has the output of its parent, so the parent must not be awaited through a pipe.
      const begun = `while (!(await import("node:fs")).existsSync(files[0])) await new Promise((r) => setTimeout(r, 10));`;
      await using other = new Other(`${started(name)} ${end === "" ? "process.disconnect();" : begun + end}`);
      await other.ended();
      await expect.poll(() => existsSync(file(`${name}.pid`)), PATIENCE).toBe(true);
      const pid = Number(readFileSync(file(`${name}.pid`), "utf8"));
      expect(isThere(pid)).toBe(true);
      const { writeFileSync } = await import("node:fs");
      writeFileSync(file(`${name}go`), "");
      await expect.poll(() => isThere(pid), PATIENCE).toBe(false);
      expect(readFileSync(file(name), "utf8")).toBe("end");
    },
  );
  it("is waited for by those who join it", () => {
    const { stdout, status } = runOther(`
      const target = () => { setTimeout(() => { process.exitCode = 3; }, 300); };
      const p = new nd.Process(target, [], { isolation: "process", detached: true }).start();
      console.log(await p.join());`);
    expect([status, stdout]).toEqual([0, "3"]);
  });
  it("is no thread", () => {
    const { stdout } = runOther(`
      for (const options of [{ detached: true }, { detached: 1, isolation: "process" }]) {
        try { new nd.Process(() => {}, [], options); } catch (e) { console.log(e.name, e.message); }
      }`);
    expect(stdout.split("\n")).toEqual([
      'TypeError Expected `isolation` to be "process" with `detached`, got "thread", which ends with its program',
      "TypeError Expected `detached` to be a boolean, got 1",
    ]);
  });
});

it("nothing is left", async () => {
  await expect.poll(leftovers, NOTES_GO_LATER).toEqual([]);
});
