/**
 * What it costs to have a member take part in a call. For members that sleep it is measured when a team starts: by
 * machine, waking one takes from 20 µs to more than a millisecond. For members that spin it is assumed, because a team
 * that has just started would measure code that is not compiled yet, a hundred times too much.
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

/** By STATE of the member. */
export type DispatchCost = Readonly<Record<number, WakeCost>>;

/** The costs that are assumed before any have been measured. Those of sleepers are rather too high than too low. */
export const ASSUMED: DispatchCost = {
  [BOOTING]: { wakeUs: 1, startUs: 50_000 },
  [RUNNING]: { wakeUs: 1, startUs: 2 },
  [PARKED]: { wakeUs: 8, startUs: 60 },
  [LOOP]: { wakeUs: 15, startUs: 120 },
};

const ROUNDS = 3;
/** A worker that is slower than this has something else to do. */
const PATIENCE_MS = 2;
/** How long the caller spins for the member's end before it sleeps. */
const SPIN_MS = 0.2;

interface Sample extends WakeCost {
  readonly state: number;
}

/** Blocks for about a millisecond. `undefined` while no worker is up and free. */
export function measureDispatch(team: Team): DispatchCost | undefined {
  const member = team.members.find((one) => one.ready && one.task === undefined && !one.dead);
  if (!member) return undefined;
  team.brief([member], NO_WORK, undefined, new Set());
  const samples: Sample[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    awaitPark(team, member);
    const sample = roundTrip(team, member);
    if (!sample) return ASSUMED;
    samples.push(sample);
  }
  const costs: Record<number, WakeCost> = { ...ASSUMED };
  for (const state of [PARKED, LOOP]) {
    const ofState = samples.filter((sample) => sample.state === state);
    if (ofState.length === 0) continue;
    // Waking takes the caller longer only if it is interrupted meanwhile. How long the member takes does vary.
    costs[state] = { wakeUs: Math.min(...ofState.map(({ wakeUs }) => wakeUs)), startUs: medianStart(ofState) };
  }
  return costs;
}

/** One call of one chunk, done by the member. `undefined` if it is late. */
function roundTrip(team: Team, member: Member): Sample | undefined {
  team.prepareTable(1);
  const call = { work: NO_WORK, total: 1, table: team.table.number, flags: 0, limit: team.size, ranges: 1 };
  const posted = team.post(call);
  const began = performance.now();
  const state = team.stateOf(member);
  team.wake(member);
  const woken = performance.now();
  const isLate = () => performance.now() - began > PATIENCE_MS;
  awaitEnd(team, posted, isLate);
  if (isLate()) return undefined;
  const us = (from: number, to: number) => 1000 * (to - from);
  return { state, wakeUs: us(began, woken), startUs: us(began, performance.now()) };
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

function medianStart(samples: readonly Sample[]): number {
  const values = samples.map(({ startUs }) => startUs).sort((a, b) => a - b);
  return values[values.length >> 1]!;
}
