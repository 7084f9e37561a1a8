/** `Process.prepare`: a spare thread that the next process runs in. Nothing differs but the time, and nothing is left. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { arange, Lock, Process, SharedEvent, Value, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { MadeThreads } from "../fixtures/made-threads.js";
import { addUp, prepareSpare } from "../fixtures/process-targets.mjs";

const INDEX = new URL("../../dist/index.js", import.meta.url).href;
const tasks = (): number => readdirSync("/proc/self/task").length;

/** Runs a program, with a time-out that only a program that hangs reaches. */
function program(code: string, env: Record<string, string> = {}) {
  const source = `import * as nd from ${JSON.stringify(INDEX)};\nconst { Process } = nd;\n${code}`;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", source], {
    encoding: "utf8",
    timeout: 240_000,
    env: { ...process.env, ...env },
  });
  return { status, signal, stdout: stdout.trim(), stderr };
}

describe("a spare thread", () => {
  it("runs the next process, and only that one", async () => {
    using threads = new MadeThreads();
    await Process.prepare();
    expect([threads.made, threads.alive]).toEqual([1, 1]);
    const [count, array] = [new Value("int32"), arange(4)];
    const add = (value: Value<"int32">, numbers: { set(i: number, x: number): void }) => {
      value.add(5);
      numbers.set(1, 42);
    };
    expect(await new Process(add, [count, array] as never).start().join()).toBe(0);
    expect([count.value, array.get(1), threads.made]).toEqual([5, 42, 1]);
    expect(await new Process(() => {}).start().join()).toBe(0);
    expect([threads.made, threads.alive]).toEqual([2, 0]);
  });

  it("is one at most, however often it is prepared", async () => {
    using threads = new MadeThreads();
    await Promise.all([Process.prepare(), Process.prepare()]);
    await Process.prepare();
    expect(threads.made).toBe(1);
    await new Process(() => {}).start().join();
    expect([threads.made, threads.alive]).toEqual([1, 0]);
  });

  it("may be taken before it has loaded the package", async () => {
    using threads = new MadeThreads();
    const prepared = Process.prepare();
    const value = new Value("int32");
    const p = new Process((v: Value<"int32">) => void v.add(1), [value] as never).start();
    expect([await p.join(), value.value, threads.made]).toEqual([0, 1, 1]);
    await prepared;
    expect(threads.alive).toBe(0);
  });

  it("ends in all the ways that another thread ends", async () => {
    const started = async (target: () => unknown) => {
      await Process.prepare();
      return new Process(target).start();
    };
    expect(await (await started(() => process.exit(3))).join()).toBe(3);
    expect((await started(() => process.exit(4))).joinSync()).toBe(4);
    await expect((await started(() => Promise.reject(new RangeError("no")))).join()).rejects.toThrow(RangeError);
    for (const [end, code] of [["terminate", -15] as const, ["kill", -9] as const]) {
      const p = await started(() => new Promise((resolve) => setTimeout(resolve, 600_000)));
      p[end]();
      expect([await p.join(), p.alive]).toEqual([code, false]);
    }
  });

  it("that is terminated with a lock leaves it to be recovered", async () => {
    await Process.prepare();
    const [lock, held] = [new Lock(), new SharedEvent()];
    const hold = (lock: Lock, held: SharedEvent) => {
      lock.acquireSync();
      held.set();
      for (;;);
    };
    const p = new Process(hold, [lock, held]).start();
    held.waitSync();
    p.terminate();
    p.joinSync();
    expect(() => lock.acquireSync()).toThrow(expect.objectContaining({ code: "LOCK_ABANDONED" }));
    lock.recover()!.release();
  });

  it("is as spare as before if an argument cannot be sent", async () => {
    using threads = new MadeThreads();
    await Process.prepare();
    const refused = new Process((() => {}) as never, [Promise.resolve()] as never);
    expect(() => refused.start()).toThrow(expect.objectContaining({ code: "NOT_SENDABLE" }));
    expect(await new Process(() => {}).start().join()).toBe(0);
    expect([threads.made, threads.alive]).toEqual([1, 0]);
  });

  it("is not used if the environment has changed, and ends then", async () => {
    using threads = new MadeThreads();
    await Process.prepare();
    const said = new Value("int32");
    const say = (said: Value<"int32">) => void said.add(Number(process.env.SPARE_TEST));
    process.env.SPARE_TEST = "7";
    expect(await new Process(say, [said] as never).start().join()).toBe(0);
    delete process.env.SPARE_TEST;
    expect([said.value, threads.made]).toEqual([7, 2]);
    await expect.poll(() => threads.alive, { timeout: 60_000 }).toBe(0);
  });

  it("that is given up ends also if a preloaded module keeps its event loop from being empty", () => {
    const preload = `import { isMainThread } from "node:worker_threads"; if (!isMainThread) setInterval(() => {}, 1000);`;
    const { status, stdout } = program(
      `const { readdirSync } = await import("node:fs");
      const tasks = () => readdirSync("/proc/self/task").length;
      await Process.prepare();
      const one = tasks();
      for (let k = 0; k < 4; k++) {
        process.env.SPARE_TEST = String(k);
        const prepared = Process.prepare();
        if (k % 2 === 0) await prepared; // the others are given up while they load
      }
      await Process.prepare();
      for (let k = 0; k < 500 && tasks() > one; k++) await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(tasks() - one);`,
      { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` },
    );
    expect([status, stdout]).toEqual([0, "0"]);
  });

  it("is not used for a system process", async () => {
    using threads = new MadeThreads();
    await Process.prepare();
    expect(await new Process(() => process.exit(6), [], { isolation: "process" }).start().join()).toBe(6);
    expect(threads.alive).toBeGreaterThan(0);
    await new Process(() => {}).start().join();
  });
});

describe("nothing is left", () => {
  it("a program with a spare thread ends by itself, also if nobody waited for it", () => {
    expect(program(`await Process.prepare(); console.log("end");`)).toMatchObject({ status: 0, stdout: "end" });
    expect(program(`void Process.prepare(); console.log("end");`)).toMatchObject({ status: 0, stdout: "end" });
    expect(program(`await Process.prepare(); process.exit(5);`)).toMatchObject({ status: 5 });
  });

  it("the spare thread of a child ends with the child, however that ends", async () => {
    const before = tasks();
    for (const goesOn of [false, true]) {
      const ready = new SharedEvent();
      const p = new Process(prepareSpare, [ready, goesOn]).start();
      await ready.wait();
      if (goesOn) p.terminate();
      await p.join();
    }
    await expect.poll(tasks, { timeout: 60_000 }).toBeLessThanOrEqual(before);
  });

  it("thirty spares, each used and ended at once in some way, leave no thread and no file", async () => {
    await Process.prepare();
    await new Process(() => {}).start().join();
    const [threads, files] = [tasks(), readdirSync("/proc/self/fd").length];
    for (let k = 0; k < 30; k++) {
      await Process.prepare();
      const p = new Process(() => {}).start();
      if (k % 3 === 0) p.kill();
      await p.join();
    }
    await expect.poll(tasks, { timeout: 60_000 }).toBeLessThanOrEqual(threads);
    expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(files + 2);
  });
});

it("what keeps the thread from starting is the error, and the next one may start", () => {
  const preload = `import { isMainThread } from "node:worker_threads"; if (!isMainThread) throw new Error("not in threads");`;
  const { stdout, status } = program(
    `for (let k = 0; k < 2; k++) await Process.prepare().catch((e) => console.log(e.message));`,
    { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` },
  );
  expect([status, stdout]).toEqual([0, "not in threads\nnot in threads"]);
});

it("classes are loaded only for arguments that need them, and then wherever in the arguments these are", async () => {
  const result = zeros(2);
  const sum = (given: Map<string, { get(i: number): number }[]>, out: { set(i: number, x: number): void }) =>
    out.set(0, given.get("all")![0]!.get(1) + 1);
  const given = new Map([["all", [arange(3)]]]);
  expect(await new Process(sum, [given, result] as never).start().join()).toBe(0);
  expect(result.get(0)).toBe(2);
  // Without any, the target may still import the package itself.
  expect(await new Process(addUp, [4]).start().join()).toBe(0);
});
