/** The arguments that functions of arrays are given, checked. Used by the layers above; knows the class. */
import type { DType } from "../base/dtype.js";
import type { NDArray } from "./ndarray.js";
import { expectStrided, expectStridedMask } from "./strided-array.js";

/** An array of any dtype and rank, inside the package. */
export type AnyArray = NDArray<DType>;

/**
 * The value, if it is an array that is still open. `what` names the argument in errors.
 *
 * @throws {TypeError} If the value is not an array.
 * @throws {ClosedError} If the array is closed.
 */
export function expectArray(value: unknown, what: string): AnyArray {
  expectStrided(value, what);
  return value as AnyArray;
}

/**
 * As `expectArray`, of an array of bools.
 *
 * @throws {DTypeError} If the array holds another dtype.
 */
export function expectMask(value: unknown, what: string): AnyArray {
  expectStridedMask(value, what);
  return value as AnyArray;
}
