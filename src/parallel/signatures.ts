/** The signatures of a pool's array calls, once for the awaited form and for the blocking one. */
import type { DType, StoredOf } from "../base/dtype.js";
import type { Mappable } from "../calls/callable.js";
import type { ChunkKernel, ElementFunction, FirstDType, Halo, Many, Operands, Reducer } from "../calls/kernel-types.js";
import type { CallOptions, SyncCallOptions } from "../calls/options.js";
import type { Matmul } from "../functions/matmul.js";
import type { Dot, Reduced, Reduction, ReductionOptions } from "../functions/reductions.js";
import type { Argsort, Sort, SortOptions } from "../functions/sorting.js";
import type { BinaryUfunc, Clip, Operand, UfuncOptions, UnaryUfunc, Where } from "../functions/ufunc-types.js";
import type { AnyNDArray, NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { RankTable } from "../ndarray/notation.js";
import type { DTypeIn, MapOptions, OutOf } from "./types.js";

/** Whether a call is awaited or blocks. */
type Form = "async" | "sync";
type Options<F extends Form, P> = F extends "async" ? CallOptions<P> : SyncCallOptions<P>;
type Result<F extends Form, T> = F extends "async" ? Promise<T> : T;

/** `map` and `mapSync`. */
export interface MapMethod<F extends Form> {
  /** With an element-wise function of this package, or `matmul`. */
  <O extends AnyNDArray = AnyNDArray>(
    x: Operand | readonly Operand[],
    fn: UnaryUfunc | BinaryUfunc | Where | Clip | Matmul,
    options?: Options<F, undefined> & UfuncOptions & { readonly out?: O },
  ): Result<F, O>;
  <D extends DType, R extends number>(
    a: ReadonlyNDArray<D, R>,
    fn: Sort,
    options?: Options<F, undefined> & SortOptions & { readonly out?: AnyNDArray },
  ): Result<F, NDArray<D, R>>;
  <R extends number>(
    a: ReadonlyNDArray<DType, R>,
    fn: Argsort,
    options?: Options<F, undefined> & SortOptions,
  ): Result<F, NDArray<"int32", R>>;
  /** With any other function of this package that returns an array for an array. */
  <O, T>(a: ReadonlyNDArray, fn: Mappable<O, T>, options?: Options<F, undefined> & O): Result<F, T>;
  /** With a user's function of one element from each operand. */
  <const A extends Many, P = undefined, O extends AnyNDArray | undefined = undefined, D extends DType = FirstDType<A>>(
    a: A,
    fn: ElementFunction<A, P, StoredOf<DTypeIn<O, D>>>,
    options?: Options<F, P> & MapOptions<O, D>,
  ): Result<F, OutOf<A, O, D>>;
}

/** `forEachChunk` and `forEachChunkSync`. */
export type ForEachChunkMethod<F extends Form> = <const A extends Operands, P = undefined>(
  a: A,
  kernel: ChunkKernel<A, P>,
  options?: Options<F, P> & { readonly halo?: Halo<A> | undefined },
) => Result<F, void>;

/** `reduce` and `reduceSync`. */
export interface ReduceMethod<F extends Form> {
  <R extends number, D extends DType>(
    a: ReadonlyNDArray<DType, R>,
    reduction: Reduction<unknown, D>,
    options: Options<F, undefined> & ReductionOptions & { readonly axis: number; readonly keepdims?: false },
  ): Result<F, Reduced<D, RankTable[R]["-1"]>>;
  <R extends number, D extends DType>(
    a: ReadonlyNDArray<DType, R>,
    reduction: Reduction<unknown, D>,
    options: Options<F, undefined> & ReductionOptions & { readonly axis: readonly number[]; readonly keepdims?: false },
  ): Result<F, Reduced<D, number>>;
  <V, D extends DType>(
    a: ReadonlyNDArray,
    reduction: Reduction<V, D>,
    options?: Options<F, undefined> & ReductionOptions & { readonly axis?: undefined },
  ): Result<F, V>;
  <R extends number, D extends DType>(
    a: ReadonlyNDArray<DType, R>,
    reduction: Reduction<unknown, D>,
    options: Options<F, undefined> &
      ReductionOptions & { readonly axis?: number | readonly number[]; readonly keepdims: true },
  ): Result<F, Reduced<D, R>>;
  (
    pair: readonly [ReadonlyNDArray<DType, 1>, ReadonlyNDArray<DType, 1>],
    dot: Dot,
    options?: Options<F, undefined>,
  ): Result<F, number>;
  <const A extends Operands, Acc, P = undefined>(
    a: A,
    reducer: Reducer<A, Acc, P>,
    options?: Options<F, P>,
  ): Result<F, Acc>;
}
