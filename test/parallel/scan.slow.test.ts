/** Running sums and products on a team: the bytes of the calling thread, whatever the workers and the chunks. */
import { createHash } from "node:crypto";
import {
  type AnyNDArray,
  add,
  arange,
  array,
  cumulativeProd,
  cumulativeSum,
  type NDArray,
  Pool,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const pools = [0, 1, 2, 3].map((workers) => new Pool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

/** A digest of the bytes: comparing millions of them one by one takes seconds. */
const digest = (a: unknown) =>
  createHash("sha256")
    .update((a as AnyNDArray).copy().memory.buf)
    .digest("hex");
const fractions = pools[0]!.mapSync(arange(200_000), (x) => 1 / (x + 1));

const cases: [string, NDArray<"float64"> | AnyNDArray, { axis?: number }][] = [
  ["a line of several pieces", fractions, {}],
  ["rows of several pieces", fractions.reshape([2, 100_000]), { axis: 1 }],
  ["many short rows", fractions.reshape([20_000, 10]), { axis: 1 }],
  ["columns", fractions.reshape([20_000, 10]), { axis: 0 }],
  ["all elements of a transposed array", fractions.reshape([400, 500]).T, {}],
  ["a view backwards", fractions.slice("::-3") as NDArray<"float64">, {}],
  ["float32", fractions.astype("float32"), {}],
  ["int32, summed as int64", arange(150_000, { dtype: "int32" }), {}],
  ["uint8, summed as uint64", arange(150_000).astype("uint8"), {}],
  ["nothing", zeros([0]), {}],
  ["no rows", zeros([0, 5]), { axis: 1 }],
];

describe.each([
  ["cumulativeSum", cumulativeSum],
  ["cumulativeProd", cumulativeProd],
] as const)("%s", (_, fn) => {
  it.each(cases)("of %s", async (_name, a, options) => {
    const expected = digest(fn(a, options));
    for (const pool of pools) {
      for (const chunkSize of [1, 3, "auto"] as const) {
        const found = await pool.map(a, fn, { ...options, chunkSize });
        expect(digest(found), `${pool.workers} workers, chunks of ${chunkSize}`).toBe(expected);
        expect(digest(pool.mapSync(a, fn, { ...options, chunkSize }))).toBe(expected);
      }
    }
  });
});

it("carries from piece to piece what a plain loop carries, as far as rounding allows", () => {
  const sums = cumulativeSum(fractions) as NDArray<"float64", 1>;
  let total = 0;
  for (let i = 0; i < 200_000; i++) {
    total += 1 / (i + 1);
    if (i % 9973 === 0) expect(sums.get(i)).toBeCloseTo(total, 10);
  }
  const integers = cumulativeSum(arange(200_000, { dtype: "int64" })) as NDArray<"int64", 1>;
  expect(integers.get(199_999)).toBe(19_999_900_000n);
});

it("writes to out, which may be the operand, and returns it", async () => {
  for (const pool of pools) {
    const a = array([1, 2, 3, 4]);
    expect(await pool.map(a, cumulativeSum, { out: a })).toBe(a);
    expect(a.toArray()).toEqual([1, 3, 6, 10]);
  }
});

it("keeps the order of calls: the next call sees the running sums", async () => {
  const pool = pools[2]!;
  const a = zeros([200_000]).fill(1);
  const first = pool.map(a, cumulativeSum, { out: a });
  const second = pool.map([a, a], add, { out: a });
  await Promise.all([first, second]);
  expect([a.get(0), a.get(99_999), a.get(199_999)]).toEqual([2, 200_000, 400_000]);
});

it("refuses what it does not know, before anything is written", async () => {
  const a = array([1, 2]);
  await expect(pools[2]!.map(a, cumulativeSum, { keepdims: true } as never)).rejects.toThrow(
    /options of cumulativeSum/,
  );
  await expect(pools[2]!.map(a, cumulativeSum, { axis: 3 })).rejects.toThrow(/axis/);
  await expect(pools[2]!.map([a, a] as never, cumulativeSum)).rejects.toThrow(/one operand/);
  await expect(pools[2]!.reduce(a, cumulativeSum as never)).rejects.toThrow(/use map/);
  expect(a.toArray()).toEqual([1, 2]);
});
