/** The signatures of a pool's array calls, once for the awaited form and for the blocking one. */
import type { StoredOf } from "../base/dtype.js";
import type { Mappable, Reducible } from "../calls/callable.js";
import type { ChunkKernel, ElementFunction, Halo, Operands, Reducer } from "../calls/kernel-types.js";
import type { CallOptions, SyncCallOptions } from "../calls/options.js";
import type { DTypeIn } from "../functions/map.js";
import type { First } from "../functions/operand-types.js";
import type {
  Axes,
  DotResult,
  Keepdims,
  ReductionOptions,
  ReductionResult,
  Reductions,
} from "../functions/reduction-types.js";
import type { ArrayOperand, Asked } from "../functions/ufunc-types.js";
import type { Out } from "../ndarray/ndarray.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import type { Arity, MapKind, Mapped, OperandsOf, OptionsOf } from "./map-types.js";

/** Whether a call is awaited or blocks. */
type Form = "async" | "sync";
type Options<F extends Form, P> = F extends "async" ? CallOptions<P> : SyncCallOptions<P>;
type Result<F extends Form, T> = F extends "async" ? Promise<T> : T;

/**
 * `map` and `mapSync`. `fn` is a user's function of one element from each operand, or a function of this package that
 * returns an array, of kind `K`. This is one signature, so that a wrong function gives one error.
 */
export type MapMethod<F extends Form> = <
  const A extends ArrayOperand | readonly ArrayOperand[],
  K extends MapKind = never,
  P = undefined,
  O extends Out = undefined,
  E extends Asked = undefined,
  M extends number = 0,
  X extends number | undefined = undefined,
>(
  a: A & OperandsOf<K>,
  fn: Mappable<Arity<A>, K> | ElementFunction<A, P, StoredOf<DTypeIn<A, O, E>>>,
  options?: Options<F, P> & OptionsOf<K, O, E, M, X>,
) => Result<F, Mapped<K, A, O, E, M, X>>;

/** `forEachChunk` and `forEachChunkSync`. */
export type ForEachChunkMethod<F extends Form> = <const A extends Operands, P = undefined>(
  a: A,
  kernel: ChunkKernel<A, P>,
  options?: Options<F, P> & { readonly halo?: Halo<A> | undefined },
) => Result<F, void>;

/** `reduce` and `reduceSync`. `reducer` is the user's own, or a reduction of this package, of kind `K`. */
export type ReduceMethod<F extends Form> = <
  const A extends Operands,
  Acc,
  P = undefined,
  V = never,
  K extends Reductions | "dot" = never,
  const X extends Axes = undefined,
  H extends Keepdims = undefined,
  O extends Out = undefined,
  E extends Asked = undefined,
>(
  a: A,
  reducer: Reducible<A, V, K> | Reducer<A, Acc, P>,
  options?: Options<F, P> & ([K] extends ["dot"] ? object : ReductionOptions<X, H, O, E>),
) => Result<
  F,
  [K] extends [never]
    ? Acc
    : K extends Reductions
      ? ReductionResult<V, K, DTypeOf<First<A>>, RankOf<First<A>>, X, H, O, E>
      : DotResult<A>
>;
