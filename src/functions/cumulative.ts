/** Running sums and products along an axis. */
import { caster, type DType, isBigInt } from "../base/dtype.js";
import { expectKnown } from "../base/expect.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { type AnyNDArray, arrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { expectAxis } from "../ndarray/shape.js";
import { newStrided } from "../ndarray/storage.js";
import { cView } from "../ndarray/view.js";
import { type AnyArray, expectArray, expectOut } from "./operands.js";
import { expectCast } from "./prepare.js";
import { sumTypes } from "./reduction.js";

/** Options of a running sum or product. */
export interface CumulativeOptions {
  /** Along which axis; without, of all elements in C order, as one axis. */
  readonly axis?: number;
  /** Where to write: exactly the result's shape, cast "same_kind". */
  readonly out?: AnyNDArray;
}
type Value = number | bigint;

/** The sums of all elements up to each. Integers as 64 bits, floats in their own precision, one after the other. @throws {RangeError} {ShapeError} {DTypeError} */
export const cumulativeSum = (a: ReadonlyNDArray, options?: CumulativeOptions): AnyNDArray =>
  cumulative(a, options, true);
/** The products of all elements up to each, as `cumulativeSum`. */
export const cumulativeProd = (a: ReadonlyNDArray, options?: CumulativeOptions): AnyNDArray =>
  cumulative(a, options, false);

function cumulative(given: unknown, options: CumulativeOptions | undefined, isSum: boolean): AnyNDArray {
  const a = expectArray(given, "a");
  const { axis, out: givenOut } = expectKnown(options, ["axis", "out"], isSum ? "cumulativeSum" : "cumulativeProd");
  const shape = axis === undefined ? [a.size] : a.shape;
  const along = axis === undefined ? 0 : expectAxis(axis, a.shape);
  const { outer } = sumTypes(a.dtype);
  const out = givenOut === undefined ? undefined : expectOut(givenOut, shape);
  if (out) expectCast(outer, out.dtype, "out");
  const target = newStrided(shape, outer, undefined);
  const source = stridedOf(a as AnyArray);
  copy({ elements: target.elements, view: cView(a.shape) }, source);
  accumulate(target, along, outer, isSum);
  if (!out) return arrayOf(target) as AnyNDArray;
  copy(stridedOf(out), target);
  return out as AnyNDArray;
}

/** In place, in C order without gaps. */
function accumulate({ elements, view }: Strided, axis: number, dtype: DType, isSum: boolean): void {
  const { raw } = elements;
  const step = view.shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  const length = view.shape[axis]!;
  const combine = combiner(dtype, isSum);
  const [read, write] = [caster(dtype, "float64"), caster("float64", dtype)];
  const isRaw = isBigInt(dtype) || dtype !== "float16" || !read;
  for (let at = 0; at < view.size; at++) {
    if (Math.floor(at / step) % length === 0) continue;
    const before = raw[at - step]!;
    raw[at] = isRaw ? (combine(before, raw[at]!) as number) : write!(combine(read!(before), read!(raw[at]!)) as number);
  }
}

/** The typed array rounds or wraps what is stored. */
function combiner(dtype: DType, isSum: boolean): (a: Value, b: Value) => Value {
  if (isBigInt(dtype)) return isSum ? (a, b) => (a as bigint) + (b as bigint) : (a, b) => (a as bigint) * (b as bigint);
  return isSum ? (a, b) => (a as number) + (b as number) : (a, b) => (a as number) * (b as number);
}
