/**
 * Leaving in good order: a thread that ends with exit code 0, or has no handle to a barrier any more, gives back its
 * places by itself. One that is terminated, throws or runs out of memory gives nothing back, and is found dead.
 */

import { holdBytes, letGoOfBytes } from "../memory/blocks/opened.js";
import type { Words } from "../memory/words/atomics.js";

/** This thread's part in one block, however many handles it has. */
interface Membership {
  handles: number;
  /** A view of its own: a handle's would keep that handle's thing alive. */
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

/** Calls `leave` when this thread ends in good order, or all of its handles that were told here are collected. */
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
