/** The arguments that functions of arrays are given, checked. Used by the layers above; knows the class. */
import type { DType } from "../base/dtype.js";
import { asStrided, isData } from "./asarray.js";
import { arrayOf, type NDArray } from "./ndarray.js";
import { expectOutStrided } from "./out.js";
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
 * As `expectArray`. Lists and typed arrays become new arrays.
 *
 * @param fn the function that they are given to, for the message
 */
export function arrayOfData(value: unknown, what: string, fn: string): AnyArray {
  if (isData(value)) return arrayOf(asStrided(value, what));
  const isScalar = typeof value === "number" || typeof value === "bigint";
  const cure = isScalar ? ` (numbers are given as one list: ${fn}([1, 2, 3]))` : "";
  expectStrided(value, what, "an NDArray, a typed array or a list", cure);
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

/**
 * Returns the array to write a result to.
 *
 * @throws {ShapeError} If it does not have exactly the result's shape.
 * @throws {LayoutError} If it is read-only, or some of its elements share memory.
 */
export function expectOut(given: unknown, shape: readonly number[]): AnyArray {
  expectOutStrided(given, shape);
  return given as AnyArray;
}
