/** A float as text, with or without an exponent: what NumPy's `dragon4_positional` and `dragon4_scientific` give. */
import type { FloatDType } from "../base/dtype.js";
import { digitsOf } from "./digits.js";

/**
 * What becomes of zeros at the end: `"k"` keeps them and the point, `"."` keeps the point, `"0"` keeps the point and
 * one zero after it, `"-"` keeps neither.
 */
export type Trim = "k" | "." | "0" | "-";

/** How one number is written. Undefined stands for no limit, and for no padding. */
export interface NumberForm {
  readonly dtype: FloatDType;
  /** The most digits after the point. */
  readonly precision?: number | undefined;
  /** Whether digits end where they distinguish the number from its neighbours. */
  readonly unique: boolean;
  /** The fewest digits after the point, if `unique`. */
  readonly minDigits?: number | undefined;
  readonly trim: Trim;
  /** Whether positive numbers have a sign. */
  readonly sign: boolean;
  /** Characters before the point, at least. */
  readonly padLeft?: number | undefined;
}
export interface PositionalForm extends NumberForm {
  /** Whether digits are counted after the point; otherwise from the first digit that is no zero. */
  readonly fractional: boolean;
  /** Characters after the point, at least. */
  readonly padRight?: number | undefined;
}
export interface ScientificForm extends NumberForm {
  /** Digits of the exponent, at least. */
  readonly expDigits?: number | undefined;
}

/** The last digit is never there, or may be anywhere. */
const NO_LIMIT = Number.NEGATIVE_INFINITY;

/** A number as `12.5`. NaN and infinities are not padded. */
export function positional(x: number, form: PositionalForm): string {
  if (!Number.isFinite(x)) return nonFinite(x, form.sign);
  const { precision, minDigits, fractional, trim, padRight } = form;
  const place = (count: number | undefined, first: number, none: number) =>
    count === undefined ? none : fractional ? -count : first + 1 - count;
  const { digits, exponent } = digitsOf(Math.abs(x), form.dtype, {
    unique: form.unique,
    fractional,
    last: (first) => place(precision, first, NO_LIMIT),
    least: (first) => place(minDigits, first, first),
  });
  const whole = exponent < 0 ? "0" : digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const count = (form.unique ? minDigits : precision) ?? (fractional ? 0 : -1);
  const fraction = trimmed(
    exponent < 0 ? "0".repeat(-exponent - 1) + digits : digits.slice(exponent + 1),
    fractional ? count : count - whole.length,
    trim,
  );
  const point = fraction === "" && trim === "-" ? (padRight === undefined ? "" : " ") : ".";
  return signed(x, form.sign, whole, form.padLeft) + point + fraction.padEnd(padRight ?? 0);
}

/** A number as `1.25e+10`. NaN and infinities are not padded. */
export function scientific(x: number, form: ScientificForm): string {
  if (!Number.isFinite(x)) return nonFinite(x, form.sign);
  const { precision, minDigits, trim, expDigits = 2 } = form;
  const { digits, exponent } = digitsOf(Math.abs(x), form.dtype, {
    unique: form.unique,
    fractional: false,
    last: (first) => (precision === undefined ? NO_LIMIT : first - precision),
    least: (first) => (minDigits === undefined ? first : first - minDigits),
  });
  const given = digits.slice(1);
  const fraction = trimmed(given, (form.unique ? minDigits : precision) ?? 0, trim);
  // Where rounding has left zeros only, NumPy trims them and not the point.
  const point = trim === "-" && given === "" ? "" : ".";
  const power = String(Math.abs(exponent)).padStart(Math.min(expDigits, MOST_EXP_DIGITS), "0");
  return `${signed(x, form.sign, digits[0]!, form.padLeft)}${point}${fraction}e${exponent < 0 ? "-" : "+"}${power}`;
}

/** NumPy writes no more digits of an exponent. */
const MOST_EXP_DIGITS = 5;

/** The digits after the point, with zeros up to `count`, or without those at the end. */
function trimmed(fraction: string, count: number, trim: Trim): string {
  if (trim === "k") return fraction.padEnd(count, "0");
  const kept = fraction.replace(/0+$/, "");
  return kept === "" && trim === "0" ? "0" : kept;
}

function signed(x: number, withPlus: boolean, whole: string, padLeft = 0): string {
  const sign = x < 0 || Object.is(x, -0) ? "-" : withPlus ? "+" : "";
  return (sign + whole).padStart(padLeft);
}

const nonFinite = (x: number, withPlus: boolean): string =>
  Number.isNaN(x) ? "nan" : x < 0 ? "-inf" : withPlus ? "+inf" : "inf";
