/** What goes wrong in a call, and that the pool goes on. */
import { arange, fromHandle, isSharedError, Pool, pipe, toHandle, zeros } from "shared-ndarray";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

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
    const a = zeros(300); // long enough for the worker that replaces the first to come up
    const slow = (_chunk: unknown, { worker, index }: { worker: number; index: number }) => {
      const end = performance.now() + 4;
      while (performance.now() < end);
      if (worker === 0 && index > 0) process.exit(9);
    };
    expect(() => pool.forEachChunkSync(a, slow, { chunkSize: 1 })).toThrow(
      expect.objectContaining({ code: "WORKER_DIED", exitCode: 9 }),
    );
    pool.mapSync(a, () => 5, { out: a, chunkSize: 1 });
    expect(a.toArray()).toEqual(new Array(300).fill(5));
    await works();
  });

  it("by a heap out of memory ends the thread alone", async () => {
    const small = new Pool({ workers: 2, resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 } });
    const hungry = (_chunk: unknown, { worker, index }: { worker: number; index: number }) => {
      const end = performance.now() + 4;
      while (performance.now() < end);
      if (worker !== 0 || index === 0) return;
      const hoard = [];
      for (;;) hoard.push({ a: Math.random(), b: [1, 2, 3] });
    };
    const a = zeros(300); // long enough for the worker that replaces the first to come up
    expect((await failing(small.forEachChunk(a, hungry, { chunkSize: 1 }))).code).toBe("WORKER_DIED");
    expect(() => small.forEachChunkSync(a, hungry, { chunkSize: 1 })).toThrow(
      expect.objectContaining({ code: "WORKER_DIED" }),
    );
    expect(small.mapSync(arange(3), (x) => x + 1).toArray()).toEqual([1, 2, 3]);
    await small.close();
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

  it("rejects the task that it had", async () => {
    expect(await failing(pool.run(() => process.exit(4)))).toMatchObject({ code: "WORKER_DIED", exitCode: 4 });
    expect(await pool.run(() => "next")).toBe("next");
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
        (chunk) => {
          const end = performance.now() + 10;
          while (performance.now() < end);
          chunk.fill(1);
        },
        { chunkSize: 1, signal: controller.signal },
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
      expect(await failing(p.forEachChunk(zeros(50), dawdle, { chunkSize: 1, timeoutMs: 80 }))).toMatchObject({
        code: "TIMEOUT",
        timeoutMs: 80,
      });
      expect(() => p.forEachChunkSync(zeros(50), dawdle, { chunkSize: 1, timeoutMs: 80 })).toThrow(
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
    const forever = (_c: unknown, { worker }: { worker: number }) => {
      const end = performance.now() + 5;
      while (performance.now() < end || worker === 0);
    };
    expect(
      (await failing(pool.forEachChunk(zeros(9), forever, { chunkSize: 1, timeoutMs: 50, terminateAfterMs: 30 }))).code,
    ).toBe("TIMEOUT");
    await pool.ready();
    expect(() =>
      pool.forEachChunkSync(zeros(40), forever, { chunkSize: 1, timeoutMs: 50, terminateAfterMs: 30 }),
    ).toThrow(expect.objectContaining({ code: "TIMEOUT" }));
    await works();
  });

  it("terminate rejects what is under way", async () => {
    const running = failing(pool.forEachChunk(zeros(50), dawdle, { chunkSize: 1 }));
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
