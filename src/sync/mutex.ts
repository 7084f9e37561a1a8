/**
 * The lock word: one thread at a time holds it, and others notice if that thread dies. These are functions over the
 * words of a block; every block has its lock word at the same place. `Lock` and `RLock` make it public, and semaphores
 * and barriers guard their ledgers with it. README.md has the states, the fairness and the races.
 */

import { add, compareExchange, load, notify, store, type Words, waitSync } from "../memory/words/atomics.js";
import { waitInTurn } from "../memory/words/turns.js";
import type { WaitOptions } from "../memory/words/wait.js";
import { isTokenAlive, ownToken, type Token, tidOf } from "../system/agent.js";
import { Patience } from "./patience.js";

const LOCK = 2;
/** Which acquisition holds the lock, so that a guard knows whether it is still its own. */
const HOLD = 3;
const LAST_HOLD = 4;
/**
 * How often the holder of an RLock has taken it again; ASYNC_HOLD if an `acquire` holds it, inside which nothing nests.
 */
const DEPTH = 5;
/** Counts contended releases. Asynchronous waiters wait on it. */
const RELEASES = 6;
/** 1 once any thread has waited asynchronously. */
const HAS_ASYNC = 7;

// The low two bits of the lock word, next to the holder's token.
const CONTENDED = 1; // a waiter may be asleep
const ABANDONED = 2; // the holder died, and nobody has the lock
const HUNGRY = 3; // contended, and a waiter has waited for long
const FLAGS = 3;
const FREE = 0;
/** Free, but only threads that have slept for the lock may take it. */
const RESERVED = HUNGRY;

const ASYNC_HOLD = -1;

/** The lock was not taken because its holder died. */
export interface Abandoned {
  /** The operating system's id of the dead thread. */
  readonly holder: number;
}
/** The lock was taken. */
export type Taken = "taken";
/** The lock was not taken because this thread holds it. */
export type Own = "own";

const holderOf = (word: number): Token => word & ~FLAGS;
const isAbandoned = (word: number) => (word & FLAGS) === ABANDONED;

// ── Taking ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Takes the lock if it is free and no thread waits. */
export function tryFast(words: Words): boolean {
  if (compareExchange(words, LOCK, FREE, ownToken) !== FREE) return false;
  begin(words);
  return true;
}

/** Numbers an acquisition. */
function begin(words: Words): void {
  words[HOLD] = ++words[LAST_HOLD]!; // plain writes, because the lock guards these words
}

/**
 * Takes the lock or says why not. If another thread holds it, marks that a thread waits, and returns the lock word as
 * it is then.
 *
 * @param waitsForOwn Whether to wait for a hold of this thread like for any other.
 */
function attempt(words: Words, patience: Patience, waitsForOwn = false): Taken | Own | Abandoned | number {
  for (;;) {
    const word = load(words, LOCK);
    const holder = holderOf(word);
    if (isAbandoned(word)) return { holder: tidOf(holder) };
    if (holder === ownToken && !waitsForOwn) return "own";
    if (word === FREE || (holder === FREE && patience.hasSlept)) {
      // The release that woke this thread has cleared the mark of all sleepers, so a thread that has slept sets it
      // again.
      const mine = patience.hasSlept ? ownToken | CONTENDED : ownToken;
      if (compareExchange(words, LOCK, word, mine) !== word) continue;
      begin(words);
      return "taken";
    }
    if (holder !== FREE && patience.isTimeToLook() && isTokenAlive(holder) === false) {
      abandon(words, word);
      continue;
    }
    const flagged = word | (patience.isHungry ? HUNGRY : CONTENDED);
    if (flagged === word || compareExchange(words, LOCK, word, flagged) === word) return flagged;
  }
}

/** Marks the lock as abandoned, if its word has not changed since, and wakes all waiters, so that they report it. */
function abandon(words: Words, word: number): void {
  if (compareExchange(words, LOCK, word, holderOf(word) | ABANDONED) !== word) return;
  wake(words);
}

/** Takes the lock without waiting; returns `undefined` if another thread holds it. */
export const tryLock = (words: Words): Taken | Own | Abandoned | undefined =>
  tryFast(words) ? "taken" : tryPatiently(words);

function tryPatiently(words: Words): Taken | Own | Abandoned | undefined {
  const word = load(words, LOCK);
  const isBusy = holderOf(word) !== FREE && !isAbandoned(word) && holderOf(word) !== ownToken;
  // A busy lock is only read, not marked as contended, because this thread is not going to sleep.
  if (isBusy && isTokenAlive(holderOf(word)) !== false) return undefined;
  const result = attempt(words, Patience.none());
  return typeof result === "number" ? undefined : result;
}

/** Blocks until the lock is taken or cannot be taken; `undefined` if the time is up first. */
export function lockSync(words: Words, timeoutMs?: number): Taken | Own | Abandoned | undefined {
  if (tryFast(words)) return "taken";
  if (timeoutMs === 0) return tryPatiently(words);
  const patience = new Patience();
  const deadline = performance.now() + (timeoutMs ?? Infinity);
  for (;;) {
    const result = attempt(words, patience);
    if (typeof result !== "number") return result;
    const left = deadline - performance.now();
    if (left <= 0) return undefined;
    if (waitSync(words, LOCK, result, Math.min(patience.napMs, left)) !== "not-equal") patience.hasSlept = true;
  }
}

/**
 * As `lockSync`, but without blocking the thread. It waits for a hold of this thread like for any other.
 *
 * @param onTaken Called at the moment when the lock is taken. Other functions of this thread may run before the promise
 *   settles.
 */
export async function lockAsync(
  words: Words,
  options: WaitOptions,
  onTaken: () => void,
): Promise<Taken | Abandoned | undefined> {
  if (tryFast(words)) {
    onTaken();
    return "taken";
  }
  const patience = options.timeoutMs === 0 ? Patience.none() : new Patience();
  const poll = (): Taken | Abandoned | undefined => {
    const result = attempt(words, patience, true);
    if (result === "taken") onTaken();
    return typeof result === "number" || result === "own" ? undefined : result;
  };
  store(words, HAS_ASYNC, 1);
  try {
    return await waitInTurn(words, RELEASES, poll, options, patience.nap);
  } catch (e) {
    // The wait was aborted, and the lock may be reserved for this waiter alone.
    if (compareExchange(words, LOCK, RESERVED, FREE) === RESERVED) wakeOne(words);
    throw e;
  }
}

// ── Letting go ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Releases the lock. Returns false if this thread does not hold it. */
export const unlock = (words: Words): boolean =>
  compareExchange(words, LOCK, ownToken, FREE) === ownToken || unlockContended(words);

function unlockContended(words: Words): boolean {
  for (;;) {
    const word = load(words, LOCK);
    if (holderOf(word) !== ownToken || isAbandoned(word)) return false;
    const next = (word & FLAGS) === HUNGRY ? RESERVED : FREE;
    if (compareExchange(words, LOCK, word, next) === word) break;
  }
  wakeOne(words);
  return true;
}

/** Wakes one waiter of each sort, because one whose event loop is busy must not keep the wake-up from the others. */
function wakeOne(words: Words): void {
  wake(words, 1);
}

function wake(words: Words, count?: number): void {
  notify(words, LOCK, count);
  if (load(words, HAS_ASYNC) === 0) return;
  add(words, RELEASES, 1);
  notify(words, RELEASES, count);
}

/** Takes over an abandoned lock. Returns false if it is not abandoned, or another thread has just taken it over. */
export function recover(words: Words): boolean {
  const word = load(words, LOCK);
  const holder = holderOf(word);
  if (!isAbandoned(word) && holder !== FREE && isTokenAlive(holder) === false) abandon(words, word);
  const found = load(words, LOCK);
  if (!isAbandoned(found) || compareExchange(words, LOCK, found, ownToken | CONTENDED) !== found) return false;
  store(words, DEPTH, 0);
  begin(words);
  return true;
}

// ── Questions ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whether a live thread holds the lock. */
export const isLocked = (words: Words): boolean => {
  const word = load(words, LOCK);
  return holderOf(word) !== FREE && !isAbandoned(word) && isTokenAlive(holderOf(word)) !== false;
};
/** Whether this thread holds the lock. */
export const isHeldHere = (words: Words): boolean => {
  const word = load(words, LOCK);
  return holderOf(word) === ownToken && !isAbandoned(word);
};
/** The operating system's id of the thread in the lock word, for errors; 0 if there is none. */
export const holderTid = (words: Words): number => tidOf(holderOf(load(words, LOCK)));
/** The acquisition that holds the lock. Only the holding thread may ask. */
export const currentHold = (words: Words): number => words[HOLD]!;

/** After a wait, gives the lock back to the acquisition that had it, so that its guard is valid again. */
export function resumeHold(words: Words, { hold, depth }: Suspended): void {
  words[HOLD] = hold;
  words[DEPTH] = depth;
}
interface Suspended {
  readonly hold: number;
  readonly depth: number;
}
/** Releases the lock for a wait, no matter how deeply it is nested. */
export function suspendHold(words: Words): Suspended {
  const suspended = { hold: words[HOLD]!, depth: words[DEPTH]! };
  words[DEPTH] = 0;
  unlock(words);
  return suspended;
}

// ── Nesting in an RLock ────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Takes a lock again that this thread holds. Returns false if an `acquire` holds it, because that may be another
 * function.
 */
export function nest(words: Words): boolean {
  if (words[DEPTH] === ASYNC_HOLD) return false;
  words[DEPTH]!++;
  return true;
}
/** Marks the lock as held by an `acquire`. */
export function markAsync(words: Words): void {
  words[DEPTH] = ASYNC_HOLD;
}
/**
 * Undoes an acquisition. Returns false if it does not hold the lock any more: it may have been released, or suspended
 * for a wait.
 */
export const releaseHold = (words: Words, hold: number): boolean => words[HOLD] === hold && unnest(words);
/** Undoes one acquisition; the last one releases the lock. Returns false if this thread does not hold it. */
export function unnest(words: Words): boolean {
  const depth = words[DEPTH]!;
  if (depth === 0) return unlock(words);
  if (!isHeldHere(words)) return false; // the depth belongs to another thread's hold
  words[DEPTH] = Math.max(depth - 1, 0);
  return depth > 0 || unlock(words);
}
