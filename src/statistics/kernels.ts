/**
 * Loops over lines of elements: moving NaN to their ends, and putting the elements of some ranks where a sort would put
 * them. Used by medians, quantiles and `partition`.
 */
import type { RawArray } from "../base/dtype.js";
import { perClass } from "../ndarray/typed-loops.js";

/** Moves NaN to the end of each line, and notes how many numbers are before it. */
export const nansLast = perClass(function nansLast(raw: RawArray, counts: Int32Array, length: number): void {
  for (let line = 0; line < counts.length; line++) {
    const start = line * length;
    let count = length;
    for (let i = start; i < start + count; ) {
      const value = raw[i]!;
      // biome-ignore lint/suspicious/noSelfCompare: NaN alone differs from itself
      if (value === value) i++;
      else {
        count--;
        raw[i] = raw[start + count]!;
        raw[start + count] = value;
      }
    }
    counts[line] = count;
  }
}, 1);

/**
 * Puts the elements of the given ranks, which ascend, where a sort of the line would put them: none before such a place
 * is greater, and none behind it is less. Quickselect with the median of three; after too many rounds the rest of the
 * line is sorted, so that no order of elements takes quadratic time.
 *
 * @param first of the line
 * @param count of its elements, none of which is NaN
 */
export const selectRanks = perClass(function selectRanks(
  raw: RawArray,
  first: number,
  count: number,
  ranks: ArrayLike<number>,
): void {
  let from = first;
  for (let r = 0; r < ranks.length; r++) {
    const wanted = first + ranks[r]!;
    let [left, right, rounds] = [from, first + count - 1, 64];
    while (right - left > 12) {
      if (rounds-- === 0) {
        (raw.subarray(left, right + 1) as unknown as { sort(): void }).sort();
        left = right;
        break;
      }
      const middle = (left + right) >>> 1;
      let [low, pivot, high] = [raw[left]!, raw[middle]!, raw[right]!];
      let kept = 0 as typeof low;
      if (pivot < low) {
        kept = low;
        low = pivot;
        pivot = kept;
      }
      if (high < pivot) {
        kept = pivot;
        pivot = high;
        high = kept;
        if (pivot < low) {
          kept = low;
          low = pivot;
          pivot = kept;
        }
      }
      raw[left] = low;
      raw[middle] = pivot;
      raw[right] = high;
      let [i, j] = [left + 1, right - 1];
      while (i <= j) {
        while (raw[i]! < pivot) i++;
        while (raw[j]! > pivot) j--;
        if (i <= j) {
          kept = raw[i]!;
          raw[i] = raw[j]!;
          raw[j] = kept;
          i++;
          j--;
        }
      }
      if (wanted <= j) right = j;
      else if (wanted >= i) left = i;
      else {
        left = right;
        break;
      }
    }
    if (left < right) {
      for (let i = left + 1; i <= right; i++) {
        const value = raw[i]!;
        let j = i - 1;
        for (; j >= left && raw[j]! > value; j--) raw[j + 1] = raw[j]!;
        raw[j + 1] = value;
      }
    }
    from = wanted + 1;
  }
}, 1);
