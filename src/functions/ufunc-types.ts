/** The types of element-wise functions: how the type of a result follows from those of the operands. */
import type { DType } from "../base/dtype.js";
import type { Mappable } from "../calls/callable.js";
import type { ArrayOf, NDArray, Out, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { NestedList, TypedArrayLike } from "../ndarray/notation.js";
import type { Broadcast } from "../ndarray/ranks.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import type { First, Second, Third } from "./operand-types.js";
import type { FloatFor, LenientDType, Promote, RatioFor, WeakDType } from "./promote-types.js";

/** An operand of a call of a pool, where a list stands for several operands. */
export type ArrayOperand = ReadonlyNDArray | number | bigint;
/**
 * An operand of an element-wise function. A number is "weak": it takes the dtype of the arrays that it meets. Lists and
 * typed arrays are operands as `array(list)` makes them: numbers in a list are float64.
 */
export type Operand = ArrayOperand | NestedList | TypedArrayLike;
/** What may be given as `dtype`. */
export type Asked = DType | undefined;
/** Options of every element-wise function. */
export interface UfuncOptions<O extends Out = Out, E extends Asked = Asked, M extends number = number> {
  /**
   * The array to write to, of exactly the broadcast shape. The result is cast to its dtype by the rule "same_kind". It
   * may be an operand or overlap one: the result is as if that operand had been copied first. By default a new array.
   */
  readonly out?: O;
  /**
   * Only elements where this mask is true are written; it is broadcast. Elsewhere `out` keeps its value, and a new
   * array is 0.
   */
  readonly where?: ReadonlyNDArray<"bool", M> | undefined;
  /** The dtype to compute in and of the result. Operands must be castable to it by the rule "same_kind". */
  readonly dtype?: E;
}

/** The dtype of a result, from the dtypes of two operands. */
interface ResultTable<A extends DType, B extends DType> {
  common: Promote<A, B>;
  /** As `common`, but bools become int8. */
  number: Promote<A, B> extends "bool" ? "int8" : Promote<A, B>;
  /** The smallest float that holds the values of both. */
  float: Promote<FloatFor<A>, FloatFor<B>>;
  /** Floats stay, integers become float64. */
  ratio: RatioFor<Promote<A, B>>;
  /** Always float64. */
  double: "float64";
  /** The smallest float that holds the values of the first operand. */
  scale: FloatFor<A>;
  /** A number of bits. */
  counted: "uint8";
  /** A power of 2. */
  exponent: "int32";
  bool: "bool";
}
export type Results = keyof ResultTable<DType, DType>;

/** The dtype of `X` next to the other operand: that of the array, or what the number counts as. */
type DTypeNextTo<X, Other, K extends Results> = X extends number | bigint
  ? Other extends number | bigint
    ? X extends bigint
      ? "int64"
      : "float64"
    : K extends "scale"
      ? "float64"
      : K extends "float"
        ? LenientDType<DTypeOf<Other>, X>
        : WeakDType<DTypeOf<Other>, X>
  : DTypeOf<X>;
/** The dtype of the result for two operands. */
type ResultOf<K extends Results, X1, X2> = ResultTable<DTypeNextTo<X1, X2, K>, DTypeNextTo<X2, X1, K>>[K];
/**
 * The array that a function returns: `out` if it was given, otherwise a new one of dtype `E` or, by default, `D`. It is
 * written so that TypeScript infers neither `O` nor `E` from what the caller expects.
 */
export type Written<O extends Out, E extends Asked, D extends DType, R extends number> =
  O extends NDArray<infer OutD, infer OutR> ? NDArray<OutD, OutR> : ArrayOf<E extends DType ? NoInfer<E> : D, R>;

/** The result of a function of one or two operands. */
export type UfuncResult<K extends Results, A, O extends Out, E extends Asked, M extends number> = Written<
  O,
  E,
  ResultOf<K, First<A>, Second<A>>,
  Broadcast<Broadcast<RankOf<First<A>>, RankOf<Second<A>>>, NoInfer<M>>
>;
/** The result of `where`. */
export type WhereResult<A, O extends Out, E extends Asked, M extends number> = Written<
  O,
  E,
  ResultOf<"common", Second<A>, Third<A>>,
  Broadcast<Broadcast<Broadcast<RankOf<First<A>>, RankOf<Second<A>>>, RankOf<Third<A>>>, NoInfer<M>>
>;
/** The result of `clip`. */
export type ClipResult<A, O extends Out, E extends Asked, M extends number> = Written<
  O,
  E,
  Promote<ResultOf<"common", First<A>, Second<A>>, ResultOf<"common", First<A>, Third<A>>>,
  Broadcast<Broadcast<Broadcast<RankOf<First<A>>, RankOf<Second<A>>>, RankOf<Third<A>>>, NoInfer<M>>
>;

/** A function of one operand. The rule `K` says how the dtype of the result follows from that of the operand. */
export interface PromotingUnary<out K extends Results> extends Mappable<ArrayOperand | readonly [ArrayOperand], K> {
  <X extends Operand, O extends Out = undefined, E extends Asked = undefined, M extends number = 0>(
    x: X,
    options?: UfuncOptions<O, E, M>,
  ): UfuncResult<K, X, O, E, M>;
  readonly nin: 1;
}
/**
 * A function of two operands. Dtypes are promoted by the rule `K`, and ranks broadcast. A number takes the dtype of the
 * array next to it, but a fraction next to integers makes float64.
 */
export interface PromotingBinary<out K extends Results> extends Mappable<readonly [ArrayOperand, ArrayOperand], K> {
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
  ): UfuncResult<K, readonly [X1, X2], O, E, M>;
  readonly nin: 2;
}
/** Options of a function of two results. */
export interface PairOptions<O1 extends Out = Out, O2 extends Out = Out, M extends number = number> {
  /** The arrays to write to, `undefined` for a new one. They must not overlap each other. */
  readonly out?: readonly [O1, O2] | undefined;
  /** Only elements where this mask is true are written, as with functions of one result. */
  readonly where?: ReadonlyNDArray<"bool", M> | undefined;
}
/** A function of one operand and two results, whose dtypes follow from the rules `K1` and `K2`. */
export type UnaryPair<K1 extends Results, K2 extends Results> = <
  X extends Operand,
  O1 extends Out = undefined,
  O2 extends Out = undefined,
  M extends number = 0,
>(
  x: X,
  options?: PairOptions<O1, O2, M>,
) => [UfuncResult<K1, X, O1, undefined, M>, UfuncResult<K2, X, O2, undefined, M>];
/** A function of two operands and two results. */
export type BinaryPair<K1 extends Results, K2 extends Results> = <
  X1 extends Operand,
  X2 extends Operand,
  O1 extends Out = undefined,
  O2 extends Out = undefined,
  M extends number = 0,
>(
  x1: X1,
  x2: X2,
  options?: PairOptions<O1, O2, M>,
) => [UfuncResult<K1, readonly [X1, X2], O1, undefined, M>, UfuncResult<K2, readonly [X1, X2], O2, undefined, M>];
/** Any function of one operand. */
export type UnaryUfunc = PromotingUnary<Results>;
/** Any function of two operands. */
export type BinaryUfunc = PromotingBinary<Results>;
/** A function of one operand that returns bools. */
export type UnaryPredicate = PromotingUnary<"bool">;
/** A function of two operands that returns bools, such as a mask for `where`. */
export type BinaryPredicate = PromotingBinary<"bool">;
/** The type of `where`. */
export interface Where extends Mappable<readonly [ReadonlyNDArray<"bool">, ArrayOperand, ArrayOperand], "where"> {
  <
    C extends ReadonlyNDArray<"bool">,
    X1 extends Operand,
    X2 extends Operand,
    O extends Out = undefined,
    E extends Asked = undefined,
    M extends number = 0,
  >(
    condition: C,
    x1: X1,
    x2: X2,
    options?: UfuncOptions<O, E, M>,
  ): WhereResult<readonly [C, X1, X2], O, E, M>;
  readonly nin: 3;
}
/** The type of `clip`. */
export interface Clip extends Mappable<readonly [ArrayOperand, ArrayOperand, ArrayOperand], "clip"> {
  <
    X extends Operand,
    Low extends Operand,
    High extends Operand,
    O extends Out = undefined,
    E extends Asked = undefined,
    M extends number = 0,
  >(
    x: X,
    min: Low,
    max: High,
    options?: UfuncOptions<O, E, M>,
  ): ClipResult<readonly [X, Low, High], O, E, M>;
  readonly nin: 3;
}
