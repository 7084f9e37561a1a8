/**
 * Sorts lines in independent pieces. A piece is a range of values of one line, bounded by splitters. The thread that
 * takes a piece reads the whole line, keeps the elements in the range, sorts them, and writes them behind all smaller
 * elements. Nothing is merged.
 */
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import type { Strided } from "../ndarray/elements.js";

/** How lines are cut into pieces, as plain data. */
export interface SortPlan {
  readonly lines: number;
  /** The number of pieces of each line. */
  readonly perLine: number;
  /** For each line, the values at which its pieces begin, except the first piece. Empty if a line is one piece. */
  readonly splitters: readonly (readonly number[])[];
  /** Whether positions are written instead of elements. */
  readonly positions: boolean;
}

/** The approximate number of elements of a piece. Sorting them takes a millisecond or more. */
const PIECE = 65536;
const MAX_PIECES = 16;
const SAMPLES = 32;

/** @param source Lines along the last axis, without gaps. */
export function planSort(source: Strided, positions: boolean, perLine: number): SortPlan {
  const { shape, size } = source.view;
  const length = shape.at(-1) ?? 1;
  const lines = length === 0 ? 0 : size / length;
  const splitters =
    perLine === 1 ? [] : Array.from({ length: lines }, (_, line) => splittersOf(lineOf(source, line), perLine));
  return { lines, perLine, splitters, positions };
}

/** How many pieces a line is cut into when several threads share the work. */
export const piecesIn = (length: number, dtype: DType): number =>
  canCut(dtype) ? Math.max(1, Math.min(MAX_PIECES, Math.ceil(length / PIECE))) : 1;

/** Whether elements can be compared with splitters. Engines without `Float16Array` see only the bits of float16. */
const canCut = (dtype: DType): boolean => dtype !== "float16" || dtypes.float16.load === undefined;

/** Values that cut the line into pieces of roughly equal length, from a sample at fixed places. */
function splittersOf(line: RawArray, pieces: number): number[] {
  const count = pieces * SAMPLES;
  const sample = Array.from({ length: count }, (_, i) => line[Math.floor(((i + 0.5) * line.length) / count)]!);
  sample.sort((a, b) => (precedes(a, b) ? -1 : precedes(b, a) ? 1 : 0));
  return Array.from({ length: pieces - 1 }, (_, i) => sample[(i + 1) * SAMPLES]!);
}

/** How many pieces to claim at a time. Short lines are claimed in batches. */
export const piecesAtOnce = (pieces: number, elements: number): number =>
  Math.max(1, Math.floor(PIECE / Math.max(1, elements / Math.max(1, pieces))));

/** Sorts pieces [start, end) of the source's lines into those of the target: elements, or positions as int32. */
export function sortPieces(plan: SortPlan, source: Strided, target: Strided, start: number, end: number): void {
  const { perLine, splitters, positions } = plan;
  for (let piece = start; piece < end; piece++) {
    const line = Math.floor(piece / perLine);
    const range = piece % perLine;
    const limits = { low: splitters[line]?.[range - 1], high: splitters[line]?.[range] };
    const [from, to] = [lineOf(source, line), lineOf(target, line)];
    if (positions) sortPositions(from, to, limits);
    else sortElements(from, to, limits, source.elements.dtype);
  }
}

interface Limits {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** The places of the elements within the limits, in order, and the number of elements below the limits. */
function within(line: RawArray, { low, high }: Limits): { places: Uint32Array; before: number } {
  const places = new Uint32Array(line.length);
  let [count, before] = [0, 0];
  for (let i = 0; i < line.length; i++) {
    const value = line[i]!;
    if (low !== undefined && precedes(value, low)) before++;
    else if (high === undefined || precedes(value, high)) places[count++] = i;
  }
  return { places: places.subarray(0, count), before };
}

function sortElements(line: RawArray, target: RawArray, limits: Limits, dtype: DType): void {
  if (limits.low === undefined && limits.high === undefined) {
    target.set(line as ArrayLike<number>);
    sortLine(target, dtype);
    return;
  }
  const { places, before } = within(line, limits);
  const part = target.subarray(before, before + places.length);
  for (let i = 0; i < places.length; i++) part[i] = line[places[i]!]!;
  sortLine(part, dtype);
}

function sortPositions(line: RawArray, target: RawArray, limits: Limits): void {
  const { places, before } = within(line, limits);
  target.set(sorted(places, line) as ArrayLike<number>, before);
}

/** A line along the last axis of elements in C order without gaps. */
function lineOf({ elements, view }: Strided, line: number): RawArray {
  const length = view.shape.at(-1) ?? 1;
  return elements.raw.subarray(view.offset + line * length, view.offset + (line + 1) * length);
}

/** Whether `a` comes before `b`. NaN comes last. */
export const precedes = (a: number, b: number): boolean => (Number.isNaN(a) ? false : Number.isNaN(b) || a < b);

/**
 * Sorts with the engine's own sort of typed arrays: NaN last, -0 before 0. If the engine has no `Float16Array`, the
 * bits of float16 are compared as the numbers that they stand for.
 */
function sortLine(line: RawArray, dtype: DType): void {
  const sortable = line as unknown as { sort(compare?: (a: number, b: number) => number): void };
  const { load } = dtypes.float16;
  if (dtype === "float16" && load) sortable.sort((a, b) => orderOf(Number(load(a)), Number(load(b))));
  else sortable.sort();
}

function orderOf(a: number, b: number): number {
  if (precedes(a, b) || (Object.is(a, -0) && Object.is(b, 0))) return -1;
  return precedes(b, a) || (Object.is(a, 0) && Object.is(b, -0)) ? 1 : 0;
}

/** Runs up to this length are sorted by insertion. */
const RUN = 16;

/** Sorts places by their keys, stably: by insertion in short runs, and then by merging runs. */
function sorted(places: Uint32Array, keys: RawArray): Uint32Array {
  const n = places.length;
  let from: Uint32Array = places;
  for (let start = 0; start < n; start += RUN) insertionSort(from, keys, start, Math.min(start + RUN, n));
  let to: Uint32Array = new Uint32Array(n);
  for (let width = RUN; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      mergeRuns(to, from, keys, start, Math.min(start + width, n), Math.min(start + 2 * width, n));
    }
    [from, to] = [to, from];
  }
  return from;
}

function insertionSort(order: Uint32Array, keys: RawArray, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const moved = order[i]!;
    const key = keys[moved]!;
    let j = i;
    for (; j > start && precedes(key, keys[order[j - 1]!]!); j--) order[j] = order[j - 1]!;
    order[j] = moved;
  }
}

function mergeRuns(
  to: Uint32Array,
  from: Uint32Array,
  keys: RawArray,
  start: number,
  middle: number,
  end: number,
): void {
  let [left, right] = [start, middle];
  for (let at = start; at < end; at++) {
    const takesRight = left >= middle || (right < end && precedes(keys[from[right]!]!, keys[from[left]!]!));
    to[at] = takesRight ? from[right++]! : from[left++]!;
  }
}
