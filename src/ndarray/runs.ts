/** Copies of tiles and runs: elements at equal steps of one typed array into those at equal steps of another. */
import { typedArrayName } from "../base/builtins.js";
import type { RawArray } from "../base/dtype.js";
import { copyBytes } from "../platform/runtime.js";
import { bitsOf, perClass } from "./typed-loops.js";

/** Rows of elements at equal steps. */
export interface Tile {
  readonly raw: RawArray;
  /** Where the first element of the first row is. */
  readonly start: number;
  /** From the beginning of a row to that of the next. */
  readonly rowStep: number;
  /** From one element to the next. */
  readonly step: number;
}

const moveSteps = perClass(function move(
  to: RawArray,
  from: RawArray,
  rows: number,
  count: number,
  at: number,
  toRow: number,
  toStep: number,
  start: number,
  fromRow: number,
  fromStep: number,
): void {
  for (let row = 0, p = at, q = start; row < rows; row++, p += toRow, q += fromRow) {
    for (let i = 0, t = p, f = q; i < count; i++, t += toStep, f += fromStep) to[t] = from[f]!;
  }
}, 2);
/** As `moveSteps`, for elements of two. */
const movePairs = perClass(function movePairs(
  to: RawArray,
  from: RawArray,
  rows: number,
  count: number,
  at: number,
  toRow: number,
  toStep: number,
  start: number,
  fromRow: number,
  fromStep: number,
): void {
  for (let row = 0, p = at, q = start; row < rows; row++, p += toRow, q += fromRow) {
    for (let i = 0, t = 2 * p, f = 2 * q; i < count; i++, t += 2 * toStep, f += 2 * fromStep) {
      to[t] = from[f]!;
      to[t + 1] = from[f + 1]!;
    }
  }
}, 2);
/** The fewest 64-bit integers for which two more typed arrays are made. */
const PAIRS = 16;
/** The fewest adjacent elements that are copied as a whole. */
const WHOLE = 16;

/** The fewest bytes that are copied natively. */
const LONG_BYTES = 256;

/** Copies adjacent elements. */
function moveWhole(to: RawArray, at: number, from: RawArray, start: number, count: number): void {
  const bytes = to.byteLength / to.length;
  const isNative = count * bytes >= LONG_BYTES && to.buffer !== from.buffer;
  if (isNative && typedArrayName(to) === typedArrayName(from)) {
    const bytesOf = (raw: RawArray, first: number) =>
      new Uint8Array(raw.buffer, raw.byteOffset + first * bytes, count * bytes);
    copyBytes(bytesOf(to, at), 0, bytesOf(from, start), 0, count * bytes);
  } else to.set(from.subarray(start, start + count) as ArrayLike<number>, at);
}

/**
 * Copies `rows` rows of `count` raw elements. If the arrays are of different classes, numbers are converted as typed
 * arrays convert them.
 */
export function moveTile(to: Tile, from: Tile, rows: number, count: number): void {
  if (to.step === 1 && from.step === 1 && (rows === 1 || count >= WHOLE)) {
    for (let row = 0; row < rows; row++) {
      moveWhole(to.raw, to.start + row * to.rowStep, from.raw, from.start + row * from.rowStep, count);
    }
    return;
  }
  const [target, source] = rows * count < PAIRS ? [] : [bitsOf(to.raw), bitsOf(from.raw)];
  const isPairs = target?.width === 2 && source?.width === 2;
  const move = isPairs ? movePairs : moveSteps;
  const [a, b] = isPairs ? [target.bits, source.bits] : [to.raw, from.raw];
  move(a, b, rows, count, to.start, to.rowStep, to.step, from.start, from.rowStep, from.step);
}

/** The fewest elements that are filled eight bytes at a time. */
const MANY = 256;

/**
 * Writes one raw element to all places [start, end). Engines fill shared memory element by element, so
 * small ones are written eight bytes at a time: a million bytes take 37 us, and 145 one by one.
 */
export function fillRun(raw: RawArray, value: number, start: number, end: number): void {
  const bytes = raw.byteLength / raw.length;
  if (bytes > 4 || end - start < MANY) {
    raw.fill(value, start, end);
    return;
  }
  const perWord = 8 / bytes;
  const [first, last] = [start, end].map((at) => raw.byteOffset + at * bytes) as [number, number];
  const [from, to] = [Math.ceil(first / 8), Math.floor(last / 8)];
  raw.fill(value, start, start + perWord); // all of the pattern, and what is before the first whole word
  raw.fill(value, end - perWord, end);
  const place = (8 * from - raw.byteOffset) / bytes;
  raw.fill(value, place, place + perWord);
  const words = new BigUint64Array(raw.buffer, 8 * from, to - from);
  words.fill(words[0]!);
}

/** Writes the raw element in `cell`, an array of one, to all places of a tile. */
export function fillTile(to: Tile, cell: RawArray, rows: number, count: number): void {
  if (to.step !== 1 || count < MANY) {
    moveTile(to, { raw: cell, start: 0, rowStep: 0, step: 0 }, rows, count);
    return;
  }
  for (let row = 0, at = to.start; row < rows; row++, at += to.rowStep) fillRun(to.raw, cell[0]!, at, at + count);
}

/** All elements of a typed array, as one row. */
export const wholeRow = (raw: RawArray): Tile => ({ raw, start: 0, rowStep: 0, step: 1 });

/** Copies `count` raw elements, as `moveTile` does: `to[at + i * toStep] = from[start + i * fromStep]`. */
export function moveRun(
  to: RawArray,
  at: number,
  toStep: number,
  from: RawArray,
  start: number,
  fromStep: number,
  count: number,
): void {
  const target = { raw: to, start: at, rowStep: 0, step: toStep };
  moveTile(target, { raw: from, start, rowStep: 0, step: fromStep }, 1, count);
}

const castSteps = perClass(function cast(
  to: RawArray,
  from: RawArray,
  convert: (raw: number) => number,
  rows: number,
  count: number,
  at: number,
  toRow: number,
  toStep: number,
  start: number,
  fromRow: number,
  fromStep: number,
): void {
  for (let row = 0, p = at, q = start; row < rows; row++, p += toRow, q += fromRow) {
    for (let i = 0, t = p, f = q; i < count; i++, t += toStep, f += fromStep) to[t] = convert(from[f]!);
  }
}, 2);

/** As `moveTile`, but `cast` converts each raw element first. */
export function castTile(to: Tile, from: Tile, rows: number, count: number, cast: (raw: number) => number): void {
  castSteps(to.raw, from.raw, cast, rows, count, to.start, to.rowStep, to.step, from.start, from.rowStep, from.step);
}

const moveChosen = perClass(function moveChosen(
  to: RawArray,
  from: RawArray,
  on: RawArray,
  rows: number,
  count: number,
  at: readonly number[],
  rowSteps: readonly number[],
  steps: readonly number[],
): void {
  let [p, q, r] = at as [number, number, number];
  const [toRow, fromRow, onRow] = rowSteps as [number, number, number];
  const [toStep, fromStep, onStep] = steps as [number, number, number];
  for (let row = 0; row < rows; row++, p += toRow, q += fromRow, r += onRow) {
    for (let i = 0, t = p, f = q, o = r; i < count; i++, t += toStep, f += fromStep, o += onStep) {
      if (on[o]) to[t] = from[f]!;
    }
  }
}, 3);

const castChosen = perClass(function castChosen(
  to: RawArray,
  from: RawArray,
  on: RawArray,
  convert: (raw: number) => number,
  rows: number,
  count: number,
  at: readonly number[],
  rowSteps: readonly number[],
  steps: readonly number[],
): void {
  let [p, q, r] = at as [number, number, number];
  const [toRow, fromRow, onRow] = rowSteps as [number, number, number];
  const [toStep, fromStep, onStep] = steps as [number, number, number];
  for (let row = 0; row < rows; row++, p += toRow, q += fromRow, r += onRow) {
    for (let i = 0, t = p, f = q, o = r; i < count; i++, t += toStep, f += fromStep, o += onStep) {
      if (on[o]) to[t] = convert(from[f]!);
    }
  }
}, 3);

/** As `moveTile` or, with `cast`, as `castTile`, but only where the byte of a mask is true. */
export function moveWhere(
  to: Tile,
  from: Tile,
  mask: Tile,
  rows: number,
  count: number,
  cast: ((raw: number) => number) | undefined,
): void {
  const starts = [to.start, from.start, mask.start];
  const rowSteps = [to.rowStep, from.rowStep, mask.rowStep];
  const steps = [to.step, from.step, mask.step];
  if (cast) castChosen(to.raw, from.raw, mask.raw, cast, rows, count, starts, rowSteps, steps);
  else moveChosen(to.raw, from.raw, mask.raw, rows, count, starts, rowSteps, steps);
}
