/** The executor that shares calls with a team and gives tasks to its workers. It copes with workers that die. */
import type { Span } from "../base/errors.js";
import type { Call, Work } from "../calls/call.js";
import { type Death, diedError } from "../calls/executors/death.js";
import type { Current, Spent } from "../calls/executors/inline-executor.js";
import { InlineRun } from "../calls/executors/inline-run.js";
import type { StopReason } from "../calls/executors/outcome.js";
import type { PendingCall } from "../calls/executors/pending.js";
import { type Staged, StagedWorks } from "../calls/executors/staged.js";
import { callAfter } from "../platform/timers.js";
import type { FunctionRef } from "../wire/functions.js";
import { pack } from "../wire/pack.js";
import { joinBlocking, takePart } from "./blocking.js";
import { type Candidate, type Cost, Costs } from "./costs.js";
import { Crew } from "./crew.js";
import { KeptWorks } from "./kept-works.js";
import { GRACE_MS, PoolExecutor } from "./pool-executor.js";
import { assertReachable } from "./processes/reach.js";
import { Tasks } from "./tasks.js";
import { measureDispatch } from "./team/dispatch-cost.js";
import { ASYNC, type FromWorker } from "./team/layout.js";
import type { Member } from "./team/member.js";
import { TeamRun } from "./team/runs.js";
import type { Team, TeamEvents } from "./team/team.js";
import type { PoolOptions, RunOptions } from "./types.js";

/** The members that help with a call. */
interface Helpers {
  /** For a blocked caller, the members to wake. For an awaited call it is empty, because all free members help. */
  readonly members: readonly Member[];
  /** Whether the cost of such calls is known. */
  readonly isKnown: boolean;
}

const NEW_WORKER = "A new worker";
const NOT_UP = "The workers ended before they were up, so the pool has given up starting them";

export class TeamExecutor extends PoolExecutor<Helpers> implements TeamEvents {
  readonly #size: number;
  readonly #idleTimeoutMs: number | undefined;
  readonly #areProcesses: boolean;
  readonly #tasks: Tasks;
  readonly #kept: KeptWorks;
  readonly #costs = new Costs();
  readonly #crew: Crew;
  /** How many microseconds the team had spent in chunks when the pass began. */
  #busyBefore = 0;
  /** The number of callers that wait for `ready`. */
  #readying = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** How the last worker ended of a team that never came up. */
  #stillborn: Death = { exitCode: undefined, uncaught: undefined };

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

  /** @param call the call to accept; `undefined` for a task */
  protected override assertReady(call?: Call): void {
    super.assertReady();
    if (call && this.#areProcesses) assertReachable(call);
  }
  /** False while a broadcast waits for all workers or has them, and while every worker has a task. */
  protected override get hasRoom(): boolean {
    return !this.#tasks.claimsAll && (!this.#crew.team?.started || this.#crew.free.length > 0);
  }

  /** Returns `undefined` if the caller would be done before the workers. Calls whose cost is unknown are shared. */
  protected override helpersFor(call: Call, isBlocking: boolean): Helpers | undefined {
    const { costKey, elements, plan } = call;
    if (isBlocking) return plan.count < 2 ? undefined : this.#blockingHelpersFor(call);
    const us = this.#costs.estimate(costKey, elements);
    if (us !== undefined && this.#costs.isShort(us)) {
      const members = this.#chosen(costKey, elements, this.#crew.free, false);
      if (members?.length === 0) return undefined;
    }
    return { members: [], isKnown: true };
  }

  /**
   * An awaited call runs no function of the user's on the caller unless it is compiled: it may never return, or end its
   * thread or process. Workers can be terminated, and the caller cannot.
   */
  protected override helpersWith({ functions }: Work, isBlocking: boolean): Helpers | undefined {
    return isBlocking || functions.length === 0 ? undefined : { members: [], isKnown: true };
  }

  #blockingHelpersFor({ costKey, elements, sharedWork = 1 }: Call): Helpers | undefined {
    if (this.#size < 2) return undefined;
    const helpers = this.#freeHelpers();
    if (helpers.length === 0 || helpers.length + 1 <= sharedWork) return undefined;
    const members = this.#chosen(costKey, elements, helpers, true);
    if (members?.length === 0) return undefined;
    return { members: members ?? helpers, isKnown: members !== undefined };
  }

  /** Those of the members to share a call with; `undefined` if its cost is unknown. */
  #chosen(costKey: string, elements: number, members: readonly Member[], isBlocking: boolean) {
    const choice = this.#costs.choose(costKey, elements, this.#candidates(members), isBlocking);
    if (choice && choice.rouse.length > 0) this.#crew.team!.rouse(choice.rouse);
    return choice?.share;
  }

  #candidates(members: readonly Member[]): Candidate<Member>[] {
    return members.map((member) => ({ member, state: this.#crew.team!.stateOf(member) }));
  }

  /** The members that can help a blocked caller. The caller has the last rank itself. */
  #freeHelpers(): readonly Member[] {
    const team = this.#measuredTeam();
    return this.#crew.free.filter((member) => member.rank < team.size - 1);
  }

  /** Returns the team. Starts it if there is none, and measures what it costs to let a member take part. */
  #measuredTeam(): Team {
    const team = this.#startedTeam();
    this.#costs.dispatch ??= measureDispatch(team);
    return team;
  }

  /** Starts the pass with all free members. Members that become free later join. */
  protected override beginShared(pending: PendingCall, staged: Staged): void {
    try {
      const team = this.#measuredTeam();
      const run = this.#begin(pending, staged, team.size, ASYNC);
      run.callUp(this.#crew.free, this.#kept.keepOnly(staged));
    } catch (error) {
      this.#giveUp(pending, staged, error);
    }
  }

  protected override beginBlocking(pending: PendingCall, staged: Staged, helpers: Helpers): void {
    try {
      this.#takePart(pending, this.#begin(pending, staged, this.#crew.team!.size - 1, 0), helpers);
    } catch (error) {
      this.#giveUp(pending, staged, error);
    }
  }

  #takePart(pending: PendingCall, run: TeamRun, { members, isKnown }: Helpers): void {
    const { staged } = this.current!;
    const callUp = (helpers: readonly Member[]) => {
      if (helpers.length > 0) run.callUp(helpers, this.#kept.keepOnly(staged));
    };
    takePart(pending, run, {
      count: staged.work.plan.count,
      inKernel: (act) => this.inKernel(act),
      callUp: isKnown
        ? () => callUp(members)
        : (restUs) => callUp(this.#costs.worthWaking(restUs, this.#candidates(members), true)),
      isKnown,
    });
  }

  /** Posts the pass. Its time begins before, because a pass that is not shared need not be posted. */
  #begin(pending: PendingCall, staged: Staged, limit: number, flags: number): TeamRun {
    const team = this.#crew.team!;
    const began = performance.now();
    this.#busyBefore = team.busyUs;
    const run = new TeamRun(team, staged, limit, flags);
    this.current = { pending, staged, run, began };
    pending.began(staged.work.plan.count, () => run.done);
    return run;
  }

  /** Fails a call that cannot be dispatched, for example because no worker can be made or a message does not fit. */
  #giveUp(pending: PendingCall, staged: Staged, error: unknown): void {
    const run = this.#teamRun;
    if (!run || this.current?.pending !== pending) {
      this.abandon(pending, staged, error);
      return;
    }
    run.fail(error); // members that know the work may be inside already
    if (run.isOver) this.#concludeTeam();
    else this.#concludeSoon(run);
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
      hasReady: () => this.#crew.team?.members.some((member) => member.ready) === true,
    });
  }

  /** If the call in progress is over, ends it, or posts again what a death has left undone. */
  #concludeTeam(): void {
    const current = this.current;
    const run = this.#teamRun;
    if (!current || !run?.isOver) return;
    const { tag } = run;
    this.#crew.team!.drain();
    // The message that the call has ended may have been among those drained. If so, `received` has concluded it or
    // posted it again.
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
    if (run.isOver && !run.isMourning) {
      pending.stoppedLate = reason; // the message of its end is on the way
      return;
    }
    pending.stop(reason);
    run.stop();
    const { terminateAfterMs } = pending.control;
    if (terminateAfterMs !== undefined) pending.whenStoppedFor(terminateAfterMs, () => run.killInside());
    this.#concludeTeam();
  }

  protected override spentOn(current: Current): Spent {
    const spent = super.spentOn(current);
    if (current.run instanceof InlineRun) return spent;
    return { ...spent, busyUs: ((this.#crew.team?.busyUs ?? 0) - this.#busyBefore) >>> 0 };
  }
  protected override learn({ costKey }: Call, cost: Cost | undefined): void {
    this.#costs.record(costKey, cost);
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
    if (given) for (const member of this.#crew.free) this.#callUp(member); // in place of those that got tasks
    const isWaiting = this.#tasks.queued + this.waiting > 0;
    if (isWaiting && (this.#tasks.claimsAll || this.#crew.free.length === 0))
      this.#tasks.endGivenUp(GRACE_MS, () => this.pump());
    super.afterPump();
  }

  protected override rejectTasks(error: () => unknown): void {
    this.#tasks.rejectAll(error);
  }

  // ── What happens to the team ─────────────────────────────────────────────────────────────────────────────────────

  received(team: Team, member: Member, message: FromWorker): void {
    if (team !== this.#crew.team) return; // from a team that is being ended
    const run = this.#teamRun;
    run?.receive(message);
    this.#tasks.receive(member, message);
    if (message.type === "finished" && message.tag === run?.tag) this.#concludeTeam();
    else if (message.type === "unbound" && run) this.#concludeSoon(run);
    else if (message.type === "ready" || message.type === "result" || message.type === "thrown") this.#callUp(member);
    if (message.type === "ready" || message.type === "idle") this.pump();
  }

  /** Lets a worker that has become free help with the call in progress. */
  #callUp(member: Member): void {
    const { current } = this;
    if (!current || !this.#crew.free.includes(member)) return;
    this.#teamRun?.callUp([member], this.#kept.keepOnly(current.staged));
  }

  died(team: Team, member: Member, death: Death): void {
    if (team !== this.#crew.team) return;
    this.countDeath();
    const run = this.#teamRun;
    if (!run && member.task === undefined && death.uncaught) {
      const after = "It had no call or task, so no promise rejects";
      process.emitWarning(diedError("A worker of a pool", death, "", after));
    }
    this.#tasks.died(member, death);
    if (run) {
      run.mourn(death);
      this.#concludeSoon(run);
    }
    this.pump();
  }

  /** Looks every millisecond whether all members have left the call, because after a death no message says so. */
  #concludeSoon(run: TeamRun): void {
    setTimeout(() => {
      if (this.current?.run !== run) return;
      if (run.isOver) this.#concludeTeam();
      else if (run.isMourning || run.failure) this.#concludeSoon(run);
    }, 1);
  }

  broken(team: Team, death: Death): void {
    if (team !== this.#crew.team) return;
    this.#stillborn = death;
    void this.endWorkers(0).then(() => this.holdProcess());
    this.rejectAll((_, written) => diedError(NEW_WORKER, death, "", NOT_UP, { chunks: [], written }));
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
      while (!team.members.every((member) => member.ready)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        this.assertReady();
        if (this.#crew.team !== team) {
          throw diedError(NEW_WORKER, this.#stillborn, "", NOT_UP);
        }
      }
      if (!this.current) this.#costs.dispatch ??= measureDispatch(team); // a call in progress must not be disturbed
    } finally {
      this.#readying--;
      this.pump();
    }
  }

  protected override rejectAll(error: (count: number, written: readonly Span[]) => unknown): void {
    this.#teamRun?.stop();
    super.rejectAll(error);
  }

  protected override becameIdle(): void {
    if (this.#idleTimeoutMs === undefined || !this.#crew.team || this.#tasks.running > 0) return;
    clearTimeout(this.#idleTimer);
    const end = () => void this.endWorkers(GRACE_MS).then(() => this.holdProcess());
    this.#idleTimer = callAfter(this.#idleTimeoutMs, end);
    this.#idleTimer?.unref?.();
  }

  protected override async endWorkers(graceMs: number): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#costs.dispatch = undefined;
    await this.#crew.end(graceMs);
  }
}
