/** The types of element-wise functions. */
import type { Mappable } from "../calls/callable.js";
import type { NDArray, Out, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { BinaryMethods, Folds, UnaryMethods } from "./ufunc-method-types.js";
import type {
  ArrayOperand,
  Asked,
  ClipResult,
  Operand,
  Results,
  UfuncOptions,
  UfuncResult,
  WhereResult,
} from "./ufunc-types.js";

/** A function of one operand. The rule `K` says how the dtype of the result follows from that of the operand. */
export interface PromotingUnary<out K extends Results>
  extends Mappable<ArrayOperand | readonly [ArrayOperand], K>,
    UnaryMethods {
  <X extends Operand, O extends Out = undefined, E extends Asked = undefined, M extends number = 0>(
    x: X,
    options?: UfuncOptions<O, E, M>,
  ): UfuncResult<K, X, O, E, M>;
  readonly nin: 1;
}
/** The type of `round`. */
export interface Round extends PromotingUnary<"number"> {
  <X extends Operand, O extends Out = undefined>(
    x: X,
    options: { readonly decimals: number | undefined; readonly out?: O },
  ): UfuncResult<"common", X, O, undefined, 0>;
}
/**
 * A function of two operands. Dtypes are promoted by the rule `K`, and ranks broadcast. A number takes the dtype of the
 * array next to it, but a fraction next to integers makes float64. Folds have dtypes by the rule `F`.
 */
export interface PromotingBinary<out K extends Results, out F extends Folds = K>
  extends Mappable<readonly [ArrayOperand, ArrayOperand], K>,
    BinaryMethods<K, F> {
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
export type BinaryUfunc = PromotingBinary<Results, Folds>;
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
  /** The indices of the elements that are true or not zero: `nonzero(condition)`. */
  (condition: ReadonlyNDArray): NDArray<"int32", 1>[];
  readonly nin: 3;
}
/** The type of `clip`. */
export interface Clip extends Mappable<readonly [ArrayOperand, ArrayOperand, ArrayOperand], "clip"> {
  <
    X extends Operand,
    Low extends Operand | undefined = undefined,
    High extends Operand | undefined = undefined,
    O extends Out = undefined,
    E extends Asked = undefined,
    M extends number = 0,
  >(
    x: X,
    min?: Low,
    max?: High,
    options?: UfuncOptions<O, E, M>,
  ): ClipResult<readonly [X, Low, High], O, E, M>;
  readonly nin: 3;
}
