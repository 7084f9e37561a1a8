/**
 * Functions that kernels call, lane by lane, for the rare numbers that their vector code cannot handle. Every engine
 * gives the same results, because they use only exact operations and additions and products of float64, and nothing of
 * `Math`.
 */
import { COS, SIN } from "./trigonometric.js";

/** 2/π to 1200 bits after the binary point, in hexadecimal. */
const TWO_OVER_PI = [
  "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e0",
  "06492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f4",
  "9c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d",
  "7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b",
].join("");
const BASE = 2 ** 24;
const BELOW = 1 / BASE;
/** The same in digits of 24 bits, the highest first. A product of two digits is exact, and so are sums of a few. */
const DIGITS = Float64Array.from({ length: TWO_OVER_PI.length / 6 }, (_, i) =>
  Number.parseInt(TWO_OVER_PI.slice(6 * i, 6 * i + 6), 16),
);
/** The powers of 2^-24 that bring a float64 below 2^24. */
const SCALES = new Float64Array(43).fill(1);
for (let i = 1; i < SCALES.length; i++) SCALES[i] = SCALES[i - 1]! * BELOW;
/** Digits of x·2/π that are computed behind the binary point, and the digits that a float64 takes at most. */
const FRACTION = 7;
const PARTS = 4;
/** Room for the parts of a number and for the digits of a product, the highest first. */
const parts = new Float64Array(PARTS);
const digits = new Float64Array(FRACTION + 1);
/** π/2 in two parts, and the first of them in two halves. */
const [HIGH, LOW] = [1.5707963267948966, 6.123233995736766e-17];
const HIGH_HALVES = halves(HIGH);
const view = new DataView(new ArrayBuffer(8));

/** A float64 as a sum of two with at most 26 bits each, after Veltkamp. */
function halves(a: number): readonly [number, number] {
  const shifted = a * 134217729; // 2^27 + 1
  const upper = shifted - (shifted - a);
  return [upper, a - upper];
}

/** |x| = quarter·π/2 + high - low, with |high| ≤ π/4 and `quarter` modulo 4. */
interface Reduced {
  readonly quarter: number;
  readonly high: number;
  readonly low: number;
}

/**
 * Subtracts the nearest multiple of π/2 from |x|, for 1 ≤ |x| < ∞, after Payne and Hanek: x·2/π modulo 4 needs only
 * those digits of 2/π that are near the binary point of the product.
 */
function reduce(x: number): Reduced {
  view.setFloat64(0, x);
  const exponent = ((view.getUint32(0) >> 20) & 0x7ff) - 1023;
  const shift = (exponent - (exponent % 24)) / 24; // |x| = 2^(24·shift)·(the parts, of which each counts 2^-24 less)
  let rest = (x < 0 ? -x : x) * SCALES[shift]!;
  for (let i = 0; i < PARTS; i++) {
    parts[i] = whole(rest);
    rest = (rest - parts[i]!) * BASE;
  }
  let carry = 0;
  for (let at = FRACTION; at >= 0; at--) {
    const k = shift - 1 + at;
    let sum = carry;
    for (let i = 0; i < PARTS && i <= k; i++) if (k - i < DIGITS.length) sum += parts[i]! * DIGITS[k - i]!;
    carry = whole(sum * BELOW);
    digits[at] = sum - carry * BASE;
  }
  const isAbove = digits[1]! >= BASE / 2; // then the next multiple is nearer
  const pair = (at: number) => digits[at]! * BASE + digits[at + 1]!;
  const a = (pair(1) - (isAbove ? BASE * BASE : 0)) * SCALES[2]!;
  const b = pair(3) * SCALES[4]!;
  const upper = a + b;
  const lower = b - (upper - a) + pair(5) * SCALES[6]!;
  const part = upper + lower;
  const small = lower - (part - upper);
  const product = part * HIGH;
  const tail = productError(part, product) + part * LOW + small * HIGH;
  const high = product + tail;
  return { quarter: (digits[0]! + (isAbove ? 1 : 0)) % 4, high, low: high - product - tail };
}

/** A number from 0 to 2^52 without its fraction. Adding 2^52 rounds to an integer, which may be the one above. */
function whole(a: number): number {
  const rounded = a + 2 ** 52 - 2 ** 52;
  return rounded > a ? rounded - 1 : rounded;
}
/** The rounding error of a·π/2, after Dekker. */
function productError(a: number, product: number): number {
  const [[a0, a1], [b0, b1]] = [halves(a), HIGH_HALVES];
  return a1 * b1 - (product - a0 * b0 - a1 * b0 - a0 * b1);
}

function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = coefficients.at(-1)!;
  for (let i = coefficients.length - 2; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}

/** The sine and the cosine of high - low, each in two parts, by the formulas of `trigonometric.ts`. */
function sinCos({ high, low }: Reduced) {
  const z = high * high;
  const half = z * 0.5;
  const cosHead = 1 - half;
  const sinRest = z * high * polynomial(z, SIN.f64) + low * cosHead;
  const cosRest = 1 - cosHead - half + (z * z * polynomial(z, COS.f64) + high * low);
  const sin = high - sinRest;
  const cos = cosHead + cosRest;
  return { sin, sinLow: high - sin - sinRest, cos, cosLow: cosHead - cos + cosRest };
}

/** The functions by the names that `call` nodes use. */
export const rareFunctions: Readonly<Record<string, (a: number, b: number) => number>> = {
  /** The remainder with the sign of the dividend. JavaScript's `%` is exact by its specification. */
  fmod: (a, b) => a % b,
  sinLarge(x) {
    const reduced = reduce(x);
    const { sin, cos } = sinCos(reduced);
    const value = reduced.quarter % 2 === 0 ? sin : cos;
    return reduced.quarter >= 2 !== x < 0 ? -value : value;
  },
  cosLarge(x) {
    const reduced = reduce(x);
    const { sin, cos } = sinCos(reduced);
    const value = reduced.quarter % 2 === 0 ? cos : sin;
    return reduced.quarter === 1 || reduced.quarter === 2 ? -value : value;
  },
  tanLarge(x) {
    const reduced = reduce(x);
    const { sin, sinLow, cos, cosLow } = sinCos(reduced);
    const isEven = reduced.quarter % 2 === 0;
    const [a, aLow, b, bLow] = isEven ? [sin, sinLow, cos, cosLow] : [cos, cosLow, sin, sinLow];
    const quotient = a / b;
    const error = productRest(quotient, b, a) + aLow - quotient * bLow;
    const value = quotient + error / b;
    return isEven === x < 0 ? -value : value;
  },
};

/** a - quotient·b, exactly up to its own rounding. */
function productRest(quotient: number, b: number, a: number): number {
  const [[q0, q1], [b0, b1]] = [halves(quotient), halves(b)];
  const product = quotient * b;
  return a - product + (product - q0 * b0 - q1 * b0 - q0 * b1 - q1 * b1);
}
