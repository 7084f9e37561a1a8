/**
 * Runs calls on the calling thread, one at a time, in the order in which they were made, blocking or not. An executor
 * that shares calls with workers extends this one, because there, too, small calls and calls from inside a kernel run
 * on the calling thread.
 */

import type { Span } from "../../base/errors.js";
import { lentBlockOf } from "../../memory/shared-memory.js";
import { outsideOfScopes } from "../../ndarray/scopes.js";
import type { Call, Work } from "../call.js";
import { kindOf } from "../kinds/index.js";
import type { Executor } from "./executor.js";
import { InlineRun } from "./inline-run.js";
import {
  attempt,
  failureOf,
  type Loss,
  type Outcome,
  type Result,
  type StopReason,
  spansOf,
  stopError,
  valueOrThrow,
} from "./outcome.js";
import { type Control, PendingCall } from "./pending.js";
import { disposeOwn, type Staged, StagedWorks } from "./staged.js";

/** The call that is in progress. */
export interface Current {
  readonly pending: PendingCall;
  readonly staged: Staged;
  /** The pass under way. */
  readonly run: Outcome;
  /** When the pass began, as `performance.now()`. */
  readonly began: number;
}

/** What a pass has taken, in microseconds. */
export interface Spent {
  /** From its beginning to its end. */
  readonly wallUs: number;
  /** What threads have spent in chunks, together. */
  readonly busyUs: number;
}

/** How long a call on the calling thread may hold up the event loop at a time, in milliseconds. */
const YIELD_MS = 10;

/** Runs calls on the calling thread. Executors that share calls with others extend it. */
export class InlineExecutor<Helpers = never> implements Executor {
  protected readonly works: StagedWorks;
  /** The rank that kernels see when they run on the calling thread. */
  readonly #ownRank: number;
  readonly #waiting: PendingCall[] = [];
  #current: Current | undefined;
  #isInKernel = false;
  #isPumping = false;
  #pumpAgain = false;

  constructor(ownRank = 0, works = new StagedWorks()) {
    this.#ownRank = ownRank;
    this.works = works;
  }

  // ── For executors that share calls with others ───────────────────────────────────────────────────────────────────

  /** Throws if no calls can be accepted, or not this one. */
  protected assertReady(_call: Call): void {}
  /** Whether the next call may begin now. */
  protected get hasRoom(): boolean {
    return true;
  }
  /**
   * Returns who helps with a call, or `undefined` if the calling thread runs it alone. Called once before each pass.
   *
   * @param isBlocking whether the caller blocks and takes part itself
   */
  protected helpersFor(_call: Call, _isBlocking: boolean): Helpers | undefined {
    return undefined;
  }
  /** Those that must compute a work although `helpersFor` would leave it to the caller. */
  protected helpersWith(_work: Work, _isBlocking: boolean): Helpers | undefined {
    return undefined;
  }
  /** Starts a pass that others compute. Does not block. */
  protected beginShared(_pending: PendingCall, _staged: Staged, _helpers: Helpers): void {}
  /** Starts a pass for a caller that blocks and takes part itself. */
  protected beginBlocking(_pending: PendingCall, _staged: Staged, _helpers: Helpers): void {}
  /** Blocks until the shared call in progress has ended or moved on. */
  protected joinShared(_current: Current): void {}
  /** Stops the shared call in progress. */
  protected stopShared(_current: Current, _reason: StopReason): void {}
  /** Called whenever calls have begun or ended. */
  protected afterPump(): void {}
  /** What the pass under way has taken so far. */
  protected spentOn({ began }: Current): Spent {
    const wallUs = 1000 * (performance.now() - began);
    return { wallUs, busyUs: wallUs };
  }
  /**
   * Called when a pass has ended.
   *
   * @param elements how many elements were computed; `undefined` if the pass failed
   */
  protected account(_current: Current, _spent: Spent, _elements: number | undefined): void {}
  /** Called when a call has ended without computing a chunk. */
  protected accountUnbegun(): void {}

  // ── Calls ────────────────────────────────────────────────────────────────────────────────────────────────────────

  async run(call: Call, control: Control = {}): Promise<unknown> {
    const pending = this.#accept(call, control);
    if (control.signal?.aborted) {
      pending.endUnbegun("aborted");
      return valueOrThrow(pending.result!);
    }
    if (this.#isInKernel) return valueOrThrow(this.#runNested(pending));
    const promise = pending.promise((reason) => this.#stop(pending, reason));
    this.#waiting.push(pending);
    this.pump();
    if (this.#waiting.includes(pending)) pending.hold();
    return promise;
  }

  runSync(call: Call, control: Control = {}): unknown {
    const pending = this.#accept(call, control);
    if (this.#isInKernel) return valueOrThrow(this.#runNested(pending));
    while (this.#current || this.#waiting.length > 0) this.#driveOne();
    this.#runToEnd(pending);
    return valueOrThrow(pending.result!);
  }

  #accept(call: Call, control: Control): PendingCall {
    try {
      this.assertReady(call);
      return new PendingCall(call, control);
    } catch (e) {
      call.made?.[Symbol.dispose]();
      throw e;
    }
  }

  protected get current(): Current | undefined {
    return this.#current;
  }
  protected set current(current: Current | undefined) {
    this.#current = current;
  }
  /** How many calls wait for their turn. */
  protected get waiting(): number {
    return this.#waiting.length;
  }

  /** How many calls have not ended. */
  protected get unfinished(): number {
    return this.#waiting.length + (this.#current ? 1 : 0);
  }
  /**
   * Ends all calls with an error.
   *
   * @param error makes it; called for each call with what is known to be written
   */
  protected endAll(error: (written: readonly Span[]) => unknown): void {
    const current = this.#current;
    const waiting = this.#waiting.splice(0);
    this.#current = undefined;
    if (current) {
      const { pending, staged, run } = current;
      // Others may still be inside and write, so this memory must not be used for other arrays.
      for (const { memory } of staged.work.arrays) lentBlockOf(memory);
      this.#end(pending, staged, { error: error(spansOf(staged.work.plan, run.isDone)) });
    }
    for (const pending of waiting) pending.end({ error: error([]) });
  }
  /** Ends a call of which no chunk has been, or will be, computed. */
  protected abandon(pending: PendingCall, staged: Staged, error: unknown): void {
    this.#end(pending, staged, { error });
    this.accountUnbegun();
  }

  /**
   * Starts the next call if none is in progress. A call may end in here, which asks for another round: calls start one
   * after the other, never one inside the other.
   */
  protected pump(): void {
    this.#pumpAgain = true;
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#pumpAgain) {
        this.#pumpAgain = false;
        while (!this.#current && this.#waiting.length > 0 && this.hasRoom) this.#beginNext(this.#waiting.shift()!);
        this.afterPump();
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #beginNext(pending: PendingCall): void {
    const begun = this.#prepared(pending, false);
    if (!begun) return;
    const [staged, helpers] = begun;
    if (helpers === undefined) this.#goOn(this.#inlineRun(pending, staged));
    else this.beginShared(pending, staged, helpers);
  }

  /**
   * Returns the work of a call whose turn has come, and who helps with it. If a worker is needed but cannot be made,
   * the call ends instead.
   */
  #prepared(pending: PendingCall, isBlocking: boolean): [Staged, Helpers | undefined] | undefined {
    try {
      const helpers = this.helpersFor(pending.call, isBlocking);
      const staged = this.#stage(pending, helpers === undefined);
      return staged && [staged, helpers ?? this.helpersWith(staged.work, isBlocking)];
    } catch (error) {
      pending.end({ error });
      this.accountUnbegun();
      return undefined;
    }
  }

  /**
   * Returns the work of a call whose turn has come. If staging fails, or there are no chunks, the call ends instead.
   */
  #stage(pending: PendingCall, isAlone: boolean): Staged | undefined {
    try {
      const staged = this.works.of(pending.call, () => pending.takeArrays(), isAlone);
      if (staged.work.plan.count > 0) return staged;
      this.#end(
        pending,
        staged,
        this.#valueOf(pending, staged, () => []),
      );
    } catch (error) {
      pending.end({ error });
    }
    this.accountUnbegun();
    return undefined;
  }

  #valueOf({ call }: PendingCall, { work, arrays }: Staged, parts: () => readonly unknown[]): Result {
    return attempt(() => outsideOfScopes(() => kindOf(call).finish(call, work, arrays, parts)));
  }

  /** Ends a call and frees the blocks that it made for itself. */
  #end(pending: PendingCall, { work, isKept }: Staged, result: Result): void {
    if (!isKept) disposeOwn(work, pending.call, "value" in result ? result.value : undefined);
    pending.end(result);
  }

  // ── On the calling thread ────────────────────────────────────────────────────────────────────────────────────────

  /** Runs kernels on this thread. Calls that they make meanwhile are nested in the call in progress. */
  protected inKernel<T>(run: () => T): T {
    this.#isInKernel = true;
    try {
      return run();
    } finally {
      this.#isInKernel = false;
    }
  }

  #newInlineRun(pending: PendingCall, { bound, work }: Staged): InlineRun {
    const aborted = () => {
      if (performance.now() > pending.deadline) pending.stop("timeout");
      return pending.stopped !== undefined;
    };
    return new InlineRun(bound, work.plan.count, { worker: this.#ownRank, aborted });
  }

  #inlineRun(pending: PendingCall, staged: Staged): InlineRun {
    const run = this.#newInlineRun(pending, staged);
    this.#current = { pending, staged, run, began: performance.now() };
    pending.began(staged.work.plan.count, () => run.done);
    return run;
  }

  /**
   * Runs a call that a kernel on this thread has made. It runs at once, because the call in progress waits for the
   * kernel.
   */
  #runNested(pending: PendingCall): Result {
    let staged = this.#stage(pending, true);
    while (staged) {
      const run = this.#newInlineRun(pending, staged);
      run.goOn(Number.POSITIVE_INFINITY);
      staged = this.#concluded(pending, staged, run, undefined);
    }
    return pending.result!;
  }

  /** Runs the next slice of a call on this thread. Between two slices the event loop turns. */
  #goOn(run: InlineRun): void {
    if (this.#current?.run !== run) return; // meanwhile a Sync call has run it to its end
    const isAtEnd = this.inKernel(() => run.goOn(performance.now() + YIELD_MS));
    if (this.#current?.run !== run) return; // its own kernel has terminated the pool
    if (isAtEnd) this.conclude();
    else setImmediate(() => this.#goOn(run));
  }

  /** Blocks until the call in progress has ended or moved on. If there is none, runs the next one that waits. */
  #driveOne(): void {
    const current = this.#current;
    if (!current) this.#runToEnd(this.#waiting.shift()!);
    else if (current.run instanceof InlineRun) this.#finishInline(current.run);
    else this.joinShared(current);
  }

  #runToEnd(pending: PendingCall): void {
    const begun = this.#prepared(pending, true);
    if (!begun) return;
    const [staged, helpers] = begun;
    if (helpers === undefined) this.#inlineRun(pending, staged);
    else this.beginBlocking(pending, staged, helpers);
    while (!pending.result) this.#driveOne();
  }

  #finishInline(run: InlineRun): void {
    this.inKernel(() => run.goOn(Number.POSITIVE_INFINITY));
    if (this.#current?.run === run) this.conclude();
  }

  // ── Ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Called when the pass in progress is over: ends the call with its result, or begins its next pass. */
  protected conclude(loss?: Loss): void {
    const current = this.#current!;
    const { pending, staged, run } = current;
    const spent = this.spentOn(current); // before the user's `combine` and `onProgress` run
    this.#current = undefined;
    const next = this.#concluded(pending, staged, run, loss);
    const hasFailed = pending.result !== undefined && "error" in pending.result;
    this.account(current, spent, hasFailed ? undefined : pending.call.elements);
    if (next) this.#beginPass(pending, next, run instanceof InlineRun);
    this.pump();
  }

  #beginPass(pending: PendingCall, staged: Staged, wasInline: boolean): void {
    const helpers = wasInline ? undefined : this.helpersFor(pending.call, !pending.isAwaited);
    if (helpers !== undefined) {
      if (pending.isAwaited) this.beginShared(pending, staged, helpers);
      else this.beginBlocking(pending, staged, helpers);
      return;
    }
    const run = this.#inlineRun(pending, staged);
    setImmediate(() => this.#goOn(run)); // unless a blocked caller runs it to its end before that
  }

  /** Ends the call after a pass. If another pass must follow, returns its work instead. */
  #concluded(pending: PendingCall, staged: Staged, run: Outcome, loss: Loss | undefined): Staged | undefined {
    const { call } = pending;
    const { work, arrays } = staged;
    const error = failureOf(call, work.plan, run, pending.stopped, loss);
    if (error !== undefined) {
      this.#end(pending, staged, { error });
      return undefined;
    }
    try {
      const next = kindOf(call).next?.(call, work);
      if (next && !pending.stoppedLate) return this.works.bind(call, next, arrays);
      if (next) {
        pending.stop(pending.stoppedLate!);
        this.#end(pending, staged, { error: stopError(pending.stopped!, []) });
        return undefined;
      }
    } catch (thrown) {
      this.#end(pending, staged, { error: thrown });
      return undefined;
    }
    const parts = () => Array.from({ length: work.plan.count }, (_, chunk) => run.part(chunk));
    this.#end(pending, staged, this.#valueOf(pending, staged, parts));
    return undefined;
  }

  #stop(pending: PendingCall, reason: StopReason): void {
    const place = this.#waiting.indexOf(pending);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      pending.endUnbegun(reason);
      this.accountUnbegun();
      this.pump();
      return;
    }
    if (pending.result || pending.stopped || this.#current?.pending !== pending) return;
    if (this.#current.run instanceof InlineRun)
      pending.stop(reason); // the run looks at it after each chunk
    else this.stopShared(this.#current, reason);
  }
}
