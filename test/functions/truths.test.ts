/** `any`, `all`, counts and positions of extremes: what decides them may be anywhere, in any dtype and layout. */

import * as nd from "shared-ndarray";
import {
  type AnyNDArray,
  all,
  any,
  argmax,
  argmin,
  array,
  countNonzero,
  type NDArray,
  ones,
  Pool,
  zeros,
} from "shared-ndarray";
import { expect, it } from "vitest";

const SIZES = [1, 7, 63, 64, 65, 1000, 8192, 8193, 100_003];
const DTYPES = ["bool", "uint8", "int16", "float16", "float32", "int32", "float64", "int64"] as const;

it.each(DTYPES)("one element of %s decides, wherever it is", (dtype) => {
  for (const n of SIZES) {
    const none = zeros([n], { dtype });
    const whole = ones([n], { dtype });
    expect([any(none), all(whole), countNonzero(none), countNonzero(whole)]).toEqual([false, true, 0, n]);
    for (const at of new Set([0, 1, n >> 1, n - 2, n - 1])) {
      if (at < 0 || at >= n) continue;
      const one = zeros([n], { dtype }) as AnyNDArray;
      copyElement(one, whole, at);
      expect([any(one as never), countNonzero(one as never)], `${n} at ${at}`).toEqual([true, 1]);
      const but = ones([n], { dtype }) as AnyNDArray;
      copyElement(but, none, at);
      expect([all(but as never), countNonzero(but as never)], `${n} at ${at}`).toEqual([false, n - 1]);
    }
  }
});

function copyElement(to: AnyNDArray, from: AnyNDArray, at: number): void {
  (to as NDArray<"float64", 1>).set(at, (from as NDArray<"float64", 1>).get(at));
}

it("counts with a mask, and along axes", () => {
  const a = array(Float64Array.from({ length: 300 * 70 }, (_, i) => i % 3)).reshape([300, 70]);
  const where = array(Uint8Array.from({ length: 70 }, (_, i) => i % 2)).astype("bool");
  const rows = a.toArray() as number[][];
  const counts = (on: (column: number) => boolean) =>
    rows.map((row) => row.filter((x, column) => x !== 0 && on(column)).length);
  expect(countNonzero(a, { axis: 1 }).toArray()).toEqual(counts(() => true));
  expect(countNonzero(a, { axis: 1, where }).toArray()).toEqual(counts((column) => column % 2 === 1));
  expect(countNonzero(a.T, { axis: 0 }).toArray()).toEqual(counts(() => true));
  expect(any(a, { axis: 1, where: zeros([70], { dtype: "bool" }) }).toArray()).toEqual(rows.map(() => false));
  expect(all(a, { axis: 0, where: zeros([70], { dtype: "bool" }) }).toArray()).toEqual(rows[0]!.map(() => true));
});

it("a work that is used again forgets what decided it before", async () => {
  await using pool = new Pool({ workers: 2 });
  const a = zeros([100_000], { dtype: "bool" });
  for (const value of [true, false, true, false]) {
    a.set(40_000, value);
    expect(await pool.reduce(a, any, { chunkSize: 10_000 })).toBe(value);
  }
});

it.each(DTYPES.filter((dtype) => dtype !== "bool"))("finds the first of equal extremes of %s", (dtype) => {
  for (const n of SIZES) {
    for (const at of [0, n >> 1, n - 1]) {
      const a = zeros([n], { dtype }) as AnyNDArray;
      copyElement(a, ones([n], { dtype }), at);
      copyElement(a, ones([n], { dtype }), n - 1);
      expect(argmax(a as never), `${n} at ${at}`).toBe(at);
      const rows = a.reshape([1, n]) as NDArray<"float64", 2>;
      expect(argmax(rows, { axis: 1 }).toArray()).toEqual([at]);
      expect(argmax(rows.T, { axis: 0 }).toArray()).toEqual([at]);
      expect(argmax(rows.T.copy(), { axis: 0 }).toArray()).toEqual([at]);
    }
  }
});

it.each([5, 3000, 20_000])("finds the first NaN (%i elements)", (n) => {
  const a = array(Float64Array.from({ length: 3 * n }, (_, i) => Math.sin(i))).reshape([3, n]);
  a.set(1, n >> 1, Number.NaN);
  a.set(1, n - 1, Number.NaN);
  const rows = a.toArray() as number[][];
  const expected = [
    rows[0]!.indexOf(rows[0]!.reduce((x, y) => Math.max(x, y))),
    n >> 1,
    rows[2]!.indexOf(rows[2]!.reduce((x, y) => Math.max(x, y))),
  ];
  expect(argmax(a, { axis: 1 }).toArray()).toEqual(expected);
  expect(argmax(a.T.copy(), { axis: 0 }).toArray()).toEqual(expected);
  expect(argmin(a)).toBe(n + (n >> 1));
  expect(argmin(a.T)).toBe(3 * (n >> 1) + 1);
});

/** Bytes of which any but 0 is true, in all pairs, for whole vectors and the elements that are left over. */
const BYTES = [0, 1, 2, 3, 127, 128, 254, 255];
const PAIRS = Array.from({ length: 7 }, () => BYTES.flatMap((a) => BYTES.map((b) => [a, b] as const)))
  .flat()
  .slice(0, 443);
const LOGIC: Record<string, (a: boolean, b: boolean) => boolean> = {
  ...{ add: (a, b) => a || b, multiply: (a, b) => a && b, minimum: (a, b) => a && b, maximum: (a, b) => a || b },
  ...{ fmin: (a, b) => a && b, fmax: (a, b) => a || b, equal: (a, b) => a === b, notEqual: (a, b) => a !== b },
  ...{ less: (a, b) => !a && b, lessEqual: (a, b) => !a || b, greater: (a, b) => a && !b },
  ...{ greaterEqual: (a, b) => a || !b, bitwiseAnd: (a, b) => a && b, bitwiseOr: (a, b) => a || b },
  ...{ bitwiseXor: (a, b) => a !== b, logicalAnd: (a, b) => a && b, logicalOr: (a, b) => a || b },
  logicalXor: (a, b) => a !== b,
};
type Binary = (a: AnyNDArray, b: AnyNDArray) => NDArray<"bool", 1>;
const functions = nd as unknown as Record<string, Binary>;

it.each(Object.keys(LOGIC))("%s of bools, of which any byte but 0 is true", (name) => {
  const [a, b] = [0, 1].map((which) => {
    const bools = zeros([PAIRS.length], { dtype: "bool" });
    bools.data.set(PAIRS.map((pair) => pair[which]!));
    return bools;
  }) as [NDArray<"bool", 1>, NDArray<"bool", 1>];
  const expected = PAIRS.map(([x, y]) => Number(LOGIC[name]!(x !== 0, y !== 0)));
  expect(Array.from(functions[name]!(a, b).data)).toEqual(expected);
  const two = zeros([1], { dtype: "bool" });
  two.data.set([2]);
  const withTrue = PAIRS.map(([x]) => Number(LOGIC[name]!(x !== 0, true)));
  expect(Array.from(functions[name]!(a, two).data)).toEqual(withTrue);
  const everySecond = (one: NDArray<"bool", 1>) => one.slice([null, null, 2]);
  expect(functions[name]!(everySecond(a), everySecond(b)).toArray()).toEqual(
    expected.filter((_, i) => i % 2 === 0).map(Boolean),
  );
});

it.each(["uint8", "int16", "int32", "uint32", "int64", "float64"] as const)("logic of %s", (dtype) => {
  const numbers = [0, 1, 2, 256, 65_536, 2 ** 31, -1, 5].map((x) => (dtype === "uint8" ? x & 255 : x));
  const pairs = [...numbers.flatMap((a) => numbers.map((b) => [a, b] as const)), [0, 7] as const];
  const [a, b] = [0, 1].map((which) => array(pairs.map((pair) => pair[which]!)).astype(dtype)) as [
    AnyNDArray,
    AnyNDArray,
  ];
  const truths = (one: AnyNDArray) =>
    (one as NDArray<"float64", 1>)
      .astype("float64")
      .toArray()
      .map((x) => x !== 0);
  const [x, y] = [truths(a), truths(b)];
  for (const name of ["logicalAnd", "logicalOr", "logicalXor"]) {
    expect(functions[name]!(a, b).toArray(), name).toEqual(x.map((one, i) => LOGIC[name]!(one, y[i]!)));
  }
  expect(nd.logicalNot(a as never as NDArray<"int32", 1>).toArray()).toEqual(x.map((one) => !one));
});

it("a choice between bools takes the truth of their bytes", () => {
  const bools = (bytes: readonly number[]) => {
    const made = zeros([bytes.length], { dtype: "bool" });
    made.data.set(bytes);
    return made;
  };
  const all = BYTES.flatMap((c) => PAIRS.slice(0, 64).map(([a, b]) => [c, a, b] as const));
  const [c, a, b] = [0, 1, 2].map((which) => bools(all.map((one) => one[which]!))) as [
    NDArray<"bool", 1>,
    NDArray<"bool", 1>,
    NDArray<"bool", 1>,
  ];
  const expected = all.map(([on, x, y]) => Number((on ? x : y) !== 0));
  expect(Array.from((nd.where(c, a, b) as NDArray<"bool", 1>).data)).toEqual(expected);
});
