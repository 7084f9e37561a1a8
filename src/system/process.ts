/** Starting a process from one of the package's own files. No other file spawns processes. */

import { UnsupportedError } from "../base/errors.js";
import type { ResourceLimits } from "../platform/interface.js";
import { type ChildProcess, fileURLToPath, inheritedFlags, spawn } from "../platform/runtime.js";
import { sweepDead } from "./sweep.js";

/** The number that the file which a process is started with has there: the first one after input, output and errors. */
export const INHERITED_FD = 3;

/** Options for starting a process. */
interface ProcessStart {
  readonly resourceLimits?: ResourceLimits | undefined;
  /** Whether the two processes are connected by Node's IPC channel. */
  readonly ipc?: boolean;
  /** Whether it is in a session of its own, where no signal from this one's terminal reaches it. */
  readonly detached?: boolean;
}

/**
 * Starts a process. Its output goes where this process's output goes. If it is killed, the blocks that it owned are
 * swept.
 *
 * @param entry the file in `dist/` that it runs
 * @param args what it finds in `process.argv`
 * @param fd an open file that it finds open as `INHERITED_FD`
 * @throws {UnsupportedError} If the system refuses.
 */
export function startProcess(
  entry: "child-process" | "worker-process",
  args: readonly string[],
  fd: number,
  { resourceLimits = {}, ipc = false, detached = false }: ProcessStart = {},
): ChildProcess {
  const file = fileURLToPath(new URL(`./${entry}.js`, import.meta.url));
  const flags = [...inheritedFlags, ...heapFlags(resourceLimits)];
  const child = spawn(process.execPath, [...flags, file, ...args], {
    stdio: ["ignore", "inherit", "inherit", fd, ...(ipc ? (["ipc"] as const) : [])],
    detached,
  });
  child.on("error", () => {}); // a missing `pid` shows the failure
  if (child.pid === undefined) {
    const instead = "use fewer workers, or raise the limit of processes: `ulimit -u`, or pids.max of the container";
    const message = `Expected one more process to start (${process.execPath} ${file}), but the system refused`;
    throw new UnsupportedError(`${message} (${instead})`, { feature: "one more process", instead });
  }
  child.once("exit", (_, signal) => {
    if (signal) setImmediate(sweepIfPossible); // after all other listeners have read what it had sent
  });
  return child;
}

/** Nobody waits for this sweep, so nobody could catch its error. The next sweep tries again. */
function sweepIfPossible(): void {
  try {
    sweepDead();
  } catch {
    // There is no /proc, for example, or there are no file descriptors left.
  }
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
