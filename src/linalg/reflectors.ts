/**
 * Householder reflectors H = 1 - tau v v^T, whose v starts with a 1 that is not stored, and the QR factors made of
 * them. Blocks of them are applied by matrix products: H1 H2 … = 1 - V T V^T with a small upper triangle T.
 */
import { matmul } from "../functions/matmul.js";
import { rawOf } from "./operands.js";
import { subtractProduct, Work } from "./work.js";

/** Reflectors of a block. */
const BLOCK = 32;
/** Sums of squares between these are exact enough without scaling. */
const [SMALLEST, LARGEST] = [2 ** -900, 2 ** 900];

/** What a reflector makes of a vector: (beta, 0, 0, …). */
export interface Reflected {
  readonly tau: number;
  readonly beta: number;
}

/** The square root of the sum of squares of elements `step` apart. */
export function length(raw: Float64Array, from: number, count: number, step: number): number {
  let sum = 0;
  for (let i = 0, p = from; i < count; i++, p += step) sum += raw[p]! * raw[p]!;
  if (sum > SMALLEST && sum < LARGEST) return Math.sqrt(sum);
  let most = 0;
  for (let i = 0, p = from; i < count; i++, p += step) most = Math.max(most, Math.abs(raw[p]!));
  if (most === 0 || !Number.isFinite(most)) return most;
  let scaled = 0;
  for (let i = 0, p = from; i < count; i++, p += step) {
    const part = raw[p]! / most;
    scaled += part * part;
  }
  return most * Math.sqrt(scaled);
}

/** The square root of x^2 + y^2. (The bits of `Math.hypot` differ from engine to engine.) */
export function hypotenuse(x: number, y: number): number {
  const larger = Math.max(Math.abs(x), Math.abs(y));
  if (larger === 0) return 0;
  const [p, q] = [x / larger, y / larger];
  return larger * Math.sqrt(p * p + q * q);
}

/** The reflector of a vector: its first element becomes beta, and the others those of v. */
export function reflect(raw: Float64Array, from: number, count: number, step: number): Reflected {
  const alpha = raw[from]!;
  const rest = length(raw, from + step, count - 1, step);
  if (rest === 0) return { tau: 0, beta: alpha };
  const size = hypotenuse(alpha, rest);
  const beta = alpha > 0 || Object.is(alpha, 0) ? -size : size;
  const head = alpha - beta;
  for (let i = 1, p = from + step; i < count; i++, p += step) raw[p]! /= head;
  raw[from] = beta;
  return { tau: (beta - alpha) / beta, beta };
}

/**
 * Applies a reflector from the left to rows from `top` on and columns from `left` on. Its v is in another matrix, in
 * the column that starts at `at`, or in the same one.
 */
export function reflectRows(
  raw: Float64Array,
  { rows, columns, top, left }: { rows: number; columns: number; top: number; left: number },
  v: { readonly raw: Float64Array; readonly at: number; readonly step: number },
  tau: number,
  sums: Float64Array,
): void {
  if (tau === 0) return;
  for (let c = left, p = top * columns + left; c < columns; c++, p++) sums[c] = raw[p]!;
  for (let i = top + 1, q = v.at + v.step; i < rows; i++, q += v.step) {
    const factor = v.raw[q]!;
    if (factor === 0) continue;
    for (let c = left, p = i * columns + left; c < columns; c++, p++) sums[c]! += factor * raw[p]!;
  }
  for (let c = left, p = top * columns + left; c < columns; c++, p++) raw[p]! -= tau * sums[c]!;
  for (let i = top + 1, q = v.at + v.step; i < rows; i++, q += v.step) {
    const factor = tau * v.raw[q]!;
    if (factor === 0) continue;
    for (let c = left, p = i * columns + left; c < columns; c++, p++) raw[p]! -= factor * sums[c]!;
  }
}

/** Replaces a matrix by R in the upper triangle and the v below. Returns the taus. */
export function factorQR(work: Work): Float64Array {
  const { rows, columns, raw } = work;
  const steps = Math.min(rows, columns);
  const taus = new Float64Array(steps);
  const sums = new Float64Array(columns);
  for (let start = 0; start < steps; start += BLOCK) {
    const end = Math.min(start + BLOCK, steps);
    for (let k = start; k < end; k++) {
      const at = k * columns + k;
      const { tau } = reflect(raw, at, rows - k, columns);
      taus[k] = tau;
      applyWithin(raw, rows, columns, k, end, tau, sums);
    }
    if (end < columns) applyBlock(work, taus, [start, end], work, end, true);
  }
  return taus;
}

/** Applies reflector k to the columns of its block that are to its right. */
function applyWithin(
  raw: Float64Array,
  rows: number,
  columns: number,
  k: number,
  end: number,
  tau: number,
  sums: Float64Array,
): void {
  if (tau === 0) return;
  const top = k * columns;
  for (let c = k + 1; c < end; c++) sums[c] = raw[top + c]!;
  for (let i = k + 1; i < rows; i++) {
    const factor = raw[i * columns + k]!;
    for (let c = k + 1, p = i * columns + k + 1; c < end; c++, p++) sums[c]! += factor * raw[p]!;
  }
  for (let c = k + 1; c < end; c++) raw[top + c]! -= tau * sums[c]!;
  for (let i = k + 1; i < rows; i++) {
    const factor = tau * raw[i * columns + k]!;
    for (let c = k + 1, p = i * columns + k + 1; c < end; c++, p++) raw[p]! -= factor * sums[c]!;
  }
}

/** Applies reflectors start … end, or their transpose, to the columns of a matrix from `left` on. */
function applyBlock(
  factors: Work,
  taus: Float64Array,
  [start, end]: readonly [number, number],
  target: Work,
  left: number,
  isTransposed: boolean,
): void {
  const { rows } = factors;
  const width = end - start;
  using v = new Work(rows - start, width);
  for (let i = start; i < rows; i++) {
    for (let j = start; j < end; j++) {
      v.raw[(i - start) * width + j - start] = i === j ? 1 : i > j ? factors.raw[i * factors.columns + j]! : 0;
    }
  }
  using t = new Work(width, width);
  const gram = matmul(v.array.T, v.array);
  const products = rawOf(gram as never);
  t.raw.fill(0);
  for (let j = 0; j < width; j++) {
    const tau = taus[start + j]!;
    t.raw[j * width + j] = tau;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += t.raw[i * width + k]! * products[k * width + j]!;
      t.raw[i * width + j] = -tau * sum;
    }
  }
  gram.close();
  const below = target.part([start, rows], [left, target.columns]);
  const across = matmul(v.array.T, below);
  const turned = matmul(isTransposed ? t.array.T : t.array, across);
  subtractProduct(below, v.array, turned as never);
  across.close();
  turned.close();
}

/** The first `columns` columns of Q, written to a matrix with as many rows as the factors. */
export function formQ(factors: Work, taus: Float64Array, q: Work): void {
  q.raw.fill(0);
  for (let i = 0; i < Math.min(q.rows, q.columns); i++) q.raw[i * q.columns + i] = 1;
  const steps = taus.length;
  for (let start = Math.floor((steps - 1) / BLOCK) * BLOCK; start >= 0; start -= BLOCK) {
    applyBlock(factors, taus, [start, Math.min(start + BLOCK, steps)], q, start, false);
  }
}
