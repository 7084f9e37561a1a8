/** Running sums and products along an axis. They run on the calling thread, or on all cores if given to a pool. */
import { expectKnown } from "../base/expect.js";
import { HERE } from "../calls/call.js";
import { type Mappable, makeCallable } from "../calls/callable.js";
import { inline } from "../calls/executors/inline.js";
import { type CheckedScan, prepareScan } from "../calls/kinds/scan.js";
import type { Out, ReadonlyNDArray } from "../ndarray/ndarray.js";
import { type AnyArray, expectArray, expectOut } from "../ndarray/operands.js";
import { expectCast } from "../ndarray/out.js";
import { expectAxis } from "../ndarray/shape.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { hasComplex } from "./complex.js";
import { accumulateComplex } from "./complex-reductions.js";
import type { First } from "./operand-types.js";
import type { SumFor } from "./promote-types.js";
import { sumTypes } from "./reduction.js";
import type { Written } from "./ufunc-types.js";

/** Options of `cumulativeSum` and `cumulativeProd`. */
export interface CumulativeOptions<X extends number | undefined = number | undefined, O extends Out = Out> {
  /** The axis along which elements are accumulated. By default all elements, in C order, count as one axis. */
  readonly axis?: X;
  /**
   * The array to write to, of exactly the result's shape. The result is cast to its dtype by the rule "same_kind":
   * within its kind, or to a larger one. By default a new array.
   */
  readonly out?: O;
}

/** The type of `cumulativeSum` and `cumulativeProd`. */
export interface Cumulative extends Mappable<ReadonlyNDArray | readonly [ReadonlyNDArray], "cumulative"> {
  <A extends ReadonlyNDArray, X extends number | undefined = undefined, O extends Out = undefined>(
    a: A,
    options?: CumulativeOptions<X, O>,
  ): CumulativeResult<A, X, O>;
}
/** The result of a running sum or product: without an axis a vector. */
export type CumulativeResult<A, X, O extends Out> = Written<
  O,
  undefined,
  SumFor<DTypeOf<First<A>>>,
  X extends number ? RankOf<First<A>> : 1
>;

/**
 * The running sum: each element of the result is the sum of all elements up to and including this one, along an axis.
 *
 * The result has the shape of `a`, or is a vector if no axis is given. Integers are summed as 64-bit integers, which
 * wrap; floats in their own precision. Lines are summed in pieces of 65,536 elements, so the bits of the result are the
 * same on this thread and on any number of workers.
 *
 * @example cumulativeSum(a, { axis: 0 })
 * @example await pool.map(a, cumulativeSum) // on all cores
 * @throws {RangeError} If the axis does not exist.
 * @throws {ShapeError} If `out` has another shape.
 * @throws {DTypeError} If `out` cannot hold the result.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export const cumulativeSum: Cumulative = cumulative("cumulativeSum", true);
/**
 * The running product: each element of the result is the product of all elements up to and including this one, along an
 * axis. Shape, dtype and order are those of `cumulativeSum`.
 *
 * @throws {RangeError} If the axis does not exist.
 * @throws {ShapeError} If `out` has another shape.
 * @throws {DTypeError} If `out` cannot hold the result.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export const cumulativeProd: Cumulative = cumulative("cumulativeProd", false);

function cumulative(name: string, isSum: boolean): Cumulative {
  const options = ["axis", "out"];
  const fn = (a: unknown, given?: CumulativeOptions): unknown =>
    hasComplex([a])
      ? accumulateComplex(isSum, fn, a as AnyArray, expectKnown(given, options, name))
      : inline.runSync(prepareScan(check(name, isSum, a, expectKnown(given, options, name)), HERE));
  Object.defineProperty(fn, "name", { value: name });
  makeCallable(fn, {
    name,
    method: "map",
    options,
    prepare([a, ...more], own, conditions) {
      if (more.length > 0) throw new TypeError(`Expected one operand for ${name}, got ${more.length + 1}`);
      return prepareScan(check(name, isSum, a, own), conditions);
    },
  });
  return fn as unknown as Cumulative;
}

function check(name: string, isSum: boolean, a: unknown, { axis, out: givenOut }: CumulativeOptions): CheckedScan {
  const input = expectArray(a, "a");
  const shape = axis === undefined ? [input.size] : input.shape;
  const along = axis === undefined ? undefined : expectAxis(axis, input.shape);
  const { outer: dtype } = sumTypes(input.dtype);
  const out = givenOut === undefined ? undefined : expectOut(givenOut, shape);
  if (out) expectCast(dtype, out.dtype, "out");
  return { name, input, axis: along, isSum, dtype, out };
}
