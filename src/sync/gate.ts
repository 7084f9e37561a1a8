/**
 * A gate: where those wait who found a ring empty, or full. Whoever brings a message or makes room opens it, which
 * costs one load while nobody waits. Its words, the race, and why no wake-up is lost: README.md.
 */

import { holdBytes, letGoOfBytes } from "../memory/blocks/opened.js";
import { add, exchange, load, notify, or, type Words, waitAsync, waitSync } from "../memory/words/atomics.js";
import { DEATH_LOOK_MS } from "../memory/words/intervals.js";
import { spin } from "../memory/words/spin.js";

/** Which sorts of waiters may be asleep: bits. */
const SLEEPERS = 0;
const BLOCKED = 1;
const ASYNC = 2;
/** Counted up to wake the blocked ones, and those whose event loop is free. */
const SIGNAL = 1;
const ASYNC_SIGNAL = 2;
export const GATE_WORDS = 3;

export interface Gate {
  readonly words: Words;
  /** The first of its words. */
  readonly at: number;
  /** A word that changes whenever it may have become worth while to look. */
  readonly watched: number;
  /** Whether another one could pass too. */
  isOpen(): boolean;
}

/** Lets one of each sort through: one whose event loop is busy must not keep the wake from the others. */
export function openForOne({ words, at }: Gate): void {
  if (load(words, at + SLEEPERS) !== 0) wake(words, at, exchange(words, at + SLEEPERS, 0), 1);
}

/** Lets all look. */
export function openForAll({ words, at }: Gate): void {
  wake(words, at, BLOCKED | ASYNC);
}

function wake(words: Words, at: number, sorts: number, count?: number): void {
  if (sorts & BLOCKED) wakeSort(words, at + SIGNAL, count);
  if (sorts & ASYNC) wakeSort(words, at + ASYNC_SIGNAL, count);
}

function wakeSort(words: Words, signal: number, count?: number): void {
  add(words, signal, 1);
  notify(words, signal, count);
}

/** Polls, spins and leaves word that it is going to sleep; in vain, it returns the signal that is to be slept on. */
function come<T>(
  { words, at, watched }: Gate,
  sort: typeof BLOCKED | typeof ASYNC,
  poll: () => T | undefined,
  deadline: number,
): { readonly found?: T; readonly signal: number } {
  for (;;) {
    const [seen, signal] = [load(words, watched), load(words, at + (sort === BLOCKED ? SIGNAL : ASYNC_SIGNAL))];
    const found = poll();
    if (found !== undefined) return { found, signal };
    if (performance.now() >= deadline) return { signal };
    if (spin(words, watched, seen)) continue;
    or(words, at + SLEEPERS, sort);
    const late = poll(); // whoever came before the mark has woken nobody
    return late === undefined ? { signal } : { found: late, signal };
  }
}

/** Blocks until `poll` gives a value; `undefined` when the time is up. */
export function passSync<T>(gate: Gate, poll: () => T | undefined, timeoutMs = Infinity): T | undefined {
  const deadline = performance.now() + timeoutMs;
  for (let hasSlept = false; ; hasSlept = true) {
    const { found, signal } = come(gate, BLOCKED, poll, deadline);
    if (found !== undefined && hasSlept) passOn(gate, BLOCKED);
    const left = deadline - performance.now();
    if (found !== undefined || left <= 0) return found;
    waitSync(gate.words, gate.at + SIGNAL, signal, Math.min(DEATH_LOOK_MS, left));
  }
}

/** As `passSync`, with the event loop free and no limit. */
export async function pass<T>(gate: Gate, poll: () => T | undefined): Promise<T> {
  const user = {};
  holdBytes(gate.words, user);
  try {
    for (let hasSlept = false; ; hasSlept = true) {
      const { found, signal } = come(gate, ASYNC, poll, Infinity);
      if (found !== undefined && hasSlept) passOn(gate, ASYNC);
      if (found !== undefined) return found;
      await waitAsync(gate.words, gate.at + ASYNC_SIGNAL, signal, DEATH_LOOK_MS);
    }
  } finally {
    letGoOfBytes(gate.words, user);
  }
}

/** Whoever was woken may have been the only one marked: it marks the others again, and lets the next one through. */
function passOn(gate: Gate, sort: number): void {
  or(gate.words, gate.at + SLEEPERS, sort);
  if (gate.isOpen()) openForOne(gate);
}
