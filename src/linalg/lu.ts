/**
 * LU factors with partial pivoting, in blocks of columns: within a block by loops over rows, the rest of the matrix by
 * one matrix product for each block. Below, the triangular solutions with such factors, blocked in the same way.
 */
import { subtractProduct, type Work } from "./work.js";

/** Columns of a block. */
const BLOCK = 48;

/** What a factorisation has found. */
export interface Factored {
  /** For each step the row that was exchanged with row `step`. */
  readonly pivots: Int32Array;
  /** Whether the number of exchanges is odd. */
  readonly isOdd: boolean;
  /** The first column whose pivot is 0, or -1. */
  readonly zeroAt: number;
}

/** Replaces a matrix by its factors: U in the upper triangle, L, whose diagonal is 1, below. */
export function factorLU(work: Work): Factored {
  const { rows, columns, raw } = work;
  const steps = Math.min(rows, columns);
  const pivots = new Int32Array(steps);
  let [isOdd, zeroAt] = [false, -1];
  for (let start = 0; start < steps; start += BLOCK) {
    const end = Math.min(start + BLOCK, steps);
    const last = rows * columns <= BLOCK * BLOCK ? columns : end;
    for (let k = start; k < end; k++) {
      const pivot = largestBelow(raw, rows, columns, k);
      pivots[k] = pivot;
      if (pivot !== k) {
        exchange(raw, columns, k, pivot);
        isOdd = !isOdd;
      }
      const value = raw[k * columns + k]!;
      if (value === 0) {
        if (zeroAt < 0) zeroAt = k;
      } else eliminate(raw, rows, columns, k, last);
    }
    if (last === columns) continue;
    // The rows of the block in the columns to its right, then everything below these.
    for (let k = start; k < end; k++) {
      for (let i = k + 1; i < end; i++) subtractRow(raw, columns, i, k, raw[i * columns + k]!, end);
    }
    subtractProduct(
      work.part([end, rows], [end, columns]),
      work.part([end, rows], [start, end]),
      work.part([start, end], [end, columns]),
    );
  }
  return { pivots, isOdd, zeroAt };
}

function largestBelow(raw: Float64Array, rows: number, columns: number, k: number): number {
  let [found, most] = [k, -1];
  for (let i = k; i < rows; i++) {
    const size = Math.abs(raw[i * columns + k]!);
    if (size > most) [found, most] = [i, size];
  }
  return found;
}

function exchange(raw: Float64Array, columns: number, i: number, j: number): void {
  for (let c = 0, p = i * columns, q = j * columns; c < columns; c++, p++, q++) {
    const value = raw[p]!;
    raw[p] = raw[q]!;
    raw[q] = value;
  }
}

/** Subtracts multiples of row `k` from all rows below, up to column `last`, so that column `k` would become 0. */
function eliminate(raw: Float64Array, rows: number, columns: number, k: number, last: number): void {
  const pivot = raw[k * columns + k]!;
  for (let i = k + 1; i < rows; i++) {
    const at = i * columns + k;
    const factor = raw[at]! / pivot;
    raw[at] = factor;
    if (factor !== 0)
      for (let p = at + 1, q = k * columns + k + 1, n = last - k; --n > 0; p++, q++) raw[p]! -= factor * raw[q]!;
  }
}

/** Row i - factor * row k, from a column on. */
function subtractRow(raw: Float64Array, columns: number, i: number, k: number, factor: number, from: number): void {
  if (factor === 0) return;
  for (let c = from, p = i * columns + from, q = k * columns + from; c < columns; c++, p++, q++) {
    raw[p]! -= factor * raw[q]!;
  }
}

/** Replaces the right-hand sides, a row for each equation, by L^-1 P of them and then by the solutions. */
export function solveLU(factors: Work, pivots: Int32Array, sides: Work): void {
  for (let k = 0; k < pivots.length; k++) if (pivots[k] !== k) exchange(sides.raw, sides.columns, k, pivots[k]!);
  solveLower(factors, sides, true);
  solveUpper(factors, sides);
}

/** Solves with the lower triangle; `isUnit` means that the diagonal counts as 1. */
export function solveLower(factors: Work, sides: Work, isUnit: boolean): void {
  const n = factors.columns;
  const width = sides.columns;
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    subtractProduct(
      sides.part([start, end], [0, width]),
      factors.part([start, end], [0, start]),
      sides.part([0, start], [0, width]),
    );
    for (let i = start; i < end; i++) {
      for (let j = start; j < i; j++) subtractSide(factors.raw, n, sides.raw, width, i, j);
      if (!isUnit) divideSide(sides.raw, width, i, factors.raw[i * n + i]!);
    }
  }
}

/** Solves with the upper triangle. */
export function solveUpper(factors: Work, sides: Work): void {
  const n = factors.columns;
  const width = sides.columns;
  for (let end = n; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    subtractProduct(
      sides.part([start, end], [0, width]),
      factors.part([start, end], [end, n]),
      sides.part([end, n], [0, width]),
    );
    for (let i = end - 1; i >= start; i--) {
      for (let j = i + 1; j < end; j++) subtractSide(factors.raw, n, sides.raw, width, i, j);
      divideSide(sides.raw, width, i, factors.raw[i * n + i]!);
    }
  }
}

/** Row i of the sides - factor (i, j) * row j. */
function subtractSide(
  factors: Float64Array,
  n: number,
  sides: Float64Array,
  width: number,
  i: number,
  j: number,
): void {
  const factor = factors[i * n + j]!;
  if (factor === 0) return;
  for (let c = 0, p = i * width, q = j * width; c < width; c++, p++, q++) sides[p]! -= factor * sides[q]!;
}

function divideSide(sides: Float64Array, width: number, i: number, by: number): void {
  for (let c = 0, p = i * width; c < width; c++, p++) sides[p]! /= by;
}
