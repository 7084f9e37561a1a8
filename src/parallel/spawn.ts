/** Starting a thread: the one file of the pool and of processes that makes a `Worker`. */
import type { Words } from "../memory/atomics.js";
import { MessageChannel, type MessagePort, Worker, workerFlags } from "../platform.js";
import type { Init } from "./layout.js";

/** What the pool needs of a worker; a browser's Worker has less, so all but the first two are optional. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: readonly object[]): void;
  terminate(): unknown;
  unref?(): void;
  on?: {
    (event: "error", listener: (error: Error) => void): unknown;
    (event: "exit", listener: (exitCode: number) => void): unknown;
  };
  readonly performance?: { eventLoopUtilization(): { idle: number } };
}

/** Limits of a worker's heap, as Node's `resourceLimits`. A thread that exceeds them ends; without limits the process would. */
export interface ResourceLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
  readonly codeRangeSizeMb?: number;
  readonly stackSizeMb?: number;
}
/** Enough for any kernel, whose data are outside of the heap, and an end for a leak. */
const DEFAULT_LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 2048 };

export interface SpawnOptions {
  readonly resourceLimits: ResourceLimits | undefined;
  readonly createWorker: (() => WorkerLike) | undefined;
}

/** A thread of this package's own. @param entry which of the files beside this one, as built */
export function startThread(
  entry: "worker" | "child",
  name: string,
  { resourceLimits, port }: { resourceLimits?: ResourceLimits | undefined; port?: MessagePort },
): Worker {
  return new Worker(new URL(`./${entry}.js`, import.meta.url), {
    ...workerFlags,
    name,
    resourceLimits: { ...DEFAULT_LIMITS, ...resourceLimits },
    ...(port && { workerData: port, transferList: [port] }),
  });
}

export function spawnWorker(
  { resourceLimits, createWorker }: SpawnOptions,
  init: { rank: number; words: Words; spinUs: number },
): { worker: WorkerLike; port: MessagePort } {
  const worker: WorkerLike = createWorker
    ? createWorker()
    : startThread("worker", `shared-ndarray worker ${init.rank}`, { resourceLimits });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: "shared-ndarray:init", port: port2, ...init } satisfies Init<MessagePort>, [port2]);
  worker.unref?.();
  return { worker, port: port1 };
}
