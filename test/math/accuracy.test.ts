/** Elementary functions against 45 digits, and at the values that C99 and NumPy prescribe. */
import * as nd from "shared-ndarray";
import { array, type NDArray } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { greatestErrors, greatestErrorsOfSingles } from "./check-accuracy.mjs";

describe("errors", () => {
  const errors = greatestErrors(120, 20261121);
  it.each(Object.entries(errors))("%s is within 2 ulp", (_, error) => {
    expect(error).toBeLessThanOrEqual(2);
  });
  const errorsOfSingles = greatestErrorsOfSingles(20_000, 20261130);
  it.each(Object.entries(errorsOfSingles))("%s of float32 is within 2 ulp", (_, error) => {
    expect(error).toBeLessThanOrEqual(2);
  });
  it("the logarithms of powers are exact", () => {
    expect(nd.log2(array([8, 2 ** -1074, 2 ** 1000])).toArray()).toEqual([3, -1074, 1000]);
    expect(nd.log10(array([1000, 1e22])).toArray()).toEqual([3, 22]);
    expect(nd.pow(array([3, 10, 2]), array([5, 22, -1074])).toArray()).toEqual([243, 1e22, 2 ** -1074]);
    expect(nd.cbrt(array([27, -8, 1e300])).toArray()).toEqual([3, -2, 1e100]);
    const single = { dtype: "float32" } as const;
    expect(nd.log2(array([8, 2 ** -149, 2 ** 100], single)).toArray()).toEqual([3, -149, 100]);
    expect(nd.log10(array([10, 1000, 1e10], single)).toArray()).toEqual([1, 3, 10]);
    expect(nd.pow(array([3, 10, 2], single), array([5, 9, -149], single)).toArray()).toEqual([243, 1e9, 2 ** -149]);
    expect(nd.cbrt(array([27, -8, 1e30], single)).toArray()).toEqual([3, -2, 1e10]);
  });
});

const { PI } = Math;
const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const unary: Record<string, [number, number][]> = {
  exp: [
    [0, 1],
    [-0, 1],
    [inf, inf],
    [-inf, 0],
    [710, inf],
    [-746, 0],
    [nan, nan],
  ],
  exp2: [
    [0, 1],
    [-0, 1],
    [10, 1024],
    [-1074, 2 ** -1074],
    [-1076, 0],
    [1024, inf],
    [inf, inf],
    [-inf, 0],
    [nan, nan],
  ],
  expm1: [
    [0, 0],
    [-0, -0],
    [inf, inf],
    [-inf, -1],
    [nan, nan],
  ],
  log: [
    [1, 0],
    [0, -inf],
    [-0, -inf],
    [inf, inf],
    [-1, nan],
    [-inf, nan],
    [nan, nan],
  ],
  log1p: [
    [0, 0],
    [-0, -0],
    [-1, -inf],
    [inf, inf],
    [-2, nan],
    [nan, nan],
  ],
  log2: [
    [1, 0],
    [0, -inf],
    [inf, inf],
    [-1, nan],
  ],
  log10: [
    [1, 0],
    [0, -inf],
    [inf, inf],
    [-1, nan],
  ],
  cbrt: [
    [0, 0],
    [-0, -0],
    [inf, inf],
    [-inf, -inf],
    [nan, nan],
  ],
  sin: [
    [0, 0],
    [-0, -0],
    [inf, nan],
    [-inf, nan],
    [nan, nan],
  ],
  cos: [
    [0, 1],
    [-0, 1],
    [inf, nan],
    [nan, nan],
  ],
  tan: [
    [0, 0],
    [-0, -0],
    [inf, nan],
    [nan, nan],
  ],
  asin: [
    [0, 0],
    [-0, -0],
    [1, PI / 2],
    [-1, -PI / 2],
    [1.5, nan],
    [-inf, nan],
    [nan, nan],
  ],
  acos: [
    [1, 0],
    [-1, PI],
    [0, PI / 2],
    [1.5, nan],
    [nan, nan],
  ],
  atan: [
    [0, 0],
    [-0, -0],
    [inf, PI / 2],
    [-inf, -PI / 2],
    [nan, nan],
  ],
  sinh: [
    [0, 0],
    [-0, -0],
    [inf, inf],
    [-inf, -inf],
    [nan, nan],
  ],
  cosh: [
    [0, 1],
    [inf, inf],
    [-inf, inf],
    [nan, nan],
  ],
  tanh: [
    [0, 0],
    [-0, -0],
    [inf, 1],
    [-inf, -1],
    [nan, nan],
  ],
  asinh: [
    [0, 0],
    [-0, -0],
    [inf, inf],
    [-inf, -inf],
    [nan, nan],
  ],
  acosh: [
    [1, 0],
    [0.5, nan],
    [inf, inf],
    [-inf, nan],
    [nan, nan],
  ],
  atanh: [
    [0, 0],
    [-0, -0],
    [1, inf],
    [-1, -inf],
    [2, nan],
    [nan, nan],
  ],
};
const binary: Record<string, [number, number, number][]> = {
  pow: [
    [2, 0, 1],
    [nan, 0, 1],
    [1, nan, 1],
    [-1, inf, 1],
    [-1, -inf, 1],
    [0, -3, inf],
    [-0, -3, -inf],
    [-0, -2, inf],
    [-0, 3, -0],
    [0, 2, 0],
    [-8, 1 / 3, nan],
    [-2, 3, -8],
    [-2, 2, 4],
    [0.5, inf, 0],
    [2, inf, inf],
    [0.5, -inf, inf],
    [-inf, 3, -inf],
    [-inf, -3, -0],
    [inf, -1, 0],
    [nan, 1, nan],
    [2, nan, nan],
    [2, 1024, inf],
    [2, -1080, 0],
  ],
  atan2: [
    [0, 1, 0],
    [-0, 1, -0],
    [0, -1, PI],
    [-0, -1, -PI],
    [0, 0, 0],
    [0, -0, PI],
    [-0, -0, -PI],
    [1, 0, PI / 2],
    [-1, 0, -PI / 2],
    [inf, inf, PI / 4],
    [inf, -inf, (3 * PI) / 4],
    [-inf, 1, -PI / 2],
    [1, inf, 0],
    [1, -inf, PI],
    [nan, 1, nan],
    [1, nan, nan],
  ],
  hypot: [
    [3, 4, 5],
    [inf, nan, inf],
    [nan, -inf, inf],
    [nan, 1, nan],
    [0, -0, 0],
    [1e300, 1e300, 1.4142135623730952e300],
    [5e-324, 0, 5e-324],
  ],
  logaddexp: [
    [-inf, -inf, -inf],
    [inf, inf, inf],
    [0, 0, Math.LN2],
    [1000, 0, 1000],
    [nan, 1, nan],
    [-inf, 2, 2],
  ],
};

describe("a result does not depend on the elements beside it", () => {
  // Ordinary numbers, numbers that take another way, and a length that is not a multiple of a vector's.
  const list = [0.5, 1, 0, -0, 3, 1e-40, 5000, 0.25, inf, 0.75, 1e9, nan, -2, 0.125, -inf, 7, 0.3];
  const functions = nd as unknown as Record<string, (...args: unknown[]) => NDArray<"float64", 1>>;
  it.each([...Object.keys(unary), ...Object.keys(binary)])("%s", (name) => {
    for (const dtype of ["float64", "float32", "float16"] as const) {
      const operands = (values: readonly number[]) =>
        (name in unary ? [values] : [values, values.toReversed()]).map((one) => array(one, { dtype }));
      const together = [...functions[name]!(...operands([...list, ...list.toReversed()]))];
      const apart = list.map((x, i) => {
        const y = list[i]!;
        const args = name in unary ? [[x]] : [[x], [y]];
        return functions[name]!(...args.map((one) => array(one, { dtype }))).get(0);
      });
      expect(together.slice(0, list.length)).toEqual(apart);
      expect(together.slice(list.length)).toEqual(apart.toReversed());
    }
  });
});

describe("special values", () => {
  const functions = nd as unknown as Record<string, (...args: unknown[]) => NDArray<"float64", 1>>;
  it.each(Object.entries(unary))("%s", (name, table) => {
    for (const dtype of ["float64", "float32"] as const) {
      const found = [
        ...functions[name]!(
          array(
            table.map(([x]) => x),
            { dtype },
          ),
        ),
      ];
      expect(found).toEqual(table.map(([, y]) => (dtype === "float32" ? Math.fround(y) : y)));
    }
  });
  it.each(Object.entries(binary))("%s", (name, table) => {
    for (const dtype of ["float64", "float32"] as const) {
      const list =
        dtype === "float64"
          ? table
          : table.filter((row) =>
              row.every((x) => !(Math.abs(x) > 1e299 || (x !== 0 && Math.abs(x) < 1e-300)) || Math.abs(x) === inf),
            );
      const operand = (at: 0 | 1) =>
        array(
          list.map((row) => row[at]),
          { dtype },
        );
      const found = [...functions[name]!(operand(0), operand(1))];
      expect(found).toEqual(list.map(([, , z]) => (dtype === "float32" ? Math.fround(z) : z)));
    }
  });
});
