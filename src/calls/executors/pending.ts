/** A call that an executor has accepted: its promise, its timers, and its result once it has one. */
import { whenAborted } from "../../memory/words/abort.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { currentScope } from "../../ndarray/scopes.js";
import { callAfter, callEvery } from "../../platform/timers.js";
import type { Call } from "../call.js";
import type { CallOptions } from "../options.js";
import { holdMemory, leased } from "./leases.js";
import { attempt, type Result, type Stop, type StopReason, stopError } from "./outcome.js";
import { noteResult } from "./staged.js";

/** The options that concern the call as a whole, not its computation. */
export type Control = Pick<
  CallOptions<unknown>,
  "idempotent" | "onProgress" | "progressMs" | "signal" | "terminateAfterMs" | "timeoutMs"
>;

export class PendingCall {
  readonly call: Call;
  readonly control: Control;
  /** When the call's time is up, as `performance.now()`. */
  readonly deadline: number;
  /** Why the call was stopped, if it was. */
  stopped: Stop | undefined;
  /** Why the call was to stop after its pass was over. The call then ends if another pass would follow. */
  stoppedLate: StopReason | undefined;
  /** When it was stopped, for `terminateAfterMs`. */
  stoppedAt = Number.POSITIVE_INFINITY;
  result: Result | undefined;
  #held: readonly AnyArray[] | undefined;
  readonly #releaseMemory: () => void;
  /** The scope of `tidy` that gets the result. */
  readonly #scope = currentScope();
  #timers: (() => void)[] = [];
  #settle: { resolve(value: unknown): void; reject(error: unknown): void } | undefined;
  #doneChunks: () => number = () => 0;
  #total = 0;
  /** What `onProgress` threw. In the end the caller gets it instead of the result. */
  #progressError: { readonly error: unknown } | undefined;

  constructor(call: Call, control: Control) {
    this.call = call;
    this.control = control;
    this.#releaseMemory = holdMemory(call.arrays);
    this.deadline = performance.now() + (control.timeoutMs ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Opens the call's own handles to the arrays, because the user may close theirs while the call waits for its turn.
   */
  hold(): void {
    this.#held ??= this.call.arrays.map(leased);
  }
  /** The arrays, over the call's own handles. */
  takeArrays(): readonly AnyArray[] {
    const held = this.#held ?? this.call.arrays.map(leased);
    this.#held = undefined;
    return held;
  }

  /** Whether the call is awaited. Otherwise its caller blocks. */
  get isAwaited(): boolean {
    return this.#settle !== undefined;
  }
  /** Returns the promise of an awaited call. `stop` is called when its signal fires or its time is up. */
  promise(stop: (reason: StopReason) => void): Promise<unknown> {
    const { signal, timeoutMs } = this.control;
    if (signal) this.#timers.push(whenAborted(signal, () => stop("aborted")));
    if (timeoutMs !== undefined) this.#after(timeoutMs, () => stop("timeout"));
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** Called when a pass begins. Progress is reported from the first pass on. */
  began(total: number, done: () => number): void {
    const { onProgress, progressMs = 100 } = this.control;
    const isFirst = this.#total === 0;
    this.#doneChunks = done;
    this.#total = total;
    if (!onProgress || !isFirst) return;
    const id = callEvery(progressMs, () => {
      try {
        onProgress({ done: this.#doneChunks(), total: this.#total });
      } catch (error) {
        clearInterval(id);
        this.#progressError ??= { error };
      }
    });
    this.#timers.push(() => clearInterval(id));
  }

  /** Records that the call must stop, and why. Only the first reason counts. */
  stop(reason: StopReason): void {
    if (this.stopped) return;
    const { signal, timeoutMs } = this.control;
    this.stopped = { reason, signal, timeoutMs };
    this.stoppedAt = performance.now();
  }
  /** Ends a call that was stopped before its turn came. */
  endUnbegun(reason: StopReason): void {
    this.stop(reason);
    this.end({ error: stopError(this.stopped!, []) });
  }

  /** Calls `act` after `ms` milliseconds, unless the call ends before that. */
  whenStoppedFor(ms: number, act: () => void): void {
    this.#after(ms, act);
  }
  #after(ms: number, act: () => void): void {
    const id = callAfter(ms, act);
    this.#timers.push(() => clearTimeout(id));
  }

  /** Ends the call: settles its promise, if there is one, and returns the final result. */
  end(result: Result): Result {
    if (this.result) return this.result;
    for (const clear of this.#timers.splice(0)) clear();
    this.#releaseMemory();
    if ("value" in result) noteResult(this.#scope, this.call, result.value);
    this.result = this.#settle && "value" in result ? this.#afterLastReport(result) : result;
    if ("value" in this.result) this.#settle?.resolve(this.result.value);
    else {
      this.call.made?.[Symbol.dispose]();
      this.#settle?.reject(this.result.error);
    }
    return this.result;
  }

  /** Reports progress for the last time. If `onProgress` throws, now or earlier, its error replaces the result. */
  #afterLastReport(result: Result): Result {
    if (this.#progressError) return this.#progressError;
    const reported = attempt(() => this.control.onProgress?.({ done: this.#doneChunks(), total: this.#total }));
    return "error" in reported ? reported : result;
  }
}
