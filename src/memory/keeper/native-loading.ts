/**
 * Loading native code (`koffi`) in a thread: terminated meanwhile, it would take the whole process with it. So who is about to
 * terminate a thread, or to end the process, waits until nobody is loading. By a word of the tree's.
 */
import { add, load, type Words, waitFor } from "../words/atomics.js";
import { EXITING, LOADS } from "./layout.js";

/** Loads what `act` loads; `undefined` if the process is about to end, or the thread, as `isDoomed` tells. */
export function loading<T>(treeWords: Words, act: () => T, isDoomed: () => boolean = () => false): T | undefined {
  add(treeWords, LOADS, 1); // and only then look: who dooms a thread says so, and then looks whether anybody is loading
  try {
    return load(treeWords, EXITING) === 1 || isDoomed() ? undefined : act();
  } finally {
    add(treeWords, LOADS, -1);
  }
}

/** How long loading takes at most; a thread that died of something else meanwhile is not waited for. */
const LONGEST_MS = 500;

/** Waits until no thread of this process is loading native code. */
export const awaitLoads = (treeWords: Words): void => waitFor(treeWords, LOADS, (loads) => loads <= 0, LONGEST_MS);
