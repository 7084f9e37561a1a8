/** The executor of a pool with `workers: 0`: calls and tasks run on the caller. The team's executor extends it. */

import { ClosedError, PoolTerminatedError, type Span } from "../base/errors.js";
import type { Call } from "../calls/call.js";
import { type Current, InlineExecutor, type Spent } from "../calls/executors/inline-executor.js";
import { InlineRun } from "../calls/executors/inline-run.js";
import type { StagedWorks } from "../calls/executors/staged.js";
import type { Scope } from "../memory/shared-memory.js";
import { assertNotImporting } from "../platform/importing.js";
import { callAfter } from "../platform/timers.js";
import type { FunctionRef } from "../wire/functions.js";
import { pack } from "../wire/pack.js";
import type { Cost } from "./costs.js";
import { ProcessHold } from "./process-hold.js";
import { runTaskHere } from "./tasks.js";
import type { PoolStats, RunOptions } from "./types.js";

/** How long `close` lets workers write their logs and run their timers, in milliseconds. */
export const GRACE_MS = 1000;

export class PoolExecutor<Helpers = never> extends InlineExecutor<Helpers> {
  /** The scope of results, in which all workers can reach them. */
  readonly scope: Scope;
  /** The positions, rows or pieces per chunk of the last call. */
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

  /** The number of tasks that wait for a worker, of those in progress, and of these those that nobody waits for. */
  protected get tasks(): { readonly queued: number; readonly running: number; readonly givenUp: number } {
    return { queued: 0, running: 0, givenUp: 0 };
  }
  /** Whether any calls or tasks wait or run that somebody waits for. */
  protected get isPending(): boolean {
    const { queued, running, givenUp } = this.tasks;
    return this.current !== undefined || this.waiting + queued + running - givenUp > 0;
  }
  /** Whether any worker may still have output to write. */
  protected get isAwake(): boolean {
    return false;
  }
  /** Ends what waits and runs besides calls. */
  protected rejectTasks(_error: () => unknown): void {}
  /** Ends the workers, if there are any. */
  protected async endWorkers(_graceMs: number): Promise<void> {}
  /** Called when no call and no task is left. */
  protected becameIdle(): void {}
  /** Counts a worker that ended without being asked to. */
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
  /**
   * Records what such calls cost.
   *
   * @param cost the cost of a pass; `undefined` if it failed
   */
  protected learn(_call: Call, _cost: Cost | undefined): void {}
  protected override accountUnbegun(): void {
    this.#counts.calls++;
  }

  /** Runs a task on one worker, or on every worker at once. Returns one result per worker. */
  async runTask(fn: FunctionRef, args: unknown[], options: RunOptions, isBroadcast: boolean): Promise<unknown[]> {
    this.assertReady();
    return [await runTaskHere(fn, pack(args, "args", { toMany: isBroadcast }), options, isBroadcast)];
  }

  /** Resolves when all workers are up. */
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
  /** Keeps the process from ending while calls or tasks are pending, or workers have output to write. */
  protected holdProcess(): void {
    this.#hold.set(this.isPending || this.isAwake);
  }

  /**
   * Finishes all calls and tasks, then ends the workers.
   *
   * @param timeoutMs for how long, until everything is ended at once
   */
  async close(timeoutMs: number | undefined): Promise<void> {
    this.#ending ??= this.#finish();
    const timer = callAfter(timeoutMs ?? Number.POSITIVE_INFINITY, () => void this.terminate());
    await this.#ending.finally(() => clearTimeout(timer));
  }

  async #finish(): Promise<void> {
    if (this.isPending) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    await this.#endWorkers(GRACE_MS);
  }

  /** Rejects all calls and tasks and ends the workers at once. */
  terminate(): Promise<void> {
    this.#ending = this.#endWorkers(0);
    this.#terminateNow();
    return this.#ending;
  }

  #terminateNow(): void {
    this.rejectAll(
      (queued, written) =>
        new PoolTerminatedError(`The pool was terminated with ${queued} calls unfinished`, { queued, written }),
    );
  }

  /**
   * Rejects all calls and tasks.
   *
   * @param error makes the error; called with their number, and what each has written
   */
  protected rejectAll(error: (count: number, written: readonly Span[]) => unknown): void {
    const { queued, running } = this.tasks;
    const count = this.unfinished + queued + running;
    this.endAll((written) => error(count, written));
    this.rejectTasks(() => error(count, []));
    this.pump();
  }

  async #endWorkers(graceMs: number): Promise<void> {
    await this.endWorkers(graceMs);
    this.holdProcess();
  }
}
