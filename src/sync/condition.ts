/**
 * `Condition`: waiting for what the holder of a lock may change. Each waiter has an entry of its own to be notified in.
 */
import { expectInteger, show } from "../base/expect.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { compareExchange, exchange, load, notify, store, type Words } from "../memory/words/atomics.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "../memory/words/wait.js";
import { FoundByName } from "../things/found-by-name.js";
import { HEADER_WORDS } from "../things/layout.js";
import { registerThing, wordsOf } from "../things/shared-thing.js";
import type { Guard } from "./guard.js";
import { claim, ENTRIES, endOf, find, inherit, next, type Table, tableAfter, tooMany } from "./ledger.js";
import { abandonedError, expectLock, type Lock, lockOf, notHeld } from "./lock.js";
import { isHeldHere, lockAsync, lockSync, resumeHold, suspendHold } from "./mutex.js";
import { Patience } from "./patience.js";

/** Counts waiters, so that the first to come is the first notified. */
const LAST_ORDER = HEADER_WORDS;
/** Who waits: token, state, order. */
const TABLE: Table = tableAfter(LAST_ORDER, 3, ENTRIES);
const STATE = 1;
const ORDER = 2;
const BYTES = 4 * endOf(TABLE);

// STATE of an entry.
const GONE = 0;
const WAITING = 1;
const NOTIFIED = 2;

/** An entry for this waiter. Under the lock. */
function enlist(words: Words): number {
  passOn(words);
  const at = claim(words, TABLE) || find(words, TABLE, (dead) => inherit(words, dead)) || tooMany(TABLE, "waiters");
  store(words, at + ORDER, ++words[LAST_ORDER]!);
  if (exchange(words, at + STATE, WAITING) === NOTIFIED) grant(words, 1); // the dead one's, told just now
  return at;
}

/** Takes the entry away; true if it has been notified. */
function leave(words: Words, at: number): boolean {
  const state = compareExchange(words, at + STATE, WAITING, GONE);
  store(words, at + STATE, GONE);
  store(words, at, 0);
  return state === NOTIFIED;
}

/** Notifies up to `count` of those who wait, the first to come first. Never waits for them. */
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

/** Counts wrap. */
const isBefore = (a: number, b: number) => ((a - b) | 0) < 0;

/**
 * What a waiter was notified of and died before it heard is the next one's. Needs no lock: the entry's token is the
 * claim to it.
 */
function passOn(words: Words): void {
  find(words, TABLE, (at) => {
    if (load(words, at + STATE) !== NOTIFIED || !inherit(words, at)) return false;
    // First: a thread that dies here leaves an entry that says NOTIFIED, for the next to pass on. (If it changed hands,
    // it may not.)
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
 * A lock, and a place to wait for what its holders change. `wait` releases the lock, sleeps until it is notified, and
 * takes the lock again; the guard that was had before is good again then. `notify` never waits for those it wakes, and
 * what it tells a thread that has died, another one hears.
 *
 * @example
 * const ready = new Condition();
 * // consumer:                                            producer:
 * using _ = ready.acquireSync();                       // using _ = ready.acquireSync();
 * ready.waitUntilSync(() => count.value > 0);          // count.add(1);
 *                                                      // ready.notify();
 *
 * After Python's `multiprocessing.Condition`, whose `notify` a killed waiter blocks for ever.
 */
export class Condition extends FoundByName {
  /** The lock that `wait` and `notify` need: the one given, or an RLock of its own. */
  readonly lock: Lock;

  /**
   * @param lock one that others may use too; of a named condition, a named one
   * @throws {TypeError} {NameTakenError}
   */
  constructor(lock?: Lock, options?: NameOptions) {
    super(lock, options, () => ({ byteLength: BYTES, partner: expectLock(lock) }));
    this.lock = lockOf(this);
  }

  /** Takes the lock, with the event loop free. @throws as `Lock.acquire` */
  async acquire(options?: WaitOptions): Promise<Guard> {
    wordsOf(this); // throws if it is closed
    return this.lock.acquire(options);
  }
  /** Takes the lock, blocking. @throws as `Lock.acquireSync` */
  acquireSync(options?: SyncWaitOptions): Guard {
    wordsOf(this);
    return this.lock.acquireSync(options);
  }

  /**
   * True when notified; false if that takes longer than `timeoutMs`. The lock is held again in either case, and when it
   * rejects because of `signal`.
   *
   * @throws {LockStateError} if this thread does not hold the lock @throws {AbortedError} {ClosedError}
   * @throws {UnsupportedError} if 128 wait already
   * @throws {LockAbandonedError} if the lock cannot be taken again: its holder died
   */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    const [words, lockWords] = this.#held("wait", options);
    const at = enlist(words);
    const suspended = suspendHold(lockWords);
    const patience = new Patience();
    let failure: unknown;
    try {
      await waitUntil(words, at + STATE, heard(words, at, patience), options, patience.nap);
    } catch (e) {
      failure = e;
    }
    const result = await lockAsync(lockWords, {}, () => resumeHold(lockWords, suspended));
    return this.#heard(words, at, typeof result === "object" ? abandonedError(this.lock, result) : failure);
  }
  /** As `wait`, blocking. */
  waitSync(options: SyncWaitOptions = {}): boolean {
    const [words, lockWords] = this.#held("wait", options);
    const at = enlist(words);
    const suspended = suspendHold(lockWords);
    const patience = new Patience();
    waitUntilSync(words, at + STATE, heard(words, at, patience), options.timeoutMs, patience.nap);
    const result = lockSync(lockWords);
    if (typeof result !== "object") resumeHold(lockWords, suspended);
    return this.#heard(words, at, typeof result === "object" ? abandonedError(this.lock, result) : undefined);
  }

  /**
   * Waits, again and again, until `predicate()` holds; false if that takes longer than `timeoutMs`. Python's
   * `wait_for`.
   */
  async waitUntil(predicate: () => boolean, options: WaitOptions = {}): Promise<boolean> {
    this.#held("wait", options);
    expectPredicate(predicate);
    const left = countdown(options);
    while (!predicate()) {
      const rest = left();
      if (rest.timeoutMs <= 0 || !(await this.wait({ ...options, ...rest }))) return Boolean(predicate());
    }
    return true;
  }
  /** As `waitUntil`, blocking. */
  waitUntilSync(predicate: () => boolean, options: SyncWaitOptions = {}): boolean {
    this.#held("wait", options);
    expectPredicate(predicate);
    const left = countdown(options);
    while (!predicate()) {
      const rest = left();
      if (rest.timeoutMs <= 0 || !this.waitSync(rest)) return Boolean(predicate());
    }
    return true;
  }

  /**
   * Wakes up to `count` of those who wait now. They go on when they have the lock. @throws {LockStateError}
   * {RangeError}
   */
  notify(count = 1): void {
    expectInteger("count", count, 0, Number.POSITIVE_INFINITY);
    const [words] = this.#held("notify", {});
    grant(words, count);
  }
  /** Wakes all who wait now. @throws {LockStateError} */
  notifyAll(): void {
    const [words] = this.#held("notify", {});
    grant(words, ENTRIES);
  }

  #held(act: string, options: WaitOptions): [words: Words, lockWords: Words] {
    expectWait(options);
    const words = wordsOf(this);
    const lockWords = wordsOf(this.lock);
    if (!isHeldHere(lockWords)) throw notHeld(this.lock, act);
    return [words, lockWords];
  }
  /**
   * The end of a wait, with the lock or the reason why not. Only now: who dies before it has the lock leaves its
   * notification.
   */
  #heard(words: Words, at: number, failure: unknown): boolean {
    const isNotified = leave(words, at);
    if (failure === undefined) return isNotified;
    if (isNotified) grant(words, 1); // told to one who does not want to hear
    throw failure;
  }
}
registerThing("Condition", Condition, BYTES);

function expectPredicate(predicate: unknown): void {
  if (typeof predicate === "function") return;
  throw new TypeError(`Expected \`predicate\` to be a function, got ${show(predicate)}`);
}

function countdown({ timeoutMs = Infinity }: SyncWaitOptions): () => { timeoutMs: number } {
  const deadline = performance.now() + timeoutMs;
  return () => ({ timeoutMs: deadline - performance.now() });
}
