/** The options that every call on a pool takes, apart from those of its function. */
import { expectMs, expectOptions, show } from "../base/expect.js";
import { sent } from "../wire/pack.js";
import { expectChunkSize } from "./plan.js";

/** Options of a blocking call on arrays. */
export interface SyncCallOptions<P> {
  /** The kernel's last argument. It is cloned once per call; shared things in it arrive as themselves. */
  readonly params?: P;
  /**
   * Elements per chunk of a `map`, rows along `chunkAxis` of the others. `"auto"`, the default: about 256 KiB and at least one row, from
   * shape and dtype alone.
   */
  readonly chunkSize?: number | "auto";
  /** The axis that is cut; the first axis longer than 1 by default. Not for `map`, which cuts the flat range. */
  readonly chunkAxis?: number;
  /** Whether a chunk is done again if its worker dies; false by default. */
  readonly idempotent?: boolean;
  /** Milliseconds after which the call ends with a TimeoutError, at the next chunk boundary. */
  readonly timeoutMs?: number;
  /** Milliseconds after a time-out or an abort until workers that are still inside a chunk are killed and replaced; never by default. */
  readonly terminateAfterMs?: number;
}
/** Options of a call on arrays that leaves the event loop free. */
export interface CallOptions<P> extends SyncCallOptions<P> {
  /** Ends the call with an AbortedError (`cause` is the signal's reason) once no worker touches the arrays any more. */
  readonly signal?: AbortSignal;
  /** Called with the chunks done, every `progressMs` and at the end. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Milliseconds between reports of progress; 100 by default. */
  readonly progressMs?: number;
}

/** Their names. */
export const CALL_OPTIONS: readonly string[] = [
  ...["params", "chunkSize", "chunkAxis", "idempotent", "timeoutMs", "terminateAfterMs"],
  ...["signal", "onProgress", "progressMs"],
];

/**
 * Checks the options of a call and reads each once.
 *
 * @throws {TypeError} If one of them is of another type.
 * @throws {RangeError} If a number of milliseconds is below 0.
 * @throws {NotSendableError} If `params` cannot be received by other threads.
 */
export function expectCall<T extends CallOptions<unknown>>(given: T | undefined): T {
  const options = { ...expectOptions(given) } as T;
  if (options.chunkSize !== undefined && options.chunkSize !== "auto") expectChunkSize(options.chunkSize);
  expectMs("timeoutMs", options.timeoutMs);
  expectMs("terminateAfterMs", options.terminateAfterMs);
  expectMs("progressMs", options.progressMs);
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw new TypeError(`Expected \`signal\` to be an AbortSignal, got ${show(options.signal)}`);
  }
  if (options.params !== undefined)
    Object.assign(options, { params: sent(options.params, "params", { toMany: true }) });
  if (options.onProgress !== undefined && typeof options.onProgress !== "function") {
    throw new TypeError(`Expected \`onProgress\` to be a function, got ${show(options.onProgress)}`);
  }
  return options;
}
