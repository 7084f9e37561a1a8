/**
 * The decimal digits of floats, exact: the fewest that read back as the same number, or as many as are asked for. After
 * Steele and White's Dragon4, with the rounding that NumPy gives it; but each digit is found by one division of large
 * integers, not from the digit before. Pure.
 */
import type { FloatDType } from "../base/dtype.js";
import { decodeFloat16, encodeFloat16 } from "../base/float16.js";

/** Significant bits, and the exponent of the smallest number: 2^least. */
const FORMATS: { readonly [D in FloatDType]: { readonly bits: number; readonly least: number } } = {
  float16: { bits: 11, least: -24 },
  float32: { bits: 24, least: -149 },
  float64: { bits: 53, least: -1074 },
};

/** A number as the dtype stores it. */
export const ROUND: { readonly [D in FloatDType]: (x: number) => number } = {
  float16: (x) => decodeFloat16(encodeFloat16(x)),
  float32: Math.fround,
  float64: (x) => x,
};

/** Which digits are wanted. Places are exponents of ten: those of 12.5 are 1, 0 and -1. */
export interface Wanted {
  /** No more digits than it takes to distinguish the number from its neighbours, unless `least` asks for more. */
  readonly unique: boolean;
  /** The place of the last digit at the latest, given that of the first. */
  readonly last: (first: number) => number;
  /** The place of the last digit at the earliest. */
  readonly least: (first: number) => number;
  /** If even the first digit is after the last place, whether that place is rounded to. */
  readonly fractional: boolean;
}

/** Digits without leading zeros, and the place of the first. */
export interface Digits {
  readonly digits: string;
  readonly exponent: number;
}

/** The digits of a number that is finite and not negative; the dtype must be able to hold it. */
export function digitsOf(size: number, dtype: FloatDType, wanted: Wanted): Digits {
  if (size === 0) return { digits: "0", exponent: 0 };
  const short = dtype === "float64" && wanted.unique ? shortestOf(size) : undefined;
  const end = short && short.exponent - short.digits.length + 1;
  // The shortest form may be a power of ten above the number itself, whose first digit is then at a lower place.
  if (short && short.digits !== "1" && end! >= wanted.last(short.exponent) && end! <= wanted.least(short.exponent)) {
    return short;
  }
  const parts = partsOf(size, dtype);
  const exact = firstPlace(size, parts);
  const limit = wanted.last(exact);
  if (!wanted.unique) return exactly(cut(parts, limit), limit);
  const first = wanted.fractional ? Math.max(exact, limit) : exact;
  const place = Math.max(limit, Math.min(end ?? uniquePlace(parts, first, limit), wanted.least(first)));
  return short && place === end ? short : rounded(cut(parts, place), place);
}

/** A number is `mantissa * 2 ** exponent`. */
interface Parts {
  readonly mantissa: bigint;
  readonly exponent: number;
  /** Whether the neighbour below is at half the distance of the one above: the number is a power of two. */
  readonly isUneven: boolean;
}

const view = new DataView(new ArrayBuffer(8));

function partsOf(size: number, dtype: FloatDType): Parts {
  const { bits, least } = FORMATS[dtype];
  view.setFloat64(0, size);
  const word = view.getBigUint64(0);
  const power = Number(word >> 52n);
  const fraction = word & 0xf_ffff_ffff_ffffn;
  const [mantissa, exponent] = power === 0 ? [fraction, -1074] : [fraction | (1n << 52n), power - 1075];
  const unit = Math.max(least, exponent + 53 - bits);
  const units = mantissa >> BigInt(unit - exponent);
  return { mantissa: units, exponent: unit, isUneven: unit > least && units === 1n << BigInt(bits - 1) };
}

/** The fewest digits of a float64, which the engine knows. */
function shortestOf(size: number): Digits {
  const [mantissa, exponent] = size.toExponential().split("e") as [string, string];
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

function firstPlace(size: number, parts: Parts): number {
  const near = Math.floor(Math.log10(size));
  const { quotient } = cut(parts, near);
  return quotient === 0n ? near - 1 : quotient > 9n ? near + 1 : near;
}

/**
 * The highest place from `first` down, but not below `limit`, at which the digits distinguish the number from its
 * neighbours. At all places below it they do, too.
 */
function uniquePlace(parts: Parts, first: number, limit: number): number {
  let [high, low] = [first, Math.max(limit, first - MOST_PLACES)];
  while (high > low) {
    const middle = Math.floor((high + low) / 2);
    if (cut(parts, middle + 1).isUnique) low = middle + 1;
    else high = middle;
  }
  return low;
}
/** After 17 digits, every float64 is distinguished from its neighbours. */
const MOST_PLACES = 17;

/** Powers of ten of the usual places. */
const TENS = Array.from({ length: 24 }, (_, power) => 10n ** BigInt(power));
const tenTo = (power: number): bigint => (power <= 0 ? 1n : (TENS[power] ?? 10n ** BigInt(power)));

interface Cut {
  /** The number in units of the place, rounded down. */
  readonly quotient: bigint;
  /** Whether nothing was cut off. */
  readonly isExact: boolean;
  /** Whether the digit above is nearer, or as near and even. */
  readonly isNearer: boolean;
  /** Whether to round up: to the only one of the two digits that is unique, or else to the nearer. */
  readonly isUp: boolean;
  /** Whether the digits to this place are nearer to the number than to the middle between it and a neighbour. */
  readonly isUnique: boolean;
}

function cut({ mantissa, exponent, isUneven }: Parts, place: number): Cut {
  // Four times all numbers, so that a quarter of the distance between neighbours is whole.
  const unit = tenTo(-place) << BigInt(2 + Math.max(exponent, 0));
  const scale = tenTo(place) << BigInt(2 + Math.max(-exponent, 0));
  const value = mantissa * unit;
  const quotient = value / scale;
  const rest = value % scale;
  const above = scale - rest;
  const margin = unit >> 1n;
  const marginBelow = isUneven ? unit >> 2n : margin;
  const isEven = (mantissa & 1n) === 0n; // a reader rounds the middle to an even number, so it belongs to that
  const isLow = rest < marginBelow || (isEven && rest === marginBelow);
  const isHigh = above < margin || (isEven && above === margin);
  const isNearer = rest > above || (rest === above && (quotient & 1n) === 1n);
  return {
    quotient,
    isExact: rest === 0n,
    isNearer,
    isUp: isLow === isHigh ? isNearer : isHigh,
    isUnique: isLow || isHigh,
  };
}

/** The digits of a cut. A nine that is rounded up leaves no zeros behind. */
const rounded = ({ quotient, isUp }: Cut, place: number): Digits =>
  isUp ? digitsAt(quotient + 1n, place, true) : digitsAt(quotient, place, false);

/** As `rounded`, to the nearest without regard to neighbours. */
function exactly({ quotient, isExact, isNearer }: Cut, place: number): Digits {
  return isNearer ? digitsAt(quotient + 1n, place, true) : digitsAt(quotient, place, isExact);
}

function digitsAt(value: bigint, place: number, withoutZeros: boolean): Digits {
  const text = String(value);
  const digits = withoutZeros && text.endsWith("0") ? text.replace(/(?<=.)0+$/, "") : text;
  return { digits, exponent: place + text.length - 1 };
}
