/** Functions of this package that executors can run. Each registers how its arguments become a call. */
import type { Call, Conditions } from "./call.js";

/** How a public function becomes a call. */
export interface Callable {
  readonly name: string;
  /** The pool's method that accepts the function. */
  readonly method: "map" | "reduce";
  /** The names of the function's own options. */
  readonly options: readonly string[];
  /**
   * Checks the arguments and makes the call. If it throws, nothing has been written.
   *
   * @param operands the operands, in a list even if there is only one
   * @param options the function's own options
   */
  prepare(operands: readonly unknown[], options: object, conditions: Conditions): Call;
}

declare const mapped: unique symbol;
/** What `pool.map` accepts for operands `A`. `K` says what it returns. It exists as type only. */
export interface Mappable<in A, out K> {
  readonly [mapped]: (operands: A) => K;
}
declare const reduced: unique symbol;
/** What `pool.reduce` accepts for operands `A`. `V` and `K` say what it returns. It exists as type only. */
export interface Reducible<in A, out V, out K> {
  readonly [reduced]: (operands: A) => [V, K];
}

const callables = new WeakMap<object, Callable>();

/** Makes a public function known to executors. */
export function makeCallable(fn: object, callable: Callable): void {
  callables.set(fn, callable);
}

/** How a function becomes a call; `undefined` for functions that are not registered. */
export const callableOf = (fn: unknown): Callable | undefined =>
  typeof fn === "function" ? callables.get(fn) : undefined;
