/** How many workers a pool may have, and a warning if they are many more than the cores. */
import { expectInteger } from "../base/expect.js";
import { availableParallelism } from "../platform/runtime.js";

/** A worker's thread takes about 20 MB, so more than these would rather fill the memory than compute. */
const MOST_WORKERS = 256;
/** Up to here, workers that wait for something else than a core can be useful. */
const PLENTY_PER_CORE = 4;

let hasWarned = false;

/**
 * Returns the number of workers that the user gave, by default one per core. Warns once in each thread if they are many
 * more than the cores.
 *
 * @throws {RangeError} If it is negative, or so large that it must be a mistake.
 * @throws {TypeError} If it is not an integer.
 */
export function expectTeamSize(given: unknown): number {
  const cores = availableParallelism();
  if (given === undefined) return cores;
  const most = Math.max(MOST_WORKERS, 2 * cores);
  const size = expectInteger("workers", given, 0, most + 1, `each takes about 20 MB; this machine has ${cores} cores`);
  if (size > PLENTY_PER_CORE * cores && !hasWarned) {
    hasWarned = true;
    process.emitWarning(
      `A pool of ${size} workers on ${cores} cores computes no faster than one of ${cores}, and takes more memory`,
      { type: "SharedNDArrayWarning", code: "SHARED_NDARRAY_MANY_WORKERS" },
    );
  }
  return size;
}
