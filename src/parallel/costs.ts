/** What functions have cost so far. From this the pool decides whether to share a call, and with which members. */
import { ASSUMED, type DispatchCost } from "./team/dispatch-cost.js";
import { BOOTING, RUNNING } from "./team/layout.js";
import { Typical } from "./typical.js";

/** The number of functions whose cost is remembered. Those used last are kept. */
const MAX_FUNCTIONS = 1000;
/** How many size classes below its own a call may be estimated from: calls of at least an eighth of the elements. */
const REACH = 3;
/** How long it takes the caller to write a call down. */
const POST_US = 1;
/** A call is shared if that saves more than this many times what sharing costs the caller. */
const MARGIN = 2;
/** How long it takes a caller that is in its event loop to learn that the call has ended. */
const NOTICE_US = 30;
/**
 * Awaited calls up to this length may run on the caller. Longer ones never do, because they would hold up its event
 * loop.
 */
const MAX_BLOCKING_US = 1000;

/** A member that might help, and its STATE word. */
export interface Candidate<M> {
  readonly member: M;
  readonly state: number;
}

/** One in this many calls that are better shared runs alone, to learn what that takes by now. */
const ALONE_EVERY = 128;
/** Calls longer than this never run alone only to be measured. */
const MAX_TRIAL_US = 20_000;
/** If calls follow each other within this time, members keep spinning between them, once they are awake. */
const OFTEN_MS = 1;
/** How long a member that has been roused may take until it spins, and how long it then spins for the next call. */
const AROUSAL_MS = 2;
/** How often in a row members are roused without a call finding them awake. */
const MAX_ATTEMPTS = 4;
/** Of how many calls the median counts. A core that another program takes for some milliseconds must not decide. */
const ALONE_SAMPLES = 9;
const SHARED_SAMPLES = 31;
/** The first shared calls after a while do not count: the members' caches and clocks are cold. */
const COLD_SHARED = 16;
/** For how many calls a function runs alone after sharing did not pay: at first, and at most. */
const FIRST_PAUSE = 64;
const LAST_PAUSE = 1024;
/**
 * Sharing is given up if it is slower by this factor: at first only if it is clearly slower, because the pool's own
 * code is not compiled yet, and after so many shared calls if it is slower by more than the noise.
 */
const CLEARLY = 1.25;
const SLIGHTLY = 1.03;
const COLD_CALLS = 1000;

/** What is known of the calls of one function with one size class. Times are in microseconds per element. */
interface SizeClass {
  /** What one thread takes. As long as that was not measured, the least sum of what all members took. */
  oneThread: number;
  /** What calls that ran alone took. */
  readonly alone: Typical;
  /** How long shared calls with spinning members took from beginning to end. */
  readonly shared: Typical;
  /** The shared calls that are still to be made until they count. */
  cold: number;
  /** How often in a row members were roused without a call finding them awake, and until when they may take to wake. */
  attempts: number;
  rousedUntil: number;
  /** Calls that are still to run alone, and how many the next time that sharing does not pay. */
  left: number;
  pause: number;
  /** Calls that were worth sharing. */
  turns: number;
}

/** Who takes part in a call. */
export interface Choice<M> {
  /** The members to share the call with. None: the caller does it alone. */
  readonly share: readonly M[];
  /** Members to wake for the sake of the calls that follow. */
  readonly rouse: readonly M[];
}
const ALONE: Choice<never> = { share: [], rouse: [] };

/** What a call has cost. */
export interface Cost {
  readonly elements: number;
  /** Microseconds of computing, summed over all threads. */
  readonly busyUs: number;
  /** Microseconds from beginning to end. */
  readonly wallUs: number;
  readonly isShared: boolean;
}

export class Costs {
  /** By function and size class, which is the whole part of log2 of the elements. */
  readonly #classes = new Map<string, Map<number, SizeClass>>();
  /** What it costs to have a member take part; `undefined` until a worker is up. */
  dispatch: DispatchCost | undefined;
  /** When the last call that would be worth sharing with spinning members ended, if it ran alone. */
  #lastWorthMs = Number.NEGATIVE_INFINITY;
  /** Whether all members that the last call was shared with were spinning when it began. */
  #wasWarm = false;
  /** How many calls have been shared. */
  #sharedCalls = 0;

  /**
   * How many microseconds so many elements take on one thread. `undefined` if the function is unknown, or known only
   * from much smaller calls: their cost is mostly that of the call, not of the elements.
   */
  estimate(fn: string, elements: number): number | undefined {
    const classes = this.#classes.get(fn);
    if (!classes) return undefined;
    const own = classOf(elements);
    const same = classes.get(own);
    if (same) return same.oneThread * elements;
    const known = [...classes.keys()].filter((size) => size >= own - REACH).sort((a, b) => a - b);
    // The nearest class above, or if there is none, below. Classes below contain more of the fixed cost of a call.
    const best = known.find((size) => size >= own) ?? known.at(-1);
    return best === undefined ? undefined : classes.get(best)!.oneThread * elements;
  }

  /**
   * Chooses among the members that might help with a call. The caller does it alone if that is faster, or to find out
   * how long it takes. `undefined` if the call's cost is unknown.
   *
   * @param isBlocking whether the caller takes part
   * @param now the time in milliseconds
   */
  choose<M>(
    fn: string,
    elements: number,
    candidates: readonly Candidate<M>[],
    isBlocking: boolean,
    now = performance.now(),
  ): Choice<M> | undefined {
    const us = this.estimate(fn, elements);
    if (us === undefined) return undefined;
    const areSpinning = candidates.every(({ state }) => state === RUNNING);
    const atBest = this.worthWaking(us, areSpinning ? candidates : asIfSpinning(candidates), isBlocking);
    if (atBest.length === 0) return ALONE;
    const isOften = now - this.#lastWorthMs < OFTEN_MS;
    this.#lastWorthMs = now + us / 1000;
    this.#wasWarm = areSpinning;
    const known = this.#classes.get(fn)!.get(classOf(elements));
    if (known && isTurnAlone(known, us)) return ALONE;
    const share = areSpinning ? atBest : this.worthWaking(us, candidates, isBlocking);
    if (share.length > 0 || !known || !isOften || !mayRouse(known, now)) return { share, rouse: [] };
    return { share, rouse: atBest };
  }

  /** Whether an awaited call of so many microseconds may hold up its caller's event loop. */
  isShort(us: number): boolean {
    return us <= MAX_BLOCKING_US;
  }

  /**
   * Chooses the members that are worth waking. An empty list means that the caller is faster by itself.
   *
   * @param us how many microseconds the call takes on one thread
   * @param isBlocking whether the caller blocks and takes part itself
   */
  worthWaking<M>(us: number, candidates: readonly Candidate<M>[], isBlocking: boolean): M[] {
    const byState = this.dispatch ?? ASSUMED;
    const costOf = ({ state }: Candidate<M>) => byState[state] ?? byState[BOOTING]!;
    const sorted =
      candidates.length < 2 ? candidates : [...candidates].sort((a, b) => costOf(a).startUs - costOf(b).startUs);
    let costUs = POST_US + (isBlocking ? 0 : NOTICE_US);
    let startUs = 0;
    let count = 0;
    let most = 0;
    for (let i = 0; i < sorted.length; i++) {
      const cost = costOf(sorted[i]!);
      costUs += cost.wakeUs;
      startUs += cost.startUs;
      // All threads end at the same time. The time that members need to start is lost for the work.
      const sharedUs = (us + startUs) / (i + 1 + (isBlocking ? 1 : 0));
      const savedUs = us - sharedUs - costUs;
      if (savedUs > most && us - sharedUs > MARGIN * costUs) [count, most] = [i + 1, savedUs];
    }
    if (count === candidates.length) return candidates.map(({ member }) => member);
    const chosen = new Set(sorted.slice(0, count));
    // In the order of `candidates`, which is that of the ranks and of the ranges.
    return candidates.filter((candidate) => chosen.has(candidate)).map(({ member }) => member);
  }

  /**
   * Remembers what a call has cost.
   *
   * @param cost `undefined` if the call failed: its function becomes unknown, so that workers run it, not the caller
   */
  record(fn: string, cost: Cost | undefined): void {
    const classes = this.#classes.get(fn) ?? new Map<number, SizeClass>();
    this.#classes.delete(fn);
    if (!cost) return;
    this.#classes.set(fn, classes); // the last one used
    if (this.#classes.size > MAX_FUNCTIONS) this.#classes.delete(this.#classes.keys().next().value!);
    const { busyUs, wallUs, isShared } = cost;
    const elements = Math.max(1, cost.elements);
    const size = classOf(elements);
    const known = classes.get(size);
    if (!known) classes.set(size, newClass(busyUs / elements, !isShared));
    else if (isShared) this.#recordShared(known, wallUs / elements, busyUs / elements);
    else {
      known.alone.add(busyUs / elements);
      known.oneThread = known.alone.value!;
    }
  }

  /** Shared calls count only if the members were spinning when they began. Others mostly measure the waking. */
  #recordShared(known: SizeClass, wall: number, busy: number): void {
    this.#sharedCalls++;
    if (known.alone.count === 0) known.oneThread = Math.min(known.oneThread, busy);
    // The members together take longer than one thread would. If they took much less, its run was interrupted.
    else if (busy < known.oneThread / 2) {
      known.alone.clear();
      known.oneThread = busy;
    }
    if (!this.#wasWarm) return;
    known.attempts = 0;
    if (known.cold > 0) {
      known.cold--;
      return;
    }
    known.shared.add(wall);
    if (!known.shared.isSettled || known.alone.count === 0) return;
    const tolerance = this.#sharedCalls < COLD_CALLS ? CLEARLY : SLIGHTLY;
    if (known.shared.value! > tolerance * known.oneThread) pause(known);
    else known.pause = FIRST_PAUSE;
  }
}

const asIfSpinning = <M>(candidates: readonly Candidate<M>[]): Candidate<M>[] =>
  candidates.filter(({ state }) => state !== BOOTING).map((one) => ({ ...one, state: RUNNING }));

function newClass(oneThread: number, isMeasuredAlone: boolean): SizeClass {
  const [alone, shared] = [new Typical(ALONE_SAMPLES), new Typical(SHARED_SAMPLES)];
  if (isMeasuredAlone) alone.add(oneThread);
  const sharing = { shared, cold: COLD_SHARED, attempts: 0, rousedUntil: 0 };
  return { oneThread, alone, ...sharing, left: 0, pause: FIRST_PAUSE, turns: 0 };
}

/** Whether a call that is worth sharing runs alone: because sharing did not pay lately, or to be measured. */
function isTurnAlone(known: SizeClass, us: number): boolean {
  if (known.left > 0) {
    known.left--;
    return true;
  }
  return us < MAX_TRIAL_US && ++known.turns % ALONE_EVERY === 0;
}

/** Whether to wake members that sleep. They are given time to wake up, and so many attempts. */
function mayRouse(known: SizeClass, now: number): boolean {
  if (now < known.rousedUntil) return false;
  known.rousedUntil = now + AROUSAL_MS;
  if (++known.attempts > MAX_ATTEMPTS) {
    pause(known);
    return false;
  }
  known.cold = COLD_SHARED;
  return true;
}

/** Sharing does not pay now. It is tried again after a while: another program may have left a core. */
function pause(known: SizeClass): void {
  known.left = known.pause;
  known.pause = Math.min(2 * known.pause, LAST_PAUSE);
  known.shared.clear();
  known.cold = COLD_SHARED;
  known.attempts = 0;
}

const classOf = (elements: number): number => Math.floor(Math.log2(Math.max(1, elements)));
