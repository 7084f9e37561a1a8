/** `take`, `put` and `compress` for every dtype, layout and kind of indices, against the same work element by element. */
import { type AnyNDArray, arange, array, type DType, IndexError, type NDArray, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { dtypeNames } from "../../src/base/dtype.js";

const INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const;
const isBig = (dtype: DType) => dtype === "int64" || dtype === "uint64";
/** The k-th value of a dtype. Those of 64-bit integers fill both halves. */
const valueAt = (k: number, dtype: DType): number | bigint | boolean => {
  if (isBig(dtype)) return BigInt(k) * 0x1_0000_0003n + (k % 2 === 0 ? 0x7ff0_0000_0000_0001n : 5n);
  return dtype === "bool" ? k % 3 === 0 : k % 120;
};
/** An array with other elements at every place, in C order. */
function numbered(shape: number[], dtype: DType): AnyNDArray {
  const a = zeros(shape, { dtype }) as AnyNDArray;
  for (let k = 0; k < a.size; k++)
    (a.ravel() as NDArray<DType>).set(...([k, valueAt(k, dtype)] as never as [number, never]));
  return a;
}
/** The same elements in other layouts. */
const layouts: Record<string, (a: AnyNDArray) => AnyNDArray> = {
  contiguous: (a) => a,
  reversed: (a) => a.slice("::-1").copy().slice("::-1") as AnyNDArray,
  "every second": (a) => {
    const wide = zeros([...a.shape.slice(0, -1), 2 * a.shape.at(-1)!], { dtype: a.dtype }) as AnyNDArray;
    const half = wide.slice("...", "::2") as AnyNDArray;
    half.assign(a as never);
    return half;
  },
  Fortran: (a) => a.T.copy().T as AnyNDArray,
};
const pick = (a: AnyNDArray, at: readonly number[]) => a.get(...(at as never as []));
const wrapped = (index: number, length: number) => (index < 0 ? index + length : index);
/** All indices of a shape, in C order. */
const indicesOf = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>((all, n) => all.flatMap((one) => Array.from({ length: n }, (_, i) => [...one, i])), [[]]);
const flatOf = (a: AnyNDArray) => indicesOf(a.shape).map((at) => pick(a, at));

const SHAPE = [5, 4, 40];
describe.each(dtypeNames)("%s", (dtype) => {
  it.each(Object.keys(layouts))("%s: take, put and compress do what element by element does", (layout) => {
    const a = layouts[layout]!(numbered(SHAPE, dtype));
    const elements = flatOf(a);
    const flat = [0, 7, -1, 7, 799, -800, 3];
    expect(flatOf(a.take(flat) as AnyNDArray)).toEqual(flat.map((i) => elements[wrapped(i, 800)]));
    for (const [axis, length] of SHAPE.entries()) {
      const positions = [length - 1, 0, -2, 0];
      const taken = a.take(positions, { axis }) as AnyNDArray;
      expect(taken.shape).toEqual(SHAPE.with(axis, 4));
      const wanted = indicesOf(taken.shape).map((at) => pick(a, at.with(axis, wrapped(positions[at[axis]!]!, length))));
      expect(flatOf(taken)).toEqual(wanted);
      const mask = Array.from({ length }, (_, i) => i % 3 !== 1);
      const kept = a.compress(array(mask), { axis }) as AnyNDArray;
      const places = mask.flatMap((on, i) => (on ? [i] : []));
      expect(flatOf(kept)).toEqual(indicesOf(kept.shape).map((at) => pick(a, at.with(axis, places[at[axis]!]!))));
    }
    const on = layouts[layout]!(numbered(SHAPE, "bool")) as NDArray<"bool">;
    const isOn = flatOf(on);
    expect(flatOf(a.compress(on) as AnyNDArray)).toEqual(elements.filter((_, k) => isOn[k]));
    const rows = array(Array.from({ length: 5 }, (_, i) => Array.from({ length: 4 }, (_, j) => (i + j) % 2 === 0)));
    const chosen = indicesOf([5, 4]).filter(([i, j]) => (i! + j!) % 2 === 0);
    expect(flatOf(a.compress(rows) as AnyNDArray)).toEqual(
      chosen.flatMap(([i, j]) => Array.from({ length: 40 }, (_, k) => pick(a, [i!, j!, k]))),
    );
    const given = numbered([3], dtype);
    a.put(flat, given as never);
    const expected = [...elements];
    for (const [k, i] of flat.entries()) expected[wrapped(i, 800)] = flatOf(given)[k % 3]!;
    expect(flatOf(a)).toEqual(expected);
  });
});

it.each(INTEGERS)("indices of %s, in any layout, negative ones if it has them", (dtype) => {
  const a = numbered([100], "float64");
  const list = dtype.startsWith("u") ? [3, 99, 0, 3] : [3, -1, 0, -100];
  const wanted = list.map((i) => a.get(wrapped(i, 100)));
  expect(a.take(array(list).astype(dtype)).toArray()).toEqual(wanted);
  const spaced = zeros([8], { dtype }).slice("::2") as AnyNDArray;
  spaced.assign(list);
  expect(a.take(spaced as never).toArray()).toEqual(wanted);
  const wrong = array([3, 100]).astype(dtype);
  expect(() => a.take(wrong)).toThrow("to be an integer in [-100, 100), got 100 (axis 0 of shape [100])");
  expect(() => a.put(wrong, 1)).toThrow("got 100");
});

it("values of `put` that are elements of the target are read before any is written", () => {
  const a = array([1, 2, 3, 4]);
  a.put([1, 2, 3], a.slice([0, 3]));
  expect(a.toArray()).toEqual([1, 1, 2, 3]);
  const ints = zeros([4], { dtype: "int32" });
  ints.put([0, -1], array([7, 9]).astype("uint8"));
  expect(ints.toArray()).toEqual([7, 0, 0, 9]);
});

it("a byte of a mask that is neither 0 nor 1 counts as true", () => {
  const mask = zeros([6], { dtype: "bool" });
  mask.flat.set([0, 2, 255, 0, 1, 128]);
  expect(array([0, 1, 2, 3, 4, 5]).compress(mask).toArray()).toEqual([1, 2, 4, 5]);
  expect(zeros([6, 2]).compress(mask, { axis: 0 }).shape).toEqual([4, 2]);
});

describe("indices of 64 bits", () => {
  const table = arange(10).astype("float64");
  it.each([
    ["int64", BigInt64Array.of(0n, 9n, -1n, -10n), [0, 9, 9, 0]],
    ["uint64", BigUint64Array.of(0n, 9n, 5n), [0, 9, 5]],
  ])("%s are positions, and negative ones count from the end", (_, indices, expected) => {
    expect(table.take(indices).toArray()).toEqual(expected);
    expect(table.take(array(indices).slice("::-1")).toArray()).toEqual(expected.toReversed());
  });

  it.each([
    ["10", BigInt64Array.of(1n, 10n)],
    ["-11", BigInt64Array.of(1n, -11n)],
    ["2^32 + 1", BigInt64Array.of(2n ** 32n + 1n)],
    ["-2^32 + 1", BigInt64Array.of(1n - 2n ** 32n)],
    ["2^63", BigUint64Array.of(2n ** 63n)],
    ["2^64 - 1", BigUint64Array.of(2n ** 64n - 1n)],
  ])("%s is outside of ten elements", (_, indices) => {
    const before = table.toArray();
    expect(() => table.take(indices)).toThrow(`got ${Number(indices.at(-1))}`);
    expect(() => table.put(indices, 5)).toThrow(IndexError);
    expect(table.toArray()).toEqual(before);
  });
});
