/** `sort`, `argsort` and `searchsorted`. NaN is greater than every number, as in NumPy. */

import { expectCast } from "../base/casting.js";
import { noComplex } from "../base/complex.js";
import type { DType, IntegerDType, RawArray } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectBoolean, expectKnown, expectOneOf, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { HERE } from "../calls/call.js";
import { type Mappable, makeCallable } from "../calls/callable.js";
import { inline } from "../calls/executors/inline.js";
import { type CheckedSort, prepareSort } from "../calls/kinds/sort.js";
import { takeAlongAxis } from "../manipulation/find.js";
import { asStrided, isData } from "../ndarray/asarray.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, inShape, type NDArray, type Out, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import type { NestedList, TypedArrayLike } from "../ndarray/notation.js";
import { type AnyArray, expectArray, expectOut } from "../ndarray/operands.js";
import { take } from "../ndarray/select.js";
import { expectAxis } from "../ndarray/shape.js";
import { withRaw, writtenStrided } from "../ndarray/storage.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { perClass } from "../ndarray/typed-loops.js";
import { hasComplex } from "./complex.js";
import { complexOrder } from "./complex-sorting.js";
import type { First } from "./operand-types.js";
import type { Written } from "./ufunc-types.js";

/** Options of `sort` and `argsort` that a pool takes too. */
export interface SortAxis {
  /** The axis along which elements are sorted; by default the last one. */
  readonly axis?: number | undefined;
}
/** Options of `sort` and `argsort`. */
export interface SortOptions<X extends number | null | undefined = number | null | undefined> {
  /** The axis along which elements are sorted, by default the last one; `null` sorts all elements as one vector. */
  readonly axis?: X;
  /** Whether the greatest come first; NaN then comes before them. Equal elements keep their order. */
  readonly descending?: boolean | undefined;
  /** Whether equal elements keep their order. They always do. */
  readonly stable?: boolean | undefined;
}

/** The type of `sort`. */
export interface Sort extends Mappable<ReadonlyNDArray | readonly [ReadonlyNDArray], "sort"> {
  <A extends ReadonlyNDArray, O extends Out = undefined>(
    a: A,
    options?: SortOptions<number | undefined> & { readonly out?: O },
  ): SortResult<A, O>;
  <A extends ReadonlyNDArray, O extends Out = undefined>(
    a: A,
    options: SortOptions<null> & { readonly out?: O },
  ): Written<O, undefined, DTypeOf<A>, 1>;
  readonly sorts: "elements";
}
/** The result of `sort`. */
export type SortResult<A, O extends Out> = Written<O, undefined, DTypeOf<First<A>>, RankOf<First<A>>>;
/** The type of `argsort`. */
export interface Argsort extends Mappable<ReadonlyNDArray | readonly [ReadonlyNDArray], "argsort"> {
  <R extends number>(a: ReadonlyNDArray<DType, R>, options?: SortOptions<number | undefined>): NDArray<"int32", R>;
  (a: ReadonlyNDArray, options: SortOptions<null>): NDArray<"int32", 1>;
  readonly sorts: "positions";
}

/**
 * The elements of `a` in ascending order along an axis: in a new array, or in `out`, which may be `a` itself. -0 comes
 * before 0, and NaN comes last.
 *
 * @example sort(a)
 * @example sort(a, { axis: 0, out: a }) // in place
 * @example sort(a, { descending: true })
 * @example await pool.map(a, sort, { out: a }) // on all cores, in ascending order
 * @throws {RangeError} If the axis does not exist.
 * @throws {ShapeError} If `out` has another shape than `a`.
 * @throws {DTypeError} If the elements cannot be cast to the dtype of `out`.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export const sort: Sort = sorter("sort", ["axis", "out"], { sorts: "elements" });
/**
 * The positions that would sort the elements of `a` along an axis, as int32. The sort is stable: positions of equal
 * elements are in ascending order. Positions of NaN come last.
 *
 * @example argsort(array([3, 1, 2])).toArray(); // [1, 2, 0]
 * @throws {RangeError} If the axis does not exist, or has 2^31 elements or more.
 */
export const argsort: Argsort = sorter("argsort", ["axis"], { sorts: "positions" });

function sorter<T>(name: CheckedSort["name"], options: readonly string[], brand: object): T {
  const fn = (a: unknown, given?: SortOptions): unknown => {
    const own = expectKnown(given, [...options, "descending", "stable"], name);
    expectBoolean("stable", own.stable);
    if (own.axis === null) return sortedFlat(fn, a, own);
    if (hasComplex([a])) return complexSorted(name, a, own);
    if (expectBoolean("descending", own.descending)) return descendingOrder(name, a, own);
    return inline.runSync(prepareSort(checkSort(name, a, own), HERE));
  };
  Object.defineProperty(fn, "name", { value: name });
  makeCallable(fn, {
    name,
    method: "map",
    options,
    prepare([a, ...more], own, conditions) {
      if (more.length > 0) throw new TypeError(`Expected one operand for ${name}, got ${more.length + 1}`);
      return prepareSort(checkSort(name, a, own), conditions);
    },
  });
  return Object.assign(fn, brand) as T;
}

/** All elements, in C order, sorted as a vector. */
function sortedFlat(fn: (a: unknown, given: object) => unknown, a: unknown, own: object): unknown {
  const flat = inShape(expectArray(a, "a"), [-1], true);
  try {
    return fn(flat, { ...own, axis: 0 });
  } finally {
    flat.close();
  }
}

/** Sorts complex numbers; equal ones keep their order. */
function complexSorted(
  name: CheckedSort["name"],
  a: unknown,
  own: { readonly axis?: unknown; readonly out?: unknown; readonly descending?: unknown },
): unknown {
  const { input, axis, out } = checkSort(name, a, own);
  if (expectBoolean("descending", own.descending)) throw noComplex(`${name} with \`descending\``, input.dtype);
  const order = complexOrder(argsort as never, input, axis);
  if (name === "argsort") return order;
  try {
    return takeAlongAxis(input, order as never, { axis, out: out as never });
  } finally {
    order.close();
  }
}

/** Sorts in ascending order, the last of equal elements first, and turns the result around. */
function descendingOrder(
  name: CheckedSort["name"],
  a: unknown,
  own: { readonly axis?: unknown; readonly out?: unknown },
): unknown {
  const { input, axis, out } = checkSort(name, a, own);
  const backwards = input.flip(axis);
  const sorted = inline.runSync(
    prepareSort(checkSort(name, backwards, { axis, out: undefined }), HERE),
  ) as NDArray<"int32">;
  try {
    if (name === "argsort") {
      const { flat } = sorted;
      const last = input.shape[axis]! - 1;
      for (let i = 0; i < flat.length; i++) flat[i] = last - flat[i]!;
    }
    return sorted.flip(axis).copy({ out: out as never });
  } finally {
    sorted.close();
  }
}

function checkSort(
  name: CheckedSort["name"],
  a: unknown,
  { axis = -1, out: givenOut }: { readonly axis?: unknown; readonly out?: unknown },
): CheckedSort {
  const input = expectArray(a, "a");
  const along = expectAxis(axis, input.shape);
  if (name === "argsort") expectPositions(name, input.shape[along] ?? 1);
  const out = givenOut === undefined ? undefined : expectOut(givenOut, input.shape);
  if (out) expectCast(input.dtype, out.dtype, "out");
  return { name, input, axis: along, out };
}

/** @throws {RangeError} If there are so many elements that int32 cannot hold their positions. */
function expectPositions(name: string, length: number): void {
  if (length < 2 ** 31) return;
  const cure = "slice it, positions are int32";
  throw new RangeError(`Expected an axis of less than 2147483648 elements for ${name}, got ${length} (${cure})`);
}

/** Options of `searchsorted`. */
export interface SearchOptions {
  /** Whether a value goes before equal elements, or behind them. By default `"left"`. */
  readonly side?: "left" | "right" | undefined;
  /** The positions that would sort `a`, as `argsort(a)` gives them, if it is not sorted. */
  readonly sorter?: ReadonlyNDArray<IntegerDType, 1> | readonly number[] | undefined;
}

/**
 * The positions at which values would have to be inserted into the sorted vector `a` to keep it sorted, as int32. They
 * are in the shape of `values`; for one value, it is one position. A value goes before equal elements, or behind them
 * with `side: "right"`.
 *
 * @example searchsorted(array([1, 2, 2, 3]), array([2, 5])).toArray(); // [1, 4]
 * @example searchsorted(array([3, 1, 2]), 2, { sorter: [1, 2, 0] }); // 1
 * @throws {ShapeError} If `a` is not a vector, or `sorter` is not as long.
 * @throws {IndexError} If one of `sorter` is no position of `a`.
 * @throws {RangeError} If `a` has 2^31 elements or more.
 */
export function searchsorted(a: ReadonlyNDArray, value: number | bigint, options?: SearchOptions): number;
export function searchsorted<R extends number>(
  a: ReadonlyNDArray,
  values: ReadonlyNDArray<DType, R>,
  options?: SearchOptions,
): NDArray<"int32", R>;
export function searchsorted<const T extends NestedList | TypedArrayLike>(
  a: ReadonlyNDArray,
  values: T,
  options?: SearchOptions,
): NDArray<"int32", RankOf<T>>;
export function searchsorted(a: unknown, values: unknown, options?: SearchOptions): unknown {
  const given = expectArray(a, "a");
  const { side: givenSide = "left", sorter: order } = expectKnown(options, ["side", "sorter"], "searchsorted");
  const isRight = expectOneOf("side", givenSide, ["left", "right"]) === "right";
  if (given.ndim !== 1) {
    throw new ShapeError(`Expected \`a\` to be a vector, got shape ${show(given.shape)}`, {
      shape: given.shape,
      expected: [-1],
    });
  }
  expectPositions("searchsorted", given.size);
  const isOne = typeof values === "number" || typeof values === "bigint";
  const data = isOne || isData(values) ? asStrided(values, "values") : undefined;
  const wanted = data ?? stridedOf(expectArray(values, "values"));
  const sorted = order === undefined ? stridedOf(given) : inOrder(given, order);
  try {
    const found = positionsOf(sorted, wanted, isRight);
    if (!isOne) return arrayOf(found);
    const position = found.elements.raw[0]!;
    found.elements.memory.close();
    return position;
  } finally {
    data?.elements.memory.close();
    if (order !== undefined) sorted.elements.memory.close();
  }
}

/** A copy of a vector in the order of positions. */
function inOrder(given: AnyArray, order: unknown): Strided {
  const count = Array.isArray(order) ? order.length : expectArray(order, "sorter").size;
  if (count !== given.size) {
    const message = `Expected \`sorter\` to have ${given.size} positions, as \`a\` has, got ${count}`;
    throw new ShapeError(message, { shape: [count], expected: [given.size] });
  }
  return take(stridedOf(given), order, undefined, undefined);
}

function positionsOf(sorted: Strided, wanted: Strided, isRight: boolean): Strided {
  const common = promote(sorted.elements.dtype, wanted.elements.dtype);
  const dtype = common === "float16" ? "float32" : common;
  return writtenStrided(wanted.view.shape, "int32", undefined, ({ elements: { raw } }) =>
    withRaw(sorted, dtype, (ordered) => withRaw(wanted, dtype, (values) => search(ordered, values, raw, isRight))),
  );
}

/**
 * For each of `wanted`, how many elements of `sorted` come before it, or before or at it if `isRight`. NaN is greater
 * than every number. The search halves a range without a branch that the processor would have to guess.
 */
const search = perClass(function search(sorted: RawArray, wanted: RawArray, found: RawArray, isRight: boolean): void {
  const [size, count] = [sorted.length, wanted.length];
  for (let i = 0; i < count; i++) {
    const value = wanted[i]!;
    const isLast = Number.isNaN(value);
    let [low, left] = [0, size];
    while (left > 0) {
      const half = left >>> 1;
      const middle = sorted[low + half]!;
      const isBefore = isLast ? isRight || !Number.isNaN(middle) : isRight ? middle <= value : middle < value;
      low += isBefore ? half + 1 : 0;
      left = isBefore ? left - half - 1 : half;
    }
    found[i] = low;
  }
}, 2);
