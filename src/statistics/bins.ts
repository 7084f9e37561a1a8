/** The bins of histograms: their edges, from options, and the bin of each element. */

import { noComplex } from "../base/complex.js";
import { type DType, isComplex, isFloat, type RawArray } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { max, min } from "../functions/reductions.js";
import { greaterEqual, lessEqual, logicalAnd } from "../functions/ufuncs.js";
import { stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { linspace } from "../ndarray/spaces.js";
import { withRaw } from "../ndarray/storage.js";
import type { ArrayLikeData } from "../ndarray/type-of.js";
import { perClass } from "../ndarray/typed-loops.js";
import { type BinRule, binCount, RULES } from "./bin-rules.js";

/** The least and the greatest value that is counted. */
export type Range = readonly [low: number, high: number];
/** How many bins of equal width, their edges, or a rule that says how many. */
export type Bins = number | ArrayLikeData | BinRule;

/** Edges of bins, and whether these are equally wide. */
export interface Edges {
  readonly edges: AnyArray;
  readonly isEven: boolean;
}

/**
 * The edges of bins for the elements of a vector.
 *
 * @param hasWeights whether the elements have weights, of which rules know nothing
 * @throws {RangeError} If there is no bin, edges do not ascend, or the range is not finite or not in order.
 * @throws {ShapeError} If the edges are no vector.
 */
export function edgesOf(a: AnyArray, bins: unknown, range: unknown, hasWeights: boolean, what = "bins"): Edges {
  if (isComplex(a.dtype)) throw noComplex("histograms", a.dtype);
  if (typeof bins !== "number" && typeof bins !== "string") return { edges: givenEdges(bins, what), isEven: false };
  if (typeof bins === "string" && !(RULES as readonly string[]).includes(bins)) {
    throw new TypeError(
      `Expected \`${what}\` to be a number, edges or one of ${RULES.map(show).join(", ")}, got ${show(bins)}`,
    );
  }
  if (typeof bins === "string" && hasWeights) {
    throw new TypeError(`Expected \`${what}\` to be a number or edges next to weights, got ${show(bins)}`);
  }
  const count = typeof bins === "number" ? expectInteger(what, bins, 1, 2 ** 31) : undefined;
  const [first, last] = outerEdges(a, range);
  const n = count ?? binCount(bins as BinRule, range === undefined ? a : within(a, first, last), first, last);
  const dtype = isFloat(a.dtype) ? a.dtype : "float64";
  const edges = linspace(first, last, n + 1, { dtype: dtype as "float64" }) as unknown as AnyArray;
  const raw = edges.toArray() as number[];
  if (raw.some((edge, i) => i > 0 && edge <= raw[i - 1]!)) {
    throw new RangeError(`Expected \`${what}\` to be less, got ${n} for a range of ${first} to ${last}`);
  }
  return { edges, isEven: true };
}

const within = (a: AnyArray, first: number, last: number): AnyArray =>
  a.compress(logicalAnd(greaterEqual(a, first), lessEqual(a, last)) as never) as AnyArray;

/** The range that is given, or that of the elements; of no elements, 0 to 1. */
function outerEdges(a: AnyArray, range: unknown): [number, number] {
  let [first, last] = [0, 1];
  if (range !== undefined) {
    const list = Array.isArray(range) ? (range as unknown[]) : [];
    const isRange = list.length === 2 && list.every((end) => typeof end === "number" && Number.isFinite(end));
    if (!isRange) throw new TypeError(`Expected \`range\` to be two finite numbers, got ${show(range)}`);
    [first, last] = list as [number, number];
    if (first > last) throw new RangeError(`Expected \`range\` to ascend, got ${show(range)}`);
  } else if (a.size > 0) {
    [first, last] = [Number(min(a as never)), Number(max(a as never))];
    if (!Number.isFinite(first) || !Number.isFinite(last)) {
      throw new RangeError(`Expected finite elements, got a range of ${first} to ${last} (give \`range\`)`);
    }
  }
  return first === last ? [first - 0.5, last + 0.5] : [first, last];
}

function givenEdges(bins: unknown, what: string): AnyArray {
  const edges = arrayOfData(bins, what, "histogram");
  if (edges.ndim !== 1) {
    const message = `Expected \`${what}\` to be a number or a vector of edges, got shape ${show(edges.shape)}`;
    throw new ShapeError(message, { shape: edges.shape, expected: [-1] });
  }
  const raw = edges.astype("float64").toArray() as unknown as number[];
  const wrong = raw.findIndex((edge, i) => i > 0 && raw[i - 1]! > edge);
  if (wrong > 0) {
    throw new RangeError(`Expected \`${what}\` to ascend, got ${raw[wrong]} after ${raw[wrong - 1]} at ${wrong}`);
  }
  return edges;
}

/** Calls `use` with the bin of each element, -1 if it is in none. The last bin has both of its edges. */
export function withPlaces<T>(a: AnyArray, { edges, isEven }: Edges, use: (places: Int32Array) => T): T {
  const places = new Int32Array(a.size);
  const common = promote(promote(a.dtype, edges.dtype), "float32");
  const dtype: DType = common === "float16" ? "float32" : common;
  withRaw(stridedOf(edges), dtype, (limits) =>
    withRaw(stridedOf(a), dtype, (raw) => (isEven ? placeEvenly : placeBetween)(raw, limits, places)),
  );
  return use(places);
}

/** Bins of equal width: the place is computed, and then compared with the edges, which are rounded. */
const placeEvenly = perClass(function placeEvenly(raw: RawArray, limits: RawArray, places: Int32Array): void {
  const bins = limits.length - 1;
  const [first, last] = [limits[0]!, limits[bins]!];
  const scale = bins / (last - first);
  for (let i = 0; i < raw.length; i++) {
    const value = raw[i]!;
    let place = -1;
    if (value >= first && value <= last) {
      place = ((value - first) * scale) | 0;
      if (place >= bins) place = bins - 1;
      while (place > 0 && value < limits[place]!) place--;
      while (place < bins - 1 && value >= limits[place + 1]!) place++;
    }
    places[i] = place;
  }
}, 2);

/** Bins of any widths: by halves. */
const placeBetween = perClass(function placeBetween(raw: RawArray, limits: RawArray, places: Int32Array): void {
  const bins = limits.length - 1;
  for (let i = 0; i < raw.length; i++) {
    const value = raw[i]!;
    let [low, left] = [0, limits.length];
    while (left > 0) {
      const half = left >>> 1;
      const isBefore = limits[low + half]! <= value;
      low += isBefore ? half + 1 : 0;
      left = isBefore ? left - half - 1 : half;
    }
    places[i] = low > bins ? (value === limits[bins]! ? bins - 1 : -1) : low - 1;
  }
}, 2);
