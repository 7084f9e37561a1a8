/** Running sums and products: the same elements whatever lies next to them in memory and whoever accumulates them. */
import { arange, array, cumulativeProd, cumulativeSum, type NDArray, Pool, zeros } from "shared-ndarray";
import { expect, it } from "vitest";

const fractions = (n: number) => array(Float64Array.from({ length: n }, (_, i) => Math.sin(i) / (1 + (i % 7))));

/** The running sums of each column, one addition after the other. */
function columnSums(a: NDArray<"float64", 2>): number[] {
  const [rows, columns] = a.shape as [number, number];
  const sums = a.toArray().flat() as number[];
  for (let i = columns; i < rows * columns; i++) sums[i]! += sums[i - columns]!;
  return sums;
}

it.each([
  [3, 5],
  [40, 30],
  [300, 2000],
  [2000, 9],
])("adds %i rows of %i columns row by row", (rows, columns) => {
  const a = fractions(rows * columns).reshape([rows, columns]);
  const expected = columnSums(a);
  expect((cumulativeSum(a, { axis: 0 }).toArray() as number[][]).flat()).toEqual(expected);
  expect((cumulativeSum(a.T, { axis: 1 }).T.toArray() as number[][]).flat()).toEqual(expected);
  const out = zeros([columns, rows]).T;
  expect(cumulativeSum(a, { axis: 0, out })).toBe(out);
  expect((out.toArray() as number[][]).flat()).toEqual(expected);
});

it("is the same for columns and rows longer than a piece, on one thread and on a team", async () => {
  const rows = fractions(9 * 70_000).reshape([9, 70_000]);
  const expected = cumulativeSum(rows, { axis: 1 }).toArray();
  expect(cumulativeSum(rows.T.copy(), { axis: 0 }).T.toArray()).toEqual(expected);
  await using pool = new Pool({ workers: 2 });
  expect((await pool.map(rows, cumulativeSum, { axis: 1, chunkSize: 1 })).toArray()).toEqual(expected);
  const out = zeros([9, 70_000]);
  await pool.map(rows, cumulativeSum, { axis: 1, out, chunkSize: 1 });
  expect(out.toArray()).toEqual(expected);
});

it.each([10, 20_000])("reads all of the input before it writes over it (%i elements)", (n) => {
  const expected = (cumulativeSum(arange(n).astype("float64")) as NDArray<"float64", 1>).toArray();
  const a = arange(n + 1).astype("float64");
  cumulativeSum(a.slice([0, n]), { out: a.slice([1, n + 1]) });
  expect(a.slice([1, n + 1]).toArray()).toEqual(expected);
  const same = arange(n).astype("float64");
  cumulativeSum(same, { out: same });
  expect(same.toArray()).toEqual(expected);
});

it.each([3, 20_000])("keeps the sign of zero and wraps integers (%i elements)", (n) => {
  const negative = array(new Float64Array(n).fill(-0));
  expect(Object.is(cumulativeSum(negative).get(n - 1), -0)).toBe(true);
  const big = array(new BigUint64Array(n).fill(2n ** 63n));
  expect(cumulativeSum(big).get(1)).toBe(0n);
  expect(cumulativeSum(big).get(n - 1)).toBe(n % 2 === 0 ? 0n : 2n ** 63n);
  const bytes = array(new Uint8Array(n).fill(3));
  expect(cumulativeProd(bytes).get(n - 1)).toBe(BigInt.asUintN(64, 3n ** BigInt(n)));
});

/** Sums of integers take two elements at a time and products four; some elements are left over. */
it.each(["int64", "uint64", "int32", "uint8"] as const)("of %s, which wrap at 64 bits", async (dtype) => {
  await using pool = new Pool({ workers: 2 });
  for (const n of [1, 2, 3, 7, 8, 9, 20_003]) {
    const a = array(Int32Array.from({ length: n }, (_, i) => ((i * 7919) % 251) | 1)).astype(dtype) as NDArray<
      "int64",
      1
    >;
    for (const [fn, both] of [
      [cumulativeSum, (x: bigint, y: bigint) => x + y],
      [cumulativeProd, (x: bigint, y: bigint) => x * y],
    ] as const) {
      const results = fn(a) as NDArray<"int64", 1>;
      const wrap = results.dtype === "int64" ? BigInt.asIntN : BigInt.asUintN;
      let sum = fn === cumulativeSum ? 0n : 1n;
      const expected = a.toArray().map((x) => {
        sum = wrap(64, both(sum, BigInt(x)));
        return sum;
      });
      expect(results.toArray()).toEqual(expected);
      const ofTeam = (await pool.map(a, fn, { chunkSize: 1 })) as NDArray<"int64", 1>;
      expect(ofTeam.toArray()).toEqual(expected);
      const out = zeros([2 * n], { dtype: results.dtype }).slice([null, null, 2]) as NDArray<"int64", 1>;
      fn(a, { out });
      expect(out.toArray()).toEqual(expected);
    }
  }
});
