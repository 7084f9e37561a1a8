/** Work arrays in ordinary memory, which the next transform of the thread uses again. */

/** The most bytes that a thread keeps. Larger work arrays are given back with the call. */
const MOST_KEPT = 2 ** 26;
/** Lengths are rounded up to multiples of this, so that lengths of about the same size share arrays. */
const UNIT = 1024;

let kept: Float64Array[] = [];

/** `count` arrays of at least `room` floats each, whose elements are arbitrary. No other transform may be running. */
export function workArrays(count: number, room: number): Float64Array[] {
  const size = Math.ceil(room / UNIT) * UNIT;
  const made = Array.from({ length: Math.max(count, kept.length) }, (_, i) =>
    kept[i] && kept[i].length >= size ? kept[i] : new Float64Array(size),
  );
  if (made.reduce((sum, one) => sum + one.byteLength, 0) <= MOST_KEPT) kept = made;
  return made;
}
