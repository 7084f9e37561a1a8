/** A caller that blocks: it takes part in the call itself, and watches the clock and the workers, because its event loop cannot. */
import type { PendingCall } from "../calls/pending.js";
import type { TeamRun } from "./team/runs.js";

/** How long a blocked caller waits for a first worker, whose failure it could not hear of, before it does all the work itself. */
const BOOT_PATIENCE_MS = 2000;
/** How long it waits at most before it looks at the clock again. */
const LONGEST_WAIT_MS = 1000;

/** What a blocked caller needs to begin a pass. */
interface Start {
  readonly count: number;
  /** Whether the cost of such calls is known. */
  readonly isKnown: boolean;
  /** Wakes those members that are worth it. @param restUs how long the rest would take on this thread, if that was measured */
  readonly callUp: (restUs: number) => void;
  readonly inKernel: (act: () => void) => void;
}

/** Computes chunks on the calling thread until none is left. If the cost is not known, the first chunk shows whether help pays. */
export function takePart(pending: PendingCall, run: TeamRun, { count, isKnown, callUp, inKernel }: Start): void {
  const inTime = () => isInTime(pending, run);
  const began = performance.now();
  if (!isKnown) inKernel(() => run.takePart((taken) => taken < 1 && inTime()));
  if (pending.result) return; // its own kernel has terminated the pool
  callUp(1000 * (performance.now() - began) * (count - 1));
  inKernel(() => run.takePart(inTime));
}

/** What a blocked caller needs of its executor while it waits. */
interface Host {
  /** Ends the call if it is over, or posts what a death has left. */
  readonly conclude: () => void;
  readonly inKernel: (act: () => void) => void;
  /** Whether a worker has no task. */
  readonly hasFree: () => boolean;
  /** Whether a worker is up. */
  readonly hasReady: () => boolean;
}

/** Blocks until the pass has ended. */
export function joinBlocking(pending: PendingCall, run: TeamRun, host: Host): void {
  const began = performance.now();
  let isTakenOver = false;
  const takeOver = () => {
    isTakenOver = true;
    run.takeOver();
  };
  while (!pending.result) {
    if (run.isOver) {
      const { tag } = run;
      host.conclude();
      if (run.tag === tag) return;
      // Posted again after a death. What killed a worker is left to workers, as long as one is free.
      if (isTakenOver) host.inKernel(() => run.takePart(() => isInTime(pending, run)));
      else if (!host.hasFree()) takeOver();
      continue;
    }
    const now = performance.now();
    if (now > pending.deadline && !pending.stopped) {
      pending.stop("timeout");
      run.stop();
    }
    const killAt = pending.stoppedAt + (pending.control.terminateAfterMs ?? Number.POSITIVE_INFINITY);
    if (now > killAt) run.killInside();
    if (!isTakenOver && now > began + BOOT_PATIENCE_MS && !host.hasReady()) takeOver();
    run.waitSync(Math.min(pending.stopped ? killAt : pending.deadline, now + LONGEST_WAIT_MS));
  }
}

/** Whether a blocked caller may go on with the call; stops the call if not. */
function isInTime(pending: PendingCall, run: TeamRun): boolean {
  if (performance.now() > pending.deadline) pending.stop("timeout");
  if (pending.stopped) run.stop();
  return !pending.stopped;
}
