/** The pool's team over time: it is started when first needed, ended when idle or with the pool, and started again. */
import { availableParallelism } from "../platform/runtime.js";
import { workerStarter } from "./spawn.js";
import type { Member } from "./team/member.js";
import { MAX_SPIN_US } from "./team/patience.js";
import { Team, type TeamEvents } from "./team/team.js";
import type { PoolOptions } from "./types.js";

export class Crew {
  readonly #workers: number;
  readonly #options: PoolOptions;
  readonly #events: TeamEvents;
  #team: Team | undefined;
  /** The team that is ending or has ended, if there is one. */
  #leaving: Team | undefined;
  #ended: Promise<unknown> | undefined;

  constructor(workers: number, options: PoolOptions, events: TeamEvents) {
    this.#workers = workers;
    this.#options = options;
    this.#events = events;
  }

  /** The team, if one has been started. */
  get team(): Team | undefined {
    return this.#team;
  }
  /** The workers without a task. */
  get free(): Member[] {
    return this.#team?.free ?? [];
  }
  /** Whether any worker may still have output to write. */
  get isAwake(): boolean {
    return this.#team?.isAwake === true;
  }

  /** Returns the team, and starts it if there is none. If a worker cannot be made, throws that error. */
  start(): Team {
    if (this.#team) return this.#team;
    const { resourceLimits, createWorker, spinUs = "auto", isolation = "thread" } = this.#options;
    const auto = this.#workers <= availableParallelism() ? MAX_SPIN_US : 0;
    const size = this.#workers;
    const team = new Team(
      {
        size,
        spinUs: spinUs === "auto" ? auto : spinUs,
        isolation,
        startWorker: workerStarter({ resourceLimits, createWorker }),
      },
      this.#events,
    );
    team.start();
    this.#team = team;
    return team;
  }

  /** Ends the team. All callers wait for the same end. A call without grace cuts the grace of earlier calls short. */
  async end(graceMs: number): Promise<void> {
    this.#leaving = this.#team ?? this.#leaving;
    this.#team = undefined;
    this.#ended = Promise.all([this.#ended, this.#leaving?.end(graceMs)]);
    await this.#ended;
  }
}
