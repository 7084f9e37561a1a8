/** Matrices that are hard or large: near singular ones, stacks with one singular matrix, blocks and 300 rows. */

import type { NDArray, ReadonlyNDArray } from "shared-ndarray";
import {
  abs,
  array,
  eye,
  isSharedError,
  LinAlgError,
  linalg,
  matmul,
  max,
  stack,
  subtract,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";

type Matrix = NDArray<"float64", 2>;
/** Numbers from -0.5 to 0.5 that look random. */
function scattered(rows: number, columns: number): Matrix {
  const made = zeros([rows, columns]);
  let state = 12345;
  for (let i = 0; i < made.flat.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    made.flat[i] = state / 2 ** 32 - 0.5;
  }
  return made;
}
const hilbert = (n: number) =>
  array(
    Float64Array.from({ length: n * n }, (_, i) => 1 / (Math.floor(i / n) + (i % n) + 1)),
    { shape: [n, n] },
  );
const distance = (a: ReadonlyNDArray, b: ReadonlyNDArray) => max(abs(subtract(a as never, b as never))) as number;
const scaled = (u: ReadonlyNDArray, s: ReadonlyNDArray): Matrix =>
  matmul(u as unknown as Matrix, linalgDiagonal(s)) as Matrix;
function linalgDiagonal(s: ReadonlyNDArray): Matrix {
  const made = zeros([s.size, s.size]);
  linalg.diagonal(made).assign(s as never);
  return made;
}
const EPSILON = 2 ** -52;

describe("300 rows and columns, in blocks", () => {
  const n = 300;
  const a = scattered(n, n);
  const limit = 20 * n * EPSILON;
  it("solve and inv", () => {
    const x = scattered(n, 7);
    expect(distance(matmul(a, linalg.solve(a, x)), x)).toBeLessThan(1e4 * limit);
    expect(distance(matmul(a, linalg.inv(a)), eye(n))).toBeLessThan(1e4 * limit);
  });
  it("lu, qr and cholesky", () => {
    const { p, l, u } = linalg.lu(a);
    expect(distance(matmul(p, matmul(l, u)), a)).toBeLessThan(limit);
    const { q, r } = linalg.qr(a);
    expect([distance(matmul(q, r), a), distance(matmul(q.T, q), eye(n))].every((one) => one < limit)).toBe(true);
    const positive = matmul(a, a.T) as Matrix;
    const lower = linalg.cholesky(positive);
    expect(distance(matmul(lower, lower.T), positive)).toBeLessThan(n * limit);
  });
  it("eigh and svd", () => {
    const symmetric = linalg.multiDot([a.T, a]) as Matrix;
    const { eigenvalues, eigenvectors: v } = linalg.eigh(symmetric);
    expect(distance(matmul(scaled(v, eigenvalues), v.T), symmetric)).toBeLessThan(n * limit);
    const { u, s, vh } = linalg.svd(a);
    expect(distance(matmul(scaled(u, s), vh), a)).toBeLessThan(10 * limit);
    expect([distance(matmul(u.T, u), eye(n)), distance(matmul(vh, vh.T), eye(n))].every((one) => one < limit)).toBe(
      true,
    );
  });
});

describe("matrices that are near singular", () => {
  it("a Hilbert matrix of ten rows: small residuals, and the singular values as exact as their size allows", () => {
    const h = hilbert(10);
    const x = linalg.solve(h, matmul(h, array(new Float64Array(10).fill(1))));
    expect(distance(matmul(h, x), matmul(h, array(new Float64Array(10).fill(1))))).toBeLessThan(1e-14);
    const s = linalg.svdvals(h);
    expect(s.get(0)).toBeCloseTo(1.751919670265178, 13);
    expect(Math.abs(s.get(9) - 1.0931e-13)).toBeLessThan(1e-16);
    expect(linalg.cond(h)).toBeGreaterThan(1.5e13);
    expect(linalg.matrixRank(h)).toBe(10);
    expect(linalg.matrixRank(h, { rtol: 1e-6 })).toBe(6);
  });
  it("very large and very small elements", () => {
    for (const size of [1e-300, 1e300]) {
      const a = array([
        [2 * size, size],
        [size, 2 * size],
      ]);
      expect(distance(linalg.eigvalsh(a), array([size, 3 * size])) / size).toBeLessThan(1e-14);
      expect(distance(linalg.svdvals(a), array([3 * size, size])) / size).toBeLessThan(1e-14);
      expect(linalg.slogdet(a).sign).toBe(1);
    }
  });
});

describe("LinAlgError", () => {
  const singular = array([
    [1, 2],
    [2, 4],
  ]);
  const thrownBy = (call: () => unknown): unknown => {
    try {
      return call();
    } catch (e) {
      return e;
    }
  };
  it("says which matrix of a stack is singular", () => {
    const one = eye(2);
    const matrices = stack([stack([one, one]), stack([one, singular])]);
    for (const call of [() => linalg.inv(matrices), () => linalg.solve(matrices, zeros(2))]) {
      const error = thrownBy(call);
      expect(error).toBeInstanceOf(LinAlgError);
      expect(error).toBeInstanceOf(RangeError);
      expect(isSharedError(error, "LIN_ALG") && error.position).toEqual([1, 1]);
      expect(String(error)).toBe("LinAlgError: Expected a regular matrix, got a singular one at [1, 1] of the stack");
    }
  });
  it("of what is not positive definite, or does not converge", () => {
    expect(() => linalg.cholesky([[-1]])).toThrow("Expected a positive definite matrix, got one that is not");
    const odd = array([
      [Number.NaN, 1],
      [1, 1],
    ]);
    for (const call of [linalg.svd, linalg.svdvals, linalg.eigh, linalg.eigvalsh, linalg.eig, linalg.eigvals]) {
      expect(() => call(odd)).toThrow(LinAlgError);
    }
    expect(linalg.det(odd)).toBeNaN();
  });
});

describe("wrong arguments", () => {
  it("are refused, with the shape or the dtype", () => {
    expect(() => linalg.inv(zeros([2, 3]))).toThrow("Expected `a` to be square in its last two axes, got shape [2, 3]");
    expect(() => linalg.det(zeros(3))).toThrow("Expected `a` to be a matrix or a stack of matrices, got shape [3]");
    expect(() => linalg.solve(eye(2), zeros(3))).toThrow("Expected `b` to have 2 rows as `a` has, got shape [3]");
    expect(() => linalg.svd(zeros([2, 2], { dtype: "float16" }))).toThrow('use a.astype("float32")');
    expect(() => linalg.eig(zeros([2, 2], { dtype: "complex128" }))).toThrow("Expected real numbers for eig");
  });
});
