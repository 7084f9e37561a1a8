/** What runs a call: this thread alone, a team of workers, or whatever else implements these two methods. */
import type { Call } from "./call.js";
import type { Control } from "./pending.js";

export interface Executor {
  /** Runs the call and leaves the event loop free. Calls end in the order in which they were made. */
  run(call: Call, control?: Control): Promise<unknown>;
  /** Runs the call to its end, after those made before it. */
  runSync(call: Call, control?: Control): unknown;
}
