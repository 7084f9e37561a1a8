/**
 * Owners and holders of locks that are alive, looked at by a process that cannot see them as they are: in another time
 * namespace, with a `/proc` that is masked or forged or shows another pid namespace. Nothing of theirs is removed, and
 * no lock has two holders.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { FOREVER, freshName, Other, runOther } from "../system/fixtures.js";

const isRoot = process.geteuid!() === 0;
const canEnter = (...flags: string[]) => isRoot && spawnSync("unshare", [...flags, "true"]).status === 0;
const hasTimeNamespaces = canEnter("-T", "--fork", "--boottime", "100000");
const hasPidNamespaces = canEnter("-p", "--fork", "--mount-proc");

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));
const forged = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** Makes a block and holds a lock, both of system scope, until it is killed. */
async function victim(): Promise<Other & { readonly block: string; readonly lock: string }> {
  const [block, lock] = [freshName(), freshName()];
  const other = new Other(`
    globalThis.kept = [new SharedMemory(64, { name: "${block}", ...SYSTEM }), new Lock({ name: "${lock}", ...SYSTEM })];
    kept[1].acquireSync();
    say(true);
    ${FOREVER}
  `);
  await other.heard();
  return Object.assign(other, { block, lock });
}

/** What another process does to a victim: sweeps, makes a block of its own, and tries to get the lock. */
const attack = ({ block, lock }: { readonly block: string; readonly lock: string }) => `
  const told = {};
  const tell = (key, act) => { try { told[key] = act(); } catch (e) { told[key] = e.code ?? String(e); } };
  tell("pruned", () => SharedMemory.prune().filter(({ name }) => ["${block}", "${lock}"].includes(name)).length);
  tell("made", () => { new SharedMemory(8, { name: "${freshName()}", ...SYSTEM }).unlink(); return true; });
  tell("tried", () => Lock.attach("${lock}", SYSTEM).tryAcquire() !== undefined);
  tell("waited", () => { Lock.attach("${lock}", SYSTEM).acquireSync({ timeoutMs: 300 }); return true; });
  tell("recovered", () => Lock.attach("${lock}", SYSTEM).recover() !== undefined);
  tell("listed", () => SharedMemory.list(SYSTEM).filter((b) => b.name === "${block}").map((b) => b.ownerAlive).join());
  console.log(JSON.stringify(told));
`;
/** Shell commands in a mount namespace of their own, and then the attack. */
const after = (...commands: string[]) => [
  "unshare",
  "-m",
  "sh",
  "-c",
  `${commands.join(" && ")} && exec "$@"`,
  "sh",
  process.execPath,
];

type Told = Readonly<Record<"pruned" | "made" | "tried" | "waited" | "recovered" | "listed", unknown>>;
/** Runs the attack, and expects that the victim has all that it had. */
async function withstands(given: (pid: number) => readonly string[]): Promise<Told> {
  await using other = await victim();
  const { stdout, stderr } = runOther(attack(other), [...given(other.child.pid!)]);
  expect(stderr).toBe("");
  const told = JSON.parse(stdout) as Told;
  expect([existsSync(`/dev/shm/${other.block}`), existsSync(`/dev/shm/${other.lock}`)]).toEqual([true, true]);
  expect([true, "LOCK_ABANDONED"]).not.toContain(told.tried);
  expect([true, "LOCK_ABANDONED"]).not.toContain(told.waited);
  expect(told.recovered).not.toBe(true);
  expect(["true", "UNSUPPORTED"]).toContain(told.listed);
  return told;
}

const stillHeld = { pruned: 0, made: true, tried: false, waited: "TIMEOUT", recovered: false, listed: "true" };

describe.skipIf(!isRoot)("A live owner and holder stays so (needs root)", () => {
  it("for a process that sees all", async () => {
    expect(await withstands(() => [process.execPath])).toEqual(stillHeld);
  });
  it.skipIf(!hasTimeNamespaces)("for a process of another time namespace (needs time namespaces)", async () => {
    const command = ["unshare", "-T", "--fork", "--boottime", "100000", process.execPath];
    const told = await withstands(() => command);
    // Start times cannot be compared there, so locks are refused.
    expect(told).toMatchObject({ pruned: 0, made: true, tried: "UNSUPPORTED", waited: "UNSUPPORTED" });
  });
  it("for a process whose /proc hides it", async () => {
    expect(await withstands((pid) => after(`mount -t tmpfs none /proc/${pid}`))).toEqual(stillHeld);
  });
  it("for a process that is shown a forged start time of it", async () => {
    const told = await withstands((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(" ");
      const stat = fields.with(21, "1").join(" ");
      const file = forged("stat", stat);
      return after(`mount --bind ${file} /proc/${pid}/stat`, `mount --bind ${file} /proc/${pid}/task/${pid}/stat`);
    });
    expect(told).toEqual(stillHeld);
  });
  it("for a process that is shown another process in its place", async () => {
    expect(await withstands((pid) => after(`mount --bind /proc/1 /proc/${pid}`))).toEqual(stillHeld);
  });
  it("for a process that is shown that it is a zombie", async () => {
    const told = await withstands((pid) => {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1").replace(/\) \w /, ") Z ");
      return after(`mount --bind ${forged("zombie", stat)} /proc/${pid}/stat`);
    });
    expect(told).toEqual(stillHeld);
  });
  it("for a process that is shown another id of the boot", async () => {
    const file = forged("boot_id", "00000000-0000-4000-8000-000000000000\n");
    const told = await withstands(() => after(`mount --bind ${file} /proc/sys/kernel/random/boot_id`));
    expect(told).toEqual(stillHeld);
  });
  it.skipIf(!hasPidNamespaces)("for a process of another pid namespace (needs pid namespaces)", async () => {
    const told = await withstands(() => ["unshare", "-p", "--fork", "--mount-proc", process.execPath]);
    expect(told).toMatchObject({ pruned: 0, made: true, tried: "UNSUPPORTED", waited: "UNSUPPORTED" });
  });
  it.skipIf(!hasPidNamespaces)("for a process whose /proc is that of another pid namespace", async () => {
    // The victim and the attacker are in one pid namespace. The attacker sees the outer /proc.
    const [block, lock] = [freshName(), freshName()];
    const body = `
      import { spawnSync } from "node:child_process";
      import { existsSync } from "node:fs";
      globalThis.kept = [new SharedMemory(64, { name: "${block}", ...SYSTEM }), new Lock({ name: "${lock}", ...SYSTEM })];
      kept[1].acquireSync();
      const shown = spawnSync("umount", ["/proc"]);
      const seen = (code) => spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
      const { stdout, stderr } = seen(${JSON.stringify(programOf(attack({ block, lock })))});
      const left = ["${block}", "${lock}"].map((name) => existsSync("/dev/shm/" + name));
      console.log(JSON.stringify({ status: shown.status, told: JSON.parse(stdout), stderr, left }));
    `;
    const { stdout } = runOther(body, ["unshare", "-p", "--fork", "--mount-proc", process.execPath]);
    const { status, told, left } = JSON.parse(stdout);
    expect({ status, left }).toEqual({ status: 0, left: [true, true] });
    expect(told).toMatchObject({ pruned: 0, made: "UNSUPPORTED", tried: "UNSUPPORTED" });
  });
});

/** The text of a program, as `runOther` makes it. */
function programOf(body: string): string {
  const url = new URL("../../dist/index.js", import.meta.url).href;
  return `import { SharedMemory, Lock } from "${url}"; const SYSTEM = { scope: "system" };\n${body}`;
}

describe.skipIf(!isRoot)("In a process whose own /proc is hidden from it later (needs root)", () => {
  const hidden = ["unshare", "-m", process.execPath];
  const hide = (pid: string) => `
    import { spawnSync } from "node:child_process";
    const hide = () => spawnSync("mount", ["-t", "tmpfs", "none", "/proc/" + ${pid}]).status;
  `;
  it("a process that it has started is not taken for ended", () => {
    const { stdout } = runOther(
      `
      ${hide("other.pid")}
      const flag = new Value("int32", 0, SYSTEM);
      const body = (flag) => { flag.value = 1; while (flag.value === 1) {} };
      const other = new nd.Process(body, [flag], { isolation: "process" }).start();
      while (flag.value === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      const told = [hide()];
      try { told.push(other.joinSync({ timeoutMs: 500 })); } catch (e) { told.push(e.code); }
      told.push(other.exitCode ?? "runs");
      flag.value = 2;
      told.push(await other.join());
      console.log(told.join());
    `,
      hidden,
    );
    expect(stdout).toBe("0,TIMEOUT,runs,0");
  });
  it("its threads keep their locks, and what they have open", () => {
    const { stdout } = runOther(
      `
      ${hide("process.pid")}
      const block = new SharedMemory(8, { name: "${freshName()}", ...SYSTEM });
      const lock = new Lock({ name: "${freshName()}", ...SYSTEM });
      const [held, done] = [new nd.SharedEvent(), new nd.SharedEvent()];
      const body = (lock, held, done) => { lock.acquireSync(); held.set(); done.waitSync(); lock.release(); };
      const other = new nd.Process(body, [lock, held, done]).start();
      await held.wait();
      block.buf.fill(7);
      const told = [hide()];
      await new Promise((resolve) => setTimeout(resolve, 1000)); // the keeper looks for dead threads meanwhile
      try { lock.acquireSync({ timeoutMs: 300 }); told.push("taken"); } catch (e) { told.push(e.code); }
      told.push(block.buf[0], SharedMemory.prune().length, SharedMemory.list(SYSTEM)[0].ownerAlive);
      done.set();
      told.push(await other.join());
      console.log(told.join());
    `,
      hidden,
    );
    expect(stdout).toBe("0,TIMEOUT,7,0,true,0");
  });
});

describe("A dead owner's blocks", () => {
  it("are removed, and its lock is reported, by a process that sees that it is dead", async () => {
    await using other = await victim();
    const lock = `Lock.attach("${other.lock}", SYSTEM)`;
    await using waiter = new Other(`
      const lock = ${lock};
      say(true);
      try { lock.acquireSync({ timeoutMs: 60_000 }); } catch (e) { say(e.code); }
    `);
    await waiter.heard();
    await other.kill();
    expect(await waiter.heard()).toBe("LOCK_ABANDONED");
    runOther(`SharedMemory.prune();`);
    expect(existsSync(`/dev/shm/${other.block}`)).toBe(false);
  });
});
