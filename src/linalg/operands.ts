/** The arguments of linear algebra, checked and read, and the arrays of its results. */
import { noComplex } from "../base/complex.js";
import { type DType, isComplex } from "../base/dtype.js";
import { DTypeError, LinAlgError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { asStrided, isData } from "../ndarray/asarray.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, type NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, expectArray } from "../ndarray/operands.js";
import { sizeOf } from "../ndarray/shape.js";
import { withRaw, writtenStrided } from "../ndarray/storage.js";
import { expectStrided } from "../ndarray/strided-array.js";
import { cView, stretched } from "../ndarray/view.js";

/** Matrices in the last two axes, read: a copy of their elements in C order, in float64. */
export interface Matrices {
  /** The leading axes. */
  readonly batch: readonly number[];
  /** How many matrices there are. */
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** The dtype of results. */
  readonly dtype: "float32" | "float64";
  readonly data: Float64Array;
}

/** Calls `use` with the elements of an array, or of a list, whose memory is given up afterwards. */
export function withStrided<T>(value: unknown, what: string, use: (strided: Strided) => T): T {
  if (!isData(value)) return use(expectStrided(value, what));
  const made = asStrided(value, what);
  try {
    return use(made);
  } finally {
    made.elements.memory.close();
  }
}

/** As `withStrided`, with an array. */
export function withArray<T>(value: unknown, what: string, use: (array: AnyArray) => T): T {
  if (isData(value)) return withStrided(value, what, (strided) => use(arrayOf(strided, true)));
  return use(expectArray(value, what));
}

/**
 * The dtype in which a result is given.
 *
 * @param fn the function, for the message
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function resultDType(dtype: DType, fn: string): "float32" | "float64" {
  if (isComplex(dtype)) throw noComplex(fn, dtype);
  if (dtype !== "float16") return dtype === "float32" ? "float32" : "float64";
  const message = `Expected float32 or float64 for ${fn}, got float16 (use a.astype("float32"))`;
  throw new DTypeError(message, { dtype, expected: "float32" });
}

/**
 * Checks for at least two axes.
 *
 * @param what the argument, for the message
 * @throws {ShapeError} If there are fewer.
 */
export function expectMatrices(shape: readonly number[], what: string): void {
  if (shape.length >= 2) return;
  const message = `Expected \`${what}\` to be a matrix or a stack of matrices, got shape ${show(shape)}`;
  throw new ShapeError(message, { shape, expected: [-1, -1] });
}

/** Checks for matrices with as many rows as columns. */
export function expectSquare(shape: readonly number[], what: string): void {
  expectMatrices(shape, what);
  const [rows, columns] = shape.slice(-2) as [number, number];
  if (rows === columns) return;
  const message = `Expected \`${what}\` to be square in its last two axes, got shape ${show(shape)}`;
  throw new ShapeError(message, { shape, expected: [rows, rows] });
}

/** The elements in C order as float64, in ordinary memory. */
export const floatsOf = (strided: Strided): Float64Array =>
  withRaw(strided, "float64", (raw) => new Float64Array(raw as unknown as Float64Array));

/** Reads matrices. */
export function matricesOf(value: unknown, fn: string, isSquare: boolean, what = "a"): Matrices {
  return withStrided(value, what, (strided) => {
    const { shape } = strided.view;
    (isSquare ? expectSquare : expectMatrices)(shape, what);
    const dtype = resultDType(strided.elements.dtype, fn);
    const [rows, columns] = shape.slice(-2) as [number, number];
    const batch = shape.slice(0, -2);
    return { batch, count: sizeOf(batch), rows, columns, dtype, data: floatsOf(strided) };
  });
}

/** The elements of a matrix, or of an array of another shape whose leading axes repeat, in C order as float64. */
export const stretchedFloats = ({ elements, view }: Strided, shape: readonly number[]): Float64Array =>
  floatsOf({ elements, view: stretched(view, shape) });

/** A new array of elements that have been computed as float64. */
export function floatArray(
  data: Float64Array,
  shape: readonly number[],
  dtype: "float32" | "float64",
): NDArray<"float32"> | NDArray<"float64"> {
  const made = writtenStrided(shape, dtype, undefined, ({ elements }) => {
    elements.raw.set(data as unknown as number[]);
  });
  return arrayOf(made) as never;
}

/** The elements of a new float64 array. (`flat` would keep its memory from being used again.) */
export const rawOf = (made: AnyArray): Float64Array =>
  stridedOf(made as ReadonlyNDArray).elements.raw as unknown as Float64Array;

/** A result that has just been made in C order, in another shape. It owns its memory, unlike a view of it. */
export const inShape = (made: AnyArray, shape: readonly number[]): AnyArray =>
  arrayOf({ elements: stridedOf(made as ReadonlyNDArray).elements, view: cView(shape) });

/** A new array of complex elements: of their parts in turn, computed as float64. */
export function complexArray(
  data: Float64Array,
  shape: readonly number[],
  dtype: "complex64" | "complex128",
): AnyArray {
  const made = writtenStrided(shape, dtype, undefined, ({ elements }) => {
    elements.parts.raw.set(data as unknown as number[]);
  });
  return arrayOf(made);
}

/** One value of a matrix as a number, those of a stack as an array. */
export const valuesOf = (data: Float64Array, batch: readonly number[], dtype: "float32" | "float64"): unknown =>
  batch.length === 0 ? (dtype === "float32" ? Math.fround(data[0]!) : data[0]) : floatArray(data, batch, dtype);

/**
 * The error of a matrix that a function cannot work with.
 *
 * @param found what was found, such as "a singular matrix"
 * @param at the number of the matrix, in C order
 */
export function linAlgError(expected: string, found: string, at: number, batch: readonly number[]): LinAlgError {
  const position = batch.map((_, axis) => Math.floor(at / sizeOf(batch.slice(axis + 1))) % batch[axis]!);
  const place = batch.length === 0 ? "" : ` at ${show(position)} of the stack`;
  return new LinAlgError(`Expected ${expected}, got ${found}${place}`, { position });
}

/**
 * Whether all elements are finite. Iterations need that.
 */
export function areFinite(data: Float64Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return false;
  return true;
}
