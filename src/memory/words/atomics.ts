/** Reads and writes the words that threads share. No other file names `Atomics`. */

/** Words of 32 bits that threads share. */
export type Words = Int32Array<SharedArrayBuffer>;

export const load = (words: Words | Int8Array<SharedArrayBuffer>, i: number): number => Atomics.load(words, i);
export const store = (words: Words | Int8Array<SharedArrayBuffer>, i: number, value: number): number =>
  Atomics.store(words, i, value);
/** Adds to a word and returns the old value, as the next functions do. */
export const add = (words: Words, i: number, n: number): number => Atomics.add(words, i, n);
export const or = (words: Words, i: number, bits: number): number => Atomics.or(words, i, bits);
export const exchange = (words: Words, i: number, value: number): number => Atomics.exchange(words, i, value);
export const compareExchange = (words: Words, i: number, expected: number, value: number): number =>
  Atomics.compareExchange(words, i, expected, value);
/** Lets the core rest for a moment between two reads of a spin. Does nothing in engines without `Atomics.pause`. */
export const pause: () => void = (Atomics as { pause?: () => void }).pause ?? (() => {});
/**
 * Wakes up to `count` blocked waiters and up to `count` asynchronous ones; all of them if `count` is not given. Returns
 * how many waiters of this process it woke.
 */
export function notify(words: Words, i: number, count?: number): number {
  crossingOf(words)?.wake(byteOf(words, i), count ?? MAX_WAITERS);
  return Atomics.notify(words, i, count);
}

/** How a wait ended. `"ok"` means that another thread notified. */
export type WaitResult = "ok" | "not-equal" | "timed-out";

/** Blocks while the word is `value`, for `ms` at most. It may return early, and returns at once if the word differs. */
export function waitSync(words: Words, i: number, value: number, ms: number): WaitResult {
  const crossing = crossingOf(words);
  const result = crossing ? waitAcross(crossing, words, i, value, ms) : Atomics.wait(words, i, value, ms);
  betweenWaits();
  return result;
}

let betweenWaits = () => {};
/** Adds to what a blocked thread does after each slice of a wait, because its event loop cannot do it meanwhile. */
export function onWaiting(act: () => void): void {
  const others = betweenWaits;
  betweenWaits = () => {
    others();
    act();
  };
}

/**
 * As `waitSync`, but without blocking the thread. A timer runs along with the wait, because `Atomics.waitAsync` alone
 * does not keep Node from exiting (with code 13, if a top-level `await` waits for it).
 *
 * @param keepsAlive Whether the thread is to live as long as it waits.
 */
export async function waitAsync(
  words: Words,
  i: number,
  value: number,
  ms: number,
  keepsAlive = true,
): Promise<WaitResult> {
  const crossing = crossingOf(words);
  const waiting = Atomics.waitAsync(words, i, value, crossing ? 0 : ms);
  if (!waiting.async && waiting.value === "not-equal") return waiting.value;
  // A timer of `ms` could fire a moment before the wait ends.
  if (keepsAlive && pendingWaits++ === 0) keepAlive = setInterval(() => {}, 2 ** 30);
  try {
    return crossing ? await looking(words, i, value, ms) : await waiting.value;
  } finally {
    if (keepsAlive && --pendingWaits === 0) clearInterval(keepAlive);
  }
}
/** How many asynchronous waits of this thread are pending, and the timer that runs as long as there are any. */
let pendingWaits = 0;
let keepAlive: ReturnType<typeof setInterval> | undefined;

// ── Words that other processes see too ─────────────────────────────────────────────────────────────────────────────
// For them, `Atomics.wait` and `Atomics.notify` reach only this process. A blocked thread therefore waits in the
// kernel's futex, if it may load native code. All other waiters are woken by threads of this process as usual, and poll
// for what other processes do.

/** How waits on one buffer reach other processes. */
export interface Crossing {
  /**
   * Blocks as `waitSync` does. Returns false if the time is up, and `undefined` if this thread cannot wait this way.
   */
  wait(byteOffset: number, value: number, ms: number): boolean | undefined;
  /** Wakes up to `count` waiters in all processes. */
  wake(byteOffset: number, count: number): void;
}
const MAX_WAITERS = 2 ** 31 - 1;

const crossings = new WeakMap<SharedArrayBuffer, Crossing>();
let anyCrossing = false;

/** Makes waits on the words of a buffer reach all processes, from now on. */
export function shareWaits(buffer: SharedArrayBuffer, crossing: Crossing): void {
  anyCrossing = true;
  crossings.set(buffer, crossing);
}

const crossingOf = (words: Words): Crossing | undefined => (anyCrossing ? crossings.get(words.buffer) : undefined);
const byteOf = (words: Words, i: number): number => words.byteOffset + 4 * i;

function waitAcross(crossing: Crossing, words: Words, i: number, value: number, ms: number): WaitResult {
  if (load(words, i) !== value) return "not-equal";
  const isWoken = crossing.wait(byteOf(words, i), value, ms);
  if (isWoken !== undefined) return isWoken ? "ok" : "timed-out";
  const deadline = performance.now() + ms;
  for (const nap = napping(); ; ) {
    const result = Atomics.wait(words, i, value, Math.max(0, Math.min(nap(), deadline - performance.now())));
    if (result !== "timed-out" || performance.now() >= deadline) return result;
  }
}

/** Returns naps of 1 ms, 2 ms, … 10 ms, for waits on events that nobody reports. */
export function napping(): () => number {
  let ms = 0.5;
  return () => {
    ms = Math.min(2 * ms, 10);
    return ms;
  };
}

/** Polls the word, and is woken by threads of this process. */
async function looking(words: Words, i: number, value: number, ms: number): Promise<WaitResult> {
  const deadline = performance.now() + ms;
  for (const nap = napping(); ; ) {
    const waiting = Atomics.waitAsync(words, i, value, Math.max(0, Math.min(nap(), deadline - performance.now())));
    const result = waiting.async ? await waiting.value : waiting.value;
    if (result !== "timed-out" || performance.now() >= deadline) return result;
  }
}

/** What a nap of a millisecond counts at most. If it took longer, the machine was busy or the process stopped. */
const LONGEST_NAP_MS = 2;
/**
 * Blocks until `isOver` holds for the word, for `ms` at most. It is for steps that take another thread a moment and
 * that never end if that thread dies. It counts its own naps, so that a process that is stopped for a while, or a
 * machine that is busy, does not use up the time.
 */
export function waitFor(words: Words, i: number, isOver: (value: number) => boolean, ms: number): void {
  let value = load(words, i);
  for (let spentMs = 0; spentMs < ms && !isOver(value); value = load(words, i)) {
    const began = performance.now();
    waitSync(words, i, value, 1); // over at once if the word changes all the time
    spentMs += Math.min(performance.now() - began, LONGEST_NAP_MS);
  }
}

/** Blocks the thread for `ms`. */
export const sleepSync = (ms: number): void => void Atomics.wait(newWords(1), 0, 0, ms);

/** Makes zeroed words. */
export const newWords = (length: number): Words => new Int32Array(new SharedArrayBuffer(4 * length));

// ── Elements of shared values ──────────────────────────────────────────────────────────────────────────────────────
// These are separate functions, so that the arrays of many types that pass through them do not slow down those for
// words.

/** An array whose elements can be changed atomically. The type says numbers, but elements of 64 bits are bigints. */
export type AtomicArray = Int32Array<SharedArrayBuffer>;
type Element = number;

export const loadElement = (array: AtomicArray): Element => Atomics.load(array, 0);
export const storeElement = (array: AtomicArray, n: Element): Element => Atomics.store(array, 0, n);
export const compareExchangeElement = (array: AtomicArray, expected: Element, n: Element): Element =>
  Atomics.compareExchange(array, 0, expected, n);
/** Operations on an element. Each returns the old value. */
export const elementOperations = {
  add: (array: AtomicArray, n: Element): Element => Atomics.add(array, 0, n),
  sub: (array: AtomicArray, n: Element): Element => Atomics.sub(array, 0, n),
  and: (array: AtomicArray, n: Element): Element => Atomics.and(array, 0, n),
  or: (array: AtomicArray, n: Element): Element => Atomics.or(array, 0, n),
  xor: (array: AtomicArray, n: Element): Element => Atomics.xor(array, 0, n),
  exchange: (array: AtomicArray, n: Element): Element => Atomics.exchange(array, 0, n),
} as const;
