/** System scope while many processes create, and while threads and processes end at any moment. */
import { afterEach, describe, expect, it } from "vitest";
import { DIST, freshName, leftovers, NOTES_GO_LATER, Other, runOther } from "./fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));

describe("the end of a process", () => {
  it("leaves no block behind that its workers are just making", async () => {
    for (let round = 0; round < 6; round++) {
      const { status } = runOther(`
        const { Worker } = await import("node:worker_threads");
        new SharedMemory(8, SYSTEM);
        for (let k = 0; k < 2; k++)
          new Worker(\`import(${JSON.stringify(DIST)}).then(({ SharedMemory }) => { for (;;) new SharedMemory(1000, { scope: "system" }); })\`,
            { eval: true, execArgv: [] });
        setTimeout(() => process.exit(0), ${150 + 20 * round});`);
      expect(status).toBe(0);
    }
    expect(leftovers()).toEqual([]);
  });

  it("workers that are terminated while they use system scope never end the process", () => {
    const { stdout, stderr } = runOther(
      `
      const lock = new Lock(SYSTEM);
      const name = lock.name;
      for (let round = 0; round < 40; round++) {
        const p = new nd.Process((name, url) => import(url).then(({ Lock }) => {
          for (;;) Lock.attach(name, { scope: "system" }).acquireSync().release();
        }), [name, ${JSON.stringify(DIST)}]).start();
        const until = performance.now() + 35 + 2 * round;
        await new Promise((resolve) => setTimeout(resolve, until - performance.now()));
        p.terminate();
        await p.join();
        lock.recover()?.release();
      }
      lock.acquireSync().release();
      console.log("alive");`,
    );
    expect([stdout, stderr]).toEqual(["alive", ""]);
  });
});

describe("creating", () => {
  it("32 processes create one name at once: one succeeds, and nobody sees an incomplete block", async () => {
    const name = freshName();
    const start = () =>
      new Other(`
          globalThis.kept = new SharedMemory(8, SYSTEM); // all is loaded, and stays
          say("ready");
          process.once("message", () => {
            let outcome;
            try {
              globalThis.mine = nd.full([1000], process.pid, { dtype: "int32", name: ${JSON.stringify(name)}, ...SYSTEM });
              outcome = "won";
            } catch (e) { outcome = e.code; }
            const there = NDArray.attach(${JSON.stringify(name)}, { ...SYSTEM, dtype: "int32" });
            const first = there.get(0);
            say([outcome, first !== 0 && there.toArray().every((x) => x === first)]);
            process.on("message", () => {});
          });`);
    const others: Other[] = [];
    while (others.length < 32) {
      const some = Array.from({ length: 8 }, start);
      for (const other of some) await other.heard();
      others.push(...some);
    }
    for (const { child } of others) child.send("go");
    const outcomes = (await Promise.all(others.map((other) => other.heard()))) as [string, boolean][];
    for (const other of others) await other.kill("SIGTERM");
    expect(outcomes.filter(([outcome]) => outcome === "won").length).toBe(1);
    expect(outcomes.filter(([outcome]) => outcome === "NAME_TAKEN").length).toBe(31);
    expect(outcomes.every(([, isWhole]) => isWhole)).toBe(true);
  });

  it("that fails half way leaves nothing, if the worker dies and the process goes on", async () => {
    await using other = new Other(`
      const { Worker } = await import("node:worker_threads");
      new SharedMemory(8, SYSTEM)[Symbol.dispose]();
      for (let round = 0; round < 12; round++) {
        const worker = new Worker(\`import(\${JSON.stringify(${JSON.stringify(DIST)})}).then(({ SharedMemory }) => {
          require("node:worker_threads").parentPort.postMessage(0);
          for (;;) new SharedMemory(100_000, { scope: "system" })[Symbol.dispose]();
        })\`, { eval: true, execArgv: [] });
        await new Promise((resolve) => worker.once("message", resolve));
        await new Promise((resolve) => setTimeout(resolve, 3 + round));
        await worker.terminate();
      }
      setTimeout(() => say("done"), 1500);
      process.on("message", () => {});`);
    await other.heard();
    // A worker that is killed after publishing leaves a block, which belongs to the process. There must be no draft.
    expect(leftovers().filter((name) => name.includes("draft"))).toEqual([]);
    await other.kill("SIGTERM");
    expect(leftovers()).toEqual([]);
  });
});
