/** The types of results that are views of an array, or copies of another rank. */
import type { DType } from "../base/dtype.js";
import type { NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";

/** An array of another rank over the elements of `A`. It is read-only if `A` is. */
export type Ranked<A, R extends number> =
  A extends NDArray<infer D, number>
    ? NDArray<D, R>
    : A extends ReadonlyNDArray<infer D, number>
      ? ReadonlyNDArray<D, R>
      : never;
/** The rank of an array. */
export type RankIn<A> = A extends ReadonlyNDArray<DType, infer R> ? R : never;
/** The dtype of an array. */
export type DTypeIn<A> = A extends ReadonlyNDArray<infer D, number> ? D : never;

interface AtLeastTable {
  [rank: number]: { [least: number]: number };
  0: { 1: 1; 2: 2; 3: 3 };
  1: { 1: 1; 2: 2; 3: 3 };
  2: { 1: 2; 2: 2; 3: 3 };
  3: { 1: 3; 2: 3; 3: 3 };
  4: { 1: 4; 2: 4; 3: 4 };
  5: { 1: 5; 2: 5; 3: 5 };
}
/** The rank, or `Least` if that is more. */
export type AtLeast<R extends number, Least extends 1 | 2 | 3> = AtLeastTable[R][Least];
