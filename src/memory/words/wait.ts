/**
 * Waiting until a condition holds. Waits are in slices, so that no waiter is stuck if a notification is lost or the
 * thread that should have sent it has died. Used by all code that waits on a shared word.
 */
import { isAbortSignal } from "../../base/builtins.js";
import { AbortedError, TimeoutError } from "../../base/errors.js";
import { expectKnown, expectMs, ownOf, show } from "../../base/expect.js";
import { callAfter } from "../../platform/timers.js";
import { holdBytes, letGoOfBytes } from "../blocks/opened.js";
import { whenAborted } from "./abort.js";
import { load, notify, type Words, waitAsync, waitSync } from "./atomics.js";
import { MOMENT_MS, NOTIFICATION_TRUST_MS } from "./intervals.js";
import { spin } from "./spin.js";

/** How long a blocking call waits. */
export interface SyncWaitOptions {
  /** The longest wait in milliseconds. 0 only polls; without it there is no limit. */
  readonly timeoutMs?: number | undefined;
}
/** How long a call waits, and what ends it. */
export interface WaitOptions extends SyncWaitOptions {
  /** Ends the wait with AbortedError when it fires. */
  readonly signal?: AbortSignal | undefined;
}

const SYNC_OPTIONS: readonly string[] = ["timeoutMs"];
const WAIT_OPTIONS: readonly string[] = [...SYNC_OPTIONS, "signal"];

/**
 * Checks the options of a wait.
 *
 * @param of The function that waits, for the message.
 * @param also Names of other options that it takes.
 * @throws {TypeError} If an option is unknown or has the wrong type.
 * @throws {RangeError} If `timeoutMs` is negative or NaN.
 * @throws {AbortedError} If `signal` has already fired.
 */
export function expectWait<T extends WaitOptions>(
  options: T | undefined,
  of: string,
  also?: readonly string[],
): Partial<T> {
  const given = expectKnown(options, also ? [...WAIT_OPTIONS, ...also] : WAIT_OPTIONS, of);
  const { timeoutMs, signal } = given;
  expectMs("timeoutMs", timeoutMs);
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw new TypeError(`Expected \`signal\` to be an AbortSignal, got ${show(signal)}`);
  }
  if (signal?.aborted) throw aborted(signal);
  return given;
}

/**
 * Checks the options of a wait that blocks the thread: no signal could fire meanwhile.
 *
 * @param of The function that waits, for the message.
 * @param also Names of other options that it takes.
 * @throws {TypeError} If an option is unknown or has the wrong type.
 * @throws {RangeError} If `timeoutMs` is negative or NaN.
 */
export function expectSyncWait<T extends SyncWaitOptions>(
  options: T | undefined,
  of: string,
  also?: readonly string[],
): Partial<T> {
  const given = expectKnown(options, also ? [...SYNC_OPTIONS, ...also] : SYNC_OPTIONS, of);
  expectMs("timeoutMs", given.timeoutMs);
  return given;
}

/** The error of a wait whose signal fired. */
export const aborted = (signal: AbortSignal): AbortedError =>
  new AbortedError("The wait was aborted", { written: [] }, { cause: signal.reason });

/**
 * Blocks until `poll` returns a value, and returns that; `undefined` if the time is up first. It polls whenever the
 * word changes, and after each slice.
 *
 * @param poll Called with how long it may block until other threads have finished a step: the time that is left.
 * @param sliceMs Called before each sleep for the longest time to sleep before the next poll.
 */
export function waitUntilSync<T>(
  words: Words,
  i: number,
  poll: (patienceMs: number) => T | undefined,
  timeoutMs = Infinity,
  sliceMs = () => NOTIFICATION_TRUST_MS,
): T | undefined {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = load(words, i);
    const result = poll(Math.max(deadline - performance.now(), MOMENT_MS));
    const left = deadline - performance.now();
    if (result !== undefined || left <= 0) return result;
    if (!spin(words, i, seen)) waitSync(words, i, seen, Math.min(sliceMs(), left));
  }
}

/**
 * As `waitUntilSync`, but without blocking the thread: the poll may not block at all.
 *
 * @throws {AbortedError} If `signal` fires first.
 */
export async function waitUntil<T>(
  words: Words,
  i: number,
  poll: (patienceMs: 0) => T | undefined,
  options: WaitOptions,
  sliceMs = () => NOTIFICATION_TRUST_MS,
): Promise<T | undefined> {
  const { signal, timeoutMs = Infinity } = ownOf(options);
  const deadline = performance.now() + timeoutMs;
  const user = {};
  holdBytes(words, user);
  try {
    for (;;) {
      const seen = load(words, i);
      const result = poll(0);
      const left = deadline - performance.now();
      if (result !== undefined || left <= 0) return result;
      const wait = waitAsync(words, i, seen, Math.min(sliceMs(), left));
      await (signal ? orAborted(wait, signal) : wait);
      if (!signal?.aborted) continue;
      // A waiter cannot be removed from its word's queue. If a wake-up still reaches this one, it is passed on.
      void wait.then((how) => how === "ok" && notify(words, i, 1));
      throw aborted(signal);
    }
  } finally {
    letGoOfBytes(words, user);
  }
}

/** For a wait in several steps: returns a function that gives the options of the next step, with the time left. */
export function countdown<O extends SyncWaitOptions>(options: O): () => O & { readonly timeoutMs: number } {
  const deadline = performance.now() + (options.timeoutMs ?? Infinity);
  return () => ({ ...options, timeoutMs: Math.max(deadline - performance.now(), 0) });
}

/**
 * Settles when the wait or the signal does. Each wait listens by itself, because a single promise for the signal would
 * keep all waits that refer to it in memory.
 */
function orAborted(wait: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = whenAborted(signal, resolve);
    void wait.then(() => {
      stop();
      resolve();
    });
  });
}

/**
 * Calls back with an error when the signal of a wait fires or its time is up. It is for waits whose end an event
 * reports.
 *
 * @param what What the caller waits for, for errors; as for `late`.
 * @returns A function that stops the timer and the listener.
 */
export function whenGivenUp(
  { signal, timeoutMs }: WaitOptions,
  what: string,
  giveUp: (error: unknown) => void,
): () => void {
  const stop = () => {
    stopListening?.();
    clearTimeout(timer);
  };
  const onAbort = () => {
    stop();
    giveUp(new AbortedError(`The wait for ${what} was aborted`, { written: [] }, { cause: signal?.reason }));
  };
  const onLate = () => {
    stop();
    giveUp(late(what, timeoutMs!));
  };
  const stopListening = signal && whenAborted(signal, onAbort);
  const timer = timeoutMs === undefined ? undefined : callAfter(timeoutMs, onLate);
  return stop;
}

/**
 * The error of a wait that took too long.
 *
 * @param what What the caller waits for, such as "a message from the queue" or "the task to end".
 */
export const late = (what: string, timeoutMs: number): TimeoutError =>
  new TimeoutError(`Expected ${what} within ${timeoutMs} ms`, { timeoutMs, written: [] });
