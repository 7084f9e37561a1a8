/**
 * A table of agents in shared words: who holds a permit, who waits at a barrier. Each entry has a token and some words more.
 * Its lock is the block's lock word; a change is complete with one store, so that a death in the middle leaves it whole.
 * Used by semaphores, conditions and barriers.
 */
import { isTokenAlive, ownToken } from "../agent.js";
import { UnsupportedError } from "../errors.js";
import { load, store, type Words } from "../memory/atomics.js";
import { lockSync, recover, tryFast } from "./mutex.js";

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
export const endOf = ({ start, stride, count }: Table): number => start + stride * count;

/** The first word of the first entry after `at` that somebody has; 0 after the last. Begin with `at` 0. */
export function next(words: Words, { start, stride, count }: Table, at: number): number {
  const end = start + stride * Math.min(load(words, start - 1), count);
  for (let i = at === 0 ? start : at + stride; i < end; i += stride) if (load(words, i) !== 0) return i;
  return 0;
}

/** The first entry for which `test` holds; 0 if none. */
export function find(words: Words, table: Table, test: (at: number) => boolean): number {
  for (let at = next(words, table, 0); at !== 0; at = next(words, table, at)) if (test(at)) return at;
  return 0;
}
export const findOwn = (words: Words, table: Table): number => {
  let at = next(words, table, 0);
  while (at !== 0 && load(words, at) !== ownToken) at = next(words, table, at);
  return at;
};

/** Whether the agent of an entry has died. Takes 3 µs. */
export const isDead = (words: Words, at: number): boolean => isTokenAlive(load(words, at)) === false;

/**
 * An entry that nobody has, with this thread's token in it. The words of the entry are as they were left.
 *
 * @param mayTake an entry of somebody's that is worth nothing
 * @throws {UnsupportedError} if there is none
 */
export function claim(words: Words, table: Table, what: string, mayTake: (at: number) => boolean): number {
  const { start, stride, count } = table;
  const used = Math.min(load(words, start - 1), count);
  for (let i = 0; i < used; i++) {
    const at = start + stride * i;
    if (load(words, at) === 0 || mayTake(at)) return own(words, at);
  }
  if (used < count) {
    store(words, start - 1, used + 1);
    return own(words, start + stride * used);
  }
  const dead = find(words, table, (at) => isDead(words, at));
  if (dead !== 0) return own(words, dead);
  throw new UnsupportedError(`Expected at most ${count} ${what} at a time, got one more`, {
    feature: `more than ${count} ${what}`,
    instead: "fewer threads, or several such objects",
  });
}

function own(words: Words, at: number): number {
  store(words, at, ownToken);
  return at;
}

/**
 * Takes the lock that guards a ledger, for a few instructions. A holder that died there is nobody's concern: what it left
 * is made whole and the lock taken over. `unlock` gives it back.
 */
export function enter(words: Words, repair: (words: Words) => void = () => {}): void {
  while (!tryFast(words)) {
    const result = lockSync(words);
    if (result === "taken") return;
    if (!recover(words)) continue; // another thread did
    repair(words);
    return;
  }
}
