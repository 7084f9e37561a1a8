/** The pool's record of one worker. */
import type { TeamWorker } from "../spawn.js";
import type { FromWorker, ToWorker } from "./layout.js";
import type { Mailbox } from "./mailbox.js";

/** One worker, as the pool sees it. */
export interface Member {
  readonly rank: number;
  readonly worker: TeamWorker;
  readonly mailbox: Mailbox<ToWorker, FromWorker>;
  /** Works it has been sent and may keep. */
  readonly jobs: Set<number>;
  table: number;
  /** Bind messages sent to it. */
  sent: number;
  ready: boolean;
  /** The task that it runs. */
  task: number | undefined;
  /** Whether it may still have output to write: the process must not end before it says that it is idle. */
  awake: boolean;
  killed: boolean;
  dead: boolean;
}
