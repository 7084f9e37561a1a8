/**
 * Leaving in good order: a thread that ends with exit code 0 gives back its places by itself. One that is terminated, throws
 * or runs out of memory gives nothing back, and is found dead. Used by barriers.
 */
import type { Words } from "../memory/atomics.js";

interface Membership {
  readonly ref: WeakRef<Words>;
  readonly leave: (words: Words) => void;
}
// Weak: a thread outlives most of its barriers.
const memberships = new Set<Membership>();
const known = new WeakMap<Words, Membership>();
const collected = new FinalizationRegistry<Membership>((membership) => memberships.delete(membership));

let listens = false;

/** Calls `leave(words)` when this thread ends in good order. Once for each `words`. */
export function leaveAtExit(words: Words, leave: (words: Words) => void): void {
  if (known.has(words)) return;
  if (!listens) process.on("exit", leaveAll);
  listens = true;
  const membership = { ref: new WeakRef(words), leave };
  known.set(words, membership);
  memberships.add(membership);
  collected.register(words, membership);
}

function leaveAll(exitCode: number): void {
  if (exitCode !== 0) return;
  for (const { ref, leave } of memberships) {
    const words = ref.deref();
    if (words) leave(words);
  }
}
