/**
 * A gate: where threads wait that found a ring empty, or full. A thread that brings a message or makes room opens it,
 * which costs one load while nobody waits. README.md has its words, the race, and why no wake-up is lost.
 */

import { holdBytes, letGoOfBytes } from "../memory/blocks/opened.js";
import { add, exchange, load, napping, notify, or, type Words, waitAsync, waitSync } from "../memory/words/atomics.js";
import { DEATH_LOOK_MS, MOMENT_MS } from "../memory/words/intervals.js";
import { spin } from "../memory/words/spin.js";

/** The sorts of waiters that may be asleep, as bits. */
const SLEEPERS = 0;
const BLOCKED = 1;
const ASYNC = 2;
/** Words that are counted up to wake waiters: blocked ones by the first, asynchronous ones by the second. */
const SIGNAL = 1;
const ASYNC_SIGNAL = 2;
/** How many words a gate takes. */
export const GATE_WORDS = 3;

/** One thread's view of a gate. */
export interface Gate {
  readonly words: Words;
  /** The gate's first word. */
  readonly at: number;
  /** A word that changes whenever a poll may have become worthwhile. */
  readonly watched: number;
  /** Whether another thread could pass too. */
  isOpen(): boolean;
  /** Whether this thread's last poll found nothing only because another thread was in the ring. */
  isKeptOut(): boolean;
}

/** Wakes one waiter of each sort, because one whose event loop is busy must not keep the wake-up from the others. */
export function openForOne({ words, at }: Gate): void {
  if (load(words, at + SLEEPERS) !== 0) wake(words, at, exchange(words, at + SLEEPERS, 0), 1);
}

/** Wakes all waiters. */
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

/** Polls, spins, and marks that this thread is going to sleep. If nothing is found, returns the signal to wait on. */
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
    const late = poll(); // a thread that came before the mark has woken nobody
    return late === undefined ? { signal } : { found: late, signal };
  }
}

/**
 * Blocks until `poll` returns a value, and returns that; `undefined` if the time is up first.
 *
 * @param poll Called with how long it may block until other threads have left the ring: the time that is left.
 */
export function passSync<T>(
  gate: Gate,
  poll: (patienceMs: number) => T | undefined,
  timeoutMs = Infinity,
): T | undefined {
  const deadline = performance.now() + timeoutMs;
  const patiently = () => poll(Math.max(deadline - performance.now(), MOMENT_MS));
  for (let hasSlept = false; ; hasSlept = true) {
    const { found, signal } = come(gate, BLOCKED, patiently, deadline);
    if (found !== undefined && hasSlept) passOn(gate, BLOCKED);
    const left = deadline - performance.now();
    if (found !== undefined || left <= 0) return found;
    waitSync(gate.words, gate.at + SIGNAL, signal, Math.min(DEATH_LOOK_MS, left));
  }
}

/**
 * As `passSync`, but without blocking the thread and without a limit. The poll may not block at all.
 *
 * @param keepsAlive Called before each sleep: whether the thread is to live as long as it sleeps.
 */
export async function pass<T>(gate: Gate, poll: () => T | undefined, keepsAlive: () => boolean): Promise<T> {
  let nap = napping();
  const user = {};
  holdBytes(gate.words, user);
  try {
    for (let hasSlept = false; ; hasSlept = true) {
      const { found, signal } = come(gate, ASYNC, poll, Infinity);
      if (found !== undefined && hasSlept) passOn(gate, ASYNC);
      if (found !== undefined) return found;
      if (!gate.isKeptOut()) nap = napping();
      const ms = gate.isKeptOut() ? nap() : DEATH_LOOK_MS;
      await waitAsync(gate.words, gate.at + ASYNC_SIGNAL, signal, ms, keepsAlive());
    }
  } finally {
    letGoOfBytes(gate.words, user);
  }
}

/**
 * Called by a thread that was woken and has found something. Its wake-up cleared the mark of all sleepers, so it marks
 * them again, and wakes the next one if there is more to be had.
 */
function passOn(gate: Gate, sort: number): void {
  or(gate.words, gate.at + SLEEPERS, sort);
  if (gate.isOpen()) openForOne(gate);
}
