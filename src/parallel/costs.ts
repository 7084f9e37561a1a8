/** What functions have cost so far. From this the pool decides whether to share a call, and with which members. */
import { ASSUMED, type DispatchCost } from "./team/dispatch-cost.js";
import { BOOTING, RUNNING } from "./team/layout.js";

/** Functions whose cost is remembered, the last ones used. */
const MAX_FUNCTIONS = 1000;
/** Size classes that an estimate reaches up: from at least an eighth of the elements. */
const REACH = 3;
/** How much a run counts that was cheaper than the estimate: half, so that a cold first run is soon forgotten. */
const CHEAPER_WEIGHT = 1 / 2;
/** How much one that cost more counts, and how much more it may say: it may have been interrupted. */
const COSTLIER_WEIGHT = 1 / 4;
const MAX_FACTOR = 4;
/** A call is shared if that saves so many times what sharing costs the caller. */
const MARGIN = 2;
/** What it takes a caller that sleeps, or is in its event loop, to learn of the end. */
const NOTICE_US = 30;
/** An awaited call of at most this is weighed; a longer one never holds up the caller's event loop. */
const MAX_BLOCKING_US = 1000;

/** A member that might help, and its STATE. */
export interface Candidate<M> {
  readonly member: M;
  readonly state: number;
}

/** How often a call that is better shared, as far as is known, is done alone: to know what that takes by now. */
const ALONE_EVERY = 64;
/** Calls longer than this are not done alone only to measure them. */
const MAX_TRIAL_US = 20_000;
/** How often a call that was slower shared is shared all the same: another program may have left a core. */
const SHARED_EVERY = 32;

/** Calls that follow each other as fast as this keep members spinning, once these are awake. */
const OFTEN_MS = 2;
/** After how many such calls members are woken that sleep: at first, and if that never pays. */
const FIRST_PATIENCE = 8;
const LAST_PATIENCE = 1024;

/** What is known of one function's calls of one size. All in microseconds per element. */
interface SizeClass {
  /** What one thread takes: measured alone, or while that has not been done, the sum of what members took. */
  oneThread: number;
  isMeasuredAlone: boolean;
  /** How long shared calls took from beginning to end. */
  shared: number | undefined;
  /** Calls that were worth sharing. */
  turns: number;
}

/** A call that has ended. */
export interface Cost {
  readonly elements: number;
  /** Microseconds that threads have computed, together. */
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
  /** Calls in a row that would have been shared with members that spin. */
  #wishes = 0;
  #lastWishMs = 0;
  #patience = FIRST_PATIENCE;

  /**
   * Microseconds that so many elements take on one thread. `undefined` if the function is unknown, or known only from
   * much smaller calls, whose costs are mostly those of a call.
   */
  estimate(fn: string, elements: number): number | undefined {
    const classes = this.#classes.get(fn);
    if (!classes) return undefined;
    const own = classOf(elements);
    const known = [...classes.keys()].filter((size) => size >= own - REACH).sort((a, b) => a - b);
    // The nearest class above, or if there is none, below: those below contain more of what a call costs.
    const best = known.find((size) => size >= own) ?? known.at(-1);
    return best === undefined ? undefined : classes.get(best)!.oneThread * elements;
  }

  /**
   * Of the members that might help with a call, those to wake. None: the caller does it alone, because that is faster,
   * or to find out how long it takes. `undefined` if the call's cost is unknown.
   *
   * @param isBlocking whether the caller takes part
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
   * Members to wake although it does not pay for this call: when many calls come that would be worth sharing if only
   * the members were spinning. Once awake they spin from call to call.
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

  /** Whether a call of so many microseconds may hold up its caller's event loop. */
  isShort(us: number): boolean {
    return us <= MAX_BLOCKING_US;
  }

  /**
   * Of the members that might help, those that are worth waking. None: the caller is faster by itself.
   *
   * @param us what the call takes on one thread
   * @param isBlocking whether the caller takes part
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
      // All end at the same time: what the members spend on starting, they do not spend on the work.
      const sharedUs = (us + startUs) / (i + 1 + (isBlocking ? 1 : 0));
      const savedUs = us - sharedUs - costUs;
      if (savedUs > most && us - sharedUs > MARGIN * costUs) [count, most] = [i + 1, savedUs];
    }
    const chosen = new Set(sorted.slice(0, count));
    // By rank, in the order of the ranges.
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

/** The average with one more sample in it. */
function averaged(before: number | undefined, sample: number): number {
  if (before === undefined) return sample;
  const step = Math.min(sample, MAX_FACTOR * before) - before;
  return before + step * (step < 0 ? CHEAPER_WEIGHT : COSTLIER_WEIGHT);
}

const classOf = (elements: number): number => Math.floor(Math.log2(Math.max(1, elements)));
