/** Memory of arrays that a pool has worked on is used again, but never while a worker may still write to it. */
import { describe, expect, it } from "vitest";
import { all, equal, exp, full, map, type NDArray, Pool, square, tidy, zeros } from "../../dist/index.js";

const N = 2_000_000;

describe("memory that a pool works on", () => {
  it("is not given to others when the pool is terminated in the middle of a call", async () => {
    for (let round = 0; round < 8; round++) {
      const pool = new Pool({ workers: 2 });
      await pool.ready();
      const [a, out] = [full(N, 1), zeros(N)];
      const call = pool.map(a, exp, { out });
      call.catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 2));
      const ended = pool.terminate();
      out.close();
      using other = full(N, 7);
      await ended;
      await expect(call)
        .rejects.toMatchObject({ code: "POOL_TERMINATED" })
        .catch(() => {}); // unless it was done before
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(all(equal(other, 7))).toBe(true);
    }
  });

  it("is used again after each call in a steady loop, and holds what was computed", async () => {
    await using pool = new Pool({ workers: 2 });
    const a = full(N, 3);
    for (let round = 0; round < 20; round++) {
      using one = await pool.map(a, square);
      using two = pool.mapSync([a, one], (x: number, y: number) => x + y) as NDArray<"float64", 1>;
      expect([one.get(0), one.get(N - 1), two.get(N - 1)]).toEqual([9, 9, 12]);
      using other = zeros(N);
      expect(other.get(round)).toBe(0);
    }
  });
});

describe("chunks that a kernel keeps, also if the calling thread computes them", () => {
  type Keep = { kept?: NDArray<"float64", 1> };
  const reducer = {
    init: () => undefined as NDArray<"float64", 1> | undefined,
    chunk: (_: unknown, rows: NDArray<"float64", 1>) => rows,
    combine: (left: NDArray<"float64", 1> | undefined) => left,
  };
  const ways: [way: string, keep: (pool: Pool, a: NDArray<"float64", 1>) => NDArray<"float64", 1>][] = [
    [
      "forEachChunkSync",
      (pool, a) => {
        pool.forEachChunkSync(a, (rows) => {
          (globalThis as Keep).kept = rows as never;
        });
        return (globalThis as Keep).kept!;
      },
    ],
    ["reduceSync", (pool, a) => pool.reduceSync(a, reducer as never) as never],
  ];
  it.each(ways)("never see another array: %s", async (_, keep) => {
    for (const workers of [0, 2]) {
      await using pool = new Pool({ workers });
      const a = full(20_000, 1);
      const kept = keep(pool, a);
      a.close();
      const other = full(20_000, 42);
      expect(kept.get(0)).toBe(1);
      kept.set(0, -1);
      expect(other.get(0)).toBe(42);
    }
  });
  it("nor after `tidy`", async () => {
    await using pool = new Pool({ workers: 0 });
    const kept = tidy(() => pool.reduceSync(full(20_000, 1), reducer as never)) as unknown as NDArray<"float64", 1>;
    full(20_000, 42);
    expect(kept.get(0)).toBe(1);
  });
});

it("a function of the user's that closes an operand of `map` does not see other arrays", () => {
  const n = 8192;
  const a = full(n, 1);
  const global = globalThis as { closeAndMake?: () => void };
  let made: NDArray<"float64", 1> | undefined;
  global.closeAndMake = () => {
    a.close();
    made ??= full(n, 50);
  };
  const result = map(a, (x: number) => {
    (globalThis as { closeAndMake?: () => void }).closeAndMake?.();
    return x + 1;
  });
  delete global.closeAndMake;
  expect(result.toArray().every((x) => x === 2)).toBe(true);
  expect(made!.toArray().every((x) => x === 50)).toBe(true);
});
