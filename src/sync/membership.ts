/**
 * Leaving in good order: a thread that ends with exit code 0, or has no handle any more, gives back its places by itself.
 * One that is terminated, throws or runs out of memory gives nothing back, and is found dead. Used by barriers.
 */
import type { Words } from "../memory/atomics.js";

interface Membership {
  /** A view of its own: the handle's must not keep the handle alive. */
  readonly words: Words;
  readonly leave: (words: Words) => void;
}
const memberships = new Set<Membership>();
const known = new WeakSet<object>();
const collected = new FinalizationRegistry<Membership>((membership) => {
  memberships.delete(membership);
  membership.leave(membership.words);
});
let listens = false;

/** Calls `leave` when this thread ends in good order, or the handle is collected. Once for each handle. */
export function leaveAtExit(handle: object, words: Words, leave: (words: Words) => void): void {
  if (known.has(handle)) return;
  if (!listens) process.on("exit", leaveAll);
  listens = true;
  const membership = { words: new Int32Array(words.buffer, words.byteOffset, words.length), leave };
  known.add(handle);
  memberships.add(membership);
  collected.register(handle, membership);
}

function leaveAll(exitCode: number): void {
  if (exitCode !== 0) return;
  for (const { words, leave } of memberships) leave(words);
}
