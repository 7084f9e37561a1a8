/** The types of the methods of element-wise functions: `add.reduce` and the others. */
import type { Mappable } from "../calls/callable.js";
import type { AnyNDArray, Out, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { NestedList, RankTable, TypedArrayLike } from "../ndarray/notation.js";
import type { AddedRank, Broadcast } from "../ndarray/ranks.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import type { First, Second } from "./operand-types.js";
import type { SumFor } from "./promote-types.js";
import type { ArrayOperand, Asked, Operand, ResultOf, Results, UfuncOptions, Written } from "./ufunc-types.js";

/** What is reduced: an array, or a list or a typed array as `array` makes an array of it. */
type Elements = ReadonlyNDArray | NestedList | TypedArrayLike;
/** How the dtype of a fold follows from that of the elements: as that of the function, or of a sum. */
export type Folds = Results | "sum";
type FoldedDType<F extends Folds, A> = F extends Results ? ResultOf<F, A, A> : SumFor<DTypeOf<A>>;

/** What may be given as `axis` of `reduce`. `null` stands for all axes. */
type FoldAxes = number | readonly number[] | null | undefined;
/** Options of `reduce`. */
export interface FoldOptions<
  X extends FoldAxes = FoldAxes,
  H extends boolean | undefined = boolean | undefined,
  O extends Out = Out,
  E extends Asked = Asked,
> {
  /** The axis or the axes to reduce, by default the first; `null` for all. Only one if the order of elements counts. */
  readonly axis?: X;
  /** Whether the reduced axes are kept, with length 1. By default they are dropped. */
  readonly keepdims?: H;
  /** The dtype of the result, to which elements are cast first. */
  readonly dtype?: E;
  /** The array to write to, of exactly the result's shape. The result is cast to its dtype by the rule "same_kind". */
  readonly out?: O;
  /** The value that the elements are combined with, first. */
  readonly initial?: number | bigint | boolean | undefined;
  /** Only elements where this mask is true are reduced; it is broadcast. Functions without identity need `initial`. */
  readonly where?: ReadonlyNDArray<"bool"> | undefined;
}
type FoldedRank<R extends number, X, H> = [H] extends [true]
  ? R
  : [H] extends [false | undefined]
    ? X extends null
      ? 0
      : RankTable[R][X extends readonly unknown[] ? `-${X["length"]}` : "-1"]
    : number;

/** Options of `accumulate` and `reduceat`. */
export interface AlongOptions<O extends Out = Out, E extends Asked = Asked> {
  /** The axis along which elements are combined, by default the first. */
  readonly axis?: number | undefined;
  /** The dtype of the result, to which elements are cast first. */
  readonly dtype?: E;
  /** The array to write to, of exactly the result's shape. The result is cast to its dtype by the rule "same_kind". */
  readonly out?: O;
}

/** The result of `outer`. */
export type OuterResult<K extends Results, A, O extends Out, E extends Asked, M extends number> = Written<
  O,
  E,
  ResultOf<K, First<A>, Second<A>>,
  Broadcast<AddedRank<RankOf<First<A>>, RankOf<Second<A>>>, NoInfer<M>>
>;
/** The type of `outer`. A pool takes it as it takes the function itself. */
export interface Outer<out K extends Results> extends Mappable<readonly [ArrayOperand, ArrayOperand], `outer ${K}`> {
  <
    X1 extends Operand,
    X2 extends Operand,
    O extends Out = undefined,
    E extends Asked = undefined,
    M extends number = 0,
  >(
    x1: X1,
    x2: X2,
    options?: UfuncOptions<O, E, M>,
  ): OuterResult<K, readonly [X1, X2], O, E, M>;
}

/** The methods of a function of two operands, whose results have dtypes by the rule `K`, and folds by the rule `F`. */
export interface BinaryMethods<out K extends Results, out F extends Folds> {
  /**
   * Combines the elements along axes, by default the first: fn(fn(a[0], a[1]), a[2]) and so on. Unlike `sum`, it
   * returns an array in any case. After NumPy's `ufunc.reduce`.
   *
   * Sums, products, extremes and truth are computed as by `sum`, `prod`, `min`, `max`, `all` and `any`; other functions
   * whose order does not count by halves; all others in the order of the elements.
   *
   * @example subtract.reduce(array([10, 3, 2])).item() // 5
   * @throws {DTypeError} If the function does not give elements of the dtype again, or `out` cannot hold the result.
   * @throws {RangeError} If an axis does not exist, there are several and the order counts, or there is no element for
   * a function without identity.
   * @throws {ShapeError} If `where` cannot be broadcast, or `out` has another shape.
   */
  reduce<
    A extends Elements,
    const X extends FoldAxes = undefined,
    H extends boolean | undefined = undefined,
    O extends Out = undefined,
    E extends Asked = undefined,
  >(a: A, options?: FoldOptions<X, H, O, E>): Written<O, E, FoldedDType<F, A>, FoldedRank<RankOf<A>, X, H>>;
  /**
   * What `reduce` gives for the elements up to each one, along an axis, by default the first. After NumPy's
   * `ufunc.accumulate`.
   *
   * @example maximum.accumulate(array([1, 3, 2])).toArray() // [1, 3, 3]
   * @throws {DTypeError} As `reduce`.
   * @throws {RangeError} If the axis does not exist.
   * @throws {ShapeError} If `out` has another shape.
   */
  accumulate<A extends Elements, O extends Out = undefined, E extends Asked = undefined>(
    a: A,
    options?: AlongOptions<O, E>,
  ): Written<O, E, FoldedDType<F, A>, RankOf<A>>;
  /**
   * What `reduce` gives for parts of an axis, by default the first: from each index to the next one, and from the last
   * to the end. An index that is not below the next one stands for the element there alone. After NumPy's
   * `ufunc.reduceat`, but negative indices count from the end.
   *
   * @example add.reduceat(array([1, 2, 3, 4]), [0, 2]).toArray() // [3, 7]
   * @throws {DTypeError} As `reduce`.
   * @throws {IndexError} If an index is outside of the axis.
   * @throws {RangeError} If the axis does not exist.
   * @throws {ShapeError} If `out` has another shape.
   */
  reduceat<A extends Elements, O extends Out = undefined, E extends Asked = undefined>(
    a: A,
    indices: Indices,
    options?: AlongOptions<O, E>,
  ): Written<O, E, FoldedDType<F, A>, RankOf<A>>;
  /**
   * Computes a[i] = fn(a[i], b) for each index i of the first axis, one after the other, so that an index may occur
   * several times. `b` is broadcast to what the indices select. After NumPy's `ufunc.at`.
   *
   * @example add.at(counts, [0, 1, 1], 1) // counts[1] is 2 more
   * @throws {IndexError} If an index is outside of the axis.
   * @throws {DTypeError} If the result cannot be cast to the dtype of `a`.
   * @throws {ShapeError} If `b` does not broadcast.
   * @throws {LayoutError} If `a` cannot be written to.
   */
  at(a: AnyNDArray, indices: Indices, b: Operand): void;
  /**
   * The function of each element of `x1` with each of `x2`: the shape is that of `x1`, followed by that of `x2`. After
   * NumPy's `ufunc.outer`. On all cores: `pool.map([x1, x2], multiply.outer)`.
   *
   * @example multiply.outer(array([1, 2]), array([3, 4])).toArray() // [[3, 4], [6, 8]]
   */
  readonly outer: Outer<K>;
}
/** Indices of an axis: an array of integers, or a list. */
type Indices = ReadonlyNDArray | readonly number[] | TypedArrayLike;
/** The method of a function of one operand. */
export interface UnaryMethods {
  /**
   * Computes a[i] = fn(a[i]) for each index i of the first axis, as often as the index occurs. After NumPy's
   * `ufunc.at`.
   *
   * @throws {IndexError} If an index is outside of the axis.
   * @throws {DTypeError} If the result cannot be cast to the dtype of `a`.
   * @throws {LayoutError} If `a` cannot be written to.
   */
  at(a: AnyNDArray, indices: Indices): void;
}
