/** Loops that move chosen elements: those at positions, and those for which a mask is true. Pure. */
import type { RawArray } from "../base/dtype.js";
import { moveRun } from "./runs.js";
import { bitsOf, perClass } from "./typed-loops.js";

/** Positions of elements, each checked. */
export type Positions = Int32Array | Float64Array;
/** The fewest elements of a slab that is copied as a whole. */
const WHOLE = 32;

/** What a higher layer, which has kernels, does for this one. `undefined`: it cannot, and nothing was written. */
export interface GatheringKernels {
  /** As `gather`. */
  gather(to: RawArray, at: number, from: Rows, positions: Positions, width: number): true | undefined;
  /** As `scatter`. */
  scatter(to: Row, positions: Positions, from: RawArray): true | undefined;
  /**
   * Writes the positions along an axis of that length that integers of 4 or 8 bytes with a sign stand for. Returns the
   * place of the first that is outside, or -1.
   */
  positions(to: Positions, given: RawArray, length: number): number | undefined;
  /** As `countTrue`. */
  countTrue(mask: Row, count: number): number | undefined;
  /** As `whereTrue`. */
  whereTrue(found: Positions, at: number, mask: Row, count: number, first: number): number | undefined;
  /** As `select`. Returns how many elements were copied. */
  select(to: RawArray, from: Row, mask: Row, count: number): number | undefined;
}
const none = (): undefined => undefined;
export let gatheringKernels: GatheringKernels = {
  ...{ gather: none, scatter: none, positions: none, countTrue: none, whereTrue: none, select: none },
};
export const useKernelsForGathering = (given: GatheringKernels): void => {
  gatheringKernels = given;
};

const gatherBits = perClass(function gather(
  to: RawArray,
  from: RawArray,
  positions: Positions,
  at: number,
  start: number,
  step: number,
  width: number,
): void {
  const count = positions.length;
  if (width === 1) {
    for (let i = 0; i < count; i++) to[at + i] = from[start + positions[i]! * step]!;
    return;
  }
  for (let i = 0, t = at; i < count; i++) {
    for (let k = 0, f = start + positions[i]! * step; k < width; k++, t++, f++) to[t] = from[f]!;
  }
}, 3);

/** A row of elements, or of a mask: where it begins, and the step from each to the next. */
export interface Row {
  readonly raw: RawArray;
  readonly start: number;
  readonly step: number;
}

/** Equal rows, one or more. */
export interface Rows extends Row {
  readonly count: number;
  /** From the beginning of a row to that of the next. */
  readonly across: number;
}

/**
 * Copies, for each row and each position, the `width` adjacent elements that begin there in the row, one after the
 * other, to `to[at]` and on. `to` and the rows are of one class.
 */
export function gather(to: RawArray, at: number, rows: Rows, positions: Positions, width = 1): void {
  if (width < WHOLE && gatheringKernels.gather(to, at, rows, positions, width)) return;
  const size = positions.length * width;
  for (let row = 0; row < rows.count; row++) {
    const { raw, step } = rows;
    gatherRow(to, at + row * size, { raw, start: rows.start + row * rows.across, step }, positions, width);
  }
}

function gatherRow(to: RawArray, at: number, { raw, start, step }: Row, positions: Positions, width: number): void {
  if (width >= WHOLE) {
    for (let i = 0, t = at; i < positions.length; i++, t += width) {
      const from = start + positions[i]! * step;
      moveRun(to, t, 1, raw, from, 1, width);
    }
    return;
  }
  const [target, source] = [bitsOf(to), bitsOf(raw)];
  const times = target.width;
  gatherBits(target.bits, source.bits, positions, at * times, start * times, step * times, width * times);
}

const scatterBits = perClass(function scatter(
  to: RawArray,
  from: RawArray,
  positions: Positions,
  start: number,
  step: number,
  width: number,
): void {
  const [count, length] = [positions.length, from.length];
  for (let i = 0, f = 0; i < count; i++) {
    for (let k = 0, t = start + positions[i]! * step; k < width; k++, t++, f++) to[t] = from[f]!;
    if (f === length) f = 0;
  }
}, 3);

/**
 * Copies `from[0]`, `from[1]`, … to the positions in a row, and begins again when all of `from` is copied. The row and
 * `from` are of one class, and `from` is not empty.
 */
export function scatter({ raw, start, step }: Row, positions: Positions, from: RawArray): void {
  if (gatheringKernels.scatter({ raw, start, step }, positions, from)) return;
  const [target, source] = [bitsOf(raw), bitsOf(from)];
  const { width } = target;
  scatterBits(target.bits, source.bits, positions, start * width, step * width, width);
}

// ── Masks ──────────────────────────────────────────────────────────────────────────────────────────────────────────
// A byte that is not 0 is true. `(0 - byte) >>> 31` is 1 for true and 0 for false, without a branch that the processor
// would have to guess: ten times faster if the mask has no pattern. Another thread may change the mask meanwhile, so no
// loop relies on an earlier count.

/** How many of the first `count` bytes of a mask are true. */
export function countTrue(mask: Row, count: number): number {
  const known = gatheringKernels.countTrue(mask, count);
  if (known !== undefined) return known;
  const { raw, step } = mask;
  let found = 0;
  for (let i = 0, r = mask.start; i < count; i++, r += step) found += (0 - raw[r]!) >>> 31;
  return found;
}

/**
 * Writes which of the first `count` bytes of a mask are true, numbered from `first` on, to `found[at]` and on, until
 * `found` is full. Returns where the next number belongs.
 */
export function whereTrue(found: Positions, at: number, mask: Row, count: number, first: number): number {
  const known = gatheringKernels.whereTrue(found, at, mask, count, first);
  if (known !== undefined) return known;
  const { raw, step } = mask;
  const end = found.length;
  let next = at;
  for (let i = 0, r = mask.start; i < count && next < end; i++, r += step) {
    found[next] = first + i;
    next += (0 - raw[r]!) >>> 31;
  }
  return next;
}

const selectBits = perClass(function select(
  to: RawArray,
  from: RawArray,
  on: RawArray,
  start: number,
  step: number,
  first: number,
  maskStep: number,
  count: number,
): number {
  const end = to.length;
  let at = 0;
  for (let i = 0, f = start, r = first; i < count && at < end; i++, f += step, r += maskStep) {
    to[at] = from[f]!;
    at += (0 - on[r]!) >>> 31;
  }
  return at;
}, 3);
/** As `selectBits`, for elements of two. */
const selectPairs = perClass(function selectPairs(
  to: RawArray,
  from: RawArray,
  on: RawArray,
  start: number,
  step: number,
  first: number,
  maskStep: number,
  count: number,
): number {
  const end = to.length;
  let at = 0;
  for (let i = 0, f = 2 * start, r = first; i < count && at < end; i++, f += 2 * step, r += maskStep) {
    to[at] = from[f]!;
    to[at + 1] = from[f + 1]!;
    at += ((0 - on[r]!) >>> 31) << 1;
  }
  return at;
}, 3);

/**
 * Copies those of the first `count` elements whose bytes in the mask are true to `to[0]` and on, until `to` is full.
 * `to` and the elements are of one class. If the mask has changed since it was counted, the rest of `to` is zero.
 */
export function select(to: RawArray, from: Row, mask: Row, count: number): void {
  const known = gatheringKernels.select(to, from, mask, count);
  if (known !== undefined) {
    const { bits, width } = bitsOf(to);
    if (known < to.length) bits.fill(0, known * width);
    return;
  }
  const [target, source] = [bitsOf(to), bitsOf(from.raw)];
  const loop = target.width === 1 ? selectBits : selectPairs;
  const end = loop(target.bits, source.bits, mask.raw, from.start, from.step, mask.start, mask.step, count);
  if (end < target.bits.length) target.bits.fill(0, end);
}
