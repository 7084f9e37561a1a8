/**
 * A gate: where those wait who found a ring empty, or full. Whoever brings a message or makes room opens it, which costs one
 * load while nobody waits. Its words, the race, and why no wake-up is lost: README.md.
 */
import { add, exchange, load, notify, or, type Words, waitAsync, waitSync } from "../memory/atomics.js";
import { spin } from "../memory/spin.js";
import { aborted, orAborted, type WaitOptions } from "../memory/wait.js";

/** Which sorts of waiters may be asleep: bits. */
const SLEEPERS = 0;
const BLOCKED = 1;
const ASYNC = 2;
/** Counted up to wake the blocked ones, and those whose event loop is free. */
const SIGNAL = 1;
const ASYNC_SIGNAL = 2;
export const GATE_WORDS = 3;

/** How long a sleeper relies on a wake-up: whoever was woken in its place may have died before it passed the wake on. */
const SLICE_MS = 50;

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
export function openFor1({ words, at }: Gate): void {
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

/** Blocks until `poll` gives a value; `undefined` when the time is up. */
export function passSync<T>(gate: Gate, poll: () => T | undefined, timeoutMs = Infinity): T | undefined {
  const { words, at, watched } = gate;
  const deadline = performance.now() + timeoutMs;
  for (let hasSlept = false; ; ) {
    const [seen, signal] = [load(words, watched), load(words, at + SIGNAL)];
    let result = poll();
    if (result === undefined && performance.now() < deadline) {
      if (spin(words, watched, seen)) continue;
      or(words, at + SLEEPERS, BLOCKED);
      result = poll(); // whoever came before the mark has woken nobody
    }
    if (result !== undefined && hasSlept) passOn(gate, BLOCKED);
    const left = deadline - performance.now();
    if (result !== undefined || left <= 0) return result;
    waitSync(words, at + SIGNAL, signal, Math.min(SLICE_MS, left));
    hasSlept = true;
  }
}

/** As `passSync`, with the event loop free. @throws {AbortedError} */
export async function pass<T>(gate: Gate, poll: () => T | undefined, options: WaitOptions): Promise<T | undefined> {
  const { words, at, watched } = gate;
  const { signal } = options;
  const deadline = performance.now() + (options.timeoutMs ?? Infinity);
  for (let hasSlept = false; ; ) {
    const [seen, count] = [load(words, watched), load(words, at + ASYNC_SIGNAL)];
    let result = poll();
    if (result === undefined && performance.now() < deadline) {
      if (spin(words, watched, seen)) continue;
      or(words, at + SLEEPERS, ASYNC);
      result = poll();
    }
    if (result !== undefined && hasSlept) passOn(gate, ASYNC);
    const left = deadline - performance.now();
    if (result !== undefined || left <= 0) return result;
    const wait = waitAsync(words, at + ASYNC_SIGNAL, count, Math.min(SLICE_MS, left));
    await (signal ? orAborted(wait, signal) : wait);
    hasSlept = true;
    if (!signal?.aborted) continue;
    // Nothing takes a waiter out of the queue of its word: a wake that still reaches this one is passed on.
    void wait.then((how) => how === "ok" && passOn(gate, ASYNC));
    throw aborted(signal);
  }
}

/** Whoever was woken may have been the only one marked: it marks the others again, and lets the next one through. */
function passOn(gate: Gate, sort: number): void {
  or(gate.words, gate.at + SLEEPERS, sort);
  if (gate.isOpen()) openFor1(gate);
}
