/** `Lock` and `RLock`: one holder at a time, among all threads. The lock word and its states are in `mutex.ts`. */
import { DeadlockError, LockAbandonedError, LockStateError, TimeoutError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { holdBytes, letGoOfBytes } from "../memory/blocks/opened.js";
import type { NameOptions } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import { expectSyncWait, expectWait, type SyncWaitOptions, type WaitOptions } from "../memory/words/wait.js";
import { FoundByName } from "../things/found-by-name.js";
import { HEADER_BYTES } from "../things/layout.js";
import { insideOf, label, partnerOf, registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import { forbidSending, ofItsThread } from "../wire/contents.js";
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

/** The guard of one acquisition of a lock. */
class LockGuard implements Guard {
  /** Makes structured clone fail, with an error that says why. */
  protected readonly contents = ofItsThread("guard of a lock");
  readonly #words: Words;
  readonly #hold: number;
  #isReleased = false;

  constructor(words: Words) {
    this.#words = words;
    this.#hold = currentHold(words);
    holdBytes(words, this); // the lock's handle may be closed while the guard is held
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
 * A lock with one holder at a time, among all threads. A guard holds it, not a thread: two async functions of one
 * thread exclude each other. A holder that dies never blocks the others: every `acquire` throws LockAbandonedError
 * until one of them takes the lock over with `recover()`. The lock is fair: a thread that has waited for a millisecond
 * goes before newcomers.

 *
 * @example
 * const lock = new Lock({ name: "log" }); // in any worker: Lock.attach("log")
 * {
 *   using _ = lock.acquireSync(); // or: await lock.acquire()
 *   // …alone here…
 * }
 *
 * After Python's `multiprocessing.Lock`, which nobody can take again after its holder has died.
 */
export class Lock extends FoundByName {
  /**
   * Makes a lock that is free.
   *
   * @throws {NameTakenError} If the name is taken.
   * @throws {TypeError} If an option has the wrong type.
   * @throws {RangeError} If the name is not allowed.
   */
  constructor(options?: NameOptions) {
    super(options, options, () => ({ byteLength: HEADER_BYTES }));
  }

  /**
   * Waits until the lock is free and takes it, without blocking the thread.
   *
   * @throws {LockAbandonedError} If the holder died. The lock is not taken.
   * @throws {TimeoutError} If the lock is not free within `timeoutMs`.
   * @throws {AbortedError} If `signal` fires first.
   * @throws {ClosedError} If this handle was closed.
   */
  async acquire(options: WaitOptions = {}): Promise<Guard> {
    const given = expectWait(options, "acquire");
    const words = wordsOf(this);
    let guard: Guard | undefined;
    const result = await lockAsync(words, given, () => {
      markAsync(words);
      guard = new LockGuard(words);
    });
    if (guard) return guard;
    throw typeof result === "object" ? abandonedError(this, result) : timedOut(this, given);
  }
  /**
   * As `acquire`, but blocks the thread.
   *
   * @throws {DeadlockError} If this thread holds the lock, so that the wait would never end.
   * @throws {LockAbandonedError} If the holder died. The lock is not taken.
   * @throws {TimeoutError} If the lock is not free within `timeoutMs`.
   * @throws {ClosedError} If this handle was closed.
   */
  acquireSync(options?: SyncWaitOptions): Guard {
    const words = wordsOf(this);
    if (options === undefined && tryFast(words)) return new LockGuard(words);
    const given = expectSyncWait(options, "acquireSync");
    const result = lockSync(words, given?.timeoutMs);
    if (result === "taken") return new LockGuard(words);
    if (result === "own") return this.#nested(words) ?? deadlock(this);
    throw result ? abandonedError(this, result) : timedOut(this, given!);
  }
  /**
   * Takes the lock if it is free, and returns `undefined` if it is not. Never waits.
   *
   * @throws {LockAbandonedError} If the holder died. The lock is not taken.
   * @throws {ClosedError} If this handle was closed.
   */
  tryAcquire(): Guard | undefined {
    const words = wordsOf(this);
    const result = tryLock(words);
    if (result === "taken") return new LockGuard(words);
    if (result === undefined) return undefined;
    if (result === "own") return this.#nested(words);
    throw abandonedError(this, result);
  }
  /**
   * Releases the lock, for code that keeps no guard. Only the holding thread may call it.
   *
   * @throws {LockStateError} If this thread does not hold the lock.
   */
  release(): void {
    const words = wordsOf(this);
    if (!isHeldHere(words)) throw notHeld(this, "release it");
    unnest(words);
  }
  /**
   * Takes over a lock whose holder died. Returns `undefined` if another thread was first, or the holder did not die.
   */
  recover(): Guard | undefined {
    const words = wordsOf(this);
    return recover(words) ? new LockGuard(words) : undefined;
  }
  /** Whether a live thread holds the lock. */
  get locked(): boolean {
    return isLocked(wordsOf(this));
  }

  #nested(words: Words): Guard | undefined {
    return this instanceof RLock && nest(words) ? new LockGuard(words) : undefined;
  }
}
registerThing("Lock", Lock, HEADER_BYTES);

/**
 * A lock that a thread may take again while it holds it. Only `acquireSync` and `tryAcquire` nest, because synchronous
 * code cannot interleave. `acquire` never nests, and nothing nests inside what an `acquire` holds.

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

/** The error of a lock whose holder died. */
export function abandonedError(lock: SharedThing, { holder }: Abandoned): LockAbandonedError {
  const message =
    `Expected ${label(lock)} to be released by its holder, but thread ${holder} died holding it. ` +
    "Take it over with recover(); what it protects may be half changed";
  return new LockAbandonedError(message, { holder });
}

/** The error of an act that needs the lock. */
export function notHeld(thing: SharedThing, act: string): LockStateError {
  const lock = label(thing);
  return new LockStateError(`Expected this thread to hold ${lock} to ${act}, but it does not`, { lock });
}

/** The error of an acquisition that took too long. */
export function timedOut(thing: SharedThing, { timeoutMs }: SyncWaitOptions): TimeoutError {
  const message = `Expected to acquire ${label(thing)} within ${timeoutMs} ms`;
  return new TimeoutError(message, { timeoutMs: timeoutMs!, written: [] });
}

/** The RLock in the block of a condition, value or array. */
const ownLock = (thing: SharedThing): Lock => insideOf(thing, (inside) => new RLock(inside as NameOptions));

/** The lock that goes with a condition, value or array: the one it was given, or an RLock in its own block. */
export function lockOf(thing: SharedThing): Lock {
  const partner = partnerOf(thing);
  return partner instanceof Lock ? partner : ownLock(thing);
}

/**
 * Checks the lock that the caller gave. Returns `undefined` if the thing is to have a lock of its own.
 *
 * @throws {TypeError} If it is not a lock.
 * @throws {ClosedError} If it was closed.
 */
export function expectLock(lock: unknown): Lock | undefined {
  if (lock === undefined || lock === true) return undefined;
  if (!(lock instanceof Lock)) {
    const got = lock instanceof SharedThing ? label(lock) : show(lock);
    throw new TypeError(`Expected \`lock\` to be a Lock or an RLock, got ${got}`);
  }
  wordsOf(lock);
  return lock;
}
