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
/**
 * The type of functions that `pool.map` accepts with options `O` and that return a `T`. Functions for which `MapMethod`
 * has a signature of their own do not need it.
 */
export interface Mappable<in O, out T> {
  readonly [mapped]: (options: O) => T;
}

const callables = new WeakMap<object, Callable>();

/** Makes a public function known to executors. */
export function makeCallable(fn: object, callable: Callable): void {
  callables.set(fn, callable);
}

/** How a function becomes a call; `undefined` for functions that are not registered. */
export const callableOf = (fn: unknown): Callable | undefined =>
  typeof fn === "function" ? callables.get(fn) : undefined;
