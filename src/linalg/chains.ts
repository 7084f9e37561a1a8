/** Products of many matrices: `matrixPower`, `multiDot`; and `linalg.trace`. */
import type { DType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectNoOptions, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { matmul } from "../functions/matmul.js";
import { eye } from "../ndarray/create.js";
import type { AnyNDArray, ArrayOf, ReadonlyNDArray } from "../ndarray/ndarray.js";
import { type AnyArray, expectArray } from "../ndarray/operands.js";
import { tidy } from "../ndarray/tidy.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { expectMatrices, expectSquare, withArray } from "./operands.js";
import { type Traced, traceOf } from "./products.js";
import { inv } from "./solve.js";
import type { FloatOf, Given } from "./types.js";

/**
 * Square matrices to the power of an integer, by repeated squaring. Negative powers are those of the inverse, in
 * floats. After `np.linalg.matrix_power`.
 *
 * @example linalg.matrixPower([[1, 1], [1, 0]], 10).toArray() // [[89, 55], [55, 34]]
 * @throws {LinAlgError} If `n` is negative and a matrix is singular.
 * @throws {ShapeError} If the matrices are not square.
 */
export function matrixPower<const A extends Given>(
  a: A,
  n: number,
): ArrayOf<DTypeOf<A> | FloatOf<DTypeOf<A>>, RankOf<A>>;
export function matrixPower(a: unknown, n: number, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "matrixPower");
  return withArray(a, "a", (array) => {
    expectSquare(array.shape, "a");
    expectInteger("n", n, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    return tidy(() => powerOf(n < 0 ? (inv(array as never) as AnyArray) : array, Math.abs(n)));
  });
}

function powerOf(base: AnyArray, n: number): AnyArray {
  const rows = base.shape.at(-1)!;
  if (n === 0)
    return eye(rows, { dtype: base.dtype })
      .broadcastTo([...base.shape])
      .copy() as unknown as AnyArray;
  let [square, result] = [base, undefined as AnyArray | undefined];
  for (let left = n; ; square = matmul(square, square) as AnyArray) {
    if (left % 2 === 1) result = result ? (matmul(result, square) as AnyArray) : square;
    left = Math.floor(left / 2);
    if (left === 0) return result === base ? (base.copy() as AnyArray) : result!;
  }
}

/**
 * The matrix product of two arrays or more, in the order that needs the fewest multiplications. The first may be a
 * vector, a row, and the last one, a column. After `np.linalg.multi_dot`.
 *
 * @example linalg.multiDot([a, b, c])
 * @throws {ShapeError} If there are fewer than two arrays, one in between is no matrix, or neighbours do not fit.
 */
export function multiDot(arrays: readonly ReadonlyNDArray[]): AnyNDArray;
export function multiDot(arrays: readonly ReadonlyNDArray[], ...extra: unknown[]): unknown {
  expectNoOptions(extra, "multiDot");
  if (!Array.isArray(arrays)) throw new TypeError(`Expected \`arrays\` to be a list of arrays, got ${show(arrays)}`);
  const given = arrays.map((one, i) => expectArray(one, `arrays[${i}]`));
  const isRight = ({ ndim }: AnyArray, i: number) => ndim === 2 || (ndim === 1 && (i === 0 || i === given.length - 1));
  if (given.length < 2 || !given.every(isRight)) {
    const shapes = given.map(({ shape }) => show(shape)).join(", ");
    const message = `Expected two matrices or more (the first and the last may be vectors), got ${shapes}`;
    throw new ShapeError(message, { shape: [given.length], expected: [2] });
  }
  const lengths = [given[0]!.ndim === 1 ? 1 : given[0]!.shape[0]!, ...given.map(({ shape }) => shape[1] ?? 1)];
  if (given[0]!.ndim === 1) lengths[1] = given[0]!.shape[0]!;
  const splits = bestSplits(lengths);
  const product = (from: number, to: number): AnyArray =>
    from === to
      ? given[from]!
      : (matmul(product(from, splits[from]![to]!), product(splits[from]![to]! + 1, to)) as AnyArray);
  return tidy(() => product(0, given.length - 1));
}

/** Where to split the product of the matrices from … to, so that the fewest multiplications are needed. */
function bestSplits(lengths: readonly number[]): number[][] {
  const count = lengths.length - 1;
  const table = () => Array.from({ length: count }, () => Array<number>(count).fill(0));
  const [costs, splits] = [table(), table()];
  for (let width = 1; width < count; width++) {
    for (let from = 0; from + width < count; from++) {
      const to = from + width;
      costs[from]![to] = Number.POSITIVE_INFINITY;
      for (let split = from; split < to; split++) {
        const last = lengths[from]! * lengths[split + 1]! * lengths[to + 1]!;
        const cost = costs[from]![split]! + costs[split + 1]![to]! + last;
        if (cost < costs[from]![to]!) [costs[from]![to], splits[from]![to]] = [cost, split];
      }
    }
  }
  return splits;
}

/**
 * The sums of the diagonals of matrices, the last two axes: a number for a matrix. After `np.linalg.trace`.
 *
 * @param options `offset`, by default 0: a positive one is above the main diagonal; `dtype` of the sums
 * @example linalg.trace([[1, 2], [3, 4]]) // 5
 * @throws {ShapeError} If there are fewer than two axes.
 */
export function trace<const A extends Given>(
  a: A,
  options?: { readonly offset?: number | undefined; readonly dtype?: DType | undefined },
): Traced<A> {
  const { offset, dtype } = expectKnown(options, ["offset", "dtype"], "trace");
  return withArray(a, "a", (array) => {
    expectMatrices(array.shape, "a");
    return traceOf(array, offset, [-2, -1], dtype);
  }) as never;
}

keepNames({ matrixPower, multiDot, trace });
