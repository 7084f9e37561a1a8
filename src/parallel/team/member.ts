/** The pool's record of one worker: what it is, what it has been sent, what it does. */
import type { FromWorker, ToWorker } from "./layout.js";
import type { Mailbox } from "./mailbox.js";
import type { StartedWorker } from "./started-worker.js";

/** One worker of a team. */
export interface Member {
  readonly rank: number;
  readonly worker: StartedWorker;
  readonly mailbox: Mailbox<ToWorker, FromWorker>;
  /** Works that have been sent to it and that it may keep. */
  readonly works: Set<number>;
  table: number;
  /** How many bind messages have been sent to it. */
  sent: number;
  ready: boolean;
  /** The task that it runs, if any. */
  task: number | undefined;
  /** The last task that it had begun when it died. */
  lastBegun: number;
  /** Whether it may still have output to write: the process must not end before it says that it is idle. */
  awake: boolean;
  /** What it threw and nobody caught: the reason of its death, once it is dead. */
  uncaught: { readonly error: unknown } | undefined;
  killed: boolean;
  /** What the worker's `terminate` returned, once that was called. */
  terminated?: unknown;
  dead: boolean;
}
