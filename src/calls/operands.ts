/** What functions of arrays are given, checked before anything is written: operands, and the array to write to. */
import { DTypeError, LayoutError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { isReadonlyArray, NDArray, stridedOf } from "../ndarray/ndarray.js";
import { selfOverlaps } from "../ndarray/overlap.js";
import { sameShape } from "../ndarray/shape.js";
import type { AnyArray } from "./call.js";

/** @throws {TypeError} @throws {ClosedError} */
export function expectArray(value: unknown, what: string): AnyArray {
  if (!(value instanceof NDArray)) throw new TypeError(`Expected \`${what}\` to be an NDArray, got ${show(value)}`);
  stridedOf(value); // throws if it is closed
  return value as AnyArray;
}

/**
 * The array to write a result to.
 *
 * @throws {ShapeError} If it does not have exactly the result's shape.
 * @throws {LayoutError} If it is read-only, or if some of its elements share memory.
 */
export function expectOut(given: unknown, shape: readonly number[]): AnyArray {
  const out = expectArray(given, "out");
  if (!sameShape(out.shape, shape)) {
    const message = `Expected \`out\` to have the result's shape ${show(shape)}, got ${show(out.shape)}`;
    throw new ShapeError(message, { shape: out.shape, expected: shape });
  }
  const isReadonly = isReadonlyArray(out);
  if (!isReadonly && !selfOverlaps(stridedOf(out).view)) return out;
  const found = isReadonly ? "a read-only view" : "a view whose elements share memory";
  const message = `Expected \`out\` to be an array to write to, got ${found} of shape ${show(out.shape)} (take a .copy())`;
  throw new LayoutError(message, { shape: out.shape, strides: out.strides });
}

/** @throws {DTypeError} if it is not of bools */
export function expectMask(value: unknown, what: string): AnyArray {
  const mask = expectArray(value, what);
  if (mask.dtype === "bool") return mask;
  const message = `Expected \`${what}\` to be an array of bool, got one of ${mask.dtype}`;
  throw new DTypeError(message, { dtype: mask.dtype, expected: "bool" });
}
