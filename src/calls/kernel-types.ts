/** The types of kernels: what a function is given, from the arrays that are passed beside it. */
import type { DType, ScalarOf } from "../base/dtype.js";
import type { NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";

/** Where a chunk lies in the whole. */
export interface ChunkInfo {
  /** This chunk, of how many. */
  readonly index: number;
  readonly count: number;
  /** Its rows [start, end) in the whole array, without the halo. */
  readonly start: number;
  readonly end: number;
  /** Halo rows that are really there: fewer at the borders. Of the operand with the widest halo. */
  readonly before: number;
  readonly after: number;
  /** [0, pool.workers): for scratch space. */
  readonly worker: number;
  /** To poll in a long kernel: true when the call is being stopped. */
  readonly aborted: boolean;
}

/** One array, or a list of them. */
export type Many = ReadonlyNDArray | readonly ReadonlyNDArray[];
/** One array, a list of arrays, or arrays by name. */
export type Operands = Many | { readonly [name: string]: ReadonlyNDArray };
type Chunk<A> =
  A extends NDArray<infer D, infer R>
    ? NDArray<D, R>
    : A extends ReadonlyNDArray<infer D, infer R>
      ? ReadonlyNDArray<D, R>
      : never;
/** The operands' own arrangement, with a view of the same rows for each. */
export type Chunks<A> = A extends ReadonlyNDArray ? Chunk<A> : { -readonly [K in keyof A]: Chunk<A[K]> };
/** Rows of neighbours on each side, by operand. */
export type Halo<A> = A extends ReadonlyNDArray ? number : { readonly [K in keyof A]?: number };
type Scalars<A> =
  A extends ReadonlyNDArray<infer D, number>
    ? [x: ScalarOf<D>]
    : A extends readonly unknown[]
      ? { -readonly [K in keyof A]: A[K] extends ReadonlyNDArray<infer D, number> ? ScalarOf<D> : never }
      : never;
type WithParams<X extends unknown[], P> = [P] extends [undefined] ? X : [...X, params: P];

/** One element of the result from one of each operand. */
export type ElementFunction<A, P, V> = (...xs: WithParams<Scalars<A>, P>) => V;
/** Works on the views of one chunk. */
export type ChunkKernel<A, P> = (chunks: Chunks<A>, info: ChunkInfo, params: P) => void;
/** A reduction of chunks to one value. Its functions use only their parameters, not `this`. */
export interface Reducer<A, Acc, P = undefined> {
  /** For each chunk; the result for an empty array. */
  init: (params: P) => Acc;
  chunk: (acc: Acc, chunks: Chunks<A>, info: ChunkInfo, params: P) => Acc;
  /** Associative; a fixed tree in chunk order: the same result for any number of workers. */
  combine: (left: Acc, right: Acc, params: P) => Acc;
}

export type FirstDType<A> = A extends readonly [ReadonlyNDArray<infer D, number>, ...unknown[]]
  ? D
  : A extends ReadonlyNDArray<infer D, number>
    ? D
    : DType;
