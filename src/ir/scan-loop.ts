/** Writes the loop of a running sum or product: every element is combined with all before it. Used by `wasm.ts`. */
import { V128 } from "./encode.js";
import type { RowLoop } from "./fold-loop.js";
import type { LaneType, Node } from "./node.js";
import { laneRow } from "./opcodes.js";

/** How the elements of a row are accumulated. */
export interface Scan {
  /** Combines what was accumulated, `load(0)`, with an element, `load(1)`. Both are as slot 0 stores them. */
  readonly combine: Node;
}

/**
 * Elements per turn. The time is that of one addition after the other, so more of them would gain nothing: one million
 * float64 take 1.3 ms, NumPy 2.4.
 */
const TURN = 4;

/**
 * The two last params are a value that every result is combined with and the value that every row begins with. What was
 * accumulated in the last row is left on the stack, as a scalar: a long row may be continued with it.
 */
export function writeScan(loop: RowLoop, { combine }: Scan, type: LaneType): void {
  const { code } = loop;
  const { splat, extractS, extractU } = laneRow(type);
  const [carry, first, sum, next] = [code.local(V128), code.local(V128), code.local(V128), code.local(V128)];
  for (const [i, local] of [carry, first].entries()) code.get(loop.param(i)).simd(splat).set(local);
  code.get(first).set(sum);
  const combined = (a: number, b: number) => loop.combined(combine, [() => code.get(a), () => code.get(b)]);
  loop.rows(() => {
    code.get(first).set(sum);
    for (const vectors of [TURN, 1]) {
      loop.turns(1, vectors, () => {
        for (let v = 0; v < vectors; v++) {
          loop.result(1, v);
          code.set(next); // in a local, because the combination may use it more than once
          combined(sum, next);
          code.set(sum);
          loop.store(1, v, () => combined(carry, sum));
          loop.stepOn(1, vectors, v);
        }
      });
    }
  });
  code.get(sum).simd(type[0] === "u" ? extractU : extractS, 0);
}
