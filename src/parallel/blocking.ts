/**
 * The part of a blocked caller in a shared call. It computes chunks itself, and it watches the clock and the workers,
 * because its event loop cannot.
 */
import type { PendingCall } from "../calls/executors/pending.js";
import type { TeamRun } from "./team/runs.js";

/**
 * How long a blocked caller waits until a first worker is up, in milliseconds. Then it computes everything itself,
 * because it would not learn of a worker that failed to start.
 */
const BOOT_PATIENCE_MS = 2000;
/** The longest time between two looks at the clock, in milliseconds. */
const LONGEST_WAIT_MS = 1000;

/** What a blocked caller needs to begin a pass. */
interface Start {
  /** How many chunks the pass has. */
  readonly count: number;
  /** Whether the cost of such calls is known. */
  readonly isKnown: boolean;
  /**
   * Wakes those members that are worth waking.
   *
   * @param restUs how many microseconds the other chunks would take on this thread, judged by the first one
   */
  readonly callUp: (restUs: number) => void;
  /** Runs kernels on this thread. */
  readonly inKernel: (act: () => void) => void;
}

/**
 * Computes chunks on the calling thread until none is left. If the cost of such calls is not known, the caller computes
 * one chunk first and then decides whether help pays.
 */
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
  /** Ends the call if it is over, or posts again what a death has left undone. */
  readonly conclude: () => void;
  /** Runs kernels on this thread. */
  readonly inKernel: (act: () => void) => void;
  /** Whether any worker has no task. */
  readonly hasFree: () => boolean;
  /** Whether any worker is up. */
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
      // The call was posted again after a death. As long as a worker is free, the caller leaves the rest to workers,
      // because one of these chunks may be what killed the worker.
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

/** Returns whether a blocked caller may go on with the call. If not, stops the call. */
function isInTime(pending: PendingCall, run: TeamRun): boolean {
  if (performance.now() > pending.deadline) pending.stop("timeout");
  if (pending.stopped) run.stop();
  return !pending.stopped;
}
