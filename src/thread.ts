/** Starting a thread or a process of this package: the one file that makes a `Worker`, or spawns. */
import { type ChildProcess, fileURLToPath, MessagePort, spawn, Worker, workerFlags } from "./platform.js";

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

/** @param entry which of the files beside this one, as built @param args what it finds in `process.argv` @throws if the system refuses */
export function startProcess(entry: "child-process", args: readonly string[]): ChildProcess {
  const file = fileURLToPath(new URL(`./${entry}.js`, import.meta.url));
  const flags = workerFlags.execArgv ?? process.execArgv;
  const child = spawn(process.execPath, [...flags, file, ...args], { stdio: ["ignore", "inherit", "inherit"] });
  child.on("error", () => {}); // told by `pid`
  if (child.pid === undefined) throw new Error(`Expected a process to start, but the system refused ${file}`);
  return child;
}
