/**
 * Memory for what a call needs besides its result, kept for the next call. Fresh memory costs more than a sort: the
 * system maps each page when it is first touched (sorting a million float64 took 11 ms longer). No user and no array
 * ever sees it.
 */
import type { Scope, SharedMemory } from "../memory/shared-memory.js";
import { writtenStrided } from "../ndarray/storage.js";
import { placedIn } from "./made.js";

/** The most bytes that a thread keeps. */
const MOST_KEPT = 2 ** 28;
/** Memory that has not been used for so long is given back. */
const IDLE_MS = 2000;

let kept: SharedMemory | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** At least so many bytes, which are arbitrary at first. Those of system scope are removed when the call ends. */
export function takeSpare(scope: Scope, bytes: number): { readonly memory: SharedMemory; readonly byteOffset: number } {
  if (scope !== "process" || !kept || kept.size < bytes) {
    return writtenStrided([bytes], "uint8", placedIn(scope), () => {}).elements;
  }
  const memory = kept;
  kept = undefined;
  return { memory, byteOffset: 0 };
}

/** Keeps the memory for the next call, once no thread uses it any more: after all chunks of a call are done. */
export function giveBack(scope: Scope, memory: SharedMemory): void {
  if (scope !== "process" || memory.size > MOST_KEPT || (kept && kept.size > memory.size)) return;
  kept = memory;
  timer ??= setTimeout(() => {
    timer = undefined;
    kept = undefined;
  }, IDLE_MS).unref();
  timer.refresh();
}
