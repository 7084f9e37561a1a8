/**
 * `Process` with `isolation: "process"`: the same interface over system scope, and crashes that only a process can
 * contain.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Lock, Process, pipe, Queue, Semaphore, SharedEvent, Value, zeros } from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";
import { addClosure } from "../fixtures/process-targets.mjs";
import { DIST, leftovers, NOTES_GO_LATER, runOther, SYSTEM } from "./fixtures.js";

const ISOLATED = { isolation: "process" } as const;
afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a process of the system", () => {
  it("starts, runs and ends as a thread does, with a pid of its own", async () => {
    using up = new SharedEvent(SYSTEM);
    using go = new SharedEvent(SYSTEM);
    const p = new Process(
      (up, go) => {
        up.set();
        go.waitSync();
      },
      [up, go],
      { name: "worker bee", ...ISOLATED },
    );
    expect([p.name, p.alive, p.exitCode]).toEqual(["worker bee", false, undefined]);
    expect(() => p.pid).toThrow(/before start/);
    expect(p.start()).toBe(p);
    await up.wait();
    expect([p.alive, p.exitCode, p.pid === process.pid]).toEqual([true, undefined, false]);
    expect(readFileSync(`/proc/${p.pid}/cmdline`, "utf8")).toContain("worker bee");
    go.set();
    expect([await p.join(), p.joinSync(), p.alive, p.exitCode]).toEqual([0, 0, false, 0]);
    expect(() => p.start()).toThrow(/once/);
  });

  it("gets shared things over the same memory, and copies of everything else", async () => {
    using a = zeros([2, 3], { dtype: "int32", ...SYSTEM });
    using lock = new Lock(SYSTEM);
    using count = new Value("int32", 0, { lock, ...SYSTEM });
    using answers = new Queue<unknown>(SYSTEM);
    const [mine, theirs] = pipe<string>(SYSTEM);
    const plain = { big: 2n ** 70n, map: new Map([["k", [new Date(5)]]]), bytes: new Uint8Array([1, 2]) };
    const p = new Process(
      async (row, count, answers, end, plain, memory) => {
        row.fill(7);
        memory.buf[131] = 1; // the last byte of element 0: 2^24 and more
        count.updateSync((x: number) => x + 1);
        await end.put(`${plain.big} ${plain.map.get("k")?.[0]?.getTime()} ${plain.bytes.length}`);
        await answers.put([row.constructor.name.replace("_", ""), row.shape, count.lock === undefined]);
        end.close();
      },
      [a.slice(1), count, answers, theirs, plain, a.memory],
      ISOLATED,
    ).start();
    expect(await p.join()).toBe(0);
    expect(a.toArray()).toEqual([
      [2 ** 24, 0, 0],
      [7, 7, 7],
    ]);
    expect([count.value, await mine.get(), await answers.get()]).toEqual([
      1,
      "1180591620717411303424 5 2",
      ["NDArray", [3], false],
    ]);
    mine.close();
  });

  it("runs tasks of modules", async () => {
    const words = zeros([1], { dtype: "int32", ...SYSTEM });
    const p = new Process(addClosure as never, [words.flat] as never, ISOLATED);
    // Bare shared memory belongs to one process.
    expect(() => p.start()).toThrow(expect.objectContaining({ code: "NOT_SENDABLE", path: "args[0]" }));
    words[Symbol.dispose]();
    const q = new Process(addClosure as never, [new Int32Array(1)] as never, ISOLATED).start();
    expect(await q.join()).toBe(0);
  });

  it.each([
    [
      "its own error, with class and fields",
      () => {
        throw Object.assign(new RangeError("boom"), { extra: 3 });
      },
      { name: "RangeError", message: "boom", extra: 3 },
    ],
    [
      "an error with a cause",
      () => {
        throw Object.assign(new TypeError("typed"), { cause: new Error("why") });
      },
      { name: "TypeError", cause: expect.objectContaining({ message: "why" }) },
    ],
    [
      "what is no error",
      () => {
        throw "text";
      },
      "text",
    ],
    [
      "a huge error, cut short",
      () => {
        throw new Error("x".repeat(200_000));
      },
      { message: expect.stringMatching(/^x{1000}$/) },
    ],
    [
      "a rejection of a timer's",
      () => {
        setTimeout(() => {
          throw new Error("later");
        }, 1);
      },
      { message: "later" },
    ],
  ])("that throws: join throws %s, awaited or blocked", async (_, target, expected) => {
    const matcher = typeof expected === "string" ? expected : expect.objectContaining(expected);
    await expect(new Process(target, [], ISOLATED).start().join()).rejects.toEqual(matcher);
    const p = new Process(target, [], ISOLATED).start();
    let thrown: unknown;
    try {
      p.joinSync();
    } catch (e) {
      thrown = e;
    }
    expect([thrown, p.exitCode]).toEqual([matcher, 1]);
  });

  // In a program with a small heap, whose stderr is not shown: V8 prints a report there.
  it.each([
    ["process.exit", "process.exit(7)", 7],
    ["SIGSEGV", 'process.kill(process.pid, "SIGSEGV")', -11],
    ["SIGKILL, as of the kernel without memory", 'process.kill(process.pid, "SIGKILL")', -9],
    ["abort", "process.abort()", -6],
    ["heap exhaustion", "for (const all = []; ; ) all.push(new Array(1e5).fill(0))", -6],
  ])("that ends by %s: this process goes on, awaited or blocked", (_, crash, exitCode) => {
    const { stdout } = runOther(
      `const codeOf = (e) => e.code === "WORKER_DIED" && e.exitCode;
       const start = () => new nd.Process(() => { ${crash}; }, [], { isolation: "process" }).start();
       const [awaited, blocked] = [start(), start()];
       const outcomes = [await awaited.join().catch(codeOf)];
       try { outcomes.push(blocked.joinSync()); } catch (e) { outcomes.push(codeOf(e)); }
       console.log("\\n", ...outcomes, awaited.exitCode, blocked.exitCode);`,
      [process.execPath, "--max-old-space-size=64"],
    );
    const code = String(exitCode);
    expect(stdout.split("\n").at(-1)!.trim().split(" ")).toEqual([code, code, code, code]);
  });

  it("has the exit code of its signal also in the exit handler of another process", () => {
    const { stdout } = runOther(
      `const { spawn } = await import("node:child_process");
       const p = new nd.Process(() => process.abort(), [], { isolation: "process" }).start();
       const seen = new Promise((resolve) => {
         spawn("sleep", ["0.01"]).on("exit", () => resolve(p.exitCode)); // Node has reaped both by then
       });
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
       console.log("\\n", await seen, await p.join().catch((e) => e.exitCode), p.exitCode);`,
    );
    expect(stdout.split("\n").at(-1)!.trim()).toMatch(/^(undefined|-6) -6 -6$/);
  });

  it("can be terminated and killed, no matter what it is doing", async () => {
    const idle = new Process(() => new Promise(() => setInterval(() => {}, 1000)), [], ISOLATED).start();
    const busy = new Process(
      () => {
        for (;;);
      },
      [],
      ISOLATED,
    ).start();
    await sleep(300);
    idle.terminate();
    busy.kill();
    expect([await idle.join(), busy.joinSync()]).toEqual([-15, -9]);
    idle.terminate(); // has no effect
    expect(idle.exitCode).toBe(-15);
  });

  it("that is killed while it holds a lock and a permit frees them for others; its blocks are swept", async () => {
    using lock = new Lock(SYSTEM);
    using permits = new Semaphore(1, SYSTEM);
    using names = new Queue<string>(SYSTEM);
    const p = new Process(
      async (lock, permits, names) => {
        (globalThis as Record<string, unknown>).kept = [lock.acquireSync(), permits.acquireSync()];
        await names.put("held");
        setInterval(() => {}, 1000);
      },
      [lock, permits, names],
      ISOLATED,
    ).start();
    expect(await names.get()).toBe("held");
    p.kill();
    await p.join();
    expect(() => lock.acquireSync()).toThrow(expect.objectContaining({ code: "LOCK_ABANDONED", holder: p.pid }));
    lock.recover()!.release();
    permits.acquireSync({ timeoutMs: 60_000 }).release();
  });

  it("refuses arguments that it could not receive, before it is started", () => {
    for (const [arg, path] of [
      [zeros([2]), "args[0]"],
      [{ a: [new Lock()] }, "args[0].a[0]"],
      [new SharedArrayBuffer(4), "args[0]"],
    ] as const) {
      const p = new Process((x) => void x, [arg as never], ISOLATED);
      expect(() => p.start()).toThrow(expect.objectContaining({ code: "NOT_SENDABLE", path }));
      expect(p.alive).toBe(false);
    }
    expect(() => new Process(() => {}, [], { isolation: "planet" as never })).toThrow(/one of "thread", "process"/);
  });

  it("can be terminated while it is busy and owns a block", async () => {
    using up = new SharedEvent(SYSTEM);
    const p = new Process(
      async (up, url, importer) => {
        const { SharedMemory } = await new Function("url", importer)(url);
        (globalThis as Record<string, unknown>).kept = new SharedMemory(10, { scope: "system" });
        up.set();
        for (;;);
      },
      [up, DIST, "return import(url)"],
      ISOLATED,
    ).start();
    await up.wait();
    p.terminate();
    expect(await p.join()).toBe(-15);
  });

  it("is started only once by a program given with -e", () => {
    const code = `import(${JSON.stringify(DIST)}).then(({ Process, Pool }) => {
      console.log("program");
      return new Process(() => {}, [], { isolation: "process" }).start().join();
    }).then(console.log);`;
    expect(spawnSync(process.execPath, ["-e", code], { encoding: "utf8" }).stdout).toBe("program\n0\n");
  });

  it("prints by itself, and the names of its children begin with its own", () => {
    const { stdout, stderr } = runOther(`
      const p = new nd.Process(async (url) => {
        const { Process, isWorker } = await import(url);
        const child = new Process(() => console.log("grandchild"), [], { isolation: "process" });
        console.log(child.name, isWorker);
        console.error("to stderr");
        await child.start().join();
      }, [${JSON.stringify(DIST)}], { isolation: "process" }).start();
      console.log(await p.join());`);
    expect(stdout.split("\n")).toEqual(["Process-1:1 true", "grandchild", "0"]);
    expect(stderr).toBe("to stderr\n");
  });
});
