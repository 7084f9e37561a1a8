/** Running sums and products along an axis. They run on the calling thread, or on all cores if given to a pool. */

import { expectCast } from "../base/casting.js";
import { type DType, expectDType, isBigInt, isComplex } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectBoolean, expectKnown } from "../base/expect.js";
import { HERE } from "../calls/call.js";
import { type Mappable, makeCallable } from "../calls/callable.js";
import { inline } from "../calls/executors/inline.js";
import { type CheckedScan, prepareScan } from "../calls/kinds/scan.js";
import { newIn } from "../calls/made.js";
import { fill } from "../ndarray/assign.js";
import type { SliceArg } from "../ndarray/index-notation.js";
import { arrayOf, type Out, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, expectArray, expectOut } from "../ndarray/operands.js";
import { expectAxis } from "../ndarray/shape.js";
import { newStrided } from "../ndarray/storage.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { slice } from "../ndarray/view.js";
import { hasComplex } from "./complex.js";
import { accumulateComplex } from "./complex-reductions.js";
import type { First } from "./operand-types.js";
import type { SumFor } from "./promote-types.js";
import { sumTypes } from "./reduction.js";
import type { Asked, Written } from "./ufunc-types.js";

/** Options of `cumulativeSum` and `cumulativeProd`. */
export interface CumulativeOptions<
  X extends number | undefined = number | undefined,
  O extends Out = Out,
  E extends Asked = Asked,
> {
  /** The axis along which elements are accumulated. By default all elements, in C order, count as one axis. */
  readonly axis?: X;
  /**
   * The array to write to, of exactly the result's shape. The result is cast to its dtype by the rule "same_kind":
   * within its kind, or to a larger one. By default a new array.
   */
  readonly out?: O;
  /** The dtype of the result, in which elements are accumulated: of integers a 64-bit integer dtype, or a float. */
  readonly dtype?: E;
}
/** Options of `cumulativeSum` and `cumulativeProd` on the calling thread. */
export interface CumulativeHere<X extends number | undefined, O extends Out, E extends Asked>
  extends CumulativeOptions<X, O, E> {
  /** Whether the result begins with the sum or product of no elements, 0 or 1: it is longer by one then. */
  readonly includeInitial?: boolean | undefined;
}

/** The type of `cumulativeSum` and `cumulativeProd`. */
export interface Cumulative extends Mappable<ReadonlyNDArray | readonly [ReadonlyNDArray], "cumulative"> {
  <
    A extends ReadonlyNDArray,
    X extends number | undefined = undefined,
    O extends Out = undefined,
    E extends Asked = undefined,
  >(
    a: A,
    options?: CumulativeHere<X, O, E>,
  ): CumulativeResult<A, X, O, E>;
}
/** The result of a running sum or product: without an axis a vector. */
export type CumulativeResult<A, X, O extends Out, E extends Asked = undefined> = Written<
  O,
  E,
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
 * @example cumulativeSum(array([1, 2, 3]), { includeInitial: true }).toArray() // [0, 1, 3, 6]
 * @example await pool.map(a, cumulativeSum) // on all cores
 * @throws {RangeError} If the axis does not exist.
 * @throws {ShapeError} If `out` has another shape.
 * @throws {DTypeError} If `out` cannot hold the result, or `dtype` is bool.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export const cumulativeSum: Cumulative = cumulative("cumulativeSum", true);
/**
 * The running product: each element of the result is the product of all elements up to and including this one, along an
 * axis. Shape, dtype and order are those of `cumulativeSum`.
 *
 * @throws {RangeError} If the axis does not exist.
 * @throws {ShapeError} If `out` has another shape.
 * @throws {DTypeError} If `out` cannot hold the result, or `dtype` is bool.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export const cumulativeProd: Cumulative = cumulative("cumulativeProd", false);

function cumulative(name: string, isSum: boolean): Cumulative {
  const options = ["axis", "out", "dtype"];
  const fn = (a: unknown, given?: CumulativeHere<number | undefined, Out, Asked>): unknown => {
    const own = expectKnown(given, [...options, "includeInitial"], name);
    if (expectBoolean("includeInitial", own.includeInitial)) return withInitial(name, isSum, fn, a, own);
    const { axis, out, dtype } = own;
    if (!hasComplex([a]) && !isComplex(expectDType(dtype ?? "float64"))) {
      return inline.runSync(prepareScan(check(name, isSum, a, own), HERE));
    }
    if (dtype !== undefined && !isComplex(expectDType(dtype))) throw noRealResult(name, dtype);
    const cast = dtype === undefined ? a : expectArray(a, "a").astype(dtype);
    return accumulateComplex(isSum, fn, cast as AnyArray, { axis, out });
  };
  Object.defineProperty(fn, "name", { value: name });
  makeCallable(fn, {
    name,
    method: "map",
    options,
    prepare([a, ...more], own, conditions) {
      if (more.length > 0) throw new TypeError(`Expected one operand for ${name}, got ${more.length + 1}`);
      return prepareScan(check(name, isSum, a, own, conditions.scope), conditions);
    },
  });
  return fn as unknown as Cumulative;
}

/** The result without a part at its beginning, which holds the sum or product of no elements. */
function withInitial(
  name: string,
  isSum: boolean,
  accumulate: (a: unknown, options: CumulativeOptions) => unknown,
  a: unknown,
  { axis: given, out: givenOut, dtype: asked }: CumulativeOptions,
): unknown {
  const input = expectArray(a, "a");
  const shape = given === undefined ? [input.size] : input.shape;
  const axis = given === undefined ? 0 : expectAxis(given, shape);
  const longer = shape.with(axis, shape[axis]! + 1);
  const dtype = asked === undefined ? resultOf(name, input.dtype) : expectDType(asked);
  if (isComplex(input.dtype) && !isComplex(dtype)) throw noRealResult(name, dtype);
  resultOf(name, dtype, asked !== undefined);
  const out = givenOut === undefined ? undefined : expectOut(givenOut, longer);
  if (out) expectCast(dtype, out.dtype, "out");
  const result = (out ?? arrayOf(newStrided(longer, dtype, undefined))) as AnyArray;
  const { elements, view } = stridedOf(result);
  const part = (range: readonly [number, number?]) => {
    const before = new Array<typeof range>(axis).fill([0]);
    return { elements, view: slice(view, [...before, range] as SliceArg[]) };
  };
  accumulate(a, { axis: given, dtype: asked, out: arrayOf(part([1])) as never });
  const neutral = isSum ? 0 : 1;
  fill(part([0, 1]), isBigInt(elements.dtype) ? BigInt(neutral) : neutral);
  return result;
}

const noRealResult = (name: string, dtype: DType): DTypeError =>
  new DTypeError(`Expected \`dtype\` to be complex for ${name} of complex numbers, got ${dtype} (use real(a))`, {
    dtype,
    expected: "complex128",
  });

/** The dtype in which elements of a dtype are accumulated, and of the result. */
function resultOf(name: string, dtype: DType, isAsked = false): DType {
  if (isComplex(dtype)) return dtype;
  if (isAsked && dtype === "bool") {
    const message = `Expected \`dtype\` to be one that ${name} can give, got bool`;
    throw new DTypeError(message, { dtype, expected: "int64" });
  }
  return sumTypes(dtype).outer;
}

function check(
  name: string,
  isSum: boolean,
  a: unknown,
  { axis, out: givenOut, dtype: asked }: CumulativeOptions,
  scope = HERE.scope,
): CheckedScan {
  const input = expectArray(a, "a");
  const shape = axis === undefined ? [input.size] : input.shape;
  const along = axis === undefined ? undefined : expectAxis(axis, input.shape);
  const wanted = asked === undefined ? undefined : expectDType(asked);
  // Smaller integers are the low bits of 64-bit ones.
  const dtype = resultOf(name, wanted ?? input.dtype, wanted !== undefined);
  const out = givenOut === undefined ? undefined : expectOut(givenOut, shape);
  if (out) expectCast(dtype, out.dtype, "out");
  if (out || wanted === undefined || wanted === dtype) return { name, input, axis: along, isSum, dtype, out };
  return { name, input, axis: along, isSum, dtype, out: arrayOf(newIn(scope, shape, wanted)) as AnyArray };
}
