/** What goes wrong in a call, and that the pool goes on. */

import { Worker } from "node:worker_threads";
import { arange, fromHandle, isSharedError, type NDArray, Pool, pipe, toHandle, zeros } from "shared-ndarray";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runProgram } from "../fixtures/run-program.js";

/** How long a chunk waits for another thread at most. */
const PATIENCE_MS = 60_000;
/** What kernels count: how many chunks worker 0 has begun, and how many the other members. */
const newBegun = () => zeros(2, { dtype: "int32" });
type Params = { begun: { flat: Int32Array }; patienceMs: number };

let pool: Pool;
beforeEach(() => {
  pool = new Pool({ workers: 2 });
});
afterEach(() => pool.close());

/** The error of a call that must fail. */
async function failing(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  return promise.then(
    () => expect.fail("the call did not fail"),
    (e) => e,
  );
}
const works = async () => expect((await pool.map(arange(5), (x) => x * 2)).toArray()).toEqual([0, 2, 4, 6, 8]);

describe("a kernel that throws", () => {
  it("fails the call with its own error, chunk, stack and what was written", async () => {
    const a = zeros(100);
    const e = await failing(
      pool.forEachChunk(
        a,
        (chunk, { index }) => {
          if (index === 3) throw Object.assign(new RangeError("boo"), { detail: 7 });
          chunk.fill(1);
        },
        { chunkSize: 10 },
      ),
    );
    expect(e).toMatchObject({ code: "KERNEL", name: "KernelError", chunk: { index: 3, start: 30, end: 40 } });
    expect(e.cause).toBeInstanceOf(RangeError);
    expect(e.cause).toMatchObject({ message: "boo", detail: 7 });
    expect((e.cause as Error).stack).toMatch(/shared-ndarray:kernel|RangeError: boo/);
    for (const [start, end] of e.written as [number, number][]) {
      expect(a.slice([start, end]).toArray()).toEqual(new Array(end - start).fill(1));
    }
    await works();
  });

  it("does so in a Sync call and without workers", async () => {
    const inline = new Pool({ workers: 0 });
    for (const p of [pool, inline]) {
      expect(() =>
        p.mapSync(
          arange(10),
          (x) => {
            if (x === 7) throw new TypeError("no");
            return x;
          },
          { chunkSize: 5 },
        ),
      ).toThrow(expect.objectContaining({ code: "KERNEL", chunk: { index: 1, start: 5, end: 10 } }));
    }
    await works();
  });

  it("tells what is thrown that is no error", async () => {
    expect(
      (
        await failing(
          pool.map(arange(3), () => {
            throw "text";
          }),
        )
      ).cause,
    ).toBe("text");
  });

  it("does not stop the calls made after it", async () => {
    const a = zeros(10);
    const first = failing(
      pool.map(
        a,
        () => {
          throw new Error("first");
        },
        { out: a },
      ),
    );
    const second = pool.map(a, (x) => x + 1, { out: a });
    expect((await first).code).toBe("KERNEL");
    await second;
    expect(a.get(0)).toBe(1);
  });
});

describe("a worker that dies", () => {
  it("by process.exit fails the call with the chunks it had, and is replaced", async () => {
    const a = zeros(100);
    const e = await failing(
      pool.forEachChunk(
        a,
        (chunk, { index }) => {
          if (index === 2) process.exit(7);
          chunk.fill(1);
        },
        { chunkSize: 10 },
      ),
    );
    expect(e).toMatchObject({ code: "WORKER_DIED", exitCode: 7, chunks: [{ index: 2, start: 20, end: 30 }] });
    for (const [start, end] of e.written as [number, number][])
      expect(a.slice([start, end]).toArray()).not.toContain(0);
    expect(a.slice("20:30").toArray()).toEqual(new Array(10).fill(0));
    await works();
    expect(pool.stats().died).toBe(1);
  });

  it("is replaced while the caller is blocked in a Sync call", async () => {
    const a = zeros(300);
    // The caller calls for help after its first chunk. Then it waits until worker 0 has come.
    const dying = (_chunk: unknown, { worker }: { worker: number }, { begun, patienceMs }: Params) => {
      Atomics.add(begun.flat, worker, 1);
      if (worker === 0) process.exit(9);
      const since = performance.now();
      const waitMs = Atomics.load(begun.flat, 1) === 1 ? 5 : patienceMs;
      while (Atomics.load(begun.flat, 0) === 0 && performance.now() - since < waitMs);
    };
    await pool.ready();
    const params = { begun: newBegun(), patienceMs: PATIENCE_MS };
    expect(() => pool.forEachChunkSync(a, dying, { chunkSize: 1, params })).toThrow(
      expect.objectContaining({ code: "WORKER_DIED", exitCode: 9 }),
    );
    pool.mapSync(a, () => 5, { out: a, chunkSize: 1 });
    expect(a.toArray()).toEqual(new Array(300).fill(5));
    await works();
  });

  it("by a heap out of memory ends the thread alone", async () => {
    const areProcesses = process.env.POOL_ISOLATION === "process";
    // In a program of its own, because V8 prints a report to its stderr.
    const printed = await runProgram(`
      import { arange, Pool, zeros } from "shared-ndarray";
      const scope = ${areProcesses ? '"system"' : '"process"'};
      const limits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };
      const pool = new Pool({ workers: 2, isolation: ${areProcesses ? '"process"' : '"thread"'}, resourceLimits: limits });
      const hungry = (_chunk, { worker }, { begun }) => {
        Atomics.add(begun.flat, worker, 1);
        if (worker === 0) for (const hoard = []; ; ) hoard.push({ a: Math.random(), b: [1, 2, 3] });
        const since = performance.now();
        const waitMs = Atomics.load(begun.flat, 1) === 1 ? 5 : ${PATIENCE_MS};
        while (Atomics.load(begun.flat, 0) === 0 && performance.now() - since < waitMs);
      };
      const options = () => ({ chunkSize: 1, params: { begun: zeros(2, { dtype: "int32", scope }) } });
      const a = zeros(300, { scope });
      const codes = [await pool.forEachChunk(a, hungry, options()).catch((e) => e.code)];
      await pool.ready();
      try { pool.forEachChunkSync(a, hungry, options()); } catch (e) { codes.push(e.code); }
      console.log("\\n", codes.join(), pool.mapSync(arange(3, { scope }), (x) => x + 1).toArray().join());
      await pool.close();`);
    expect(printed).toMatch(/^ WORKER_DIED,WORKER_DIED 1,2,3$/m);
  });

  it("of a message that no worker can read ends the task or the call, and the pool goes on", async () => {
    const areProcesses = process.env.POOL_ISOLATION === "process";
    const printed = await runProgram(`
      import { arange, Pool, zeros } from "shared-ndarray";
      const scope = ${areProcesses ? '"system"' : '"process"'};
      const limits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 };
      const pool = new Pool({ workers: 2, isolation: ${areProcesses ? '"process"' : '"thread"'}, resourceLimits: limits });
      await pool.ready();
      const large = Array.from({ length: 250_000 }, (_, i) => ({ i, text: "number " + i }));
      const codes = [await pool.run((list) => list.length, [large]).catch((e) => e.code)];
      const a = zeros(300, { scope });
      const call = pool.forEachChunk(a, (chunk, _, { large }) => chunk.fill(large.length), { params: { large } });
      codes.push(await call.catch((e) => e.code));
      console.log("\\n", codes.join(), (await pool.map(arange(3, { scope }), (x) => x + 1)).toArray().join());
      await pool.close();`);
    expect(printed).toMatch(/^ WORKER_DIED,WORKER_DIED 1,2,3$/m);
  });

  it("has its chunk done again if the call is idempotent", async () => {
    const a = zeros(100);
    const flag = zeros(1, { dtype: "int32" });
    await pool.forEachChunk(
      a,
      (chunk, { index }, { flag }) => {
        if (index === 5 && Atomics.add(flag.flat, 0, 1) === 0) process.exit(1);
        chunk.assign(chunk.flatten().get(0) === 0 ? 1 : 2);
      },
      { chunkSize: 10, idempotent: true, params: { flag } },
    );
    expect(a.toArray()).toEqual(new Array(100).fill(1));
    expect(flag.get(0)).toBe(2);
  });

  it("fails even an idempotent call when the chunk always kills", async () => {
    const e = await failing(
      pool.forEachChunk(
        zeros(20),
        (_c, { index }) => {
          if (index === 1) process.exit(3);
        },
        { chunkSize: 5, idempotent: true },
      ),
    );
    expect(e).toMatchObject({
      code: "WORKER_DIED",
      chunks: [{ index: 1, start: 5, end: 10 }],
      written: [
        [0, 5],
        [10, 20],
      ],
    });
  });

  it("and whose successors never come up: the call says what was written", async () => {
    let made = 0;
    const worker = new URL("../../dist/worker.js", import.meta.url);
    const stillborn = () => new Worker("process.exit(5)", { eval: true });
    const own = new Pool({ workers: 1, createWorker: () => (made++ === 0 ? new Worker(worker) : stillborn()) });
    const leave = (chunk: { fill(x: number): void }, { index }: { index: number }) => {
      if (index === 3) process.exit(4);
      chunk.fill(1);
    };
    const e = await failing(own.forEachChunk(zeros(40), leave as never, { chunkSize: 10, idempotent: true }));
    expect(e).toMatchObject({ code: "WORKER_DIED", exitCode: 5, written: [[0, 30]] });
    await own.close();
  });

  it("rejects the task that it had", async () => {
    expect(await failing(pool.run(() => process.exit(4)))).toMatchObject({ code: "WORKER_DIED", exitCode: 4 });
    expect(await pool.run(() => "next")).toBe("next");
  });

  describe("inside a call, with a task that it has not begun", () => {
    /** Both workers are inside when the task is given to one of them, and then both die. */
    async function dyingBefore<T>(give: () => Promise<T>): Promise<T> {
      const begun = newBegun();
      const words = begun.flat as Int32Array;
      const call = failing(
        pool.forEachChunk(
          zeros(2),
          (_chunk, _info, { begun, patienceMs }: Params) => {
            const until = performance.now() + patienceMs;
            Atomics.add(begun.flat, 0, 1);
            while (Atomics.load(begun.flat, 1) === 0 && performance.now() < until);
            process.exit(6);
          },
          { chunkSize: 1, params: { begun, patienceMs: PATIENCE_MS } },
        ),
      );
      while (Atomics.load(words, 0) < 2) await new Promise((resolve) => setTimeout(resolve, 1));
      const task = give();
      task.catch(() => {});
      Atomics.store(words, 1, 1);
      expect(await call).toMatchObject({ code: "WORKER_DIED", exitCode: 6 });
      return task;
    }

    it("leaves the task to another", async () => {
      expect(await dyingBefore(() => pool.run((x) => 2 * x, [21]))).toBe(42);
    });

    it("fails the task if its arguments went with it", async () => {
      const bytes = new ArrayBuffer(8);
      const task = () => pool.run((given: ArrayBuffer) => given.byteLength, [bytes], { transfer: [bytes] });
      expect(await failing(dyingBefore(task))).toMatchObject({ code: "WORKER_DIED", exitCode: 6 });
    });

    it("does not begin a task that its caller has given up", async () => {
      const ran = zeros(1, { dtype: "int32" });
      const task = () => pool.run((ran: { flat: Int32Array }) => Atomics.add(ran.flat, 0, 1), [ran], { timeoutMs: 0 });
      expect(await failing(dyingBefore(task))).toMatchObject({ code: "TIMEOUT" });
      await works();
      expect(ran.get(0)).toBe(0);
    });
  });

  describe("with a task that was given up before it began", () => {
    const given = (of: Pool, ran: NDArray<"int32", 1>) =>
      failing(of.run((ran: { flat: Int32Array }) => Atomics.add(ran.flat, 0, 1), [ran], { timeoutMs: 0 }));

    it("because the worker was not up: it never begins", async () => {
      const own = new Pool({ workers: 1 });
      const ran = zeros(1, { dtype: "int32" });
      expect(await given(own, ran)).toMatchObject({ code: "TIMEOUT" });
      await own.run(() => 1);
      expect(ran.get(0)).toBe(0);
      await own.close();
    });

    it("because the worker was in an array call: it never begins", async () => {
      const own = new Pool({ workers: 2 });
      const ran = zeros(1, { dtype: "int32" });
      const begun = newBegun();
      const words = begun.flat as Int32Array;
      const wait = (_chunk: unknown, _info: unknown, { begun }: Params) => {
        Atomics.add(begun.flat, 0, 1);
        const until = performance.now() + 5000;
        while (Atomics.load(begun.flat, 1) === 0 && performance.now() < until);
      };
      const call = own.forEachChunk(zeros(2), wait as never, { chunkSize: 1, params: { begun } });
      while (Atomics.load(words, 0) < 2) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(await given(own, ran)).toMatchObject({ code: "TIMEOUT" });
      Atomics.store(words, 1, 1);
      await call;
      await Promise.all([own.run(() => 1), own.run(() => 1)]);
      expect(ran.get(0)).toBe(0);
      await own.close();
    });
  });

  it("settles 20 random deaths, with every element written once or reported", async () => {
    for (let round = 0; round < 20; round++) {
      const a = zeros(60);
      const victim = round % 6;
      const result = await pool
        .forEachChunk(
          a,
          (chunk, { index }, { victim }) => {
            if (index === victim) process.exit(1);
            chunk.assign(chunk.flatten().get(0) + 1);
          },
          { chunkSize: 10, params: { victim } },
        )
        .catch((e: unknown) => e);
      expect(isSharedError(result, "WORKER_DIED") && result.chunks.map((chunk) => chunk.index)).toEqual([victim]);
      const values = a.toArray();
      for (const [start, end] of (result as { written: [number, number][] }).written) {
        expect(values.slice(start, end)).toEqual(new Array(end - start).fill(1));
      }
      expect(values.every((x) => x <= 1)).toBe(true);
    }
  });
});

describe("stopping", () => {
  const dawdle = () => {
    const end = performance.now() + 30;
    while (performance.now() < end);
  };

  it("at a signal leaves the arrays alone once it has rejected", async () => {
    const controller = new AbortController();
    const a = zeros(200);
    setTimeout(() => controller.abort(new Error("enough")), 50);
    const e = await failing(
      pool.forEachChunk(
        a,
        (chunk, info, { begun }) => {
          if (Atomics.add(begun.flat, 0, 1) > 100) while (!info.aborted);
          chunk.fill(1);
        },
        { chunkSize: 1, signal: controller.signal, params: { begun: newBegun() } },
      ),
    );
    const before = a.toArray();
    expect(e).toMatchObject({ code: "ABORTED", name: "AbortError", cause: { message: "enough" } });
    const written = (e.written as [number, number][]).reduce((sum, [start, end]) => sum + end - start, 0);
    expect(written).toBe(before.filter((x) => x === 1).length);
    expect(written).toBeLessThan(200);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(a.toArray()).toEqual(before);
    await works();
  });

  it("rejects at once a call whose signal has fired, and one that still waits for its turn", async () => {
    expect(await failing(pool.map(arange(3), (x) => x, { signal: AbortSignal.abort() }))).toMatchObject({
      code: "ABORTED",
      written: [],
    });
    const controller = new AbortController();
    const first = pool.forEachChunk(zeros(4), dawdle, { chunkSize: 1 });
    const second = failing(pool.forEachChunk(zeros(4), dawdle, { signal: controller.signal }));
    controller.abort();
    expect(await second).toMatchObject({ code: "ABORTED", written: [] });
    await first;
  });

  it("at timeoutMs, async, blocking and without workers", async () => {
    const inline = new Pool({ workers: 0 });
    for (const p of [pool, inline]) {
      expect(await failing(p.forEachChunk(zeros(10_000), dawdle, { chunkSize: 1, timeoutMs: 80 }))).toMatchObject({
        code: "TIMEOUT",
        timeoutMs: 80,
      });
      expect(() => p.forEachChunkSync(zeros(10_000), dawdle, { chunkSize: 1, timeoutMs: 80 })).toThrow(
        expect.objectContaining({ code: "TIMEOUT" }),
      );
    }
    await works();
  });

  it("tells a long kernel through info.aborted", async () => {
    const e = await failing(
      pool.forEachChunk(
        zeros(4),
        (_c, info) => {
          while (!info.aborted);
        },
        { chunkSize: 1, timeoutMs: 50 },
      ),
    );
    expect(e.code).toBe("TIMEOUT");
  });

  it("kills workers still inside a chunk after terminateAfterMs", async () => {
    const forever = (_c: unknown, info: { worker: number; aborted: boolean }, { begun }: Params) => {
      Atomics.add(begun.flat, info.worker, 1);
      if (info.worker === 0) for (;;);
      // A blocked caller calls for help after its first chunk. Then it waits until worker 0 has come.
      const since = performance.now();
      const waitMs = Atomics.load(begun.flat, 1) === 1 ? 5 : Number.POSITIVE_INFINITY;
      while (Atomics.load(begun.flat, 0) === 0 && !info.aborted && performance.now() - since < waitMs);
    };
    const options = () => {
      const params = { begun: newBegun(), patienceMs: PATIENCE_MS };
      return { chunkSize: 1, timeoutMs: 50, terminateAfterMs: 30, params };
    };
    expect((await failing(pool.forEachChunk(zeros(9), forever, options()))).code).toBe("TIMEOUT");
    await pool.ready();
    expect(() => pool.forEachChunkSync(zeros(40), forever, options())).toThrow(
      expect.objectContaining({ code: "TIMEOUT" }),
    );
    await works();
  });

  it("terminate says what was written, and so does a pool that can start no more workers", async () => {
    const a = zeros(40);
    const begun = newBegun();
    const half = (chunk: { fill(x: number): void }, { index }: { index: number }, { begun }: Params) => {
      if (index === 3) {
        Atomics.store(begun.flat, 0, 1);
        for (;;);
      }
      chunk.fill(1);
    };
    const own = new Pool({ workers: 1 });
    const options = { chunkSize: 10, params: { begun, patienceMs: PATIENCE_MS } };
    const running = failing(own.forEachChunk(a, half as never, options));
    while (Atomics.load(begun.flat as Int32Array, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await own.terminate();
    expect(await running).toMatchObject({ code: "POOL_TERMINATED", written: [[0, 30]] });
  });

  it("terminate rejects what is under way", async () => {
    const running = failing(pool.forEachChunk(zeros(10_000), dawdle, { chunkSize: 1 }));
    const queued = failing(pool.map(arange(3), (x) => x));
    const task = failing(pool.run(() => new Promise(() => {})));
    await pool.terminate();
    for (const e of [await running, await queued, await task])
      expect(e).toMatchObject({ code: "POOL_TERMINATED", queued: 3 });
  });
});

describe("a result that cannot be received", () => {
  it.skipIf(process.env.POOL_ISOLATION === "process")(
    "looks like a handle and is none: it fails its task, and arrives as it is beside shared memory (of one process)",
    async () => {
      const odd = { "shared-ndarray": 1, kind: "no such kind" };
      const result = await pool.run((odd) => ({ odd, memory: new SharedArrayBuffer(4) }), [odd]);
      expect(result.odd).toEqual(odd);
      expect(result.memory).toBeInstanceOf(SharedArrayBuffer);
      const end = pipe();
      const handle = toHandle(end[1]);
      fromHandle(structuredClone(handle)); // it has arrived here: it cannot arrive once more
      expect((await failing(pool.run((h) => h, [end[1]]))).code).toBe("CLOSED");
      await works();
    },
  );
});
