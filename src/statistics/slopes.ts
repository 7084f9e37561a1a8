/** Differences and sums along an axis: `gradient`, `ediff1d`, `trapezoid` and `unwrap`. */
import { noComplex } from "../base/complex.js";
import { type DType, isComplex, isFloat } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { cumulativeSum } from "../functions/cumulative.js";
import { diff } from "../functions/differences.js";
import type { RatioFor } from "../functions/promote-types.js";
import { sum } from "../functions/reductions.js";
import {
  abs,
  add,
  divide,
  equal,
  greater,
  less,
  logicalAnd,
  multiply,
  remainder,
  subtract,
} from "../functions/ufuncs.js";
import { concat } from "../manipulation/join.js";
import { emptyLike } from "../ndarray/create.js";
import { type ArrayOf, isReadonlyArray, type NDArray, stridedOf, viewOf } from "../ndarray/ndarray.js";
import type { Axes, AxisOptions } from "../ndarray/notation.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { expectAxes, expectAxis } from "../ndarray/shape.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, DTypeOf, RankOf } from "../ndarray/type-of.js";
import { sliceAlong } from "../ndarray/view.js";

/** Element-wise functions of arrays and numbers of any dtypes, inside this file. */
type Loose = (a: unknown, b: unknown, options?: object) => AnyArray;
const [plus, minus, times, over] = [add, subtract, multiply, divide] as unknown as [Loose, Loose, Loose, Loose];

/** The part of an array along an axis. */
const part = (a: AnyArray, axis: number, from: number, to?: number): AnyArray =>
  viewOf(stridedOf(a), (view) => sliceAlong(view, axis, to === undefined ? [from] : [from, to]), isReadonlyArray(a));

/** Options of `gradient`. */
export interface GradientOptions<X extends Axes | undefined = Axes | undefined> {
  /** The axis or the axes along which to take it. By default all, with a result for each. */
  readonly axis?: X;
  /** How far neighbours are apart, or where the elements are along the axis; for several axes one of these for each. */
  readonly spacing?: number | ArrayLikeData | readonly (number | ArrayLikeData)[] | undefined;
  /** The order of the differences at both ends: 1 by default, or 2. */
  readonly edgeOrder?: 1 | 2 | undefined;
}

/**
 * The gradient: central differences inside and one-sided ones at the ends. For one axis an array, for several a list
 * with an array for each. Of integers it is float64. After `np.gradient`.
 *
 * @example gradient([1, 2, 4, 7]).toArray() // [1, 1.5, 2.5, 3]
 * @example const [rows, columns] = gradient(matrix, { spacing: [0.5, 1] });
 * @throws {RangeError} If there is no such axis, or it has fewer elements than `edgeOrder` + 1.
 * @throws {ShapeError} If there are not as many spacings as axes, or as many places as elements.
 * @throws {DTypeError} If the elements are bools.
 */
export function gradient<const A extends ArrayLikeData, const X extends Axes | undefined = undefined>(
  f: A,
  options?: GradientOptions<X>,
): X extends number
  ? ArrayOf<RatioFor<DTypeOf<A>>, RankOf<A>>
  : RankOf<A> extends 1
    ? ArrayOf<RatioFor<DTypeOf<A>>, 1>
    : ArrayOf<RatioFor<DTypeOf<A>>, RankOf<A>>[];
export function gradient(f: unknown, options?: GradientOptions): unknown {
  const { axis, spacing = 1, edgeOrder = 1 } = expectKnown(options, ["axis", "spacing", "edgeOrder"], "gradient");
  const order = expectInteger("edgeOrder", edgeOrder, 1, 3);
  return tidy(() => {
    const given = arrayOfData(f, "f", "gradient");
    const axes = expectAxes(axis, given.shape);
    const steps = spacingsFor(given, axes, spacing);
    for (const one of axes) {
      if (given.shape[one]! > order) continue;
      const message = `Expected at least ${order + 1} elements along axis ${one}, got ${given.shape[one]}`;
      throw new RangeError(`${message} (array of shape ${show(given.shape)})`);
    }
    const isWhole = !isFloat(given.dtype) && !isComplex(given.dtype) && given.dtype !== "bool";
    const x = (isWhole ? given.astype("float64") : given) as AnyArray;
    const results = axes.map((one, i) => along(x, one, steps[i]!, order));
    return results.length === 1 ? results[0] : results;
  });
}

/** For each axis one distance, or that between each two neighbours, in the axes of the array. */
function spacingsFor(f: AnyArray, axes: readonly number[], spacing: unknown): (number | AnyArray)[] {
  const isEach = Array.isArray(spacing) && (axes.length > 1 || typeof spacing[0] === "object");
  const list: unknown[] = isEach ? (spacing as unknown[]) : axes.map(() => spacing);
  if (list.length !== axes.length || (!isEach && axes.length > 1 && typeof spacing !== "number")) {
    const message = `Expected \`spacing\` to be a number or a list of ${axes.length}, one for each axis`;
    throw new ShapeError(`${message}, got ${show(spacing)}`, { shape: [list.length], expected: [axes.length] });
  }
  return list.map((one, i) => {
    if (typeof one === "number") return one;
    const places = arrayOfData(one, isEach ? `spacing[${i}]` : "spacing", "gradient");
    if (places.ndim === 0) return Number(places.item());
    const count = f.shape[axes[i]!]!;
    if (places.ndim !== 1 || places.size !== count) {
      const message = `Expected the places of \`spacing\` to have shape [${count}], got ${show(places.shape)}`;
      throw new ShapeError(message, { shape: places.shape, expected: [count] });
    }
    const float = (isFloat(places.dtype) ? places : places.astype("float64")) as AnyArray;
    const apart = diff(float as never) as unknown as AnyArray;
    const first = Number(apart.get(0 as never));
    if ((apart.toArray() as number[]).every((distance) => distance === first)) return first;
    return apart.reshape(f.shape.map((_, axis) => (axis === axes[i] ? apart.size : 1))) as AnyArray;
  });
}

function along(f: AnyArray, axis: number, step: number | AnyArray, order: number): AnyArray {
  const out = emptyLike(f as never) as unknown as AnyArray;
  const at = (from: number, to?: number) => part(f, axis, from, to);
  if (typeof step === "number") {
    over(minus(at(2), at(0, -2)), 2 * step, { out: part(out, axis, 1, -1) });
  } else {
    const [before, behind] = [part(step, axis, 0, -1), part(step, axis, 1)];
    const both = plus(before, behind);
    const a = over(minus(0, behind), times(before, both));
    const b = over(minus(behind, before), times(before, behind));
    const c = over(before, times(behind, both));
    plus(plus(times(a, at(0, -2)), times(b, at(1, -1))), times(c, at(2)), { out: part(out, axis, 1, -1) });
  }
  const [first, last] = [part(out, axis, 0, 1), part(out, axis, -1)];
  const distance = (from: number) => (typeof step === "number" ? step : part(step, axis, from, from + 1 || undefined));
  if (order === 1) {
    over(minus(at(1, 2), at(0, 1)), distance(0), { out: first });
    over(minus(at(-1), at(-2, -1)), distance(-1), { out: last });
    return out;
  }
  const [d1, d2, e1, e2] = [distance(0), distance(1), distance(-2), distance(-1)];
  const weights = (near: unknown, far: unknown): AnyArray[] => {
    const both = plus(near, far);
    return [
      over(plus(times(2, near), far), times(near, both)),
      over(both, times(near, far)),
      over(near, times(far, both)),
    ];
  };
  const [a, b, c] = weights(d1, d2) as [AnyArray, AnyArray, AnyArray];
  minus(minus(times(b, at(1, 2)), times(a, at(0, 1))), times(c, at(2, 3)), { out: first });
  const [p, q, r] = weights(e2, e1) as [AnyArray, AnyArray, AnyArray];
  plus(minus(times(p, at(-1)), times(q, at(-2, -1))), times(r, at(-3, -2)), { out: last });
  return out;
}

/** Options of `ediff1d`. */
export interface Ediff1dOptions {
  /** What comes before the differences. */
  readonly toBegin?: ArrayLikeData | number | undefined;
  /** What comes after the differences. */
  readonly toEnd?: ArrayLikeData | number | undefined;
}

/**
 * The differences of neighbours of the flattened array, between what is to come before and after them. After
 * `np.ediff1d`.
 *
 * @example ediff1d([1, 4, 9], { toBegin: 0 }).toArray() // [0, 3, 5]
 * @throws {DTypeError} If the elements are bools, or what comes before or after cannot be cast to their dtype.
 */
export function ediff1d<const A extends ArrayLikeData>(a: A, options?: Ediff1dOptions): ArrayOf<DTypeOf<A>, 1>;
export function ediff1d(a: unknown, options?: Ediff1dOptions): unknown {
  const { toBegin, toEnd } = expectKnown(options, ["toBegin", "toEnd"], "ediff1d");
  return tidy(() => {
    const flat = arrayOfData(a, "a", "ediff1d").reshape(-1) as AnyArray;
    const ends = Object.entries({ toBegin, toEnd }).map(([what, end]) => {
      if (end === undefined) return flat.slice([0, 0]);
      const isNumber = typeof end === "number";
      const given = arrayOfData(isNumber ? [end] : end, what, "ediff1d").reshape(-1) as AnyArray;
      // Numbers of a list take the dtype of the array, if they are in it.
      return isNumber || Array.isArray(end) ? ofDType(given, flat.dtype) : given;
    }) as [AnyArray, AnyArray];
    const apart = flat.size < 2 ? flat.slice([0, 0]) : minus(flat.slice([1]), flat.slice([0, -1]));
    return concat([ends[0], apart, ends[1]] as never, { dtype: flat.dtype } as never);
  });
}

function ofDType(a: AnyArray, dtype: DType): AnyArray {
  const cast = a.astype(dtype) as AnyArray;
  const isSame = (cast.toArray() as unknown[]).every((value, i) =>
    Object.is(Number(value), Number((a.toArray() as unknown[])[i])),
  );
  return isSame || isFloat(dtype) || isComplex(dtype) ? cast : a;
}

/** Options of `trapezoid`. */
export interface TrapezoidOptions extends AxisOptions {
  /** Where the values are along the axis, or in the shape of all values. By default `dx` apart. */
  readonly x?: ArrayLikeData | undefined;
  /** How far values are apart. By default 1. */
  readonly dx?: number | undefined;
}

/**
 * The integral along an axis, by default the last, by the trapezoidal rule: the sum of means of neighbours times their
 * distances. Of a vector it is a number. After `np.trapezoid`.
 *
 * @example trapezoid([1, 2, 3]) // 4
 * @example trapezoid([1, 2, 3], { x: [4, 6, 8] }) // 8
 * @throws {RangeError} If there is no such axis.
 * @throws {ShapeError} If there are not as many places as values.
 */
export function trapezoid<const A extends ArrayLikeData>(
  y: A,
  options?: TrapezoidOptions,
): RankOf<A> extends 1 ? number : NDArray<DType>;
export function trapezoid(y: unknown, options?: TrapezoidOptions): unknown {
  const { x, dx = 1, axis = -1 } = expectKnown(options, ["x", "dx", "axis"], "trapezoid");
  if (typeof dx !== "number") throw new TypeError(`Expected \`dx\` to be a number, got ${show(dx)}`);
  return tidy(() => {
    const values = arrayOfData(y, "y", "trapezoid");
    const at = expectAxis(axis, values.shape);
    const distances = x === undefined ? dx : placesApart(values, arrayOfData(x, "x", "trapezoid"), at);
    const pairs = times(distances, plus(part(values, at, 1), part(values, at, 0, -1)));
    const total = (sum as unknown as Loose)(over(pairs, 2), { axis: at });
    return values.ndim === 1 ? total.item() : total;
  });
}

function placesApart(y: AnyArray, x: AnyArray, axis: number): AnyArray {
  const isLine = x.ndim === 1;
  const along = isLine ? 0 : axis - y.ndim + x.ndim;
  if (x.ndim === 0 || along < 0 || along >= x.ndim || x.shape[along] !== y.shape[axis]) {
    const message = `Expected \`x\` to have ${y.shape[axis]} places along axis ${axis}, got shape ${show(x.shape)}`;
    throw new ShapeError(message, { shape: x.shape, expected: y.shape });
  }
  const apart = diff(x as never, { axis: along }) as unknown as AnyArray;
  return isLine ? (apart.reshape(y.shape.map((_, i) => (i === axis ? apart.size : 1))) as AnyArray) : apart;
}

/** Options of `unwrap`. */
export interface UnwrapOptions extends AxisOptions {
  /** Differences that are larger are corrected; by default, and at least, half of the period. */
  readonly discont?: number | undefined;
  /** By default 2π. */
  readonly period?: number | undefined;
}

/**
 * Angles without jumps: multiples of the period are added along an axis, by default the last, so that no difference of
 * neighbours is larger than half of it. Integers stay integers if the period is one. After `np.unwrap`.
 *
 * @example unwrap([0, 3, 6, 1], { period: 8 }).toArray() // [0, 3, 6, 9]
 * @throws {RangeError} If there is no such axis, or the period is 0 or not finite.
 * @throws {TypeError} If `discont` or `period` is no number.
 */
export function unwrap<const A extends ArrayLikeData>(p: A, options?: UnwrapOptions): ArrayOf<DTypeOf<A>, RankOf<A>>;
export function unwrap(p: unknown, options?: UnwrapOptions): unknown {
  const { discont, period = 2 * Math.PI, axis = -1 } = expectKnown(options, ["discont", "period", "axis"], "unwrap");
  for (const [what, value] of Object.entries({ discont, period })) {
    if (value !== undefined && typeof value !== "number") {
      throw new TypeError(`Expected \`${what}\` to be a number, got ${show(value)}`);
    }
  }
  return tidy(() => {
    const data = arrayOfData(p, "p", "unwrap");
    const given = data.dtype === "bool" ? (data.astype("int64") as unknown as AnyArray) : data; // as in NumPy
    if (!(Math.abs(period) > 0 && Number.isFinite(period))) {
      throw new RangeError(`Expected \`period\` to be a number that is not 0, got ${show(period)}`);
    }
    if (isComplex(given.dtype)) throw noComplex("unwrap", given.dtype);
    const at = expectAxis(axis, given.shape);
    const isWhole = !isFloat(given.dtype) && Number.isInteger(period);
    const dtype = isWhole || isFloat(given.dtype) ? given.dtype : promote(given.dtype, "float64");
    const x = (given.dtype === dtype ? given : given.astype(dtype)) as AnyArray;
    const apart = diff(x as never, { axis: at }) as unknown as AnyArray;
    const high = isWhole ? Math.floor(period / 2) : period / 2;
    const low = -high;
    const isAmbiguous = !isWhole || period % 2 === 0;
    const near = plus((remainder as unknown as Loose)(minus(apart, low), period), low);
    if (isAmbiguous) {
      const isUp = logicalAnd(equal(near, low), greater(apart, 0));
      near.fill(high as never, { where: isUp as never });
    }
    const added = minus(near, apart);
    const isSmall = (less as unknown as Loose)(abs(apart as never), discont ?? period / 2);
    added.fill(0 as never, { where: isSmall as never });
    const result = x.copy() as AnyArray;
    const rest = part(result, at, 1);
    const sums = (cumulativeSum as unknown as Loose)(added, { axis: at });
    return plus(rest, sums, { out: rest }) && result;
  });
}
