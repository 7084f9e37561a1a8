/** The values of an array, each once: the array API's `unique…` and NumPy's `unique`. */
import type { DType } from "../base/dtype.js";
import { expectBoolean, expectKnown, expectNoOptions } from "../base/expect.js";
import { any } from "../functions/reductions.js";
import { notEqual } from "../functions/ufuncs.js";
import { flatnonzero } from "../manipulation/find.js";
import { unstack } from "../manipulation/parts.js";
import { ones } from "../ndarray/create.js";
import { type ArrayOf, arrayOf, type NDArray } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { expectAxis } from "../ndarray/shape.js";
import { writtenStrided } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, DTypeOf, RankOf } from "../ndarray/type-of.js";
import { lexOrder } from "../statistics/lexsort.js";
import { rawOf } from "../statistics/lines.js";
import { firstOf, groupsOf, valuesOf } from "./groups.js";

/**
 * The values of an array, each once, in ascending order. NaN is no value twice: as many as there are stay. After the
 * array API's `unique_values`.
 *
 * @example uniqueValues(array([3, 1, 3])).toArray() // [1, 3]
 */
export function uniqueValues<const A extends ArrayLikeData>(x: A): ArrayOf<DTypeOf<A>, 1>;
export function uniqueValues(x: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "uniqueValues");
  return tidy(() => {
    const flat = flatOf(x, "uniqueValues");
    return valuesOf(groupsOf(flat, false, false), flat);
  });
}

/** What `uniqueCounts` returns. */
export interface UniqueCounts<D extends DType> {
  /** The values, in ascending order. */
  readonly values: ArrayOf<D, 1>;
  /** How often each of them is in the array. */
  readonly counts: NDArray<"int32", 1>;
}
/**
 * The values of an array, each once, and how often each of them is there. After the array API's `unique_counts`.
 *
 * @example const { values, counts } = uniqueCounts(array([3, 1, 3])); // [1, 3], [1, 2]
 */
export function uniqueCounts<const A extends ArrayLikeData>(x: A): UniqueCounts<DTypeOf<A>>;
export function uniqueCounts(x: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "uniqueCounts");
  return tidy(() => {
    const flat = flatOf(x, "uniqueCounts");
    const groups = groupsOf(flat, false, false);
    return { values: valuesOf(groups, flat), counts: countsOf(groups.starts, flat.size) };
  });
}

/** What `uniqueInverse` returns. */
export interface UniqueInverse<D extends DType, R extends number> {
  /** The values, in ascending order. */
  readonly values: ArrayOf<D, 1>;
  /** For each element of the array, which of the values it is. */
  readonly inverseIndices: NDArray<"int32", R>;
}
/**
 * The values of an array, each once, and for each element which of them it is: `values.take(inverseIndices)` is the
 * array. After the array API's `unique_inverse`.
 *
 * @example const { values, inverseIndices } = uniqueInverse(array([3, 1, 3])); // [1, 3], [1, 0, 1]
 */
export function uniqueInverse<const A extends ArrayLikeData>(x: A): UniqueInverse<DTypeOf<A>, RankOf<A>>;
export function uniqueInverse(x: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "uniqueInverse");
  return tidy(() => {
    const { values, inverseIndices } = everythingOf(x, "uniqueInverse");
    return { values, inverseIndices };
  });
}

/** What `uniqueAll` returns. */
export interface UniqueAll<D extends DType, R extends number> extends UniqueCounts<D>, UniqueInverse<D, R> {
  /** Where each value is first, as a flat position. */
  readonly indices: NDArray<"int32", 1>;
}
/**
 * The values of an array, each once, where each is first, which of them each element is, and how often each is there.
 * After the array API's `unique_all`.
 *
 * @example const { values, indices, inverseIndices, counts } = uniqueAll(array([3, 1, 3])); // indices are [1, 0]
 */
export function uniqueAll<const A extends ArrayLikeData>(x: A): UniqueAll<DTypeOf<A>, RankOf<A>>;
export function uniqueAll(x: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "uniqueAll");
  return everythingOf(x, "uniqueAll");
}

const everythingOf = (x: unknown, fn: string) =>
  tidy(() => {
    const given = arrayOfData(x, "x", fn);
    const flat = given.reshape(-1) as AnyArray;
    const groups = groupsOf(flat, true, false);
    return {
      values: valuesOf(groups, flat),
      indices: positionsOf(firstOf(groups.order!, groups.starts), [groups.starts.length]),
      inverseIndices: inverseOf(groups.order!, groups.starts, given.shape),
      counts: countsOf(groups.starts, flat.size),
    };
  });

/** What `unique` returns besides the values. */
export interface UniqueOptions<
  I extends boolean | undefined = boolean | undefined,
  V extends boolean | undefined = boolean | undefined,
  C extends boolean | undefined = boolean | undefined,
  X extends number | undefined = number | undefined,
> {
  /** Whether to return where each value is first. */
  readonly returnIndex?: I;
  /** Whether to return which of the values each element is. */
  readonly returnInverse?: V;
  /** Whether to return how often each value is there. */
  readonly returnCounts?: C;
  /** The axis whose slabs are compared as wholes, such as 0 for rows. By default, elements are compared. */
  readonly axis?: X;
  /** Whether all NaN are one value. By default true; slabs with NaN always differ. */
  readonly equalNan?: boolean | undefined;
}
/** What `unique` returns: the values or, if more is asked for, a list that begins with them. */
export type Unique<A, I, V, C, X> =
  UniqueList<A, I, V, C, X> extends readonly [infer Values] ? Values : UniqueList<A, I, V, C, X>;
type UniqueList<A, I, V, C, X> = [
  ArrayOf<DTypeOf<A>, X extends number ? RankOf<A> : 1>,
  ...(I extends true ? [NDArray<"int32", 1>] : []),
  ...(V extends true ? [NDArray<"int32", X extends number ? 1 : RankOf<A>>] : []),
  ...(C extends true ? [NDArray<"int32", 1>] : []),
];

/**
 * The values of an array, each once, in ascending order; with `axis` its slabs, such as its rows, in the order of their
 * first elements that differ. With `returnIndex`, `returnInverse` or `returnCounts`, a list: the values, then in this
 * order what was asked for. After `np.unique`.
 *
 * @example unique(array([3, 1, 3])).toArray() // [1, 3]
 * @example const [rows, counts] = unique(a, { axis: 0, returnCounts: true });
 * @throws {RangeError} If there is no such axis.
 */
export function unique<
  const A extends ArrayLikeData,
  I extends boolean | undefined = undefined,
  V extends boolean | undefined = undefined,
  C extends boolean | undefined = undefined,
  X extends number | undefined = undefined,
>(x: A, options?: UniqueOptions<I, V, C, X>): Unique<A, I, V, C, X>;
export function unique(x: unknown, options?: UniqueOptions): unknown {
  const names = ["returnIndex", "returnInverse", "returnCounts", "axis", "equalNan"];
  const { returnIndex, returnInverse, returnCounts, axis, equalNan = true } = expectKnown(options, names, "unique");
  const wanted = {
    first: expectBoolean("returnIndex", returnIndex),
    inverse: expectBoolean("returnInverse", returnInverse),
    counts: expectBoolean("returnCounts", returnCounts),
  };
  const isNanOne = expectBoolean("equalNan", equalNan);
  return tidy(() => {
    const given = arrayOfData(x, "x", "unique");
    const { values, order, starts, shape } =
      axis === undefined || (given.ndim === 1 && expectAxis(axis, given.shape) === 0)
        ? uniqueElements(given, wanted.first || wanted.inverse, isNanOne)
        : uniqueSlabs(given, expectAxis(axis, given.shape));
    const result: unknown[] = [values];
    if (wanted.first) result.push(positionsOf(firstOf(order!, starts), [starts.length]));
    if (wanted.inverse) result.push(inverseOf(order!, starts, shape));
    if (wanted.counts) result.push(countsOf(starts, axis === undefined ? given.size : given.shape.at(axis)!));
    return result.length === 1 ? values : result;
  });
}

function uniqueElements(given: AnyArray, hasOrder: boolean, isNanOne: boolean) {
  const flat = given.reshape(-1) as AnyArray;
  const groups = groupsOf(flat, hasOrder, isNanOne);
  return { ...groups, values: valuesOf(groups, flat), shape: given.shape };
}

/** Sorts the slabs along an axis by their elements, in C order, and compares neighbours. */
function uniqueSlabs(given: AnyArray, axis: number) {
  const count = given.shape[axis]!;
  const width = given.size / Math.max(1, count);
  const rows = given.moveaxis(axis, 0).reshape([count, count === 0 ? 0 : width]) as AnyArray;
  const keys = unstack(rows.T as NDArray<"int32", 2>) as unknown as AnyArray[];
  const order =
    keys.length > 0
      ? (rawOf(lexOrder(keys.reverse(), 0)) as never as Int32Array)
      : Int32Array.from({ length: count }, (_, i) => i);
  const isFirst = ones(count, { dtype: "bool" });
  if (count > 1) {
    const sorted = rows.take(order as never, { axis: 0 }) as AnyArray;
    any(notEqual(sorted.slice([1]), sorted.slice([0, -1])), { axis: 1, out: isFirst.slice([1]) as never });
  }
  const starts = rawOf(flatnonzero(isFirst) as never) as never as Int32Array;
  const values = given.take(firstOf(order, starts) as never, { axis }) as AnyArray;
  return { values, order, starts, shape: [count] };
}

const flatOf = (x: unknown, fn: string): AnyArray => arrayOfData(x, "x", fn).reshape(-1) as AnyArray;

const positionsOf = (positions: ArrayLike<number>, shape: readonly number[]): AnyArray =>
  arrayOf(writtenStrided(shape, "int32", undefined, ({ elements }) => elements.raw.set(positions)));

/** How many elements each group has. */
function countsOf(starts: Int32Array, size: number): AnyArray {
  const counts = new Int32Array(starts.length);
  for (let i = 0; i < counts.length; i++) counts[i] = (starts[i + 1] ?? size) - starts[i]!;
  return positionsOf(counts, [counts.length]);
}

/** For each element, which group it is in. */
function inverseOf(order: Int32Array, starts: Int32Array, shape: readonly number[]): AnyArray {
  const made = writtenStrided(shape, "int32", undefined, ({ elements: { raw } }) => {
    for (let group = 0; group < starts.length; group++) {
      const end = starts[group + 1] ?? order.length;
      for (let i = starts[group]!; i < end; i++) raw[order[i]!] = group;
    }
  });
  return arrayOf(made);
}
