/** `Pool.tune`: finds the best chunk size for one of the user's calls. */
import { expectInteger, expectIntegers, expectKnown, show } from "../base/expect.js";

/** The result of `Pool.tune`: the times of one call by chunk size. */
export interface TuneReport {
  /** The fastest chunk size. */
  readonly best: number;
  /** The chunk size that `"auto"` stands for in this call. */
  readonly auto: number;
  /** For each chunk size, the number of chunks and the median time in milliseconds. The smallest size comes first. */
  readonly rows: readonly { readonly chunkSize: number; readonly chunks: number; readonly ms: number }[];
}

const REPEATS = 7;
const WARM_UPS = 2;

/**
 * Times `call` with a series of chunk sizes.
 *
 * @param lastChunkSize the chunk size of the last call, which says what `"auto"` stands for
 */
export async function tune(
  length: number,
  call: (chunkSize: number | "auto") => Promise<unknown>,
  options: { readonly sizes?: readonly number[] | undefined } | undefined,
  lastChunkSize: () => number,
): Promise<TuneReport> {
  expectInteger("length", length, 1, Number.POSITIVE_INFINITY);
  if (typeof call !== "function") throw new TypeError(`Expected \`call\` to be a function, got ${show(call)}`);
  const { sizes } = expectKnown(options, ["sizes"], "tune");
  await call("auto");
  const auto = lastChunkSize();
  const tried =
    sizes === undefined ? defaultSizes(length, auto) : expectIntegers("sizes", sizes, 1, Number.MAX_SAFE_INTEGER);
  const rows: { chunkSize: number; chunks: number; ms: number }[] = [];
  for (const chunkSize of [...new Set(tried)].sort((a, b) => a - b)) {
    const times: number[] = [];
    for (let i = 0; i < WARM_UPS + REPEATS; i++) {
      const began = performance.now();
      await call(chunkSize);
      if (i >= WARM_UPS) times.push(performance.now() - began);
    }
    rows.push({ chunkSize, chunks: Math.ceil(length / chunkSize), ms: times.sort((a, b) => a - b)[REPEATS >> 1]! });
  }
  const best = rows.reduce((fastest, row) => (row.ms < fastest.ms ? row : fastest)).chunkSize;
  return { best, auto, rows };
}

/** Powers of four around the automatic size, from a 256th of it to the whole length. */
function defaultSizes(length: number, auto: number): number[] {
  const sizes = [auto, length];
  for (let size = Math.max(1, auto >> 8); size < length; size *= 4) sizes.push(size);
  return sizes;
}
