/** Starting a process of this package: the one file that spawns. */
import { type ChildProcess, fileURLToPath, inheritedFlags, type ResourceLimits, spawn } from "../platform/runtime.js";
import { sweepDead } from "./owner-file.js";

/** How a process is started. */
interface ProcessStart {
  readonly resourceLimits?: ResourceLimits | undefined;
  /** With Node's channel between the two. */
  readonly ipc?: boolean;
}

/**
 * What it prints goes where this process's output goes; what it owned when it is killed is swept.
 *
 * @param entry which of the files beside this one, as built @param args what it finds in `process.argv` @throws if the system refuses
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
  child.on("error", () => {}); // told by `pid`
  if (child.pid === undefined) {
    throw new Error(`Expected the system to start one more process, but it refused (${process.execPath} ${file})`);
  }
  child.once("exit", (_, signal) => {
    if (signal) setImmediate(sweepDead); // not before others who hear of it have read what it sent
  });
  return child;
}

/** A thread's limits, as flags of a process. */
function heapFlags({
  maxOldGenerationSizeMb: old,
  maxYoungGenerationSizeMb: young,
  stackSizeMb: stack,
}: ResourceLimits) {
  return [
    ...(old === undefined ? [] : [`--max-old-space-size=${old}`]),
    ...(young === undefined ? [] : [`--max-semi-space-size=${Math.max(1, Math.floor(young / 3))}`]), // of which the young generation has three
    ...(stack === undefined ? [] : [`--stack-size=${Math.floor(stack * 1024 * 0.9)}`]), // KiB; the system's own is a MiB
  ];
}
