/** The options that every array call of a pool takes, besides those of its function. */
import { isAbortSignal } from "../base/builtins.js";
import { expectBoolean, expectKnown, expectMs, show } from "../base/expect.js";
import { sent } from "../wire/pack.js";
import { expectChunkSize } from "./plan.js";

/** Options of a blocking array call. */
export interface SyncCallOptions<P> {
  /**
   * The last argument of the user's function. It is cloned once per call, except that shared things in it stay shared.
   */
  readonly params?: P | undefined;
  /**
   * The size of a chunk: elements for `map`, rows along `chunkAxis` otherwise. By default `"auto"`: about 256 KiB, but
   * at least one row. It depends on shape and dtype alone. A call has at most 2^24 chunks.
   */
  readonly chunkSize?: number | "auto" | undefined;
  /** The axis that is cut. By default the first axis longer than 1. Not for `map`, which cuts the flat range. */
  readonly chunkAxis?: number | undefined;
  /** Whether a chunk may be computed again if its worker dies. By default false: the call fails. */
  readonly idempotent?: boolean | undefined;
  /** Milliseconds until the call ends with a TimeoutError, at the next end of a chunk. By default it never does. */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds from a time-out or an abort until workers that are still inside a chunk are killed and replaced. By
   * default they never are.
   */
  readonly terminateAfterMs?: number | undefined;
}
/** Options of an array call that is awaited. */
export interface CallOptions<P> extends SyncCallOptions<P> {
  /**
   * Aborts the call. It rejects with an AbortedError, whose `cause` is the signal's reason, once no worker uses the
   * arrays.
   */
  readonly signal?: AbortSignal | undefined;
  /** Called every `progressMs` and at the end, with the number of chunks that are done and of all chunks. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Milliseconds between two calls of `onProgress`. By default 100. */
  readonly progressMs?: number | undefined;
}

/** A method of a pool, and the names of the options that it takes besides those of its function. */
export interface Method {
  readonly name: string;
  readonly options: readonly string[];
}
const SYNC_OPTIONS = ["params", "chunkSize", "chunkAxis", "idempotent", "timeoutMs", "terminateAfterMs"];
/** A method that is awaited. */
export const awaited = (name: string): Method => ({
  name,
  options: [...SYNC_OPTIONS, "signal", "onProgress", "progressMs"],
});
/** A method that blocks its caller: no signal could fire meanwhile, and no progress could be reported. */
export const blocking = (name: string): Method => ({ name, options: SYNC_OPTIONS });

/**
 * Checks the options of a call. It reads each option only once.
 *
 * @param own the names of further options, those of the call's function
 * @param of the call, for messages
 * @throws {TypeError} If an option is unknown or has the wrong type.
 * @throws {RangeError} If a number of milliseconds is negative.
 * @throws {NotSendableError} If `params` cannot be sent to other threads.
 */
export function expectCall<T extends CallOptions<unknown>>(
  given: T | undefined,
  { name, options: names }: Method,
  own: readonly string[],
  of: string = name,
): T {
  const options = expectKnown(given, [...names, ...own], of) as T;
  if (options.chunkSize !== undefined && options.chunkSize !== "auto") expectChunkSize(options.chunkSize);
  expectBoolean("idempotent", options.idempotent);
  expectMs("timeoutMs", options.timeoutMs);
  expectMs("terminateAfterMs", options.terminateAfterMs);
  expectMs("progressMs", options.progressMs);
  if (options.signal !== undefined && !isAbortSignal(options.signal)) {
    throw new TypeError(`Expected \`signal\` to be an AbortSignal, got ${show(options.signal)}`);
  }
  if (options.params !== undefined)
    Object.assign(options, { params: sent(options.params, "params", { toMany: true }) });
  if (options.onProgress !== undefined && typeof options.onProgress !== "function") {
    throw new TypeError(`Expected \`onProgress\` to be a function, got ${show(options.onProgress)}`);
  }
  return options;
}
