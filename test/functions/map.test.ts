/** `map`: a user's formula over arrays, on this thread. */
import { describe, expect, it } from "vitest";
import { add, arange, array, map, multiply, type NDArray, ones, sqrt, square, sum, zeros } from "../../src/index.js";

describe("map", () => {
  const x = arange(12).reshape(3, 4);
  const y = arange(4);

  it("computes a formula over operands that broadcast, into a new array or into `out`", () => {
    const expected = sqrt(add(square(x), multiply(y, 2))).toArray();
    expect(map([x, y], (x, y) => Math.sqrt(x * x + 2 * y)).toArray()).toEqual(expected);
    const out = zeros([3, 4]);
    expect(map([x, y], (x, y) => Math.sqrt(x * x + 2 * y), { out })).toBe(out);
    expect(out.toArray()).toEqual(expected);
    const a = x.copy();
    map([a, y], (x, y) => Math.sqrt(x * x + 2 * y), { out: a });
    expect(a.toArray()).toEqual(expected);
  });

  it("takes the first operand's dtype, `dtype`, `params` and functions that are not compiled", () => {
    const ints = arange(5, { dtype: "int32" });
    expect(map(ints, (n) => n / 2).toArray()).toEqual([0, 0, 1, 1, 2]);
    const halves = map(ints, (n) => n / 2, { dtype: "float64" });
    expect([halves.dtype, halves.toArray()]).toEqual(["float64", [0, 0.5, 1, 1.5, 2]]);
    expect(map(ints, (n) => n > 2, { dtype: "bool" }).toArray()).toEqual([false, false, false, true, true]);
    expect(map(ints, (n, { k }) => n * k, { params: { k: 3 } }).toArray()).toEqual([0, 3, 6, 9, 12]);
    expect(map(ints, (n) => Number(String(n)) + 1).toArray()).toEqual([1, 2, 3, 4, 5]);
    expect(map(array([1n, 2n]), (n) => n * n).toArray()).toEqual([1n, 4n]);
  });

  it("gives the bytes of JavaScript, over several blocks and millions of elements too", () => {
    const n = 100_003;
    const [a, b, c] = [0, 1, 2].map((k) =>
      map(arange(n), (i, { k }) => ((i * 7919 + k) % 1009) / 7, { params: { k } }),
    );
    const result = map([a!, b!, c!], (a, b, c) => (a * b - c) / (a + 1));
    const [u, v, w] = [a!, b!, c!].map((one) => one.flat as Float64Array) as [Float64Array, Float64Array, Float64Array];
    expect(result.flat.every((value, i) => Object.is(value, (u[i]! * v[i]! - w[i]!) / (u[i]! + 1)))).toBe(true);
  });

  it("with fastMath computes Math.exp and the like to the last bits", () => {
    const a = arange(1000);
    const fast = map(a, (x) => Math.exp(-x / 100), { fastMath: true }).toArray();
    for (const [i, value] of fast.entries()) expect(Math.abs(value / Math.exp(-i / 100) - 1)).toBeLessThan(5e-16);
  });

  it("refuses what it cannot compute, before anything is written", () => {
    const k = 3;
    const wrong: [RegExp, () => unknown][] = [
      [/"k"|`k`/, () => map(x, (value) => value * k)],
      [/undefined/, () => map(x, ((value: number) => void value) as never)],
      [/`x2`|2 parameters|parameter/, () => map(x, ((a: number, b: number) => a + b) as never)],
      [/broadcast together/, () => map([x, ones(3)], (a, b) => a + b)],
      [/call it: add/, () => map([x, y], add as never)],
      [/to be an NDArray, got \[1, 2\]/, () => map([[1, 2]] as never, ((a: number) => a) as never)],
      [/Unknown option `outt`/, () => map(x, (a) => a, { outt: x } as never)],
      [/`out` to have the result's shape/, () => map(x, (a) => a, { out: zeros(3) })],
      [/`dtype` to be that of `out`/, () => map(y, (a) => a, { out: zeros(4), dtype: "int32" as never })],
      [/`fn`/, () => map(x, 5 as never)],
      [
        /mine/,
        () =>
          map(x, () => {
            throw new Error("mine");
          }),
      ],
    ];
    for (const [message, call] of wrong) expect(call).toThrow(message);
    expect(sum(x)).toBe(66);
  });

  it("infers its types", () => {
    const floats: NDArray<"float64", 2> = map([x, y], (x, y) => x + y);
    const bools: NDArray<"bool", 1> = map(y, (y) => y > 1, { dtype: "bool" });
    const out = zeros(4, { dtype: "float32" });
    const same: NDArray<"float32", 1> = map(y, (y) => y, { out });
    expect([floats.ndim, bools.dtype, same === out]).toEqual([2, "bool", true]);
  });
});
