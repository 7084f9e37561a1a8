/** What an executor of a pool has besides its calls: tasks, counts, and an end. With `workers: 0` this is all of it. */
import { ClosedError, PoolTerminatedError } from "../base/errors.js";
import type { Call } from "../calls/call.js";
import { type Current, InlineExecutor, type Spent } from "../calls/inline-executor.js";
import { InlineRun } from "../calls/inline-run.js";
import type { StagedWorks } from "../calls/staged.js";
import type { Scope } from "../memory/shared-memory.js";
import { assertNotImporting } from "../platform/importing.js";
import type { FunctionRef } from "../wire/functions.js";
import { pack } from "../wire/pack.js";
import type { Cost } from "./costs.js";
import { ProcessHold } from "./process-hold.js";
import { runTaskHere } from "./tasks.js";
import type { PoolStats, RunOptions } from "./types.js";

/** How long `close` lets workers write their logs and run their timers, milliseconds. */
export const GRACE_MS = 1000;
/** `setTimeout` takes no more: longer times would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class PoolExecutor<Helpers = never> extends InlineExecutor<Helpers> {
  /** Where results are placed, so that all workers can reach them. */
  readonly scope: Scope;
  /** Positions or rows per chunk of the last call. */
  lastChunkSize = 1;
  readonly #counts = { calls: 0, inlineCalls: 0, chunks: 0, died: 0, busyUs: 0 };
  readonly #hold = new ProcessHold();
  #ending: Promise<void> | undefined;
  #onIdle: (() => void)[] = [];

  constructor(scope: Scope = "process", ownRank = 0, works?: StagedWorks) {
    super(ownRank, works);
    this.scope = scope;
  }

  // ── For the executor of a team ───────────────────────────────────────────────────────────────────────────────────

  /** Tasks that wait for a worker, and tasks under way. */
  protected get tasks(): { readonly queued: number; readonly running: number } {
    return { queued: 0, running: 0 };
  }
  /** Whether calls or tasks wait or run. */
  protected get isPending(): boolean {
    const { queued, running } = this.tasks;
    return this.current !== undefined || this.waiting + queued + running > 0;
  }
  /** Whether a worker may still have output to write. */
  protected get isAwake(): boolean {
    return false;
  }
  /** Ends what waits and runs besides calls. */
  protected rejectTasks(_error: () => unknown): void {}
  /** Ends the workers, if there are any. */
  protected async endWorkers(_graceMs: number): Promise<void> {}
  protected becameIdle(): void {}
  protected countDeath(): void {
    this.#counts.died++;
  }

  // ── Calls and tasks ──────────────────────────────────────────────────────────────────────────────────────────────

  protected override assertReady(): void {
    assertNotImporting("a call of a pool");
    if (this.#ending)
      throw new ClosedError("Expected the pool to be open, but it was closed or terminated", { what: "pool" });
  }

  protected override account({ pending, staged, run }: Current, spent: Spent, elements: number | undefined): void {
    const { plan } = staged.work;
    const isShared = !(run instanceof InlineRun);
    this.lastChunkSize = plan.chunkSize;
    this.#counts.chunks += plan.count;
    this.#counts.busyUs += spent.busyUs;
    if (pending.result) {
      this.#counts.calls++;
      if (!isShared) this.#counts.inlineCalls++;
    }
    this.learn(pending.call, elements === undefined ? undefined : { elements, isShared, ...spent });
  }
  /** Learns what such calls cost. @param cost of a pass; `undefined` if it failed */
  protected learn(_call: Call, _cost: Cost | undefined): void {}
  protected override accountUnbegun(): void {
    this.#counts.calls++;
  }

  /** One task on one worker, or on every worker at once. */
  async runTask(fn: FunctionRef, args: unknown[], options: RunOptions, isBroadcast: boolean): Promise<unknown[]> {
    this.assertReady();
    return [await runTaskHere(fn, pack(args, "args", { toMany: isBroadcast }), options, isBroadcast)];
  }

  /** All workers are up. */
  async ready(): Promise<void> {
    this.assertReady();
  }

  stats(): PoolStats {
    const { busyUs, ...counts } = this.#counts;
    const { queued, running } = this.tasks;
    return {
      ...counts,
      queued: this.waiting + queued,
      running: running + (this.current ? 1 : 0),
      busyMs: busyUs / 1000,
    };
  }

  // ── Its end ──────────────────────────────────────────────────────────────────────────────────────────────────────

  protected override afterPump(): void {
    this.holdProcess();
    if (this.isPending) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
    this.becameIdle();
  }
  /** The process must not end while calls or tasks are pending, or workers have output to write. */
  protected holdProcess(): void {
    this.#hold.set(this.isPending || this.isAwake);
  }

  /** Finishes what was called, then ends the workers. */
  close(timeoutMs: number | undefined): Promise<void> {
    this.#ending ??= this.#finish(timeoutMs);
    return this.#ending;
  }

  async #finish(timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    const idle = this.isPending ? new Promise<void>((resolve) => this.#onIdle.push(resolve)) : Promise.resolve();
    const timer = timeoutMs <= LONGEST_TIMER_MS ? setTimeout(() => this.#terminateNow(), timeoutMs) : undefined;
    await idle;
    clearTimeout(timer);
    await this.#endWorkers(Math.min(GRACE_MS, timeoutMs));
  }

  /** Ends everything at once. */
  terminate(): Promise<void> {
    this.#ending = this.#endWorkers(0);
    this.#terminateNow();
    return this.#ending;
  }

  #terminateNow(): void {
    this.rejectAll(
      (queued) => new PoolTerminatedError(`The pool was terminated with ${queued} calls unfinished`, { queued }),
    );
  }

  /** Rejects all calls and tasks. @param error is called with how many they are */
  protected rejectAll(error: (count: number) => unknown): void {
    const { queued, running } = this.tasks;
    const count = this.unfinished + queued + running;
    this.endAll(() => error(count));
    this.rejectTasks(() => error(count));
    this.pump();
  }

  async #endWorkers(graceMs: number): Promise<void> {
    await this.endWorkers(graceMs);
    this.holdProcess();
  }
}
