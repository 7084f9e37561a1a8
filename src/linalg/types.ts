/** The types of linear algebra: what may be given, and the dtypes of results. */
import type { DType } from "../base/dtype.js";
import type { ArrayOf, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { NestedList, RankTable, TypedArrayLike } from "../ndarray/notation.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";

/** What functions of matrices take: an array, or a list that `array` makes one of. */
export type Given = ReadonlyNDArray | NestedList | TypedArrayLike;
/** The dtype of a decomposition or a solution: float32 stays, all others become float64. */
export type FloatOf<D extends DType> = D extends "float32" ? "float32" : "float64";
/** The dtype of eigenvalues that may be complex. */
export type ComplexOf<D extends DType> = D extends "float32" ? "complex64" : "complex128";
/** An array of the shape of what is given, in floats. */
export type FloatsLike<A> = ArrayOf<FloatOf<DTypeOf<A>>, RankOf<A>>;
/** The same with one axis less: a vector for each matrix. */
export type VectorsOf<A> = ArrayOf<FloatOf<DTypeOf<A>>, RankTable[RankOf<A>]["-1"]>;
/** A value for a matrix, an array of values for a stack. */
export type ValuesOf<A> =
  number extends RankOf<A>
    ? number | ArrayOf<FloatOf<DTypeOf<A>>, number>
    : RankOf<A> extends 2
      ? number
      : ArrayOf<FloatOf<DTypeOf<A>>, RankTable[RankOf<A>]["-2"]>;
/** The dtype of what is computed of two operands. */
export type FloatOfBoth<A, B> = FloatOf<DTypeOf<A>> extends "float32" ? FloatOf<DTypeOf<B>> : "float64";
