/** `Pool.tune`: the best chunk size for a call of the user's. */
import { expectInteger, expectIntegers, expectOptions, show } from "../base/expect.js";

/** Times of one call by chunk size. */
export interface TuneReport {
  /** The fastest of the sizes tried. */
  readonly best: number;
  /** The size among `rows` that the call took by itself for `"auto"`. */
  readonly auto: number;
  /** Median milliseconds by chunk size, from the smallest size. */
  readonly rows: readonly { readonly chunkSize: number; readonly chunks: number; readonly ms: number }[];
}

const REPEATS = 7;
const WARM_UPS = 2;

/** @param lastChunkSize of the call before: what `"auto"` came to, only the pool knows */
export async function tune(
  length: number,
  call: (chunkSize: number | "auto") => Promise<unknown>,
  options: { readonly sizes?: readonly number[] } | undefined,
  lastChunkSize: () => number,
): Promise<TuneReport> {
  expectInteger("length", length, 1, Number.POSITIVE_INFINITY);
  if (typeof call !== "function") throw new TypeError(`Expected \`call\` to be a function, got ${show(call)}`);
  const { sizes } = expectOptions(options);
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
