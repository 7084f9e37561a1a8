/** Options of NumPy's that few programs need: what they give, what they refuse, and that nothing is written then. */
import {
  add,
  allclose,
  arange,
  argsort,
  array,
  arrayEqual,
  asarray,
  bitwiseXor,
  clip,
  concat,
  cumulativeProd,
  cumulativeSum,
  DTypeError,
  equal,
  full,
  greater,
  hstack,
  IndexError,
  logicalAnd,
  max,
  mean,
  min,
  type NDArray,
  nanToNum,
  Pool,
  prod,
  resultType,
  round,
  ShapeError,
  searchsorted,
  sort,
  stack,
  subtract,
  sum,
  where,
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

describe("booleans next to arrays", () => {
  const mask = array([true, false]);
  it("are arrays of one bool", () => {
    const same = equal(mask, true);
    expectTypeOf(same).toEqualTypeOf<NDArray<"bool", 1>>();
    expect(same.toArray()).toEqual([true, false]);
    expect(logicalAnd(mask, true).toArray()).toEqual([true, false]);
    expect(bitwiseXor(mask, true).toArray()).toEqual([false, true]);
    const chosen = where(mask, true, false);
    expectTypeOf(chosen).toEqualTypeOf<NDArray<"bool", 1>>();
    expect([chosen.dtype, chosen.toArray()]).toEqual(["bool", [true, false]]);
    const sum = add(array([1, 2], { dtype: "int8" }), true);
    expectTypeOf(sum).toEqualTypeOf<NDArray<"int8", 1>>();
    expect([sum.dtype, sum.toArray()]).toEqual(["int8", [2, 3]]);
    expect([resultType("bool", true), resultType("int8", false)]).toEqual(["bool", "int8"]);
    expect(() => subtract(mask, true)).toThrow(DTypeError);
  });
  it("fill bool arrays", () => {
    const all = full([2], true);
    expectTypeOf(all).toEqualTypeOf<NDArray<"bool", 1>>();
    expect([all.dtype, full(2, true, { dtype: "int8" }).dtype, full(2, 1).dtype]).toEqual(["bool", "int8", "float64"]);
  });
});

describe("clip", () => {
  it("takes one limit, or none", () => {
    const a = array([1, 5, 9], { dtype: "int32" });
    const below = clip(a, undefined, 4);
    expectTypeOf(below).toEqualTypeOf<NDArray<"int32", 1>>();
    expect([below.dtype, below.toArray(), clip(a, 4).toArray(), clip(a).toArray()]).toEqual([
      "int32",
      [1, 4, 4],
      [4, 5, 9],
      [1, 5, 9],
    ]);
    expect(clip(array([3n, 2n ** 60n]), undefined, 5).toArray()).toEqual([3n, 5n]);
    expect(clip(array([-5, Number.NaN, 7]), undefined, 3).toArray()).toEqual([-5, Number.NaN, 3]);
    expect(clip(array([-Infinity, Infinity])).toArray()).toEqual([-Infinity, Infinity]);
    const out = zeros([3], { dtype: "int32" });
    expect(clip(a, undefined, 4, { out })).toBe(out);
    expect(out.toArray()).toEqual([1, 4, 4]);
  });
});

describe("round", () => {
  it("to decimals: halves to even in what is multiplied, integers stay integers", () => {
    expect(round(array([1.25, 1.35, -0.05, 2.5]), { decimals: 1 }).toArray()).toEqual([1.2, 1.4, -0, 2.5]);
    expect(round(array([1250, 1350, 17]), { decimals: -2 }).toArray()).toEqual([1200, 1400, 0]);
    const whole = round(array([15, 25, -14], { dtype: "int16" }), { decimals: -1 });
    expectTypeOf(whole).toEqualTypeOf<NDArray<"int16", 1>>();
    expect([whole.dtype, whole.toArray()]).toEqual(["int16", [20, 20, -10]]);
    expect(round(array([15], { dtype: "int16" }), { decimals: 3 }).toArray()).toEqual([15]);
    expect(round([2.345], { decimals: 2 }).toArray()).toEqual([2.35]); // 234.50000000000003, as in NumPy
    expect(round(array([2.5]), { decimals: 0 }).toArray()).toEqual([2]);
    expect(round(array([{ re: 1.25, im: -2.35 }]), { decimals: 1 }).toArray()).toEqual([{ re: 1.2, im: -2.4 }]);
    const own = array([0.125, 0.375]);
    expect(round(own, { decimals: 2, out: own })).toBe(own);
    expect(own.toArray()).toEqual([0.12, 0.38]);
    expect(() => round(own, { decimals: 0.5 })).toThrow(/`decimals` to be an integer/);
    expect(() => round(own, { decimals: 1, where: mask } as never)).toThrow(/no `where` next to `decimals`/);
    expect(round(own, { decimals: undefined, out: own }).toArray()).toEqual([0, 0]);
    own.assign([0.12, 0.38]);
    expect(() => round(own, { decimals: 1, out: zeros([2], { dtype: "int8" }) })).toThrow(DTypeError);
    expect(own.toArray()).toEqual([0.12, 0.38]);
  });
});
const mask = array([true, false]);

it("nanToNum has numbers in place of NaN and infinities", () => {
  const a = array([1, Number.NaN, Infinity, -Infinity]);
  expect(nanToNum(a).toArray()).toEqual([1, 0, Number.MAX_VALUE, -Number.MAX_VALUE]);
  expect(nanToNum(a, { nan: -1, posinf: 2, neginf: 3 }).toArray()).toEqual([1, -1, 2, 3]);
  expect(nanToNum(a.astype("float16")).toArray()).toEqual([1, 0, 65504, -65504]);
  expect(nanToNum(array([1n])).toArray()).toEqual([1n]);
  expect(nanToNum([Number.NaN]).toArray()).toEqual([0]);
  expect(nanToNum(array([{ re: Number.NaN, im: Infinity }]), { posinf: 5 }).toArray()).toEqual([{ re: 0, im: 5 }]);
  expect(nanToNum(a.slice("::-1")).toArray()).toEqual([-Number.MAX_VALUE, Number.MAX_VALUE, 0, 1]);
  expect(nanToNum(a, { out: a })).toBe(a);
  expect(a.toArray()).toEqual([1, 0, Number.MAX_VALUE, -Number.MAX_VALUE]);
  expect(() => nanToNum(a, { nan: "0" as never })).toThrow(/`nan` to be a number/);
});

describe("indices beyond an axis", () => {
  it("wrap around or are the nearest, as NumPy's modes say", () => {
    const z = array([10, 20, 30]);
    expect(z.take([-1, 3, 7, -4], { mode: "wrap" }).toArray()).toEqual([30, 10, 20, 30]);
    expect(z.take([-1, 3, 7, 1], { mode: "clip" }).toArray()).toEqual([10, 30, 30, 20]);
    expect(grid.take(array([3n, -1n]), { axis: 1, mode: "wrap" }).toArray()).toEqual([
      [1, 3],
      [4, 6],
    ]);
    const out = zeros([2]);
    expect(z.take([5, -5], { mode: "clip", out })).toBe(out);
    expect(out.toArray()).toEqual([30, 10]);
    const y = zeros([3]);
    y.put([3, -2], array([1, 2]), { mode: "wrap" });
    expect(y.toArray()).toEqual([1, 2, 0]);
    y.put([9], 5, { mode: "clip" });
    expect(y.toArray()).toEqual([1, 2, 5]);
  });

  it("of 64 bits are divided as they are", () => {
    const z = array([1, 2, 3]);
    expect(z.take(array([2n ** 62n + 1n, -(2n ** 62n) - 1n]), { mode: "wrap" }).toArray()).toEqual([3, 2]);
  });

  it("are refused without a mode, if they are no integers, and where there is no element", () => {
    const z = array([10, 20, 30]);
    expect(() => z.take([3])).toThrow(IndexError);
    expect(() => z.take([1.5], { mode: "clip" })).toThrow(IndexError);
    expect(() => z.take([Number.NaN], { mode: "wrap" })).toThrow(IndexError);
    expect(() => zeros([0]).take([0], { mode: "wrap" })).toThrow(IndexError);
    expect(zeros([0]).take([], { mode: "wrap" }).shape).toEqual([0]);
    expect(() => z.take([0], { mode: "near" as never })).toThrow(/`mode` to be one of/);
  });
});

describe("initial", () => {
  it("is an element more, with which extremes of no elements exist", () => {
    expect(sum(x, { initial: 10 })).toBe(16);
    expect(prod(x, { initial: -2 })).toBe(-12);
    expect(min(x, { initial: -1 })).toBe(-1);
    expect(max(zeros([0]), { initial: 3 })).toBe(3);
    expect(max(grid, { axis: 1, initial: 4 }).toArray()).toEqual([4, 6]);
    expect(sum(grid, { axis: 0, initial: 1, keepdims: true }).toArray()).toEqual([[6, 8, 10]]);
    const isSmall = array([true, false, true]);
    expect(max(x, { initial: 0, where: isSmall })).toBe(3);
    expect(min(grid, { axis: 1, initial: 9, where: array([false, false, true]) }).toArray()).toEqual([3, 6]);
    const out = zeros([2]);
    expect(max(grid, { axis: 1, initial: 5, out })).toBe(out);
    expect(out.toArray()).toEqual([5, 6]);
  });

  it("must be a number that integers can hold", () => {
    const bytes = array([1, 2], { dtype: "uint8" });
    for (const initial of [-1, 300, Number.NEGATIVE_INFINITY, Number.NaN, 1.5]) {
      expect(() => max(bytes, { initial })).toThrow(/`initial` to be a number that uint8 can hold/);
    }
    expect(max(bytes, { initial: 200 })).toBe(200);
    expect(max(x, { initial: Number.NEGATIVE_INFINITY })).toBe(3);
  });

  it("is refused by reductions that have none", () => {
    expect(() => mean(x, { initial: 1 } as never)).toThrow(/Expected no `initial` for mean/);
    expect(() => sum(x, { initial: "1" } as never)).toThrow(TypeError);
    expect(() => max(x, { where: array([true, false, true]) })).toThrow(TypeError);
    expect(() => sum(x, { initial: 1, correction: 1 })).toThrow(/Expected no `correction` for sum/);
  });
});

describe("other forms of known functions", () => {
  it("sort all elements as one vector", () => {
    const z = array([
      [3, 1],
      [2, Number.NaN],
    ]);
    const sorted = sort(z, { axis: null });
    expectTypeOf(sorted).toEqualTypeOf<NDArray<"float64", 1>>();
    expect(sorted.toArray()).toEqual([1, 2, 3, Number.NaN]);
    expect(argsort(z, { axis: null }).toArray()).toEqual([1, 2, 0, 3]);
    expect(argsort(z.T, { axis: null, descending: true }).toArray()).toEqual([3, 0, 1, 2]);
    expect(z.toArray()).toEqual([
      [3, 1],
      [2, Number.NaN],
    ]);
    const out = zeros([4]);
    expect(sort(z, { axis: null, out })).toBe(out);
  });

  it("say where a condition is true", () => {
    const [rows, columns] = where(greater(grid, 2)) as [NDArray<"int32", 1>, NDArray<"int32", 1>];
    expect([rows.toArray(), columns.toArray()]).toEqual([
      [0, 1, 1, 1],
      [2, 0, 1, 2],
    ]);
    expect(where(x)[0]!.toArray()).toEqual([0, 1, 2]);
    expect(() => where([true] as never)).toThrow(TypeError);
  });

  it("take options behind start and stop", () => {
    const z = arange(1, 4, { dtype: "int8" });
    expectTypeOf(z).toEqualTypeOf<NDArray<"int8", 1>>();
    expect([z.dtype, z.toArray()]).toEqual(["int8", [1, 2, 3]]);
    expect(() => arange(1, 4, null as never)).toThrow(TypeError);
    expect(() => (arange as (...args: unknown[]) => unknown)(1, { dtype: "int8" }, 3)).toThrow(/last argument/);
    expect(() => (arange as (...args: unknown[]) => unknown)(1, 5, {}, {})).toThrow(/last argument/);
    expect(() => arange(1, 4, 1, { type: "int8" } as never)).toThrow(TypeError);
  });
});
