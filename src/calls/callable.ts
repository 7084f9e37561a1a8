/** Functions of this package that executors can run: each says how its arguments become a call. */
import type { Call, Conditions } from "./call.js";

export interface Callable {
  readonly name: string;
  /** The pool's method that takes it. */
  readonly method: "map" | "reduce";
  /** The names of its own options. */
  readonly options: readonly string[];
  /**
   * Checks the arguments and makes the call; nothing has been written when it throws.
   *
   * @param operands as a pool is given them: one, or several in a list
   * @param options its own ones
   */
  prepare(operands: readonly unknown[], options: object, conditions: Conditions): Call;
}

declare const mapped: unique symbol;
/** The type of functions that `pool.map` takes with options `O` and that give a `T`, besides those with signatures of their own. */
export interface Mappable<in O, out T> {
  readonly [mapped]: (options: O) => T;
}

const callables = new WeakMap<object, Callable>();

/** Makes a public function known to executors. */
export function makeCallable(fn: object, callable: Callable): void {
  callables.set(fn, callable);
}

/** How a function becomes a call; `undefined` for functions that are not of this package. */
export const callableOf = (fn: unknown): Callable | undefined =>
  typeof fn === "function" ? callables.get(fn) : undefined;
