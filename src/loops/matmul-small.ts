/**
 * Products of a few elements. Copying them to where a kernel is takes longer than multiplying them in JavaScript: 3 × 3
 * float64 took 20 µs and take 2.
 */
import type { RawArray } from "../base/dtype.js";
import type { Strided } from "../ndarray/elements.js";
import { perClass } from "../ndarray/typed-loops.js";
import type { View } from "../ndarray/view.js";
import { productLane } from "./matmul-block.js";
import { ADD, type Add } from "./matmul-vector.js";

/** The most multiplications: those of 16 × 16 by 16 × 16. */
export const FEW = 4096;

const multiply = perClass(function multiply(
  out: RawArray,
  a: RawArray,
  b: RawArray,
  add: Add,
  at: readonly [to: number, left: number, right: number],
  [m, n, inner]: readonly [number, number, number],
  [aDown, aRight, bDown, bRight]: readonly [number, number, number, number],
): void {
  let to = at[0];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      let p = at[1] + i * aDown;
      let q = at[2] + j * bRight;
      for (let k = 0; k < inner; k++, p += aRight, q += bDown) sum = add(sum, a[p]!, b[q]!);
      out[to++] = sum;
    }
  }
}, 3);

/** A factor with two axes. */
export interface Factor {
  readonly elements: Strided["elements"];
  readonly shape: View["shape"];
  readonly strides: View["strides"];
  readonly offset: number;
}

/**
 * Writes the product of two factors of the result's dtype, with the bits of a kernel: each sum is computed in the order
 * of the inner axis, which must not be longer than a kernel's part of it.
 *
 * @param out in C order
 * @returns false if the dtype needs another kind of sum; then nothing was written
 */
export function multiplyFew(a: Factor, b: Factor, out: Strided): boolean {
  const { dtype } = out.elements;
  const add = dtype === "float64" || dtype === "float32" || dtype === "int32" ? ADD[productLane(dtype)] : undefined;
  if (!add) return false;
  const [m, inner] = a.shape as [number, number];
  const n = b.shape[1]!;
  const at = [out.view.offset, a.offset, b.offset] as const;
  const steps = [...a.strides, ...b.strides] as unknown as readonly [number, number, number, number];
  multiply(out.elements.raw, a.elements.raw, b.elements.raw, add, at, [m, n, inner], steps);
  return true;
}
