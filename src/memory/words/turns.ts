/**
 * Asynchronous waits of one thread for one word, in a line. Only the first of them sleeps and polls, because no other
 * can succeed before it: so ten thousand of them cost as much as one. Used by locks, semaphores and events.
 */
import { callAfter } from "../../platform/timers.js";
import { holdBytes, letGoOfBytes } from "../blocks/opened.js";
import { whenAborted } from "./abort.js";
import { load, notify, type Words, waitAsync } from "./atomics.js";
import { aborted, type WaitOptions } from "./wait.js";

interface Waiter {
  /** Settles the wait if that is possible now, and returns whether it did. */
  readonly serve: () => boolean;
  /** The longest time to sleep before the next poll. */
  readonly sliceMs: () => number;
}

class Line {
  readonly #words: Words;
  readonly #word: number;
  readonly #waiting = new Set<Waiter>();
  #isServed = false;

  constructor(words: Words, word: number) {
    this.#words = words;
    this.#word = word;
  }
  join(waiter: Waiter): void {
    this.#waiting.add(waiter);
    if (!this.#isServed) void this.#serve();
  }
  leave(waiter: Waiter): void {
    this.#waiting.delete(waiter);
  }
  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  async #serve(): Promise<void> {
    this.#isServed = true;
    for (;;) {
      const seen = load(this.#words, this.#word);
      const first = this.#serveInOrder();
      if (!first) break;
      const how = await waitAsync(this.#words, this.#word, seen, first.sliceMs());
      if (how === "ok" && this.isEmpty) notify(this.#words, this.#word, 1); // it was for somebody else
    }
    this.#isServed = false;
    forget(this.#words, this.#word);
  }

  /** Serves waits until one must go on waiting, and returns that one. */
  #serveInOrder(): Waiter | undefined {
    for (const waiter of this.#waiting) {
      if (!waiter.serve()) return waiter;
      this.#waiting.delete(waiter);
    }
    return undefined;
  }
}

const lines = new WeakMap<SharedArrayBuffer, Map<number, Line>>();
const byteOf = (words: Words, i: number) => words.byteOffset + 4 * i;

function lineOf(words: Words, i: number): Line {
  const ofBuffer = lines.get(words.buffer) ?? new Map<number, Line>();
  lines.set(words.buffer, ofBuffer);
  const line = ofBuffer.get(byteOf(words, i)) ?? new Line(words.subarray(), i);
  ofBuffer.set(byteOf(words, i), line);
  return line;
}
function forget(words: Words, i: number): void {
  lines.get(words.buffer)?.delete(byteOf(words, i));
}

/**
 * As `waitUntil`, for waits of which none can succeed before those that came earlier.
 *
 * @throws {AbortedError} If `signal` fires first.
 */
export function waitInTurn<T>(
  words: Words,
  i: number,
  poll: (patienceMs: 0) => T | undefined,
  { timeoutMs, signal }: WaitOptions,
  sliceMs: () => number,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (timeoutMs === 0) return resolve(poll(0));
    const line = lineOf(words, i);
    const user = {};
    holdBytes(words, user);
    const stop = () => {
      clearTimeout(timer);
      stopListening?.();
      line.leave(waiter);
      letGoOfBytes(words, user);
    };
    const serve = () => {
      try {
        const result = poll(0);
        if (result === undefined) return false;
        stop();
        resolve(result);
      } catch (e) {
        stop();
        reject(e);
      }
      return true;
    };
    const waiter: Waiter = { serve, sliceMs };
    const onLate = () => {
      if (serve()) return;
      stop();
      resolve(undefined);
    };
    const onAbort = () => {
      stop();
      reject(aborted(signal!));
    };
    const timer = timeoutMs === undefined ? undefined : callAfter(timeoutMs, onLate);
    const stopListening = signal && whenAborted(signal, onAbort);
    line.join(waiter);
  });
}
