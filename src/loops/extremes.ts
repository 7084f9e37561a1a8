/** Finds the position of the smallest or largest element: in the first piece that contains it, which is searched. */
import type { RawArray } from "../base/dtype.js";
import { dtypes } from "../base/dtype.js";
import type { Strided } from "../ndarray/elements.js";
import { forEachRun, offsetsAt } from "../ndarray/walk.js";
import type { FoldPlan } from "./fold-plan.js";

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
  const { load } = dtypes[elements.dtype];
  const { raw } = elements;
  const precedes = (a: Value, b: Value) => (isNaNValue(b) ? false : isNaNValue(a) || (isMin ? a < b : a > b));
  const step = reduced.strides[0]!.at(-1)!;
  for (let result = 0; result < kept.size; result++) {
    const partial = (s: number) => partials[along ? result * segments + s : s * kept.size + result]!;
    let best = 0;
    for (let s = 1; s < segments; s++) if (precedes(partial(s), partial(best))) best = s;
    const from = best * segment;
    const base = offsetsAt(kept, result)[0]! - kept.offsets[0]!;
    const { shape, size, strides, offsets } = reduced;
    const loop = { shape, size, strides: [strides[0]!], offsets: [offsets[0]! + base] };
    const extreme = partial(best);
    const isFound = isNaNValue(extreme) ? (value: Value) => isNaNValue(value) : (value: Value) => value === extreme;
    let found = -1;
    let position = from;
    forEachRun(loop, from, Math.min(from + segment, reduced.size), ([at], count) => {
      if (found >= 0) return;
      const i = load
        ? indexOf(count, (k) => isFound(Number(load(raw[at! + k * step]!))))
        : indexIn(raw, at!, step, count, extreme);
      if (i >= 0) found = position + i;
      position += count;
    });
    each(result, found);
  }
}

function indexOf(count: number, isFound: (i: number) => boolean): number {
  for (let i = 0; i < count; i++) if (isFound(i)) return i;
  return -1;
}

function indexIn(raw: RawArray, at: number, step: number, count: number, wanted: Value): number {
  for (let i = 0, p = at; i < count; i++, p += step) if (raw[p] === wanted) return i;
  return isNaNValue(wanted) ? indexOf(count, (i) => isNaNValue(raw[at + i * step]!)) : -1;
}

const isNaNValue = (value: Value): boolean => Number.isNaN(value);
