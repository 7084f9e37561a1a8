/** The options and results of `Pool`. */
import type { DType } from "../base/dtype.js";
import type { WaitOptions } from "../memory/words/wait.js";
import type { AnyNDArray, NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { Isolation, ResourceLimits } from "../platform/interface.js";
import type { WorkerLike } from "./team/started-worker.js";

/** How a pool is made. */
export interface PoolOptions {
  /** Size of the team; default `availableParallelism()`. In a `Sync` call the caller is one of it. 0: everything on the caller. */
  readonly workers?: number;
  /** How long a worker spins for the next call, microseconds; default `"auto"`: 50, or 0 if the team is larger than the cores. */
  readonly spinUs?: number | "auto";
  /** Ends the workers after so long without a call, milliseconds; default: never. The next call starts them again. */
  readonly idleTimeoutMs?: number;
  /** Limits of each worker's heap; default `maxOldGenerationSizeMb: 2048`. Arrays lie outside of it. */
  readonly resourceLimits?: ResourceLimits;
  /**
   * What the workers are: `"thread"`, the default; or `"process"`: what crashes or is killed then leaves this process alone. They
   * share arrays of system scope only, operands and shared things in `params` and `args` too; a result that a call makes is of
   * system scope, to be disposed of.
   */
  readonly isolation?: Isolation;
  /** For bundlers: `() => new Worker(new URL("./worker.js", import.meta.url), { type: "module" })`, a file that imports `shared-ndarray/worker`. */
  readonly createWorker?: () => WorkerLike;
}

/** Options of `map`. */
export interface MapOptions<O, D extends DType> {
  /** Where to write. */
  readonly out?: O;
  /** Of the new array; default the first operand's. */
  readonly dtype?: D;
  /**
   * Lets functions be compiled whose last bit differs between engines anyway: `Math.sin`, `exp`, `**`, … within 2 ulp. Default
   * false: the bytes are those that JavaScript computes.
   */
  readonly fastMath?: boolean;
}
/** Options of a task. */
export interface RunOptions extends WaitOptions {
  /** Buffers to move to the worker instead of copying them. */
  readonly transfer?: readonly ArrayBuffer[];
}

type RankIn<A> = A extends ReadonlyNDArray<DType, infer R> ? R : never;
type RankMax<R> = [R] extends [never]
  ? number
  : number extends R
    ? number
    : 5 extends R
      ? 5
      : 4 extends R
        ? 4
        : 3 extends R
          ? 3
          : 2 extends R
            ? 2
            : 1 extends R
              ? 1
              : 0;
type MaxRank<A> = RankMax<RankIn<A>>;
/** The result of `map`: `out`, or a new array of the operands' largest rank. */
export type OutOf<A, O, D extends DType> = O extends AnyNDArray
  ? O
  : NDArray<D, MaxRank<A extends readonly unknown[] ? A[number] : A>>;
export type DTypeIn<O, D extends DType> = O extends NDArray<infer E, number> ? E : D;

/** What a pool has done, and has to do. */
export interface PoolStats {
  /** Array calls that have ended. */
  readonly calls: number;
  /** Of those, the ones that ran on the caller alone. */
  readonly inlineCalls: number;
  /** Chunks that were computed. */
  readonly chunks: number;
  /** Array calls and tasks that wait for their turn. */
  readonly queued: number;
  /** Array calls and tasks under way. */
  readonly running: number;
  /** Workers that ended unasked. */
  readonly died: number;
  /** Milliseconds that workers and blocked callers have spent in chunks. */
  readonly busyMs: number;
}
