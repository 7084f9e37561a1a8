/**
 * The lock word: one agent at a time holds it, and a holder that dies is found out. Functions over the words of a
 * block, which all have it at the same place. `Lock` and `RLock` are its public faces; semaphores and barriers guard
 * their ledgers with it. States, fairness and races: README.md.
 */

import { add, compareExchange, load, notify, store, type Words, waitSync } from "../memory/words/atomics.js";
import { type WaitOptions, waitUntil } from "../memory/words/wait.js";
import { isTokenAlive, ownToken, type Token, tidOf } from "../system/agent.js";
import { Patience } from "./patience.js";

const LOCK = 2;
/** Which acquisition holds the lock, so that a guard knows whether it is still its own. */
const HOLD = 3;
const LAST_HOLD = 4;
/** Of an RLock: how often the holder took it again; ASYNC_HOLD if by an `acquire`, on which nothing nests. */
const DEPTH = 5;
/** Counts contended releases, for waiters whose event loop is free. */
const RELEASES = 6;
/** 1 once anyone has waited so. */
const HAS_ASYNC = 7;

// The low two bits of the lock word, beside the holder's token.
const CONTENDED = 1; // somebody may be asleep
const ABANDONED = 2; // the holder died: nobody has it
const HUNGRY = 3; // contended, and somebody has waited for long
const FLAGS = 3;
const FREE = 0;
/** Free, but for those who have slept for it. */
const RESERVED = HUNGRY;

const ASYNC_HOLD = -1;

/** The lock was not taken: its holder died. */
export interface Abandoned {
  /** The dead holder's OS thread id. */
  readonly holder: number;
}
export type Taken = "taken";
/** This very thread holds it. */
export type Own = "own";

const holderOf = (word: number): Token => word & ~FLAGS;
const isAbandoned = (word: number) => (word & FLAGS) === ABANDONED;

// ── Taking ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Takes the lock if it is free and nobody waits. */
export function tryFast(words: Words): boolean {
  if (compareExchange(words, LOCK, FREE, ownToken) !== FREE) return false;
  begin(words);
  return true;
}

function begin(words: Words): void {
  words[HOLD] = ++words[LAST_HOLD]!; // plain: guarded by the lock
}

/**
 * Takes the lock, or says why not, or leaves word that somebody waits and returns the lock word as it then is.
 *
 * @param waitsForOwn a hold of this thread is waited for as anyone's
 */
function attempt(words: Words, patience: Patience, waitsForOwn = false): Taken | Own | Abandoned | number {
  for (;;) {
    const word = load(words, LOCK);
    const holder = holderOf(word);
    if (isAbandoned(word)) return { holder: tidOf(holder) };
    if (holder === ownToken && !waitsForOwn) return "own";
    if (word === FREE || (holder === FREE && patience.hasSlept)) {
      // Whoever has slept may have been the only one to know of other sleepers.
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

/** Marks the lock of a dead holder, if it still is as it was seen, and wakes everyone to be told. */
function abandon(words: Words, word: number): void {
  if (compareExchange(words, LOCK, word, holderOf(word) | ABANDONED) !== word) return;
  wake(words);
}

/** Takes the lock without waiting; `undefined` while another holds it. */
export const tryLock = (words: Words): Taken | Own | Abandoned | undefined =>
  tryFast(words) ? "taken" : tryPatiently(words);

function tryPatiently(words: Words): Taken | Own | Abandoned | undefined {
  const word = load(words, LOCK);
  const isBusy = holderOf(word) !== FREE && !isAbandoned(word) && holderOf(word) !== ownToken;
  // A busy lock is looked at, but not marked: nobody is going to sleep.
  if (isBusy && isTokenAlive(holderOf(word)) !== false) return undefined;
  const result = attempt(words, Patience.none());
  return typeof result === "number" ? undefined : result;
}

/** Blocks until the lock is taken, or cannot be had; `undefined` when the time is up. */
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
 * As `lockSync`, with the event loop free; a hold of this thread is waited for as anyone's.
 *
 * @param onTaken runs in the very moment: before the promise has settled, other functions of this thread may come
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
    return await waitUntil(words, RELEASES, poll, options, patience.nap);
  } catch (e) {
    // Aborted, perhaps with the lock reserved for nobody but this waiter.
    if (compareExchange(words, LOCK, RESERVED, FREE) === RESERVED) wakeOne(words);
    throw e;
  }
}

// ── Letting go ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Releases the lock; false if this thread does not hold it. */
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

/** One of each sort: a waiter whose event loop is busy must not keep the wake from the others. */
function wakeOne(words: Words): void {
  wake(words, 1);
}

function wake(words: Words, count?: number): void {
  notify(words, LOCK, count);
  if (load(words, HAS_ASYNC) === 0) return;
  add(words, RELEASES, 1);
  notify(words, RELEASES, count);
}

/** Takes an abandoned lock over; false if it is none, or another thread has just done so. */
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

// ── What is known of it ────────────────────────────────────────────────────────────────────────────────────────────

/** Whether anybody alive holds the lock. */
export const isLocked = (words: Words): boolean => {
  const word = load(words, LOCK);
  return holderOf(word) !== FREE && !isAbandoned(word) && isTokenAlive(holderOf(word)) !== false;
};
/** Whether this thread holds the lock. */
export const isHeldHere = (words: Words): boolean => {
  const word = load(words, LOCK);
  return holderOf(word) === ownToken && !isAbandoned(word);
};
/** The acquisition that holds the lock; only its thread may ask. */
export const currentHold = (words: Words): number => words[HOLD]!;

/** Gives the lock, taken again after a wait, back to the acquisition that had it: its guard is valid again. */
export function resumeHold(words: Words, { hold, depth }: Suspended): void {
  words[HOLD] = hold;
  words[DEPTH] = depth;
}
interface Suspended {
  readonly hold: number;
  readonly depth: number;
}
/** Releases the lock however deep, for a wait. */
export function suspendHold(words: Words): Suspended {
  const suspended = { hold: words[HOLD]!, depth: words[DEPTH]! };
  words[DEPTH] = 0;
  unlock(words);
  return suspended;
}

// ── Nesting, of an RLock ───────────────────────────────────────────────────────────────────────────────────────────

/** Takes the lock that this thread holds once more; false if an `acquire` holds it, whose function may be anyone's. */
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
 * Undoes an acquisition, if it still holds the lock: it may have been released since, or let go for a wait. False if
 * not.
 */
export const releaseHold = (words: Words, hold: number): boolean => words[HOLD] === hold && unnest(words);
/** Undoes one acquisition; the last one releases the lock. False if this thread does not hold it. */
export function unnest(words: Words): boolean {
  const depth = words[DEPTH]!;
  if (depth === 0) return unlock(words);
  if (!isHeldHere(words)) return false; // the depth is another's
  words[DEPTH] = Math.max(depth - 1, 0);
  return depth > 0 || unlock(words);
}
