/**
 * A table of threads in shared words: those that hold a permit, or wait at a barrier. Each entry has a token and a few
 * more words. The block's lock word guards the table. Each change takes effect with one store, so a thread that dies
 * midway leaves the table consistent. Used by semaphores, conditions, barriers and joinable queues.
 */

import { TimeoutError, UnsupportedError } from "../base/errors.js";
import { compareExchange, load, store, type Words } from "../memory/words/atomics.js";
import { DEATH_LOOK_MS } from "../memory/words/intervals.js";
import { nextLine } from "../memory/words/lines.js";
import { isTokenAlive, ownToken } from "../system/agent.js";
import { holderTid, lockSync, recover, tryFast, tryLock, unlock } from "./mutex.js";
import type { Patience } from "./patience.js";

/** The usual number of entries in a table. */
export const ENTRIES = 128;

/**
 * Where a table is: `count` entries of `stride` words, from the word `start` on. The first word of each entry is its
 * thread's token. The word before `start` counts the entries that were ever used, so that walks are short.
 */
export interface Table {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

/** A table behind the word `last`: on a line of its own, because other threads write the words up to `last`. */
export const tableAfter = (last: number, stride: number, count: number): Table => ({
  start: nextLine(last + 2), // one word more, which counts the entries ever used
  stride,
  count,
});
/** The first word behind a table. */
export const endOf = ({ start, stride, count }: Table): number => start + stride * count;

/** The first word behind the entries that were ever used, by plain reads: for walks under the lock. */
export const endOfUsed = (words: Words, { start, stride, count }: Table): number =>
  start + stride * Math.min(Math.max(words[start - 1]!, 0), count);
const usedOf = (words: Words, { start, count }: Table) => Math.min(Math.max(load(words, start - 1), 0), count);

/** The first word of the next entry after `at` that a thread has; 0 after the last one. A walk begins with `at` = 0. */
export function next(words: Words, table: Table, at: number): number {
  const { start, stride } = table;
  const end = start + stride * usedOf(words, table);
  for (let i = at === 0 ? start : at + stride; i < end; i += stride) if (load(words, i) !== 0) return i;
  return 0;
}

/** The first entry for which `test` holds; 0 if there is none. */
export function find(words: Words, table: Table, test: (at: number) => boolean): number {
  for (let at = next(words, table, 0); at !== 0; at = next(words, table, at)) if (test(at)) return at;
  return 0;
}
/** Whether the entry is this thread's. */
export const isOwn = (words: Words, at: number): boolean => load(words, at) === ownToken;
/** Whether the thread of an entry has died. Takes 3 µs. */
export function isDead(words: Words, at: number): boolean {
  const token = load(words, at);
  return token !== 0 && isTokenAlive(token) === false;
}

/**
 * Takes an entry for this thread: stores its token and leaves the other words as they are. Returns 0 if no entry is
 * free.
 *
 * @param mayTake Whether an entry that another thread has may be taken from it.
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

/** Frees this thread's entry, unless another thread has just taken it over. Needs no lock. */
export function free(words: Words, at: number): void {
  compareExchange(words, at, ownToken, 0);
}

/** Takes an entry from its dead thread. Returns false if the thread lives, or another one was first. */
export function inherit(words: Words, at: number): boolean {
  const token = load(words, at);
  if (token === 0 || isTokenAlive(token) !== false) return false;
  return compareExchange(words, at, token, ownToken) === token;
}

/** Throws the error of a table that is full. */
export function tooMany({ count }: Table, what: string): never {
  throw new UnsupportedError(`Expected at most ${count} ${what} at a time, got one more`, {
    feature: `more than ${count} ${what}`,
    instead: "fewer threads, or several such objects",
  });
}

/**
 * Runs `act`, a few instructions, under the block's lock. If a thread died holding the lock, this one takes the lock
 * over and repairs what that thread left. Returns `undefined` if a live thread keeps the lock for more than `limitMs`.
 *
 * @param limitMs How long to block for other threads; 0 does not block at all.
 * @param patience Told whether another thread was in the way.
 */
export function aloneWithin<T>(
  words: Words,
  limitMs: number,
  act: (words: Words) => T,
  repair: (words: Words) => void = nothing,
  patience?: Patience,
): T | undefined {
  const isIn = enter(words, limitMs, repair);
  if (patience) patience.isKeptOut = !isIn;
  if (!isIn) return undefined;
  try {
    return act(words);
  } finally {
    unlock(words);
  }
}

/**
 * How long a thread may be in a ledger before a call that has no limit of its own gives up. Threads are in there for
 * microseconds, so one that takes longer is stopped.
 */
const LONGEST_STEP_MS = 5000;

/**
 * As `aloneWithin`, for calls that have no limit and must happen.
 *
 * @param what What the call changes, for the error.
 * @throws {TimeoutError} If a live thread keeps the lock for 5 s. Nothing has changed.
 */
export function alone<T>(
  words: Words,
  what: () => string,
  act: (words: Words) => T,
  repair?: (words: Words) => void,
): T {
  if (tryFast(words)) {
    try {
      return act(words);
    } finally {
      unlock(words);
    }
  }
  // This thread may have been stopped too, so it counts its own naps.
  for (let spentMs = 0; spentMs < LONGEST_STEP_MS; spentMs += DEATH_LOOK_MS) {
    const done = aloneWithin(words, DEATH_LOOK_MS, () => ({ result: act(words) }), repair);
    if (done) return done.result;
  }
  const message =
    `Expected to change ${what()} within ${LONGEST_STEP_MS} ms, but thread ${holderTid(words)} has been changing it ` +
    "for longer: it is stopped (let it go on, or kill it)";
  throw new TimeoutError(message, { timeoutMs: LONGEST_STEP_MS, written: [] });
}

const nothing = () => {};

/**
 * Takes the block's lock, also from a thread that died holding it. `unlock` releases it. Returns false if a live thread
 * keeps it for longer than the limit; with a limit of 0 it does not block.
 */
export function enter(words: Words, limitMs: number, repair: (words: Words) => void = nothing): boolean {
  if (tryFast(words)) return true;
  const deadline = performance.now() + limitMs;
  for (;;) {
    const result = limitMs === 0 ? tryLock(words) : lockSync(words, Math.max(deadline - performance.now(), 0));
    if (result === undefined) return false;
    if (result === "taken") return true;
    // No thread enters twice: a word that says so is damaged, and counts as abandoned. If `recover` fails, another
    // thread won.
    if (result !== "own" && !recover(words)) continue;
    repair(words);
    return true;
  }
}
