/** Products, diagonals and traces: what NumPy gives, also of complex numbers. */
import { arange, array, linalg, matmul, type NDArray, ShapeError } from "shared-ndarray";
import * as entry from "shared-ndarray/linalg";
import { describe, expect, it } from "vitest";

describe("the namespace", () => {
  it("is an entry of the package, too", () => {
    expect(Object.keys(entry).sort()).toEqual(Object.keys(linalg).sort());
    expect([entry.diagonal, linalg.matmul]).toEqual([linalg.diagonal, matmul]);
  });
});

describe("diagonal", () => {
  const stack = arange(24).reshape([2, 3, 4]);
  it("is of the last two axes", () => {
    const made: NDArray<"float64", 2> = linalg.diagonal(stack);
    expect(made.toArray()).toEqual([
      [0, 5, 10],
      [12, 17, 22],
    ]);
    expect(linalg.diagonal(stack, { offset: -2 }).toArray()).toEqual([[8], [20]]);
    expect(linalg.diagonal(stack, { offset: 9 }).shape).toEqual([2, 0]);
    const complex = array([
      [{ re: 1, im: 2 }, 3],
      [4, { re: 5, im: 6 }],
    ]);
    expect(linalg.diagonal(complex).toArray()).toEqual([
      { re: 1, im: 2 },
      { re: 5, im: 6 },
    ]);
  });
  it("is a view", () => {
    const a = array([
      [1, 2],
      [3, 4],
    ]);
    linalg.diagonal(a).fill(0);
    expect(a.toArray()).toEqual([
      [0, 2],
      [3, 0],
    ]);
  });
  it("needs two axes", () => {
    expect(() => linalg.diagonal(arange(3))).toThrow(ShapeError);
  });
});

describe("complex matrices", () => {
  const i = { re: 0, im: 1 };
  const a = array([
    [0, i],
    [i, 0],
  ]);
  it("have powers and norms", () => {
    expect(linalg.matrixPower(a, 2).toArray()).toEqual([
      [
        { re: -1, im: 0 },
        { re: 0, im: 0 },
      ],
      [
        { re: 0, im: 0 },
        { re: -1, im: 0 },
      ],
    ]);
    expect(linalg.multiDot([a, a]).toArray()).toEqual(linalg.matrixPower(a, 2).toArray());
    expect([linalg.matrixNorm(a), linalg.matrixNorm(a, { ord: 1 })]).toEqual([Math.SQRT2, 1]);
  });
  it("have no factors here", () => {
    expect(() => linalg.inv(a)).toThrow("Expected real numbers for inv, got complex128");
    expect(() => linalg.matrixPower(a, -1)).toThrow("Expected real numbers");
  });
});
