/** Signals that would end the process, while its main thread is blocked and it owns blocks of system scope. */
import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { DIST, freshName, leftovers, NOTES_GO_LATER, Other, runOther } from "../system/fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));

const MINUTE = 60_000;
const BLOCKED = {
  "a wait of this package": `new Queue({ byteCapacity: 1000 }).getSync({ timeoutMs: ${5 * MINUTE} })`,
  "a wait of system scope": `
    const lock = new Lock({ name: m.name + "-l", scope: "system" });
    lock.acquireSync({ timeoutMs: 100 });
    new nd.SharedEvent({ name: m.name + "-e", scope: "system" }).waitSync({ timeoutMs: ${5 * MINUTE} })`,
  "a Sync call of a pool": "new nd.Pool({ workers: 1 }).forEachChunkSync({ a: nd.zeros([1]) }, () => { for (;;); })",
  "a wait of the program": `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${5 * MINUTE})`,
  "a computation": `const end = Date.now() + ${5 * MINUTE}; while (Date.now() < end);`,
};
/** A listener of the program that is gone before the signal comes. */
const FLEETING = 'const f = () => {}; process.on("SIGTERM", f).off("SIGTERM", f);';
/** It owns a block, says so, and then blocks. */
const blocked = (name: string, block: string, before = "") => `
  const m = new SharedMemory(100, { name: ${JSON.stringify(name)}, ...SYSTEM });
  ${before}
  process.send("blocked", () => setImmediate(() => { ${block} }));`;

describe("a signal while the main thread is blocked", () => {
  it.each(
    Object.entries(BLOCKED).flatMap(([how, block]) =>
      (["SIGTERM", "SIGINT", "SIGHUP"] as const).map((signal) => [how, signal, block] as const),
    ),
  )("in %s: %s ends the process within seconds, and its blocks are unlinked", async (_, signal, block) => {
    const name = freshName();
    const other = new Other(blocked(name, block));
    await other.heard();
    const since = performance.now();
    expect(await other.kill(signal)).toBe(signal);
    expect(performance.now() - since).toBeLessThan(MINUTE); // it would be blocked for five minutes
    expect(readdirSync("/dev/shm").filter((file) => file.startsWith(name))).toEqual([]);
  });

  it("ends the process also if a worker has made its first block meanwhile", async () => {
    const name = freshName();
    const other = new Other(`
      const { writeSync } = await import("node:fs");
      const made = new nd.SharedEvent();
      new nd.Process(async (name, url, made) => {
        const { SharedMemory } = await import(url);
        new SharedMemory(10, { name, scope: "system" });
        made.set();
        await new Promise((resolve) => setTimeout(resolve, ${5 * MINUTE}));
      }, [${JSON.stringify(name)}, ${JSON.stringify(DIST)}, made]).start();
      made.waitSync();
      writeSync(1, "made"); // a message would not leave before the wait
      new nd.SharedEvent().waitSync({ timeoutMs: ${5 * MINUTE} });`);
    await new Promise((resolve) => other.child.stdout!.once("data", resolve));
    expect(await other.kill("SIGTERM")).toBe("SIGTERM");
    expect(readdirSync("/dev/shm")).not.toContain(name);
  });

  it.each(["on", "once"])("is the program's if it listens with `%s`, and reaches it after the wait", async (on) => {
    const other = new Other(
      blocked(
        freshName(),
        `new nd.SharedEvent().waitSync({ timeoutMs: 2000 });`,
        `process.${on}("SIGTERM", () => { say("heard"); setTimeout(() => process.exit(7), 2000); });`,
      ),
    );
    await other.heard();
    other.child.kill("SIGTERM");
    expect([await other.heard(), await other.ended()]).toEqual(["heard", 7]);
  });

  it("ends the process after the program has stopped listening", async () => {
    const other = new Other(blocked(freshName(), BLOCKED["a computation"], FLEETING));
    await other.heard();
    expect(await other.kill("SIGTERM")).toBe("SIGTERM");
  });

  it.each([
    ["that is too large", `new SharedMemory(2 ** 32 + 1, { name: "${freshName()}", ...SYSTEM })`],
    ["for which no keeper can start", "fs.rmdirSync(gone); new SharedMemory(8, SYSTEM)"],
  ])("ends the process after an attempt to make a block %s", async (_, attempt) => {
    await using other = new Other(`
      const fs = await import("node:fs");
      const gone = fs.mkdtempSync("/tmp/sna-gone-");
      process.chdir(gone);
      let failed;
      try { ${attempt}; } catch (e) { failed = e.name; }
      fs.rmSync(gone, { recursive: true, force: true });
      const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
      for (let k = 0; k < 500 && process.listenerCount("SIGTERM") > 0; k++) await pause();
      const told = [failed, process.listenerCount("SIGTERM")];
      process.send(told, () => setImmediate(() => { ${BLOCKED["a computation"]} }));`);
    expect(await other.heard()).toEqual([expect.stringMatching(/Error$/), 0]);
    expect(await other.kill("SIGTERM")).toBe("SIGTERM");
  });

  it("takes no descriptor when the last block is gone", () => {
    const { stdout, stderr } = runOther(`
      const { readdirSync } = await import("node:fs");
      const count = () => readdirSync("/proc/self/fd").length;
      const make = (i) => {
        const m = new SharedMemory(1, { name: "${freshName()}-" + i, ...SYSTEM });
        m.unlink();
        m[Symbol.dispose]();
      };
      make(0);
      const before = count();
      for (let i = 1; i < 200; i++) make(i);
      console.log(count() - before);`);
    expect([stdout, stderr]).toEqual(["0", ""]);
  });
});
