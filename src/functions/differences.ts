/** `diff`: the differences of neighbours. */
import type { DType } from "../base/dtype.js";
import { expectInteger, expectKnown } from "../base/expect.js";
import { promote } from "../base/promote.js";
import type { ArrayOf, NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import { isReadonlyArray, stridedOf, viewOf } from "../ndarray/ndarray.js";
import type { AxisOptions } from "../ndarray/notation.js";
import { expectAxis } from "../ndarray/shape.js";
import { sliceAlong } from "../ndarray/view.js";
import type { Promote } from "./promote-types.js";
import { notEqual, subtract } from "./ufuncs.js";

/** Along which axis differences are taken, and how often. */
export interface DiffOptions extends AxisOptions {
  /** By default 1. */
  readonly n?: number | undefined;
}

/**
 * The differences of neighbours along an axis, by default the last: a[1] - a[0], a[2] - a[1], …; `n` times. Of bools:
 * whether they differ. After `np.diff`.
 *
 * @example diff(array([1, 4, 9])).toArray() // [3, 5]
 * @throws {RangeError} If there is no such axis, or `n` is negative or no integer.
 */
export function diff<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  options?: DiffOptions,
): ArrayOf<Promote<D, D>, R> {
  const { axis = -1, n = 1 } = expectKnown(options, ["axis", "n"], "diff");
  expectInteger("n", n, 0, Number.MAX_SAFE_INTEGER);
  const { shape } = stridedOf(a).view;
  const along = expectAxis(axis, shape);
  let result = a as ReadonlyNDArray as NDArray<DType>;
  const rounds = Math.min(n, shape[along]! + 1); // after which nothing is left
  for (let round = 0; round < rounds; round++) {
    const before = result;
    const [later, earlier] = [part(before, along, [1]), part(before, along, [0, -1])];
    const difference = before.dtype === "bool" ? notEqual : subtract;
    try {
      result = difference(later, earlier) as ReadonlyNDArray as NDArray<DType>;
    } finally {
      if (round > 0) before.close();
    }
  }
  return (n === 0 ? a.astype(promote(a.dtype, a.dtype)) : result) as never;
}

const part = (a: NDArray<DType>, axis: number, range: [number, number?]): NDArray<DType> =>
  viewOf(stridedOf(a), (view) => sliceAlong(view, axis, range), isReadonlyArray(a));
