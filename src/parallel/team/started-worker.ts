/** A worker as its pool sees it, and how one is started. */
import type { FromWorker, TeamMemory, ToWorker, WorkerInit } from "./layout.js";
import type { Mailbox } from "./mailbox.js";

/** What a pool needs of a worker. A browser's Worker has less, so all members but the first two are optional. */
export interface WorkerLike {
  /** Sends a message. */
  postMessage(message: unknown, transfer?: readonly object[]): void;
  /** Ends it at once. */
  terminate(): unknown;
  /** The process may end while it runs. */
  unref?(): void;
  /** Listens to its errors and its end. */
  on?: {
    (event: "error", listener: (error: Error) => void): unknown;
    (event: "exit", listener: (exitCode: number) => void): unknown;
  };
  /** How busy its event loop is: idle is -1 when it has ended. */
  readonly performance?: { eventLoopUtilization(): { idle: number } };
}

/** What a team needs of a worker besides its mailbox. */
export type StartedWorker = Omit<WorkerLike, "postMessage">;

/** Starts one worker. `home` is the memory of the control block. */
export type StartWorker = (
  init: WorkerInit,
  home: TeamMemory,
) => { readonly worker: StartedWorker; readonly mailbox: Mailbox<ToWorker, FromWorker> };
