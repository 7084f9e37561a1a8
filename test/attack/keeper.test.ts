/** The keeper's thread fails to start, or dies. The cause is known at once, the next call tries again; names stay. */
import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { DIST, freshName, leftovers, NOTES_GO_LATER, Other, runOther } from "../system/fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));

/** `attempt(act)` returns what `act` returns, or the message of its error. */
const ATTEMPT = "const attempt = (act) => { try { return act(); } catch (e) { return e.name + ': ' + e.message; } };";
/** `threads` has the threads that the package has started; `fails = 2` lets two of the next ones fail. */
const SPY = `${ATTEMPT}
  const wt = (await import("node:worker_threads")).default;
  const { syncBuiltinESMExports } = await import("node:module");
  const { writeSync } = await import("node:fs");
  const { Worker } = wt;
  const threads = [];
  let fails = 0;
  wt.Worker = class extends Worker {
    constructor(...args) {
      const refusal = { code: "ERR_WORKER_INIT_FAILED" };
      if (fails-- > 0) throw Object.assign(new Error("Worker initialization failure: EAGAIN"), refusal);
      super(...args);
      threads.push(this);
    }
  };
  syncBuiltinESMExports();
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  process.on("warning", ({ code }) => say({ warned: code }));`;
const create = (name: string) => `attempt(() => new SharedMemory(8, { name: ${JSON.stringify(name)} }).size)`;

describe("a keeper that cannot start", () => {
  it("because the working directory is gone: the error says so, and the next call tries again", () => {
    const { stdout } = runOther(`${ATTEMPT}
      const fs = await import("node:fs");
      const gone = fs.mkdtempSync("/tmp/sna-gone-");
      process.chdir(gone);
      fs.rmdirSync(gone);
      console.log(${create("a")});
      console.log(await SharedMemory.ready().catch((e) => e.message));
      process.chdir("/tmp");
      console.log(${create("a")});`);
    const [first, ready, last] = stdout.split("\n");
    expect(first).toMatch(/^UnsupportedError: Expected the keeper of names to start, .*uv_cwd/);
    expect(ready).toMatch(/uv_cwd/);
    expect(last).toBe("8");
  });

  it("because a preloaded module throws in threads: the error says what it threw", () => {
    const preload = `
      import { isMainThread } from "node:worker_threads";
      if (!isMainThread) throw new Error("not in threads");`;
    const url = `data:text/javascript,${encodeURIComponent(preload)}`;
    const program = `${ATTEMPT} console.log(${create("a")}); console.log(${create("a")});`;
    const { stdout } = runOther(program, [process.execPath], { NODE_OPTIONS: `--import=${url}` });
    const error = /^UnsupportedError: Expected the keeper of names to start, .*: not in threads/;
    expect(stdout.split("\n")).toEqual([expect.stringMatching(error), expect.stringMatching(error)]);
  });

  it("because the system refuses one more thread: the error names the limit, and the next call starts it", () => {
    const { stdout } = runOther(`${SPY} fails = 1; console.log(${create("a")}); console.log(${create("a")});`);
    const [first, second] = stdout.split("\n");
    expect(first).toMatch(/^UnsupportedError: Expected one more thread to start .* EAGAIN \(.*ulimit -u/);
    expect(second).toBe("8");
  });

  it("because threads are not permitted: the error names the flag", () => {
    const flag = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
    const { stdout } = runOther(`${ATTEMPT} console.log(${create("a")}); console.log(${create("a")});`, [
      process.execPath,
      flag,
      "--allow-fs-read=*",
    ]);
    const error = /^UnsupportedError: .*--allow-worker/;
    expect(stdout.split("\n")).toEqual([expect.stringMatching(error), expect.stringMatching(error)]);
  });

  it.each([
    ["whose event loop turns", "pause(600_000)"],
    ["that is blocked", "new Promise(() => new nd.SharedEvent({}).waitSync({ timeoutMs: 600_000 }))"],
  ])("fails for the worker that asked for it, and not for its root %s", async (_, waits) => {
    await using other = new Other(`${SPY}
      const { port1, port2 } = new wt.MessageChannel();
      new Worker(\`
        const { writeSync } = require("node:fs");
        import(${JSON.stringify(DIST)}).then(({ SharedMemory }) => {
          const said = [];
          for (let i = 0; i < 2; i++) {
            try { said.push(new SharedMemory(8, { name: "a" }).size); } catch (e) { said.push(e.message); }
          }
          writeSync(1, JSON.stringify(said));
        });\`, { eval: true, execArgv: [] });
      fails = 1;
      await ${waits};`);
    const said = await new Promise((resolve) => other.child.stdout!.once("data", resolve));
    expect(JSON.parse(String(said))).toEqual([expect.stringMatching(/EAGAIN/), 8]);
  });
});

describe("a keeper that nobody uses", () => {
  it.each([
    ["", ""],
    [", also if it was terminated meanwhile", "await threads[0].terminate();"],
  ])("stays after `ready()`, so that a worker has it while its root is blocked%s", (_, meanwhile) => {
    const { stdout } = runOther(`${SPY}
      const words = new Int32Array(new SharedArrayBuffer(8));
      await SharedMemory.ready();
      const worker = new Worker(\`
        const { workerData: words } = require("node:worker_threads");
        import(${JSON.stringify(DIST)}).then(({ SharedMemory }) => {
          Atomics.wait(words, 0, 0);
          words[1] = new SharedMemory(8, { name: "a" }).size;
          Atomics.store(words, 0, 2);
          Atomics.notify(words, 0);
        });\`, { eval: true, execArgv: [], workerData: words });
      ${meanwhile}
      await pause(2000);
      Atomics.store(words, 0, 1);
      Atomics.notify(words, 0);
      Atomics.wait(words, 0, 1, 20_000);
      console.log(words[1]);
      process.exit();`);
    expect(stdout).toBe("8");
  });

  it("ends a second after its last name without `ready()`", () => {
    const { stdout } = runOther(`${SPY}
      new SharedMemory(8, { name: "a" }).unlink();
      const alive = setInterval(() => {}, 1000);
      await new Promise((resolve) => threads[0].once("exit", resolve));
      console.log("ended");
      clearInterval(alive);`);
    expect(stdout).toBe("ended");
  });
});

// At the first block of a process it loads native code, and must not be terminated: for that, see made-once.test.ts.
describe("a keeper that dies while it makes blocks of system scope", () => {
  it("at any moment: each block is made once, is found by its name, and nothing is left", () => {
    const { stdout } = runOther(`${SPY}
      const { readdirSync } = await import("node:fs");
      const mine = () => readdirSync("/dev/shm").filter((name) => name.includes("." + process.pid + "."));
      const { BroadcastChannel } = wt;
      const { postMessage } = BroadcastChannel.prototype;
      let until = Infinity;
      // The keeper is terminated so many polls after the request has left: before, during or after its work.
      BroadcastChannel.prototype.postMessage = function (message) {
        const sent = Reflect.apply(postMessage, this, [message]);
        if (message.body?.op === "make" && until < Infinity) {
          for (const end = performance.now() + until; performance.now() < end; );
          until = Infinity;
          threads.at(-1).terminate();
        }
        return sent;
      };
      const outcomes = {};
      for (let round = 0; round < 12; round++) {
        const name = ${JSON.stringify(freshName())} + "-" + round;
        until = Infinity;
        new SharedMemory(8, SYSTEM)[Symbol.dispose](); // the keeper is up
        until = round * 0.05;
        const made = nd.full([10], round, { name, ...SYSTEM });
        const [there, again] = [NDArray.attach(name, SYSTEM), attempt(() => nd.zeros([1], { name, ...SYSTEM }))];
        const outcome = [there.get(9) === round, /NameTaken/.test(again)].join();
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        there.close();
        made[Symbol.dispose]();
      }
      for (let k = 0; k < 500 && mine().length > 0; k++) await pause(20);
      console.log(JSON.stringify(outcomes), mine().length);
      process.exit();`);
    expect(stdout).toBe('{"true,true":12} 0');
  });
});

describe("keepers that die of a request", () => {
  it("are three at most: then the request fails", () => {
    const { stdout } = runOther(`${SPY}
      const mine = new SharedMemory(8, { name: "mine" });
      const { BroadcastChannel } = wt;
      // Each request ends the keeper before it can answer.
      const { postMessage } = BroadcastChannel.prototype;
      let deaths = 0;
      BroadcastChannel.prototype.postMessage = function (message) {
        if (message.body?.op === "create") threads.at(-1).terminate();
        if (message.body?.op === "create") deaths++;
        return Reflect.apply(postMessage, this, [message]);
      };
      console.log(${create("a")});
      BroadcastChannel.prototype.postMessage = postMessage;
      console.log(deaths, ${create("b")});
      process.exit();`);
    const [failed, later] = stdout.split("\n");
    expect(failed).toMatch(/^UnsupportedError: Expected the keeper of names to serve create "a", but 3 of them ended/);
    expect(later).toBe("3 8");
  });
});

describe("a keeper that is terminated", () => {
  const holder = (name: string, then: string) => `
    new Worker(\`
      import(${JSON.stringify(DIST)}).then(({ SharedMemory, SharedEvent }) => {
        globalThis.m = new SharedMemory(8, { name: "${name}" });
        require("node:worker_threads").parentPort.postMessage(0);
        ${then}
      });\`, { eval: true, execArgv: [] })`;

  it("is replaced: names that threads have open stay, unlinked ones stay free, others are reported lost", async () => {
    await using other = new Other(`${SPY}
      const mine = new SharedMemory(8, { name: "mine" });
      const gone = new SharedMemory(8, { name: "gone" });
      gone.unlink();
      const idle = ${holder("idle", "setInterval(() => {}, 1000)")};
      await new Promise((resolve) => idle.once("message", resolve));
      const blocked = ${holder("blocked", "new SharedEvent().waitSync()")};
      await new Promise((resolve) => blocked.once("message", resolve));
      const unheld = new Worker(\`
        import(${JSON.stringify(DIST)}).then(({ SharedMemory }) => {
          new SharedMemory(8, { name: "unheld" })[Symbol.dispose]();
          require("node:worker_threads").parentPort.postMessage(0);
        });\`, { eval: true, execArgv: [] });
      await new Promise((resolve) => unheld.once("exit", resolve));
      await pause(2000);
      await threads[0].terminate();
      const names = SharedMemory.list().map(({ name }) => name).sort();
      say(names.join());
      say(attempt(() => new SharedMemory(8, { name: "idle" })));
      say(attempt(() => SharedMemory.attach("blocked").size));
      say(attempt(() => new SharedMemory(16, { name: "gone" }).size));
      say(attempt(() => SharedMemory.attach("unheld")));
      process.on("message", () => {});`);
    const heard = [];
    for (let i = 0; i < 6; i++) heard.push(await other.heard());
    expect(heard.filter((said) => typeof said === "object")).toEqual([{ warned: "SHARED_NDARRAY_KEEPER_DIED" }]);
    expect(heard.filter((said) => typeof said !== "object")).toEqual([
      "blocked,idle,mine",
      expect.stringMatching(/^NameTakenError/),
      8,
      16,
      expect.stringMatching(/^NameNotFoundError/),
    ]);
  });

  it("is replaced for a root that is blocked, too, and 8 times over", () => {
    const { stdout, status } = runOther(`${SPY}
      const mine = new SharedMemory(8, { name: "mine" });
      const held = []; // a name that no thread has open, because its handle was collected, goes with its keeper
      let made = 0;
      for (let i = 0; i < 8; i++) {
        threads.at(-1).terminate(); // not awaited: no event comes before the next call
        made += attempt(() => held.push(new SharedMemory(8, { name: "n" + i }))) === i + 1 ? 1 : 0;
        if (i % 4 === 0) await pause(50);
      }
      console.log(made, threads.length, SharedMemory.list().length);
      process.exit();`);
    expect([stdout, status]).toEqual(["8 9 9", 0]);
  });

  it("leaves blocks of system scope to its successor: they are found, unlinked, and removed at the end", () => {
    const [kept, unlinked, later] = [freshName(), freshName(), freshName()];
    const { stdout } = runOther(`${SPY}
      const { readdirSync } = await import("node:fs");
      const a = new SharedMemory(8, { name: "${kept}", ...SYSTEM });
      const b = new SharedMemory(8, { name: "${unlinked}", ...SYSTEM });
      await threads[0].terminate();
      const c = new SharedMemory(8, { name: "${later}", ...SYSTEM });
      b.unlink();
      const owned = SharedMemory.list(SYSTEM).map(({ name }) => name);
      console.log(owned.includes("${kept}"), owned.includes("${unlinked}"));
      console.log(SharedMemory.attach("${kept}", SYSTEM).size);
      process.exit();`);
    expect(stdout).toBe("true false\n8");
    expect(readdirSync("/dev/shm").filter((name) => name.startsWith("sna-test"))).toEqual([]);
  });

  it("and owned nothing any more: its successor stops listening to signals", () => {
    const { stdout } = runOther(`${SPY}
      new SharedMemory(8, SYSTEM)[Symbol.dispose]();
      await threads[0].terminate();
      for (let k = 0; k < 500 && process.listenerCount("SIGTERM") > 0; k++) await pause(20);
      console.log(threads.length, process.listenerCount("SIGTERM"));`);
    expect(stdout).toBe("2 0");
  });

  it("still ends a blocked process by a signal", async () => {
    const name = freshName();
    await using other = new Other(`${SPY}
      const m = new SharedMemory(8, { name: "${name}", ...SYSTEM });
      await threads[0].terminate();
      await SharedMemory.ready();
      await pause(1000);
      writeSync(1, "blocked");
      for (;;);`);
    await new Promise((resolve) => other.child.stdout!.once("data", resolve));
    expect(await other.kill("SIGTERM")).toBe("SIGTERM");
    expect(readdirSync("/dev/shm")).not.toContain(name);
  });
});
