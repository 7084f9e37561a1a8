/** What `SharedMemory.list` and `prune` tell of a block. */
import type { DType } from "../../base/dtype.js";
import type { Listed, Scope } from "./driver.js";

/** One named block, as `SharedMemory.list` tells it. */
export interface BlockInfo {
  readonly name: string;
  readonly scope: Scope;
  /** Bytes. */
  readonly size: number;
  /** Of a named array; `undefined` of plain memory. */
  readonly dtype: DType | undefined;
  readonly shape: number[] | undefined;
  readonly pid: number;
  /** False when the thread that created it, in system scope the process, has ended: nobody may be left to unlink it. */
  readonly ownerAlive: boolean;
  /** Threads that have an open handle; `undefined` in system scope, where nobody counts them. */
  readonly threads: number | undefined;
  readonly createdAt: Date;
}

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
