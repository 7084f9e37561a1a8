/** Where in a kernel values are computed, and which of them are known there. Used by `wasm.ts`. */
import type { Node } from "./node.js";

/** Where values are computed: the locals of those that are known there. */
export interface Place {
  readonly kept: Map<Node, number>;
  /** In an expression in halves: which half, and where the whole vectors are. */
  readonly half?: { readonly isHigh: boolean; readonly whole: Place };
}

/** A place for a block that is not always run: it knows what is known outside, but not the other way round. */
export const inBlock = ({ kept, half }: Place): Place => ({
  kept: new Map(kept),
  ...(half && { half: { ...half, whole: inBlock(half.whole) } }),
});
