/** `ptp`: the range of elements. `average`: weighted means. */
import { type DType, isComplex, isFloat } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import type { Axes, Keepdims, ReductionResult } from "../functions/reduction-types.js";
import { any, max, mean, min, sum } from "../functions/reductions.js";
import { divide, equal, multiply, subtract } from "../functions/ufuncs.js";
import { full } from "../ndarray/create.js";
import type { NDArray, Out } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { expectAxes, sameShape } from "../ndarray/shape.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, DTypeOf, RankOf } from "../ndarray/type-of.js";
import type { MedianOptions } from "./quantile.js";

/**
 * The greatest element minus the least, in the dtype of the array, in which it may wrap. NaN if any element is NaN.
 * After `np.ptp`.
 *
 * @example ptp([3, 1, 7]) // 6
 * @throws {RangeError} If an axis does not exist, or there are no elements.
 * @throws {DTypeError} If the elements are bools.
 */
export function ptp<
  const A extends ArrayLikeData,
  const X extends Axes = undefined,
  H extends Keepdims = undefined,
  O extends Out = undefined,
>(
  a: A,
  options?: MedianOptions<X, H, O>,
): ReductionResult<number, "extreme", DTypeOf<A>, RankOf<A>, X, H, O, undefined>;
export function ptp(a: unknown, options?: MedianOptions): unknown {
  const { axis, keepdims, out } = expectKnown(options, ["axis", "keepdims", "out"], "ptp");
  const keeps = expectBoolean("keepdims", keepdims);
  return tidy(() => {
    const given = arrayOfData(a, "a", "ptp");
    const isValue = axis === undefined && !keeps && out === undefined;
    const kept = { axis: expectAxes(axis, given.shape), keepdims: keeps, out: undefined } as const;
    const ends = [max, min].map((end) => (end as (a: AnyArray, o: object) => AnyArray)(given, kept));
    const range = (subtract as Subtract)(ends[0]!, ends[1]!, out === undefined ? {} : { out });
    return isValue ? itemOf(range) : range;
  });
}
type Subtract = (a: AnyArray, b: AnyArray, options: object) => AnyArray;
/** The only element; 64-bit integers as the nearest number, as reductions return them. */
const itemOf = (one: AnyArray): unknown => {
  const value: unknown = one.item();
  return typeof value === "bigint" ? Number(value) : value;
};

/** Options of `average`. */
export interface AverageOptions<
  X extends Axes = Axes,
  H extends Keepdims = Keepdims,
  W extends boolean | undefined = boolean | undefined,
> {
  /** The axis or the axes to reduce. By default all of them. */
  readonly axis?: X;
  /** Whether the reduced axes are kept, with length 1. By default they are dropped. */
  readonly keepdims?: H;
  /** How much each element counts: an array of the same shape, or of that of the axes. By default 1. */
  readonly weights?: ArrayLikeData | undefined;
  /** Whether to return the sums of weights, too. */
  readonly returned?: W;
}
/** The dtype of an average: that of the array, or the common one if there are weights. */
type Averaged<A, X, H> = X extends undefined ? (H extends true ? NDArray<DType, RankOf<A>> : number) : NDArray<DType>;

/**
 * The mean of elements, each of which counts as much as its weight says. The average of integers is float64; of others
 * it has the common dtype of elements and weights. After `np.average`.
 *
 * @example average([1, 2, 3], { weights: [3, 0, 1] }) // 1.5
 * @example const [rows, sums] = average(a, { axis: 1, weights: [1, 2, 3], returned: true });
 * @throws {RangeError} If an axis does not exist, or weights add to zero.
 * @throws {ShapeError} If the weights have another shape than the array and than its axes.
 */
export function average<
  const A extends ArrayLikeData,
  const X extends Axes = undefined,
  H extends Keepdims = undefined,
  W extends boolean | undefined = undefined,
>(
  a: A,
  options?: AverageOptions<X, H, W>,
): W extends true ? [average: Averaged<A, X, H>, sums: Averaged<A, X, H>] : Averaged<A, X, H>;
export function average(a: unknown, options?: AverageOptions): unknown {
  const names = ["axis", "keepdims", "weights", "returned"];
  const { axis, keepdims, weights, returned } = expectKnown(options, names, "average");
  const keeps = expectBoolean("keepdims", keepdims);
  const hasSums = expectBoolean("returned", returned);
  return tidy(() => {
    const given = arrayOfData(a, "a", "average");
    const axes = expectAxes(axis, given.shape);
    const w = weights === undefined ? undefined : weightsFor(given, axes, axis === undefined, weights);
    const [average, sums] = averageAlong(given, axes, keeps, w, hasSums);
    const isValue = axis === undefined && !keeps;
    const [one, other] = isValue ? [itemOf(average), sums && itemOf(sums)] : [average, sums];
    return hasSums ? [one, other] : one;
  });
}

/** Weights in the axes of the array. */
function weightsFor(a: AnyArray, axes: readonly number[], isWhole: boolean, weights: unknown): AnyArray {
  const w = arrayOfData(weights, "weights", "average");
  if (sameShape(w.shape, a.shape)) return w;
  const along = axes.map((axis) => a.shape[axis]!);
  if (isWhole || !sameShape(w.shape, along)) {
    const wanted = isWhole ? show(a.shape) : `${show(a.shape)} or ${show(along)}`;
    const message = `Expected \`weights\` to have shape ${wanted}, got ${show(w.shape)}`;
    throw new ShapeError(message, { shape: w.shape, expected: a.shape });
  }
  const order = axes.map((_, i) => i).sort((i, j) => axes[i]! - axes[j]!);
  const shape = a.shape.map((n, axis) => (axes.includes(axis) ? n : 1));
  return (w.transpose(...order) as AnyArray).reshape(shape) as AnyArray;
}

/** @returns the averages and, if they are wanted or needed, the sums of weights in the same shape */
export function averageAlong(
  a: AnyArray,
  axes: readonly number[],
  keepdims: boolean,
  weights: AnyArray | undefined,
  hasSums: boolean,
): [average: AnyArray, sums: AnyArray | undefined] {
  const along = { axis: axes, keepdims };
  const fold = (fn: unknown, of: AnyArray) => (fn as (a: AnyArray, o: object) => AnyArray)(of, along);
  if (!weights) {
    const average = fold(mean, a);
    const count = axes.reduce((n, axis) => n * a.shape[axis]!, 1);
    return [average, hasSums ? (full(average.shape, count, { dtype: average.dtype }) as AnyArray) : undefined];
  }
  const common = promote(a.dtype, weights.dtype);
  const dtype = isFloat(a.dtype) || isComplex(a.dtype) ? common : promote(common, "float64");
  const [x, w] = [a, weights].map((one) => (one.dtype === dtype ? one : one.astype(dtype))) as [AnyArray, AnyArray];
  const products = (multiply as Subtract)(x, w, {});
  const sums = fold(sum, w.broadcastTo(a.shape) as AnyArray);
  if (any(equal(sums, 0) as never)) {
    throw new RangeError("Expected `weights` that do not add to zero, got some that do");
  }
  return [(divide as Subtract)(fold(sum, products), sums, {}), sums];
}
