/** What `SharedMemory.list` and `SharedMemory.prune` return. */
import type { DType } from "../../base/dtype.js";
import type { Listed, Scope } from "./driver.js";

/** One named block, as `SharedMemory.list` returns it. */
export interface BlockInfo {
  readonly name: string;
  readonly scope: Scope;
  /** Size in bytes. */
  readonly size: number;
  /** The dtype of a named array; `undefined` for plain memory. */
  readonly dtype: DType | undefined;
  /** The shape of a named array; `undefined` for plain memory. */
  readonly shape: number[] | undefined;
  /** The process that created the block. */
  readonly pid: number;
  /**
   * False if the block's creator has ended: the thread in process scope, the process in system scope. Nobody may be
   * left to unlink the block then.
   */
  readonly ownerAlive: boolean;
  /** The number of threads that have an open handle; `undefined` in system scope, where nobody counts them. */
  readonly threads: number | undefined;
  /** When the block was created. */
  readonly createdAt: Date;
}

/** Turns what a driver lists into what users see. */
export const infoOf =
  (scope: Scope) =>
  ({ array, createdAt, name, size, pid, ownerAlive, threads }: Listed): BlockInfo => ({
    name,
    scope,
    size,
    dtype: array?.dtype,
    shape: array && [...array.shape],
    pid,
    ownerAlive,
    threads,
    createdAt: new Date(createdAt),
  });
