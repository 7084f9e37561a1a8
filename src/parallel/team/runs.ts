/**
 * An array call on the team: posts it, waits for its end, and repairs it after deaths. One runs at a time.
 * See README.md, "One call" and "Death".
 */
import type { Death } from "../../calls/executors/death.js";
import { type Loss, NOT_BEGUN, type Outcome } from "../../calls/executors/outcome.js";
import type { Staged } from "../../calls/executors/staged.js";
import { load, pause, store, waitSync } from "../../memory/words/atomics.js";
import type { Packed } from "../../wire/departures.js";
import { unpack } from "../../wire/pack.js";
import { fromWire } from "../../wire/thrown.js";
import type { Control, Posted } from "./control.js";
import { DONE, FINISHED, type FromWorker, POSTED, REORDERED, STOP_ABORTED, WAITED } from "./layout.js";
import type { Member } from "./member.js";
import { turnsTaken } from "./ranges.js";
import { type Reporter, takeChunks } from "./share.js";
import type { Team } from "./team.js";

/**
 * How often chunks are repeated after their worker died, and how often in turn no chunk is done: a chunk may kill every
 * worker that takes it, and the message with the work every worker that reads it.
 */
const MAX_ROUNDS = 3;
/** How long a blocked caller waits before it checks whether a worker has died. */
const LOOK_MS = 20;
/** How often a spinning caller reads FINISHED before it reads the clock, which takes longer. */
const LOOKS = 50;

export class TeamRun implements Outcome {
  readonly #team: Team;
  readonly #staged: Staged;
  readonly #flags: number;
  #limit: number;
  readonly #parts = new Map<number, unknown>();
  #posted: Posted;
  /** Chunks done before this round, and the members' count when it began. */
  #doneBefore = 0;
  #progressBefore = 0;
  #order: readonly number[] | undefined;
  #died = false;
  #lost: number[] = [];
  #rounds = 0;
  #fruitlessRounds = 0;
  #death: Death = { exitCode: undefined, uncaught: undefined };
  failure: { readonly chunk: number; readonly error: unknown } | undefined;

  /** @param limit first rank that stays out @param flags ASYNC or 0 */
  constructor(team: Team, staged: Staged, limit: number, flags: number) {
    this.#team = team;
    this.#staged = staged;
    this.#limit = limit;
    this.#flags = flags;
    team.prepareTable(staged.work.plan.count);
    this.#posted = this.#post();
  }

  get #control(): Control {
    return this.#team.control;
  }
  get #total(): number {
    return this.#order?.length ?? this.#staged.work.plan.count;
  }
  get tag(): number {
    return this.#posted.tag;
  }
  /** Chunks done, of all rounds. */
  get done(): number {
    return this.#doneBefore + ((this.#progress - this.#progressBefore) | 0);
  }
  /** What all members and a blocked caller have ended. */
  get #progress(): number {
    return this.#control.progress(this.#team.size + 1);
  }
  readonly isDone = (chunk: number): boolean => {
    const state = load(this.#team.table.table.states, chunk);
    return state === DONE || state === POSTED;
  };
  readonly part = (chunk: number): unknown =>
    this.#parts.has(chunk) ? this.#parts.get(chunk) : this.#team.table.table.values[chunk];
  get loss(): Loss {
    return { chunks: this.#lost, ...this.#death };
  }

  #post(): Posted {
    const { size, table } = this.#team;
    const total = this.#total;
    this.#progressBefore = this.#progress;
    return this.#team.post({
      work: this.#staged.number,
      total,
      table: table.number,
      flags: this.#flags | (this.#order ? REORDERED : 0),
      limit: this.#limit,
      ranges: Math.min(size, total),
    });
  }

  /** Sends the work to workers that do not know it, and wakes as many as there are chunks for. */
  callUp(members: readonly Member[], keep: ReadonlySet<number>): void {
    const left = this.#control.left(this.#posted);
    const { number, work } = this.#staged;
    for (const member of this.#team.brief(members, number, work, keep).slice(0, left)) this.#team.wake(member);
  }

  /** The blocked caller's own part. */
  takePart(mayGoOn: (taken: number) => boolean): void {
    const { size, table } = this.#team;
    const reporter: Reporter = {
      failed: (chunk, error) => this.#failed(chunk, error),
      part: (chunk, value) => this.#parts.set(chunk, value),
    };
    const share = {
      posted: this.#posted,
      table: table.table,
      work: this.#staged.bound,
      line: size,
      rank: this.#limit,
      reporter,
    };
    this.#control.enter(size);
    takeChunks(this.#control, share, mayGoOn);
  }

  stop(): void {
    this.#control.close(this.#posted, STOP_ABORTED);
  }

  /** A worker's message about this call. */
  receive(message: FromWorker): void {
    if (message.type === "failed" && message.tag === this.tag) this.#failed(message.chunk, fromWire(message.error));
    if (message.type === "part" && message.tag === this.tag) this.#received(message.chunk, message.value);
    if (message.type === "unbound" && message.number === this.#staged.number) {
      this.fail(fromWire(message.error));
    }
  }

  /** The work cannot be had everywhere: the call ends with that error, as it is. */
  fail(error: unknown): void {
    this.failure ??= { chunk: NOT_BEGUN, error };
    this.stop();
  }

  #received(chunk: number, value: Packed): void {
    try {
      this.#parts.set(chunk, unpack(value));
    } catch (e) {
      this.#failed(chunk, e); // for example a handle to something that no longer exists
    }
  }

  /** Of several failures it keeps that of the lowest chunk, because which one came first in time is chance. */
  #failed(chunk: number, error: unknown): void {
    if (!this.failure || chunk < this.failure.chunk) this.failure = { chunk, error };
  }

  /** Called when a worker has died. Stops all claims until the pool knows which chunks the worker had. */
  mourn(death: Death): void {
    this.#died = true;
    this.#death = death;
    this.#control.close(this.#posted, 0); // without a reason: kernels must not believe that the call is being aborted
  }

  /** Whether the pool still has to find out which chunks a dead worker had. */
  get isMourning(): boolean {
    return this.#died;
  }

  /** Called when no worker starts: chunks that nobody has begun are posted again for the blocked caller alone. */
  takeOver(): void {
    this.mourn({ exitCode: undefined, uncaught: undefined });
    this.#limit = this.#team.size - 1;
  }

  /** True when no member touches the arrays any more. */
  get isOver(): boolean {
    if (!this.#died) return this.#control.isOver(this.#posted);
    return this.#team.members.every((member) => !this.#control.isInside(member.rank));
  }

  /**
   * After a death, posts the chunks that must be repeated and those that nobody had begun, and returns true. Returns
   * false if the run is at its end.
   */
  repeat(mayRepeatLost: boolean, isStopped: boolean): boolean {
    if (!this.#died) return false;
    this.#died = false;
    const { taken, untaken } = turnsTaken(this.#control.words, this.#posted);
    const chunkOf = (turn: number) => this.#order?.[turn] ?? turn;
    const lost = taken.map(chunkOf).filter((chunk) => !this.isDone(chunk) && chunk !== this.failure?.chunk);
    const rest = untaken.map(chunkOf);
    if (lost.length > 0 && (!mayRepeatLost || ++this.#rounds > MAX_ROUNDS)) this.#lost = lost;
    if (this.#lost.length > 0 || this.failure || isStopped || lost.length + rest.length === 0) return false;
    const done = this.#staged.work.plan.count - lost.length - rest.length;
    this.#fruitlessRounds = done > this.#doneBefore ? 0 : this.#fruitlessRounds + 1;
    if (this.#fruitlessRounds > MAX_ROUNDS) return false;
    this.#order = [...rest, ...lost]; // what may kill again comes last
    this.#team.table.table.order.set(this.#order);
    this.#doneBefore = done;
    this.#posted = this.#post();
    return true;
  }

  /** Blocks until the run may be over, a worker has died, or it is time to check the clock. */
  waitSync(deadline: number): void {
    const { words } = this.#control;
    const seen = load(words, FINISHED);
    if (this.isOver) return;
    const began = performance.now();
    if (!this.#spin(seen)) this.#sleep(seen, deadline);
    this.#team.patience.record(1000 * (performance.now() - began));
    this.#team.drain();
  }

  /** Spins, because the others mostly end within microseconds of the caller. True if FINISHED has moved. */
  #spin(seen: number): boolean {
    const { words } = this.#control;
    const until = performance.now() + this.#team.patience.us / 1000;
    while (performance.now() < until) {
      for (let i = 0; i < LOOKS; i++) {
        if (load(words, FINISHED) !== seen) return true;
        pause();
      }
    }
    return false;
  }

  #sleep(seen: number, deadline: number): void {
    const { words } = this.#control;
    const left = Math.max(0, Math.min(LOOK_MS, deadline - performance.now()));
    store(words, WAITED, 1); // before FINISHED is looked at again: the last member counts up and then reads this
    if (waitSync(words, FINISHED, seen, this.#died ? Math.min(left, 1) : left) !== "not-equal")
      this.#team.buryTheDead();
  }

  /** Kills workers that are still inside the call. */
  killInside(): void {
    for (const member of this.#team.members) if (this.#control.isInside(member.rank)) this.#team.kill(member);
  }
}
