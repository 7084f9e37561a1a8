/** Running sums and products along an axis, on the calling thread or given to a pool. */
import { expectKnown } from "../base/expect.js";
import { HERE } from "../calls/call.js";
import { type Mappable, makeCallable } from "../calls/callable.js";
import { inline } from "../calls/inline.js";
import { type CheckedScan, prepareScan } from "../calls/kinds/scan.js";
import { expectOut } from "../calls/out.js";
import type { AnyNDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import { expectArray } from "../ndarray/operands.js";
import { expectAxis } from "../ndarray/shape.js";
import { expectCast } from "./prepare.js";
import { sumTypes } from "./reduction.js";

/** Options of a running sum or product. */
export interface CumulativeOptions {
  /** The axis along which elements are accumulated; without it, all elements in C order, as one axis. */
  readonly axis?: number;
  /** Where to write: an array of exactly the result's shape, to which the result is cast within its kind ("same_kind"). */
  readonly out?: AnyNDArray;
}

/** The type of `cumulativeSum` and `cumulativeProd`. */
export interface Cumulative extends Mappable<CumulativeOptions, AnyNDArray> {
  (a: ReadonlyNDArray, options?: CumulativeOptions): AnyNDArray;
}

/**
 * The sums of all elements up to each one, along an axis. Integers are summed as 64 bits, which wrap; floats in their own precision. Lines
 * are summed in pieces of 65,536 elements, so the bits are the same on this thread and on any number of workers.
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
 * The products of all elements up to each one, as `cumulativeSum`.
 *
 * @throws {RangeError} If the axis does not exist.
 * @throws {ShapeError} If `out` has another shape.
 * @throws {DTypeError} If `out` cannot hold the result.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export const cumulativeProd: Cumulative = cumulative("cumulativeProd", false);

function cumulative(name: string, isSum: boolean): Cumulative {
  const options = ["axis", "out"];
  const fn = (a: unknown, given?: CumulativeOptions) =>
    inline.runSync(prepareScan(check(name, isSum, a, expectKnown(given, options, name)), HERE));
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
