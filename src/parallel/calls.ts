/** One array call: its promise, its clock, and what it comes to. Who executes it is `runs.ts` and `pool.ts`. */
import { AbortedError, KernelError, type Span, TimeoutError, WorkerDiedError } from "../base/errors.js";
import type { Outcome } from "../calls/inline.js";
import { chunkRange } from "../calls/plan.js";
import { kernelName, type WorkSpec } from "../calls/work.js";
import type { Checked } from "./arguments.js";
import type { Job } from "./jobs.js";

/** The chunk of a failure that came before any: a kernel's module that fails to import, say. Its error is told as it is. */
export const NOT_BEGUN = -1;

/** Why a call was stopped from outside of its kernel. */
export type StopReason = "aborted" | "timeout";

/** Chunks that dead workers had begun, and the exit code of the last of them. */
export interface Loss {
  readonly chunks: readonly number[];
  readonly exitCode: number | undefined;
}

export class ArrayCall {
  readonly checked: Checked;
  readonly deadline: number;
  stopped: StopReason | undefined;
  /** When it was stopped, for `terminateAfterMs`. */
  stoppedAt = Number.POSITIVE_INFINITY;
  /** What it came to, once it has. */
  result: CallResult | undefined;
  #timers: (() => void)[] = [];
  #settle: { resolve(value: unknown): void; reject(error: unknown): void } | undefined;
  #doneChunks: () => number = () => 0;
  #total = 0;
  /** What `onProgress` threw: told at the end, in place of the result. */
  #progressError: { readonly error: unknown } | undefined;

  constructor(checked: Checked) {
    this.checked = checked;
    this.deadline = performance.now() + (checked.options.timeoutMs ?? Number.POSITIVE_INFINITY);
  }

  /** Makes the call one that is awaited. `stop` is called when its signal fires or its time is up. */
  promise(stop: (reason: StopReason) => void): Promise<unknown> {
    const { signal, timeoutMs } = this.checked.options;
    const onAbort = () => stop("aborted");
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#timers.push(() => signal?.removeEventListener("abort", onAbort));
    if (timeoutMs !== undefined) this.#after(timeoutMs, () => stop("timeout"));
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** Reports progress from now on. */
  began(total: number, done: () => number): void {
    const { onProgress, progressMs = 100 } = this.checked.options;
    this.#doneChunks = done;
    this.#total = total;
    if (!onProgress) return;
    const id = setInterval(() => {
      try {
        onProgress({ done: done(), total });
      } catch (error) {
        clearInterval(id);
        this.#progressError ??= { error };
      }
    }, progressMs);
    this.#timers.push(() => clearInterval(id));
  }

  stop(reason: StopReason): void {
    if (this.stopped) return;
    this.stopped = reason;
    this.stoppedAt = performance.now();
  }

  /** Something to do when the call has been stopped for so long; not if it ends before. */
  whenStoppedFor(ms: number, act: () => void): void {
    this.#after(ms, act);
  }
  #after(ms: number, act: () => void): void {
    const id = setTimeout(act, Math.min(ms, 2 ** 31 - 1));
    this.#timers.push(() => clearTimeout(id));
  }

  /** Settles the promise, if there is one, and hands the result on: the value, or what to throw. */
  end(result: CallResult): CallResult {
    for (const clear of this.#timers.splice(0)) clear();
    this.result = result;
    if (this.#settle && "value" in result) this.result = this.#lastProgress(result);
    if ("value" in this.result) this.#settle?.resolve(this.result.value);
    else {
      this.checked.made?.[Symbol.dispose]();
      this.#settle?.reject(this.result.error);
    }
    return this.result;
  }

  /** The report at the end; what it throws the awaiting caller gets. */
  #lastProgress(result: CallResult): CallResult {
    if (this.#progressError) return this.#progressError;
    try {
      this.checked.options.onProgress?.({ done: this.#doneChunks(), total: this.#total });
      return result;
    } catch (error) {
      return { error };
    }
  }
}

export type CallResult = { readonly value: unknown } | { readonly error: unknown };

/** What the caller is told, from what became of the chunks. A kernel's own error comes first, then a stop, then a death. */
export function resultOf({ checked, stopped }: ArrayCall, { spec }: Job, outcome: Outcome, loss?: Loss): CallResult {
  const { plan } = spec;
  const { failure } = outcome;
  const range = (index: number) => {
    const [start, end] = chunkRange(plan, index);
    return { index, start, end };
  };
  const written = () => spansOf(plan.count, outcome.isDone, (chunk) => chunkRange(plan, chunk));
  if (failure?.chunk === NOT_BEGUN) return { error: failure.error };
  if (failure) {
    const kernel = kernelName(spec);
    const chunk = range(failure.chunk);
    const cause = failure.error;
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `Kernel ${kernel} failed in chunk ${chunk.index}, [${chunk.start}, ${chunk.end}): ${why}`;
    return { error: new KernelError(message, { kernel, chunk, written: written() }, { cause }) };
  }
  // Even if all chunks are done: a kernel that polls `info.aborted` may have left them half done.
  if (stopped) return { error: stopError(checked, stopped, written()) };
  const whole = Array.from({ length: plan.count }, (_, chunk) => chunk);
  if (whole.every(outcome.isDone)) return combined(checked, spec, () => whole.map(outcome.part));
  const chunks = (loss?.chunks ?? []).map(range);
  const places = chunks.map(({ start, end }) => `[${start}, ${end})`).join(", ");
  const code = loss?.exitCode;
  return {
    error: new WorkerDiedError(
      `A worker died${code === undefined ? "" : ` with exit code ${code}`}${places && ` in ${places}`}. The pool has replaced it; with { idempotent: true } such chunks are done again`,
      { exitCode: code, chunks, written: written() },
    ),
  };
}

/** The call's value; what `init` or `combine` throws is the call's error. */
export function combined(checked: Checked, spec: WorkSpec, parts: () => readonly unknown[]): CallResult {
  try {
    return { value: checked.result(parts, spec) };
  } catch (error) {
    return { error };
  }
}

/** The error of a call that was stopped. */
export function stopError({ options }: Checked, reason: StopReason, written: readonly Span[]): Error {
  if (reason === "aborted")
    return new AbortedError("The call was aborted", { written }, { cause: options.signal?.reason });
  const timeoutMs = options.timeoutMs!;
  return new TimeoutError(`Expected the call to end within ${timeoutMs} ms`, { timeoutMs, written });
}

/** The ranges of the chunks that are done, neighbours merged. */
function spansOf(
  count: number,
  isDone: (chunk: number) => boolean,
  range: (chunk: number) => [number, number],
): Span[] {
  const spans: [number, number][] = [];
  for (let chunk = 0; chunk < count; chunk++) {
    if (!isDone(chunk)) continue;
    const [start, end] = range(chunk);
    const last = spans.at(-1);
    if (last?.[1] === start) last[1] = end;
    else spans.push([start, end]);
  }
  return spans;
}
