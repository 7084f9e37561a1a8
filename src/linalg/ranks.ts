/** What follows from singular values: `matrixRank`, `cond`, `pinv`, `lstsq`. */
import { LinAlgError, ShapeError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { matmul } from "../functions/matmul.js";
import { type ArrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import type { RankTable } from "../ndarray/notation.js";
import type { AnyArray } from "../ndarray/operands.js";
import { tidy } from "../ndarray/tidy.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { expectMatrixOrd, type MatrixOrd, matrixNorm } from "./norms.js";
import {
  expectMatrices,
  expectSquare,
  floatArray,
  floatsOf,
  inShape,
  rawOf,
  resultDType,
  valuesOf,
  withArray,
} from "./operands.js";
import { inv } from "./solve.js";
import { svd, svdvals } from "./svd.js";
import type { FloatOf, FloatOfBoth, Given, ValuesOf } from "./types.js";

/** The spacing of numbers next to 1. */
const EPSILON = { float32: 2 ** -23, float64: 2 ** -52 };

/** Which singular values count as zero. */
export interface ToleranceOptions {
  /** Those below this part of the largest one. By default max(m, n) times the spacing of the dtype. */
  readonly rtol?: number | undefined;
}

function expectTolerance(what: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0) return value;
  const message = `Expected \`${what}\` to be a number of at least 0, got ${show(value)}`;
  throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
}

/** The relative tolerance that is given, or the usual one. */
function relative(given: number | undefined, shape: readonly number[], dtype: "float32" | "float64"): number {
  return given ?? Math.max(...shape.slice(-2)) * EPSILON[dtype];
}

/**
 * The rank of matrices: how many singular values are greater than a tolerance. After `np.linalg.matrix_rank`.
 *
 * @param options `rtol`, or `tol`, the tolerance itself
 * @example linalg.matrixRank([[1, 2], [2, 4]]) // 1
 * @throws {LinAlgError} If a singular value decomposition does not converge.
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function matrixRank<const A extends Given>(
  a: A,
  options?: ToleranceOptions & { readonly tol?: number | undefined },
): RankOf<A> extends 2 ? number : ArrayOf<"int32", RankTable[RankOf<A>]["-2"]> {
  const given = expectKnown(options, ["rtol", "tol"], "matrixRank");
  const [rtol, tol] = [expectTolerance("rtol", given.rtol), expectTolerance("tol", given.tol)];
  return withArray(a, "a", (array) => {
    expectMatrices(array.shape, "a");
    const dtype = resultDType(array.dtype, "matrixRank");
    const part = relative(rtol, array.shape, dtype);
    return tidy(() => {
      const s = svdvals(array as never) as unknown as AnyArray;
      const all = floatsOf(stridedOf(s as ReadonlyNDArray));
      const count = s.shape.at(-1)!;
      const batch = s.shape.slice(0, -1);
      const ranks = new Float64Array(batch.reduce((product, length) => product * length, 1));
      for (let at = 0; at < ranks.length; at++) {
        const one = all.subarray(at * count, (at + 1) * count);
        const least = tol ?? part * (one[0] ?? 0);
        ranks[at] = one.filter((value) => value > least).length;
      }
      if (batch.length === 0) return ranks[0];
      return floatArray(ranks, batch, "float64").astype("int32");
    });
  }) as never;
}

/**
 * The pseudo-inverses of matrices (Moore and Penrose), by singular values. After `np.linalg.pinv`, with the array
 * API's tolerance: NumPy's is 1e-15 unless `rtol` is given.
 *
 * @example linalg.pinv([[1], [1]]).toArray() // [[0.5, 0.5]]
 * @throws {LinAlgError} If a singular value decomposition does not converge.
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function pinv<const A extends Given>(a: A, options?: ToleranceOptions): ArrayOf<FloatOf<DTypeOf<A>>, RankOf<A>> {
  const given = expectKnown(options, ["rtol"], "pinv");
  const rtol = expectTolerance("rtol", given.rtol);
  return withArray(a, "a", (array) => {
    expectMatrices(array.shape, "a");
    const dtype = resultDType(array.dtype, "pinv");
    const part = relative(rtol, array.shape, dtype);
    return tidy(() => {
      // In float64: rounding to float32 comes last.
      const { u, s, vh } = svd(array.astype("float64") as never, { fullMatrices: false }) as unknown as Record<
        "u" | "s" | "vh",
        AnyArray
      >;
      const values = rawOf(s);
      const count = s.shape.at(-1)!;
      for (let at = 0; at < values.length; at += count) {
        const least = part * values[at]!;
        for (let i = at; i < at + count; i++) values[i] = values[i]! > least ? 1 / values[i]! : 0;
      }
      const [rows, columns] = [rawOf(vh), vh.shape.at(-1)!];
      for (let i = 0; i < rows.length; i++) rows[i]! *= values[Math.floor(i / columns)]!;
      const made = matmul(vh.swapaxes(-2, -1), u.swapaxes(-2, -1)) as AnyArray;
      return dtype === "float64" ? made : made.astype("float32");
    });
  }) as never;
}

/**
 * The condition numbers of matrices: the norm times that of the inverse, Infinity for singular ones. After
 * `np.linalg.cond`.
 *
 * @param options `p`: which norm, as `ord` of `matrixNorm`; by default 2, the ratio of the singular values
 * @example linalg.cond([[1, 0], [0, 10]]) // 10
 * @throws {LinAlgError} If a singular value decomposition does not converge.
 * @throws {ShapeError} If there are fewer than two axes, or matrices are not square and `p` is not 2 or -2.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function cond<const A extends Given>(a: A, options?: { readonly p?: MatrixOrd | undefined }): ValuesOf<A> {
  const { p = 2 } = expectKnown(options, ["p"], "cond");
  return withArray(a, "a", (array) => {
    const dtype = resultDType(array.dtype, "cond");
    expectMatrixOrd(p, "p");
    const isRatio = p === 2 || p === -2;
    (isRatio ? expectMatrices : expectSquare)(array.shape, "a");
    const [rows, columns] = array.shape.slice(-2) as [number, number];
    const batch = array.shape.slice(0, -2);
    if (rows * columns === 0) {
      const message = `Expected matrices with elements, got shape ${show(array.shape)}`;
      throw new ShapeError(message, { shape: array.shape, expected: [1, 1] });
    }
    return tidy(() => {
      const all = (array.astype("float64") as AnyArray).reshape([-1, rows, columns]);
      const found = Float64Array.from([...all] as unknown as AnyArray[], (one) =>
        isRatio ? ratioOf(one, p) : productOf(one, p),
      );
      return valuesOf(found, batch, dtype);
    });
  }) as never;
}

function ratioOf(a: AnyArray, p: number): number {
  const s = svdvals(a as never) as unknown as AnyArray;
  const [first, last] = [s.get(0 as never), s.get(-1 as never)] as unknown as [number, number];
  if (first === 0) return Number.POSITIVE_INFINITY;
  return p > 0 ? first / last : last / first;
}

function productOf(a: AnyArray, p: MatrixOrd): number {
  const size = matrixNorm(a as never, { ord: p }) as unknown as number;
  try {
    const product = size * (matrixNorm(inv(a as never), { ord: p }) as unknown as number);
    // Infinity times 0 is a product of finite numbers that neither factor can hold.
    return Number.isNaN(product) && !Number.isNaN(size) ? Number.POSITIVE_INFINITY : product;
  } catch (e) {
    if (e instanceof LinAlgError) return Number.POSITIVE_INFINITY;
    throw e;
  }
}

/** What `lstsq` gives. */
export interface Lstsq<X, D extends "float32" | "float64"> {
  /** The shortest of the solutions with the least squares. */
  readonly x: X;
  /** The sums of squared differences, for each column of `b`; none if the rank is not n, or m is not greater. */
  readonly residuals: ArrayOf<D, 1>;
  readonly rank: number;
  /** The singular values of `a`. */
  readonly s: ArrayOf<D, 1>;
}

/**
 * The x for which the sum of squares of b - a @ x is least: for a matrix of m rows and n columns, and a vector or a
 * matrix `b` of m rows. By singular values. After `np.linalg.lstsq`.
 *
 * @example const { x } = linalg.lstsq([[0, 1], [1, 1], [2, 1]], [1, 3, 5]); // slope 2, start 1
 * @throws {LinAlgError} If the singular value decomposition does not converge.
 * @throws {ShapeError} If `a` is no matrix, or `b` does not have its rows.
 * @throws {DTypeError} If an operand is complex or float16.
 */
export function lstsq<const A extends Given, const B extends Given>(
  a: A,
  b: B,
  options?: ToleranceOptions,
): Lstsq<ArrayOf<FloatOfBoth<A, B>, RankOf<B>>, FloatOfBoth<A, B>> {
  const given = expectKnown(options, ["rtol"], "lstsq");
  const rtol = expectTolerance("rtol", given.rtol);
  return withArray(a, "a", (matrix) =>
    withArray(b, "b", (sides) => {
      const dtypes = [matrix, sides].map(({ dtype }) => resultDType(dtype, "lstsq"));
      const dtype = dtypes.includes("float64") ? "float64" : "float32";
      expectSystem(matrix.shape, sides.shape);
      const part = relative(rtol, matrix.shape, dtype);
      return tidy(() => leastSquares(matrix, sides, part, dtype));
    }),
  ) as never;
}

function expectSystem(a: readonly number[], b: readonly number[]): void {
  if (a.length === 2 && (b.length === 1 || b.length === 2) && a[0] === b[0]) return;
  const message = `Expected a matrix, and a vector or a matrix of as many rows, got shapes ${show(a)} and ${show(b)}`;
  throw new ShapeError(message, { shape: b, expected: a });
}

function leastSquares(matrix: AnyArray, sides: AnyArray, part: number, dtype: "float32" | "float64"): object {
  const [m, n] = matrix.shape as unknown as [number, number];
  const [a, b] = [matrix, sides].map((one) => one.astype("float64") as AnyArray) as [AnyArray, AnyArray];
  const { u, s, vh } = svd(a as never, { fullMatrices: false }) as unknown as Record<"u" | "s" | "vh", AnyArray>;
  const values = floatsOf(stridedOf(s as ReadonlyNDArray));
  const rank = values.filter((value) => value > part * values[0]!).length;
  const width = sides.ndim === 1 ? 1 : sides.shape[1]!;
  const right = b.reshape([m, width]) as AnyArray;
  const parts = matmul(u.slice(":", [0, rank]).T, right) as AnyArray;
  const raw = rawOf(parts);
  for (let i = 0; i < raw.length; i++) raw[i]! /= values[Math.floor(i / width)]!;
  const x = matmul(vh.slice([0, rank]).T, parts) as AnyArray;
  const sums = new Float64Array(rank === n && m > n ? width : 0);
  const near = floatsOf(stridedOf(matmul(a, x) as ReadonlyNDArray));
  const far = floatsOf(stridedOf(right as ReadonlyNDArray));
  for (let i = 0; sums.length > 0 && i < far.length; i++)
    sums[i % width]! += (far[i]! - near[i]!) * (far[i]! - near[i]!);
  return {
    x: inShape(x.astype(dtype, { copy: false }) as AnyArray, sides.ndim === 1 ? [n] : [n, width]),
    residuals: floatArray(sums, [sums.length], dtype),
    rank,
    s: floatArray(values, [values.length], dtype),
  };
}

keepNames({ matrixRank, pinv, cond, lstsq });
