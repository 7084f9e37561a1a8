/** Functions of the diagonals of matrices: `diag`, `tril`, `triu`. */
import { type DType, isBigInt, isComplex } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, show } from "../base/expect.js";
import { copy, fill } from "../ndarray/assign.js";
import { type CreateOptions, create, expectCreation } from "../ndarray/create.js";
import type { Strided } from "../ndarray/elements.js";
import {
  type ArrayOf,
  arrayOf,
  isReadonlyArray,
  type NewArray,
  type ReadonlyNDArray,
  stridedOf,
  viewOf,
} from "../ndarray/ndarray.js";
import { moveRun } from "../ndarray/runs.js";
import { newStrided, withCompact } from "../ndarray/storage.js";
import { cView, diagonal, locateFlat, slice } from "../ndarray/view.js";
import type { DTypeIn, Ranked, RankIn } from "./ranked.js";

/** Which diagonal: 0 is the main one, positive numbers are above it. */
export interface DiagonalOptions {
  /** By default 0. */
  readonly k?: number | undefined;
}

/** A diagonal that is farther away is of no matrix. */
const FARTHEST = Number.MAX_SAFE_INTEGER;

function expectDiagonal(options: DiagonalOptions | undefined, of: string): number {
  const { k = 0 } = expectKnown(options, ["k"], of);
  return expectInteger("k", k, -FARTHEST, FARTHEST);
}

/**
 * Of a matrix, its `k`-th diagonal as a view; of an array of one axis, a new matrix with these elements on its `k`-th
 * diagonal and zeros elsewhere. After `np.diag`.
 *
 * @example diag(array([1, 2])).toArray() // [[1, 0], [0, 2]]
 * @throws {ShapeError} If the array does not have one or two axes.
 */
export function diag<A extends ReadonlyNDArray>(
  a: A,
  options?: DiagonalOptions,
): number extends RankIn<A> ? Ranked<A, number> : RankIn<A> extends 1 ? ArrayOf<DTypeIn<A>, 2> : Ranked<A, 1> {
  const k = expectDiagonal(options, "diag");
  const source = stridedOf(a);
  const { shape } = source.view;
  if (shape.length === 2) return viewOf(source, (view) => diagonal(view, k), isReadonlyArray(a)) as never;
  if (shape.length !== 1) {
    throw new ShapeError(`Expected an array of one or two axes, got shape ${show(shape)}`, { shape, expected: [-1] });
  }
  return arrayOf(onDiagonal(source, k)) as never;
}

/** A matrix of zeros but for its `k`-th diagonal. */
function onDiagonal(source: Strided, k: number): Strided {
  const side = source.view.size + Math.abs(k);
  return newStrided([side, side], source.elements.dtype, undefined, ({ elements, view }) =>
    copy({ elements, view: diagonal(view, k) }, source),
  );
}

/**
 * A matrix with all elements, in C order, on its `k`-th diagonal and zeros elsewhere. After `np.diagflat`.
 *
 * @example diagflat(array([[1, 2], [3, 4]])).shape // [4, 4]
 */
export function diagflat<D extends DType>(a: ReadonlyNDArray<D>, options?: DiagonalOptions): ArrayOf<D, 2> {
  const k = expectDiagonal(options, "diagflat");
  return withCompact(stridedOf(a), ({ elements, view }) =>
    arrayOf(onDiagonal({ elements, view: cView([view.size], view.offset) }, k)),
  ) as never;
}

/** The columns and the dtype of a new matrix, and where its ones end. */
export interface TriangleOptions<D extends DType> extends CreateOptions<D>, DiagonalOptions {
  /** By default as many as rows. */
  readonly columns?: number | undefined;
}

/**
 * A new matrix of ones on and below the `k`-th diagonal, and zeros above. After `np.tri`.
 *
 * @example tri(2, { columns: 3 }).toArray() // [[1, 0, 0], [1, 1, 0]]
 * @throws {RangeError} If a number is not an integer, or `rows` or `columns` is negative.
 */
export function tri<D extends DType = "float64">(rows: number, options?: TriangleOptions<D>): NewArray<D, 2> {
  const { columns = rows, k = 0, ...created } = expectKnown(options, ["columns", "k", "dtype", "name", "scope"], "tri");
  expectInteger("k", k, -FARTHEST, FARTHEST);
  expectInteger("rows", rows, 0, FARTHEST);
  expectInteger("columns", columns, 0, FARTHEST);
  const creation = expectCreation(created as CreateOptions<DType>, "tri");
  return create([rows, columns], creation, (fresh) => {
    fill(fresh, false);
    const { elements, view } = fresh;
    const one = isBigInt(elements.dtype) ? 1n : 1;
    for (let i = Math.max(0, -k); columns > 0 && i < rows; i++) {
      fill({ elements, view: cView([Math.min(columns, i + k + 1)], view.offset + i * columns) }, one);
    }
  }) as never;
}

/**
 * A copy of matrices, the last two axes, with zeros above the `k`-th diagonal. After `np.tril`.
 *
 * @example tril(array([[1, 2], [3, 4]])).toArray() // [[1, 0], [3, 4]]
 * @throws {ShapeError} If there are fewer than two axes.
 */
export function tril<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  options?: DiagonalOptions,
): ArrayOf<D, R> {
  return triangle(stridedOf(a), expectDiagonal(options, "tril"), true) as never;
}

/**
 * A copy of matrices, the last two axes, with zeros below the `k`-th diagonal. After `np.triu`.
 *
 * @example triu(array([[1, 2], [3, 4]])).toArray() // [[1, 2], [0, 4]]
 * @throws {ShapeError} If there are fewer than two axes.
 */
export function triu<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  options?: DiagonalOptions,
): ArrayOf<D, R> {
  return triangle(stridedOf(a), expectDiagonal(options, "triu"), false) as never;
}

function triangle(source: Strided, k: number, isLower: boolean): unknown {
  const { shape } = source.view;
  if (shape.length < 2) {
    throw new ShapeError(`Expected at least 2 axes, got shape ${show(shape)}`, { shape, expected: [1, 1] });
  }
  const [rows, columns] = shape.slice(-2) as [number, number];
  const inside = (n: number, most: number) => Math.min(most, Math.max(0, n));
  if (source.view.size === 0) return arrayOf(newStrided(shape, source.elements.dtype, undefined));
  const matrices = slice(source.view, ["...", 0, 0]);
  const made = newStrided(shape, source.elements.dtype, undefined, (target) => {
    if (matrices.size < Math.min(rows, columns) && !isComplex(source.elements.dtype)) {
      const { strides } = source.view;
      const [down, along] = strides.slice(-2) as [number, number];
      for (let m = 0, to = target.view.offset; m < matrices.size; m++) {
        for (let i = 0, from = locateFlat(matrices, m); i < rows; i++, to += columns, from += down) {
          const cut = inside(isLower ? i + k + 1 : i + k, columns);
          const [first, count] = isLower ? [0, cut] : [cut, columns - cut];
          moveRun(target.elements.raw, to + first, 1, source.elements.raw, from + first * along, along, count);
        }
      }
      return;
    }
    const copyPart = (row: [number, number], column: [number, number]) => {
      const part = ({ elements, view }: Strided): Strided => ({ elements, view: slice(view, ["...", row, column]) });
      copy(part(target), part(source));
    };
    // By rows or by columns, whichever are fewer: each is copied as one piece of all matrices.
    if (rows <= columns) {
      for (let i = 0; i < rows; i++) {
        copyPart([i, i + 1], isLower ? [0, inside(i + k + 1, columns)] : [inside(i + k, columns), columns]);
      }
    } else {
      for (let j = 0; j < columns; j++) {
        copyPart(isLower ? [inside(j - k, rows), rows] : [0, inside(j - k + 1, rows)], [j, j + 1]);
      }
    }
  });
  return arrayOf(made);
}
