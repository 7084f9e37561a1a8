/** The interface of executors, which run calls: on this thread alone, on a team of workers, or elsewhere. */
import type { Call } from "../call.js";
import type { Control } from "./pending.js";

export interface Executor {
  /** Runs the call while the event loop stays free. Calls end in the order in which they were made. */
  run(call: Call, control?: Control): Promise<unknown>;
  /** Blocks until the call has ended. Calls that were made before it end first. */
  runSync(call: Call, control?: Control): unknown;
}
