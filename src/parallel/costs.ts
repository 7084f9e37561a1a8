/** What functions have cost so far. From this the pool decides whether to share a call, and with which members. */
import { ASSUMED, type DispatchCost } from "./team/dispatch-cost.js";
import { BOOTING, RUNNING } from "./team/layout.js";

/** The number of functions whose cost is remembered. Those used last are kept. */
const MAX_FUNCTIONS = 1000;
/** How many size classes below its own a call may be estimated from: calls of at least an eighth of the elements. */
const REACH = 3;
/** The weight of a run that was cheaper than the estimate. It is high, so that a cold first run is soon forgotten. */
const CHEAPER_WEIGHT = 1 / 2;
/** The weight of a run that cost more, and the largest factor by which it counts: it may have been interrupted. */
const COSTLIER_WEIGHT = 1 / 4;
const MAX_FACTOR = 4;
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
const ALONE_EVERY = 64;
/** Calls longer than this never run alone only to be measured. */
const MAX_TRIAL_US = 20_000;
/** One in this many calls that were slower when shared is shared all the same: another program may have left a core. */
const SHARED_EVERY = 32;

/** If calls follow each other within this time, members keep spinning between them, once they are awake. */
const OFTEN_MS = 2;
/** After how many such calls sleeping members are woken: at first, and at most, if that never pays. */
const FIRST_PATIENCE = 8;
const LAST_PATIENCE = 1024;

/** What is known of the calls of one function with one size class. Times are in microseconds per element. */
interface SizeClass {
  /** What one thread takes. As long as that was not measured, the sum of what all members took. */
  oneThread: number;
  /** Whether `oneThread` was measured in a call that ran alone. */
  isMeasuredAlone: boolean;
  /** How long shared calls took from beginning to end; `undefined` if there were none. */
  shared: number | undefined;
  /** The number of calls that were worth sharing. */
  turns: number;
}

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
  /** What it costs to let a member take part; `undefined` until that has been measured. */
  dispatch: DispatchCost | undefined;
  /** The number of calls in a row that would have been shared if the members had been spinning. */
  #wishes = 0;
  #lastWishMs = 0;
  #patience = FIRST_PATIENCE;

  /**
   * How many microseconds so many elements take on one thread. `undefined` if the function is unknown, or known only
   * from much smaller calls: their cost is mostly that of the call, not of the elements.
   */
  estimate(fn: string, elements: number): number | undefined {
    const classes = this.#classes.get(fn);
    if (!classes) return undefined;
    const own = classOf(elements);
    const known = [...classes.keys()].filter((size) => size >= own - REACH).sort((a, b) => a - b);
    // The nearest class above, or if there is none, below. Classes below contain more of the fixed cost of a call.
    const best = known.find((size) => size >= own) ?? known.at(-1);
    return best === undefined ? undefined : classes.get(best)!.oneThread * elements;
  }

  /**
   * Chooses which of the members that might help with a call should be woken. An empty list means that the caller runs
   * the call alone, because that is faster, or to find out how long it takes. `undefined` means that the cost is
   * unknown.
   *
   * @param isBlocking whether the caller blocks and takes part itself
   */
  membersFor<M>(fn: string, elements: number, candidates: readonly Candidate<M>[], isBlocking: boolean) {
    const us = this.estimate(fn, elements);
    if (us === undefined) return undefined;
    const worth = this.worthWaking(us, candidates, isBlocking);
    if (worth.length > 0 && candidates.every(({ state }) => state === RUNNING)) this.#patience = FIRST_PATIENCE;
    const members = worth.length > 0 ? worth : this.#wished(us, candidates, isBlocking);
    const known = this.#classes.get(fn)!.get(classOf(elements));
    if (members.length === 0 || !known) return members;
    const turn = ++known.turns;
    if (known.shared === undefined) return members;
    if (!known.isMeasuredAlone || known.shared < known.oneThread) {
      return turn % ALONE_EVERY === 0 && us <= MAX_TRIAL_US ? [] : members;
    }
    return turn % SHARED_EVERY === 0 ? members : [];
  }

  /**
   * Chooses members to wake although that does not pay for this call. It is for series of calls that would be worth
   * sharing if only the members were spinning: once awake, they spin from call to call.
   */
  #wished<M>(us: number, candidates: readonly Candidate<M>[], isBlocking: boolean): M[] {
    const spinning = candidates
      .filter(({ state }) => state !== BOOTING)
      .map(({ member }) => ({ member, state: RUNNING }));
    const members = this.worthWaking(us, spinning, isBlocking);
    if (members.length === 0) return members;
    const now = performance.now();
    this.#wishes = now - this.#lastWishMs < OFTEN_MS ? this.#wishes + 1 : 0;
    this.#lastWishMs = now;
    if (this.#wishes < this.#patience) return [];
    this.#wishes = 0;
    this.#patience = Math.min(2 * this.#patience, LAST_PATIENCE);
    return members;
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
    const { postUs, byState } = this.dispatch ?? ASSUMED;
    const costOf = ({ state }: Candidate<M>) => byState[state] ?? byState[0]!;
    const sorted = [...candidates].sort((a, b) => costOf(a).startUs - costOf(b).startUs);
    let costUs = postUs + (isBlocking ? 0 : NOTICE_US);
    let startUs = 0;
    let count = 0;
    let most = 0;
    for (const [i, candidate] of sorted.entries()) {
      const cost = costOf(candidate);
      costUs += cost.wakeUs;
      startUs += cost.startUs;
      // All threads end at the same time. The time that members need to start is lost for the work.
      const sharedUs = (us + startUs) / (i + 1 + (isBlocking ? 1 : 0));
      const savedUs = us - sharedUs - costUs;
      if (savedUs > most && us - sharedUs > MARGIN * costUs) [count, most] = [i + 1, savedUs];
    }
    const chosen = new Set(sorted.slice(0, count));
    // In the order of `candidates`, which is that of the ranks and of the ranges.
    return candidates.filter((candidate) => chosen.has(candidate)).map(({ member }) => member);
  }

  /**
   * Records what a call has cost.
   *
   * @param cost `undefined` if the call failed. Then its function is forgotten, so that workers run it, not the caller.
   */
  record(fn: string, cost: Cost | undefined): void {
    const classes = this.#classes.get(fn) ?? new Map<number, SizeClass>();
    this.#classes.delete(fn);
    if (!cost) return;
    this.#classes.set(fn, classes); // now the one used last
    if (this.#classes.size > MAX_FUNCTIONS) this.#classes.delete(this.#classes.keys().next().value!);
    const { busyUs, wallUs, isShared } = cost;
    const elements = Math.max(1, cost.elements);
    const size = classOf(elements);
    const known = classes.get(size);
    if (!known) {
      const shared = isShared ? wallUs / elements : undefined;
      classes.set(size, { oneThread: busyUs / elements, isMeasuredAlone: !isShared, shared, turns: 0 });
    } else if (isShared) {
      known.shared = averaged(known.shared, wallUs / elements);
      if (!known.isMeasuredAlone) known.oneThread = averaged(known.oneThread, busyUs / elements);
    } else {
      known.oneThread = averaged(known.isMeasuredAlone ? known.oneThread : undefined, busyUs / elements);
      known.isMeasuredAlone = true;
    }
  }
}

/** The moving average after one more sample. */
function averaged(before: number | undefined, sample: number): number {
  if (before === undefined) return sample;
  const step = Math.min(sample, MAX_FACTOR * before) - before;
  return before + step * (step < 0 ? CHEAPER_WEIGHT : COSTLIER_WEIGHT);
}

const classOf = (elements: number): number => Math.floor(Math.log2(Math.max(1, elements)));
