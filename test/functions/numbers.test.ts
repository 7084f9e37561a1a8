/** Numbers next to integer arrays: compared as NumPy compares them, and whole numbers next to 64-bit integers. */
import { readFileSync } from "node:fs";
import {
  add,
  array,
  arrayEqual,
  bitwiseAnd,
  clip,
  type DType,
  divide,
  equal,
  full,
  greater,
  greaterEqual,
  less,
  lessEqual,
  minimum,
  type NDArray,
  negative,
  notEqual,
  Pool,
  pow,
  prod,
  sign,
  subtract,
  sum,
  where,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const pools = [0, 2].map((workers) => new Pool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

interface Case {
  readonly dtype: DType;
  readonly elements: string[];
  readonly results: { number: string | { float: string }; found: Record<string, [string, string]> }[];
}
const cases = JSON.parse(
  readFileSync(new URL("../oracle/comparison-cases.json", import.meta.url), "utf8"),
) as readonly Case[];
const functions = { equal, notEqual, less, lessEqual, greater, greaterEqual };
const numpyName = (name: string) => name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`);
const text = (found: unknown) => [...(found as NDArray<"bool", 1>)].map((one) => (one ? "T" : "F")).join("");
const FLOATS: Record<string, number> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, "-inf": -Infinity };

/** The number as a bigint, as a number if that is exact, or both. */
function formsOf(number: string | { float: string }): (number | bigint)[] {
  if (typeof number !== "string") return [FLOATS[number.float] ?? Number(number.float)];
  const exact = BigInt(number);
  return BigInt(Number(exact)) === exact ? [exact, Number(exact)] : [exact];
}

describe("comparing integers with numbers", () => {
  it.each(cases)("of $dtype, in and out of its range, is NumPy's: new, in `out`, in part, and on pools", (one) => {
    const a = array(one.elements.map(BigInt), { dtype: "int64" }).astype(one.dtype);
    const wide = array(one.elements.map(BigInt), { dtype: one.dtype === "uint64" ? "uint64" : "int64" });
    const x = (one.dtype === "uint64" ? wide : a) as NDArray<"int64", 1>;
    const out = zeros(x.shape, { dtype: "bool" });
    const none = full(x.shape, false, { dtype: "bool" });
    for (const { number, found } of one.results) {
      for (const value of formsOf(number)) {
        for (const [name, compare] of Object.entries(functions)) {
          const [first, second] = found[numpyName(name)]!;
          const label = `${name}(${one.dtype}, ${value})`;
          expect(text(compare(x, value)), label).toBe(first);
          expect(text(compare(value, x)), label).toBe(second);
          expect(text(compare(x, value, { out, dtype: "bool" })), label).toBe(first);
          expect(text(compare(x, value, { where: none })), label).not.toContain("T");
        }
        for (const pool of pools) {
          expect(text(pool.mapSync([x, value], greater, { out }))).toBe(found.greater![0]);
          expect(text(pool.mapSync([value, x], equal, { chunkSize: 1 }))).toBe(found.equal![1]);
        }
      }
    }
  });
  it("of bools, and of two numbers, is exact", () => {
    const mask = array([true, false]);
    expect(greater(mask, 2n ** 70n).toArray()).toEqual([false, false]);
    expect(equal(mask, 1n).toArray()).toEqual([true, false]);
    expect(equal(2n ** 70n, 2n ** 70n).toArray()).toBe(true);
    expect(equal(2n ** 53n, 2n ** 53n + 1n).toArray()).toBe(false);
    expect(notEqual(Number.NaN, 1n).toArray()).toBe(true);
  });
  it("with a `dtype` does not wrap the number", () => {
    expect(greater(array([1], { dtype: "int8" }), 256, { dtype: "bool" }).toArray()).toEqual([false]);
  });
});

describe("a number that the dtype does not hold", () => {
  it("is divided by as a float64, as in NumPy", () => {
    expect(divide(array([2n ** 62n]), 2n ** 64n).toArray()).toEqual([0.25]);
  });
  it("is refused where it would be stored, with the cure", () => {
    const cure = /\[-2147483648, 2147483647\] next to an array of int32, got 10000000000 \(use an array/;
    expect(() => minimum(zeros(1, { dtype: "int32" }), 1e10)).toThrow(cure);
    expect(() => add(array([true]), 2n ** 70n)).toThrow(/got 1180591620717411303424n/);
    expect(() => add(array([1n]), 1e300)).toThrow(/got 1e\+300/);
  });
});

describe("a limit of clip that the dtype does not hold", () => {
  const u8 = array([5], { dtype: "uint8" });
  const i8 = array([5], { dtype: "int8" });
  it.each<[string, () => unknown, unknown]>([
    ["next to a fraction", () => clip(u8, 300, 400.5), array([300])],
    ["next to a fraction as `min`", () => clip(u8, 256.5, 300), array([256.5])],
    ["below, next to a fraction", () => clip(i8, -1000.5, -500), array([-500])],
    ["of 64 bits, next to a fraction", () => clip(array([5n]), -0.5, -(2n ** 70n)), array([-(2 ** 70)])],
    ["next to an infinity that has an effect", () => clip(u8, Infinity, 300), array([300])],
    ["that `dtype` holds", () => clip(u8, 300, 400, { dtype: "int16" }), array([300], { dtype: "int16" })],
    ["next to a limit that is an array", () => clip(u8, -5, u8), u8],
    ["that is infinite, next to an array", () => clip(u8, u8, Infinity), u8],
    ["that has no effect", () => clip(u8, -5, 300), u8],
    ["with `dtype`, that has no effect", () => clip(u8, -5, 300, { dtype: "uint8" }), u8],
    ["on a pool", () => pools[1]!.mapSync([u8, 300, 400.5], clip), array([300])],
  ])("%s is as in NumPy", (_, compute, expected) => {
    expect(compute()).toEqual(expected);
  });
  it("is refused if it would have an effect, as in NumPy", () => {
    expect(() => clip(u8, 300, 400)).toThrow(
      /Expected a number in \[0, 255\] next to an array of uint8, got 300 \(use/,
    );
    expect(() => clip(i8, -1000, -500)).toThrow(/got -500 \(use/);
    expect(() => clip(array([5n]), 1e300, 2e300)).toThrow(/got 1e\+300/);
    expect(() => clip(u8, 300, 400, { dtype: "uint8" })).toThrow("Expected a number that uint8 can hold, got 300");
    expect(() => pools[0]!.mapSync([u8, 300, 400], clip)).toThrow(/got 300/);
  });
});

describe("`dtype`", () => {
  const mask = array([true, false]);
  it("makes bools numbers for functions that refuse bools", () => {
    expect(negative(mask, { dtype: "int8" })).toEqual(array([-1, 0], { dtype: "int8" }));
    expect(subtract(mask, mask, { dtype: "int8" }).toArray()).toEqual([0, 0]);
    expect(sign(mask, { dtype: "float64" }).toArray()).toEqual([1, 0]);
    expect(clip(mask, 0, 1, { dtype: "int8" }).toArray()).toEqual([1, 0]);
    expect(add(mask, 1, { dtype: "int8" }).toArray()).toEqual([2, 1]);
    expect(() => negative(mask)).toThrow(/got bool/);
    expect(() => negative(mask, { dtype: "bool" })).toThrow(/`dtype`/);
  });
  it("of sums and products may be of another kind: elements are cast first, as by astype", () => {
    const a = array([1, -5], { dtype: "int32" });
    expect(sum(a, { dtype: "uint32" })).toBe(4294967292);
    expect(sum(a, { dtype: "uint32", axis: 0 }).dtype).toBe("uint32");
    expect(prod(a, { dtype: "uint8" })).toBe(251);
    expect(sum(array([1.9, 1.9]), { dtype: "int32" })).toBe(2);
    expect(sum(array([2n ** 64n - 1n], { dtype: "uint64" }), { dtype: "int64" })).toBe(-1);
    expect(pools[1]!.reduceSync(a, sum, { dtype: "uint32" })).toBe(4294967292);
  });
});

describe("whole numbers next to 64-bit integers", () => {
  it("are integers in functions, and fractions make float64", () => {
    const a = array([1n, 2n ** 62n]);
    expect(add(a, 3)).toEqual(array([4n, 2n ** 62n + 3n]));
    expect(where(array([true, false]), a, 0)).toEqual(array([1n, 0n]));
    expect(clip(a, 0, 5)).toEqual(array([1n, 5n]));
    expect(clip(a, 2, 1e300)).toEqual(array([2n, 2n ** 62n]));
    expect(clip(a, 0, Infinity)).toEqual(a);
    expect(clip(a, 1.5, 2)).toEqual(array([1.5, 2]));
    expect(pow(a, 2)).toEqual(array([1n, 0n]));
    expect(bitwiseAnd(a, 3)).toEqual(array([1n, 0n]));
    expect(add(a, 2 ** 60)).toEqual(array([2n ** 60n + 1n, 2n ** 62n + 2n ** 60n]));
    expect(add(a, 0.5)).toEqual(array([1.5, 2 ** 62]));
    expect(where(array([true, false]), a, Number.NaN)).toEqual(array([1, Number.NaN]));
    expect(add(a, 1, { out: a })).toBe(a);
    expect(divide(sum(array([[true], [true]]), { axis: 0 }), 2).toArray()).toEqual([1]);
    for (const pool of pools) expect(pool.mapSync([a, 1], subtract)).toEqual(array([1n, 2n ** 62n]));
  });
  it("are written: full, fill, set, assign, put, lists", () => {
    expect(full(2, 3, { dtype: "int64" })).toEqual(array([3n, 3n]));
    const a = zeros(2, { dtype: "uint64" });
    expect(a.fill(2 ** 60).toArray()).toEqual([2n ** 60n, 2n ** 60n]);
    expect(a.set(0, 7)).toBe(7n);
    expect(a.put([1], 8).toArray()).toEqual([7n, 8n]);
    expect(a.assign(9, { where: array([true, false]) }).toArray()).toEqual([9n, 8n]);
    expect(a.assign([1, 2 ** 63]).toArray()).toEqual([1n, 2n ** 63n]);
  });
  it.each([
    ["full", () => full(2, 0.5, { dtype: "int64" })],
    ["fill", () => zeros(2, { dtype: "int64" }).fill(0.5)],
    ["set", () => zeros(2, { dtype: "int64" }).set(0, Number.NaN)],
    ["put", () => zeros(2, { dtype: "int64" }).put([0], Infinity)],
    ["assign", () => zeros(2, { dtype: "int64" }).assign(0.5)],
    ["a list", () => array([0.5], { dtype: "int64" })],
  ])("fractions are refused by %s", (_, write) => {
    expect(write).toThrow(/to be a bigint or a whole number \(array of int64\), got/);
  });
});

describe("positions", () => {
  const a = array([10, 20, 30]);
  it.each(["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const)(
    "may be of %s",
    (dtype) => {
      const at = array([2, 0], { dtype });
      expect(a.take(at).toArray()).toEqual([30, 10]);
      expect(a.take(at, { axis: 0 }).toArray()).toEqual([30, 10]);
      expect(
        a
          .copy()
          .put(at, array([1, 2]))
          .toArray(),
      ).toEqual([2, 20, 1]);
    },
  );
  it("may be negative, and are refused outside of the axis or if they are no integers", () => {
    expect(a.take(array([-1n])).toArray()).toEqual([30]);
    expect(() => a.take(array([2n ** 63n - 1n]))).toThrow(/Expected each of `indices` to be an integer in \[-3, 3\)/);
    expect(() => a.take(array([1, 2]) as never)).toThrow(/array of integers or a list, got an array of float64/);
    expect(() => a.take(array([true]) as never)).toThrow(/use compress/);
    expect(arrayEqual(a, array([10, 20, 30]))).toBe(true);
  });
});
