/** The options and results of `Pool`. */
import type { WaitOptions } from "../memory/words/wait.js";
import type { Isolation, ResourceLimits } from "../platform/interface.js";
import type { WorkerLike } from "./team/started-worker.js";

/** Options of `new Pool()`. */
export interface PoolOptions {
  /**
   * The size of the team. By default `availableParallelism()`. In a `Sync` call the caller is one of the members. With
   * 0 everything runs on the caller. At most 256, or twice the cores if that is more; above four times the cores there
   * is a warning.
   */
  readonly workers?: number | undefined;
  /**
   * The longest time that an idle worker spins for the next call before it sleeps, in microseconds. By default
   * `"auto"`: 1000, or 0 if the team is larger than the number of cores. Within this limit it adapts to how long recent
   * waits took.
   */
  readonly spinUs?: number | "auto" | undefined;
  /**
   * Milliseconds without a call after which the workers are ended. The next call starts them again. By default never.
   */
  readonly idleTimeoutMs?: number | undefined;
  /** Limits of each worker's heap, which does not contain arrays. By default `maxOldGenerationSizeMb: 2048`. */
  readonly resourceLimits?: ResourceLimits | undefined;
  /**
   * What the workers are. By default `"thread"`. With `"process"`, a worker that crashes or is killed does not affect
   * this process. But processes can share only what has system scope: all operands, and shared things in `params` and
   * `args`, must have it. Results that a call makes have it, too, and must be disposed of.
   */
  readonly isolation?: Isolation | undefined;
  /**
   * Makes a worker thread, for code that is bundled. The worker's file must import `shared-ndarray/worker`.
   *
   * @example () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" })
   */
  readonly createWorker?: (() => WorkerLike) | undefined;
}

/** Options of a task. */
export interface RunOptions extends WaitOptions {
  /**
   * How long a task may go on after its caller has given up, in milliseconds; then its worker is ended and replaced.
   * By default the task may go on to its end, because it may hold locks and other things, as long as no other task or
   * call needs the worker, and for a second at least.
   */
  readonly terminateAfterMs?: number | undefined;
  /** Buffers that are moved to the worker instead of copied. */
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

/** What a pool has done so far, and has still to do. */
export interface PoolStats {
  /** The number of array calls that have ended. */
  readonly calls: number;
  /** The number of those that ran on the caller alone. */
  readonly inlineCalls: number;
  /** The number of chunks that were computed. */
  readonly chunks: number;
  /** The number of array calls and tasks that wait for their turn. */
  readonly queued: number;
  /** The number of array calls and tasks in progress. */
  readonly running: number;
  /** The number of workers that ended without being asked to. */
  readonly died: number;
  /** Milliseconds spent in chunks, summed over workers and callers. */
  readonly busyMs: number;
}
