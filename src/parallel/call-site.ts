/**
 * Where the errors of array calls come from, as their stacks say it. An awaited call fails in a turn of the event loop
 * in which none of the user's functions is on the stack.
 */
import { isSharedError } from "../base/errors.js";

/** The errors that the pool makes itself. Others, such as those of the user's modules, keep their own stacks. */
const OWN = new Set(["KERNEL", "WORKER_DIED", "ABORTED", "TIMEOUT", "POOL_TERMINATED"]);

/**
 * The error, with the stack of the current call. After an `await` that has thrown, that is the stack of the function
 * that awaits the promise: it costs nothing as long as calls succeed.
 */
export function fromCallSite(error: unknown): unknown {
  if (isSharedError(error) && OWN.has(error.code)) Error.captureStackTrace?.(error, fromCallSite);
  return error;
}
