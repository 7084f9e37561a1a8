/** Functions of two results: where they write, and what they refuse. */
import { arange, array, divmod, floorDivide, frexp, ldexp, modf, type NDArray, remainder, zeros } from "shared-ndarray";
import { expect, it } from "vitest";

const lists = (pair: readonly { toArray(): unknown }[]) => pair.map((one) => one.toArray());

it("divmod is floorDivide and remainder, of integers and floats", () => {
  for (const dtype of ["int8", "uint32", "int64", "float32", "float64"] as const) {
    const [a, b] = [array([7, 0, 100, 5], { dtype: "int32" }).astype(dtype), array([3, 2, 0, 5]).astype(dtype)];
    expect(lists(divmod(a, b))).toEqual(lists([floorDivide(a, b), remainder(a, b)]));
  }
});

it("frexp takes apart what ldexp puts together", () => {
  const x = array([1, -0.3, 5e-324, 1e308, 0, -0, Number.POSITIVE_INFINITY, Number.NaN]);
  const [fraction, exponent] = frexp(x);
  expect(exponent.dtype).toBe("int32");
  expect(ldexp(fraction, exponent).toArray()).toEqual(x.toArray());
});

it("they write to a pair of arrays, of which one may be new", () => {
  const whole = zeros(2);
  const [fraction, same] = modf(array([1.5, -2.25]), { out: [undefined, whole] });
  expect(same).toBe(whole);
  expect(lists([fraction, whole])).toEqual([
    [0.5, -0.25],
    [1, -2],
  ]);
});

it("an operand may be one of the arrays, or overlap it", () => {
  const [a, b] = [array([7, -7]), array([3, 3])];
  divmod(a, b, { out: [a, b] });
  expect(lists([a, b])).toEqual([
    [2, -3],
    [1, 2],
  ]);
  const c = arange(6);
  divmod(c.slice(":3") as NDArray<"float64", 1>, 2, { out: [c.slice("1:4") as NDArray<"float64", 1>, zeros(3)] });
  expect(c.toArray()).toEqual([0, 0, 0, 1, 4, 5]);
});

it("only elements are written where a mask is true", () => {
  const out = [array([8, 8]), array([9, 9])] as const;
  divmod(array([7, 7]), 2, { out: [out[0], out[1]], where: array([true, false]) });
  expect(lists(out)).toEqual([
    [3, 8],
    [1, 9],
  ]);
});

it("nothing is written if one of the arrays does not fit", () => {
  const first = zeros(2);
  expect(() => divmod(array([7, 7]), 2, { out: [first, zeros(3)] })).toThrow("Expected `out` to have the result's");
  expect(() => divmod(array([7, 7]), 2, { out: [first, first] })).toThrow("two over the same elements");
  expect(() => divmod(array([7, 7]), 2, { out: first as never })).toThrow("Expected `out` to be a pair of arrays");
  expect(() => divmod(array([7.5]), 2, { out: [zeros(1), zeros(1, { dtype: "int8" })] })).toThrow("int8");
  expect(() => (modf as (...args: unknown[]) => unknown)(first, {}, 1)).toThrow("got 3 arguments");
  expect(first.toArray()).toEqual([0, 0]);
});
