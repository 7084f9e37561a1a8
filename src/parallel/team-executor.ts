/** The team as an executor: calls on the whole team, tasks next to them, both across deaths of workers. */
import { WorkerDiedError } from "../base/errors.js";
import type { Call } from "../calls/call.js";
import type { Current } from "../calls/inline-executor.js";
import { InlineRun } from "../calls/inline-run.js";
import type { StopReason } from "../calls/outcome.js";
import type { PendingCall } from "../calls/pending.js";
import { type Staged, StagedWorks } from "../calls/staged.js";
import type { FunctionRef } from "../wire/functions.js";
import { pack } from "../wire/pack.js";
import { joinBlocking, takePart } from "./blocking.js";
import { Costs } from "./costs.js";
import { Crew } from "./crew.js";
import { KeptWorks } from "./kept-works.js";
import { GRACE_MS, PoolExecutor } from "./pool-executor.js";
import { assertReachable } from "./processes/reach.js";
import { Tasks } from "./tasks.js";
import { measureDispatch } from "./team/dispatch-cost.js";
import { ASYNC, type FromWorker } from "./team/layout.js";
import { TeamRun } from "./team/runs.js";
import type { Hand, Team, TeamEvents } from "./team/team.js";
import type { PoolOptions, RunOptions } from "./types.js";

export class TeamExecutor extends PoolExecutor implements TeamEvents {
  readonly #size: number;
  readonly #idleTimeoutMs: number | undefined;
  readonly #areProcesses: boolean;
  readonly #tasks: Tasks;
  readonly #kept: KeptWorks;
  readonly #costs = new Costs();
  readonly #crew: Crew;
  /** Callers of `ready` that wait. */
  #readying = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(size: number, options: PoolOptions) {
    const kept = new KeptWorks();
    const forget = (work: number) => void (kept.forget(work) && this.#crew.team?.drop(work));
    const areProcesses = options.isolation === "process";
    super(areProcesses ? "system" : "process", Math.max(0, size - 1), new StagedWorks(forget));
    this.#size = size;
    this.#kept = kept;
    this.#areProcesses = areProcesses;
    this.#crew = new Crew(size, options, this);
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#tasks = new Tasks(areProcesses, () => this.pump());
  }

  protected override get tasks(): Tasks {
    return this.#tasks;
  }
  protected override get isPending(): boolean {
    return super.isPending || this.#readying > 0;
  }
  protected override get isAwake(): boolean {
    return this.#crew.isAwake;
  }

  // ── Calls ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param call the one to be accepted; none for a task */
  protected override assertReady(call?: Call): void {
    super.assertReady();
    if (call && this.#areProcesses) assertReachable(call);
  }
  /** Not while a broadcast waits for all workers or has them, nor while every worker has a task. */
  protected override get hasRoom(): boolean {
    return !this.#tasks.claimsAll && (!this.#crew.team?.started || this.#crew.free.length > 0);
  }

  /** Whether a call is so short that the caller is done before workers would have helped. Functions whose cost is unknown are not. */
  protected override runsInline({ costKey, elements, plan }: Call, isSync: boolean): boolean {
    if (isSync && (this.#size < 2 || plan.count < 2)) return true;
    return this.#costs.isSmall(costKey, elements, 1);
  }

  protected override beginShared(pending: PendingCall, staged: Staged): void {
    try {
      const team = this.#startedTeam();
      this.#costs.dispatch ??= measureDispatch(team);
      const run = new TeamRun(team, staged, team.size, ASYNC);
      this.#begin(pending, staged, run, team);
      run.callUp(this.#crew.free, this.#kept.keepOnly(staged));
    } catch (error) {
      this.#giveUp(pending, error);
    }
  }

  protected override beginSharedSync(pending: PendingCall, staged: Staged): void {
    const team = this.#startedTeam();
    this.#costs.dispatch ??= measureDispatch(team);
    const helpers = this.#crew.free.filter((hand) => hand.rank < team.size - 1); // the caller has the last rank
    const run = new TeamRun(team, staged, team.size - 1, 0);
    this.#begin(pending, staged, run, team);
    const { costKey } = pending.call;
    takePart(pending, run, {
      count: staged.work.plan.count,
      isKnown: this.#costs.isKnown(costKey),
      worthUs: 2 * (this.#costs.dispatch?.us ?? 0),
      callUp: () => run.callUp(helpers, this.#kept.keepOnly(staged)),
      inKernel: (act) => this.inKernel(act),
    });
  }

  #begin(pending: PendingCall, staged: Staged, run: TeamRun, team: Team): void {
    this.current = { pending, staged, run, busyBefore: team.busyUs };
    pending.began(staged.work.plan.count, () => run.done);
  }

  /** A call that cannot even be dispatched, because no worker can be made, for instance. */
  #giveUp(pending: PendingCall, error: unknown): void {
    this.#teamRun?.stop();
    this.current = undefined;
    pending.end({ error });
    this.accountUnbegun();
  }

  get #teamRun(): TeamRun | undefined {
    const run = this.current?.run;
    return run instanceof TeamRun ? run : undefined;
  }

  protected override joinShared({ pending, run }: Current): void {
    joinBlocking(pending, run as TeamRun, {
      conclude: () => this.#concludeTeam(),
      inKernel: (act) => this.inKernel(act),
      hasFree: () => this.#crew.free.length > 0,
      hasReady: () => this.#crew.team?.hands.some((hand) => hand.ready) === true,
    });
  }

  /** The call under way may be over: ends it if so, or posts again what a death has left. */
  #concludeTeam(): void {
    const current = this.current;
    const run = this.#teamRun;
    if (!current || !run?.isOver) return;
    const { tag } = run;
    this.#crew.team!.drain();
    // The message of its end may have been among what was drained: then it has ended, or was posted again.
    if (this.current !== current || run.tag !== tag) return;
    const { control, stopped } = current.pending;
    if (run.repeat(control.idempotent === true, stopped !== undefined)) {
      run.callUp(this.#crew.free, this.#kept.keepOnly(current.staged));
      return;
    }
    this.conclude(run.loss);
  }

  protected override stopShared({ pending }: Current, reason: StopReason): void {
    const run = this.#teamRun!;
    if (run.isOver && !run.isMourning) return; // its message is on the way
    pending.stop(reason);
    run.stop();
    const { terminateAfterMs } = pending.control;
    if (terminateAfterMs !== undefined) pending.whenStoppedFor(terminateAfterMs, () => run.killInside());
    this.#concludeTeam();
  }

  protected override busySince(current: Current): number {
    if (current.run instanceof InlineRun) return super.busySince(current);
    return ((this.#crew.team?.busyUs ?? 0) - current.busyBefore) >>> 0;
  }
  protected override learn({ pending }: Current, busyUs: number, elements: number | undefined): void {
    this.#costs.record(pending.call.costKey, busyUs, elements);
  }

  // ── Tasks ────────────────────────────────────────────────────────────────────────────────────────────────────────

  override async runTask(
    fn: FunctionRef,
    args: unknown[],
    options: RunOptions,
    isBroadcast: boolean,
  ): Promise<unknown[]> {
    this.assertReady();
    this.#startedTeam();
    const packed = pack(args, "args", { toMany: isBroadcast, toProcesses: this.#areProcesses });
    const results = this.#tasks.add(fn, packed, options, isBroadcast);
    this.pump();
    return results;
  }

  protected override afterPump(): void {
    const { team } = this.#crew;
    const given = team && this.#tasks.queued > 0 && this.#tasks.assign(team, this.current !== undefined);
    if (given) for (const hand of this.#crew.free) this.#callUp(hand); // those left stand in for the ones that got tasks
    super.afterPump();
  }

  protected override rejectTasks(error: () => unknown): void {
    this.#tasks.rejectAll(error);
  }

  // ── What happens to the team ─────────────────────────────────────────────────────────────────────────────────────

  received(team: Team, hand: Hand, message: FromWorker): void {
    if (team !== this.#crew.team) return; // of a team that is being ended
    const run = this.#teamRun;
    run?.receive(message);
    this.#tasks.receive(hand, message);
    if (message.type === "finished" && message.tag === run?.tag) this.#concludeTeam();
    else if (message.type === "unbound" && run) this.#concludeSoon(run);
    else if (message.type === "ready" || message.type === "result" || message.type === "thrown") this.#callUp(hand);
    if (message.type === "ready" || message.type === "idle") this.pump();
  }

  /** A worker has become free while a call is under way: it can help. */
  #callUp(hand: Hand): void {
    const { current } = this;
    if (!current || !this.#crew.free.includes(hand)) return;
    this.#teamRun?.callUp([hand], this.#kept.keepOnly(current.staged));
  }

  died(team: Team, hand: Hand, exitCode: number | undefined): void {
    if (team !== this.#crew.team) return;
    this.countDeath();
    this.#tasks.died(hand, exitCode);
    const run = this.#teamRun;
    if (run) {
      run.mourn(exitCode);
      this.#concludeSoon(run);
    }
    this.pump();
  }

  /** After a death no message says when the others have left the call: looks each millisecond. */
  #concludeSoon(run: TeamRun): void {
    setTimeout(() => {
      if (this.current?.run !== run) return;
      if (run.isOver) this.#concludeTeam();
      else if (run.isMourning) this.#concludeSoon(run);
    }, 1);
  }

  broken(team: Team, exitCode: number | undefined): void {
    if (team !== this.#crew.team) return;
    void this.endWorkers(0).then(() => this.holdProcess());
    const message = "Expected workers to start, but three in a row ended before they were up";
    this.rejectAll(() => new WorkerDiedError(message, { exitCode, chunks: [], written: [] }));
  }

  // ── Life ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  #startedTeam(): Team {
    clearTimeout(this.#idleTimer);
    return this.#crew.start();
  }

  override async ready(): Promise<void> {
    this.assertReady();
    const team = this.#startedTeam();
    this.#readying++;
    this.pump();
    try {
      while (!team.hands.every((hand) => hand.ready)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        this.assertReady();
        if (this.#crew.team !== team) {
          const message = "Expected workers to start, but they ended before they were up";
          throw new WorkerDiedError(message, { exitCode: undefined, chunks: [], written: [] });
        }
      }
      if (!this.current) this.#costs.dispatch ??= measureDispatch(team); // not over a call that is posted
    } finally {
      this.#readying--;
      this.pump();
    }
  }

  protected override rejectAll(error: (count: number) => unknown): void {
    this.#teamRun?.stop();
    super.rejectAll(error);
  }

  protected override becameIdle(): void {
    if (this.#idleTimeoutMs === undefined || !this.#crew.team) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(
      () => void this.endWorkers(GRACE_MS).then(() => this.holdProcess()),
      this.#idleTimeoutMs,
    );
    this.#idleTimer.unref?.();
  }

  protected override async endWorkers(graceMs: number): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#costs.dispatch = undefined;
    await this.#crew.end(graceMs);
  }
}
