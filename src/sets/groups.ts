/** The elements of a vector in ascending order, and where each value begins among them: for all set functions. */
import { isComplex, isFloat } from "../base/dtype.js";
import { countNonzero } from "../functions/reductions.js";
import { argsort, sort } from "../functions/sorting.js";
import { isnan, notEqual } from "../functions/ufuncs.js";
import { flatnonzero } from "../manipulation/find.js";
import { zeros } from "../ndarray/create.js";
import type { AnyArray } from "../ndarray/operands.js";
import { rawOf } from "../statistics/lines.js";

/** A vector, sorted, whose equal elements are groups. */
export interface Groups {
  readonly sorted: AnyArray;
  /** Where the elements were, if that was asked for: first the earliest of equal ones. */
  readonly order: Int32Array | undefined;
  /** Where each group begins in `sorted`. */
  readonly starts: Int32Array;
}

/**
 * Groups the elements of a vector by value. -0 and 0 are one value.
 *
 * @param hasOrder whether `order` is needed
 * @param isNanOne whether all NaN are one value, as in `np.unique`, or as many as there are, as in the array API
 */
export function groupsOf(x: AnyArray, hasOrder: boolean, isNanOne: boolean): Groups {
  if (!hasOrder && !isComplex(x.dtype)) {
    const sorted = sort(x) as AnyArray;
    return { sorted, order: undefined, starts: startsOf(sorted, isNanOne) };
  }
  const positions = argsort(isComplex(x.dtype) ? withoutSigns(x) : x) as AnyArray;
  const sorted = x.take(positions as never) as AnyArray;
  const starts = startsOf(sorted, isNanOne);
  const order = rawOf(positions) as never as Int32Array;
  if (isFloat(x.dtype)) orderZeros(sorted, order, starts);
  return { sorted, order, starts };
}

/** The first element of each group. */
export const valuesOf = ({ sorted, order, starts }: Groups, x: AnyArray): AnyArray =>
  order ? (x.take(firstOf(order, starts) as never) as AnyArray) : (sorted.take(starts as never) as AnyArray);

/** Where the first element of each group was. */
export function firstOf(order: Int32Array, starts: Int32Array): Int32Array {
  const first = new Int32Array(starts.length);
  for (let i = 0; i < first.length; i++) first[i] = order[starts[i]!]!;
  return first;
}

function startsOf(sorted: AnyArray, isNanOne: boolean): Int32Array {
  const { size, dtype } = sorted;
  if (size === 0) return new Int32Array(0);
  const isFirst = zeros(size, { dtype: "bool" });
  isFirst.set(0, true);
  if (size > 1) notEqual(sorted.slice([1]), sorted.slice([0, -1]), { out: isFirst.slice([1]) });
  if (isNanOne && (isFloat(dtype) || isComplex(dtype))) {
    const nans = countNonzero(isnan(sorted));
    if (nans > 1) isFirst.slice([size - nans + 1]).fill(false);
  }
  return rawOf(flatnonzero(isFirst) as never) as never as Int32Array;
}

/** `argsort` puts -0 before 0. As one value, they are in the order in which they were given. */
function orderZeros(sorted: AnyArray, order: Int32Array, starts: Int32Array): void {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Number(sorted.get(starts[middle]!)) < 0) low = middle + 1;
    else high = middle;
  }
  if (low < starts.length && sorted.get(starts[low]!) === 0) order.subarray(starts[low], starts[low + 1]).sort();
}

/** A copy of complex numbers without -0, so that their parts are compared as numbers. */
function withoutSigns(x: AnyArray): AnyArray {
  const copied = x.copy() as AnyArray;
  const parts = copied.flat as Float64Array;
  for (let i = 0; i < parts.length; i++) if (parts[i] === 0) parts[i] = 0;
  return copied;
}
