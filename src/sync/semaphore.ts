/** `Semaphore` and `BoundedSemaphore`: permits, with a ledger of who has how many. States and proof: README.md. */

import { LockStateError } from "../base/errors.js";
import { expectInteger } from "../base/expect.js";
import { holdBytes, letGoOfBytes } from "../memory/blocks/opened.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { add, load, notify, store, type Words } from "../memory/words/atomics.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "../memory/words/wait.js";
import { ownToken } from "../system/agent.js";
import { FoundByName } from "../things/found-by-name.js";
import { HEADER_WORDS } from "../things/layout.js";
import { label, registerThing, wordsOf } from "../things/shared-thing.js";
import { forbidSending } from "../wire/handle.js";
import type { Guard } from "./guard.js";
import {
  alone,
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

/** All permits, free and held. */
const TOTAL = HEADER_WORDS;
/** The first value, above which a BoundedSemaphore does not go. */
const BOUND = TOTAL + 1;
/** 1 when somebody has waited for long: newcomers go to sleep first. */
const HUNGRY = TOTAL + 2;
/** Counts releases, for blocked waiters and for those whose event loop is free. */
const RELEASES = TOTAL + 3;
const ASYNC_RELEASES = TOTAL + 4;
/** 1 once anyone has waited. */
const HAS_WAITERS = TOTAL + 5;
/** Who holds how many: token, permits. */
const TABLE: Table = tableAfter(HAS_WAITERS, 2, ENTRIES);
const HELD = 1;
const BYTES = 4 * endOf(TABLE);

const MAX_PERMITS = 2 ** 31 - 1;

// What is free is not stored: it is all permits but those held, so that taking and giving back is one store each.
function freePermits(words: Words): number {
  let free = words[TOTAL]!;
  for (let at = TABLE.start, end = endOfUsed(words, TABLE); at < end; at += TABLE.stride) free -= words[at + HELD]!;
  return free;
}

const heldBy = (words: Words, at: number) => words[at + HELD]!;
/** 0 if this thread has none. */
function findOwn(words: Words): number {
  for (let at = TABLE.start, end = endOfUsed(words, TABLE); at < end; at += TABLE.stride) {
    if (words[at] === ownToken) return at;
  }
  return 0;
}

/** Takes a permit if there is one. */
function takeFree(words: Words): boolean {
  if (freePermits(words) <= 0) return false;
  const at = findOwn(words) || newEntry(words);
  store(words, at + HELD, heldBy(words, at) + 1);
  return true;
}

/** As `takeFree`, for newcomers: they take none while somebody has waited for long. */
const takeAtOnce = (words: Words): boolean => load(words, HUNGRY) === 0 && takeFree(words);

/** Takes a permit, or leaves word that somebody waits. */
function take(words: Words, patience: Patience): true | undefined {
  if (patience.isTimeToLook()) takeBackFromTheDead(words);
  if (patience.hasSlept || patience.isHungry ? takeFree(words) : takeAtOnce(words)) {
    if (patience.hasSlept) store(words, HUNGRY, 0);
    return true;
  }
  store(words, HAS_WAITERS, 1);
  if (patience.isHungry) store(words, HUNGRY, 1);
  return undefined;
}

function newEntry(words: Words): number {
  const isEmpty = (at: number) => heldBy(words, at) === 0;
  const at = claim(words, TABLE, isEmpty);
  if (at !== 0) return at;
  takeBackFromTheDead(words);
  forgetConsumed(words);
  return claim(words, TABLE, isEmpty) || tooMany(TABLE, "threads with a permit");
}

/**
 * What the dead held comes back, up to the first value. What was added beyond it is a signal, which they have consumed.
 */
function takeBackFromTheDead(words: Words): void {
  let added = Math.max(0, load(words, TOTAL) - load(words, BOUND));
  for (let at = next(words, TABLE, 0); at !== 0; at = next(words, TABLE, at)) {
    const held = heldBy(words, at);
    if (held === 0 || !isDead(words, at)) continue;
    const consumed = Math.min(held, added);
    added -= consumed; // these stay with the dead: one store, and who looks again finds the same
    if (held > consumed) store(words, at + HELD, consumed);
    for (let i = consumed; i < held; i++) wakeOne(words);
  }
}

/** What the dead have consumed makes room for others, when the table is full. */
function forgetConsumed(words: Words): void {
  for (let at = next(words, TABLE, 0); at !== 0; at = next(words, TABLE, at)) {
    const held = heldBy(words, at);
    if (held === 0 || !isDead(words, at)) continue;
    store(words, TOTAL, load(words, TOTAL) - held);
    store(words, at + HELD, 0);
  }
}

/** Takes back a permit of this thread's; false if it has none. */
function giveBackOwn(words: Words): boolean {
  const own = findOwn(words);
  if (own === 0 || heldBy(words, own) === 0) return false;
  store(words, own + HELD, heldBy(words, own) - 1);
  wakeOne(words);
  return true;
}

/** Takes back one permit of this thread's, or of another's, or adds a new one; false if it must not. */
function giveBack(words: Words, isBounded: boolean): boolean {
  if (giveBackOwn(words)) return true;
  const holder = find(words, TABLE, (at) => heldBy(words, at) > 0);
  if (holder !== 0) store(words, holder + HELD, heldBy(words, holder) - 1);
  else if (load(words, TOTAL) >= (isBounded ? load(words, BOUND) : MAX_PERMITS)) return false;
  else store(words, TOTAL, load(words, TOTAL) + 1);
  wakeOne(words);
  return true;
}

/** One of each sort: a waiter whose event loop is busy must not keep the wake from the others. */
function wakeOne(words: Words): void {
  if (load(words, HAS_WAITERS) === 0) return;
  for (const i of [RELEASES, ASYNC_RELEASES]) {
    add(words, i, 1);
    notify(words, i, 1);
  }
}

/** A permit of this thread; nothing to give back once another thread's release has stood for it. */
class Permit implements Guard {
  #words: Words | undefined;

  constructor(words: Words) {
    this.#words = words;
    holdBytes(words, this); // the semaphore's handle may be closed before
  }
  release(): void {
    const words = this.#words;
    this.#words = undefined;
    if (!words) return;
    alone(words, giveBackOwn);
    letGoOfBytes(words, this);
  }
  [Symbol.dispose](): void {
    this.release();
  }
}
forbidSending(Permit);

/**
 * A number of permits. `acquire` takes one, waiting while there is none; `release` gives one back, or adds one where
 * none is out. What a thread held when it died comes back, so that nobody waits for it; but not above the first value,
 * for what was added by `release` is a signal, which it had consumed. A release by a thread that holds none stands for
 * one that does: permits have no names.
 *
 * @example
 * const slots = new Semaphore(3);
 * using _ = await slots.acquire();
 *
 * After Python's `multiprocessing.Semaphore`.
 */
export class Semaphore extends FoundByName {
  /**
   * @param value permits at first, an integer in [0, 2^31)
   * @throws {RangeError} {TypeError} {NameTakenError}
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
   * Takes a permit, with the event loop free.
   *
   * @throws {TimeoutError} {AbortedError} {ClosedError} @throws {UnsupportedError} if 128 threads hold permits
   */
  async acquire(options: WaitOptions = {}): Promise<Guard> {
    expectWait(options);
    const words = wordsOf(this);
    const patience = options.timeoutMs === 0 ? Patience.none() : new Patience();
    const poll = () => alone(words, () => take(words, patience));
    if (!(await waitUntil(words, ASYNC_RELEASES, poll, options, patience.nap))) throw timedOut(this, options);
    return new Permit(words);
  }
  /** As `acquire`, blocking. @throws {TimeoutError} {ClosedError} {UnsupportedError} */
  acquireSync(options: SyncWaitOptions = {}): Guard {
    expectWait(options);
    const words = wordsOf(this);
    if (alone(words, takeAtOnce)) return new Permit(words);
    const patience = options.timeoutMs === 0 ? Patience.none() : new Patience();
    const poll = () => alone(words, () => take(words, patience));
    if (!waitUntilSync(words, RELEASES, poll, options.timeoutMs, patience.nap)) throw timedOut(this, options);
    return new Permit(words);
  }
  /** Takes a permit if there is one; `undefined` if not. Never waits. @throws {ClosedError} {UnsupportedError} */
  tryAcquire(): Guard | undefined {
    const words = wordsOf(this);
    return alone(words, () => take(words, Patience.none())) ? new Permit(words) : undefined;
  }
  /**
   * Gives a permit back, or adds one. @throws {LockStateError} above the first value of a BoundedSemaphore, and above
   * 2^31 - 1
   */
  release(): void {
    const words = wordsOf(this);
    const isBounded = this instanceof BoundedSemaphore;
    if (alone(words, () => giveBack(words, isBounded))) return;
    const lock = label(this);
    const most = isBounded ? load(words, BOUND) : MAX_PERMITS;
    throw new LockStateError(
      `Expected a release for each acquire of ${lock}, got one more: it has all ${most} permits`,
      {
        lock,
      },
    );
  }
  /** Permits that are free. */
  get value(): number {
    const words = wordsOf(this);
    return alone(words, () => {
      takeBackFromTheDead(words);
      return freePermits(words);
    });
  }
}
registerThing("Semaphore", Semaphore, BYTES);

/**
 * As `Semaphore`, but a release above the first value throws LockStateError.
 *
 * After Python's `multiprocessing.BoundedSemaphore`.
 */
export class BoundedSemaphore extends Semaphore {}
registerThing("BoundedSemaphore", BoundedSemaphore, BYTES);
