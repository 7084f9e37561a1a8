/** The executor of a team: works that are used again, calls of two passes, and pools that end from within a call. */
import { arange, cumulativeSum, full, type NDArray, ones, Pool, sum } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const block = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

describe("a reduction", () => {
  it.each([1, 2])("first done alone, then shared by %s workers, sees the new elements", async (workers) => {
    await using pool = new Pool({ workers });
    await pool.ready();
    const a = ones([4_000_000]);
    expect(pool.reduceSync(a, sum, { chunkSize: 4_000_000 })).toBe(4_000_000); // one chunk: the caller does it
    a.fill(2);
    expect(await pool.reduce(a, sum, { chunkSize: 4_000_000 })).toBe(8_000_000);
    a.fill(3);
    expect(await pool.reduce(a, sum)).toBe(12_000_000);
    expect(pool.reduceSync(a, sum)).toBe(12_000_000);
  });
  it("with other options on the same array is not the call before", async () => {
    await using pool = new Pool({ workers: 2 });
    const a = arange(1_000_000).reshape([1000, 1000]) as NDArray<"float64", 2>;
    const whole = await pool.reduce(a, sum);
    const columns = await pool.reduce(a, sum, { axis: 0 });
    const kept = await pool.reduce(a, sum, { axis: 0, keepdims: true });
    expect([whole, columns.shape, kept.shape]).toEqual([499_999_500_000, [1000], [1, 1000]]);
    expect(await pool.reduce(a, sum)).toBe(whole);
  });
});

describe("a call of two passes", () => {
  it("ends with a time-out that fires between them, and the pool goes on", async () => {
    await using pool = new Pool({ workers: 2 });
    await pool.ready();
    const a = full([4_000_000], 1);
    const late = pool.map(a, cumulativeSum, { timeoutMs: 1 });
    block(500); // the first pass ends meanwhile; its message comes after the timer
    await expect(late).rejects.toMatchObject({ code: "TIMEOUT" });
    expect((await pool.map(a, cumulativeSum)).get(3_999_999)).toBe(4_000_000);
  });
  it("reports progress of each pass, and the end", async () => {
    await using pool = new Pool({ workers: 2 });
    const reports: number[] = [];
    await pool.map(full([1_000_000], 1), cumulativeSum, {
      onProgress: ({ done, total }) => reports.push(done / total),
      progressMs: 1,
    });
    expect(reports.at(-1)).toBe(1);
  });
});

describe("a pool that ends from within a call", () => {
  it("by a kernel on the calling thread: the call is terminated", async () => {
    const pool = new Pool({ workers: 2 });
    await pool.ready();
    (globalThis as { poolToEnd?: Pool }).poolToEnd = pool;
    const end = () => {
      (globalThis as { poolToEnd?: { terminate(): unknown } }).poolToEnd?.terminate();
      for (const until = performance.now() + 5; performance.now() < until; );
    };
    expect(() => pool.forEachChunkSync(arange(64), end, { chunkSize: 1 })).toThrow(
      expect.objectContaining({ code: "POOL_TERMINATED" }),
    );
    delete (globalThis as { poolToEnd?: Pool }).poolToEnd;
    await pool.terminate();
  });
  it("by the last report of progress: what workers have spent is still right", async () => {
    const pool = new Pool({ workers: 2 });
    const a = arange(100_000);
    const began = performance.now();
    const call = pool.forEachChunk(a, () => {}, {
      onProgress: ({ done, total }) => {
        if (done === total) void pool.terminate();
      },
    });
    const [{ status }] = await Promise.allSettled([call]);
    const { busyMs, calls } = pool.stats();
    expect(calls).toBe(status === "fulfilled" ? 1 : 0); // the report may come before the call knows that it has ended
    expect(busyMs).toBeLessThan(2 * (performance.now() - began) + 1000);
    await pool.terminate();
  });
});

it("a `chunkSize` that is no number of elements is refused by every call", async () => {
  await using pool = new Pool({ workers: 2 });
  for (const chunkSize of ["whole", 0, 1.5, "4"] as never[]) {
    await expect(pool.map(arange(4), cumulativeSum, { chunkSize })).rejects.toThrow(/chunkSize/);
    await expect(pool.reduce(arange(4), sum, { chunkSize })).rejects.toThrow(/chunkSize/);
    await expect(pool.forEachChunk(arange(4), () => {}, { chunkSize })).rejects.toThrow(/chunkSize/);
  }
});
