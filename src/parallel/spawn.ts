/** A pool's workers: a thread of this package's own, or whatever the user's `createWorker` makes, with a port to it. */
import type { Words } from "../memory/atomics.js";
import { MessageChannel, type MessagePort } from "../platform.js";
import { type ResourceLimits, startThread } from "../thread.js";
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

export interface SpawnOptions {
  readonly resourceLimits: ResourceLimits | undefined;
  readonly createWorker: (() => WorkerLike) | undefined;
}

export function spawnWorker(
  { resourceLimits, createWorker }: SpawnOptions,
  init: { rank: number; words: Words; spinUs: number },
): { worker: WorkerLike; port: MessagePort } {
  const worker: WorkerLike = createWorker
    ? createWorker()
    : startThread("worker", `shared-ndarray worker ${init.rank}`, undefined, resourceLimits);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: "shared-ndarray:init", port: port2, ...init } satisfies Init<MessagePort>, [port2]);
  worker.unref?.();
  return { worker, port: port1 };
}
