/** Reductions of the elements that are not NaN: `nansum`, `nanmean`, `nanmax`, … */

import { noComplex } from "../base/complex.js";
import { type DType, isComplex, isFloat } from "../base/dtype.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { cumulativeProd, cumulativeSum } from "../functions/cumulative.js";
import type { Axes, Keepdims, ReductionResult, Reductions } from "../functions/reduction-types.js";
import {
  any,
  argmax,
  argmin,
  countNonzero,
  max,
  mean,
  min,
  prod,
  std,
  sum,
  variance,
} from "../functions/reductions.js";
import { abs, divide, isnan, lessEqual, logicalNot, sqrt, square, subtract } from "../functions/ufuncs.js";
import { copy } from "../ndarray/assign.js";
import { type NDArray, type Out, stridedOf } from "../ndarray/ndarray.js";
import type { AxisOptions } from "../ndarray/notation.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { resultIn } from "../ndarray/out.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, DTypeOf, RankOf } from "../ndarray/type-of.js";
import { reducedAxes } from "./lines.js";
import type { MedianOptions } from "./quantile.js";

/** Options of reductions without NaN: those of `median`. */
export type NanOptions<X extends Axes = Axes, H extends Keepdims = Keepdims, O extends Out = Out> = MedianOptions<
  X,
  H,
  O
>;
/** Options of `nanstd` and `nanvar`. */
export interface NanSpreadOptions<X extends Axes = Axes, H extends Keepdims = Keepdims, O extends Out = Out>
  extends NanOptions<X, H, O> {
  /** Subtracted from the number of elements: 1 for a sample. By default 0. */
  readonly correction?: number | undefined;
}
/** The type of reductions without NaN. */
export type NanReduction<K extends Reductions> = <
  const A extends ArrayLikeData,
  const X extends Axes = undefined,
  H extends Keepdims = undefined,
  O extends Out = undefined,
>(
  a: A,
  options?: NanOptions<X, H, O>,
) => ReductionResult<number, K, DTypeOf<A>, RankOf<A>, X, H, O, undefined>;
/** The type of `nanstd` and `nanvar`. */
export type NanSpread = <
  const A extends ArrayLikeData,
  const X extends Axes = undefined,
  H extends Keepdims = undefined,
  O extends Out = undefined,
>(
  a: A,
  options?: NanSpreadOptions<X, H, O>,
) => ReductionResult<number, "size", DTypeOf<A>, RankOf<A>, X, H, O, undefined>;

type Fold = (a: unknown, options?: object) => AnyArray;
type Loose = (a: unknown, b?: unknown, options?: object) => AnyArray;
const FOLDS = { sum, prod, mean, min, max, std, variance, argmin, argmax, countNonzero };
const folds = FOLDS as unknown as Record<keyof typeof FOLDS, Fold>;
const OPTIONS = ["axis", "keepdims", "out"];

/** What a reduction is given. */
interface Given {
  readonly a: AnyArray;
  /** Where NaN are, if there may be any. */
  readonly nans: AnyArray | undefined;
  readonly axis: unknown;
  readonly keepdims: boolean;
  readonly out: unknown;
  readonly correction: unknown;
}

/** Makes a reduction, whose result is that of `fold` for the elements and for where NaN are. */
function reduction(name: string, fold: (given: Given) => AnyArray, options = OPTIONS) {
  const fn = (x: unknown, own?: object): unknown => {
    const { axis, keepdims, out, correction } = expectKnown(own as Partial<Given> | undefined, options, name);
    const keeps = expectBoolean("keepdims", keepdims);
    if (correction !== undefined && !(typeof correction === "number" && Number.isFinite(correction))) {
      throw new TypeError(`Expected \`correction\` to be a number, got ${show(correction)}`);
    }
    return tidy(() => {
      const a = arrayOfData(x, "a", name);
      const nans = isFloat(a.dtype) || isComplex(a.dtype) ? (isnan(a as never) as AnyArray) : undefined;
      const { shape } = reducedAxes(a, axis, keeps); // checks the axes
      const hasOut = out !== undefined;
      const made = fold({ a, nans, axis: axis ?? a.shape.map((_, i) => i), keepdims: keeps, out, correction });
      if (!hasOut) return axis === undefined && !keeps ? itemOf(made) : made;
      const source = stridedOf(made);
      const write = (target: ReturnType<typeof stridedOf>) => copy(target, source);
      resultIn(out, { shape, dtype: made.dtype, inputs: [], write, takesAnyLayout: true });
      return out;
    });
  };
  Object.defineProperty(fn, "name", { value: name });
  return fn;
}

/** The only element; 64-bit integers as the nearest number, as reductions return them. */
const itemOf = (one: AnyArray): unknown => {
  const value: unknown = one.item();
  return typeof value === "bigint" ? Number(value) : value;
};

/** The elements with a number in place of NaN. */
function replaced({ a, nans }: Given, value: number): AnyArray {
  if (!nans || !any(nans as never)) return a;
  const copied = a.copy() as AnyArray;
  copied.fill(value as never, { where: nans as never });
  return copied;
}
const along = ({ axis, keepdims }: Given) => ({ axis, keepdims, out: undefined });
/** How many elements are not NaN, of an array that may have some. */
const countOf = (given: Given): AnyArray => folds.countNonzero(logicalNot(given.nans as never), along(given));

/** The extreme of each line, in which NaN are as the opposite extreme; NaN if all are. */
const extreme = (name: "min" | "max", opposite: number) => (given: Given) => {
  if (isComplex(given.a.dtype)) throw noComplex(`nan${name}`, given.a.dtype);
  const found = folds[name](replaced(given, opposite), along(given));
  if (!given.nans || !any(given.nans as never)) return found;
  const none = (lessEqual as Loose)(countOf(given), 0);
  found.fill(Number.NaN as never, { where: none as never });
  return found;
};
const place = (name: "argmin" | "argmax", opposite: number) => (given: Given) => {
  if (isComplex(given.a.dtype)) throw noComplex(`nan${name}`, given.a.dtype);
  if (given.nans && any(lessEqual(countOf(given) as never, 0) as never)) {
    throw new RangeError(`Expected a number in each line for nan${name}, got NaN only`);
  }
  return folds[name](replaced(given, opposite), along(given));
};

function meanOf(given: Given): AnyArray {
  if (!given.nans || !any(given.nans as never)) return folds.mean(given.a, along(given));
  const total = folds.sum(replaced(given, 0), along(given));
  return ((divide as Loose)(total, countOf(given)) as AnyArray).astype(total.dtype) as AnyArray;
}

/** As NumPy: NaN wherever no degree of freedom is left. */
function varianceOf(given: Given, isRoot: boolean): AnyArray {
  const { nans, correction = 0, a } = given;
  if (!nans || !any(nans as never)) {
    return folds[isRoot ? "std" : "variance"](a, { ...along(given), correction });
  }
  const own = { ...given, keepdims: true };
  const far = (subtract as Loose)(a, meanOf(own));
  const squares = (isComplex(a.dtype) ? (square as Loose)((abs as Loose)(far)) : (square as Loose)(far)) as AnyArray;
  squares.fill(0 as never, { where: nans as never });
  const total = folds.sum(squares, along(given));
  const freedom = (subtract as Loose)(countOf(given).astype("float64"), correction);
  const found = ((divide as Loose)(total, freedom) as AnyArray).astype(total.dtype) as AnyArray;
  found.fill(Number.NaN as never, { where: (lessEqual as Loose)(freedom, 0) as never });
  return isRoot ? (sqrt as Loose)(found) : found;
}

/**
 * The sum of the elements that are not NaN, 0 if there are none. After `np.nansum`.
 *
 * @example nansum([1, NaN, 2]) // 3
 * @throws {RangeError} If an axis does not exist.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nansum = reduction("nansum", (given) =>
  folds.sum(replaced(given, 0), along(given)),
) as NanReduction<"sum">;
/**
 * The product of the elements that are not NaN, 1 if there are none. After `np.nanprod`.
 *
 * @example nanprod([2, NaN, 3]) // 6
 * @throws {RangeError} If an axis does not exist.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanprod = reduction("nanprod", (given) =>
  folds.prod(replaced(given, 1), along(given)),
) as NanReduction<"sum">;
/**
 * The mean of the elements that are not NaN; NaN if there are none. After `np.nanmean`.
 *
 * @example nanmean([1, NaN, 2]) // 1.5
 * @throws {RangeError} If an axis does not exist.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanmean = reduction("nanmean", meanOf) as NanReduction<"mean">;
/**
 * The variance of the elements that are not NaN; NaN if there are not more than `correction`. After `np.nanvar`.
 *
 * @example nanvar([1, NaN, 3]) // 1
 * @throws {RangeError} If an axis does not exist.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanvar = reduction("nanvar", (given) => varianceOf(given, false), [...OPTIONS, "correction"]) as NanSpread;
/**
 * The standard deviation of the elements that are not NaN: the square root of `nanvar`. After `np.nanstd`.
 *
 * @example nanstd([1, NaN, 3]) // 1
 * @throws {RangeError} If an axis does not exist.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanstd = reduction("nanstd", (given) => varianceOf(given, true), [...OPTIONS, "correction"]) as NanSpread;
/**
 * The smallest element that is not NaN; NaN if all are. After `np.nanmin`.
 *
 * @example nanmin([3, NaN, 1]) // 1
 * @throws {RangeError} If an axis does not exist, or there are no elements.
 * @throws {DTypeError} If the elements are complex.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanmin = reduction("nanmin", extreme("min", Number.POSITIVE_INFINITY)) as NanReduction<"extreme">;
/**
 * The largest element that is not NaN; NaN if all are. After `np.nanmax`.
 *
 * @example nanmax([3, NaN, 1]) // 3
 * @throws {RangeError} If an axis does not exist, or there are no elements.
 * @throws {DTypeError} If the elements are complex.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanmax = reduction("nanmax", extreme("max", Number.NEGATIVE_INFINITY)) as NanReduction<"extreme">;
/**
 * The position of the smallest element that is not NaN. After `np.nanargmin`.
 *
 * @example nanargmin([NaN, 3, 1]) // 2
 * @throws {RangeError} If an axis does not exist, or all elements of a line are NaN.
 * @throws {DTypeError} If the elements are complex.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanargmin = reduction("nanargmin", place("argmin", Number.POSITIVE_INFINITY)) as NanReduction<"position">;
/**
 * The position of the largest element that is not NaN. After `np.nanargmax`.
 *
 * @example nanargmax([NaN, 3, 1]) // 1
 * @throws {RangeError} If an axis does not exist, or all elements of a line are NaN.
 * @throws {DTypeError} If the elements are complex.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanargmax = reduction("nanargmax", place("argmax", Number.NEGATIVE_INFINITY)) as NanReduction<"position">;

/** The type of `nancumsum` and `nancumprod`. */
export type NanCumulative = <const A extends ArrayLikeData, const X extends number | undefined = undefined>(
  a: A,
  options?: AxisOptions<X>,
) => NDArray<DType, X extends number ? RankOf<A> : 1>;

function running(name: string, fold: unknown, neutral: number): NanCumulative {
  const fn = (x: unknown, options?: AxisOptions): unknown => {
    const { axis } = expectKnown(options, ["axis"], name);
    return tidy(() => {
      const given = arrayOfData(x, "a", name);
      const a = (axis === undefined ? given.reshape(-1) : given) as AnyArray;
      const nans = isFloat(a.dtype) || isComplex(a.dtype) ? (isnan(a as never) as AnyArray) : undefined;
      return (fold as Fold)(replaced({ a, nans } as Given, neutral), { axis: axis === undefined ? 0 : axis });
    });
  };
  Object.defineProperty(fn, "name", { value: name });
  return fn as NanCumulative;
}
/**
 * Running sums along an axis, in which NaN count as 0; without an axis, of the flattened array. After `np.nancumsum`.
 *
 * @example nancumsum([1, NaN, 2]).toArray() // [1, 1, 3]
 * @throws {RangeError} If the axis does not exist.
 */
export const nancumsum: NanCumulative = running("nancumsum", cumulativeSum, 0);
/**
 * Running products along an axis, in which NaN count as 1; without an axis, of the flattened array. After
 * `np.nancumprod`.
 *
 * @example nancumprod([2, NaN, 3]).toArray() // [2, 2, 6]
 * @throws {RangeError} If the axis does not exist.
 */
export const nancumprod: NanCumulative = running("nancumprod", cumulativeProd, 1);
