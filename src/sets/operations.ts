/** Sets of two arrays: `union1d`, `intersect1d`, `setdiff1d`, `setxor1d`. */
import { expectBoolean, expectKnown, expectNoOptions } from "../base/expect.js";
import type { Promote } from "../functions/promote-types.js";
import { argsort, sort } from "../functions/sorting.js";
import { equal, logicalAnd, logicalNot, notEqual } from "../functions/ufuncs.js";
import { flatnonzero } from "../manipulation/find.js";
import { concat } from "../manipulation/join.js";
import { array, ones } from "../ndarray/create.js";
import type { ArrayOf, NDArray } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, DTypeOf } from "../ndarray/type-of.js";
import { rawOf } from "../statistics/lines.js";
import { groupsOf, valuesOf } from "./groups.js";
import { isAmong } from "./membership.js";
import { uniqueAll } from "./unique.js";

/** Options of functions of two sets. */
export interface SetOptions {
  /** Whether no value is in one of the arrays twice, which saves sorting them. By default false. */
  readonly assumeUnique?: boolean | undefined;
}
/** Options of `intersect1d`. */
export interface IntersectOptions<I extends boolean | undefined = boolean | undefined> extends SetOptions {
  /** Whether to return where the values are first in both arrays, too. */
  readonly returnIndices?: I;
}

const flatOf = (x: unknown, what: string, fn: string): AnyArray => arrayOfData(x, what, fn).reshape(-1) as AnyArray;
const joined = (a: AnyArray, b: AnyArray): AnyArray => concat([a, b] as never) as unknown as AnyArray;
/** The values, each once; all NaN are one. */
const valuesIn = (x: AnyArray): AnyArray => valuesOf(groupsOf(x, false, true), x);

/**
 * The values that are in one of two arrays or in both, each once, in ascending order. After `np.union1d`.
 *
 * @example union1d([1, 2], [2, 3]).toArray() // [1, 2, 3]
 */
export function union1d<const A extends ArrayLikeData, const B extends ArrayLikeData>(
  a: A,
  b: B,
): ArrayOf<Promote<DTypeOf<A>, DTypeOf<B>>, 1>;
export function union1d(a: unknown, b: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "union1d");
  return tidy(() => valuesIn(joined(flatOf(a, "a", "union1d"), flatOf(b, "b", "union1d"))));
}

/** What `intersect1d` returns. */
export type Intersection<A, B, I> = I extends true
  ? [values: ArrayOf<Promote<DTypeOf<A>, DTypeOf<B>>, 1>, inA: NDArray<"int32", 1>, inB: NDArray<"int32", 1>]
  : ArrayOf<Promote<DTypeOf<A>, DTypeOf<B>>, 1>;

/**
 * The values that are in both of two arrays, each once, in ascending order; with `returnIndices` also where they are
 * first in each of them. NaN is in no other array. After `np.intersect1d`.
 *
 * @example intersect1d([1, 2, 3], [5, 3, 2]).toArray() // [2, 3]
 */
export function intersect1d<
  const A extends ArrayLikeData,
  const B extends ArrayLikeData,
  I extends boolean | undefined = undefined,
>(a: A, b: B, options?: IntersectOptions<I>): Intersection<A, B, I>;
export function intersect1d(a: unknown, b: unknown, options?: IntersectOptions): unknown {
  const { assumeUnique, returnIndices } = expectKnown(options, ["assumeUnique", "returnIndices"], "intersect1d");
  const isUnique = expectBoolean("assumeUnique", assumeUnique);
  const hasIndices = expectBoolean("returnIndices", returnIndices);
  return tidy(() => {
    const [x, y] = [flatOf(a, "a", "intersect1d"), flatOf(b, "b", "intersect1d")];
    if (hasIndices) return intersectedAt(x, y, isUnique);
    const sorted = sort(isUnique ? joined(x, y) : joined(valuesIn(x), valuesIn(y))) as AnyArray;
    return sorted.slice([0, Math.max(0, sorted.size - 1)]).compress(nextIs(equal, sorted) as never);
  });
}

/** For all elements but the last, how the next one compares. */
const nextIs = (compare: typeof equal, sorted: AnyArray): AnyArray =>
  compare(sorted.slice([1]), sorted.slice([0, Math.max(0, sorted.size - 1)])) as unknown as AnyArray;

function intersectedAt(x: AnyArray, y: AnyArray, isUnique: boolean): unknown {
  const [first, second] = [x, y].map((one) => (isUnique ? { values: one } : uniqueAll(one))) as [Placed, Placed];
  const all = joined(first.values, second.values);
  const order = argsort(all);
  const sorted = all.take(order) as AnyArray;
  const next = rawOf(flatnonzero(nextIs(equal, sorted)) as never) as never as Int32Array;
  const [inFirst, inSecond] = [new Int32Array(next.length), new Int32Array(next.length)];
  for (const [i, at] of next.entries()) {
    const pair = [order.get(at), order.get(at + 1)]; // of -0 and 0, the one in `b` may come first
    inFirst[i] = Math.min(...pair);
    inSecond[i] = Math.max(...pair) - first.values.size;
  }
  const placed = ({ indices }: Placed, places: Int32Array) => indices?.take(places) ?? array(places);
  return [all.take(inFirst), placed(first, inFirst), placed(second, inSecond)];
}
/** Values, and where they are first in their array. */
interface Placed {
  readonly values: AnyArray;
  readonly indices?: AnyArray;
}

/**
 * The values of `a` that are not in `b`, each once, in ascending order; with `assumeUnique` as they are in `a`. After
 * `np.setdiff1d`.
 *
 * @example setdiff1d([3, 1, 2], [2]).toArray() // [1, 3]
 */
export function setdiff1d<const A extends ArrayLikeData>(
  a: A,
  b: ArrayLikeData,
  options?: SetOptions,
): ArrayOf<DTypeOf<A>, 1>;
export function setdiff1d(a: unknown, b: unknown, options?: SetOptions): unknown {
  const { assumeUnique } = expectKnown(options, ["assumeUnique"], "setdiff1d");
  const isUnique = expectBoolean("assumeUnique", assumeUnique);
  return tidy(() => {
    const [given, y] = [flatOf(a, "a", "setdiff1d"), flatOf(b, "b", "setdiff1d")];
    const x = isUnique ? given : valuesIn(given);
    return x.compress(logicalNot(isAmong(x, y)) as never);
  });
}

/**
 * The values that are in one of two arrays and not in both, each once, in ascending order. After `np.setxor1d`.
 *
 * @example setxor1d([1, 2], [2, 3]).toArray() // [1, 3]
 */
export function setxor1d<const A extends ArrayLikeData, const B extends ArrayLikeData>(
  a: A,
  b: B,
  options?: SetOptions,
): ArrayOf<Promote<DTypeOf<A>, DTypeOf<B>>, 1>;
export function setxor1d(a: unknown, b: unknown, options?: SetOptions): unknown {
  const { assumeUnique } = expectKnown(options, ["assumeUnique"], "setxor1d");
  const isUnique = expectBoolean("assumeUnique", assumeUnique);
  return tidy(() => {
    const [x, y] = [flatOf(a, "a", "setxor1d"), flatOf(b, "b", "setxor1d")];
    const sorted = sort(isUnique ? joined(x, y) : joined(valuesIn(x), valuesIn(y))) as AnyArray;
    if (sorted.size < 2) return sorted;
    const differs = ones(sorted.size + 1, { dtype: "bool" });
    notEqual(sorted.slice([1]), sorted.slice([0, -1]), { out: differs.slice([1, -1]) });
    return sorted.compress(logicalAnd(differs.slice([1]), differs.slice([0, -1])));
  });
}
