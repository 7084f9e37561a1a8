/**
 * A call on arrays as a value. `prepare` of a kind makes one from checked arguments; an executor runs it, on this thread, on a team of
 * workers, or anywhere else. A call is plain data: it can be printed, compared, and sent.
 */
import type { Scope } from "../memory/shared-memory.js";
import type { AnyArray } from "../ndarray/operands.js";
import type { FunctionRef } from "../wire/functions.js";
import type { Plan } from "./plan.js";

/** The kinds of array work. Each has one file in `kinds/`. */
export type KindName = "elementwise" | "fold" | "map" | "matmul" | "rows" | "scan" | "sort";

/** What was asked for, checked. Nothing has been computed or copied yet. */
export interface Call<Spec = unknown> {
  readonly kind: KindName;
  /** What errors call it: the function's name. */
  readonly name: string;
  /** Calls with the same key take about the same time per element. */
  readonly costKey: string;
  /** The arrays that it reads or writes, in the order that its kind expects. */
  readonly arrays: readonly AnyArray[];
  /** What errors call each of the arrays. */
  readonly labels: readonly string[];
  /** The array among them that was made for the result. If the call fails, it is disposed of. */
  readonly made: AnyArray | undefined;
  /** What its kind needs to know. */
  readonly spec: Spec;
  /** How the work is cut into chunks. */
  readonly plan: Plan;
  /** How many elements are computed, from which its duration is estimated. */
  readonly elements: number;
  /** Where everything that it makes is placed: results, copies of its inputs, partial results. */
  readonly scope: Scope;
  /** The user's `params`, as other threads receive them. */
  readonly params: unknown;
  /** Work that was staged for the same parts and the same first array can be used again. `undefined`: it never can. */
  readonly identity: readonly unknown[] | undefined;
}

/** The conditions under which a call will run; every kind takes them when it prepares a call. */
export interface Conditions {
  /** Where what the call makes must be placed, so that everybody who computes it can reach it. */
  readonly scope: Scope;
  /** Elements, rows or pieces per chunk, as the user asked; `"whole"` for a single chunk. */
  readonly chunkSize: number | "auto" | "whole" | undefined;
}

/** The conditions of a function that was called by itself. */
export const HERE: Conditions = { scope: "process", chunkSize: "whole" };

/** A call whose turn has come, as plain data that every thread can bind: its inputs copied where needed, its plan made. */
export interface Work<Spec = unknown> {
  readonly kind: KindName;
  readonly spec: Spec;
  /** All arrays that it reads or writes, in the order that its kind expects. The work keeps them alive. */
  readonly arrays: readonly AnyArray[];
  readonly plan: Plan;
  readonly params: unknown;
  /** Functions of the user's that a thread must have before it can bind the work. */
  readonly functions: readonly FunctionRef[];
  /** True if inputs were copied for this call alone: the next call must copy them again. */
  readonly once: boolean;
}

/** Who computes a chunk. */
export interface Computer {
  /** Its rank in the team. */
  readonly worker: number;
  /** Whether the call is being stopped. */
  readonly aborted: () => boolean;
}

/** A work bound to one thread. */
export interface BoundWork {
  /** Whether the values that `run` returns are parts of the result. */
  readonly isReduction: boolean;
  /** Called by each thread that takes part, before its first chunk of a call. */
  begin?(): void;
  /** Computes one chunk. */
  run(chunk: number, computer: Computer): unknown;
}

/** One kind of array work, from a call to its value. Besides these, each kind has a `prepare` that makes the call. */
export interface Kind<CallSpec, WorkSpec> {
  /**
   * Makes the work when the call's turn has come, because it may copy what earlier calls write.
   *
   * @param arrays the call's arrays, over handles that stay open until it ends
   * @param isAlone true if only this thread will compute it, so that partial results need not be shared
   */
  stage(call: Call<CallSpec>, arrays: readonly AnyArray[], isAlone: boolean): Work<WorkSpec>;
  /** Binds the work to the calling thread, which has its functions. */
  bind(work: Work<WorkSpec>): BoundWork;
  /** The work of a second pass, or `undefined` if all passes are done. Most kinds have one pass. */
  next?(call: Call<CallSpec>, work: Work<WorkSpec>): Work<WorkSpec> | undefined;
  /**
   * The call's value, once all chunks are done.
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
