/** Functions that make arrays: `zeros ones full empty eye identity array asarray`, `zerosLike` etc. */

import { typedArrayLength } from "../base/builtins.js";
import { type Complex, isComplexScalar } from "../base/complex.js";
import {
  type DType,
  expectDType,
  expectElement,
  isBigInt,
  type RawArray,
  type Scalar,
  type StoredOf,
} from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectKnown, show } from "../base/expect.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { hasArrays, ofList, ofTypedArray, stacked } from "./asarray.js";
import { fill } from "./assign.js";
import type { Strided } from "./elements.js";
import { type ArrayOf, arrayOf, NDArray, type NewArray, type ReadonlyNDArray, stridedOf } from "./ndarray.js";
import type {
  DefaultDType,
  DTypeFor,
  Leaf,
  NestedList,
  NestedRank,
  RankOf,
  RankTable,
  Shape,
  TypedArrayLike,
} from "./notation.js";
import { expectShape, sizeOf } from "./shape.js";
import { newStrided, writtenStrided } from "./storage.js";
import { diagonal } from "./view.js";
import { dtypeOfTypedArray } from "./wrap.js";

/** The dtype of a new array, its name and its scope. */
export interface CreateOptions<D extends DType> extends NameOptions {
  /** The type of the elements; default `"float64"`, even where NumPy would choose int64. Also `"f8"`, `"<i4"`, …. */
  readonly dtype?: D | undefined;
}

/** A function that makes a new array of a given shape. A number as shape is the length of the only axis. */
export type Create = <const S extends Shape, D extends DType = "float64">(
  shape: S,
  options?: CreateOptions<D>,
) => NewArray<D, RankOf<S>>;
/** A function that makes a new array of the shape of another, and of its dtype unless the options name one. */
export type CreateLike = <D extends DType, R extends number, E extends DType = D>(
  a: ReadonlyNDArray<D, R>,
  options?: CreateOptions<E>,
) => ArrayOf<E, R>;

const NAMED = ["name", "scope"];
export const CREATION = ["dtype", ...NAMED];

type Creation = readonly [dtype: DType, named: NameOptions | undefined];
const FLOAT64: Creation = ["float64", undefined];
/** The checked options of a function that makes arrays: the dtype, and where the array is. */
export function expectCreation(options: CreateOptions<DType> | undefined, of: string): Creation {
  if (options === undefined) return FLOAT64;
  if (typeof options === "number") {
    throw new TypeError(
      `Expected the options of ${of} to be a plain object, got ${options} (a shape is one list: [2, 3])`,
    );
  }
  const { dtype = "float64", ...named } = expectKnown(options, CREATION, of);
  return [expectDType(dtype), named];
}

/**
 * A new array of a shape that is checked here. All functions below make theirs with it. Their own types say dtype
 * and rank, which this result does not; that is why they cast it with `as never`.
 */
export function create(shape: unknown, [dtype, named]: Creation, write?: (fresh: Strided) => void): NDArray<DType> {
  const checked = expectShape(shape);
  return arrayOf(write ? writtenStrided(checked, dtype, named, write) : newStrided(checked, dtype, named));
}

const one = (dtype: DType): Scalar => (isBigInt(dtype) ? 1n : 1);
const fillOne = (fresh: Strided) => fill(fresh, one(fresh.elements.dtype));
function like(
  a: ReadonlyNDArray,
  options: CreateOptions<DType> | undefined,
  of: string,
): readonly [shape: readonly number[], creation: Creation] {
  const { view, elements } = stridedOf(a);
  if (options === undefined) return [view.shape, [elements.dtype, undefined]];
  const { dtype = elements.dtype, ...named } = expectKnown(options, CREATION, of);
  return [view.shape, [expectDType(dtype), named]];
}

/**
 * A new array of zeros.
 *
 * @example zeros([3, 4], { dtype: "int32", name: "grid" })
 * @throws {NameTakenError} If the name is taken.
 * @throws {NoSpaceError} If there is not enough memory.
 * @throws {TypeError} If an argument is of the wrong type.
 * @throws {RangeError} If a length is negative or not an integer, or the name is not a possible one.
 */
export const zeros: Create = (shape, options) => create(shape, expectCreation(options, "zeros")) as never;
/** As `zeros`, since new shared memory is always zero. The name says that all elements will be overwritten. */
export const empty: Create = (shape, options) => create(shape, expectCreation(options, "empty")) as never;
/** A new array of ones. */
export const ones: Create = (shape, options) => create(shape, expectCreation(options, "ones"), fillOne) as never;
/** A new array of zeros, in the shape and dtype of `a`. */
export const zerosLike: CreateLike = (a, options) => create(...like(a, options, "zerosLike")) as never;
/** As `zerosLike`. */
export const emptyLike: CreateLike = (a, options) => create(...like(a, options, "emptyLike")) as never;
/** A new array of ones, in the shape and dtype of `a`. */
export const onesLike: CreateLike = (a, options) => create(...like(a, options, "onesLike"), fillOne) as never;

/**
 * A new array with one value in all elements. A boolean makes an array of bools, a complex number one of complex128,
 * and any other number one of float64, unless `dtype` says otherwise.
 *
 * @throws {DTypeError} If the value is no number or boolean, or a fraction for 64-bit integers. Other integer dtypes
 * take what a typed array would store: integers wrap, and fractions are cut off.
 */
export function full<const S extends Shape>(shape: S, value: boolean): NewArray<"bool", RankOf<S>>;
export function full<const S extends Shape>(shape: S, value: Complex): NewArray<"complex128", RankOf<S>>;
export function full<const S extends Shape, D extends DType = "float64">(
  shape: S,
  value: StoredOf<D> | number,
  options?: CreateOptions<D>,
): NewArray<D, RankOf<S>>;
export function full(shape: Shape, value: unknown, options?: CreateOptions<DType>): unknown {
  const [wanted, named] = expectCreation(options, "full");
  const own = typeof value === "boolean" ? "bool" : isComplexScalar(value) ? "complex128" : wanted;
  const { dtype: asked } = expectKnown(options, CREATION, "full");
  const dtype = asked === undefined ? own : wanted;
  const checked = expectElement(value, dtype);
  return create(shape, [dtype, named], (fresh) => fill(fresh, checked));
}

/**
 * A new array of one value, in the shape and dtype of `a`.
 *
 * @example fullLike(a, 7)
 * @throws {DTypeError} If the value is no number or boolean, or a fraction for 64-bit integers. Other integer dtypes
 * take what a typed array would store: integers wrap, and fractions are cut off.
 */
export function fullLike<D extends DType, R extends number, E extends DType = D>(
  a: ReadonlyNDArray<D, R>,
  value: StoredOf<E> | number,
  options?: CreateOptions<E>,
): ArrayOf<E, R> {
  const [shape, creation] = like(a, options, "fullLike");
  const checked = expectElement(value, creation[0]);
  return create(shape, creation, (fresh) => fill(fresh, checked)) as never;
}

/** The dtype, name and scope of a new matrix, and its shape and diagonal. */
export interface EyeOptions<D extends DType> extends CreateOptions<D> {
  /** The number of columns; by default that of rows. */
  readonly columns?: number | undefined;
  /** Which diagonal: 0, the default, is the main one, positive numbers are above it. */
  readonly k?: number | undefined;
}

/**
 * A new matrix (n, columns) with ones on its `k`-th diagonal and zeros elsewhere. After `np.eye`.
 *
 * @example eye(3); eye(2, { columns: 3, k: 1 })
 */
export function eye<D extends DType = "float64">(n: number, options?: EyeOptions<D>): NewArray<D, 2> {
  const most = Number.MAX_SAFE_INTEGER;
  expectInteger("n", n, 0, most);
  const { columns = n, k = 0, ...rest } = options === undefined ? {} : expectKnown(options, EYE, "eye");
  expectInteger("columns", columns, 0, most);
  expectInteger("k", k, -most, most);
  const [dtype, named] = options === undefined ? FLOAT64 : expectCreation(rest, "eye");
  const made = newStrided(expectShape([n, columns]), dtype, named, ({ elements, view }) =>
    fill({ elements, view: diagonal(view, k) }, one(dtype)),
  );
  return arrayOf(made) as never;
}
const EYE = ["columns", "k", ...CREATION];

/** The identity matrix (n, n). After `np.identity`. */
export function identity<D extends DType = "float64">(n: number, options?: CreateOptions<D>): NewArray<D, 2> {
  return eye(n, options === undefined ? undefined : expectKnown(options, CREATION, "identity")) as never;
}

/**
 * A new array with a copy of the elements of a typed array or Buffer, of another array, or of nested lists, which may
 * contain arrays. Typed arrays and arrays keep their dtype. For lists of numbers it is float64, of bigints int64, of
 * booleans bool, and with `{ re, im }` complex128, unless `dtype` says otherwise: then elements are cast. A number
 * gives an array of rank 0. `NDArray.wrap` shares a typed array instead.
 *
 * @example array([[1, 2], [3, 4]], { dtype: "int32" }); array(buffer, { shape: [h, w, 3] }); array([row, row])
 * @throws {ShapeError} If rows differ in length, or `shape` has another number of elements than the data.
 * @throws {DTypeError} If the dtype cannot hold an element of a list.
 */
export function array<T extends TypedArrayLike, const S extends Shape = 1, D extends DType = DTypeFor<T>>(
  data: T,
  options?: CreateOptions<D> & { shape?: S },
): NewArray<D, RankOf<S>>;
export function array<E extends DType, R extends number, D extends DType = E>(
  source: ReadonlyNDArray<E, R>,
  options?: CreateOptions<D>,
): NewArray<D, R>;
export function array<E extends DType = "float64", R extends number = 0, D extends DType = E>(
  arrays: readonly ReadonlyNDArray<E, R>[],
  options?: CreateOptions<D>,
): NewArray<D, RankTable[R]["+1"]>;
export function array<const T extends NestedList | Scalar, D extends DType = DefaultDType<Leaf<T>>>(
  nested: T,
  options?: CreateOptions<D>,
): NewArray<D, NestedRank<T>>;
export function array(given: unknown, options?: CreateOptions<DType> & { shape?: Shape }): unknown {
  expectOneList(given, options);
  const { dtype: wanted, shape, ...named } = expectKnown(options, ["dtype", "shape", ...NAMED], "array");
  const dtype = wanted === undefined ? undefined : expectDType(wanted);
  const from = dtypeOfTypedArray(given);
  if (from !== undefined) {
    const data = given as RawArray;
    return arrayOf(ofTypedArray(data, from, shapeOf(data, shape), dtype ?? from, named));
  }
  if (shape !== undefined) {
    throw new TypeError(`Expected no \`shape\` with data that have one, got ${show(shape)} (use reshape)`);
  }
  if (given instanceof NDArray) return given.astype(dtype ?? given.dtype, named);
  if (Array.isArray(given) && hasArrays(given)) return arrayOf(stacked(given, "list", dtype, named));
  if (Array.isArray(given) || isElement(given)) {
    return arrayOf(ofList(given, dtype, named));
  }
  throw new TypeError(`Expected a number, a list of numbers, a typed array or an NDArray, got ${show(given)}`);
}

/**
 * The array itself, if it is one of the wanted dtype; otherwise a new array of the data, as `array` makes it. After
 * `np.asarray`.
 *
 * @example asarray([1, 2, 3]); asarray(a) === a
 * @example asarray(a, { copy: true }) // as array(a)
 * @throws {DTypeError} If the dtype cannot hold an element of a list.
 * @throws {TypeError} If `copy` is false, and the data have to be copied.
 */
export function asarray<E extends DType, R extends number, D extends DType = E>(
  source: NDArray<E, R>,
  options?: AsArrayOptions<D>,
): NewArray<D, R>;
export function asarray<E extends DType, R extends number, D extends DType = E>(
  source: ReadonlyNDArray<E, R>,
  options?: AsArrayOptions<D>,
): ReadonlyNDArray<D, R>;
export function asarray<T extends TypedArrayLike, D extends DType = DTypeFor<T>>(
  data: T,
  options?: AsArrayOptions<D>,
): NewArray<D, 1>;
export function asarray<const T extends NestedList | Scalar, D extends DType = DefaultDType<Leaf<T>>>(
  nested: T,
  options?: AsArrayOptions<D>,
): NewArray<D, NestedRank<T>>;
export function asarray(given: unknown, options?: AsArrayOptions<DType>): unknown {
  const { dtype: wanted, copy } = expectKnown(options, ["dtype", "copy"], "asarray");
  expectBoolean("copy", copy);
  const dtype = wanted === undefined ? undefined : expectDType(wanted);
  if (!copy && given instanceof NDArray && (dtype === undefined || given.dtype === dtype)) return given;
  if (copy !== false) return array(given as number, { dtype });
  const found = given instanceof NDArray ? `one of ${given.dtype}` : show(given);
  throw new TypeError(`Expected an NDArray${dtype ? ` of ${dtype}` : ""} if nothing is to be copied, got ${found}`);
}
/** The dtype that is wanted, and whether to copy. */
export interface AsArrayOptions<D extends DType> extends DTypeOption<D> {
  /** Whether to copy in any case, or in none. By default only what is no array of the dtype is copied. */
  readonly copy?: boolean | undefined;
}
/** The dtype that is wanted. */
export interface DTypeOption<D extends DType> {
  /** The type of the elements; by default that of the data. */
  readonly dtype?: D | undefined;
}

const isElement = (value: unknown): value is Scalar =>
  ["number", "bigint", "boolean"].includes(typeof value) || isComplexScalar(value);

/** Elements that are given one by one, or rows, are refused. Next to a typed array, a list is a shape. */
function expectOneList(given: unknown, second: unknown): void {
  const isOne = isElement(second);
  const isRow = Array.isArray(given) && Array.isArray(second) && !hasArrays(second);
  if (!isOne && !isRow) return;
  const cure = isOne ? "the elements are one list: array([1, 2, 3])" : "the rows are one list: array([[1], [2]])";
  throw new TypeError(`Expected the options of array to be a plain object, got ${show(second)} (${cure})`);
}

function shapeOf(data: RawArray, given: Shape | undefined): number[] {
  const length = typedArrayLength(data);
  const shape = given === undefined ? [length] : expectShape(given);
  if (sizeOf(shape) === length) return shape;
  const message = `Expected \`shape\` to have ${length} elements, got ${show(given)}`;
  throw new ShapeError(message, { shape, expected: [length] });
}
