/** Checks the array that the user gave for the result, before anything is written. */
import { LayoutError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { isReadonlyArray, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, expectArray } from "../ndarray/operands.js";
import { selfOverlaps } from "../ndarray/overlap.js";
import { sameShape } from "../ndarray/shape.js";
import { cureOfReadonly } from "../ndarray/strided-array.js";

/**
 * Returns the array to write a result to.
 *
 * @throws {ShapeError} If it does not have exactly the result's shape.
 * @throws {LayoutError} If it is read-only, or some of its elements share memory.
 */
export function expectOut(given: unknown, shape: readonly number[]): AnyArray {
  const out = expectArray(given, "out");
  if (!sameShape(out.shape, shape)) {
    const message = `Expected \`out\` to have the result's shape ${show(shape)}, got ${show(out.shape)}`;
    throw new ShapeError(message, { shape: out.shape, expected: shape });
  }
  const isReadonly = isReadonlyArray(out);
  if (!isReadonly && !selfOverlaps(stridedOf(out).view)) return out;
  const [found, cure] = isReadonly
    ? ["a read-only array", cureOfReadonly(out)]
    : ["a view whose elements share memory", "take a .copy()"];
  const got = `${found} of shape ${show(out.shape)} (${cure})`;
  const message = `Expected \`out\` to be an array to write to, got ${got}`;
  throw new LayoutError(message, { shape: out.shape, strides: out.strides });
}
