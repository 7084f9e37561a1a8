/** Starting a thread of this package: the one file that makes a `Worker`. */
import { MessagePort, Worker, workerFlags } from "./runtime.js";

/** Where work runs: in a thread of this process, or in a process of its own, whose crash leaves this one alone. */
export type Isolation = "thread" | "process";

/** Limits of a thread's heap, as Node's `resourceLimits`. A thread that exceeds them ends; without limits the process would. */
export interface ResourceLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
  readonly codeRangeSizeMb?: number;
  readonly stackSizeMb?: number;
}
/** Enough for any kernel, whose data are outside of the heap, and an end for a leak. */
const DEFAULT_LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 2048 };

/** @param entry which of the files beside this one, as built @param given its `workerData`; a port is handed over */
export function startThread(
  entry: "keeper" | "worker" | "child" | "manager",
  name: string,
  given?: unknown,
  resourceLimits?: ResourceLimits,
): Worker {
  const isPort = given instanceof MessagePort;
  return new Worker(new URL(`./${entry}.js`, import.meta.url), {
    ...workerFlags,
    name,
    resourceLimits: { ...DEFAULT_LIMITS, ...resourceLimits },
    workerData: given,
    transferList: isPort ? [given] : [],
  });
}
