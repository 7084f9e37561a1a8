/** What `map` takes and returns, by the function that it gets. */
import type { Many } from "../calls/kernel-types.js";
import type { CumulativeOptions, CumulativeResult } from "../functions/cumulative.js";
import type { MapOptions, MapResult } from "../functions/map.js";
import type { MatmulOptions, MatmulResult } from "../functions/matmul.js";
import type { First } from "../functions/operand-types.js";
import type { SortAxis, SortResult } from "../functions/sorting.js";
import type { OuterResult } from "../functions/ufunc-method-types.js";
import type { Asked, ClipResult, Results, UfuncOptions, UfuncResult, WhereResult } from "../functions/ufunc-types.js";
import type { NDArray, Out } from "../ndarray/ndarray.js";
import type { RankOf } from "../ndarray/type-of.js";

/** The results of `outer`. */
type OuterTable<A, O extends Out, E extends Asked, M extends number> = {
  [K in Results as `outer ${K}`]: OuterResult<K, A, O, E, M>;
};
/** The result for each kind of function of this package. */
interface ResultTable<A, O extends Out, E extends Asked, M extends number, X> extends OuterTable<A, O, E, M> {
  common: UfuncResult<"common", A, O, E, M>;
  size: UfuncResult<"size", A, O, E, M>;
  angle: UfuncResult<"angle", A, O, E, M>;
  number: UfuncResult<"number", A, O, E, M>;
  float: UfuncResult<"float", A, O, E, M>;
  ratio: UfuncResult<"ratio", A, O, E, M>;
  double: UfuncResult<"double", A, O, E, M>;
  scale: UfuncResult<"scale", A, O, E, M>;
  counted: UfuncResult<"counted", A, O, E, M>;
  exponent: UfuncResult<"exponent", A, O, E, M>;
  bool: UfuncResult<"bool", A, O, E, M>;
  where: WhereResult<A, O, E, M>;
  clip: ClipResult<A, O, E, M>;
  matmul: MatmulResult<A, O>;
  sort: SortResult<A, O>;
  argsort: NDArray<"int32", RankOf<First<A>>>;
  cumulative: CumulativeResult<A, X, O, E>;
}
export type MapKind = keyof ResultTable<unknown, Out, Asked, number, unknown>;
/**
 * The options of `map` besides those of every call. A user's function is of no kind. (It is no table, because
 * TypeScript infers `O`, `E`, `M` and `X` from what is given only if it can see all branches.)
 */
export type OptionsOf<
  K extends MapKind,
  O extends Out,
  E extends Asked,
  M extends number,
  X extends number | undefined,
> = [K] extends [never]
  ? MapOptions<O, E>
  : K extends Results | "where" | "clip" | `outer ${Results}`
    ? UfuncOptions<O, E, M>
    : K extends "cumulative"
      ? CumulativeOptions<X, O, E>
      : K extends "sort"
        ? SortAxis & { readonly out?: O }
        : K extends "argsort"
          ? SortAxis
          : MatmulOptions<O>;
/** The result of `map`. With a user's function it is `out`, or a new array with the largest rank of the operands. */
export type Mapped<K extends MapKind, A, O extends Out, E extends Asked, M extends number, X> = [K] extends [never]
  ? MapResult<A, O, E>
  : ResultTable<A, O, E, M, X>[K];
/** The operands for which `fn` must be made. A list of unknown length may have the right one. */
export type Arity<A> = A extends readonly unknown[] ? (number extends A["length"] ? never : A) : A;
/** The operands of `map`: a user's function takes arrays only. */
export type OperandsOf<K extends MapKind> = [K] extends [never] ? Many : unknown;
