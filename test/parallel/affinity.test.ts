/** Who gets which chunks: each member its own range first, the same in the next call; what it leaves, others steal. */
import { arange, isSharedError, Pool, sqrt, zeros } from "shared-ndarray";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let pool: Pool;
beforeEach(async () => {
  pool = new Pool({ workers: 2 });
  await pool.ready();
});
afterEach(() => pool.close());

/** How long a chunk waits for another member at most. */
const PATIENCE_MS = 60_000;
const int32 = { dtype: "int32" } as const;

describe("affinity", () => {
  it("gives each member its range, and the same again in the next call", async () => {
    // In step: each chunk waits until the other member has begun as many.
    const inStep = (
      row: { flat: Int32Array },
      { worker }: { worker: number },
      { begun, patienceMs }: { begun: { flat: Int32Array }; patienceMs: number },
    ) => {
      const mine = Atomics.add(begun.flat, worker, 1) + 1;
      const until = performance.now() + patienceMs;
      while (Atomics.load(begun.flat, 1 - worker) < mine && performance.now() < until);
      row.flat[0] = worker;
    };
    for (let call = 0; call < 3; call++) {
      const owner = zeros(8, int32);
      const params = { begun: zeros(2, int32), patienceMs: PATIENCE_MS };
      await pool.forEachChunk(owner, inStep, { chunkSize: 1, params });
      expect(owner.toArray(), `call ${call}`).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    }
  });

  it("gives a blocked caller the last range", () => {
    const owner = zeros(8, int32);
    pool.forEachChunkSync(
      owner,
      (row, { worker }, { begun, patienceMs }) => {
        const mine = Atomics.add(begun.flat, worker, 1) + 1;
        if (worker === 0 || mine > 1) {
          const until = performance.now() + patienceMs;
          while (Atomics.load(begun.flat, 1 - worker) < mine && performance.now() < until);
        } else {
          for (const end = performance.now() + 5; performance.now() < end; ); // so that help is called for
        }
        row.flat[0] = worker;
      },
      { chunkSize: 1, params: { begun: zeros(2, int32), patienceMs: PATIENCE_MS } },
    );
    expect(owner.toArray()).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });
});

describe("stealing", () => {
  it("takes everything that a member leaves that stays in its first chunk", async () => {
    const owner = zeros(16, int32);
    const times = zeros(16, int32);
    const done = zeros(2, int32);
    await pool.forEachChunk(
      [owner, times],
      ([owner, times], { worker }, { done, patienceMs }) => {
        Atomics.add(times.flat, 0, 1);
        if (worker === 0) {
          Atomics.store(done.flat, 1, 1); // it has begun
          const until = performance.now() + patienceMs;
          while (Atomics.load(done.flat, 0) < 15 && performance.now() < until);
        } else {
          const until = performance.now() + patienceMs;
          while (Atomics.load(done.flat, 1) === 0 && performance.now() < until);
          Atomics.add(done.flat, 0, 1);
        }
        owner.flat[0] = worker;
      },
      { chunkSize: 1, params: { done, patienceMs: PATIENCE_MS } },
    );
    expect(times.toArray()).toEqual(new Array(16).fill(1));
    expect(owner.toArray()).toEqual([0, ...new Array(15).fill(1)]);
  });

  it("stops at a signal, and leaves the arrays alone after that", async () => {
    const times = zeros(2000, int32);
    const controller = new AbortController();
    const call = pool.forEachChunk(
      times,
      (row, info, { done }) => {
        row.flat[0] += 1;
        // One member is at its first chunk, the other in the midst of the first one's range.
        if (info.worker === 0) {
          Atomics.store(done.flat, 1, 1);
          while (!info.aborted);
        }
        while (Atomics.load(done.flat, 1) === 0);
        // The other one goes on until it has done some of the first one's range, and then waits for the signal as well.
        if (Atomics.add(done.flat, 0, 1) > 1200) while (!info.aborted);
      },
      {
        chunkSize: 1,
        params: { done: zeros(2, int32) },
        signal: controller.signal,
        progressMs: 5,
        onProgress: ({ done }) => done > 1010 && controller.abort(),
      },
    );
    const error = await call.then(
      () => undefined,
      (e) => e,
    );
    expect(isSharedError(error, "ABORTED"), String(error)).toBe(true);
    const before = times.toArray() as number[];
    expect(before.every((n) => n <= 1)).toBe(true);
    expect(before[0]).toBe(1);
    for (const [start, end] of error.written as [number, number][]) {
      expect(before.slice(start, end)).toEqual(new Array(end - start).fill(1));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(times.toArray()).toEqual(before);
  });

  it("does the range of a member that died in its first chunk, which alone is lost", async () => {
    const dieOnce = (
      row: { flat: Int32Array },
      { index }: { index: number },
      { deaths }: { deaths: { flat: Int32Array } },
    ) => {
      if (index === 0 && Atomics.add(deaths.flat, 0, 1) === 0) process.exit(3);
      row.flat[0]! += 1;
      for (const end = performance.now() + 1; performance.now() < end; );
    };
    const lossy = zeros(40, int32);
    const error = await pool.forEachChunk(lossy, dieOnce, { chunkSize: 1, params: { deaths: zeros(1, int32) } }).then(
      () => undefined,
      (e) => e,
    );
    expect(error).toMatchObject({ code: "WORKER_DIED", chunks: [{ index: 0 }] });
    const values = lossy.toArray() as number[];
    expect(values[0]).toBe(0);
    expect(values.every((n) => n <= 1)).toBe(true);

    const whole = zeros(40, int32);
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }) => void seen.push(done);
    const options = { chunkSize: 1, params: { deaths: zeros(1, int32) }, idempotent: true, progressMs: 1, onProgress };
    await pool.forEachChunk(whole, dieOnce, options);
    expect(whole.toArray()).toEqual(new Array(40).fill(1));
    expect(seen.at(-1)).toBe(40);
    expect(seen).toEqual([...seen].sort((a, b) => a - b)); // never back, in spite of a second round
  });
});

describe("a million chunks of one row", () => {
  it("are each done once", async () => {
    const rows = zeros(1_000_000, int32);
    let last = 0;
    await pool.forEachChunk(
      rows,
      (row) => {
        row.flat[0] += 1;
      },
      { chunkSize: 1, onProgress: ({ done }) => void (last = done) },
    );
    expect((rows.flat as Int32Array).every((n) => n === 1)).toBe(true);
    expect(last).toBe(1_000_000);
  });
});

describe("sharing", () => {
  it("is left to long calls: short ones of a known function run on the caller", async () => {
    const call = { map: () => pool.map(arange(10), sqrt), mapSync: () => pool.mapSync(arange(10), sqrt) };
    // A call that was interrupted looks long, so others follow it until the function is known to be short again.
    const until = async (count: number, call: () => unknown) => {
      while (pool.stats().inlineCalls < count) await call();
    };
    await until(30, call.map);
    await until(60, call.mapSync);
  });

  it("has long calls done by all, known or not", async () => {
    const workers = zeros(2, int32);
    for (let call = 0; call < 3; call++) {
      workers.fill(0);
      await pool.forEachChunk(
        zeros(8),
        (_, { worker }, { workers, patienceMs }) => {
          Atomics.add(workers.flat, worker, 1);
          const [since, until] = [performance.now(), performance.now() + patienceMs];
          while (performance.now() - since < 3); // the call is long, even if the other one comes at once
          while (Atomics.load(workers.flat, 1 - worker) === 0 && performance.now() < until);
        },
        { chunkSize: 1, params: { workers, patienceMs: PATIENCE_MS } },
      );
      expect(workers.toArray().every((n) => (n as number) > 0)).toBe(true);
    }
    expect(pool.stats().inlineCalls).toBe(0);
  });
});
