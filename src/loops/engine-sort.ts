/**
 * Sorts a line with the engine's own sort of typed arrays, or its positions by merging: lines that are too long for a
 * WebAssembly memory, and all lines if the engine has no WebAssembly.
 */
import { type DType, dtypes, type RawArray } from "../base/dtype.js";

/** Whether `a` comes before `b`. NaN comes last. */
const precedes = (a: number, b: number): boolean => (Number.isNaN(a) ? false : Number.isNaN(b) || a < b);

/**
 * Sorts in place: NaN last, -0 before 0. If the engine has no `Float16Array`, the bits of float16 are compared as the
 * numbers that they stand for.
 */
export function engineSort(line: RawArray, dtype: DType): void {
  const sortable = line as unknown as { sort(compare?: (a: number, b: number) => number): void };
  const { load } = dtypes.float16;
  if (dtype === "float16" && load) sortable.sort((a, b) => orderOf(Number(load(a)), Number(load(b))));
  else sortable.sort();
}

function orderOf(a: number, b: number): number {
  if (precedes(a, b) || (Object.is(a, -0) && Object.is(b, 0))) return -1;
  return precedes(b, a) || (Object.is(a, 0) && Object.is(b, -0)) ? 1 : 0;
}

/** The positions of a line's elements in order. Positions of equal elements are in ascending order. */
export function mergeSort(line: RawArray, dtype: DType): Uint32Array {
  const { load } = dtypes.float16;
  const isBits = dtype === "float16" && load !== undefined;
  const keys = isBits ? Float32Array.from(line as unknown as ArrayLike<number>, (raw) => Number(load(raw))) : line;
  const places = new Uint32Array(line.length);
  for (let i = 0; i < places.length; i++) places[i] = i;
  return sorted(places, keys as unknown as RawArray);
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
