/** A call that an executor has accepted: its promise, its clock, and its result once it has one. */
import type { AnyArray } from "../ndarray/operands.js";
import type { Call } from "./call.js";
import { leased } from "./leases.js";
import type { CallOptions } from "./options.js";
import { attempt, type Result, type Stop, type StopReason, stopError } from "./outcome.js";

/** What a caller may ask for besides the computation itself. */
export type Control = Pick<
  CallOptions<unknown>,
  "idempotent" | "onProgress" | "progressMs" | "signal" | "terminateAfterMs" | "timeoutMs"
>;

/** `setTimeout` takes no more: longer times would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class PendingCall {
  readonly call: Call;
  readonly control: Control;
  /** When its time is up, as `performance.now()`. */
  readonly deadline: number;
  /** Why it was stopped, once it was. */
  stopped: Stop | undefined;
  /** Why it was to stop when its pass was over already. It ends if another pass would follow. */
  stoppedLate: StopReason | undefined;
  /** When it was stopped, for `terminateAfterMs`. */
  stoppedAt = Number.POSITIVE_INFINITY;
  result: Result | undefined;
  #held: readonly AnyArray[] | undefined;
  #timers: (() => void)[] = [];
  #settle: { resolve(value: unknown): void; reject(error: unknown): void } | undefined;
  #doneChunks: () => number = () => 0;
  #total = 0;
  /** What `onProgress` threw; the caller gets it at the end in place of the result. */
  #progressError: { readonly error: unknown } | undefined;

  constructor(call: Call, control: Control) {
    this.call = call;
    this.control = control;
    this.deadline = performance.now() + (control.timeoutMs ?? Number.POSITIVE_INFINITY);
  }

  /** Takes handles of its own to the arrays while it waits for its turn, because the user may close theirs. */
  hold(): void {
    this.#held ??= this.call.arrays.map(leased);
  }
  /** The arrays over handles of its own. */
  takeArrays(): readonly AnyArray[] {
    const held = this.#held ?? this.call.arrays.map(leased);
    this.#held = undefined;
    return held;
  }

  /** Whether somebody awaits it; if not, its caller blocks. */
  get isAwaited(): boolean {
    return this.#settle !== undefined;
  }
  /** Makes the call one that is awaited. `stop` is called when its signal fires or its time is up. */
  promise(stop: (reason: StopReason) => void): Promise<unknown> {
    const { signal, timeoutMs } = this.control;
    const onAbort = () => stop("aborted");
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#timers.push(() => signal?.removeEventListener("abort", onAbort));
    if (timeoutMs !== undefined) this.#after(timeoutMs, () => stop("timeout"));
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** A pass begins: progress is reported from now on. */
  began(total: number, done: () => number): void {
    const { onProgress, progressMs = 100 } = this.control;
    const isFirst = this.#total === 0;
    this.#doneChunks = done;
    this.#total = total;
    if (!onProgress || !isFirst) return;
    const id = setInterval(() => {
      try {
        onProgress({ done: this.#doneChunks(), total: this.#total });
      } catch (error) {
        clearInterval(id);
        this.#progressError ??= { error };
      }
    }, progressMs);
    this.#timers.push(() => clearInterval(id));
  }

  /** Notes that the call is to stop. Only the first reason counts. */
  stop(reason: StopReason): void {
    if (this.stopped) return;
    const { signal, timeoutMs } = this.control;
    this.stopped = { reason, signal, timeoutMs };
    this.stoppedAt = performance.now();
  }
  /** Ends a call whose turn never came. */
  endUnbegun(reason: StopReason): void {
    this.stop(reason);
    this.end({ error: stopError(this.stopped!, []) });
  }

  /** Calls `act` when the call has been stopped for so long, unless it ends before. */
  whenStoppedFor(ms: number, act: () => void): void {
    this.#after(ms, act);
  }
  #after(ms: number, act: () => void): void {
    const id = setTimeout(act, Math.min(ms, LONGEST_TIMER_MS));
    this.#timers.push(() => clearTimeout(id));
  }

  /** Settles the promise, if there is one, and returns the final result. */
  end(result: Result): Result {
    for (const clear of this.#timers.splice(0)) clear();
    this.result = this.#settle && "value" in result ? this.#afterLastReport(result) : result;
    if ("value" in this.result) this.#settle?.resolve(this.result.value);
    else {
      this.call.made?.[Symbol.dispose]();
      this.#settle?.reject(this.result.error);
    }
    return this.result;
  }

  /** Reports progress once more. What `onProgress` throws, now or earlier, replaces the result. */
  #afterLastReport(result: Result): Result {
    if (this.#progressError) return this.#progressError;
    const reported = attempt(() => this.control.onProgress?.({ done: this.#doneChunks(), total: this.#total }));
    return "error" in reported ? reported : result;
  }
}
