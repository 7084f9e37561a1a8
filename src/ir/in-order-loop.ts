/** Writes a loop whose elements are computed one after the other. Used by `wasm.ts`. */
import type { RowLoop } from "./fold-loop.js";

/**
 * Each element may read what one before it has written. `adjacent`: slots advance by their steps. `indexed`: slots 0
 * and 1 are at the address that the last slot holds, as i32.
 */
export type InOrder = "adjacent" | "indexed";

export function writeInOrder(loop: RowLoop, slots: readonly { readonly memory: number }[], inOrder: InOrder): void {
  const { code } = loop;
  const last = slots.length - 1;
  loop.rows(() => {
    loop.turns(1, 1, () => {
      if (inOrder === "indexed") {
        code.get(loop.cursor(last)).emit(0x28, ...code.address(slots[last]!.memory, 0)); // i32.load
        code.tee(loop.cursor(0)).set(loop.cursor(1));
      }
      loop.store(1, 0, () => loop.result(1, 0));
      loop.stepOn(1, 1, 0);
    });
  });
}
