/**
 * Waiting until something holds: in slices, so that no lost notification and no dead notifier keeps anyone for ever.
 * Used by whatever waits on a shared word.
 */
import { AbortedError, TimeoutError } from "../../base/errors.js";
import { expectKnown, expectMs, show } from "../../base/expect.js";
import { holdBytes, letGoOfBytes } from "../blocks/opened.js";
import { load, notify, type Words, waitAsync, waitSync } from "./atomics.js";
import { NOTIFICATION_TRUST_MS } from "./intervals.js";
import { spin } from "./spin.js";

/** How long a blocking call waits. */
export interface SyncWaitOptions {
  /** Milliseconds; 0 polls; no limit if not given. */
  readonly timeoutMs?: number | undefined;
}
/** How long a call waits, and what ends it. */
export interface WaitOptions extends SyncWaitOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks the options of a wait.
 *
 * @param also names of options that are not the wait's
 * @throws {TypeError} {RangeError} {AbortedError} if the signal has fired already
 */
export function expectWait(options: WaitOptions | undefined, also: readonly string[] = []): void {
  if (options === undefined) return;
  const { timeoutMs, signal } = expectKnown(options, ["timeoutMs", "signal", ...also], "a wait");
  expectMs("timeoutMs", timeoutMs);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Expected \`signal\` to be an AbortSignal, got ${show(signal)}`);
  }
  if (signal?.aborted) throw aborted(signal);
}

export const aborted = (signal: AbortSignal): AbortedError =>
  new AbortedError("The wait was aborted", { written: [] }, { cause: signal.reason });

/**
 * Blocks until `poll` gives a value; `undefined` when the time is up. Looks whenever the word changes, and each slice.
 *
 * @param sliceMs how long to sleep at most before looking again; asked before each sleep
 */
export function waitUntilSync<T>(
  words: Words,
  i: number,
  poll: () => T | undefined,
  timeoutMs = Infinity,
  sliceMs = () => NOTIFICATION_TRUST_MS,
): T | undefined {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = load(words, i);
    const result = poll();
    const left = deadline - performance.now();
    if (result !== undefined || left <= 0) return result;
    if (!spin(words, i, seen)) waitSync(words, i, seen, Math.min(sliceMs(), left));
  }
}

/** As `waitUntilSync`, with the event loop free. @throws {AbortedError} */
export async function waitUntil<T>(
  words: Words,
  i: number,
  poll: () => T | undefined,
  options: WaitOptions,
  sliceMs = () => NOTIFICATION_TRUST_MS,
): Promise<T | undefined> {
  const deadline = performance.now() + (options.timeoutMs ?? Infinity);
  const { signal } = options;
  const user = {};
  holdBytes(words, user);
  try {
    for (;;) {
      const seen = load(words, i);
      const result = poll();
      const left = deadline - performance.now();
      if (result !== undefined || left <= 0) return result;
      const wait = waitAsync(words, i, seen, Math.min(sliceMs(), left));
      await (signal ? orAborted(wait, signal) : wait);
      if (!signal?.aborted) continue;
      // Nothing takes a waiter out of the queue of its word: a wake that still reaches this one is passed on.
      void wait.then((how) => how === "ok" && notify(words, i, 1));
      throw aborted(signal);
    }
  } finally {
    letGoOfBytes(words, user);
  }
}

/**
 * Settles with the wait or with the signal. Listens anew each time, for a promise that outlasts many waits would keep
 * them all.
 */
function orAborted(wait: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      signal.removeEventListener("abort", end);
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
    void wait.then(end);
  });
}

/**
 * Calls back with the error when the signal of a wait fires or its time is up; for waits on something that tells of
 * itself.
 *
 * @param what is waited for, as errors name it @returns how to stop that
 */
export function whenGivenUp(
  { signal, timeoutMs }: WaitOptions,
  what: string,
  giveUp: (error: unknown) => void,
): () => void {
  const stop = () => {
    signal?.removeEventListener("abort", onAbort);
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
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = timeoutMs !== undefined && timeoutMs <= LONGEST_TIMER_MS ? setTimeout(onLate, timeoutMs) : undefined;
  return stop;
}

/** 24.8 days. What is longer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const late = (what: string, timeoutMs: number): TimeoutError =>
  new TimeoutError(`Expected ${what} to end within ${timeoutMs} ms`, { timeoutMs, written: [] });
