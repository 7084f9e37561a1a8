/** How an array is cut into chunks: plain data, the same for every executor. Pure. */
import { expectInteger } from "../base/expect.js";
import type { Conditions } from "./call.js";

export interface Plan {
  /** What is cut: positions of an element-wise loop, rows along an axis, or pieces. */
  readonly length: number;
  /** Positions, rows or pieces of every chunk but the last. */
  readonly chunkSize: number;
  /** How many chunks there are. */
  readonly count: number;
}

/**
 * The size of an automatic chunk: about half of a core's second-level cache, and long enough (30 µs and more) that claiming a chunk costs
 * next to nothing. Sizes from 64 KiB to 1 MiB measured the same.
 */
export const AUTO_BYTES = 256 * 1024;
/** Two cache lines, which Intel's prefetcher fetches together. Automatic cuts fall on them, so that no line has two writers. */
const LINE_BYTES = 128;

/**
 * Cuts a length into chunks. Automatic chunks depend on the length and the bytes alone, never on the number of workers.
 *
 * @param bytesEach bytes of one position or row
 * @throws {RangeError} If `chunkSize` is a number below 1.
 * @throws {TypeError} If `chunkSize` is neither an integer nor "auto".
 */
export function planChunks(length: number, bytesEach: number, chunkSize: Conditions["chunkSize"]): Plan {
  if (chunkSize === "whole") return { length, chunkSize: Math.max(1, length), count: Math.min(1, length) };
  const size = chunkSize === undefined || chunkSize === "auto" ? autoSize(bytesEach) : expectChunkSize(chunkSize);
  const clipped = Math.max(1, Math.min(size, length));
  return { length, chunkSize: clipped, count: Math.ceil(length / clipped) };
}

/** @throws {RangeError} If it is below 1. */
export const expectChunkSize = (size: unknown): number => expectInteger("chunkSize", size, 1, Number.POSITIVE_INFINITY);

function autoSize(bytesEach: number): number {
  const size = Math.max(1, Math.floor(AUTO_BYTES / Math.max(1, bytesEach)));
  const unit = LINE_BYTES / gcd(LINE_BYTES, bytesEach);
  return size > unit ? size - (size % unit) : size;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The positions or rows [start, end) of a chunk. */
export function chunkRange({ length, chunkSize }: Plan, chunk: number): [start: number, end: number] {
  const start = chunk * chunkSize;
  return [start, Math.min(start + chunkSize, length)];
}
