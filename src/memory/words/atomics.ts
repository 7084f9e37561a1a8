/** The one file that names `Atomics`: all words shared between threads are read and written here. */

export type Words = Int32Array<SharedArrayBuffer>;
export type LongWords = BigInt64Array<SharedArrayBuffer>;

export const load = (words: Words | Int8Array<SharedArrayBuffer>, i: number): number => Atomics.load(words, i);
export const loadLong = (words: LongWords, i: number): bigint => Atomics.load(words, i);
export const storeLong = (words: LongWords, i: number, value: bigint): bigint => Atomics.store(words, i, value);
export const store = (words: Words | Int8Array<SharedArrayBuffer>, i: number, value: number): number =>
  Atomics.store(words, i, value);
/** Returns the old value, as do all of these. */
export const add = (words: Words, i: number, n: number): number => Atomics.add(words, i, n);
export const or = (words: Words, i: number, bits: number): number => Atomics.or(words, i, bits);
export const exchange = (words: Words, i: number, value: number): number => Atomics.exchange(words, i, value);
export const compareExchange = (words: Words, i: number, expected: number, value: number): number =>
  Atomics.compareExchange(words, i, expected, value);
export const compareExchangeLong = (words: LongWords, i: number, expected: bigint, value: bigint): bigint =>
  Atomics.compareExchange(words, i, expected, value);
/** Lets the core rest for a moment between two looks of a spin; nothing where the engine has no `Atomics.pause`. */
export const pause: () => void = (Atomics as { pause?: () => void }).pause ?? (() => {});
/** Wakes up to `count` waiters of each sort, blocked and not, all if not given; returns how many of this process. */
export function notify(words: Words, i: number, count?: number): number {
  crossingOf(words)?.wake(byteOf(words, i), count ?? MAX_WAITERS);
  return Atomics.notify(words, i, count);
}

/** `ok`: somebody notified. */
export type WaitResult = "ok" | "not-equal" | "timed-out";

/** Blocks while the word is `value`, at most `ms`. Returns at once if it is another; may return early. */
export function waitSync(words: Words, i: number, value: number, ms: number): WaitResult {
  const crossing = crossingOf(words);
  const result = crossing ? waitAcross(crossing, words, i, value, ms) : Atomics.wait(words, i, value, ms);
  betweenWaits();
  return result;
}

let betweenWaits = () => {};
/** What a blocked thread does now and then, since its event loop cannot: waits are in slices. */
export function onWaiting(act: () => void): void {
  betweenWaits = act;
}

/**
 * As `waitSync`, without blocking. A timer stands beside it because `Atomics.waitAsync` alone lets Node exit
 * (with code 13, for an `await` at top level).
 */
export async function waitAsync(words: Words, i: number, value: number, ms: number): Promise<WaitResult> {
  const crossing = crossingOf(words);
  const waiting = Atomics.waitAsync(words, i, value, crossing ? 0 : ms);
  if (!waiting.async && waiting.value === "not-equal") return waiting.value;
  const keepAlive = setInterval(() => {}, 2 ** 30); // not a timer of `ms`: it could fire a moment before the wait ends
  try {
    return crossing ? await looking(words, i, value, ms) : await waiting.value;
  } finally {
    clearInterval(keepAlive);
  }
}

// ── Words that other processes see too ─────────────────────────────────────────────────────────────────────────────
// There `Atomics.wait` and `notify` reach this process alone. Blocked threads wait for the kernel's futex, of this process too, if they
// can; all others are woken by this process as ever, and look for themselves for what others do.

/** How waits on one buffer go beyond the process. */
export interface Crossing {
  /** Blocks as `waitSync`: false if the time is up; `undefined` if this thread cannot. */
  wait(byteOffset: number, value: number, ms: number): boolean | undefined;
  wake(byteOffset: number, count: number): void;
}
const MAX_WAITERS = 2 ** 31 - 1;

const crossings = new WeakMap<SharedArrayBuffer, Crossing>();
let anyCrossing = false;

/** From now on waits on this buffer's words are for all processes. */
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

/** 1 ms, 2 ms, … 10 ms: for what tells nobody that it has come. */
export function napping(): () => number {
  let ms = 0.5;
  return () => {
    ms = Math.min(2 * ms, 10);
    return ms;
  };
}

async function looking(words: Words, i: number, value: number, ms: number): Promise<WaitResult> {
  const deadline = performance.now() + ms;
  for (const nap = napping(); ; ) {
    const waiting = Atomics.waitAsync(words, i, value, Math.max(0, Math.min(nap(), deadline - performance.now())));
    const result = waiting.async ? await waiting.value : waiting.value;
    if (result !== "timed-out" || performance.now() >= deadline) return result;
  }
}

/** Blocks until the word is what `isOver` wants, at most `ms`: for what takes others a moment, and may have died with them. */
export function waitFor(words: Words, i: number, isOver: (value: number) => boolean, ms: number): void {
  const deadline = performance.now() + ms;
  for (let value = load(words, i); !isOver(value) && performance.now() < deadline; value = load(words, i)) {
    waitSync(words, i, value, 1);
  }
}

/** Blocks for so long. */
export const sleepSync = (ms: number): void => void Atomics.wait(newWords(1), 0, 0, ms);

export const newWords = (length: number): Words => new Int32Array(new SharedArrayBuffer(4 * length));

// ── Elements of shared values ──────────────────────────────────────────────────────────────────────────────────────
// Functions of their own, so that arrays of every type passing here do not slow the words down.

/** The arrays whose elements can be changed atomically; elements are typed as numbers, of 64 bits they are bigints. */
export type AtomicArray = Int32Array<SharedArrayBuffer>;
type Element = number;

export const loadElement = (array: AtomicArray): Element => Atomics.load(array, 0);
export const storeElement = (array: AtomicArray, n: Element): Element => Atomics.store(array, 0, n);
export const compareExchangeElement = (array: AtomicArray, expected: Element, n: Element): Element =>
  Atomics.compareExchange(array, 0, expected, n);
/** Each returns the old value. */
export const elementOperations = {
  add: (array: AtomicArray, n: Element): Element => Atomics.add(array, 0, n),
  sub: (array: AtomicArray, n: Element): Element => Atomics.sub(array, 0, n),
  and: (array: AtomicArray, n: Element): Element => Atomics.and(array, 0, n),
  or: (array: AtomicArray, n: Element): Element => Atomics.or(array, 0, n),
  xor: (array: AtomicArray, n: Element): Element => Atomics.xor(array, 0, n),
  exchange: (array: AtomicArray, n: Element): Element => Atomics.exchange(array, 0, n),
} as const;
