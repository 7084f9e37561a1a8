/** What functions of arrays are given, checked before anything is written: operands, and the array to write to. */
import type { DType } from "../base/dtype.js";
import { DTypeError, OverlapError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { isReadonlyArray, NDArray, stridedOf } from "../ndarray/ndarray.js";
import { selfOverlaps } from "../ndarray/overlap.js";
import { sameShape } from "../ndarray/shape.js";

export type AnyArray = NDArray<DType>;

/** @throws {TypeError} @throws {ClosedError} */
export function expectArray(value: unknown, what: string): AnyArray {
  if (!(value instanceof NDArray)) throw new TypeError(`Expected \`${what}\` to be an NDArray, got ${show(value)}`);
  stridedOf(value); // throws if it is closed
  return value as AnyArray;
}

/** @throws {ShapeError} if it has not exactly the result's shape @throws {OverlapError} if it cannot be written to */
export function expectOut(given: unknown, shape: readonly number[]): AnyArray {
  const out = expectArray(given, "out");
  if (!sameShape(out.shape, shape)) {
    const message = `Expected \`out\` to have the result's shape ${show(shape)}, got ${show(out.shape)}`;
    throw new ShapeError(message, { shape: out.shape, expected: shape });
  }
  if (isReadonlyArray(out)) {
    const message = `Expected \`out\` to be an array to write to, got a read-only view of shape ${show(out.shape)}`;
    throw new OverlapError(message, { operands: ["out", "out"] });
  }
  if (!selfOverlaps(stridedOf(out).view)) return out;
  throw new OverlapError(
    `Expected \`out\` to be an array to write to, got a view of shape ${show(out.shape)} several of whose elements are one`,
    { operands: ["out", "out"] },
  );
}

/** @throws {DTypeError} if it is not of bools */
export function expectMask(value: unknown, what: string): AnyArray {
  const mask = expectArray(value, what);
  if (mask.dtype === "bool") return mask;
  const message = `Expected \`${what}\` to be an array of bool, got one of ${mask.dtype}`;
  throw new DTypeError(message, { dtype: mask.dtype, expected: "bool" });
}
