/**
 * `Lock`: one holder at a time, in any thread. The lock word and its states are in `mutex.ts`; `RLock` adds nesting.
 */
import { DeadlockError, LockAbandonedError, LockStateError, TimeoutError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { holdBytes, letGoOfBytes } from "../memory/blocks/opened.js";
import type { NameOptions } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import { expectWait, type SyncWaitOptions, type WaitOptions } from "../memory/words/wait.js";
import { FoundByName } from "../things/found-by-name.js";
import { HEADER_BYTES } from "../things/layout.js";
import { insideOf, label, partnerOf, registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import { forbidSending } from "../wire/handle.js";
import type { Guard } from "./guard.js";
import {
  type Abandoned,
  currentHold,
  isHeldHere,
  isLocked,
  lockAsync,
  lockSync,
  markAsync,
  nest,
  recover,
  releaseHold,
  tryFast,
  tryLock,
  unnest,
} from "./mutex.js";

/** Holds one acquisition of a lock. */
class LockGuard implements Guard {
  readonly #words: Words;
  readonly #hold: number;
  #isReleased = false;

  constructor(words: Words) {
    this.#words = words;
    this.#hold = currentHold(words);
    holdBytes(words, this); // the lock's handle may be closed before
  }
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = releaseHold(this.#words, this.#hold);
    if (this.#isReleased) letGoOfBytes(this.#words, this);
  }
  [Symbol.dispose](): void {
    this.release();
  }
}

forbidSending(LockGuard);

/**
 * One holder at a time, among all threads. The guard holds it, not the thread: two async functions of one thread
 * exclude each other. A holder that dies never blocks the others: until one of them takes the lock over with
 * `recover()`, every
 * `acquire` throws LockAbandonedError. Fair: who has waited for a millisecond goes before those who come then.
 *
 * @example
 * const lock = new Lock({ name: "log" }); // in any worker: Lock.attach("log")
 * {
 *   using _ = lock.acquireSync(); // or: await lock.acquire()
 *   // …alone here…
 * }
 *
 * After Python's `multiprocessing.Lock`, which a dead holder blocks for ever.
 */
export class Lock extends FoundByName {
  /** @throws {NameTakenError} */
  constructor(options?: NameOptions) {
    super(options, options, () => ({ byteLength: HEADER_BYTES }));
  }

  /**
   * Waits until the lock is free and takes it, with the event loop free.
   *
   * @throws {LockAbandonedError} {TimeoutError} {AbortedError}: then it is not taken
   */
  async acquire(options: WaitOptions = {}): Promise<Guard> {
    expectWait(options);
    const words = wordsOf(this);
    let guard: Guard | undefined;
    const result = await lockAsync(words, options, () => {
      markAsync(words);
      guard = new LockGuard(words);
    });
    if (guard) return guard;
    throw typeof result === "object" ? abandonedError(this, result) : timedOut(this, options);
  }
  /**
   * As `acquire`, blocking.
   *
   * @throws {DeadlockError} if this thread holds it, so that the wait would never end
   */
  acquireSync(options?: SyncWaitOptions): Guard {
    const words = wordsOf(this);
    if (options === undefined && tryFast(words)) return new LockGuard(words);
    expectWait(options);
    const result = lockSync(words, options?.timeoutMs);
    if (result === "taken") return new LockGuard(words);
    if (result === "own") return this.#nested(words) ?? deadlock(this);
    throw result ? abandonedError(this, result) : timedOut(this, options!);
  }
  /** Takes the lock if it is free; `undefined` if not. Never waits. @throws {LockAbandonedError} */
  tryAcquire(): Guard | undefined {
    const words = wordsOf(this);
    const result = tryLock(words);
    if (result === "taken") return new LockGuard(words);
    if (result === undefined) return undefined;
    if (result === "own") return this.#nested(words);
    throw abandonedError(this, result);
  }
  /** For code that keeps no guard; by the holding thread only. @throws {LockStateError} */
  release(): void {
    const words = wordsOf(this);
    if (!isHeldHere(words)) throw notHeld(this, "release it");
    unnest(words);
  }
  /**
   * Takes an abandoned lock over; `undefined` for all callers but the one that wins, and where nothing is abandoned.
   */
  recover(): Guard | undefined {
    const words = wordsOf(this);
    return recover(words) ? new LockGuard(words) : undefined;
  }
  /** Whether anybody holds it; false of an abandoned one. */
  get locked(): boolean {
    return isLocked(wordsOf(this));
  }

  #nested(words: Words): Guard | undefined {
    return this instanceof RLock && nest(words) ? new LockGuard(words) : undefined;
  }
}
registerThing("Lock", Lock, HEADER_BYTES);

/**
 * As `Lock`, but `acquireSync` and `tryAcquire` nest within a thread: synchronous code cannot interleave. `acquire`
 * never does, nor does anything nest on what an `acquire` holds.
 *
 * After Python's `multiprocessing.RLock`.
 */
export class RLock extends Lock {}
registerThing("RLock", RLock, HEADER_BYTES);

function deadlock(thing: SharedThing): never {
  const lock = label(thing);
  const message = `Expected ${lock} to be free or another thread's, but a guard of this thread holds it`;
  throw new DeadlockError(message, { lock });
}

export function abandonedError(lock: SharedThing, { holder }: Abandoned): LockAbandonedError {
  const message =
    `Expected ${label(lock)} to be released by its holder, but thread ${holder} died holding it. ` +
    "Take it over with recover(); what it protects may be half changed";
  return new LockAbandonedError(message, { holder });
}

export function notHeld(thing: SharedThing, act: string): LockStateError {
  const lock = label(thing);
  return new LockStateError(`Expected this thread to hold ${lock} to ${act}, but it does not`, { lock });
}

export function timedOut(thing: SharedThing, { timeoutMs }: SyncWaitOptions): TimeoutError {
  const message = `Expected to acquire ${label(thing)} within ${timeoutMs} ms`;
  return new TimeoutError(message, { timeoutMs: timeoutMs!, written: [] });
}

/** The RLock in the block of a condition, value or array. */
export const ownLock = (thing: SharedThing): Lock => insideOf(thing, (inside) => new RLock(inside as NameOptions));

/** The lock that goes with a condition, value or array: the one it was given, or an RLock in its own block. */
export function lockOf(thing: SharedThing): Lock {
  const partner = partnerOf(thing);
  return partner instanceof Lock ? partner : ownLock(thing);
}

/** A lock that the caller gave, open; or, for an own one, nothing. @throws {TypeError} {ClosedError} */
export function expectLock(lock: unknown): Lock | undefined {
  if (lock === undefined || lock === true) return undefined;
  if (!(lock instanceof Lock)) {
    const got = lock instanceof SharedThing ? label(lock) : show(lock);
    throw new TypeError(`Expected \`lock\` to be a Lock or an RLock, got ${got}`);
  }
  wordsOf(lock);
  return lock;
}
