/** The types of kernels: what a user's function receives, derived from the arrays in the same call. */
import type { ScalarOf } from "../base/dtype.js";
import type { NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { DTypeOf } from "../ndarray/type-of.js";

/** What a kernel knows of its chunk. */
export interface ChunkInfo {
  /** The number of this chunk, in [0, count). */
  readonly index: number;
  /** How many chunks the call has. */
  readonly count: number;
  /** The chunk's first row in the whole array, without the halo. */
  readonly start: number;
  /** The row behind the chunk's last one, without the halo. */
  readonly end: number;
  /** Halo rows before the chunk, of the operand with the widest halo. There are fewer at the border of the array. */
  readonly before: number;
  /** Halo rows behind the chunk, of the operand with the widest halo. There are fewer at the border of the array. */
  readonly after: number;
  /** The rank of the thread that computes the chunk, in [0, pool.workers). It can be used to choose scratch space. */
  readonly worker: number;
  /**
   * Whether the call is being stopped. A kernel that takes long should look at it now and then, and return if it is
   * true.
   */
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
/** The chunks of the operands, arranged as the operands are: a view of the same rows of each. */
export type Chunks<A> = A extends ReadonlyNDArray ? Chunk<A> : { -readonly [K in keyof A]: Chunk<A[K]> };
/** The number of neighbouring rows on each side that an operand's chunks contain, by operand. */
export type Halo<A> = A extends ReadonlyNDArray ? number : { readonly [K in keyof A]?: number };
type Scalars<A> = A extends readonly unknown[]
  ? { -readonly [K in keyof A]: ScalarOf<DTypeOf<A[K]>> }
  : [x: ScalarOf<DTypeOf<A>>];
type WithParams<X extends unknown[], P> = [P] extends [undefined] ? X : [...X, params: P];

/** Computes one element of the result from one element of each operand. */
export type ElementFunction<A, P, V> = (...xs: WithParams<Scalars<A>, P>) => V;
/** Computes one chunk: reads and writes views of the operands' rows. */
export type ChunkKernel<A, P> = (chunks: Chunks<A>, info: ChunkInfo, params: P) => void;
/**
 * A reduction to one value, in three functions. They use only their parameters, not `this`.
 *
 * @example { init: () => 0, chunk: (acc, rows) => acc + rows.size, combine: (left, right) => left + right }
 */
export interface Reducer<A, Acc, P = undefined> {
  /** Returns the value that each chunk starts from. For an empty array it is the result. */
  init: (params: P) => Acc;
  /** Adds one chunk to the value and returns the new value. */
  chunk: (acc: Acc, chunks: Chunks<A>, info: ChunkInfo, params: P) => Acc;
  /**
   * Combines the values of two neighbouring ranges of chunks. It must be associative. Values are combined in a fixed
   * tree in chunk order, so the result is the same for any number of workers.
   */
  combine: (left: Acc, right: Acc, params: P) => Acc;
}
