/**
 * `Condition`: waiting for a change that the holder of a lock makes. Each waiter is notified in an entry of its own.
 */
import { expectInteger, show } from "../base/expect.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { compareExchange, exchange, load, notify, store, type Words } from "../memory/words/atomics.js";
import {
  countdown,
  expectSyncWait,
  expectWait,
  type SyncWaitOptions,
  type WaitOptions,
  waitUntil,
  waitUntilSync,
} from "../memory/words/wait.js";
import { FoundByName } from "../things/found-by-name.js";
import { HEADER_WORDS } from "../things/layout.js";
import { registerThing, wordsOf } from "../things/shared-thing.js";
import type { Guard } from "./guard.js";
import { claim, endOf, find, inherit, next, type Table, tableAfter, tooMany } from "./ledger.js";
import { abandonedError, expectLock, type Lock, lockOf, notHeld, timedOut } from "./lock.js";
import { type Abandoned, isHeldHere, lockAsync, lockSync, resumeHold, suspendHold } from "./mutex.js";
import { Patience } from "./patience.js";

/**
 * How long a wait with a limit, once it is over, waits for the lock at least. The thread that holds it may be stopped.
 */
const AGAIN_MS = 5000;

/** Counts waiters, so that the first to wait is the first to be notified. */
const LAST_ORDER = HEADER_WORDS;
/** How many calls of all threads together may wait. Each takes 12 bytes. */
const WAITERS = 1024;
/** The waiters: token, state, order. */
const TABLE: Table = tableAfter(LAST_ORDER, 3, WAITERS);
const STATE = 1;
const ORDER = 2;
const BYTES = 4 * endOf(TABLE);

// STATE of an entry.
const GONE = 0;
const WAITING = 1;
const NOTIFIED = 2;

/** Takes an entry for this waiter. To be called under the lock. */
function enlist(words: Words): number {
  passOn(words);
  const at = claim(words, TABLE) || find(words, TABLE, (dead) => inherit(words, dead)) || tooMany(TABLE, "waiters");
  store(words, at + ORDER, ++words[LAST_ORDER]!);
  if (exchange(words, at + STATE, WAITING) === NOTIFIED) grant(words, 1); // the dead waiter was notified just now
  return at;
}

/** Frees a waiter's entry. Returns true if the waiter was notified. */
function leave(words: Words, at: number): boolean {
  const state = compareExchange(words, at + STATE, WAITING, GONE);
  store(words, at + STATE, GONE);
  store(words, at, 0);
  return state === NOTIFIED;
}

/** Notifies up to `count` waiters, in the order in which they came. Never waits for them. */
function grant(words: Words, count: number): void {
  for (let left = count; left > 0; ) {
    let first = 0;
    for (let at = next(words, TABLE, 0); at !== 0; at = next(words, TABLE, at)) {
      if (load(words, at + STATE) !== WAITING) continue;
      if (first === 0 || isBefore(load(words, at + ORDER), load(words, first + ORDER))) first = at;
    }
    if (first === 0) return;
    if (compareExchange(words, first + STATE, WAITING, NOTIFIED) !== WAITING) continue; // it has just left
    notify(words, first + STATE);
    left--;
  }
}

/** Compares two orders, which wrap around. */
const isBefore = (a: number, b: number) => ((a - b) | 0) < 0;

/**
 * Passes on the notifications of waiters that died before they noticed them. It needs no lock: a thread claims a dead
 * waiter's entry by replacing the token in it.
 */
function passOn(words: Words): void {
  find(words, TABLE, (at) => {
    if (load(words, at + STATE) !== NOTIFIED || !inherit(words, at)) return false;
    // This comes first: if the thread dies here, the entry still says NOTIFIED, and another thread passes it on.
    // (The state is read again because the entry may have changed hands.)
    if (load(words, at + STATE) === NOTIFIED) grant(words, 1);
    store(words, at + STATE, GONE);
    store(words, at, 0);
    return false;
  });
}

const heard = (words: Words, at: number, patience: Patience) => (): true | undefined => {
  if (patience.isTimeToLook()) passOn(words);
  return load(words, at + STATE) === NOTIFIED ? true : undefined;
};

/**
 * A lock together with a place to wait for what its holders change. `wait` releases the lock, sleeps until it is
 * notified, and takes the lock again; the guard from before is valid again then. `notify` never waits for the threads
 * that it wakes. If a notified thread has died, another waiter gets its notification.

 *
 * @example
 * const ready = new Condition();
 * // consumer:                                            producer:
 * using _ = ready.acquireSync();                       // using _ = ready.acquireSync();
 * ready.waitUntilSync(() => count.value > 0);          // count.add(1);
 *                                                      // ready.notify();
 *
 * After Python's `multiprocessing.Condition`, whose `notify` never returns if a waiter was killed.
 */
export class Condition extends FoundByName {
  /** The lock that `wait` and `notify` need: the one given, or an RLock of its own. */
  readonly lock: Lock;

  /**
   * @param lock A lock that other code may use too. A condition with a name needs a lock with a name.
   * @throws {TypeError} If an argument has the wrong type, or the condition has a name and the lock has none.
   * @throws {RangeError} If the name is not allowed.
   * @throws {NameTakenError} If the name is taken.
   */
  constructor(lock?: Lock, options?: NameOptions) {
    super(lock, options, () => ({ byteLength: BYTES, partner: expectLock(lock) }));
    this.lock = lockOf(this);
  }

  /**
   * Takes the lock without blocking the thread.
   *
   * @throws {Error} As `Lock.acquire`.
   */
  async acquire(options?: WaitOptions): Promise<Guard> {
    wordsOf(this); // throws ClosedError if this handle was closed
    return this.lock.acquire(options);
  }
  /**
   * Takes the lock, and blocks the thread until then.
   *
   * @throws {Error} As `Lock.acquireSync`.
   */
  acquireSync(options?: SyncWaitOptions): Guard {
    wordsOf(this);
    return this.lock.acquireSync(options);
  }

  /**
   * Waits for a notification. Resolves to true when notified, and to false if that takes longer than `timeoutMs`. The
   * lock is held again in both cases, and also when it rejects because of `signal`.
   *
   * @throws {LockStateError} If this thread does not hold the lock.
   * @throws {AbortedError} If `signal` fires first.
   * @throws {TimeoutError} If there is a limit or a signal, and others hold the lock for 5 s after the wait was over.
   *   This thread does not hold it then.
   * @throws {ClosedError} If this handle was closed.
   * @throws {UnsupportedError} If 1024 calls wait already.
   * @throws {LockAbandonedError} If the lock cannot be taken again because its holder died.
   */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    const given = expectWait(options, "wait");
    const [words, lockWords] = this.#held("wait");
    const at = enlist(words);
    const suspended = suspendHold(lockWords);
    const patience = new Patience();
    const left = countdown({ timeoutMs: given.timeoutMs });
    let failure: unknown;
    try {
      await waitUntil(words, at + STATE, heard(words, at, patience), given, patience.nap);
    } catch (e) {
      failure = e;
    }
    const hold = () => resumeHold(lockWords, suspended);
    return this.#heard(words, at, (await lockAgain(this.lock, { ...given, ...left() }, hold)) ?? failure);
  }
  /**
   * As `wait`, but blocks the thread.
   *
   * @throws {LockStateError} If this thread does not hold the lock.
   * @throws {TimeoutError} If there is a limit, and others hold the lock for 5 s after the wait was over. This thread
   *   does not hold it then.
   * @throws {ClosedError} If this handle was closed.
   * @throws {UnsupportedError} If 1024 calls wait already.
   * @throws {LockAbandonedError} If the lock cannot be taken again because its holder died.
   */
  waitSync(options: SyncWaitOptions = {}): boolean {
    const given = expectSyncWait(options, "waitSync");
    const [words, lockWords] = this.#held("wait");
    const at = enlist(words);
    const suspended = suspendHold(lockWords);
    const patience = new Patience();
    const left = countdown(given);
    waitUntilSync(words, at + STATE, heard(words, at, patience), given.timeoutMs, patience.nap);
    const limit = limitOfLock(left());
    const result = lockSync(lockWords, limit.timeoutMs);
    const isHeld = result === "taken" || result === "own";
    if (isHeld) resumeHold(lockWords, suspended);
    return this.#heard(words, at, isHeld ? undefined : withoutLock(this.lock, result, limit));
  }

  /**
   * Waits for notifications until `predicate()` holds. Resolves to false if that takes longer than `timeoutMs`. Python
   * calls it `wait_for`.
   *
   * @throws {Error} As `wait`.
   */
  async waitUntil(predicate: () => boolean, options: WaitOptions = {}): Promise<boolean> {
    const given = expectWait(options, "waitUntil");
    this.#held("wait");
    expectPredicate(predicate);
    const left = countdown(given);
    while (!predicate()) {
      const rest = left();
      if (rest.timeoutMs <= 0 || !(await this.wait(rest))) return Boolean(predicate());
    }
    return true;
  }
  /**
   * As `waitUntil`, but blocks the thread.
   *
   * @throws {Error} As `waitSync`.
   */
  waitUntilSync(predicate: () => boolean, options: SyncWaitOptions = {}): boolean {
    const given = expectSyncWait(options, "waitUntilSync");
    this.#held("wait");
    expectPredicate(predicate);
    const left = countdown(given);
    while (!predicate()) {
      const rest = left();
      if (rest.timeoutMs <= 0 || !this.waitSync(rest)) return Boolean(predicate());
    }
    return true;
  }

  /**
   * Wakes up to `count` of the threads that wait now. Each goes on when it has the lock.
   *
   * @throws {LockStateError} If this thread does not hold the lock.
   * @throws {RangeError} If `count` is not an integer of 0 or more.
   */
  notify(count = 1): void {
    expectInteger("count", count, 0, Number.POSITIVE_INFINITY);
    const [words] = this.#held("notify");
    grant(words, count);
  }
  /**
   * Wakes all threads that wait now.
   *
   * @throws {LockStateError} If this thread does not hold the lock.
   */
  notifyAll(): void {
    const [words] = this.#held("notify");
    grant(words, WAITERS);
  }

  /** The words of the condition and of its lock, which this thread must hold to do `act`. */
  #held(act: "wait" | "notify"): [words: Words, lockWords: Words] {
    const words = wordsOf(this);
    const lockWords = wordsOf(this.lock);
    if (!isHeldHere(lockWords)) throw notHeld(this.lock, act);
    return [words, lockWords];
  }
  /**
   * Ends a wait, with the lock or with the reason for not having it. The entry is freed only now: if the thread dies
   * before it has the lock, its notification is still there to be passed on.
   */
  #heard(words: Words, at: number, failure: unknown): boolean {
    const isNotified = leave(words, at);
    if (failure === undefined) return isNotified;
    if (isNotified) grant(words, 1); // it reached a waiter that fails, so another one gets it
    throw failure;
  }
}
registerThing("Condition", Condition, BYTES);

/** How long a wait that is over waits for the lock, if so much of its own time is left. */
const limitOfLock = ({ timeoutMs }: { readonly timeoutMs: number }) => ({ timeoutMs: Math.max(AGAIN_MS, timeoutMs) });

/** Takes the lock after a wait. Returns the error if the lock is not taken, or if the signal has fired meanwhile. */
async function lockAgain(lock: Lock, given: WaitOptions & { timeoutMs: number }, hold: () => void): Promise<unknown> {
  let fired: unknown;
  const take = async (limit: WaitOptions): Promise<unknown> => {
    const result = await lockAsync(wordsOf(lock), limit, hold);
    return result === "taken" ? fired : withoutLock(lock, result, limit);
  };
  if (!given.signal?.aborted) {
    try {
      return await take({ ...given, ...limitOfLock(given) });
    } catch (e) {
      fired = e;
    }
  }
  return take({ timeoutMs: AGAIN_MS });
}

/** The error of a wait that is over, and that does not have the lock. */
const withoutLock = (lock: Lock, result: Abandoned | undefined, limit: SyncWaitOptions): Error =>
  result ? abandonedError(lock, result) : timedOut(lock, limit);

function expectPredicate(predicate: unknown): void {
  if (typeof predicate === "function") return;
  throw new TypeError(`Expected \`predicate\` to be a function, got ${show(predicate)}`);
}
