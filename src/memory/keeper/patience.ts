/**
 * How long a thread waits for others that may be blocked. The clock alone cannot say that they are: on a busy machine
 * they may not get a core for seconds, and a process that was stopped has not run at all. So only the time counts in
 * which they could have acted. Used where a thread waits for the keeper and its start.
 */
import { activityOf } from "../../system/agent.js";
import { DEATH_LOOK_MS } from "../words/intervals.js";
import { PATIENCE_MS } from "./layout.js";

/** A look that comes later than this was late because the machine did not run this thread: the rest does not count. */
const LONGEST_LOOK_MS = 2 * DEATH_LOOK_MS;
/** The share of the time that counts while a thread waits for a core, so that there is an end in any case. */
const SHARE_WITHOUT_CORE = 0.1;

export class Patience {
  #lookedAt = performance.now();
  #spentMs = 0;
  /** How long each of the threads had run at the last look. */
  #ran = new Map<number, number>();

  /**
   * Looks at what the threads are doing, and returns whether they had 5 s to act. They are asleep, although there is
   * something to do: then all time counts. One of them runs: then the time that it ran counts, if it is the only one.
   * (Of several, one is to act, and it may be another one that ran.) Otherwise, one waits for a core.
   *
   * @param tids The operating system's ids of the threads. Without any that is known, all time counts.
   */
  isOverWith(tids: readonly number[]): boolean {
    const sinceLook = performance.now() - this.#lookedAt;
    if (sinceLook < DEATH_LOOK_MS) return false;
    this.#lookedAt += sinceLook;
    const countedMs = Math.min(sinceLook, LONGEST_LOOK_MS);
    const ranMs = this.#look(tids);
    if (ranMs === undefined) this.#spentMs += countedMs;
    else this.#spentMs += Math.max(tids.length === 1 ? ranMs : 0, countedMs * SHARE_WITHOUT_CORE);
    return this.#spentMs >= PATIENCE_MS;
  }

  /** How long the threads ran since the last look; `undefined` if all of them only slept. */
  #look(tids: readonly number[]): number | undefined {
    let ranMs: number | undefined;
    for (const tid of tids) {
      const activity = activityOf(tid);
      if (!activity) continue;
      const newMs = activity.ranMs - (this.#ran.get(tid) ?? activity.ranMs);
      this.#ran.set(tid, activity.ranMs);
      if (!activity.isAsleep || newMs > 0) ranMs = (ranMs ?? 0) + newMs;
    }
    return ranMs;
  }
}
