/**
 * Starts a pool's workers: threads of this package, threads made by the user's `createWorker`, or processes. Each gets
 * a mailbox.
 */
import { isSharedArrayBuffer } from "../base/builtins.js";
import type { ResourceLimits } from "../platform/interface.js";
import { MessageChannel, type MessagePort, startThread } from "../platform/runtime.js";
import { spawnProcess } from "./processes/process-worker.js";
import type { FromWorker, Init, ToWorker, WorkerInit } from "./team/layout.js";
import { PortMailbox } from "./team/mailbox.js";
import type { StartWorker, WorkerLike } from "./team/started-worker.js";

interface SpawnOptions {
  readonly resourceLimits: ResourceLimits | undefined;
  readonly createWorker: (() => WorkerLike) | undefined;
}

/**
 * Returns the function that starts workers with these options. Workers are processes if the control block has system
 * scope.
 */
export const workerStarter =
  ({ resourceLimits, createWorker }: SpawnOptions): StartWorker =>
  (init, home) =>
    isSharedArrayBuffer(home)
      ? spawnThread(init, createWorker ?? (() => ownThread(init, resourceLimits)))
      : spawnProcess(init, home, resourceLimits);

const ownThread = ({ rank }: WorkerInit, limits: ResourceLimits | undefined): WorkerLike =>
  startThread("worker", `shared-ndarray worker ${rank}`, undefined, limits);

function spawnThread(init: WorkerInit, create: () => WorkerLike): ReturnType<StartWorker> {
  const worker = create();
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: "shared-ndarray:init", port: port2, ...init } satisfies Init<MessagePort>, [port2]);
  worker.unref?.();
  return { worker, mailbox: new PortMailbox<ToWorker, FromWorker>(port1) };
}
