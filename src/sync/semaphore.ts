/**
 * `Semaphore` and `BoundedSemaphore`: permits, with a ledger of how many each thread holds. README.md has the states
 * and the proof.
 */

import { LockStateError } from "../base/errors.js";
import { expectInteger } from "../base/expect.js";
import { holdBytes, letGoOfBytes } from "../memory/blocks/opened.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { add, compareExchange, exchange, load, notify, store, type Words } from "../memory/words/atomics.js";
import { MOMENT_MS } from "../memory/words/intervals.js";
import { waitInTurn } from "../memory/words/turns.js";
import {
  expectSyncWait,
  expectWait,
  type SyncWaitOptions,
  type WaitOptions,
  waitUntilSync,
} from "../memory/words/wait.js";
import { ownToken } from "../system/agent.js";
import { FoundByName } from "../things/found-by-name.js";
import { HEADER_WORDS } from "../things/layout.js";
import { label, registerThing, wordsOf } from "../things/shared-thing.js";
import { forbidSending, ofItsThread } from "../wire/contents.js";
import type { Guard } from "./guard.js";
import {
  aloneWithin,
  claim,
  ENTRIES,
  endOf,
  endOfUsed,
  find,
  isDead,
  next,
  type Table,
  tableAfter,
  tooMany,
} from "./ledger.js";
import { timedOut } from "./lock.js";
import { Patience } from "./patience.js";

/** The number of permits, free and held. */
const TOTAL = HEADER_WORDS;
/** The initial value, which a BoundedSemaphore does not exceed. */
const BOUND = TOTAL + 1;
/** 1 while a waiter has waited for long. Newcomers sleep first then. */
const HUNGRY = TOTAL + 2;
/** Words that count releases: blocked waiters wait on the first, asynchronous ones on the second. */
const RELEASES = TOTAL + 3;
const ASYNC_RELEASES = TOTAL + 4;
/** 1 once any thread has waited. */
const HAS_WAITERS = TOTAL + 5;
/** The holders: token, number of permits. */
const TABLE: Table = tableAfter(HAS_WAITERS, 2, ENTRIES);
const HELD = 1;
const BYTES = 4 * endOf(TABLE);

const MAX_PERMITS = 2 ** 31 - 1;

// The number of free permits is not stored. It is the total minus what is held, so taking and giving back are one step
// each.
function freePermits(words: Words): number {
  let free = load(words, TOTAL);
  for (let at = TABLE.start, end = endOfUsed(words, TABLE); at < end; at += TABLE.stride) free -= heldBy(words, at);
  return free;
}

/** How many permits an entry holds. A damaged entry, with less than none, holds none. */
const heldBy = (words: Words, at: number) => Math.max(load(words, at + HELD), 0);
/** This thread's entry; 0 if it has none. */
function findOwn(words: Words): number {
  for (let at = TABLE.start, end = endOfUsed(words, TABLE); at < end; at += TABLE.stride) {
    if (words[at] === ownToken) return at;
  }
  return 0;
}

/** Takes a permit if one is free. */
function takeFree(words: Words): boolean {
  if (freePermits(words) <= 0) return false;
  const at = findOwn(words) || newEntry(words);
  add(words, at + HELD, 1); // a release, which takes no lock, may lower it at the same time
  return true;
}

/** As `takeFree`, for newcomers, which take no permit while a waiter has waited for long. */
const takeAtOnce = (words: Words): boolean => load(words, HUNGRY) === 0 && takeFree(words);

/** Takes a permit, or marks that a thread waits. */
function take(words: Words, patience: Patience): true | undefined {
  if (patience.isTimeToLook()) takeBackFromTheDead(words);
  const attempt = () => (patience.hasSlept || patience.isHungry ? takeFree(words) : takeAtOnce(words));
  if (attempt() || (isFirstWaiter(words) && attempt())) {
    if (patience.hasSlept) store(words, HUNGRY, 0);
    return true;
  }
  if (patience.isHungry) store(words, HUNGRY, 1);
  return undefined;
}

/** Marks that a thread waits. True for the first: a permit given back before the mark has woken nobody. */
const isFirstWaiter = (words: Words): boolean => exchange(words, HAS_WAITERS, 1) === 0;

function newEntry(words: Words): number {
  const isEmpty = (at: number) => heldBy(words, at) === 0;
  const at = claim(words, TABLE, isEmpty);
  if (at !== 0) return at;
  takeBackFromTheDead(words);
  forgetConsumed(words);
  return claim(words, TABLE, isEmpty) || tooMany(TABLE, "threads with a permit");
}

/**
 * Takes back what dead threads held, up to the initial value. Permits that were added beyond it are signals, which the
 * dead threads have consumed.
 */
function takeBackFromTheDead(words: Words): void {
  let added = Math.max(0, load(words, TOTAL) - load(words, BOUND));
  for (let at = next(words, TABLE, 0); at !== 0; at = next(words, TABLE, at)) {
    const held = heldBy(words, at);
    if (held === 0 || !isDead(words, at)) continue;
    const consumed = Math.min(held, added);
    added -= consumed; // these stay with the dead thread, so one store is enough and the next look finds the same
    if (held > consumed && compareExchange(words, at + HELD, held, consumed) === held) wake(words, held - consumed);
  }
}

/** Frees entries of dead threads when the table is full, by subtracting the permits that they have consumed. */
function forgetConsumed(words: Words): void {
  for (let at = next(words, TABLE, 0); at !== 0; at = next(words, TABLE, at)) {
    const held = heldBy(words, at);
    if (held === 0 || !isDead(words, at)) continue;
    add(words, TOTAL, -held);
    if (compareExchange(words, at + HELD, held, 0) !== held) add(words, TOTAL, held); // a release was faster
  }
}

// Giving back takes no lock, so that it waits for no thread, not even for one that was stopped in the ledger.

/** Takes a permit away from an entry. Returns false if it holds none. */
function lower(words: Words, at: number): boolean {
  for (let held = load(words, at + HELD); held > 0; held = load(words, at + HELD)) {
    if (compareExchange(words, at + HELD, held, held - 1) === held) return true;
  }
  return false;
}

/** Adds a permit, unless there are `most` already. */
function addPermit(words: Words, most: number): boolean {
  for (let total = load(words, TOTAL); total < most; total = load(words, TOTAL)) {
    if (compareExchange(words, TOTAL, total, total + 1) === total) return true;
  }
  return false;
}

/** Gives back a permit that this thread holds, if it holds one. */
function giveBackOwn(words: Words): boolean {
  const own = findOwn(words);
  if (own === 0 || !lower(words, own)) return false;
  wake(words, 1);
  return true;
}

/**
 * Gives back a permit of this thread; if it has none, of another thread; if none is held, adds one. Returns false if no
 * permit may be added.
 */
function giveBack(words: Words, isBounded: boolean): boolean {
  if (giveBackOwn(words)) return true;
  const most = isBounded ? load(words, BOUND) : MAX_PERMITS;
  if (find(words, TABLE, (at) => lower(words, at)) === 0 && !addPermit(words, most)) return false;
  wake(words, 1);
  return true;
}

/** Wakes so many waiters of each sort, because one whose event loop is busy must not keep a wake-up from the others. */
function wake(words: Words, count: number): void {
  if (load(words, HAS_WAITERS) === 0) return;
  for (const i of [RELEASES, ASYNC_RELEASES]) {
    add(words, i, 1);
    notify(words, i, count);
  }
}

/**
 * A permit that this thread holds. There is nothing to give back if a release by another thread has already taken it
 * back.
 */
class Permit implements Guard {
  /** Makes structured clone fail, with an error that says why. */
  protected readonly contents = ofItsThread("permit");
  #words: Words | undefined;

  constructor(words: Words) {
    this.#words = words;
    holdBytes(words, this); // the semaphore's handle may be closed while the permit is held
  }
  release(): void {
    const words = this.#words;
    this.#words = undefined;
    if (!words) return;
    giveBackOwn(words);
    letGoOfBytes(words, this);
  }
  [Symbol.dispose](): void {
    this.release();
  }
}
forbidSending(Permit);

/**
 * A number of permits. `acquire` takes one, and waits while none is free. `release` gives one back, or adds one if none
 * is held. Permits that a thread held when it died come back, so that nobody waits for them, but not beyond the initial
 * value: a permit that `release` has added is a signal, and the dead thread has consumed it. If a thread that holds no
 * permit releases one, it is taken back from a thread that does: permits have no names.

 *
 * @example
 * const slots = new Semaphore(3);
 * using _ = await slots.acquire();
 *
 * After Python's `multiprocessing.Semaphore`.
 */
export class Semaphore extends FoundByName {
  /**
   * @param value The initial number of permits, an integer in [0, 2^31).
   * @throws {RangeError} If `value` or the name is not allowed.
   * @throws {TypeError} If an argument has the wrong type.
   * @throws {NameTakenError} If the name is taken.
   */
  constructor(value = 1, options?: NameOptions) {
    super(value, options, () => {
      expectInteger("value", value, 0, MAX_PERMITS + 1);
      const fill = (words: Words) => {
        words[TOTAL] = value;
        words[BOUND] = value;
      };
      return { byteLength: BYTES, fill };
    });
  }

  /**
   * Takes a permit, and waits for one without blocking the thread.
   *
   * @throws {TimeoutError} If no permit is free within `timeoutMs`.
   * @throws {AbortedError} If `signal` fires first.
   * @throws {ClosedError} If this handle was closed.
   * @throws {UnsupportedError} If 128 threads hold permits already.
   */
  async acquire(options: WaitOptions = {}): Promise<Guard> {
    const given = expectWait(options, "acquire");
    const words = wordsOf(this);
    const patience = given.timeoutMs === 0 ? Patience.none() : new Patience();
    const poll = () => aloneWithin(words, 0, () => take(words, patience), undefined, patience);
    if (!(await waitInTurn(words, ASYNC_RELEASES, poll, given, patience.nap))) throw timedOut(this, given);
    return new Permit(words);
  }
  /**
   * As `acquire`, but blocks the thread.
   *
   * @throws {TimeoutError} If no permit is free within `timeoutMs`.
   * @throws {ClosedError} If this handle was closed.
   * @throws {UnsupportedError} If 128 threads hold permits already.
   */
  acquireSync(options: SyncWaitOptions = {}): Guard {
    const given = expectSyncWait(options, "acquireSync");
    const words = wordsOf(this);
    if (aloneWithin(words, 0, takeAtOnce)) return new Permit(words);
    const patience = given.timeoutMs === 0 ? Patience.none() : new Patience();
    const poll = (limitMs: number) => aloneWithin(words, limitMs, () => take(words, patience));
    if (!waitUntilSync(words, RELEASES, poll, given.timeoutMs, patience.nap)) throw timedOut(this, given);
    return new Permit(words);
  }
  /**
   * Takes a permit if one is free, and returns `undefined` if none is, or if another thread is just taking one and is
   * interrupted. Never waits.
   *
   * @throws {ClosedError} If this handle was closed.
   * @throws {UnsupportedError} If 128 threads hold permits already.
   */
  tryAcquire(): Guard | undefined {
    const words = wordsOf(this);
    return aloneWithin(words, MOMENT_MS, () => take(words, Patience.none())) ? new Permit(words) : undefined;
  }
  /**
   * Gives a permit back, or adds one if none is held.
   *
   * @throws {LockStateError} If there would be more than 2^31 - 1 permits, or more than a BoundedSemaphore's initial
   *   value.
   * @throws {ClosedError} If this handle was closed.
   */
  release(): void {
    const words = wordsOf(this);
    const isBounded = this instanceof BoundedSemaphore;
    if (giveBack(words, isBounded)) return;
    const lock = label(this);
    const most = isBounded ? load(words, BOUND) : MAX_PERMITS;
    throw new LockStateError(
      `Expected a release for each acquire of ${lock}, got one more: it has all ${most} permits`,
      {
        lock,
      },
    );
  }
  /** The number of free permits. */
  get value(): number {
    const words = wordsOf(this);
    aloneWithin(words, MOMENT_MS, takeBackFromTheDead);
    return Math.max(freePermits(words), 0); // permits that move while they are counted may count twice
  }
}
registerThing("Semaphore", Semaphore, BYTES);

/**
 * A semaphore whose permits never exceed the initial value: a release beyond it throws LockStateError.
 *
 * After Python's `multiprocessing.BoundedSemaphore`.
 */
export class BoundedSemaphore extends Semaphore {}
registerThing("BoundedSemaphore", BoundedSemaphore, BYTES);
