/**
 * Runs functions that are called by themselves: at once, on the calling thread, without a queue and without a clock.
 */
import type { Call, Computer } from "../call.js";
import { bindWork, kindOf } from "../kinds/index.js";
import type { Executor } from "./executor.js";

const ALONE: Computer = { worker: 0, aborted: () => false };

/** Runs a call to its end. An error of a chunk is thrown as it is. */
function runNow(call: Call): unknown {
  const kind = kindOf(call);
  let work = kind.stage(call, call.arrays, true);
  for (;;) {
    const { count } = work.plan;
    const parts: unknown[] = [];
    if (count > 0) {
      const bound = bindWork(work);
      bound.begin?.();
      for (let chunk = 0; chunk < count; chunk++) parts.push(bound.run(chunk, ALONE));
    }
    const next = kind.next?.(call, work);
    if (!next) return kind.finish(call, work, call.arrays, () => parts);
    work = next;
  }
}

/** The executor of functions that are called by themselves. */
export const inline: Executor = { run: async (call) => runNow(call), runSync: runNow };
