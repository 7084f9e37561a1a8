/**
 * Array calls as plain data. The `prepare` of a kind makes a call from checked arguments, and an executor runs it: on
 * this thread, on a team of workers, or elsewhere.
 */
import type { Scope } from "../memory/shared-memory.js";
import type { AnyArray } from "../ndarray/operands.js";
import type { FunctionRef } from "../wire/functions.js";
import type { ChunkSize, Plan } from "./plan.js";

/** The kinds of array work. Each has one file in `kinds/`. */
export type KindName = "elementwise" | "fold" | "map" | "matmul" | "pair" | "rows" | "scan" | "sort";

/** One array call: what the user asked for, checked. Nothing has been computed or copied yet. */
export interface Call<Spec = unknown> {
  readonly kind: KindName;
  /** The function's name, for errors. */
  readonly name: string;
  /** Calls with the same key are expected to take the same time per element. */
  readonly costKey: string;
  /** The arrays that the call reads or writes, in the order that its kind expects. */
  readonly arrays: readonly AnyArray[];
  /** A name for each of the arrays, for errors. */
  readonly labels: readonly string[];
  /** The array among them that was made for the result. If the call fails, it is disposed of. */
  readonly made: AnyArray | undefined;
  /** Everything else that its kind needs to know. */
  readonly spec: Spec;
  /** How the work is cut into chunks. */
  readonly plan: Plan;
  /** The number of elements that are computed. The duration of the call is estimated from it. */
  readonly elements: number;
  /**
   * How many times as much work it is if several threads share it, because they need more passes. By default 1. A
   * caller that blocks does not share with fewer threads than that.
   */
  readonly sharedWork?: number;
  /** Where everything that the call makes is placed: results, copies of its inputs, partial results. */
  readonly scope: Scope;
  /** The user's `params`, as other threads receive them. */
  readonly params: unknown;
  /**
   * What the call's work depends on. A later call with the same parts and the same first array uses that work again.
   * `undefined` if the work can never be used again.
   */
  readonly identity: readonly unknown[] | undefined;
}

/** Where and how finely a call will run. Every kind takes these conditions when it prepares a call. */
export interface Conditions {
  /** Where everything that the call makes must be placed, so that all threads that compute it can reach it. */
  readonly scope: Scope;
  /** Elements, rows or pieces per chunk, as the user asked. `"whole"` makes a single chunk. */
  readonly chunkSize: ChunkSize;
}

/** The conditions of a function that is called by itself: one chunk, on this thread. */
export const HERE: Conditions = { scope: "process", chunkSize: "whole" };

/**
 * The work of a call whose turn has come, as plain data that every thread can bind. Inputs have been copied if
 * necessary, and the arrays that the kind needs besides have been made.
 */
export interface Work<Spec = unknown> {
  readonly kind: KindName;
  readonly spec: Spec;
  /** All arrays that the work reads or writes, in the order that its kind expects. The work keeps them alive. */
  readonly arrays: readonly AnyArray[];
  readonly plan: Plan;
  readonly params: unknown;
  /** The user's functions that a thread must have loaded before it can bind the work. */
  readonly functions: readonly FunctionRef[];
  /** Whether inputs were copied for this call alone, so that the next call must copy them again. */
  readonly once: boolean;
}

/** The thread that computes a chunk, as the chunk sees it. */
export interface Computer {
  /** The thread's rank in the team. */
  readonly worker: number;
  /** Whether the call is being stopped. */
  readonly aborted: () => boolean;
}

/** A work bound to one thread. */
export interface BoundWork {
  /** Whether the values that `run` returns are parts of the result. */
  readonly isReduction: boolean;
  /** Each thread that takes part calls this before its first chunk of a call. */
  begin?(): void;
  /** Computes one chunk. */
  run(chunk: number, computer: Computer): unknown;
}

/**
 * One kind of array call, from the call to its value. Besides, each kind has a `prepare…` function that makes the call.
 */
export interface Kind<CallSpec, WorkSpec> {
  /**
   * Makes the work. Executors do this when the call's turn has come, because it may copy what earlier calls write.
   *
   * @param arrays the call's arrays, over handles that stay open until it ends
   * @param isAlone whether only this thread will compute the work, so that partial results need not be in shared memory
   */
  stage(call: Call<CallSpec>, arrays: readonly AnyArray[], isAlone: boolean): Work<WorkSpec>;
  /** Binds the work to the calling thread, which must have loaded its functions. */
  bind(work: Work<WorkSpec>): BoundWork;
  /** After a pass, the work of the next one; `undefined` if all passes are done. Most kinds have one pass. */
  next?(call: Call<CallSpec>, work: Work<WorkSpec>): Work<WorkSpec> | undefined;
  /**
   * Returns the call's value, after all chunks of all passes are done.
   *
   * @param arrays as `stage` received them
   * @param parts what the chunks returned, in chunk order
   */
  finish(
    call: Call<CallSpec>,
    work: Work<WorkSpec>,
    arrays: readonly AnyArray[],
    parts: () => readonly unknown[],
  ): unknown;
}
