/** What it costs to have a chunk done by a worker: measured when the pool starts, because it ranges from 0.3 to 75 µs. */
import { load, waitSync } from "../../memory/words/atomics.js";
import type { Posted } from "./control.js";
import { FINISHED, NO_JOB } from "./layout.js";
import type { Team } from "./team.js";

export interface DispatchCost {
  /** Microseconds from posting a call to knowing it done, when a worker does it. */
  readonly us: number;
}

const ROUNDS = 7;
const PATIENCE_MS = 2; // a worker that is slower than this has something else to do
const UNMEASURED_US = 50;

/** Blocks for less than a millisecond. `undefined` while no worker is up and free. */
export function measureDispatch(team: Team): DispatchCost | undefined {
  const member = team.members.find((one) => one.ready && one.task === undefined && !one.dead);
  if (!member) return undefined;
  team.brief([member], NO_JOB, undefined, new Set());
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    team.prepareTable(1);
    const call = { job: NO_JOB, total: 1, table: team.table.number, flags: 0, limit: team.size, ranges: 1 };
    const posted = team.post(call);
    team.wake(member);
    awaitEnd(team, posted, () => performance.now() - began > PATIENCE_MS);
    if (performance.now() - began > PATIENCE_MS) return { us: UNMEASURED_US };
    times.push(1000 * (performance.now() - began));
  }
  return { us: times.sort((a, b) => a - b)[ROUNDS >> 1]! };
}

/** Out of patience, the call is closed; but if its chunk was claimed its end must come before another call is counted. */
function awaitEnd({ control, members }: Team, posted: Posted, isLate: () => boolean): void {
  while (!control.isOver(posted)) {
    waitSync(control.words, FINISHED, load(control.words, FINISHED), 1);
    if (isLate()) control.close(posted, 0);
    if (isLate() && members.every((member) => !control.isInside(member.rank))) return; // who claimed it has died
  }
}
