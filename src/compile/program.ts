/** A compiled expression as plain data. Every loop is made from one. */
import type { DType } from "../base/dtype.js";
import type { LaneType, Node } from "../ir/node.js";

/** An expression and the dtypes of the slots it reads and writes. Slot 0 is written. */
export interface Program {
  /** Equal for equal expressions. Caches of compiled modules use it. */
  readonly key: string;
  readonly dtypes: readonly DType[];
  /** The types of the numbers that each call passes. */
  readonly params: readonly LaneType[];
  /** The value to store, in the lanes that slot 0 has in memory. */
  readonly result: Node;
}

/** The numbers that a call passes to its program in addition to the operands. */
export type Numbers = readonly (number | bigint)[];
