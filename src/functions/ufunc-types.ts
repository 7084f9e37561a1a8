/** The types of element-wise functions: how the type of a result follows from those of the operands. */
import type { DType, FloatDType } from "../base/dtype.js";
import type { AnyNDArray, NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { NestedList, TypedArrayLike } from "../ndarray/notation.js";
import type { ArrayOf, FloatFor, LargerRank, Promote } from "./promote-types.js";

/**
 * An operand of an element-wise function. A number is "weak": it takes the dtype of the arrays that it meets. Lists and
 * typed arrays are operands as `array(list)` makes them: numbers in a list are float64.
 */
export type Operand = ReadonlyNDArray | number | bigint | NestedList | TypedArrayLike;
/** Options of every element-wise function. */
export interface UfuncOptions {
  /**
   * The array to write to, of exactly the broadcast shape. The result is cast to its dtype by the rule "same_kind". It
   * may be an operand or overlap one: the result is as if that operand had been copied first. By default a new array.
   */
  readonly out?: AnyNDArray;
  /**
   * Only elements where this mask is true are written; it is broadcast. Elsewhere `out` keeps its value, and a new
   * array is 0.
   */
  readonly where?: ReadonlyNDArray<"bool">;
  /** The dtype to compute in and of the result. Operands must be castable to it by the rule "same_kind". */
  readonly dtype?: DType;
}
/** The dtype of a result, from the operands' common dtype. */
interface ResultTable<D extends DType> {
  common: Promote<D, "bool">;
  /** As `common`, but bools become int8. */
  number: D extends "bool" ? "int8" : Promote<D, "bool">;
  float: FloatFor<D>;
  /** Floats stay, integers become float64. */
  ratio: D extends FloatDType ? D : "float64";
  any: DType;
}
export type Results = keyof ResultTable<DType>;
type ResultOf<K extends Results, D extends DType> = ResultTable<D>[K];

/** A function of one operand. */
export interface UnaryUfunc {
  <O extends AnyNDArray>(x: Operand, options: UfuncOptions & { out: O }): O;
  (x: Operand, options?: UfuncOptions): AnyNDArray;
  readonly nin: 1;
}
/** A function of two operands. */
export interface BinaryUfunc {
  <O extends AnyNDArray>(x1: Operand, x2: Operand, options: UfuncOptions & { out: O }): O;
  (x1: Operand, x2: Operand, options?: UfuncOptions): AnyNDArray;
  readonly nin: 2;
}
/** Options under which dtype and shape of the result follow from the operands alone. */
interface NoOptions {
  readonly out?: undefined;
  readonly where?: undefined;
  readonly dtype?: undefined;
}
/** A function of one operand whose result type follows by promotion, if the operand's dtype is known. */
export interface PromotingUnary<K extends Results> extends UnaryUfunc {
  <D extends DType, R extends number>(x: ReadonlyNDArray<D, R>, options?: NoOptions): ArrayOf<ResultOf<K, D>, R>;
  <D extends DType>(
    x: Operand,
    options: { out?: undefined; where?: UfuncOptions["where"]; dtype: D },
  ): ArrayOf<D, number>;
}
/**
 * A function of two operands whose result type follows by promotion, if both dtypes are known. A number takes the dtype
 * of a float array.
 */
export interface PromotingBinary<K extends Results> extends BinaryUfunc {
  <A extends DType, RA extends number, B extends DType, RB extends number>(
    x1: ReadonlyNDArray<A, RA>,
    x2: ReadonlyNDArray<B, RB>,
    options?: NoOptions,
  ): ArrayOf<ResultOf<K, Promote<A, B>>, LargerRank<RA, RB>>;
  <D extends FloatDType, R extends number>(
    x1: ReadonlyNDArray<D, R>,
    x2: number | bigint,
    options?: NoOptions,
  ): ArrayOf<ResultOf<K, D>, R>;
  <D extends FloatDType, R extends number>(
    x1: number | bigint,
    x2: ReadonlyNDArray<D, R>,
    options?: NoOptions,
  ): ArrayOf<ResultOf<K, D>, R>;
  <D extends DType>(
    x1: Operand,
    x2: Operand,
    options: { out?: undefined; where?: UfuncOptions["where"]; dtype: D },
  ): ArrayOf<D, number>;
}
/** A function of one operand that returns bools. */
export interface UnaryPredicate {
  <O extends AnyNDArray>(x: Operand, options: UfuncOptions & { out: O }): O;
  (x: Operand, options?: UfuncOptions): NDArray<"bool">;
  readonly nin: 1;
}
/** A function of two operands that returns bools, such as a mask for `where`. */
export interface BinaryPredicate {
  <O extends AnyNDArray>(x1: Operand, x2: Operand, options: UfuncOptions & { out: O }): O;
  (x1: Operand, x2: Operand, options?: UfuncOptions): NDArray<"bool">;
  readonly nin: 2;
}
/** The type of `where`. */
export interface Where {
  <O extends AnyNDArray>(
    condition: ReadonlyNDArray<"bool">,
    x1: Operand,
    x2: Operand,
    options: UfuncOptions & { out: O },
  ): O;
  (condition: ReadonlyNDArray<"bool">, x1: Operand, x2: Operand, options?: UfuncOptions): AnyNDArray;
  readonly nin: 3;
}
/** The type of `clip`. */
export interface Clip {
  <O extends AnyNDArray>(x: Operand, min: number | bigint, max: number | bigint, options: UfuncOptions & { out: O }): O;
  (x: Operand, min: number | bigint, max: number | bigint, options?: UfuncOptions): AnyNDArray;
  readonly nin: 3;
}
