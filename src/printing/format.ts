/** Single numbers as text: `formatFloatPositional` and `formatFloatScientific`. */
import { expectDType, type FloatDType, isFloat } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectKnown, expectOneOf, show } from "../base/expect.js";
import { ROUND } from "./digits.js";
import { positional, scientific, type Trim } from "./numbers.js";
import { MOST_DIGITS } from "./options.js";

/** How a number is written. */
export interface FormatFloatOptions {
  /** The most digits after the point. By default as many as it takes to distinguish the number from its neighbours. */
  readonly precision?: number | undefined;
  /**
   * Whether digits end where they distinguish the number from its neighbours. If not, `precision` is needed. By default
   * true.
   */
  readonly unique?: boolean | undefined;
  /** The fewest digits after the point, if `unique`. By default none. */
  readonly minDigits?: number | undefined;
  /**
   * What becomes of zeros at the end: "k" keeps them and the point, "." keeps the point, "0" keeps the point and one
   * zero after it, "-" keeps neither. By default "k".
   */
  readonly trim?: Trim | undefined;
  /** Whether positive numbers have a sign. By default false. */
  readonly sign?: boolean | undefined;
  /** Characters before the point, at least: blanks are added. By default as many as there are. */
  readonly padLeft?: number | undefined;
  /** The dtype whose neighbours of the number count; the number is rounded to it. By default "float64". */
  readonly dtype?: FloatDType | undefined;
}
/** How a number is written without an exponent. */
export interface FormatPositionalOptions extends FormatFloatOptions {
  /** Whether digits are counted after the point; otherwise from the first that is no zero. By default true. */
  readonly fractional?: boolean | undefined;
  /** Characters after the point, at least: blanks are added. By default as many as there are. */
  readonly padRight?: number | undefined;
}
/** How a number is written with an exponent. */
export interface FormatScientificOptions extends FormatFloatOptions {
  /** Digits of the exponent, at least, up to 5. By default 2. */
  readonly expDigits?: number | undefined;
}

/**
 * A number as text without an exponent. After `np.format_float_positional`.
 *
 * @example formatFloatPositional(0.1, { dtype: "float16", precision: 10, unique: false }) // "0.0999755859"
 * @throws {TypeError} If `x` is no number, or `unique` is false and there is no `precision`.
 * @throws {RangeError} If a number is out of range, or `minDigits` is more than `precision`.
 */
export function formatFloatPositional(x: number, options?: FormatPositionalOptions): string {
  const given = expectKnown(options, [...COMMON, "fractional", "padRight"], "formatFloatPositional");
  const fractional = given.fractional === undefined || expectBoolean("fractional", given.fractional);
  const form = formOf(given, fractional ? 0 : 1);
  const padRight = countOf("padRight", given.padRight);
  return positional(ROUND[form.dtype](expectNumber(x)), { ...form, fractional, padRight });
}

/**
 * A number as text with an exponent. After `np.format_float_scientific`.
 *
 * @example formatFloatScientific(1234.5, { precision: 2 }) // "1.23e+03"
 * @throws {TypeError} If `x` is no number, or `unique` is false and there is no `precision`.
 * @throws {RangeError} If a number is out of range, or `minDigits` is more than `precision`.
 */
export function formatFloatScientific(x: number, options?: FormatScientificOptions): string {
  const given = expectKnown(options, [...COMMON, "expDigits"], "formatFloatScientific");
  const form = formOf(given, 0);
  const expDigits = given.expDigits === undefined ? undefined : expectInteger("expDigits", given.expDigits, 1, 6);
  return scientific(ROUND[form.dtype](expectNumber(x)), { ...form, expDigits });
}

const COMMON = ["precision", "unique", "minDigits", "trim", "sign", "padLeft", "dtype"] as const;
const TRIMS: readonly Trim[] = ["k", ".", "0", "-"];

function formOf(given: Partial<FormatFloatOptions>, leastPrecision: number) {
  const precision = countOf("precision", given.precision, leastPrecision);
  const minDigits = countOf("minDigits", given.minDigits);
  const unique = given.unique === undefined || expectBoolean("unique", given.unique);
  if (!unique && precision === undefined) {
    throw new TypeError("Expected `precision` where `unique` is false, got none; give the number of digits");
  }
  if (precision && minDigits && minDigits > precision) {
    throw new RangeError(`Expected \`minDigits\` to be at most \`precision\` (${precision}), got ${minDigits}`);
  }
  return {
    precision,
    minDigits,
    unique,
    trim: given.trim === undefined ? ("k" as const) : expectOneOf("trim", given.trim, TRIMS),
    sign: expectBoolean("sign", given.sign),
    padLeft: countOf("padLeft", given.padLeft),
    dtype: given.dtype === undefined ? ("float64" as const) : expectFloat(given.dtype),
  };
}

const countOf = (what: string, value: unknown, least = 0): number | undefined =>
  value === undefined ? undefined : expectInteger(what, value, least, MOST_DIGITS + 1);

function expectNumber(x: unknown): number {
  if (typeof x === "number") return x;
  throw new TypeError(`Expected \`x\` to be a number, got ${show(x)}`);
}

function expectFloat(given: unknown): FloatDType {
  const dtype = expectDType(given);
  if (isFloat(dtype)) return dtype as FloatDType;
  const expected = "float16, float32 or float64";
  throw new DTypeError(`Expected \`dtype\` to be ${expected}, got ${show(dtype)}`, { dtype, expected });
}
