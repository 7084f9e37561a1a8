/** The dtype and the rank of an operand, from its type. */
import type { Complex } from "../base/complex.js";
import type { DType } from "../base/dtype.js";
import type { NDArray, ReadonlyNDArray } from "./ndarray.js";
import type { DefaultDType, DTypeFor, Leaf, NestedList, NestedRank, TypedArrayLike } from "./notation.js";

/**
 * The dtype of an array, of a typed array, or of what `array` makes of a list. Both types of arrays are named, because
 * TypeScript finds the dtype of an `NDArray<D, R>` that is generic in `D` only in the type of the same name.
 */
export type DTypeOf<A> =
  A extends NDArray<infer D, infer _R>
    ? D
    : A extends ReadonlyNDArray<infer D, infer _R>
      ? D
      : DTypeOfData<A> extends infer D extends DType
        ? D
        : never;
type DTypeOfData<A> = A extends TypedArrayLike
  ? DTypeFor<A>
  : A extends readonly unknown[]
    ? DefaultDType<Leaf<A>>
    : A extends boolean
      ? "bool"
      : never;
/** The rank of an operand. A number has rank 0, and a typed array rank 1. */
export type RankOf<A> = A extends number | bigint | boolean | Complex
  ? 0
  : A extends NDArray<infer _D, infer R>
    ? R
    : A extends ReadonlyNDArray<infer _D, infer R>
      ? R
      : A extends TypedArrayLike
        ? 1
        : A extends readonly unknown[]
          ? NestedRank<A> extends infer R extends number
            ? R
            : never
          : never;
/** An array, or what `array` makes one of. */
export type ArrayLikeData = ReadonlyNDArray | NestedList | TypedArrayLike;
