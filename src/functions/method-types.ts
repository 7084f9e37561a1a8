/**
 * The types of the members that `methods.ts` adds to arrays. `NDArray` is in a lower layer, so its type is augmented
 * here; `scripts/merge-augmentations.mjs` does the same to the declarations of the package.
 */
import type { DType } from "../base/dtype.js";
import type { Out, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { CumulativeHere, CumulativeResult } from "./cumulative.js";
import type { Axes, Keepdims, ReductionOptions, ReductionResult, Reductions } from "./reduction-types.js";
import type { Asked } from "./ufunc-types.js";

/** A reduction as a member: the function of the same name, without its first argument. */
type ReductionMethod<V, K extends Reductions> = <
  D extends DType,
  R extends number,
  const X extends Axes = undefined,
  H extends Keepdims = undefined,
  O extends Out = undefined,
  E extends Asked = undefined,
>(
  this: ReadonlyNDArray<D, R>,
  options?: ReductionOptions<X, H, O, E>,
) => ReductionResult<V, K, D, R, X, H, O, E>;
/** A running sum or product as a member. */
type CumulativeMethod = <
  D extends DType,
  R extends number,
  X extends number | undefined = undefined,
  O extends Out = undefined,
  E extends Asked = undefined,
>(
  this: ReadonlyNDArray<D, R>,
  options?: CumulativeHere<X, O, E>,
) => CumulativeResult<ReadonlyNDArray<D, R>, X, O, E>;

/** The members that compute. Each is the function of the same name with the array as its first argument. */
export interface ComputingMembers {
  /** The sum of the elements, as the function `sum`. */
  readonly sum: ReductionMethod<number, "sum">;
  /** The product of the elements, as the function `prod`. */
  readonly prod: ReductionMethod<number, "sum">;
  /** The smallest element, as the function `min`. */
  readonly min: ReductionMethod<number, "extreme">;
  /** The largest element, as the function `max`. */
  readonly max: ReductionMethod<number, "extreme">;
  /** The arithmetic mean, as the function `mean`. */
  readonly mean: ReductionMethod<number, "mean">;
  /** The standard deviation, as the function `std`. */
  readonly std: ReductionMethod<number, "mean">;
  /** The variance, as the function `variance`. */
  readonly variance: ReductionMethod<number, "mean">;
  /** Whether any element is nonzero, as the function `any`. */
  readonly any: ReductionMethod<boolean, "truth">;
  /** Whether all elements are nonzero, as the function `all`. */
  readonly all: ReductionMethod<boolean, "truth">;
  /** The position of the smallest element, as the function `argmin`. */
  readonly argmin: ReductionMethod<number, "position">;
  /** The position of the largest element, as the function `argmax`. */
  readonly argmax: ReductionMethod<number, "position">;
  /** The number of nonzero elements, as the function `countNonzero`. */
  readonly countNonzero: ReductionMethod<number, "position">;
  /** The running sum, as the function `cumulativeSum`. */
  readonly cumulativeSum: CumulativeMethod;
  /** The running product, as the function `cumulativeProd`. */
  readonly cumulativeProd: CumulativeMethod;
}

declare module "../ndarray/ndarray.js" {
  interface NDArray<in out D extends DType, out R extends number = number> extends ComputingMembers {}
  interface ReadonlyNDArray<out D extends DType = DType, out R extends number = number> extends ComputingMembers {}
}
