/** How an array is cut into chunks: plain data, the same for whoever executes it. Pure. */
import { expectInteger } from "../base/expect.js";

export interface Plan {
  /** What is cut: positions of an element-wise loop, or rows along an axis. */
  readonly length: number;
  /** Positions or rows of every chunk but the last. */
  readonly chunkSize: number;
  /** How many chunks. */
  readonly count: number;
}

/** About half of a core's L2 cache, and long enough (30 µs and more) that claiming a chunk costs nothing. Measured: 64 KiB to 1 MiB are equal. */
export const AUTO_BYTES = 256 * 1024;
/** Two cache lines, which Intel's prefetcher fetches together: automatic cuts fall on them, so no line has two writers. */
const LINE_BYTES = 128;

/** @param bytesEach of one position or row. Automatic chunks depend on length and bytes alone, never on the workers. */
export function planChunks(length: number, bytesEach: number, chunkSize: number | "auto" | undefined): Plan {
  const size =
    chunkSize === undefined || chunkSize === "auto"
      ? autoSize(bytesEach)
      : expectInteger("chunkSize", chunkSize, 1, Number.POSITIVE_INFINITY);
  const clipped = Math.max(1, Math.min(size, length));
  return { length, chunkSize: clipped, count: Math.ceil(length / clipped) };
}

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
