/** Starting a thread or a process of this package: the one file that makes a `Worker`, or spawns. */
import { type ChildProcess, fileURLToPath, MessagePort, spawn, Worker, workerFlags } from "./platform.js";

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

/** How a process is started. */
interface ProcessStart {
  readonly resourceLimits?: ResourceLimits | undefined;
  /** With a channel of Node's between the two. */
  readonly bell?: boolean;
}

/** @param entry which of the files beside this one, as built @param args what it finds in `process.argv` @throws if the system refuses */
export function startProcess(
  entry: "child-process" | "worker-process",
  args: readonly string[],
  { resourceLimits = {}, bell = false }: ProcessStart = {},
): ChildProcess {
  const file = fileURLToPath(new URL(`./${entry}.js`, import.meta.url));
  const { maxOldGenerationSizeMb: old, maxYoungGenerationSizeMb: young, stackSizeMb: stack } = resourceLimits;
  const flags = [
    ...(workerFlags.execArgv ?? process.execArgv),
    ...(old === undefined ? [] : [`--max-old-space-size=${old}`]),
    ...(young === undefined ? [] : [`--max-semi-space-size=${Math.max(1, Math.floor(young / 3))}`]),
    ...(stack === undefined ? [] : [`--stack-size=${Math.floor(stack * 1024 * 0.9)}`]),
  ];
  const child = spawn(process.execPath, [...flags, file, ...args], {
    stdio: ["ignore", "inherit", "inherit", ...(bell ? (["ipc"] as const) : [])],
  });
  child.on("error", () => {}); // told by `pid`
  if (child.pid === undefined) throw new Error(`Expected a process to start, but the system refused ${file}`);
  return child;
}
