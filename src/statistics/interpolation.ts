/** `interp`: values between known ones. */
import { noComplex } from "../base/complex.js";
import { isComplex, type RawArray } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { argsort } from "../functions/sorting.js";
import { add, remainder, subtract } from "../functions/ufuncs.js";
import { concat } from "../manipulation/join.js";
import { arrayOf, type NDArray, stridedOf } from "../ndarray/ndarray.js";
import { type AnyArray, arrayOfData } from "../ndarray/operands.js";
import { withRaw, writtenStrided } from "../ndarray/storage.js";
import { tidy } from "../ndarray/tidy.js";
import type { ArrayLikeData, RankOf } from "../ndarray/type-of.js";

/** Options of `interp`. */
export interface InterpOptions {
  /** The value before the first point; by default that of the first point. */
  readonly left?: number | undefined;
  /** The value behind the last point; by default that of the last point. */
  readonly right?: number | undefined;
  /** The period of `x`, if points repeat. Then `left` and `right` are not used, and points need not ascend. */
  readonly period?: number | undefined;
}

/**
 * The values at `x` of the line through known points, as float64. The points must ascend, which is not checked. After
 * `np.interp`.
 *
 * @param xp where the points are
 * @param fp their values
 * @example interp(2.5, [1, 2, 3], [3, 2, 0]) // 1
 * @example interp([0, 1.5], [1, 2], [10, 20], { left: NaN }).toArray() // [NaN, 15]
 * @throws {ShapeError} If the points are not two vectors of one length, or there is none.
 * @throws {DTypeError} If numbers are complex.
 * @throws {RangeError} If the period is 0 or no number.
 */
export function interp(x: number, xp: ArrayLikeData, fp: ArrayLikeData, options?: InterpOptions): number;
export function interp<const A extends ArrayLikeData>(
  x: A,
  xp: ArrayLikeData,
  fp: ArrayLikeData,
  options?: InterpOptions,
): NDArray<"float64", RankOf<A>>;
export function interp(x: unknown, xp: unknown, fp: unknown, options?: InterpOptions): unknown {
  const { left, right, period } = expectKnown(options, ["left", "right", "period"], "interp");
  for (const [what, value] of Object.entries({ left, right, period })) {
    if (value !== undefined && typeof value !== "number") {
      throw new TypeError(`Expected \`${what}\` to be a number, got ${show(value)}`);
    }
  }
  if (period !== undefined && !(Math.abs(period) > 0 && Number.isFinite(period))) {
    throw new RangeError(`Expected \`period\` to be a number that is not 0, got ${show(period)}`);
  }
  return tidy(() => {
    const isOne = typeof x === "number";
    const given = arrayOfData(isOne ? [x] : x, "x", "interp");
    const [at, values] = [arrayOfData(xp, "xp", "interp"), arrayOfData(fp, "fp", "interp")];
    for (const one of [given, at, values]) if (isComplex(one.dtype)) throw noComplex("interp", one.dtype);
    if (at.ndim !== 1 || values.ndim !== 1 || at.size !== values.size || at.size === 0) {
      const message = `Expected \`xp\` and \`fp\` to be vectors of one length, at least 1, got shapes`;
      throw new ShapeError(`${message} ${show(at.shape)} and ${show(values.shape)}`, {
        shape: values.shape,
        expected: at.shape,
      });
    }
    const [wanted, places, known] =
      period === undefined ? [given, at, values] : periodic(given, at, values, Math.abs(period));
    const made = writtenStrided(given.shape, "float64", undefined, ({ elements }) =>
      withRaw(stridedOf(wanted), "float64", (from) =>
        withRaw(stridedOf(places), "float64", (px) =>
          withRaw(stridedOf(known), "float64", (py) => {
            const ends = period === undefined ? [left ?? py[0]!, right ?? py[py.length - 1]!] : [py[0]!, py[0]!];
            interpolate(from, px, py, elements.raw, ends[0]!, ends[1]!);
          }),
        ),
      ),
    );
    return isOne ? arrayOf(made).item() : arrayOf(made);
  });
}

/** The points of one period in ascending order, with one more on each side. */
function periodic(x: AnyArray, xp: AnyArray, fp: AnyArray, period: number): [AnyArray, AnyArray, AnyArray] {
  const within = (a: AnyArray) => remainder(a.astype("float64") as AnyArray, period) as unknown as AnyArray;
  const places = within(xp);
  const order = argsort(places);
  const [sorted, values] = [places.take(order), fp.astype("float64").take(order)] as unknown as [AnyArray, AnyArray];
  const around = (a: AnyArray, shift: number) => [
    subtract(a.slice([-1]), shift) as unknown as AnyArray,
    a,
    add(a.slice([0, 1]), shift) as unknown as AnyArray,
  ];
  const joined = (parts: AnyArray[]) => concat(parts as never) as unknown as AnyArray;
  return [within(x), joined(around(sorted, period)), joined(around(values, 0))];
}

function interpolate(x: RawArray, xp: RawArray, fp: RawArray, to: RawArray, left: number, right: number): void {
  const last = xp.length - 1;
  let j = 0; // where the one before was found, as wanted values are often in order
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    if (Number.isNaN(value))
      to[i] = last === 0 ? fp[0]! : value; // as NumPy, for which one point is a constant
    else if (value > xp[last]!) to[i] = right;
    else if (value < xp[0]!) to[i] = left;
    else {
      if (!(xp[j]! <= value && (j === last || value < xp[j + 1]!))) j = lastAtMost(xp, value);
      to[i] = j === last || xp[j] === value ? fp[j]! : onLine(value, xp[j]!, xp[j + 1]!, fp[j]!, fp[j + 1]!);
    }
  }
}

/** The last place whose number is at most the value; there is one. */
function lastAtMost(xp: RawArray, value: number): number {
  let [low, high] = [0, xp.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (xp[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** Next to an infinity, from the other end of the line. */
function onLine(x: number, x0: number, x1: number, y0: number, y1: number): number {
  const slope = (y1 - y0) / (x1 - x0);
  let value = slope * (x - x0) + y0;
  if (Number.isNaN(value)) value = slope * (x - x1) + y1;
  return Number.isNaN(value) && y0 === y1 ? y0 : value;
}
