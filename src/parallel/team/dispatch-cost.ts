/**
 * What it costs to have a member take part in a call: measured when a team starts, because it ranges from 0.3 µs for a
 * member that spins to 75 µs for one that sleeps, by machine.
 */
import { load, pause, store, waitSync } from "../../memory/words/atomics.js";
import type { Posted } from "./control.js";
import { BOOTING, FINISHED, LOOP, lineOf, NO_WORK, PARKED, RUNNING, STATE, WAITED } from "./layout.js";
import type { Member } from "./member.js";
import type { Team } from "./team.js";

/** Microseconds, for a member in one state. */
export interface WakeCost {
  /** What waking the member costs the caller. */
  readonly wakeUs: number;
  /** How long it takes from then until the member has begun. */
  readonly startUs: number;
}

export interface DispatchCost {
  /** Microseconds to write down a call. */
  readonly postUs: number;
  /** By STATE of the member. */
  readonly byState: Readonly<Record<number, WakeCost>>;
}

/** The costs that are assumed before any have been measured: rather too high than too low. */
export const ASSUMED: DispatchCost = {
  postUs: 1,
  byState: {
    [BOOTING]: { wakeUs: 1, startUs: 50_000 },
    [RUNNING]: { wakeUs: 1, startUs: 2 },
    [PARKED]: { wakeUs: 8, startUs: 60 },
    [LOOP]: { wakeUs: 15, startUs: 120 },
  },
};

const SPINNING_ROUNDS = 5;
const PARKED_ROUNDS = 3;
/** A worker that is slower than this has something else to do. */
const PATIENCE_MS = 2;
/** How long the caller spins for the member's end before it sleeps. */
const SPIN_MS = 0.2;

interface Sample extends WakeCost {
  readonly state: number;
  readonly postUs: number;
}

/** Blocks for about a millisecond. `undefined` while no worker is up and free. */
export function measureDispatch(team: Team): DispatchCost | undefined {
  const member = team.members.find((one) => one.ready && one.task === undefined && !one.dead);
  if (!member) return undefined;
  team.brief([member], NO_WORK, undefined, new Set());
  const samples: Sample[] = [];
  for (let round = 0; round < SPINNING_ROUNDS + PARKED_ROUNDS; round++) {
    if (round >= SPINNING_ROUNDS) awaitPark(team, member);
    const sample = roundTrip(team, member);
    if (!sample) return ASSUMED;
    samples.push(sample);
  }
  const byState: Record<number, WakeCost> = { ...ASSUMED.byState };
  for (const state of [RUNNING, PARKED, LOOP]) {
    const ofState = samples.filter((sample) => sample.state === state);
    if (ofState.length === 0) continue;
    // A member that spins is only late if something else had its core. For one that sleeps, being late is normal.
    const typical = state === RUNNING ? least : median;
    byState[state] = { wakeUs: typical(ofState, ({ wakeUs }) => wakeUs), startUs: typical(ofState, (s) => s.startUs) };
  }
  return { postUs: least(samples, ({ postUs }) => postUs), byState };
}

/** One call of one chunk, done by the member. `undefined` if it is late. */
function roundTrip(team: Team, member: Member): Sample | undefined {
  const began = performance.now();
  team.prepareTable(1);
  const call = { work: NO_WORK, total: 1, table: team.table.number, flags: 0, limit: team.size, ranges: 1 };
  const posted = team.post(call);
  const written = performance.now();
  const state = team.stateOf(member);
  team.wake(member);
  const woken = performance.now();
  const isLate = () => performance.now() - began > PATIENCE_MS;
  awaitEnd(team, posted, isLate);
  if (isLate()) return undefined;
  const us = (from: number, to: number) => 1000 * (to - from);
  return { state, postUs: us(began, written), wakeUs: us(written, woken), startUs: us(written, performance.now()) };
}

/**
 * Waits until the call is over. When the time is up it closes the call, but waits on if the chunk has been claimed: a
 * member that finishes it later would otherwise be counted in the next call.
 */
function awaitEnd(team: Team, posted: Posted, isLate: () => boolean): void {
  const { control, members } = team;
  const { words } = control;
  const spinUntil = performance.now() + SPIN_MS;
  while (!control.isOver(posted)) {
    if (performance.now() < spinUntil) {
      pause();
      continue;
    }
    store(words, WAITED, 1);
    if (!control.isOver(posted)) waitSync(words, FINISHED, load(words, FINISHED), 1);
    if (isLate()) control.close(posted, 0);
    // No live member is inside and the call is not over: the member that claimed the chunk has died.
    if (isLate() && members.every((member) => !control.isInside(member.rank) || team.isDead(member))) return;
  }
}

function awaitPark({ control }: Team, member: Member): void {
  const until = performance.now() + PATIENCE_MS;
  const at = lineOf(member.rank) + STATE;
  while (load(control.words, at) === RUNNING && performance.now() < until) pause();
}

const least = (samples: readonly Sample[], of: (sample: Sample) => number): number => Math.min(...samples.map(of));

function median(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const values = samples.map(of).sort((a, b) => a - b);
  return values[values.length >> 1]!;
}
