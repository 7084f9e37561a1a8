/** `isclose`: which elements of two arrays are nearly equal. */
import { isComplex, isFloat } from "../base/dtype.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { array } from "../ndarray/create.js";
import type { NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import { expectArray } from "../ndarray/operands.js";
import { tidy } from "../ndarray/tidy.js";
import { abs, add, equal, isfinite, isnan, lessEqual, logicalAnd, logicalOr, multiply, subtract } from "./ufuncs.js";

/** How near elements must be, and whether NaN is close to NaN. */
export interface IscloseOptions {
  /** Relative to `b`, by default 1e-5. */
  readonly rtol?: number | undefined;
  /** Absolute, by default 1e-8. */
  readonly atol?: number | undefined;
  /** By default false. */
  readonly equalNan?: boolean | undefined;
}

/**
 * For each element whether |a - b| ≤ atol + rtol · |b|. Infinities must be equal. The arrays broadcast. After
 * `np.isclose`.
 *
 * @example isclose(array([1, 1.1]), 1).toArray() // [true, false]
 * @throws {ShapeError} If the shapes do not broadcast together.
 * @throws {RangeError} If a tolerance is not a number ≥ 0.
 */
export function isclose(a: ReadonlyNDArray, b: ReadonlyNDArray | number, options?: IscloseOptions): NDArray<"bool"> {
  const { rtol = 1e-5, atol = 1e-8, equalNan } = expectKnown(options, ["rtol", "atol", "equalNan"], "isclose");
  for (const [what, value] of Object.entries({ rtol, atol })) {
    if (typeof value !== "number" || !(value >= 0)) {
      throw new RangeError(`Expected \`${what}\` to be a number ≥ 0, got ${show(value)}`);
    }
  }
  const takesNan = expectBoolean("equalNan", equalNan);
  expectArray(a, "a");
  return tidy(() => {
    const given = typeof b === "number" ? array(b) : expectArray(b, "b");
    const isFloating = isFloat(given.dtype) || isComplex(given.dtype);
    const y: ReadonlyNDArray = isFloating ? given : given.astype("float64");
    const limit = add(multiply(abs(y), rtol), atol);
    const isNear = logicalAnd(lessEqual(abs(subtract(a, y)), limit), isfinite(y));
    const result = logicalOr(isNear, equal(a, y));
    return takesNan ? logicalOr(result, logicalAnd(isnan(a), isnan(y))) : result;
  }) as unknown as NDArray<"bool">;
}
