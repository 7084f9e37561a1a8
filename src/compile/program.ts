/** A compiled expression as plain data: what every loop is made from. */
import type { DType } from "../base/dtype.js";
import type { LaneType, Node } from "../ir/node.js";

/** An expression with the dtypes of what it reads and writes. Slot 0 is written. */
export interface Program {
  /** The same for the same expression; compiled modules are found by it. */
  readonly key: string;
  readonly dtypes: readonly DType[];
  /** Types of the numbers that are passed with each call. */
  readonly params: readonly LaneType[];
  /** In the lanes of slot 0's elements. */
  readonly result: Node;
}

/** Numbers that an expression is given beside its operands. */
export type Numbers = readonly (number | bigint)[];
