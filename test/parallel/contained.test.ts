/**
 * An awaited call runs no function of the user's on the calling thread, however quick the calls before it were: it may
 * loop without end, or end its thread.
 */
import { arange, Pool, RawValue, zeros } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { coded } from "../system/fixtures.js";

const QUICK_CALLS = 50;

describe.each(["thread", "process"] as const)("in a pool of workers that are each a %s", (isolation) => {
  const pool = new Pool({ workers: 2, isolation });
  afterAll(() => pool.terminate());
  const scope = isolation === "process" ? "system" : "process";
  const quickly = async (call: () => Promise<unknown>) => {
    for (let i = 0; i < QUICK_CALLS; i++) await call();
    expect(pool.stats().inlineCalls).toBe(0);
  };

  it("a kernel that does not return is stopped", async () => {
    const a = zeros(8, { scope });
    const kernel = (chunk: typeof a) => {
      while (chunk.get(0) >= 100);
    };
    await quickly(() => pool.forEachChunk(a, kernel));
    a.fill(100);
    const stopped = pool.forEachChunk(a, kernel, { timeoutMs: 50, terminateAfterMs: 50 });
    await expect(stopped).rejects.toThrow(coded({ code: "TIMEOUT" }));
  });

  it.each(["forEachChunk", "map", "reduce"] as const)("%s that ends its thread ends a worker", async (method) => {
    const leaves = new RawValue("int32", 0, { scope });
    const a = arange(8, { scope });
    const leave = (_: unknown, { leaves }: { leaves: RawValue<"int32"> }) => {
      if (leaves.value === 1) process.exit(5);
      return 1;
    };
    const calls = {
      forEachChunk: () =>
        pool.forEachChunk(
          a,
          (_, __, { leaves }) => {
            if (leaves.value === 1) process.exit(5);
          },
          { params: { leaves } },
        ),
      map: () => pool.map(a, leave, { params: { leaves } }),
      reduce: () =>
        pool.reduce(
          a,
          {
            init: () => 0,
            chunk: (sum: number, _: unknown, __: unknown, { leaves }: { leaves: RawValue<"int32"> }) => {
              if (leaves.value === 1) process.exit(5);
              return sum;
            },
            combine: (x: number) => x,
          },
          { params: { leaves } },
        ),
    };
    await quickly(calls[method]);
    leaves.value = 1;
    await expect(calls[method]()).rejects.toThrow(coded({ code: "WORKER_DIED" }));
  });
});
