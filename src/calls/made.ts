/** The arrays of a call. Those that it needs are made in its scope, where all threads that compute it reach them. */
import type { DType } from "../base/dtype.js";
import type { NameOptions, Scope } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, stridedOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { newStrided, writtenStrided } from "../ndarray/storage.js";
import type { Conditions } from "./call.js";

/** The options for new memory in this scope. In system scope it gets a generated name. */
export const placedIn = (scope: Scope): NameOptions | undefined => (scope === "system" ? { scope } : undefined);

/** For cost keys: other layouts than C order take several times as long for an element. */
export const layoutOf = (arrays: readonly AnyArray[]): string =>
  arrays.every(({ contiguous }) => contiguous) ? "" : " strided";

/** An operand as an array of the work: the call's own array, if it is unchanged. */
export const readOnly = (operand: Strided, given: AnyArray): AnyArray =>
  stridedOf(given) === operand ? given : arrayOf(operand, true, true);

/** New elements in C order, all zero. */
export const newIn = (scope: Scope, shape: readonly number[], dtype: DType): Strided =>
  newStrided(shape, dtype, placedIn(scope));

/** As `newIn`, for a call that writes all elements, so that they need not be zero before. */
export const newWrittenIn = (scope: Scope, shape: readonly number[], dtype: DType): Strided =>
  writtenStrided(shape, dtype, placedIn(scope), () => {});

/**
 * A new array for the result of a call.
 *
 * @param isWritten Whether the call writes all elements, so that they need not be zero before.
 */
export const newResult = (
  shape: readonly number[],
  dtype: DType,
  { scope }: Conditions,
  isWritten: boolean,
): AnyArray => arrayOf((isWritten ? newWrittenIn : newIn)(scope, shape, dtype));
