/** Copies of runs: elements at equal steps of one typed array into elements at equal steps of another. Pure. */
import type { RawArray } from "../base/dtype.js";

/**
 * Copies `count` raw elements: `to[at + i * toStep] = from[start + i * fromStep]`. If the arrays are of different
 * classes, numbers are converted as typed arrays convert them.
 */
export function moveRun(
  to: RawArray,
  at: number,
  toStep: number,
  from: RawArray,
  start: number,
  fromStep: number,
  count: number,
): void {
  if (toStep === 1 && fromStep === 1) to.set(from.subarray(start, start + count) as ArrayLike<number>, at);
  else for (let i = 0; i < count; i++) to[at + i * toStep] = from[start + i * fromStep]!;
}

/** As `moveRun`, but `cast` converts each raw element first. */
export function castRun(
  to: RawArray,
  at: number,
  toStep: number,
  from: RawArray,
  start: number,
  fromStep: number,
  count: number,
  cast: (raw: number) => number,
): void {
  for (let i = 0; i < count; i++) to[at + i * toStep] = cast(from[start + i * fromStep]!);
}
