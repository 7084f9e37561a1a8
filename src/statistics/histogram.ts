/** `histogram`, `histogramBinEdges`, `histogram2d` and `histogramdd`. */
import { noComplex } from "../base/complex.js";
import { type DType, isComplex } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { diff } from "../functions/differences.js";
import { sum } from "../functions/reductions.js";
import { divide } from "../functions/ufuncs.js";
import { array } from "../ndarray/create.js";
import { arrayOf, type NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { sameShape, sizeOf } from "../ndarray/shape.js";
import { withRaw, writtenStrided } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData } from "../ndarray/type-of.js";
import { type Bins, type Edges, edgesOf, type Range, withPlaces } from "./bins.js";

/** Options of `histogramBinEdges`. */
export interface BinOptions {
  /**
   * How many bins of equal width, 10 by default; or all edges in ascending order; or a rule: `"auto"`, `"fd"`,
   * `"doane"`, `"scott"`, `"sqrt"`, `"rice"` or `"sturges"`.
   */
  readonly bins?: Bins | undefined;
  /** The least and the greatest value that is counted. By default those of the elements. */
  readonly range?: Range | undefined;
}
/** Options of `histogram`. */
export interface HistogramOptions extends BinOptions {
  /** How much each element counts, in the shape of the array. By default 1. */
  readonly weights?: ArrayLikeData | undefined;
  /** Whether to divide by the sum and by the widths of bins, so that the integral is 1. By default false. */
  readonly density?: boolean | undefined;
}
/** Options of `histogram2d` and `histogramdd`. */
export interface HistogramddOptions {
  /** How many bins for all axes, 10 by default, or for each axis how many or its edges. */
  readonly bins?: number | ReadonlyNDArray | readonly (number | ArrayLikeData)[] | undefined;
  /** The range of each axis. */
  readonly range?: readonly (Range | undefined)[] | undefined;
  /** How much each sample counts. By default 1. */
  readonly weights?: ArrayLikeData | undefined;
  /** Whether to divide by the sum and by the areas of bins. By default false. */
  readonly density?: boolean | undefined;
}

/**
 * How many elements are in each bin, as int32 or in the dtype of `weights`, and the edges of the bins, one more than
 * there are bins. A bin has its lower edge, and the last one both. NaN is in none if edges or a range are given. After
 * `np.histogram`.
 *
 * @example const [counts, edges] = histogram([1, 2, 1], { bins: [0, 1, 2, 3] }); // [0, 2, 1]
 * @throws {RangeError} If there is no bin, edges do not ascend, or the range is not finite or not in order.
 * @throws {ShapeError} If the edges are no vector, or the weights have another shape than the array.
 * @throws {DTypeError} If elements or weights are complex, or weights are bools.
 */
export function histogram(
  a: ArrayLikeData,
  options?: HistogramOptions,
): [counts: NDArray<"int32" | "float64", 1>, edges: NDArray<"float64", 1>];
export function histogram(a: unknown, options?: HistogramOptions): unknown {
  const names = ["bins", "range", "weights", "density"];
  const { bins = 10, range, weights, density } = expectKnown(options, names, "histogram");
  const isDensity = expectBoolean("density", density);
  return tidy(() => {
    const given = arrayOfData(a, "a", "histogram");
    const flat = given.reshape(-1) as AnyArray;
    const w = weights === undefined ? undefined : weightsOf(weights, given.shape, "histogram");
    const found = edgesOf(flat, bins, range, w !== undefined);
    const counts = withPlaces(flat, found, (places) => counted(places, [Math.max(0, found.edges.size - 1)], w));
    if (!isDensity) return [counts, found.edges];
    const widths = diff(found.edges as never) as unknown as AnyArray;
    const shares = divide(divide(counts, widths.astype("float64")), sum(counts as never) as never);
    return [shares, found.edges];
  });
}

/**
 * The edges of the bins that `histogram` would use. After `np.histogram_bin_edges`.
 *
 * @example histogramBinEdges([0, 1, 2, 5], { bins: "sqrt" }).toArray() // [0, 2.5, 5]
 * @throws {RangeError} If there is no bin, edges do not ascend, or the range is not finite or not in order.
 */
export function histogramBinEdges(a: ArrayLikeData, options?: BinOptions): NDArray<"float64", 1>;
export function histogramBinEdges(a: unknown, options?: BinOptions): unknown {
  const { bins = 10, range } = expectKnown(options, ["bins", "range"], "histogramBinEdges");
  return tidy(
    () => edgesOf(arrayOfData(a, "a", "histogramBinEdges").reshape(-1) as AnyArray, bins, range, false).edges,
  );
}

/** What `histogramdd` returns: the counts, and the edges of each axis. */
export type Histogramdd = [counts: NDArray<"float64">, edges: NDArray<"float64", 1>[]];

/**
 * How many points are in each bin of a grid, as float64, and the edges along each axis. After `np.histogramdd`.
 *
 * @param sample a matrix with a row for each point, or a list with a vector for each axis
 * @example const [counts, [x, y, z]] = histogramdd(points, { bins: [8, 8, 4] });
 * @throws {RangeError} If there is no bin, edges do not ascend, or a range is not finite or not in order.
 * @throws {ShapeError} If `bins` or `range` are not as many as axes, or weights are not as many as points.
 */
export function histogramdd(
  sample: ReadonlyNDArray | readonly ArrayLikeData[],
  options?: HistogramddOptions,
): Histogramdd;
export function histogramdd(sample: unknown, options?: HistogramddOptions): unknown {
  const own = expectKnown(options, ["bins", "range", "weights", "density"], "histogramdd");
  return tidy(() => countedIn(sample, own, "histogramdd"));
}

/**
 * How many pairs of numbers are in each bin of a grid, as float64, and the edges along both axes. After
 * `np.histogram2d`.
 *
 * @example const [counts, xEdges, yEdges] = histogram2d([1, 2, 2], [1, 1, 2], { bins: 2 });
 * @throws {RangeError} If there is no bin, edges do not ascend, or a range is not finite or not in order.
 * @throws {ShapeError} If `x`, `y` and `weights` are not vectors of one length.
 */
export function histogram2d(
  x: ArrayLikeData,
  y: ArrayLikeData,
  options?: HistogramddOptions,
): [counts: NDArray<"float64", 2>, xEdges: NDArray<"float64", 1>, yEdges: NDArray<"float64", 1>];
export function histogram2d(x: unknown, y: unknown, options?: HistogramddOptions): unknown {
  const own = expectKnown(options, ["bins", "range", "weights", "density"], "histogram2d");
  return tidy(() => {
    const [counts, edges] = countedIn([x, y], own, "histogram2d");
    return [counts, ...edges];
  });
}

function countedIn(
  sample: unknown,
  { bins = 10, range, weights, density }: { readonly [K in keyof HistogramddOptions]?: unknown },
  fn: string,
): [AnyArray, AnyArray[]] {
  const isDensity = expectBoolean("density", density);
  const axes = Array.isArray(sample)
    ? sample.map((one, i) => arrayOfData(one, fn === "histogram2d" ? "xy"[i]! : `sample[${i}]`, fn))
    : columnsOf(arrayOfData(sample, "sample", fn));
  const points = axes[0]?.size ?? 0;
  for (const one of axes) {
    if (one.ndim === 1 && one.size === points) continue;
    const message = `Expected vectors of one length, got shapes ${show(axes[0]!.shape)} and ${show(one.shape)}`;
    throw new ShapeError(message, { shape: one.shape, expected: [points] });
  }
  const perAxis = Array.isArray(bins) && !(fn === "histogram2d" && bins.length !== axes.length) ? bins : undefined;
  if (perAxis) expectAsMany("bins", perAxis, axes.length);
  if (range !== undefined) expectAsMany("range", range, axes.length);
  const found = axes.map((one, i) => {
    const own = perAxis ? (perAxis[i] as unknown) : bins;
    if (typeof own === "string") throw new TypeError(`Expected \`bins\` to be numbers or edges, got ${show(own)}`);
    return edgesOf(one, own, range && (range as unknown[])[i], false, perAxis ? `bins[${i}]` : "bins");
  });
  const w = weights === undefined ? undefined : weightsOf(weights, [points], fn);
  const shape = found.map(({ edges }) => Math.max(0, edges.size - 1));
  const flat = new Int32Array(points);
  for (const [i, one] of axes.entries()) withPlaces(one, found[i]!, (places) => nest(flat, places, shape[i]!));
  let counts = counted(flat, shape, w).astype("float64") as AnyArray;
  if (isDensity) counts = densityOf(counts, found);
  return [counts, found.map(({ edges }) => edges)];
}

function columnsOf(sample: AnyArray): AnyArray[] {
  const rows = (sample.ndim === 1 ? sample.reshape([sample.size, 1]) : sample) as AnyArray;
  if (rows.ndim === 2) return [...(rows.T as unknown as Iterable<AnyArray>)];
  const message = `Expected \`sample\` to be a matrix of points, got shape ${show(sample.shape)}`;
  throw new ShapeError(message, { shape: sample.shape, expected: [-1, -1] });
}

function expectAsMany(what: string, list: unknown, count: number): void {
  if (Array.isArray(list) && list.length === count) return;
  const got = Array.isArray(list) ? `${list.length}` : show(list);
  if (!Array.isArray(list)) throw new TypeError(`Expected \`${what}\` to be a list of ${count}, got ${got}`);
  throw new ShapeError(`Expected \`${what}\` to be a list of ${count}, one for each axis, got ${got}`, {
    shape: [list.length],
    expected: [count],
  });
}

/** The next axis of flat places; -1 stays. */
function nest(flat: Int32Array, places: Int32Array, count: number): void {
  for (let i = 0; i < flat.length; i++) flat[i] = flat[i]! < 0 || places[i]! < 0 ? -1 : flat[i]! * count + places[i]!;
}

/** Divides by the areas of bins, and by the sum. */
function densityOf(counts: AnyArray, found: readonly Edges[]): AnyArray {
  const total = sum(counts as never) as unknown as number;
  let shares = counts;
  for (const [i, { edges }] of found.entries()) {
    const widths = (diff(edges as never) as unknown as AnyArray).astype("float64") as AnyArray;
    const shape = found.map((_, axis) => (axis === i ? widths.size : 1));
    shares = divide(shares, widths.reshape(shape)) as unknown as AnyArray;
  }
  return divide(shares, total) as unknown as AnyArray;
}

/** Weights in the shape of what they weigh. */
function weightsOf(weights: unknown, shape: readonly number[], fn: string): AnyArray {
  const w = arrayOfData(weights, "weights", fn);
  if (!sameShape(w.shape, shape)) {
    const message = `Expected \`weights\` to have shape ${show(shape)}, got ${show(w.shape)}`;
    throw new ShapeError(message, { shape: w.shape, expected: shape });
  }
  if (isComplex(w.dtype)) throw noComplex(`\`weights\` of ${fn}`, w.dtype);
  if (w.dtype === "bool") {
    const message = 'Expected `weights` to be numbers, got bools (use .astype("int32"))';
    throw new DTypeError(message, { dtype: "bool", expected: "numbers" });
  }
  return w;
}

/** How many elements have each place, or the sums of their weights, which are added in float64. */
function counted(places: Int32Array, shape: readonly number[], w: AnyArray | undefined): AnyArray {
  const size = sizeOf(shape);
  if (!w) {
    const made = writtenStrided(shape, "int32", undefined, ({ elements: { raw } }) => {
      raw.fill(0);
      for (let i = 0; i < places.length; i++) if (places[i]! >= 0) raw[places[i]!]!++;
    });
    return arrayOf(made);
  }
  const sums = new Float64Array(size);
  withRaw(stridedOf(w), "float64", (raw) => {
    for (let i = 0; i < places.length; i++) if (places[i]! >= 0) sums[places[i]!]! += raw[i]!;
  });
  return (array(sums, { shape: [...shape] }) as AnyArray).astype(w.dtype as DType) as AnyArray;
}
