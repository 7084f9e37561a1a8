/**
 * Runs functions that are called by themselves: at once, on the calling thread, without a queue and without a clock.
 */

import { currentScope, outsideOfScopes } from "../../ndarray/scopes.js";
import type { Call, Computer, Work } from "../call.js";
import { bindWork, kindOf } from "../kinds/index.js";
import type { Executor } from "./executor.js";
import { holdMemory } from "./leases.js";
import { disposeOwn, noteResult } from "./staged.js";

const ALONE: Computer = { worker: 0, aborted: () => false };

/** Runs a call to its end. An error of a chunk is thrown as it is. */
function runNow(call: Call): unknown {
  let isDone = false;
  try {
    const value = outsideOfScopes(() => computed(call));
    isDone = true;
    noteResult(currentScope(), call, value);
    return value;
  } finally {
    if (!isDone) call.made?.[Symbol.dispose]();
  }
}

function computed(call: Call): unknown {
  const kind = kindOf(call);
  let work = kind.stage(call, call.arrays, true);
  let value: unknown;
  const release = work.functions.length > 0 ? holdMemory(call.arrays) : () => {}; // the function may close them
  try {
    for (;;) {
      const parts = partsOf(work);
      const next = kind.next?.(call, work);
      if (!next) {
        value = kind.finish(call, work, call.arrays, () => parts);
        return value;
      }
      work = next;
    }
  } finally {
    release();
    disposeOwn(work, call, value);
  }
}

/** Runs one pass, and returns what its chunks have returned. */
function partsOf(work: Work): readonly unknown[] {
  const parts: unknown[] = [];
  const { count } = work.plan;
  if (count === 0) return parts;
  const bound = bindWork(work);
  bound.begin?.();
  for (let chunk = 0; chunk < count; chunk++) parts.push(bound.run(chunk, ALONE));
  return parts;
}

/** The executor of functions that are called by themselves. */
export const inline: Executor = { run: async (call) => runNow(call), runSync: runNow };
