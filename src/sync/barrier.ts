/** `Barrier`: threads that wait for each other, again and again. Each has an entry to be told in; deaths break it. */
import { BrokenBarrierError, TimeoutError } from "../base/errors.js";
import { expectInteger } from "../base/expect.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { compareExchange, load, notify, store, type Words } from "../memory/words/atomics.js";
import { DEATH_LOOK_MS } from "../memory/words/intervals.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "../memory/words/wait.js";
import { FoundByName } from "../things/found-by-name.js";
import { HEADER_WORDS } from "../things/layout.js";
import { blockIdOf, label, registerThing, wordsOf } from "../things/shared-thing.js";
import {
  alone as aloneIn,
  claim,
  ENTRIES,
  endOf,
  find,
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
/** When somebody last looked for the dead, in ms: one of the waiters is enough. */
const LOOKED = PARTIES + 2;
/** When the first of this round came. */
const BEGAN = PARTIES + 3;
/** Who waits, or waited last round: token, state. */
const tableOf = (parties: number): Table => tableAfter(BEGAN, 2, parties + ENTRIES);
const STATE = 1;
/** What a hostile block says is not believed. */
const tableIn = (words: Words): Table => {
  const table = tableOf(partiesOf(words));
  const fits = Math.floor((words.length - table.start) / table.stride);
  return { ...table, count: Math.min(table.count, fits) };
};

// STATE of an entry: MEMBER ─▶ WAITING ─▶ PASSED ─▶ MEMBER, or WAITING ─▶ TURNED_AWAY ─▶ nobody's
const MEMBER = 1; // was there last time
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

/** Tells all who wait. Under the lock. */
function tellWaiting(words: Words, state: number): void {
  const table = tableIn(words);
  for (let at = next(words, table, 0); at !== 0; at = next(words, table, at)) {
    if (compareExchange(words, at + STATE, WAITING, state) === WAITING) notify(words, at + STATE);
  }
}

/** Nobody passes any more, until `reset`. Under the lock. */
function breakUp(words: Words): void {
  store(words, BROKEN, 1);
  tellWaiting(words, TURNED_AWAY);
}

/** Runs `act` with the barrier to itself. Whoever died inside may have let some pass and not others: broken. */
const alone = <T>(words: Words, act: () => T): T => aloneIn(words, act, breakUp);

/** Takes a place; the last one lets all pass. @returns the entry, and the places that were still free */
function arrive(words: Words): [at: number, place: number] | undefined {
  return alone(words, () => {
    if (load(words, BROKEN) !== 0) return undefined;
    const others = count(words, WAITING);
    if (others === 0) store(words, BEGAN, clock());
    const place = partiesOf(words) - others - 1;
    // Who waited may have died, and nobody else be there to notice. Not in quick rounds: a thread takes longer than
    // that to die.
    const isStale = place === 0 && elapsedSince(words, BEGAN) > 1;
    const at = isStale && hasDeadMember(words) ? 0 : entryFor(words);
    if (at === 0) {
      if (!hasDeadMember(words)) tooMany(tableIn(words), "threads at a barrier");
      breakUp(words);
      return undefined;
    }
    store(words, at + STATE, WAITING);
    if (place === 0) tellWaiting(words, PASSED);
    return [at, place];
  });
}

/** Milliseconds that all threads count alike, in 31 bits. */
const clock = () => Date.now() & 0x7fffffff;
const elapsedSince = (words: Words, at: number) => Math.abs(clock() - load(words, at));

/**
 * The entry of this thread's last round, which another async function of it may be waiting in, or a new one; 0 if the
 * table is full.
 */
function entryFor(words: Words): number {
  const table = tableIn(words);
  const isMember = (at: number) => load(words, at + STATE) === MEMBER;
  const isLeftover = (at: number) => load(words, at + STATE) === TURNED_AWAY && isDead(words, at);
  return (
    find(words, table, (at) => isOwn(words, at) && isMember(at)) ||
    claim(words, table, isLeftover) ||
    // More threads take turns than there are entries: those of earlier rounds make room, unless they are known to be
    // dead.
    claim(words, table, (at) => isMember(at) && !isDead(words, at))
  );
}

/** Whether a member has died, waiting or since the last round. */
const hasDeadMember = (words: Words): boolean =>
  find(words, tableIn(words), (at) => load(words, at + STATE) !== TURNED_AWAY && isDead(words, at)) !== 0;

/** One of all waiters looks, each time. */
function isTurnToLook(words: Words): boolean {
  const last = load(words, LOOKED);
  return elapsedSince(words, LOOKED) >= LOOK_TURN_MS && compareExchange(words, LOOKED, last, clock()) === last;
}

/** True once the round is over; breaks it if one of the others has died. */
function hasPassed(words: Words, at: number, patience: Patience): true | undefined {
  if (load(words, at + STATE) === WAITING && patience.isTimeToLook() && isTurnToLook(words)) {
    alone(words, () => {
      if (hasDeadMember(words)) breakUp(words);
    });
  }
  return load(words, at + STATE) === WAITING ? undefined : true;
}

/** Leaves the round, however it ended; true if it was passed. */
function depart(words: Words, at: number): boolean {
  return alone(words, () => {
    const state = load(words, at + STATE);
    if (state === WAITING) breakUp(words); // it gives up: the others would wait for ever
    if (state === PASSED) store(words, at + STATE, MEMBER);
    else store(words, at, 0);
    return state === PASSED;
  });
}

/** This thread is not expected any more. What it still waits for, at its end, it gives up. */
function leave(words: Words, isAtEnd: boolean): void {
  alone(words, () => {
    find(words, tableIn(words), (at) => {
      if (!isOwn(words, at)) return false;
      if (isAtEnd && load(words, at + STATE) === WAITING) breakUp(words);
      if (isAtEnd || load(words, at + STATE) === MEMBER) store(words, at, 0);
      return false;
    });
  });
}

/**
 * A fixed number of threads wait here until all have come, again and again. One that gives up, or dies, waiting or
 * between two rounds, breaks the barrier: all others get BrokenBarrierError, until `reset()`. A thread that has ended
 * in good order (exit code 0) is no longer expected, and another may take its place.
 *
 * @example
 * const barrier = new Barrier(4, { name: "step" }); // in each of four workers: if (barrier.waitSync() === 0) swap();
 * // one of them gets 0; the others run on meanwhile, barrier.waitSync(); // so all wait once more before they use what
 * it did. (Python's `action` runs before anyone passes.)
 *
 * After Python's `multiprocessing.Barrier`, which a killed party blocks for ever.
 */
export class Barrier extends FoundByName {
  /**
   * @param parties how many wait for each other, an integer in [1, 65536]
   * @throws {RangeError} {TypeError} {NameTakenError}
   */
  constructor(parties: number, options?: NameOptions) {
    super(parties, options, () => {
      expectInteger("parties", parties, 1, MAX_PARTIES + 1);
      const fill = (words: Words) => {
        words[PARTIES] = parties;
      };
      return { byteLength: 4 * endOf(tableOf(parties)), fill };
    });
  }

  /**
   * Waits for all others. Each gets one of [0, parties); who gets 0 does what is to be done once.
   *
   * @throws {BrokenBarrierError} if a member died or gave up, or `abort()` or `reset()` was called
   * @throws {TimeoutError} {AbortedError}, which break it
   */
  async wait(options: WaitOptions = {}): Promise<number> {
    expectWait(options);
    const words = wordsOf(this);
    leaveAtExit(this, blockIdOf(this), words, leave);
    const [at, place] = arrive(words) ?? broken(this, words);
    const patience = new Patience();
    const poll = () => hasPassed(words, at, patience);
    let isOver: true | undefined;
    let failure: unknown;
    try {
      isOver = await waitUntil(words, at + STATE, poll, options, patience.nap);
    } catch (e) {
      failure = e;
    }
    return this.#leave(words, at, place, failure ?? (isOver ? undefined : timedOut(this, options)));
  }
  /** As `wait`, blocking. */
  waitSync(options: SyncWaitOptions = {}): number {
    expectWait(options);
    const words = wordsOf(this);
    leaveAtExit(this, blockIdOf(this), words, leave);
    const [at, place] = arrive(words) ?? broken(this, words);
    const patience = new Patience();
    const isOver = waitUntilSync(
      words,
      at + STATE,
      () => hasPassed(words, at, patience),
      options.timeoutMs,
      patience.nap,
    );
    return this.#leave(words, at, place, isOver ? undefined : timedOut(this, options));
  }

  /** Breaks the barrier: whoever waits, and whoever comes until `reset()`, gets BrokenBarrierError. */
  abort(): void {
    const words = wordsOf(this);
    alone(words, () => breakUp(words));
  }
  /** Mends the barrier. Whoever waits gets BrokenBarrierError; the next to come begin anew. */
  reset(): void {
    const words = wordsOf(this);
    alone(words, () => {
      tellWaiting(words, TURNED_AWAY);
      const table = tableIn(words);
      find(words, table, (at) => {
        if (load(words, at + STATE) === MEMBER || isDead(words, at)) store(words, at, 0);
        return false;
      });
      store(words, BROKEN, 0);
    });
  }

  /** How many wait for each other. */
  get parties(): number {
    return partiesOf(wordsOf(this));
  }
  /** How many are waiting now. */
  get waiting(): number {
    const words = wordsOf(this);
    let alive = 0;
    find(words, tableIn(words), (at) => {
      if (load(words, at + STATE) === WAITING && !isDead(words, at)) alive++;
      return false;
    });
    return alive;
  }
  /** Whether it is broken: by a death, a time that was up, or `abort()`. */
  get broken(): boolean {
    return load(wordsOf(this), BROKEN) !== 0;
  }

  #leave(words: Words, at: number, place: number, failure: unknown): number {
    const isPassed = depart(words, at);
    if (!isPassed) throw failure ?? brokenError(this, words);
    return place;
  }
}
registerThing("Barrier", Barrier, 4 * endOf(tableOf(1)));

function broken(barrier: Barrier, words: Words): never {
  throw brokenError(barrier, words);
}
function brokenError(barrier: Barrier, words: Words): BrokenBarrierError {
  const parties = partiesOf(words);
  const message = `Expected all ${parties} members at ${label(barrier)}, but one died, failed or gave up (reset() mends it)`;
  return new BrokenBarrierError(message, { parties });
}
function timedOut(barrier: Barrier, { timeoutMs }: SyncWaitOptions): TimeoutError {
  const message = `Expected all members at ${label(barrier)} within ${timeoutMs} ms`;
  return new TimeoutError(message, { timeoutMs: timeoutMs!, written: [] });
}
