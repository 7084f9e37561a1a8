/**
 * `Barrier`: threads that wait for each other, again and again. Each one waits on an entry of its own, and a death
 * breaks the barrier.
 */
import { BrokenBarrierError, TimeoutError } from "../base/errors.js";
import { expectInteger } from "../base/expect.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { compareExchange, load, notify, store, type Words } from "../memory/words/atomics.js";
import { DEATH_LOOK_MS, MOMENT_MS } from "../memory/words/intervals.js";
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
import { blockIdOf, label, registerThing, wordsOf } from "../things/shared-thing.js";
import {
  alone,
  aloneWithin,
  claim,
  ENTRIES,
  endOf,
  find,
  free,
  isDead,
  isOwn,
  next,
  type Table,
  tableAfter,
  tooMany,
} from "./ledger.js";
import { leaveAtExit } from "./membership.js";
import { Patience } from "./patience.js";

const PARTIES = HEADER_WORDS;
const BROKEN = PARTIES + 1;
/** When a waiter last looked for dead members, in ms. It is enough if one of the waiters looks. */
const LOOKED = PARTIES + 2;
/** When the first thread of this round arrived, in ms. */
const BEGAN = PARTIES + 3;
/** The threads that wait or that waited in the last round: token, state. */
const tableOf = (parties: number): Table => tableAfter(BEGAN, 2, parties + ENTRIES);
const STATE = 1;
/** The table in a block, limited to the block's size: a hostile block may claim a larger one. */
const tableIn = (words: Words): Table => {
  const table = tableOf(partiesOf(words));
  const fits = Math.floor((words.length - table.start) / table.stride);
  return { ...table, count: Math.min(table.count, fits) };
};

// STATE of an entry: MEMBER ─▶ WAITING ─▶ PASSED ─▶ MEMBER, or WAITING ─▶ TURNED_AWAY ─▶ free
const MEMBER = 1; // passed the last round
const WAITING = 2;
const PASSED = 3;
const TURNED_AWAY = 4;

const MAX_PARTIES = 1 << 16;
/** All waiters look for dead members in turns: no look is due sooner than this after another waiter's. */
const LOOK_TURN_MS = DEATH_LOOK_MS / 2;

const partiesOf = (words: Words) => Math.min(Math.max(load(words, PARTIES), 1), MAX_PARTIES);

function count(words: Words, state: number): number {
  const table = tableIn(words);
  let found = 0;
  for (let at = next(words, table, 0); at !== 0; at = next(words, table, at)) {
    if (load(words, at + STATE) === state) found++;
  }
  return found;
}

/** Moves all waiters to `state` and wakes them. To be called under the lock. */
function moveWaiting(words: Words, state: number): void {
  const table = tableIn(words);
  for (let at = next(words, table, 0); at !== 0; at = next(words, table, at)) {
    if (compareExchange(words, at + STATE, WAITING, state) === WAITING) notify(words, at + STATE);
  }
}

/**
 * Breaks the barrier: no thread passes it until `reset`. To be called under the lock, because otherwise some of a round
 * may pass while others do not.
 */
function breakUp(words: Words): true {
  store(words, BROKEN, 1);
  moveWaiting(words, TURNED_AWAY);
  return true;
}

/**
 * How long a thread that gives up waits for the lock before it breaks the barrier without it. Threads hold the lock for
 * microseconds, so one that holds it for longer is stopped, or was interrupted on a busy machine.
 */
const GRACE_MS = 100;

/** Breaks the barrier, also if a stopped thread holds the lock. */
function forceOpen(words: Words): void {
  aloneWithin(words, GRACE_MS, breakUp, breakUp) ?? breakUp(words);
}
/** As `forceOpen`, but without blocking the thread. */
async function forceOpenLater(words: Words): Promise<void> {
  const patience = new Patience();
  const poll = () => aloneWithin(words, 0, breakUp, breakUp, patience);
  (await waitUntil(words, BROKEN, poll, { timeoutMs: GRACE_MS }, patience.nap)) ?? breakUp(words);
}

/** A thread's part in a round: its entry, and the number of places that were free after it. */
interface Arrival {
  readonly at: number;
  readonly place: number;
}

/**
 * Takes a place in the round. The thread that takes the last one lets all pass.
 *
 * @returns `undefined` if another thread has the lock for longer than `limitMs`.
 */
function arrive(words: Words, limitMs: number, patience: Patience): Arrival | "broken" | undefined {
  const act = () => {
    if (load(words, BROKEN) !== 0) return "broken";
    const others = count(words, WAITING);
    if (others === 0) store(words, BEGAN, clock());
    const place = partiesOf(words) - others - 1;
    // A waiter may have died with no other waiter there to notice. In quick rounds this is not checked, because a
    // thread takes longer than that to die.
    const isStale = place === 0 && elapsedSince(words, BEGAN) > 1;
    const at = isStale && hasDeadMember(words) ? 0 : entryFor(words);
    if (at === 0) {
      if (!hasDeadMember(words)) tooMany(tableIn(words), "threads at a barrier");
      breakUp(words);
      return "broken";
    }
    store(words, at + STATE, WAITING);
    if (place === 0) moveWaiting(words, PASSED);
    // If this thread was stopped in here for long, another one has broken the barrier without the lock.
    if (load(words, BROKEN) !== 0) moveWaiting(words, TURNED_AWAY);
    return { at, place };
  };
  // A thread that died holding the lock may have let only some waiters pass.
  return aloneWithin(words, limitMs, act, breakUp, patience);
}

/** Milliseconds in 31 bits, counted alike by all threads. */
const clock = () => Date.now() & 0x7fffffff;
const elapsedSince = (words: Words, at: number) => Math.abs(clock() - load(words, at));

/**
 * Returns an entry for this thread: the one of its last round, unless another async function of the thread is waiting
 * in it, or a new one. Returns 0 if the table is full.
 */
function entryFor(words: Words): number {
  const table = tableIn(words);
  const isMember = (at: number) => load(words, at + STATE) === MEMBER;
  const isLeftover = (at: number) => load(words, at + STATE) === TURNED_AWAY && isDead(words, at);
  return (
    find(words, table, (at) => isOwn(words, at) && isMember(at)) ||
    claim(words, table, isLeftover) ||
    // If more threads take turns than there are entries, members of earlier rounds make room, unless they are dead.
    claim(words, table, (at) => isMember(at) && !isDead(words, at))
  );
}

/** Whether a member has died, while it was waiting or since the last round. */
const hasDeadMember = (words: Words): boolean =>
  find(words, tableIn(words), (at) => load(words, at + STATE) !== TURNED_AWAY && isDead(words, at)) !== 0;

/** Whether it is this waiter's turn to look for dead members. */
function isTurnToLook(words: Words): boolean {
  const last = load(words, LOOKED);
  return elapsedSince(words, LOOKED) >= LOOK_TURN_MS && compareExchange(words, LOOKED, last, clock()) === last;
}

/** Returns true once the round is over. Breaks the barrier if another member has died. */
function hasPassed(words: Words, at: number, patience: Patience): true | undefined {
  if (load(words, at + STATE) === WAITING && patience.isTimeToLook() && isTurnToLook(words)) {
    // If another thread has the lock, the next look will do.
    aloneWithin(words, 0, () => hasDeadMember(words) && breakUp(words), breakUp);
  }
  return load(words, at + STATE) === WAITING ? undefined : true;
}

const isWaiting = (words: Words, at: number) => load(words, at + STATE) === WAITING;

/** Leaves a round that is over for this thread. Returns true if the round was passed. Needs no lock. */
function depart(words: Words, at: number): boolean {
  const isPassed = compareExchange(words, at + STATE, PASSED, MEMBER) === PASSED;
  if (!isPassed) free(words, at);
  return isPassed;
}

/**
 * Removes this thread's entries, so that nobody expects it any more. When the thread ends, it also gives up its waits.
 */
function leave(words: Words, isAtEnd: boolean): void {
  find(words, tableIn(words), (at) => {
    if (!isOwn(words, at)) return false;
    if (isAtEnd && isWaiting(words, at)) forceOpen(words); // the others would never pass
    if (isAtEnd || load(words, at + STATE) === MEMBER) free(words, at);
    return false;
  });
}

/**
 * A point where a fixed number of threads wait until all have arrived, again and again. A thread that gives up or dies,
 * while it waits or between two rounds, breaks the barrier: all others get BrokenBarrierError until `reset()`. A thread
 * that ends with exit code 0 is no longer expected, and another thread may take its place.

 *
 * @example
 * const barrier = new Barrier(4, { name: "step" }); // in each of four workers:
 * if (barrier.waitSync() === 0) swap(); // one of them gets 0; the others go on meanwhile,
 * barrier.waitSync(); // so all wait once more before they use what it did
 *
 * (Python's `action` runs before anyone passes.)
 *
 * After Python's `multiprocessing.Barrier`, at which nobody passes any more once a party was killed.
 */
export class Barrier extends FoundByName {
  /**
   * @param parties How many threads wait for each other, an integer in [1, 65536].
   * @throws {RangeError} If `parties` or the name is not allowed.
   * @throws {TypeError} If an argument has the wrong type.
   * @throws {NameTakenError} If the name is taken.
   */
  constructor(parties: number, options?: NameOptions) {
    super(parties, options, () => {
      expectInteger("parties", parties, 1, MAX_PARTIES + 1, "each has an entry in the block");
      const fill = (words: Words) => {
        words[PARTIES] = parties;
      };
      return { byteLength: 4 * endOf(tableOf(parties)), fill };
    });
  }

  /**
   * Waits until all threads have arrived. Each gets a different number in [0, parties); the thread that gets 0 can do
   * what is to be done once.
   *
   * @throws {BrokenBarrierError} If a member died or gave up, or `abort()` or `reset()` was called.
   * @throws {TimeoutError} If the others do not arrive within `timeoutMs`. This breaks the barrier.
   * @throws {AbortedError} If `signal` fires first. This breaks the barrier.
   * @throws {UnsupportedError} If more threads are at the barrier than its table has room for.
   * @throws {ClosedError} If this handle was closed.
   */
  async wait(options: WaitOptions = {}): Promise<number> {
    const given = expectWait(options, "wait");
    const words = wordsOf(this);
    leaveAtExit(this, blockIdOf(this), words, leave);
    const left = countdown(given);
    const patience = new Patience();
    let failure: unknown;
    const fail = (e: unknown) => {
      failure = e;
      return undefined;
    };
    const come = () => arrive(words, 0, patience);
    const arrival = come() ?? (await waitUntil(words, BROKEN, come, left(), patience.nap).catch(fail));
    if (arrival === "broken") throw brokenError(this, words);
    if (arrival) {
      const poll = () => hasPassed(words, arrival.at, patience);
      await waitUntil(words, arrival.at + STATE, poll, left(), patience.nap).catch(fail);
      if (!isWaiting(words, arrival.at)) return this.#leave(words, arrival, failure);
    }
    await forceOpenLater(words);
    return this.#leave(words, arrival, failure ?? timedOut(this, given));
  }
  /**
   * As `wait`, but blocks the thread.
   *
   * @throws {BrokenBarrierError} If a member died or gave up, or `abort()` or `reset()` was called.
   * @throws {TimeoutError} If the others do not arrive within `timeoutMs`. This breaks the barrier.
   * @throws {UnsupportedError} If more threads are at the barrier than its table has room for.
   * @throws {ClosedError} If this handle was closed.
   */
  waitSync(options: SyncWaitOptions = {}): number {
    const given = expectSyncWait(options, "waitSync");
    const words = wordsOf(this);
    leaveAtExit(this, blockIdOf(this), words, leave);
    const left = countdown(given);
    const patience = new Patience();
    const arrival = arrive(words, Math.max(left().timeoutMs, MOMENT_MS), patience);
    if (arrival === "broken") throw brokenError(this, words);
    if (arrival) {
      const poll = () => hasPassed(words, arrival.at, patience);
      waitUntilSync(words, arrival.at + STATE, poll, left().timeoutMs, patience.nap);
      if (!isWaiting(words, arrival.at)) return this.#leave(words, arrival);
    }
    forceOpen(words);
    return this.#leave(words, arrival, timedOut(this, given));
  }

  /** Breaks the barrier. All waiters, and all threads that arrive before `reset()`, get BrokenBarrierError. */
  abort(): void {
    forceOpen(wordsOf(this));
  }
  /**
   * Repairs the barrier. Waiters get BrokenBarrierError, and the next thread to arrive begins a new round.
   *
   * @throws {TimeoutError} If a thread has been arriving for 5 s: it is stopped, and may go on at any time.
   */
  reset(): void {
    const repair = (words: Words) => {
      moveWaiting(words, TURNED_AWAY);
      const table = tableIn(words);
      find(words, table, (at) => {
        if (load(words, at + STATE) === MEMBER || isDead(words, at)) store(words, at, 0);
        return false;
      });
      store(words, BROKEN, 0);
    };
    alone(wordsOf(this), () => label(this), repair, breakUp);
  }

  /** How many threads wait for each other. */
  get parties(): number {
    return partiesOf(wordsOf(this));
  }
  /** How many threads are waiting now. */
  get waiting(): number {
    const words = wordsOf(this);
    let alive = 0;
    find(words, tableIn(words), (at) => {
      if (load(words, at + STATE) === WAITING && !isDead(words, at)) alive++;
      return false;
    });
    return alive;
  }
  /** Whether the barrier is broken: by a death, a timeout, an aborted wait or `abort()`. */
  get broken(): boolean {
    return load(wordsOf(this), BROKEN) !== 0;
  }

  /** @param failure The error if this thread itself has given up. */
  #leave(words: Words, arrival: Arrival | undefined, failure?: unknown): number {
    if (arrival && depart(words, arrival.at)) return arrival.place;
    throw failure ?? brokenError(this, words);
  }
}
registerThing("Barrier", Barrier, 4 * endOf(tableOf(1)));

function brokenError(barrier: Barrier, words: Words): BrokenBarrierError {
  const parties = partiesOf(words);
  const expected = `Expected all ${parties} members at ${label(barrier)}`;
  const message = `${expected}, but one died, failed or gave up (reset() mends it)`;
  return new BrokenBarrierError(message, { parties });
}
function timedOut(barrier: Barrier, { timeoutMs }: SyncWaitOptions): TimeoutError {
  const message = `Expected all members at ${label(barrier)} within ${timeoutMs} ms`;
  return new TimeoutError(message, { timeoutMs: timeoutMs!, written: [] });
}
