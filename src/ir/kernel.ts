/** What a loop is compiled from: its operands, and the value of one element. `wasm.ts` compiles it. */
import type { Fold } from "./fold-loop.js";
import type { InOrder } from "./in-order-loop.js";
import type { LaneType, Node } from "./node.js";
import type { Scan } from "./scan-loop.js";

/** How a slot advances from one element of a row to the next: to the adjacent one, by any step, or not at all. */
export type StepKind = "run" | "step" | "same";
/** One operand of a loop: where it reads or writes. */
export interface Slot {
  readonly type: LaneType;
  readonly kind: StepKind;
  /** The number of the memory that holds it. */
  readonly memory: number;
}
/** A loop to compile. */
export interface Kernel {
  /** Slot 0 is written. A fold writes none. */
  readonly slots: readonly Slot[];
  /** The types of the numbers that stay the same during a call. */
  readonly params: readonly LaneType[];
  /** The value of one element. Its loads read the slots. */
  readonly result: Node;
  /** `count`: the number of elements whose result, a mask, is true. `find`: where the first of them is, in one row. */
  readonly fold?: Fold | "count" | "find" | undefined;
  /** A scan stores, for each element of a row, what was accumulated up to it. Its params are those of `writeScan`. */
  readonly scan?: Scan | undefined;
  /** Whether elements are computed one after the other, and where slots 0 and 1 are. */
  readonly inOrder?: InOrder | undefined;
}
