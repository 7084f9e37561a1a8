/** Index arrays of grids and of parts of matrices: `ix_`, `indices`, `diagIndices`, `trilIndices`, `triuIndices`. */
import { type DType, expectDType, type IntegerDType, MAX_RANK } from "../base/dtype.js";
import { DTypeError, IndexError, ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectNoOptions, show } from "../base/expect.js";
import { isData } from "../ndarray/asarray.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { type ArrayOf, arrayOf, type NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import type { NestedList, RankOf, RankTable, Shape, TypedArrayLike } from "../ndarray/notation.js";
import { arrayOfData } from "../ndarray/operands.js";
import { isIntegers } from "../ndarray/positions.js";
import { withTrue } from "../ndarray/select.js";
import { arange } from "../ndarray/sequences.js";
import { expectShape, sizeOf } from "../ndarray/shape.js";
import { newStrided, withRaw, writtenStrided } from "../ndarray/storage.js";
import { cView, makeView, pickAxes } from "../ndarray/view.js";
import { indicesAlong, MOST_POSITIONS, tooManyPositions } from "./indices.js";

/**
 * Index arrays that choose all combinations of positions: the n-th runs along the n-th axis and has the length 1 along
 * the others. Masks stand for the positions where they are true. The results are copies. After `np.ix_`.
 *
 * @example a.slice(...ix_([0, 2], [1, 3])) // rows 0 and 2 of columns 1 and 3
 * @throws {ShapeError} If an argument has more than one axis.
 * @throws {DTypeError} If an argument holds neither integers nor bools.
 */
export function ix_(
  ...positions: readonly (ReadonlyNDArray<IntegerDType | "bool"> | NestedList | TypedArrayLike)[]
): NDArray<"int32">[] {
  expectInteger("positions.length", positions.length, 0, MAX_RANK + 1);
  const made: Strided[] = [];
  try {
    for (const [i, one] of positions.entries()) made.push(positionsOf(one, i));
  } catch (e) {
    for (const { elements } of made) elements.memory.close();
    throw e;
  }
  return spread(made);
}

/** Each along an axis of its own. */
function spread(lines: readonly Strided[]): NDArray<"int32">[] {
  return lines.map((line, i) => {
    const shape = lines.map((_, axis) => (axis === i ? line.view.size : 1));
    return arrayOf({ elements: line.elements, view: cView(shape) });
  }) as never;
}

/** Positions along an axis as a new array of int32. */
function positionsOf(given: unknown, i: number): Strided {
  const source = stridedOf(arrayOfData(given, `positions[${i}]`, "ix_"));
  try {
    return asPositions(source, given, i);
  } finally {
    if (isData(given)) source.elements.memory.close();
  }
}

function asPositions(source: Strided, given: unknown, i: number): Strided {
  const { shape, size } = source.view;
  const { dtype } = source.elements;
  if (shape.length !== 1) {
    const message = `Expected \`positions[${i}]\` to have one axis, got shape ${show(shape)}`;
    throw new ShapeError(message, { shape, expected: [-1] });
  }
  if (dtype === "bool") return withTrue(source, (found) => indicesAlong(found, [size], 0, [found.length]));
  // Lists of numbers are float64. An empty one has no dtype of its own in NumPy either.
  if (!isIntegers(dtype) && (!Array.isArray(given) || !given.every(Number.isInteger))) {
    const message = `Expected \`positions[${i}]\` to hold integers or bools, got ${dtype} (use .astype("int32"))`;
    throw new DTypeError(message, { dtype, expected: "integers or bool" });
  }
  return withRaw(source, "float64", (raw) => {
    const far = Array.prototype.find.call(raw, (n: number) => n < -MOST_POSITIONS || n >= MOST_POSITIONS);
    if (far === undefined) return writtenStrided([size], "int32", undefined, (fresh) => copy(fresh, source));
    const message = `Expected each of \`positions[${i}]\` to be in [-2^31, 2^31), as positions are int32, got ${far}`;
    throw new IndexError(message, { index: far, axis: i, shape: [] });
  });
}

/** The dtype of the indices. */
export interface IndicesOptions<D extends DType> {
  /** By default int32. */
  readonly dtype?: D | undefined;
}

/**
 * The index of each element of an array of that shape, along each axis: (n, …shape) for n axes. After `np.indices`.
 *
 * @example const [row, column] = indices([2, 3]); // both (2, 3)
 * @throws {RangeError} If a length is negative or not an integer.
 */
export function indices<const S extends Shape, D extends DType = "int32">(
  shape: S,
  options?: IndicesOptions<D>,
): ArrayOf<D, RankTable[RankOf<S>]["+1"]> {
  const { dtype = "int32" } = expectKnown(options, ["dtype"], "indices");
  const lengths = expectShape(shape);
  const to = expectDType(dtype);
  if (sizeOf(lengths) === 0) return arrayOf(newStrided([lengths.length, ...lengths], to, undefined)) as never;
  const made = writtenStrided([lengths.length, ...lengths], to, undefined, ({ elements, view }) => {
    for (const [axis, n] of lengths.entries()) {
      const own = pickAxes(
        view,
        [...lengths.keys()].map((i) => i + 1),
        view.offset + axis * view.strides[0]!,
      );
      const line = stridedOf(arange(n, { dtype: "float64" }));
      const steps = lengths.map((_, i) => (i === axis ? 1 : 0));
      copy({ elements, view: own }, { elements: line.elements, view: makeView(lengths, steps, line.view.offset) });
      line.elements.memory.close();
    }
  });
  return arrayOf(made) as never;
}

/** How many axes the diagonal goes through. */
export interface DiagonalIndicesOptions {
  /** By default 2. */
  readonly ndim?: number | undefined;
}

/**
 * The indices of the main diagonal of an array of `ndim` axes of length `n`, an array for each axis. After
 * `np.diag_indices`.
 *
 * @example a.slice(...diagIndices(3)) // a copy of the diagonal of a (3, 3) array
 * @throws {RangeError} If `n` or `ndim` is negative or not an integer.
 */
export function diagIndices(n: number, options?: DiagonalIndicesOptions): NDArray<"int32", 1>[] {
  const { ndim = 2 } = expectKnown(options, ["ndim"], "diagIndices");
  expectInteger("n", n, 0, MOST_POSITIONS);
  expectInteger("ndim", ndim, 0, MOST_AXES);
  return Array.from({ length: ndim }, () => arange(n, { dtype: "int32" }));
}
const MOST_AXES = 65;

/** Which triangle of which matrix. */
export interface TriangleIndicesOptions {
  /** The diagonal where the triangle ends: 0, the default, is the main one, positive numbers are above it. */
  readonly k?: number | undefined;
  /** The number of columns, by default that of rows. */
  readonly columns?: number | undefined;
}

/**
 * The indices of the elements of a matrix of `n` rows on and below the `k`-th diagonal, rows and columns. After
 * `np.tril_indices`.
 *
 * @example a.assign(0, { at: trilIndices(3, { k: -1 }) }) // as a.assign(triu(a))
 * @throws {RangeError} If a number is not an integer, or `n` or `columns` is negative.
 */
export function trilIndices(
  n: number,
  options?: TriangleIndicesOptions,
): [rows: NDArray<"int32", 1>, columns: NDArray<"int32", 1>] {
  return triangleIndices(n, options, "trilIndices", (row, k, columns) => [0, bounded(row + k + 1, columns)]);
}

/**
 * The indices of the elements of a matrix of `n` rows on and above the `k`-th diagonal, rows and columns. After
 * `np.triu_indices`.
 *
 * @example a.slice(...triuIndices(3)) // the elements of the upper triangle, row by row
 * @throws {RangeError} If a number is not an integer, or `n` or `columns` is negative.
 */
export function triuIndices(
  n: number,
  options?: TriangleIndicesOptions,
): [rows: NDArray<"int32", 1>, columns: NDArray<"int32", 1>] {
  return triangleIndices(n, options, "triuIndices", (row, k, columns) => [bounded(row + k, columns), columns]);
}

const bounded = (n: number, most: number): number => Math.min(most, Math.max(0, n));

function triangleIndices(
  n: number,
  options: TriangleIndicesOptions | undefined,
  fn: string,
  rangeOf: (row: number, k: number, columns: number) => readonly [start: number, end: number],
): never {
  const { k = 0, columns = n } = expectKnown(options, ["k", "columns"], fn);
  expectInteger("n", n, 0, MOST_POSITIONS);
  expectInteger("columns", columns, 0, MOST_POSITIONS);
  expectInteger("k", k, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (n * columns > MOST_POSITIONS) throw tooManyPositions(n * columns);
  const rows = columns === 0 ? 0 : n;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const [start, end] = rangeOf(row, k, columns);
    count += end - start;
  }
  const fill = (value: (row: number, column: number) => number) =>
    arrayOf(
      writtenStrided([count], "int32", undefined, ({ elements: { raw }, view: { offset } }) => {
        for (let row = 0, at = offset; row < rows; row++) {
          const [start, end] = rangeOf(row, k, columns);
          for (let column = start; column < end; column++) raw[at++] = value(row, column);
        }
      }),
    );
  return [fill((row) => row), fill((_, column) => column)] as never;
}

/**
 * All indices of an array of that shape, in C order. After `np.ndindex`.
 *
 * @example for (const [i, j] of ndindex([2, 3])) …
 * @throws {RangeError} If a length is negative or not an integer.
 */
export function ndindex(shape: Shape): IterableIterator<number[]>;
export function ndindex(shape: Shape, ...extra: unknown[]): IterableIterator<number[]> {
  expectNoOptions(extra, "ndindex");
  return counted(expectShape(shape));
}

function* counted(shape: readonly number[]): IterableIterator<number[]> {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    yield [...index];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}
