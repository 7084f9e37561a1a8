/** `median`, `quantile` and `percentile`, and the same of what is not NaN. */
import { noComplex } from "../base/complex.js";
import { type DType, isBigInt, isComplex, isFloat, type RawArray } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectBoolean, expectKnown, expectOneOf, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import type { Axes, Keepdims, ReductionResult } from "../functions/reduction-types.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, type NDArray, type Out, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { resultIn } from "../ndarray/out.js";
import { withRaw, writtenStrided } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, DTypeOf, RankOf } from "../ndarray/type-of.js";
import { nansLast, selectRanks } from "./kernels.js";
import { type Reduced, reducedAxes, withLines } from "./lines.js";
import { isDiscrete, METHODS, type Point, pointOf, type QuantileMethod } from "./quantile-methods.js";

/** Options of `median` and `nanmedian`. */
export interface MedianOptions<X extends Axes = Axes, H extends Keepdims = Keepdims, O extends Out = Out> {
  /** The axis or the axes to reduce. By default all of them. */
  readonly axis?: X;
  /** Whether the reduced axes are kept, with length 1. By default they are dropped. */
  readonly keepdims?: H;
  /** The array to write to, of exactly the result's shape. By default a new one. */
  readonly out?: O;
}
/** Options of `quantile`, `percentile` and their kin. */
export interface QuantileOptions<X extends Axes = Axes, H extends Keepdims = Keepdims, O extends Out = Out>
  extends MedianOptions<X, H, O> {
  /** What to do if a quantile is between two elements. By default `"linear"`. */
  readonly method?: QuantileMethod | undefined;
}

/** The type of `median`. */
export type Median = <
  const A extends ArrayLikeData,
  const X extends Axes = undefined,
  H extends Keepdims = undefined,
  O extends Out = undefined,
>(
  a: A,
  options?: MedianOptions<X, H, O>,
) => ReductionResult<number, "mean", DTypeOf<A>, RankOf<A>, X, H, O, undefined>;

/** The type of `quantile` and its kin. Of one quantile the result is as that of `median`. */
export interface Quantile {
  <
    const A extends ArrayLikeData,
    const X extends Axes = undefined,
    H extends Keepdims = undefined,
    O extends Out = undefined,
  >(
    a: A,
    q: number,
    options?: QuantileOptions<X, H, O>,
  ): X extends undefined
    ? H extends true
      ? NDArray<DType, RankOf<A>>
      : O extends undefined
        ? number
        : O
    : NDArray<DType, number>;
  (a: ArrayLikeData, q: ArrayLikeData, options?: QuantileOptions): NDArray<DType, number>;
}

/**
 * The median: the middle one of the sorted elements, or the mean of the middle two. NaN if any element is NaN, or if
 * there is none. The median of integers is float64. After `np.median`.
 *
 * @example median([3, 1, 2]) // 2
 * @example median(a, { axis: 0, keepdims: true })
 * @throws {RangeError} If an axis does not exist.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const median: Median = medianNamed("median", false) as Median;
/**
 * The median of the elements that are not NaN; NaN if there is none. After `np.nanmedian`.
 *
 * @example nanmedian([3, NaN, 1]) // 2
 * @throws {RangeError} If an axis does not exist.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanmedian: Median = medianNamed("nanmedian", true) as Median;
/**
 * The elements below which a part of all elements is: `q` in [0, 1], one number or several. Several are the first axes
 * of the result. Quantiles of integers are float64, and of float32 too if `q` is an array of float64 or a list; methods
 * that choose elements keep the dtype. NaN if any element is NaN. After `np.quantile`.
 *
 * @example quantile([1, 2, 4], 0.25) // 1.5
 * @example quantile(a, [0.1, 0.9], { axis: 0 }) // an array with 2 rows
 * @throws {RangeError} If an axis does not exist, `q` is not in [0, 1], or there are no elements.
 * @throws {DTypeError} If the elements are bools or complex.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const quantile: Quantile = quantileNamed("quantile", 1, false) as Quantile;
/**
 * As `quantile`, with `q` in [0, 100]. After `np.percentile`.
 *
 * @example percentile([1, 2, 4], 25) // 1.5
 * @throws {RangeError} If an axis does not exist, `q` is not in [0, 100], or there are no elements.
 * @throws {DTypeError} If the elements are bools or complex.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const percentile: Quantile = quantileNamed("percentile", 100, false) as Quantile;
/**
 * As `quantile`, of the elements that are not NaN; NaN if there is none. After `np.nanquantile`.
 *
 * @example nanquantile([1, NaN, 2], 0.5) // 1.5
 * @throws {RangeError} If an axis does not exist, or `q` is not in [0, 1].
 * @throws {DTypeError} If the elements are bools or complex.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanquantile: Quantile = quantileNamed("nanquantile", 1, true) as Quantile;
/**
 * As `percentile`, of the elements that are not NaN; NaN if there is none. After `np.nanpercentile`.
 *
 * @example nanpercentile([1, NaN, 2], 50) // 1.5
 * @throws {RangeError} If an axis does not exist, or `q` is not in [0, 100].
 * @throws {DTypeError} If the elements are bools or complex.
 * @throws {ShapeError} If `out` does not have the result's shape.
 */
export const nanpercentile: Quantile = quantileNamed("nanpercentile", 100, true) as Quantile;

/** How results are made of a line of `n` elements that are not NaN. */
interface Wanted {
  readonly shape: readonly number[];
  readonly count: number;
  readonly point: (n: number, i: number) => Point;
  readonly isMean: boolean;
  readonly skipsNan: boolean;
  /** The dtype in which elements are compared and results are made, and that of the result. */
  readonly work: DType;
  readonly dtype: DType;
}

function medianNamed(name: string, skipsNan: boolean): (a: unknown, options?: MedianOptions) => unknown {
  const fn = (a: unknown, options?: MedianOptions): unknown => {
    const { axis, keepdims, out } = expectKnown(options, ["axis", "keepdims", "out"], name);
    const keeps = expectBoolean("keepdims", keepdims);
    return tidy(() => {
      const given = arrayOfData(a, "a", name);
      if (isComplex(given.dtype)) throw noComplex(name, given.dtype);
      const reduced = reducedAxes(given, axis, keeps);
      const point = (n: number) => ({ low: (n - 1) >> 1, high: n >> 1, weight: 0.5 });
      const dtype = isFloat(given.dtype) ? given.dtype : "float64";
      return estimate(given, reduced, out, axis === undefined && !keeps, {
        ...{ shape: [], count: 1, point, isMean: true, skipsNan, work: "float64", dtype },
      });
    });
  };
  Object.defineProperty(fn, "name", { value: name });
  return fn;
}

function quantileNamed(
  name: string,
  whole: number,
  skipsNan: boolean,
): (a: unknown, q: unknown, options?: QuantileOptions) => unknown {
  const fn = (a: unknown, q: unknown, options?: QuantileOptions): unknown => {
    const names = ["axis", "keepdims", "out", "method"];
    const { axis, keepdims, out, method = "linear" } = expectKnown(options, names, name);
    const how = expectOneOf("method", method, METHODS);
    const keeps = expectBoolean("keepdims", keepdims);
    return tidy(() => {
      const given = arrayOfData(a, "a", name);
      if (isComplex(given.dtype)) throw noComplex(name, given.dtype);
      if (given.dtype === "bool" && !isDiscrete(how)) {
        const message = `Expected numbers for ${name} with method "${how}", got bools (use .astype("uint8"))`;
        throw new DTypeError(message, { dtype: "bool", expected: "numbers" });
      }
      const reduced = reducedAxes(given, axis, keeps);
      const wanted = expectQuantiles(q, whole);
      if (reduced.length === 0 && wanted.values.length > 0 && !skipsNan) {
        throw new RangeError(`Expected at least 1 element for ${name}, got none (shape ${show(given.shape)})`);
      }
      const float = isFloat(given.dtype) ? given.dtype : "float64";
      const own = isDiscrete(how) ? given.dtype : wanted.dtype ? promote(float, wanted.dtype) : float;
      const work = isDiscrete(how) && own !== "float16" ? own : "float64";
      const point = (n: number, i: number) => pointOf(how, n, wanted.values[i]!);
      return estimate(given, reduced, out, axis === undefined && !keeps && wanted.dtype === undefined, {
        ...{ shape: wanted.shape, count: wanted.values.length, point, isMean: false, skipsNan, work, dtype: own },
      });
    });
  };
  Object.defineProperty(fn, "name", { value: name });
  return fn;
}

/** The quantiles as parts of 1. Those of an array have its dtype. */
function expectQuantiles(q: unknown, whole: number) {
  const isOne = typeof q === "number";
  const given = arrayOfData(isOne ? [q] : q, "q", "quantile");
  if (isComplex(given.dtype)) throw noComplex("`q`", given.dtype);
  const values = withRaw(stridedOf(given), "float64", (raw) => Float64Array.from(raw as ArrayLike<number>, (x) => x));
  const wrong = values.find((value) => !(value >= 0 && value <= whole));
  if (wrong !== undefined) throw new RangeError(`Expected \`q\` to be in [0, ${whole}], got ${show(wrong)}`);
  const dtype = isFloat(given.dtype) ? given.dtype : "float64";
  return {
    values: whole === 1 ? values : values.map((value) => value / whole),
    shape: isOne ? [] : given.shape,
    dtype: isOne ? undefined : dtype,
  };
}

/** The results for all lines, in a new array, in `out`, or as a value. */
function estimate(a: AnyArray, reduced: Reduced, out: unknown, isValue: boolean, wanted: Wanted): unknown {
  const { work, dtype } = wanted;
  const shape = [...wanted.shape, ...reduced.shape];
  const made = writtenStrided([wanted.count, reduced.lines], work, undefined, ({ elements }) =>
    withLines(a, reduced, work, (raw) => writeEstimates(raw, reduced, elements.raw, wanted)),
  );
  if (isValue && out === undefined) return itemOf(made, wanted);
  const source = stridedOf(arrayOf(made).reshape(shape));
  const result = resultIn(out, {
    shape,
    dtype,
    inputs: [],
    write: (target) => copy(target, source),
    takesAnyLayout: true,
  });
  return out ?? arrayOf(result);
}

/** A value of the dtype of the result: its precision too. */
function itemOf(made: Strided, { work, dtype }: Wanted): number | boolean {
  const value = work === dtype ? arrayOf(made).item() : (arrayOf(made).astype(dtype) as AnyArray).item();
  return typeof value === "boolean" ? value : Number(value);
}

/** With more ranks, a sort is faster than to select each of them. */
const MANY = 12;

function writeEstimates(raw: RawArray, { lines, length }: Reduced, to: RawArray, wanted: Wanted): void {
  const { count, isMean, skipsNan, work } = wanted;
  const counts = new Int32Array(lines).fill(length);
  if (isFloat(work)) nansLast(raw, counts, length);
  let [known, points] = [-1, [] as Point[]];
  let ranks = new Int32Array(0);
  for (let line = 0; line < lines; line++) {
    const n = counts[line]!;
    const start = line * length;
    if (n === 0 || (n < length && !skipsNan)) {
      for (let i = 0; i < count; i++) to[i * lines + line] = isFloat(work) ? Number.NaN : (zeroOf(work) as number);
      continue;
    }
    if (n !== known) {
      points = Array.from({ length: count }, (_, i) => wanted.point(n, i));
      ranks = Int32Array.from(new Set(points.flatMap(({ low, high }) => [low, high]))).sort();
      known = n;
    }
    if (ranks.length > MANY) (raw.subarray(start, start + n) as unknown as { sort(): void }).sort();
    else selectRanks(raw, start, n, ranks);
    for (const [i, { low, high, weight }] of points.entries()) {
      const [x, y] = [raw[start + low]!, raw[start + high]!];
      to[i * lines + line] = weight === 0 || low === high ? x : isMean ? (x + y) / 2 : between(x, y, weight);
    }
  }
}

const zeroOf = (dtype: DType): unknown => (isBigInt(dtype) ? 0n : 0);

/** From the nearer of both, so that neither end is missed. */
function between(x: number, y: number, weight: number): number {
  const distance = y - x;
  return weight >= 0.5 ? y - distance * (1 - weight) : x + distance * weight;
}
