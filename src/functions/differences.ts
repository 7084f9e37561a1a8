/** `diff`: the differences of neighbours. */
import { type DType, expectElement } from "../base/dtype.js";
import { expectInteger, expectKnown } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { concat } from "../manipulation/join.js";
import { full, zeros } from "../ndarray/create.js";
import type { ArrayOf, NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import { isReadonlyArray, stridedOf, viewOf } from "../ndarray/ndarray.js";
import type { AxisOptions } from "../ndarray/notation.js";
import { expectArray } from "../ndarray/operands.js";
import { expectAxis } from "../ndarray/shape.js";
import { sliceAlong } from "../ndarray/view.js";
import type { Promote } from "./promote-types.js";
import { notEqual, subtract } from "./ufuncs.js";

/** Along which axis differences are taken, and how often. */
export interface DiffOptions extends AxisOptions {
  /** By default 1. */
  readonly n?: number | undefined;
  /** What comes before and after the elements along the axis: a number, or an array that fits there. */
  readonly prepend?: ReadonlyNDArray | number | undefined;
  readonly append?: ReadonlyNDArray | number | undefined;
}

/**
 * The differences of neighbours along an axis, by default the last: a[1] - a[0], a[2] - a[1], …; `n` times. Of bools:
 * whether they differ. After `np.diff`.
 *
 * @example diff(array([1, 4, 9])).toArray() // [3, 5]
 * @example diff(array([1, 4, 9]), { prepend: 0 }).toArray() // [1, 3, 5]
 * @throws {RangeError} If there is no such axis, or `n` is negative or no integer.
 */
export function diff<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  options?: DiffOptions,
): ArrayOf<Promote<D, D>, R> {
  const { axis = -1, n = 1, prepend, append } = expectKnown(options, ["axis", "n", "prepend", "append"], "diff");
  expectInteger("n", n, 0, Number.MAX_SAFE_INTEGER);
  const along = expectAxis(axis, stridedOf(a).view.shape);
  if (n === 0 || (prepend === undefined && append === undefined)) return differences(a, along, n) as never;
  const ends = [prepend, append].map((end, i) => endOf(a, end, along, i === 0 ? "prepend" : "append"));
  const [first, last] = ends as [NDArray<DType>, NDArray<DType>];
  const longer = concat([first, a, last] as ReadonlyNDArray[], { axis: along });
  try {
    return differences(longer, along, n) as never;
  } finally {
    longer.close();
    if (typeof prepend !== "object") first.close();
    if (typeof append !== "object") last.close();
  }
}

/** What comes before or after the elements: a number is a slab of it, and nothing an empty one. */
function endOf(a: ReadonlyNDArray, end: unknown, axis: number, what: string): ReadonlyNDArray {
  if (end === undefined) return zeros([...a.shape].with(axis, 0), { dtype: a.dtype });
  if (typeof end !== "number") return expectArray(end, what);
  return full([...a.shape].with(axis, 1), expectElement(end, a.dtype, what) as never, { dtype: a.dtype });
}

/** @param n how often they are taken */
function differences(a: ReadonlyNDArray, along: number, n: number): NDArray<DType> {
  const { shape } = stridedOf(a).view;
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
  return (n === 0 ? a.astype(promote(a.dtype, a.dtype)) : result) as NDArray<DType>;
}

const part = (a: NDArray<DType>, axis: number, range: [number, number?]): NDArray<DType> =>
  viewOf(stridedOf(a), (view) => sliceAlong(view, axis, range), isReadonlyArray(a));
