/** The types of element-wise functions: how a result is typed by its operands. */
import type { DType, FloatDType } from "../base/dtype.js";
import type { AnyNDArray, NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { ArrayOf, FloatFor, LargerRank, Promote } from "./promote-types.js";

/** What a function of elements takes. A number is "weak": it takes the dtype of the array beside it. */
export type Operand = ReadonlyNDArray | number | bigint;
/** Options of every element-wise function. */
export interface UfuncOptions {
  /** Where to write: exactly the broadcast shape, cast "same_kind". May be an operand, or overlap one: as if it had been copied first. */
  readonly out?: AnyNDArray;
  /** Only where this is true; broadcasts. Elsewhere `out` stays as it is, and a new array is 0. */
  readonly where?: ReadonlyNDArray<"bool">;
  /** The dtype to compute in, and of the result. Operands must be castable to it, "same_kind". */
  readonly dtype?: DType;
}
/** The dtype of a result, from the operands' common one. */
interface ResultTable<D extends DType> {
  common: Promote<D, "bool">;
  /** Bools as int8. */
  number: D extends "bool" ? "int8" : Promote<D, "bool">;
  float: FloatFor<D>;
  /** Integers as float64. */
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
/** Options that leave a result's dtype and shape as the operands make them. */
interface NoOptions {
  readonly out?: undefined;
  readonly where?: undefined;
  readonly dtype?: undefined;
}
/** A function whose result is typed by promotion where its operand's dtype is. */
export interface PromotingUnary<K extends Results> extends UnaryUfunc {
  <D extends DType, R extends number>(x: ReadonlyNDArray<D, R>, options?: NoOptions): ArrayOf<ResultOf<K, D>, R>;
  <D extends DType>(
    x: Operand,
    options: { out?: undefined; where?: UfuncOptions["where"]; dtype: D },
  ): ArrayOf<D, number>;
}
/** A function whose result is typed by promotion where its operands' dtypes are; a number takes a float array's. */
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
/** A function of one operand that gives truth values. */
export interface UnaryPredicate {
  <O extends AnyNDArray>(x: Operand, options: UfuncOptions & { out: O }): O;
  (x: Operand, options?: UfuncOptions): NDArray<"bool">;
  readonly nin: 1;
}
/** A function of two operands that gives truth values: a mask for `where`. */
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
