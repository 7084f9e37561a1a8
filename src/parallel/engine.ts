/**
 * What a `Pool` does, without its types: array calls one at a time in the order made, inline or on the team, blocking or
 * not; tasks beside them. `pool.ts` is the public face.
 */

import { ClosedError, PoolTerminatedError, WorkerDiedError } from "../base/errors.js";
import { InlineRun } from "../calls/inline.js";
import { costKey, type Member } from "../calls/work.js";
import { forProcesses } from "../memory/names/place.js";
import { assertNotImporting } from "../platform/importing.js";
import { isPoolWorker } from "../platform/role.js";
import type { FunctionRef } from "../wire/functions.js";
import { pack } from "../wire/handle.js";
import type { Checked } from "./arguments.js";
import { ArrayCall, type CallResult, combined, type Loss, resultOf, type StopReason, stopError } from "./calls.js";
import { type Candidate, type Cost, Costs } from "./costs.js";
import { Crew } from "./crew.js";
import { type Job, Jobs } from "./jobs.js";
import { ProcessHold } from "./process-hold.js";
import { assertReachable, ownBlocks } from "./processes/reach.js";
import { runTaskHere, Tasks } from "./tasks.js";
import { measureDispatch } from "./team/dispatch-cost.js";
import { ASYNC, type FromWorker } from "./team/layout.js";
import type { Member as Hand } from "./team/member.js";
import { TeamRun } from "./team/runs.js";
import type { Team, TeamEvents } from "./team/team.js";
import type { PoolOptions, PoolStats, RunOptions } from "./types.js";

/** The call under way. */
interface Current {
  readonly call: ArrayCall;
  readonly job: Job;
  readonly run: TeamRun | InlineRun;
  readonly busyBefore: number;
  readonly began: number;
}

/** How long an async call may keep the event loop of a pool without workers. */
const YIELD_MS = 10;
/** How long a blocked caller waits for a first worker to come up, whose failure it could not hear of, before it does all itself. */
const BOOT_PATIENCE_MS = 2000;
/** How long `close` lets workers write their logs and run their timers. */
const GRACE_MS = 1000;

export class Engine implements TeamEvents {
  /** Size of the team; 0: everything on the caller. */
  readonly workers: number;
  readonly #idleTimeoutMs: number | undefined;
  readonly #isForProcesses: boolean;
  readonly #tasks: Tasks;
  readonly #jobs = new Jobs((job) => this.#crew.team?.drop(job));
  readonly #queue: ArrayCall[] = [];
  readonly #costs = new Costs();
  readonly #hold = new ProcessHold();
  readonly #crew: Crew;
  #current: Current | undefined;
  #isInKernel = false;
  #isPumping = false;
  #pumpAgain = false;
  /** Callers of `ready` that wait. */
  #readying = 0;
  #ending: Promise<void> | undefined;
  #onIdle: (() => void)[] = [];
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** Positions or rows of the last call's chunks. */
  lastChunkSize = 1;
  #stats = { calls: 0, inlineCalls: 0, chunks: 0, died: 0, busyUs: 0 };

  constructor(workers: number, options: PoolOptions) {
    this.workers = isPoolWorker() ? 0 : workers;
    this.#crew = new Crew(this.workers, options, this);
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#isForProcesses = options.isolation === "process" && this.workers > 0;
    this.#tasks = new Tasks(this.#isForProcesses, () => this.#pump());
  }

  // ── Array calls ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Queues a call. @param check its arguments */
  async submit(check: () => Checked): Promise<unknown> {
    const checked = this.#forWorkers(check);
    this.#assertUsable();
    if (this.#isForProcesses) assertReachable(checked);
    if (checked.options.signal?.aborted) throw stopError(checked, "aborted", []);
    const call = new ArrayCall(checked);
    if (this.#isInKernel) return valueOrThrow(this.#runNested(call));
    const promise = call.promise((reason) => this.#stop(call, reason));
    this.#queue.push(call);
    this.#pump();
    if (this.#queue.includes(call)) checked.hold();
    return promise;
  }

  /** Runs a call to its end, after those before it. */
  execute(check: () => Checked): unknown {
    const checked = this.#forWorkers(check);
    this.#assertUsable();
    if (this.#isForProcesses) assertReachable(checked);
    const call = new ArrayCall(checked);
    if (this.#isInKernel) return valueOrThrow(this.#runNested(call));
    while (this.#current || this.#queue.length > 0) this.#driveOne();
    return valueOrThrow(this.#runSync(call));
  }

  /** What a call makes is for its workers. */
  #forWorkers<T>(act: () => T): T {
    return this.#isForProcesses ? forProcesses(act) : act();
  }

  /** A call made by a kernel that runs on this very thread: inline at once, for the call under way waits for the kernel. */
  #runNested(call: ArrayCall): CallResult {
    const job = this.#jobFor(call);
    if (!job) return call.result!;
    const run = new InlineRun(job.work, job.spec.plan, this.#inlineMember(call));
    run.goOn(Number.POSITIVE_INFINITY);
    return call.end(this.#forWorkers(() => resultOf(call, job, run)));
  }

  /** Runs kernels on this thread. */
  #inKernel<T>(run: () => T): T {
    this.#isInKernel = true;
    try {
      return run();
    } finally {
      this.#isInKernel = false;
    }
  }

  /** Starts what can be started. Calls end in here too, which starts others: one after the other, not one inside the other. */
  #pump(): void {
    this.#pumpAgain = true;
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#pumpAgain) {
        this.#pumpAgain = false;
        this.#startWhatCan();
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #startWhatCan(): void {
    while (!this.#current && this.#queue.length > 0 && !this.#tasks.claimsAll && this.#hasRoom) {
      this.#begin(this.#queue.shift()!);
    }
    const { team } = this.#crew;
    const given = team && this.#tasks.queued > 0 && this.#tasks.assign(team, this.#current !== undefined);
    if (given) for (const hand of this.#crew.free) this.#callUp(hand); // those left stand in for the ones that were called up
    this.#hold.set(this.#isPending || this.#crew.isAwake);
    if (!this.#isPending) this.#becomeIdle();
  }

  get #isPending(): boolean {
    const waiting = this.#queue.length + this.#tasks.queued + this.#tasks.running + this.#readying;
    return this.#current !== undefined || waiting > 0;
  }
  /** False while every worker has a task. */
  get #hasRoom(): boolean {
    return !this.#crew.team?.started || this.#crew.free.length > 0;
  }

  #begin(call: ArrayCall): void {
    const job = this.#jobFor(call);
    if (!job) return;
    if (this.#runsInline(job, call.checked)) {
      const run = this.#inlineRun(call, job);
      this.#goOn(run);
      return;
    }
    try {
      const team = this.#startedTeam();
      this.#costs.dispatch ??= measureDispatch(team);
      const run = new TeamRun(team, job, team.size, ASYNC);
      this.#current = { call, job, run, busyBefore: team.busyUs, began: performance.now() };
      call.began(job.spec.plan.count, () => run.done);
      run.callUp(this.#crew.free, this.#jobs.keepOnly(job));
    } catch (error) {
      this.#giveUp(call, error);
    }
  }

  /** A call that cannot even be dispatched: no worker can be made, say. */
  #giveUp(call: ArrayCall, error: unknown): void {
    if (this.#current?.run instanceof TeamRun) this.#current.run.stop();
    this.#current = undefined;
    call.end({ error });
    this.#stats.calls++;
  }

  /** The next slice of an inline call that gives way to the event loop. */
  #goOn(run: InlineRun): void {
    if (this.#current?.run !== run) return; // a Sync call drove it to its end meanwhile
    const isAtEnd = this.#inKernel(() => run.goOn(performance.now() + YIELD_MS));
    if (this.#current?.run !== run) return; // its own kernel terminated the pool
    if (isAtEnd) this.#conclude();
    else setImmediate(() => this.#goOn(run));
  }

  #jobFor(call: ArrayCall): Job | undefined {
    try {
      const job = this.#forWorkers(() => this.#jobs.jobOf(call.checked));
      if (job.spec.plan.count > 0) return job;
      call.end(this.#forWorkers(() => combined(call.checked, job.spec, () => [])));
    } catch (error) {
      call.end({ error });
    }
    this.#stats.calls++;
    return undefined;
  }

  #inlineMember(call: ArrayCall): Member {
    const aborted = () => {
      if (performance.now() > call.deadline) call.stop("timeout");
      return call.stopped !== undefined;
    };
    return { worker: Math.max(0, this.workers - 1), aborted };
  }

  #inlineRun(call: ArrayCall, job: Job): InlineRun {
    const run = new InlineRun(job.work, job.spec.plan, this.#inlineMember(call));
    this.#current = { call, job, run, busyBefore: 0, began: performance.now() };
    call.began(job.spec.plan.count, () => run.done);
    return run;
  }

  /** Whether an awaited call is so short that the caller is done before workers would be. Unknown functions are not. */
  #runsInline({ spec }: Job, { elements }: Checked): boolean {
    if (this.workers === 0) return true;
    const us = this.#costs.estimate(costKey(spec), elements);
    if (us === undefined || !this.#costs.isShort(us)) return false;
    return this.#costs.membersFor(costKey(spec), elements, this.#candidates(this.#crew.free), false)!.length === 0;
  }

  #candidates(members: readonly Hand[]): Candidate<Hand>[] {
    return members.map((member) => ({ member, state: this.#crew.team!.stateOf(member) }));
  }

  /** The call under way may be over: settles it if so, or lets go on what a death has left. */
  #conclude(): CallResult | undefined {
    const current = this.#current!;
    const { call, job, run, busyBefore, began } = current;
    let loss: Loss | undefined;
    if (run instanceof TeamRun) {
      if (!run.isOver) return undefined;
      const { tag } = run;
      this.#crew.team!.drain();
      // The message of its end may have been among what was drained: then it is settled, or posted again.
      if (this.#current !== current || run.tag !== tag) return undefined;
      if (run.repeat(call.checked.options.idempotent === true, call.stopped !== undefined)) {
        run.callUp(this.#crew.free, this.#jobs.keepOnly(job));
        return undefined;
      }
      loss = run.loss;
    }
    const isInline = run instanceof InlineRun;
    const wallUs = 1000 * (performance.now() - began);
    const busyUs = isInline ? wallUs : (this.#crew.team!.busyUs - busyBefore) >>> 0;
    this.#current = undefined;
    const result = this.#forWorkers(() => resultOf(call, job, run, loss));
    for (const memory of ownBlocks(job.spec, call.checked)) memory[Symbol.dispose]();
    const { elements } = call.checked;
    this.#account(job, "value" in result, { elements, busyUs, wallUs, isShared: !isInline });
    call.end(result);
    this.#pump();
    return result;
  }

  #account({ spec }: Job, isDone: boolean, cost: Cost): void {
    this.lastChunkSize = spec.plan.chunkSize;
    this.#stats.calls++;
    this.#stats.chunks += spec.plan.count;
    this.#stats.busyUs += cost.busyUs;
    if (!cost.isShared) this.#stats.inlineCalls++;
    this.#costs.record(costKey(spec), isDone ? cost : undefined);
  }

  #stop(call: ArrayCall, reason: StopReason): void {
    const place = this.#queue.indexOf(call);
    if (place >= 0) {
      this.#queue.splice(place, 1);
      call.end({ error: stopError(call.checked, reason, []) });
      this.#stats.calls++;
      this.#pump();
      return;
    }
    if (call.result || call.stopped) return;
    if (this.#current?.call !== call) return;
    const { run } = this.#current;
    if (run instanceof TeamRun && run.isOver && !run.isMourning) return; // its message is on the way
    call.stop(reason);
    if (!(run instanceof TeamRun)) return; // looks at each chunk boundary
    run.stop();
    const { terminateAfterMs } = call.checked.options;
    if (terminateAfterMs !== undefined) call.whenStoppedFor(terminateAfterMs, () => run.killInside());
    this.#conclude();
  }

  // ── Blocking ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Blocks until the call under way is settled, or runs the next one of the queue. */
  #driveOne(): void {
    const current = this.#current;
    if (!current) {
      this.#runSync(this.#queue.shift()!);
    } else if (current.run instanceof InlineRun) {
      this.#finishInline(current.run);
    } else {
      this.#joinSync(current.call, current.run);
    }
  }

  #finishInline(run: InlineRun): void {
    this.#inKernel(() => run.goOn(Number.POSITIVE_INFINITY));
    if (this.#current?.run === run) this.#conclude();
  }

  #runSync(call: ArrayCall): CallResult {
    const job = this.#jobFor(call);
    if (job) this.#runJobSync(call, job);
    return call.result!;
  }

  #runJobSync(call: ArrayCall, job: Job): void {
    const members = this.workers > 1 && job.spec.plan.count > 1 ? this.#helpers() : [];
    const candidates = this.#candidates(members);
    const known = this.#costs.membersFor(costKey(job.spec), call.checked.elements, candidates, true);
    let helpers: readonly Hand[] = known ?? members;
    if (helpers.length === 0) {
      this.#finishInline(this.#inlineRun(call, job));
      return;
    }
    const team = this.#crew.team!;
    const run = new TeamRun(team, job, team.size - 1, 0);
    this.#current = { call, job, run, busyBefore: team.busyUs, began: performance.now() };
    const inTime = () => isInTime(call, run);
    if (!known) {
      // How long one chunk takes says whether help pays.
      const began = performance.now();
      this.#inKernel(() => run.takePart((taken) => taken < 1 && inTime()));
      const restUs = 1000 * (performance.now() - began) * (job.spec.plan.count - 1);
      helpers = this.#costs.worthWaking(restUs, this.#candidates(members), true);
    }
    if (helpers.length > 0) run.callUp(helpers, this.#jobs.keepOnly(job));
    this.#inKernel(() => run.takePart(inTime));
    this.#joinSync(call, run);
  }

  /** Workers that can help a blocked caller: it has the last rank itself. */
  #helpers(): Hand[] {
    const team = this.#startedTeam();
    this.#costs.dispatch ??= measureDispatch(team);
    return this.#crew.free.filter((hand) => hand.rank < team.size - 1);
  }

  #joinSync(call: ArrayCall, run: TeamRun): void {
    const began = performance.now();
    let isTakenOver = false;
    while (!call.result) {
      if (run.isOver) {
        const { tag } = run;
        this.#conclude();
        if (run.tag === tag) continue;
        // Posted again after a death. What killed a worker is left to workers, as long as one is free.
        if (isTakenOver) this.#inKernel(() => run.takePart(() => isInTime(call, run)));
        else if (this.#crew.free.length === 0) {
          isTakenOver = true;
          run.takeOver();
        }
        continue;
      }
      const now = performance.now();
      if (now > call.deadline && !call.stopped) {
        call.stop("timeout");
        run.stop();
      }
      const killAt = call.stoppedAt + (call.checked.options.terminateAfterMs ?? Number.POSITIVE_INFINITY);
      if (now > killAt) run.killInside();
      if (!isTakenOver && now > began + BOOT_PATIENCE_MS && !this.#crew.team?.members.some((hand) => hand.ready)) {
        isTakenOver = true;
        run.takeOver();
      }
      run.waitSync(Math.min(call.stopped ? killAt : call.deadline, now + 1000));
    }
  }

  // ── Tasks ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** One task on one worker, or on every worker at once. */
  async runTask(fn: FunctionRef, args: unknown[], options: RunOptions, isBroadcast: boolean): Promise<unknown[]> {
    this.#assertUsable();
    if (this.workers > 0) this.#startedTeam();
    const packed = pack(args, "args", { toMany: isBroadcast, toProcesses: this.#isForProcesses });
    if (this.workers === 0) return [await runTaskHere(fn, packed, options, isBroadcast)];
    const results = this.#tasks.add(fn, packed, options, isBroadcast);
    this.#pump();
    return results;
  }

  // ── The team ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #startedTeam(): Team {
    clearTimeout(this.#idleTimer);
    return this.#crew.start();
  }

  received(team: Team, hand: Hand, message: FromWorker): void {
    if (team !== this.#crew.team) return; // of a team that is being ended
    const run = this.#current?.run;
    if (run instanceof TeamRun) run.receive(message);
    this.#tasks.receive(hand, message);
    if (message.type === "finished" && run instanceof TeamRun && message.tag === run.tag) this.#conclude();
    else if (message.type === "unbound" && run instanceof TeamRun) this.#concludeSoon(run);
    else if (message.type === "ready" || message.type === "result" || message.type === "thrown") this.#callUp(hand);
    if (message.type === "ready" || message.type === "idle") this.#pump();
  }

  /** A worker has come free while a call is under way: it can help. */
  #callUp(hand: Hand): void {
    const current = this.#current;
    if (!(current?.run instanceof TeamRun) || !this.#crew.free.includes(hand)) return;
    current.run.callUp([hand], this.#jobs.keepOnly(current.job));
  }

  died(team: Team, hand: Hand, exitCode: number | undefined): void {
    if (team !== this.#crew.team) return;
    this.#stats.died++;
    this.#tasks.died(hand, exitCode);
    if (this.#current?.run instanceof TeamRun) {
      this.#current.run.mourn(exitCode);
      this.#concludeSoon(this.#current.run);
    }
    this.#pump();
  }

  /** After a death no message says when the others have left: looks each millisecond. */
  #concludeSoon(run: TeamRun): void {
    setTimeout(() => {
      if (this.#current?.run !== run) return;
      if (run.isOver) this.#conclude();
      else if (run.isMourning) this.#concludeSoon(run);
    }, 1);
  }

  broken(team: Team, exitCode: number | undefined): void {
    if (team !== this.#crew.team) return;
    void this.#endTeam(0);
    const message = "Expected workers to start, but three in a row ended before they were up";
    this.#rejectAll(() => new WorkerDiedError(message, { exitCode, chunks: [], written: [] }));
  }

  // ── Life ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  async ready(): Promise<void> {
    this.#assertUsable();
    if (this.workers === 0) return;
    const team = this.#startedTeam();
    this.#readying++;
    this.#pump();
    try {
      while (!team.members.every((hand) => hand.ready)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        this.#assertUsable();
        if (this.#crew.team !== team) {
          const message = "Expected workers to start, but they ended before they were up";
          throw new WorkerDiedError(message, { exitCode: undefined, chunks: [], written: [] });
        }
      }
      if (!this.#current) this.#costs.dispatch ??= measureDispatch(team); // not over a call that is posted
    } finally {
      this.#readying--;
      this.#pump();
    }
  }

  stats(): PoolStats {
    const { busyUs, ...counts } = this.#stats;
    return {
      ...counts,
      queued: this.#queue.length + this.#tasks.queued,
      running: this.#tasks.running + (this.#current ? 1 : 0),
      busyMs: busyUs / 1000,
    };
  }

  /** Finishes what was called, then ends the workers. */
  close(timeoutMs: number | undefined): Promise<void> {
    this.#ending ??= this.#finish(timeoutMs);
    return this.#ending;
  }

  async #finish(timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    const idle = this.#isPending ? new Promise<void>((resolve) => this.#onIdle.push(resolve)) : Promise.resolve();
    const timer = timeoutMs < 2 ** 31 ? setTimeout(() => this.#terminateNow(), timeoutMs) : undefined;
    await idle;
    clearTimeout(timer);
    await this.#endTeam(Math.min(GRACE_MS, timeoutMs));
  }

  /** Ends everything at once. */
  terminate(): Promise<void> {
    this.#ending = this.#endTeam(0);
    this.#terminateNow();
    return this.#ending;
  }

  #terminateNow(): void {
    this.#rejectAll(
      (queued) => new PoolTerminatedError(`The pool was terminated with ${queued} calls unfinished`, { queued }),
    );
  }

  #rejectAll(error: (queued: number) => unknown): void {
    const calls = [...(this.#current ? [this.#current.call] : []), ...this.#queue.splice(0)];
    if (this.#current?.run instanceof TeamRun) this.#current.run.stop();
    this.#current = undefined;
    const count = calls.length + this.#tasks.queued + this.#tasks.running;
    for (const call of calls) call.end({ error: error(count) });
    this.#tasks.rejectAll(() => error(count));
    this.#pump();
  }

  async #endTeam(graceMs: number): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#costs.dispatch = undefined;
    await this.#crew.end(graceMs);
    this.#hold.set(this.#isPending || this.#crew.isAwake);
  }

  #becomeIdle(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve();
    if (this.#idleTimeoutMs === undefined || !this.#crew.team) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => void this.#endTeam(GRACE_MS), this.#idleTimeoutMs);
    this.#idleTimer.unref?.();
  }

  #assertUsable(): void {
    assertNotImporting("a call of a pool");
    if (this.#ending)
      throw new ClosedError("Expected the pool to be open, but it was closed or terminated", { what: "pool" });
  }
}

/** Whether a blocked caller may go on with the call; closes it if not. */
function isInTime(call: ArrayCall, run: TeamRun): boolean {
  if (performance.now() > call.deadline) call.stop("timeout");
  if (call.stopped) run.stop();
  return !call.stopped;
}

function valueOrThrow(result: CallResult): unknown {
  if ("error" in result) throw result.error;
  return result.value;
}
