/** `Semaphore` and `BoundedSemaphore`: permits, with a ledger of who has how many. Byte map and proof: README.md. */
import { LockStateError } from "../errors.js";
import { expectInteger, expectOptions } from "../expect.js";
import { add, load, notify, store, type Words } from "../memory/atomics.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { FoundByName, HEADER_WORDS, label, registerThing, wordsOf } from "../memory/shared-thing.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "../memory/wait.js";
import { type Guard, OnceGuard } from "./guard.js";
import { claim, ENTRIES, endOf, enter, find, findOwn, isDead, next, type Table } from "./ledger.js";
import { timedOut } from "./lock.js";
import { unlock } from "./mutex.js";
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
const TABLE: Table = { start: TOTAL + 16, stride: 2, count: ENTRIES };
const HELD = 1;
const BYTES = 4 * endOf(TABLE);

const MAX_PERMITS = 2 ** 31 - 1;

// What is free is not stored: it is all permits but those held, so that taking and giving back is one store each.
function freePermits(words: Words): number {
  let free = load(words, TOTAL);
  for (let at = next(words, TABLE, 0); at !== 0; at = next(words, TABLE, at)) free -= load(words, at + HELD);
  return free;
}

/** Runs `act` with the ledger to itself. */
function alone<T>(words: Words, act: () => T): T {
  enter(words);
  try {
    return act();
  } finally {
    unlock(words);
  }
}

/** Takes a permit, or leaves word that somebody waits. */
function take(words: Words, patience: Patience): true | undefined {
  const isWelcome = patience.hasSlept || load(words, HUNGRY) === 0;
  if (isWelcome && freePermits(words) > 0) {
    const isEmpty = (at: number) => load(words, at + HELD) === 0;
    const at = findOwn(words, TABLE) || claim(words, TABLE, "threads with a permit", isEmpty);
    store(words, at + HELD, load(words, at + HELD) + 1);
    if (patience.hasSlept) store(words, HUNGRY, 0);
    return true;
  }
  if (patience.isTimeToLook()) takeBackFromTheDead(words);
  store(words, HAS_WAITERS, 1);
  if (patience.isHungry) store(words, HUNGRY, 1);
  return undefined;
}

function takeBackFromTheDead(words: Words): void {
  for (let at = next(words, TABLE, 0); at !== 0; at = next(words, TABLE, at)) {
    if (load(words, at + HELD) === 0 || !isDead(words, at)) continue;
    store(words, at + HELD, 0);
    wakeOne(words);
  }
}

/** Takes back one permit of this thread's, or of another's, or adds a new one; false if it must not. */
function giveBack(words: Words, isBounded: boolean): boolean {
  const holds = (at: number) => load(words, at + HELD) > 0;
  const own = findOwn(words, TABLE);
  const holder = own !== 0 && holds(own) ? own : find(words, TABLE, holds);
  if (holder !== 0) store(words, holder + HELD, load(words, holder + HELD) - 1);
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

/**
 * A number of permits. `acquire` takes one, waiting while there is none; `release` gives one back, or adds one where none
 * is out. What a thread held when it died comes back, so that nobody waits for it. A release by a thread that holds none
 * stands for one that does: permits have no names.
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

  /** Takes a permit, with the event loop free. @throws {TimeoutError} {AbortedError} */
  async acquire(options: WaitOptions = {}): Promise<Guard> {
    expectWait(expectOptions(options));
    const words = wordsOf(this);
    const patience = options.timeoutMs === 0 ? Patience.none() : new Patience();
    const poll = () => alone(words, () => take(words, patience));
    if (!(await waitUntil(words, ASYNC_RELEASES, poll, options, patience.nap))) throw timedOut(this, options);
    return permit(words);
  }
  /** As `acquire`, blocking. */
  acquireSync(options: SyncWaitOptions = {}): Guard {
    expectWait(expectOptions(options));
    const words = wordsOf(this);
    const patience = options.timeoutMs === 0 ? Patience.none() : new Patience();
    const poll = () => alone(words, () => take(words, patience));
    if (!waitUntilSync(words, RELEASES, poll, options.timeoutMs, patience.nap)) throw timedOut(this, options);
    return permit(words);
  }
  /** Takes a permit if there is one; `undefined` if not. Never waits. */
  tryAcquire(): Guard | undefined {
    const words = wordsOf(this);
    const patience = Patience.none();
    const take2 = () => take(words, patience) ?? take(words, patience); // the first look may have found some of the dead
    return alone(words, take2) ? permit(words) : undefined;
  }
  /** Gives a permit back, or adds one. @throws {LockStateError} above the first value of a BoundedSemaphore, and above 2^31 - 1 */
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

/** A permit of this thread; nothing to give back once another thread's release has stood for it. */
function permit(words: Words): Guard {
  return new OnceGuard(() => {
    alone(words, () => {
      const own = findOwn(words, TABLE);
      const held = own === 0 ? 0 : load(words, own + HELD);
      if (held === 0) return;
      store(words, own + HELD, held - 1);
      wakeOne(words);
    });
  });
}
