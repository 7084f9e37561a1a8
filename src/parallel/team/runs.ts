/** An array call on the team: posted, joined, mended after deaths. One at a time; see README.md, "One call" and "Death". */
import { fromWire } from "../../base/errors.js";
import { type Loss, NOT_BEGUN, type Outcome } from "../../calls/outcome.js";
import type { Staged } from "../../calls/staged.js";
import { load, waitSync } from "../../memory/words/atomics.js";
import type { Packed } from "../../wire/departures.js";
import { unpack } from "../../wire/pack.js";
import type { Control, Posted } from "./control.js";
import { DONE, FINISHED, type FromWorker, POSTED, REORDERED, STOP_ABORTED } from "./layout.js";
import { type Reporter, takeChunks } from "./member.js";
import type { Hand, Team } from "./team.js";

/** How often chunks are done again whose worker died: a chunk that always kills must come to an end. */
const MAX_ROUNDS = 3;
/** How long a blocked caller waits before it looks whether anybody died. */
const LOOK_MS = 20;

export class TeamRun implements Outcome {
  readonly #team: Team;
  readonly #staged: Staged;
  readonly #flags: number;
  #limit: number;
  readonly #parts = new Map<number, unknown>();
  #posted: Posted | undefined;
  #order: readonly number[] | undefined;
  #died = false;
  #lost: number[] = [];
  #rounds = 0;
  #exitCode: number | undefined;
  failure: { readonly chunk: number; readonly error: unknown } | undefined;

  /** @param limit first rank that stays out @param flags ASYNC or 0 */
  constructor(team: Team, staged: Staged, limit: number, flags: number) {
    this.#team = team;
    this.#staged = staged;
    this.#limit = limit;
    this.#flags = flags;
    team.prepareTable(staged.work.plan.count);
    this.#post();
  }

  get #control(): Control {
    return this.#team.control;
  }
  get #total(): number {
    return this.#order?.length ?? this.#staged.work.plan.count;
  }
  get tag(): number {
    return this.#posted!.tag;
  }
  /** Chunks done, of all rounds. */
  get done(): number {
    return Math.min(this.#control.finished + this.#staged.work.plan.count - this.#total, this.#staged.work.plan.count);
  }
  readonly isDone = (chunk: number): boolean => {
    const state = load(this.#team.table.table.states, chunk);
    return state === DONE || state === POSTED;
  };
  readonly part = (chunk: number): unknown =>
    this.#parts.has(chunk) ? this.#parts.get(chunk) : this.#team.table.table.values[chunk];
  get loss(): Loss {
    return { chunks: this.#lost, exitCode: this.#exitCode };
  }

  #post(): void {
    const flags = this.#flags | (this.#order ? REORDERED : 0);
    const table = this.#team.table.number;
    const call = { job: this.#staged.number, total: this.#total, table, flags, limit: this.#limit };
    this.#posted = { ...call, tag: this.#control.post(call) };
  }

  /** Sends the work to workers that do not know it, and wakes as many as there are chunks for. */
  callUp(hands: readonly Hand[], keep: ReadonlySet<number>): void {
    const left = this.#total - this.#control.claimed;
    for (const hand of this.#team.brief(hands, this.#staged.number, this.#staged.work, keep).slice(0, left))
      this.#team.wake(hand);
  }

  /** The blocked caller's own part. */
  takePart(mayGoOn: (taken: number) => boolean): void {
    const { size, table } = this.#team;
    const reporter: Reporter = {
      failed: (chunk, error) => this.#failed(chunk, error),
      part: (chunk, value) => this.#parts.set(chunk, value),
    };
    const share = {
      posted: this.#posted!,
      table: table.table,
      work: this.#staged.bound,
      line: size,
      rank: this.#limit,
      reporter,
    };
    takeChunks(this.#control, share, mayGoOn);
  }

  stop(): void {
    this.#control.close(STOP_ABORTED);
  }

  /** A worker's message about this call. */
  receive(message: FromWorker): void {
    if (message.type === "failed" && message.tag === this.tag) this.#failed(message.chunk, fromWire(message.error));
    if (message.type === "part" && message.tag === this.tag) this.#received(message.chunk, message.value);
    if (message.type === "unbound" && message.job === this.#staged.number) {
      this.failure ??= { chunk: NOT_BEGUN, error: fromWire(message.error) };
      this.stop();
    }
  }

  #received(chunk: number, value: Packed): void {
    try {
      this.#parts.set(chunk, unpack(value));
    } catch (e) {
      this.#failed(chunk, e); // a handle to what is gone
    }
  }

  /** Of several failures the first chunk's is told: which came first in time is chance. */
  #failed(chunk: number, error: unknown): void {
    if (!this.failure || chunk < this.failure.chunk) this.failure = { chunk, error };
  }

  /** A worker has died meanwhile: nothing more is claimed until it is known what it had. */
  mourn(exitCode: number | undefined): void {
    this.#died = true;
    this.#exitCode = exitCode;
    this.#control.close(0); // no reason given: kernels must not think that the call is being aborted
  }

  /** Whether it is being found out what a death has left. */
  get isMourning(): boolean {
    return this.#died;
  }

  /** No worker comes up: what nobody has begun is posted again for the blocked caller, which has the last rank. */
  takeOver(): void {
    this.mourn(undefined);
    this.#limit = this.#team.size - 1;
  }

  /** True when no member touches the arrays any more. */
  get isOver(): boolean {
    if (!this.#died) return this.#control.isOver;
    return this.#team.hands.every((hand) => !this.#control.isInside(hand.rank));
  }

  /** What is to be done again or was not begun because of a death: posts it, and true. Else the run is at its end. */
  repeat(mayRepeatLost: boolean, isStopped: boolean): boolean {
    if (!this.#died) return false;
    this.#died = false;
    const claimed = this.#control.claimed;
    const turns = this.#order ?? Array.from({ length: this.#total }, (_, chunk) => chunk);
    const lost = turns.slice(0, claimed).filter((chunk) => !this.isDone(chunk) && chunk !== this.failure?.chunk);
    const rest = turns.slice(claimed);
    if (lost.length > 0 && (!mayRepeatLost || ++this.#rounds > MAX_ROUNDS)) this.#lost = lost;
    if (this.#lost.length > 0 || this.failure || isStopped || lost.length + rest.length === 0) return false;
    this.#order = [...rest, ...lost]; // what may kill again comes last
    this.#team.table.table.order.set(this.#order);
    this.#post();
    return true;
  }

  /** Blocks until the run may be over, or somebody has died, or it is time to look at the clock. */
  waitSync(deadline: number): void {
    const { words } = this.#control;
    const seen = load(words, FINISHED);
    if (this.isOver) return;
    const spinUntil = performance.now() + this.#team.spinUs / 1000; // the others mostly end within microseconds of the caller
    while (performance.now() < spinUntil) for (let i = 0; i < 50; i++) if (load(words, FINISHED) !== seen) return;
    const left = Math.max(0, Math.min(LOOK_MS, deadline - performance.now()));
    if (waitSync(words, FINISHED, seen, this.#died ? Math.min(left, 1) : left) !== "not-equal")
      this.#team.buryTheDead();
    this.#team.drain();
  }

  /** Ends workers that are still inside a chunk. */
  killInside(): void {
    for (const hand of this.#team.hands) if (this.#control.isInside(hand.rank)) this.#team.kill(hand);
  }
}
