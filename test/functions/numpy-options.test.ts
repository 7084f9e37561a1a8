/** Options of NumPy's that few programs need: what they give, what they refuse, and that nothing is written then. */
import {
  allclose,
  argsort,
  array,
  arrayEqual,
  asarray,
  concat,
  cumulativeProd,
  cumulativeSum,
  DTypeError,
  hstack,
  IndexError,
  type NDArray,
  Pool,
  ShapeError,
  searchsorted,
  sort,
  stack,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, expectTypeOf, it } from "vitest";

const pool = new Pool({ workers: 2 });
afterAll(() => pool.close());
const x = array([1, 2, 3]);
const grid = array([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("cumulativeSum and cumulativeProd", () => {
  it("begin with the sum or product of no elements, along any axis", () => {
    expect(cumulativeSum(x, { includeInitial: true }).toArray()).toEqual([0, 1, 3, 6]);
    expect(cumulativeProd(x, { includeInitial: true }).toArray()).toEqual([1, 1, 2, 6]);
    expect(cumulativeSum(grid, { axis: 1, includeInitial: true }).toArray()).toEqual([
      [0, 1, 3, 6],
      [0, 4, 9, 15],
    ]);
    expect(cumulativeProd(grid, { axis: 0, includeInitial: true }).toArray()).toEqual([
      [1, 1, 1],
      [1, 2, 3],
      [4, 10, 18],
    ]);
    expect(cumulativeSum(zeros([0]), { includeInitial: true }).toArray()).toEqual([0]);
    expect(cumulativeSum(zeros([0, 3]), { axis: 0, includeInitial: true }).toArray()).toEqual([[0, 0, 0]]);
    expect(cumulativeSum(array([1n, 2n]), { includeInitial: true }).toArray()).toEqual([0n, 1n, 3n]);
    expect(cumulativeSum(grid, { includeInitial: true }).toArray()).toEqual([0, 1, 3, 6, 10, 15, 21]);
  });

  it("write to an `out` that is longer by one, also if it is where the elements are", () => {
    const out = zeros([4]);
    expect(cumulativeSum(x, { includeInitial: true, out })).toBe(out);
    const own = array([9, 1, 2, 3]);
    cumulativeSum(own.slice("1:"), { includeInitial: true, out: own });
    expect(own.toArray()).toEqual([0, 1, 3, 6]);
    const shifted = array([1, 2, 3, 9]);
    cumulativeSum(shifted.slice(":3"), { includeInitial: true, out: shifted });
    expect(shifted.toArray()).toEqual([0, 1, 3, 6]);
    expect(() => cumulativeSum(x, { includeInitial: true, out: zeros([3]) })).toThrow(ShapeError);
    expect(() => cumulativeSum(x, { includeInitial: 1 as never })).toThrow(/`includeInitial` to be a boolean/);
  });

  it("accumulate in the dtype that is asked for, and give it", async () => {
    const single = cumulativeSum(x, { dtype: "float32" });
    expectTypeOf(single).toEqualTypeOf<NDArray<"float32", 1>>();
    expect([single.dtype, single.toArray()]).toEqual(["float32", [1, 3, 6]]);
    const bytes = array([200, 100], { dtype: "uint8" });
    expect(cumulativeSum(bytes).toArray()).toEqual([200n, 300n]);
    expect(cumulativeSum(bytes, { dtype: "uint8" }).toArray()).toEqual([200, 44]);
    expect(cumulativeSum(bytes, { dtype: "float64" }).toArray()).toEqual([200, 300]);
    expect(cumulativeSum(array([1.9, 1.9]), { dtype: "int64" }).toArray()).toEqual([1n, 2n]);
    expect(cumulativeSum(bytes, { dtype: "int16", includeInitial: true }).toArray()).toEqual([0, 200, 300]);
    expect((await pool.map(bytes, cumulativeSum, { dtype: "int32" })).toArray()).toEqual([200, 300]);
    expect(bytes.cumulativeSum({ dtype: "uint8" }).toArray()).toEqual([200, 44]);
    expect(() => cumulativeSum(x, { dtype: "bool" })).toThrow(DTypeError);
    expect(() => cumulativeSum(x, { dtype: "int8", out: zeros([3], { dtype: "bool" }) })).toThrow(DTypeError);
  });
});

describe("searchsorted", () => {
  it("takes one value, a list and a typed array", () => {
    expectTypeOf(searchsorted(x, 2)).toEqualTypeOf<number>();
    expect([searchsorted(x, 2), searchsorted(x, 2, { side: "right" }), searchsorted(x, Number.NaN)]).toEqual([1, 2, 3]);
    expect(searchsorted(x, [[0, 2.5]]).toArray()).toEqual([[0, 2]]);
    expect(searchsorted(x, Float64Array.of(9)).toArray()).toEqual([3]);
    expect(searchsorted(array([1n, 5n]), 3n)).toBe(1);
  });
  it("takes the order of `a`", () => {
    const mixed = array([30, 10, 20]);
    expect(searchsorted(mixed, [5, 25], { sorter: argsort(mixed) }).toArray()).toEqual([0, 2]);
    expect(searchsorted(mixed, 25, { sorter: [1, 2, 0] })).toBe(2);
    expect(() => searchsorted(mixed, 1, { sorter: [0, 1] })).toThrow(ShapeError);
    expect(() => searchsorted(mixed, 1, { sorter: [0, 1, 3] })).toThrow(IndexError);
  });
});

it("sort and argsort say that they are stable", () => {
  expect(sort(array([2, 1]), { stable: true }).toArray()).toEqual([1, 2]);
  expect(argsort(array([2, 1, 1]), { stable: false }).toArray()).toEqual([1, 2, 0]);
  expect(() => sort(x, { stable: "yes" as never })).toThrow(/`stable` to be a boolean/);
});

it("NaN is equal and close to NaN if that is asked for", () => {
  const [a, b] = [array([1, Number.NaN]), array([1, Number.NaN])];
  expect([arrayEqual(a, b), arrayEqual(a, b, { equalNan: true }), arrayEqual(a, x, { equalNan: true })]).toEqual([
    false,
    true,
    false,
  ]);
  expect([allclose(a, b), allclose(a, b, { equalNan: true })]).toEqual([false, true]);
  expect(allclose(array([Number.NaN, 1]), b, { equalNan: true })).toBe(false);
  expect(arrayEqual(array([1n]), array([1]), { equalNan: true })).toBe(true);
});

it("asarray and astype copy only if they must, or as they are told", () => {
  expect(asarray(x)).toBe(x);
  const copied = asarray(x, { copy: true });
  expect([copied === x, copied.toArray()]).toEqual([false, [1, 2, 3]]);
  expect(asarray(x, { copy: false })).toBe(x);
  expect(() => asarray([1], { copy: false })).toThrow(/if nothing is to be copied, got \[1\]/);
  expect(() => asarray(x, { copy: false, dtype: "int8" })).toThrow(/an NDArray of int8 .* got one of float64/);
  expect(x.astype("float64", { copy: false })).toBe(x);
  expect(x.astype("float64")).not.toBe(x);
  expect(x.astype("int8", { copy: false }).toArray()).toEqual([1, 2, 3]);
  expect(() => x.copy({ copy: false } as never)).toThrow(/copy/);
});

it("arrays are joined in the dtype that is asked for", () => {
  const small = array([1, 2], { dtype: "int8" });
  const joined = concat([small, small], { dtype: "float32" });
  expectTypeOf(joined).toEqualTypeOf<NDArray<"float32", 1>>();
  expect([joined.dtype, joined.toArray()]).toEqual(["float32", [1, 2, 1, 2]]);
  expect(stack([small, small], { axis: 1, dtype: "int64" }).toArray()).toEqual([
    [1n, 1n],
    [2n, 2n],
  ]);
  expect(hstack([small, x], { dtype: "float64" }).dtype).toBe("float64");
  expect(concat([grid, grid], { axis: null, dtype: "float32" }).shape).toEqual([12]);
  expect(() => concat([x, x], { dtype: "int8" })).toThrow(DTypeError);
  expect(() => concat([x, x], { dtype: "float64", out: zeros([6]) } as never)).toThrow(/either `out` or the `dtype`/);
});
