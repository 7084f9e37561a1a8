/**
 * Leaving normally. A thread that ends with exit code 0, or that has no handle to a barrier any more, removes its own
 * entries. A thread that is terminated, throws or runs out of memory removes nothing, and others find it dead.
 */

import { holdBytes, letGoOfBytes } from "../memory/blocks/opened.js";
import type { Words } from "../memory/words/atomics.js";

/** This thread's part in one block, for all of its handles. */
interface Membership {
  handles: number;
  /** A view of its own, because a handle's view would keep that handle alive. */
  readonly words: Words;
  readonly leave: (words: Words, isAtEnd: boolean) => void;
}
const memberships = new Map<number, Membership>();
const known = new WeakSet<object>();
const collected = new FinalizationRegistry<number>((block) => {
  const membership = memberships.get(block)!;
  if (--membership.handles > 0) return;
  memberships.delete(block);
  membership.leave(membership.words, false);
  letGoOfBytes(membership.words, membership);
});
let listens = false;

/**
 * Calls `leave` when this thread ends with exit code 0, or when all handles that were passed to this function are
 * collected.
 */
export function leaveAtExit(handle: object, block: number, words: Words, leave: Membership["leave"]): void {
  if (known.has(handle)) return;
  if (!listens) process.on("exit", leaveAll);
  listens = true;
  const membership = memberships.get(block) ?? { handles: 0, words: words.subarray(), leave };
  membership.handles++;
  if (!memberships.has(block)) holdBytes(words, membership);
  memberships.set(block, membership);
  known.add(handle);
  collected.register(handle, block);
}

function leaveAll(exitCode: number): void {
  if (exitCode !== 0) return;
  for (const { words, leave } of memberships.values()) leave(words, true);
}
