/** A pool's workers: a thread of this package's own, or whatever the user's `createWorker` makes, with a port to it; or a process. */

import type { ResourceLimits } from "../platform/interface.js";
import { MessageChannel, type MessagePort, startThread } from "../platform/runtime.js";
import { spawnProcess } from "./processes/process-worker.js";
import type { FromWorker, Init, TeamMemory, ToWorker, WorkerInit } from "./team/layout.js";
import { type Mailbox, PortMailbox } from "./team/mailbox.js";

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

/** What a team needs of a worker beside its mailbox. */
export type TeamWorker = Omit<WorkerLike, "postMessage">;

export interface SpawnOptions {
  readonly resourceLimits: ResourceLimits | undefined;
  readonly createWorker: (() => WorkerLike) | undefined;
}

/** @param home where the words lie */
export function spawnWorker(
  { resourceLimits, createWorker }: SpawnOptions,
  post: WorkerInit,
  home: TeamMemory,
): { worker: TeamWorker; mailbox: Mailbox<ToWorker, FromWorker> } {
  if (!(home instanceof SharedArrayBuffer)) return spawnProcess(post, home, resourceLimits);
  const worker: WorkerLike = createWorker
    ? createWorker()
    : startThread("worker", `shared-ndarray worker ${post.rank}`, undefined, resourceLimits);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: "shared-ndarray:init", port: port2, ...post } satisfies Init<MessagePort>, [port2]);
  worker.unref?.();
  return { worker, mailbox: new PortMailbox(port1) };
}
