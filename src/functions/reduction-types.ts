/** The types of reductions: how the type of a result follows from the array and the options. */
import type { Complex } from "../base/complex.js";
import type { ComplexDType, DType } from "../base/dtype.js";
import type { Reducible } from "../calls/callable.js";
import type { ArrayOf, Out, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { NestedList, RankTable, TypedArrayLike } from "../ndarray/notation.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import type { First, Second } from "./operand-types.js";
import type { PartFor, Promote, RatioFor, SumFor } from "./promote-types.js";
import type { Asked, Written } from "./ufunc-types.js";

/** What may be given as `axis`. */
export type Axes = number | readonly number[] | undefined;
/** What may be given as `keepdims`. */
export type Keepdims = boolean | undefined;
/** Options of a reduction. */
export interface ReductionOptions<
  X extends Axes = Axes,
  H extends Keepdims = Keepdims,
  O extends Out = Out,
  E extends Asked = Asked,
> {
  /** The axis or the axes to reduce. By default all of them. */
  readonly axis?: X;
  /** Whether the reduced axes are kept, with length 1. By default they are dropped. */
  readonly keepdims?: H;
  /** The dtype of the result, to which elements are cast first. Not for extremes, positions, counts and booleans. */
  readonly dtype?: E;
  /** The array to write to, of exactly the result's shape. The result is cast to its dtype by the rule "same_kind". */
  readonly out?: O;
  /**
   * Only elements where this mask is true are reduced; it is broadcast. Not for `argmin` and `argmax`, which need at
   * least one element; for `min` and `max` together with `initial`.
   */
  readonly where?: ReadonlyNDArray<"bool"> | undefined;
  /**
   * An element more, with which the result begins: for `sum`, `prod`, `min` and `max` on this thread. With it there are
   * extremes of no elements.
   */
  readonly initial?: number | bigint | boolean | undefined;
  /** Subtracted from the number of elements in `std` and `variance`: 1 for a sample. Default 0. */
  readonly correction?: number | undefined;
}

/** The dtype of a result, from that of the elements. */
interface ReducedTable<D extends DType> {
  sum: SumFor<D>;
  mean: RatioFor<D>;
  /** As `mean`, but the dtype of the parts for complex numbers. */
  size: PartFor<RatioFor<D>>;
  extreme: D;
  truth: "bool";
  position: "int32";
}
export type Reductions = keyof ReducedTable<DType>;
/**
 * The type of reductions. A reduction of all elements returns a JavaScript value: a boolean if its dtype is bool,
 * otherwise `V`. With `axis` or `keepdims` it returns an array, whose dtype follows by the rule `K`.
 */
export interface Reduction<out V, out K extends Reductions = Reductions>
  extends Reducible<ReadonlyNDArray | readonly [ReadonlyNDArray], V, K> {
  <
    D extends DType,
    R extends number,
    const X extends Axes = undefined,
    H extends Keepdims = undefined,
    O extends Out = undefined,
    E extends Asked = undefined,
  >(
    a: ReadonlyNDArray<D, R>,
    options?: ReductionOptions<X, H, O, E>,
  ): ReductionResult<V, K, D, R, X, H, O, E>;
  /** A list or a typed array is reduced as the array that `array` makes of it. */
  <
    const A extends NestedList | TypedArrayLike,
    const X extends Axes = undefined,
    H extends Keepdims = undefined,
    O extends Out = undefined,
    E extends Asked = undefined,
  >(
    a: A,
    options?: ReductionOptions<X, H, O, E>,
  ): ReductionResult<V, K, DTypeOf<A>, RankOf<A>, X, H, O, E>;
  readonly reduction: true;
}
/** An array of one of these dtypes. */
export type Reduced<D extends DType, R extends number> = ArrayOf<D, R>;

/** The result of a reduction: a value or an array, or either if the options do not say which. */
export type ReductionResult<
  V,
  K extends Reductions,
  D extends DType,
  R extends number,
  X extends Axes,
  H extends Keepdims,
  O extends Out,
  E extends Asked,
> = X extends undefined
  ? H extends true
    ? Written<O, E, ReducedTable<D>[K], R>
    : ValueOf<V, E extends DType ? E : ReducedTable<D>[K]>
  : Written<O, E, ReducedTable<D>[K], KeptRank<R, X, H>>;
/** The JavaScript value of a whole reduction that gives dtype `D`. */
type ValueOf<V, D extends DType> = D extends "bool" ? boolean : D extends ComplexDType ? Complex : V;
/** The rank of an array of rank `R` when axes are reduced. */
export type KeptRank<R extends number, X, H> = [H] extends [true]
  ? R
  : [H] extends [false | undefined]
    ? RankTable[R][X extends readonly unknown[] ? `-${X["length"]}` : "-1"]
    : number;

/** The result of `dot` for a pair of operands. */
export type DotResult<A> = ValueOf<number, Promote<DTypeOf<First<A>>, DTypeOf<Second<A>>>>;
/** The type of `dot`. */
export interface Dot extends Reducible<readonly [ReadonlyNDArray<DType, 1>, ReadonlyNDArray<DType, 1>], number, "dot"> {
  <A extends DType, B extends DType>(
    a: ReadonlyNDArray<A, 1>,
    b: ReadonlyNDArray<B, 1>,
  ): ValueOf<number, Promote<A, B>>;
  readonly pairs: true;
}
