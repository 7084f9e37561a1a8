/** How the types of results of element-wise functions follow from those of the operands and options. */
import type { CastingOption } from "../base/casting.js";
import type { Complex } from "../base/complex.js";
import type { DType } from "../base/dtype.js";
import type { ArrayOf, NDArray, Out, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { NestedList, TypedArrayLike } from "../ndarray/notation.js";
import type { Broadcast } from "../ndarray/ranks.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import type { First, Second, Third } from "./operand-types.js";
import type { ComplexNextTo, FloatFor, LenientDType, PartFor, Promote, RatioFor, WeakDType } from "./promote-types.js";

/** An operand of a call of a pool, where a list stands for several operands. */
export type ArrayOperand = ReadonlyNDArray | number | bigint | Complex;
/**
 * An operand of an element-wise function. A number is "weak": it takes the dtype of the arrays that it meets. Lists and
 * typed arrays are operands as `array(list)` makes them: numbers in a list are float64. A complex number makes the
 * result complex, in the precision of floats that it meets. A boolean is as an array of one bool.
 */
export type Operand = ArrayOperand | boolean | NestedList | TypedArrayLike;
/** What may be given as `dtype`. */
export type Asked = DType | undefined;
/** Options of every element-wise function. */
export interface UfuncOptions<O extends Out = Out, E extends Asked = Asked, M extends number = number>
  extends CastingOption {
  /**
   * The array to write to, of exactly the broadcast shape. The result is cast to its dtype by the rule `casting`. It
   * may be an operand or overlap one: the result is as if that operand had been copied first. By default a new array.
   */
  readonly out?: O;
  /**
   * Only elements where this mask is true are written; it is broadcast. Elsewhere `out` keeps its value, and a new
   * array is 0.
   */
  readonly where?: ReadonlyNDArray<"bool", M> | undefined;
  /** The dtype to compute in and of the result. Operands must be castable to it by the rule `casting`. */
  readonly dtype?: E;
}

/** The dtype of a result, from the dtypes of two operands. */
interface ResultTable<A extends DType, B extends DType> {
  common: Promote<A, B>;
  /** As `common`, but the dtype of the parts for complex numbers. */
  size: PartFor<Promote<A, B>>;
  /** As `common`, but bools become int8. */
  number: Promote<A, B> extends "bool" ? "int8" : Promote<A, B>;
  /** The smallest float that holds the values of both. */
  float: Promote<FloatFor<A>, FloatFor<B>>;
  /** As `float`, but the dtype of the parts for complex numbers. */
  angle: PartFor<Promote<FloatFor<A>, FloatFor<B>>>;
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
type DTypeNextTo<X, Other, K extends Results> = X extends Complex
  ? Other extends number | bigint | Complex
    ? "complex128"
    : ComplexNextTo<DTypeOf<Other>>
  : RealNextTo<X, Other, K>;
type RealNextTo<X, Other, K extends Results> = X extends number | bigint
  ? Other extends number | bigint | Complex
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
export type ResultOf<K extends Results, X1, X2> = ResultTable<DTypeNextTo<X1, X2, K>, DTypeNextTo<X2, X1, K>>[K];
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
/** A limit that is not given changes nothing, as a number that every dtype holds. */
type Limit<X> = X extends undefined ? 0 : X;
/** The result of `clip`. */
export type ClipResult<A, O extends Out, E extends Asked, M extends number> = Written<
  O,
  E,
  Promote<ResultOf<"common", First<A>, Limit<Second<A>>>, ResultOf<"common", First<A>, Limit<Third<A>>>>,
  Broadcast<Broadcast<Broadcast<RankOf<First<A>>, RankOf<Limit<Second<A>>>>, RankOf<Limit<Third<A>>>>, NoInfer<M>>
>;
