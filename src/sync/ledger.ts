/**
 * A table of agents in shared words: who holds a permit, who waits at a barrier. Each entry has a token and some words
 * more. Its lock is the block's lock word; a change is complete with one store, so that a death in the middle leaves it
 * whole. Used by semaphores, conditions and barriers.
 */

import { UnsupportedError } from "../base/errors.js";
import { compareExchange, load, store, type Words } from "../memory/words/atomics.js";
import { nextLine } from "../memory/words/lines.js";
import { isTokenAlive, ownToken } from "../system/agent.js";
import { lockSync, recover, tryFast, unlock } from "./mutex.js";

/** Entries of a table, if not more are needed. */
export const ENTRIES = 128;

/**
 * Where a table lies: `count` entries of `stride` words from `start` on, the first of each its agent's token. The word
 * before them is the end of those ever used, so that walks are short.
 */
export interface Table {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

/** A table behind the word `last`: on a line of its own, because other threads write the words up to `last`. */
export const tableAfter = (last: number, stride: number, count: number): Table => ({
  start: nextLine(last + 2), // one word more: the end of the entries ever used
  stride,
  count,
});
/** The first word behind a table. */
export const endOf = ({ start, stride, count }: Table): number => start + stride * count;

/** As `endOf`, of the entries ever used: for walks by plain reads, which whoever has the ledger to itself may do. */
export const endOfUsed = (words: Words, { start, stride, count }: Table): number =>
  start + stride * Math.min(Math.max(words[start - 1]!, 0), count);
const usedOf = (words: Words, { start, count }: Table) => Math.min(Math.max(load(words, start - 1), 0), count);

/** The first word of the first entry after `at` that somebody has; 0 after the last. Begin with `at` 0. */
export function next(words: Words, table: Table, at: number): number {
  const { start, stride } = table;
  const end = start + stride * usedOf(words, table);
  for (let i = at === 0 ? start : at + stride; i < end; i += stride) if (load(words, i) !== 0) return i;
  return 0;
}

/** The first entry for which `test` holds; 0 if none. */
export function find(words: Words, table: Table, test: (at: number) => boolean): number {
  for (let at = next(words, table, 0); at !== 0; at = next(words, table, at)) if (test(at)) return at;
  return 0;
}
export const isOwn = (words: Words, at: number): boolean => load(words, at) === ownToken;
/** Whether the agent of an entry has died. Takes 3 µs. */
export function isDead(words: Words, at: number): boolean {
  const token = load(words, at);
  return token !== 0 && isTokenAlive(token) === false;
}

/**
 * An entry that nobody has, with this thread's token in it; 0 if there is none. Its other words are as they were left.
 *
 * @param mayTake an entry of somebody's that is worth nothing
 */
export function claim(words: Words, table: Table, mayTake: (at: number) => boolean = () => false): number {
  const { start, stride, count } = table;
  const used = usedOf(words, table);
  for (let i = 0; i < used; i++) {
    const at = start + stride * i;
    if (load(words, at) !== 0 && !mayTake(at)) continue;
    store(words, at, ownToken);
    return at;
  }
  if (used === count) return 0;
  store(words, start - 1, used + 1);
  store(words, start + stride * used, ownToken);
  return start + stride * used;
}

/** Takes an entry from its dead agent; false if it lives, or another thread was first. */
export function inherit(words: Words, at: number): boolean {
  const token = load(words, at);
  if (token === 0 || isTokenAlive(token) !== false) return false;
  return compareExchange(words, at, token, ownToken) === token;
}

export function tooMany({ count }: Table, what: string): never {
  throw new UnsupportedError(`Expected at most ${count} ${what} at a time, got one more`, {
    feature: `more than ${count} ${what}`,
    instead: "fewer threads, or several such objects",
  });
}

/**
 * Runs `act`, a few instructions, with the ledger to itself. Whoever died inside is nobody's concern: what it left is
 * made whole, and the lock taken over.
 */
export function alone<T>(words: Words, act: (words: Words) => T, repair: (words: Words) => void = nothing): T {
  enter(words, repair);
  try {
    return act(words);
  } finally {
    unlock(words);
  }
}

const nothing = () => {};

/** Takes the ledger's lock, from whoever died inside too; `unlock` lets it go. */
export function enter(words: Words, repair: (words: Words) => void = nothing): void {
  while (!tryFast(words)) {
    const result = lockSync(words);
    if (result === "taken") return;
    // Nobody enters twice: a word that says so is damaged, and as good as abandoned. If not recovered, another thread
    // did.
    if (result !== "own" && !recover(words)) continue;
    repair(words);
    return;
  }
}
