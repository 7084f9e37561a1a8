/** `lexsort`: the order of records that are compared by several keys. */
import { isComplex, isFloat } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { argsort } from "../functions/sorting.js";
import { add } from "../functions/ufuncs.js";
import { takeAlongAxis } from "../manipulation/find.js";
import { unstack } from "../manipulation/parts.js";
import type { NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { AxisOptions } from "../ndarray/notation.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { expectAxis, sameShape } from "../ndarray/shape.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData } from "../ndarray/type-of.js";

/**
 * The positions that sort records by several keys: by the last key, those that are equal by the one before it, and so
 * on. The keys are arrays of one shape, or the rows of one array. The sort is stable; -0 and 0 are equal, and NaN comes
 * last. After `np.lexsort`.
 *
 * @param options `axis`, by default the last one of the keys
 * @example lexsort([firstNames, lastNames]) // by last names, then by first names
 * @throws {ShapeError} If there is no key, or their shapes differ.
 * @throws {RangeError} If there is no such axis.
 */
export function lexsort(keys: readonly ArrayLikeData[] | ReadonlyNDArray, options?: AxisOptions): NDArray<"int32"> {
  const { axis = -1 } = expectKnown(options, ["axis"], "lexsort");
  return tidy(() => {
    const given = Array.isArray(keys)
      ? keys.map((key: unknown, i) => arrayOfData(key, `keys[${i}]`, "lexsort"))
      : unstack(arrayOfData(keys, "keys", "lexsort") as ReadonlyNDArray);
    const all = given as unknown as AnyArray[];
    const shape = all[0]?.shape;
    const other = all.find((key) => !sameShape(key.shape, shape!));
    if (!shape || other) {
      const got = other ? `shapes ${show(shape)} and ${show(other.shape)}` : "none";
      const message = `Expected \`keys\` to be one or more arrays of one shape, got ${got}`;
      throw new ShapeError(message, { shape: other?.shape ?? [0], expected: shape ?? [-1] });
    }
    return lexOrder(all, expectAxis(axis, shape)) as NDArray<"int32">;
  });
}

/** As `lexsort`, of checked keys. */
export function lexOrder(keys: readonly AnyArray[], axis: number): AnyArray {
  let order: AnyArray | undefined;
  for (const key of keys) {
    // -0 would come before 0, and the keys before this one would not count.
    const plain = (isFloat(key.dtype) || isComplex(key.dtype) ? add(key, 0) : key) as AnyArray;
    const sorted = order ? (takeAlongAxis(plain, order as never, { axis }) as AnyArray) : plain;
    const next = argsort(sorted, { axis }) as AnyArray;
    order = order ? (takeAlongAxis(order, next as never, { axis }) as AnyArray) : next;
  }
  return order!;
}
