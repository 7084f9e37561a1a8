/** Starting a process from one of the package's own files. No other file spawns processes. */

import type { ResourceLimits } from "../platform/interface.js";
import { type ChildProcess, fileURLToPath, inheritedFlags, spawn } from "../platform/runtime.js";
import { sweepDead } from "./sweep.js";

/** Options for starting a process. */
interface ProcessStart {
  readonly resourceLimits?: ResourceLimits | undefined;
  /** Whether the two processes are connected by Node's IPC channel. */
  readonly ipc?: boolean;
}

/**
 * Starts a process. Its output goes where this process's output goes. If it is killed, the blocks that it owned are
 * swept.
 *
 * @param entry the file in `dist/` that it runs
 * @param args what it finds in `process.argv`
 * @throws {Error} If the system refuses.
 */
export function startProcess(
  entry: "child-process" | "worker-process",
  args: readonly string[],
  { resourceLimits = {}, ipc = false }: ProcessStart = {},
): ChildProcess {
  const file = fileURLToPath(new URL(`./${entry}.js`, import.meta.url));
  const flags = [...inheritedFlags, ...heapFlags(resourceLimits)];
  const child = spawn(process.execPath, [...flags, file, ...args], {
    stdio: ["ignore", "inherit", "inherit", ...(ipc ? (["ipc"] as const) : [])],
  });
  child.on("error", () => {}); // a missing `pid` shows the failure
  if (child.pid === undefined) {
    throw new Error(`Expected the system to start one more process, but it refused (${process.execPath} ${file})`);
  }
  child.once("exit", (_, signal) => {
    if (signal) setImmediate(sweepDead); // after all other listeners have read what it had sent
  });
  return child;
}

/** The limits of a thread, as flags for a process. */
function heapFlags({
  maxOldGenerationSizeMb: old,
  maxYoungGenerationSizeMb: young,
  stackSizeMb: stack,
}: ResourceLimits) {
  return [
    ...(old === undefined ? [] : [`--max-old-space-size=${old}`]),
    // The young generation consists of three semi-spaces.
    ...(young === undefined ? [] : [`--max-semi-space-size=${Math.max(1, Math.floor(young / 3))}`]),
    // In KiB. A tenth of the stack stays outside V8's limit.
    ...(stack === undefined ? [] : [`--stack-size=${Math.floor(stack * 1024 * 0.9)}`]),
  ];
}
