/** Finds the position of the smallest or largest element: in the first piece that contains it, which is searched. */
import type { DType, RawArray } from "../base/dtype.js";
import { dtypes } from "../base/dtype.js";
import { storedLane } from "../ir/elements.js";
import * as ir from "../ir/node.js";
import { hasSimd } from "../ir/support.js";
import { compile } from "../ir/wasm.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { perClass } from "../ndarray/typed-loops.js";
import { forEachRun, type Loop } from "../ndarray/walk.js";
import { instanceRun } from "./bound.js";
import type { FoldPlan } from "./fold-plan.js";
import { newModule } from "./modules.js";

type Value = number | bigint;

/**
 * Finds the position of the first extreme element of each result. NaN counts as more extreme than any number.
 *
 * @param partials the extremes of all pieces, in C order of the reduced axes
 * @param each called with the number of each result and the position that was found
 */
export function firstExtremes(
  plan: FoldPlan,
  partials: RawArray,
  { elements }: Strided,
  isMin: boolean,
  each: (result: number, at: number) => void,
): void {
  const { kept, reduced, segments, segment, along } = plan;
  const { raw } = elements;
  const { load } = dtypes[elements.dtype];
  const isLine = reduced.shape.length === 1;
  const step = reduced.strides[0]!.at(-1)!;
  const keptStep = kept.strides[0]!.at(-1)!;
  const [toResult, toPiece] = along ? [segments, 1] : [1, kept.size];
  const begin = reduced.offsets[0]! - kept.offsets[0]!; // not 0 if axes are walked backwards
  // Kernels see the bits of a float16, although engines that know them give numbers.
  const isStored = !load && elements.dtype !== "float16";
  const skip = isLine && step === 1 && isStored && segment >= LONG ? skipper(elements) : undefined;
  let result = 0;
  forEachRun(kept, 0, kept.size, ([first], columns) => {
    const at = begin + first!;
    if (isLine && !skip && !load) {
      const found = new Float64Array(columns);
      const pieces = [result * toResult, toResult, toPiece, segments, segment, reduced.size] as const;
      placesInLines(raw, partials, found, at, keptStep, step, ...pieces, isMin);
      for (const place of found) each(result++, place);
      return;
    }
    const found = new Float64Array(skip ? columns : 0);
    const wantedAt = new Float64Array(found.length);
    for (let column = 0; column < columns; column++, result++) {
      const [piece, wanted] = bestPiece(partials, result * toResult, toPiece, segments, isMin);
      const from = piece * segment;
      const to = Math.min(from + segment, reduced.size);
      const line = at + column * keptStep;
      if (skip) {
        found[column] = from + skip(line + from, to - from, wanted);
        wantedAt[column] = result * toResult + piece * toPiece;
        continue;
      }
      const { shape, size, strides } = reduced;
      const loop = { shape, size, strides: [strides[0]!], offsets: [line] };
      each(result, placeInRuns(loop, from, to, valueAt(raw, load), wanted));
    }
    if (!skip) return;
    lookOn(raw, partials, wantedAt, found, at, keptStep, reduced.size);
    for (let column = 0; column < columns; column++) each(result - columns + column, found[column]!);
  });
}

const valueAt =
  (raw: RawArray, load: ((raw: number) => unknown) | undefined) =>
  (at: number): Value =>
    load ? Number(load(raw[at]!)) : raw[at]!;

/** The first piece that contains the extreme, and the extreme. */
function bestPiece(partials: RawArray, at: number, toPiece: number, segments: number, isMin: boolean) {
  let best = 0;
  let extreme: Value = partials[at]!;
  for (let s = 1; s < segments && !isNaNValue(extreme); s++) {
    const value = partials[at + s * toPiece]!;
    if (isNaNValue(value) || (isMin ? value < extreme : value > extreme)) [best, extreme] = [s, value];
  }
  return [best, extreme] as const;
}

/**
 * Moves on, in each of several lines of adjacent elements, to the first element that is equal to the wanted one, or is
 * NaN if that is. Few are left to look at. For all lines in one loop, because a loop for each takes four times as long.
 */
const lookOn = perClass(function lookOn(
  raw: RawArray,
  partials: RawArray,
  wantedAt: Float64Array,
  found: Float64Array,
  at: number,
  keptStep: number,
  size: number,
): void {
  for (let column = 0; column < found.length; column++) {
    const wanted = partials[wantedAt[column]!]!;
    const line = at + column * keptStep;
    let i = found[column]!;
    if (Number.isNaN(wanted)) while (i < size && !Number.isNaN(raw[line + i])) i++;
    else while (i < size && raw[line + i] !== wanted) i++;
    found[column] = i;
  }
}, 2);

/** The first of positions [from, to) whose element is equal to a value, or is NaN if that is. */
function placeInRuns(loop: Loop, from: number, to: number, value: (at: number) => Value, wanted: Value): number {
  const step = loop.strides[0]!.at(-1)!;
  const isWantedNaN = isNaNValue(wanted);
  let found = -1;
  let position = from;
  forEachRun(loop, from, to, ([at], count) => {
    for (let i = 0; i < count && found < 0; i++) {
      const one = value(at! + i * step);
      if (one === wanted || (isWantedNaN && isNaNValue(one))) found = position + i;
    }
    position += count;
  });
  return found;
}

/**
 * Finds the positions for a row of results, each of which is made of elements at equal steps. It does what `bestPiece`
 * and `placeInRuns` do, in one loop: for 100 columns of 100 elements it takes a third of the time.
 */
const placesInLines = perClass(function placesInLines(
  raw: RawArray,
  partials: RawArray,
  found: Float64Array,
  at: number,
  keptStep: number,
  step: number,
  firstPiece: number,
  toResult: number,
  toPiece: number,
  segments: number,
  segment: number,
  size: number,
  isMin: boolean,
): void {
  for (let column = 0; column < found.length; column++) {
    const piece = firstPiece + column * toResult;
    let extreme = partials[piece]!;
    let from = 0;
    for (let s = 1; s < segments && !Number.isNaN(extreme); s++) {
      const value = partials[piece + s * toPiece]!;
      if (Number.isNaN(value) || (isMin ? value < extreme : value > extreme)) {
        extreme = value;
        from = s * segment;
      }
    }
    let i = from;
    let p = at + column * keptStep + from * step;
    if (Number.isNaN(extreme)) for (; i < size && !Number.isNaN(raw[p]); i++) p += step;
    else for (; i < size && raw[p] !== extreme; i++) p += step;
    found[column] = i;
  }
}, 2);

/** A call is not worth it for fewer adjacent elements than this. */
const LONG = 64;
const modules = new Map<string, WebAssembly.Module>();

/**
 * A function that returns how many adjacent elements may be skipped because they are not the wanted one: all but the
 * last few before it. Undefined if the elements have no memory that an instance could reach.
 */
function skipper({ memory: own, dtype, byteOffset, itemsize }: Strided["elements"]) {
  const { memory } = blockOf(own);
  if (!memory || !hasSimd) return undefined;
  const [equal, nan] = [false, true].map((forNaN) => instanceRun(moduleFor(dtype, forNaN), [memory]));
  return (at: number, count: number, wanted: Value): number => {
    const run = (isNaNValue(wanted) ? nan : equal) as unknown as (...args: Value[]) => number;
    return count - run(1, count, byteOffset + at * itemsize, 0, itemsize, wanted);
  };
}

function moduleFor(dtype: DType, forNaN: boolean): WebAssembly.Module {
  const key = `${dtype} ${forNaN}`;
  let module = modules.get(key);
  if (!module) {
    const type = storedLane(dtype);
    const element = ir.load(0, type);
    const result = forNaN ? ir.ne(element, element) : ir.eq(element, ir.param(0, type));
    const slots = [{ type, kind: "run" as const, memory: 0 }];
    module = newModule(compile({ slots, params: [type], result, fold: "find" }));
    modules.set(key, module);
  }
  return module;
}

const isNaNValue = (value: Value): boolean => Number.isNaN(value);
