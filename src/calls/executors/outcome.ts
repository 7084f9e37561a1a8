/** From the state of a call's chunks to what its caller gets: a value, or an error that says what was written. */

import { AbortedError, KernelError, type Span, TimeoutError, type WorkerDiedError } from "../../base/errors.js";
import type { Call } from "../call.js";
import { chunkRange, type Plan } from "../plan.js";
import { reasonOf } from "../reason.js";
import { type Death, diedError } from "./death.js";

/** The state of the chunks of a pass, independent of who computed them. */
export interface Outcome {
  /** The number of chunks that are known to be done. After a death there may be more. */
  readonly done: number;
  readonly isDone: (chunk: number) => boolean;
  /** The value that a reducer returned for a chunk that is done. */
  readonly part: (chunk: number) => unknown;
  /** The lowest chunk among those that threw, and its error. */
  readonly failure: { readonly chunk: number; readonly error: unknown } | undefined;
}

/**
 * Stands for the chunk if something failed before any chunk began, such as the import of a module. The caller gets such
 * an error as it is.
 */
export const NOT_BEGUN = -1;

/** The chunks that dead workers had begun, and how the last of these workers ended. */
export interface Loss extends Death {
  readonly chunks: readonly number[];
}

/** Why a call was stopped from outside its kernel. */
export type StopReason = "aborted" | "timeout";

/** Why, and by which option, a call was stopped. */
export interface Stop {
  readonly reason: StopReason;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
}

/** How a call ends: with a value, or with an error to throw. */
export type Result = { readonly value: unknown } | { readonly error: unknown };

export function valueOrThrow(result: Result): unknown {
  if ("error" in result) throw result.error;
  return result.value;
}

/** Calls `act` and returns its value or its error. */
export function attempt(act: () => unknown): Result {
  try {
    return { value: act() };
  } catch (error) {
    return { error };
  }
}

/**
 * Returns the error with which a call fails after a pass, or `undefined` if all is well. If there are several reasons,
 * the error of a kernel comes first, then a stop, then a death.
 */
export function failureOf(
  call: Call,
  plan: Plan,
  outcome: Outcome,
  stop: Stop | undefined,
  loss: Loss | undefined,
): unknown {
  const written = () => spansOf(plan, outcome.isDone);
  const { failure } = outcome;
  if (failure?.chunk === NOT_BEGUN) return failure.error;
  if (failure) return kernelError(call, plan, failure, written());
  // This holds even if all chunks are done: a kernel that looked at `info.aborted` may have left its chunk half done.
  if (stop) return stopError(stop, written());
  return isWhole(plan, outcome) ? undefined : deathError(plan, loss, written());
}

function isWhole({ count }: Plan, { done, isDone }: Outcome): boolean {
  if (done === count) return true;
  for (let chunk = 0; chunk < count; chunk++) if (!isDone(chunk)) return false;
  return true;
}

function kernelError(
  { name }: Call,
  plan: Plan,
  { chunk: index, error: cause }: NonNullable<Outcome["failure"]>,
  written: readonly Span[],
): KernelError {
  const [start, end] = chunkRange(plan, index);
  const message = `${titleOf(name)} failed in chunk ${index}, [${start}, ${end}): ${reasonOf(cause)}`;
  return new KernelError(message, { kernel: name, chunk: { index, start, end }, written }, { cause });
}

/** A function without a name of its own is called by what it is. */
const titleOf = (name: string): string => TITLES[name] ?? `Kernel ${name}`;
const TITLES: Readonly<Record<string, string>> = {
  kernel: "The kernel",
  fn: "The function",
  chunk: "The reducer",
  "reducer.chunk": "The reducer",
};

/** The error of a call that was stopped. */
export function stopError({ reason, signal, timeoutMs = 0 }: Stop, written: readonly Span[]): Error {
  if (reason === "aborted") return new AbortedError("The call was aborted", { written }, { cause: signal?.reason });
  return new TimeoutError(`Expected the call to end within ${timeoutMs} ms`, { timeoutMs, written });
}

function deathError(plan: Plan, loss: Loss | undefined, written: readonly Span[]): WorkerDiedError {
  const chunks = (loss?.chunks ?? []).map((index) => {
    const [start, end] = chunkRange(plan, index);
    return { index, start, end };
  });
  const places = chunks.map(({ start, end }) => `[${start}, ${end})`).join(", ");
  const cure = "The pool has replaced it; with { idempotent: true } such chunks are done again";
  const death = loss ?? { exitCode: undefined, uncaught: undefined };
  return diedError("A worker", death, places && ` in ${places}`, cure, { chunks, written });
}

/** The ranges of the chunks that are done. Neighbours are merged. */
export function spansOf(plan: Plan, isDone: (chunk: number) => boolean): Span[] {
  const spans: [number, number][] = [];
  for (let chunk = 0; chunk < plan.count; chunk++) {
    if (!isDone(chunk)) continue;
    const [start, end] = chunkRange(plan, chunk);
    const last = spans.at(-1);
    if (last?.[1] === start) last[1] = end;
    else spans.push([start, end]);
  }
  return spans;
}
