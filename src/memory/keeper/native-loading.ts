/**
 * Loading native code (`koffi`) in a thread. If the thread is terminated meanwhile, the whole process aborts. So a
 * thread that is about to terminate another one, or to end the process, waits until no thread is loading. A word of the
 * tree counts the threads that are.
 */
import { add, load, type Words, waitFor } from "../words/atomics.js";
import { EXITING, LOADS } from "./layout.js";

/**
 * Runs `act`, which loads native code. Returns `undefined` if the process is about to end, or the thread is, which
 * `isDoomed` says.
 */
export function loading<T>(treeWords: Words, act: () => T, isDoomed: () => boolean = () => false): T | undefined {
  add(treeWords, LOADS, 1); // before EXITING and `isDoomed` are read; the other side stores those and then reads LOADS
  try {
    return load(treeWords, EXITING) === 1 || isDoomed() ? undefined : act();
  } finally {
    add(treeWords, LOADS, -1);
  }
}

/** The longest that loading takes. A thread that died of something else meanwhile never counts itself down. */
const LONGEST_MS = 500;

/** Waits until no thread of this process is loading native code. */
export const awaitLoads = (treeWords: Words): void => waitFor(treeWords, LOADS, (loads) => loads <= 0, LONGEST_MS);
