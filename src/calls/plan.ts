/** Plans: how a call is cut into chunks, as plain data. The plan is the same for every executor. */
import { expectInteger } from "../base/expect.js";
import { LINE_BYTES } from "../memory/words/lines.js";

/** Elements, rows or pieces per chunk, as the user asked; `"whole"` for a single chunk. */
export type ChunkSize = number | "auto" | "whole" | undefined;

/** How a range is cut into chunks. */
export interface Plan {
  /** The length of the range: positions of an element-wise loop, rows along an axis, or pieces. */
  readonly length: number;
  /** Positions, rows or pieces per chunk. The last chunk may be shorter. */
  readonly chunkSize: number;
  /** The number of chunks. */
  readonly count: number;
}

/**
 * The size of an automatic chunk in bytes: about half of a core's second-level cache, and long enough (30 µs and more)
 * that the cost of claiming a chunk does not matter. Measurements with 64 KiB to 1 MiB gave the same times.
 */
export const AUTO_BYTES = 256 * 1024;

/** The table of a call's chunks takes 13 bytes for each, so this one has 208 MiB. */
const MOST_CHUNKS = 2 ** 24;

/** The smallest chunk size of a range: a call cannot have more chunks than this gives. */
export const leastChunkSize = (length: number): number => Math.max(1, Math.ceil(length / MOST_CHUNKS));

/**
 * Cuts a range into chunks. Automatic chunks depend on the length of the range and the bytes of a position alone, never
 * on the number of workers.
 *
 * @param bytesEach bytes of one position, row or piece
 * @throws {RangeError} If `chunkSize` is below 1, or so small that there would be more chunks than a call can have.
 * @throws {TypeError} If `chunkSize` is neither an integer nor "auto".
 */
export function planChunks(length: number, bytesEach: number, chunkSize: ChunkSize): Plan {
  if (chunkSize === "whole") return { length, chunkSize: Math.max(1, length), count: Math.min(1, length) };
  const size = chunkSize === undefined || chunkSize === "auto" ? autoSize(bytesEach) : expectChunkSize(chunkSize);
  const clipped = Math.max(1, Math.min(size, length));
  const least = leastChunkSize(length);
  if (clipped < least) {
    const reason = `a call has at most ${MOST_CHUNKS} chunks, and its range ${length} positions`;
    throw new RangeError(`Expected \`chunkSize\` to be at least ${least}, got ${clipped} (${reason})`);
  }
  return { length, chunkSize: clipped, count: Math.ceil(length / clipped) };
}

/**
 * Returns a size that the user gave.
 *
 * @throws {RangeError} If it is below 1.
 * @throws {TypeError} If it is not an integer.
 */
export const expectChunkSize = (size: unknown): number => expectInteger("chunkSize", size, 1, Number.MAX_SAFE_INTEGER);

function autoSize(bytesEach: number): number {
  const size = Math.max(1, Math.floor(AUTO_BYTES / Math.max(1, bytesEach)));
  const unit = LINE_BYTES / gcd(LINE_BYTES, bytesEach);
  return size > unit ? size - (size % unit) : size;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The range of a chunk, [start, end). */
export function chunkRange({ length, chunkSize }: Plan, chunk: number): [start: number, end: number] {
  const start = chunk * chunkSize;
  return [start, Math.min(start + chunkSize, length)];
}
