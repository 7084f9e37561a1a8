/** The option `initial` of `sum`, `prod`, `min` and `max`: an element with which the result begins. */
import { expectKnown, isPlain, show } from "../base/expect.js";
import type { NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import { type GivenReduction, REDUCTION_OPTIONS } from "./reduction.js";
import { add, maximum, minimum, multiply } from "./ufuncs.js";

/** The functions whose `reduce` these reductions are. */
const REDUCED = { sum: add, prod: multiply, min: minimum, max: maximum };
/** With `initial`, sums, products and extremes are what NumPy's are: the `reduce` of a function of two operands. */
export function withInitial(name: string, a: unknown, options: GivenReduction | undefined): unknown {
  const fn = Object.hasOwn(REDUCED, name) ? REDUCED[name as keyof typeof REDUCED] : undefined;
  if (!fn || !isPlain(options) || !Object.hasOwn(options as object, "initial")) return undefined;
  const { axis, keepdims, dtype, out, where, initial, correction } = expectKnown(options, REDUCTION_OPTIONS, name);
  if (initial === undefined) return undefined;
  if (correction !== undefined) {
    throw new TypeError(`Expected no \`correction\` for ${name}, got ${show(correction)}`);
  }
  const given = { axis: axis === undefined ? null : axis, keepdims, dtype, out, where, initial };
  const made = fn.reduce(a as ReadonlyNDArray, given as never) as NDArray<"float64", 0>;
  if (axis !== undefined || keepdims || out !== undefined) return made;
  const value: number | bigint = made.get();
  made.close();
  return typeof value === "bigint" ? Number(value) : value;
}
