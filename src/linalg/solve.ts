/** Linear systems by LU factors: `solve`, `inv`, `det`, `slogdet`, and the factors themselves, `lu`. */
import { ShapeError } from "../base/errors.js";
import { expectNoOptions, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { log } from "../functions/ufuncs.js";
import type { ArrayOf } from "../ndarray/ndarray.js";
import type { Broadcast } from "../ndarray/ranks.js";
import { broadcastShapes, sizeOf } from "../ndarray/shape.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { type Factored, factorLU, solveLU } from "./lu.js";
import {
  expectSquare,
  floatArray,
  linAlgError,
  type Matrices,
  matricesOf,
  rawOf,
  resultDType,
  stretchedFloats,
  valuesOf,
  withStrided,
} from "./operands.js";
import type { FloatOf, FloatOfBoth, FloatsLike, Given, ValuesOf } from "./types.js";
import { Work } from "./work.js";

/** What `slogdet` gives: determinants as `sign` times e to the power `logabsdet`. */
export interface Slogdet<V> {
  /** -1, 0 or 1. */
  readonly sign: V;
  /** The logarithm of the absolute value, -Infinity for a singular matrix. */
  readonly logabsdet: V;
}
/** What `lu` gives: p @ l @ u is the matrix. */
export interface LU<M> {
  readonly p: M;
  /** Lower triangular, with 1 in the diagonal. */
  readonly l: M;
  /** Upper triangular. */
  readonly u: M;
}

/** Calls `use` with the factors of each matrix in turn. */
function eachFactored(
  { count, rows, columns, data }: Matrices,
  use: (work: Work, found: Factored, at: number) => void,
) {
  using work = new Work(rows, columns);
  const size = rows * columns;
  for (let at = 0; at < count; at++) {
    work.raw.set(data.subarray(at * size, (at + 1) * size));
    use(work, factorLU(work), at);
  }
}

/**
 * The solution of a @ x = b: for square matrices `a` of shape (…, n, n), and `b` a vector of n elements or matrices of
 * shape (…, n, k). Leading axes are broadcast. By LU factors with partial pivoting. After `np.linalg.solve`.
 *
 * @example linalg.solve([[3, 1], [1, 2]], [9, 8]).toArray() // [2, 3]
 * @throws {LinAlgError} If a matrix is singular: a pivot is exactly 0.
 * @throws {ShapeError} If `a` is not square, or `b` has another number of rows.
 * @throws {DTypeError} If an operand is complex or float16.
 */
export function solve<const A extends Given, const B extends Given>(
  a: A,
  b: B,
): ArrayOf<
  FloatOfBoth<A, B>,
  RankOf<B> extends 1 ? (RankOf<A> extends 2 ? 1 : number) : Broadcast<RankOf<A>, RankOf<B>>
>;
export function solve(a: unknown, b: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "solve");
  return withStrided(a, "a", (matrices) =>
    withStrided(b, "b", (sides) => {
      const dtypes = [matrices, sides].map(({ elements }) => resultDType(elements.dtype, "solve"));
      const dtype = dtypes.includes("float64") ? "float64" : "float32";
      const [shape, given] = [matrices.view.shape, sides.view.shape];
      expectSquare(shape, "a");
      const n = shape.at(-1)!;
      const isVector = given.length === 1;
      const [rows, width] = isVector ? [given[0], 1] : given.slice(-2);
      if (rows !== n) {
        const message = `Expected \`b\` to have ${n} rows as \`a\` has, got shape ${show(given)} for ${show(shape)}`;
        throw new ShapeError(message, { shape: given, expected: [n] });
      }
      const batch = broadcastShapes([shape.slice(0, -2), isVector ? [] : given.slice(0, -2)]);
      const ends = isVector ? [n] : [n, width!];
      const x = stretchedFloats(sides, [...batch, ...ends]);
      const isOne = sizeOf(shape.slice(0, -2)) === 1;
      const data = stretchedFloats(matrices, isOne ? shape : [...batch, n, n]);
      solveEach(data, x, { batch, n, width: width!, isOne });
      return floatArray(x, [...batch, ...ends], dtype);
    }),
  );
}

/** Replaces right-hand sides by solutions. With `isOne`, all of them belong to one matrix. */
function solveEach(
  data: Float64Array,
  x: Float64Array,
  { batch, n, width, isOne }: { batch: readonly number[]; n: number; width: number; isOne: boolean },
): void {
  using work = new Work(n, n);
  using sides = new Work(n, width);
  let pivots = new Int32Array(0);
  for (let at = 0; at < sizeOf(batch); at++) {
    if (at === 0 || !isOne) {
      work.raw.set(data.subarray(at * n * n, (at + 1) * n * n));
      const found = factorLU(work);
      if (found.zeroAt >= 0) throw singular(isOne ? 0 : at, isOne ? [] : batch);
      pivots = found.pivots as Int32Array<ArrayBuffer>;
    }
    sides.raw.set(x.subarray(at * n * width, (at + 1) * n * width));
    solveLU(work, pivots, sides);
    x.set(sides.raw, at * n * width);
  }
}

const singular = (at: number, batch: readonly number[]) => linAlgError("a regular matrix", "a singular one", at, batch);

/**
 * The inverses of square matrices. After `np.linalg.inv`.
 *
 * @example linalg.inv([[2, 0], [0, 4]]).toArray() // [[0.5, 0], [0, 0.25]]
 * @throws {LinAlgError} If a matrix is singular: a pivot is exactly 0.
 * @throws {ShapeError} If the matrices are not square.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function inv<const A extends Given>(a: A): FloatsLike<A>;
export function inv(a: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "inv");
  const given = matricesOf(a, "inv", true);
  const { data, batch, rows: n, dtype } = given;
  const result = new Float64Array(data.length);
  using sides = new Work(n, n);
  eachFactored(given, (work, { pivots, zeroAt }, at) => {
    if (zeroAt >= 0) throw singular(at, batch);
    sides.raw.fill(0);
    for (let i = 0; i < n; i++) sides.raw[i * n + i] = 1;
    solveLU(work, pivots, sides);
    result.set(sides.raw, at * n * n);
  });
  return floatArray(result, [...batch, n, n], dtype);
}

/**
 * The determinants of square matrices: a number for a matrix, an array for a stack. After `np.linalg.det`.
 *
 * @example linalg.det([[1, 2], [3, 4]]) // -2.0000000000000004
 * @throws {ShapeError} If the matrices are not square.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function det<const A extends Given>(a: A): ValuesOf<A>;
export function det(a: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "det");
  const given = matricesOf(a, "det", true);
  const result = new Float64Array(given.count);
  eachFactored(given, ({ raw, rows }, { isOdd }, at) => {
    let product = isOdd ? -1 : 1;
    for (let i = 0; i < rows; i++) product *= raw[i * (rows + 1)]!;
    result[at] = product;
  });
  return valuesOf(result, given.batch, given.dtype);
}

/**
 * The signs and the logarithms of the determinants of square matrices, for determinants that no number could hold.
 * After `np.linalg.slogdet`.
 *
 * @example const { sign, logabsdet } = linalg.slogdet(a);
 * @throws {ShapeError} If the matrices are not square.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function slogdet<const A extends Given>(a: A): Slogdet<ValuesOf<A>>;
export function slogdet(a: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "slogdet");
  const given = matricesOf(a, "slogdet", true);
  const { data, rows: n, batch, count, dtype } = given;
  const signs = new Float64Array(count);
  eachFactored(given, ({ raw }, { isOdd }, at) => {
    let sign = isOdd ? -1 : 1;
    for (let i = 0; i < n; i++) {
      const value = raw[i * (n + 1)]!;
      sign *= value === 0 ? 0 : value < 0 ? -1 : 1;
      data[at * n + i] = Math.abs(value); // of a matrix that has been read already
    }
    signs[at] = sign;
  });
  const pivots = floatArray(data.subarray(0, count * n), [count * n], "float64");
  const logs = log(pivots);
  const rawLogs = rawOf(logs as never);
  const sums = new Float64Array(count);
  for (let at = 0; at < count; at++) for (let i = 0; i < n; i++) sums[at]! += rawLogs[at * n + i]!;
  pivots.close();
  logs.close();
  return { sign: valuesOf(signs, batch, dtype), logabsdet: valuesOf(sums, batch, dtype) };
}

/**
 * The factors of matrices by Gaussian elimination with partial pivoting: p @ l @ u is the matrix. After
 * `scipy.linalg.lu`.
 *
 * @example const { p, l, u } = linalg.lu(a);
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function lu<const A extends Given>(a: A): LU<ArrayOf<FloatOf<DTypeOf<A>>, RankOf<A>>>;
export function lu(a: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "lu");
  const given = matricesOf(a, "lu", false);
  const { rows, columns, batch, count, dtype } = given;
  const inner = Math.min(rows, columns);
  const [p, l, u] = [rows * rows, rows * inner, inner * columns].map((size) => new Float64Array(count * size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  eachFactored(given, ({ raw }, { pivots }, at) => {
    const order = Array.from({ length: rows }, (_, i) => i);
    for (const [k, other] of pivots.entries()) [order[k], order[other]] = [order[other]!, order[k]!];
    for (let i = 0; i < rows; i++) p[at * rows * rows + order[i]! * rows + i] = 1;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < inner; j++) {
        l[(at * rows + i) * inner + j] = i === j ? 1 : j < i ? raw[i * columns + j]! : 0;
      }
      if (i < inner) for (let j = i; j < columns; j++) u[(at * inner + i) * columns + j] = raw[i * columns + j]!;
    }
  });
  return {
    p: floatArray(p, [...batch, rows, rows], dtype),
    l: floatArray(l, [...batch, rows, inner], dtype),
    u: floatArray(u, [...batch, inner, columns], dtype),
  };
}

keepNames({ solve, inv, det, slogdet, lu });
