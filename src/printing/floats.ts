/**
 * Floats in columns: whether they have an exponent, and how many characters they get before and after the point, so
 * that all points are below each other. After NumPy's `FloatingFormat`.
 */
import type { DType, FloatDType, Scalar } from "../base/dtype.js";
import { ROUND } from "./digits.js";
import { widthOf } from "./layout.js";
import { positional, scientific } from "./numbers.js";
import type { PrintSettings } from "./options.js";

/** From this number on, numbers of 8 digits have an exponent; of dtypes with fewer digits, from a smaller one on. */
const DIGITS: { readonly [D in FloatDType]: number } = { float16: 3, float32: 6, float64: 8 };

/** The format of an array, which follows from all elements that are shown. */
export function floatFormat(shown: readonly Scalar[], dtype: DType, settings: PrintSettings): (x: Scalar) => string {
  const values = shown as readonly number[];
  const finite = values.filter(Number.isFinite);
  const columns = columnsOf(finite, dtype as FloatDType, settings);
  const { nanstr, infstr, sign } = settings;
  let { left } = columns;
  if (sign === " " && !finite.some((x) => x < 0 || Object.is(x, -0))) left++;
  const { right } = columns;
  if (finite.length < values.length) {
    const hasSign = sign !== "-" || values.includes(Number.NEGATIVE_INFINITY);
    left = Math.max(left, widthOf(nanstr) - right - 1, widthOf(infstr) + Number(hasSign) - right - 1);
  }
  const plus = sign === "+" ? "+" : "";
  return (element) => {
    const x = element as number;
    if (Number.isFinite(x)) return columns.write(x, left);
    const text = Number.isNaN(x) ? plus + nanstr : (x < 0 ? "-" : plus) + infstr;
    return " ".repeat(Math.max(0, left + right + 1 - widthOf(text))) + text;
  };
}

/** Characters before and after the point, and how numbers are written between them. */
interface Columns {
  readonly left: number;
  readonly right: number;
  readonly write: (x: number, left: number) => string;
}

function columnsOf(finite: readonly number[], dtype: FloatDType, settings: PrintSettings): Columns {
  if (finite.length === 0) return { left: 0, right: 0, write: String };
  return hasExponent(finite, dtype, settings.suppress)
    ? scientificColumns(finite, dtype, settings)
    : positionalColumns(finite, dtype, settings);
}

/** Whether an array is printed with exponents: if its numbers are large, or small, or of very different sizes. */
function hasExponent(finite: readonly number[], dtype: FloatDType, suppress: boolean): boolean {
  let [most, least] = [0, Number.POSITIVE_INFINITY];
  for (const x of finite) {
    const size = Math.abs(x);
    if (size > most) most = size;
    if (size < least && size > 0) least = size;
  }
  if (most === 0) return false;
  if (most >= 10 ** DIGITS[dtype]) return true;
  // NumPy compares in the dtype: in float32, 0.0001 is not less than 0.0001.
  const round = ROUND[dtype];
  return !suppress && (least < round(0.0001) || round(most / least) > 1000);
}

function scientificColumns(finite: readonly number[], dtype: FloatDType, settings: PrintSettings): Columns {
  const { floatmode, sign } = settings;
  const form = { dtype, unique: floatmode !== "fixed", sign: sign === "+" };
  const precision = floatmode === "unique" ? undefined : settings.precision;
  const trim = floatmode === "fixed" ? "k" : ".";
  const texts = finite.map((x) => scientific(x, { ...form, precision, trim }));
  const [left, digits] = widest(texts.map((text) => text.slice(0, text.indexOf("e"))));
  const expDigits = largest(texts, (text) => text.length - text.indexOf("e") - 2);
  // All have as many digits as the one with most. Those are digits of the exact value, not zeros.
  const all = { ...form, precision: digits, minDigits: digits, trim: "k", expDigits } as const;
  return { left, right: expDigits + 2 + digits, write: (x, padLeft) => scientific(x, { ...all, padLeft }) };
}

function positionalColumns(finite: readonly number[], dtype: FloatDType, settings: PrintSettings): Columns {
  const { floatmode, sign } = settings;
  const form = { dtype, unique: floatmode !== "fixed", sign: sign === "+", fractional: true };
  const precision = floatmode === "unique" ? undefined : settings.precision;
  const trim = floatmode === "fixed" ? "k" : ".";
  const [left, right] = widest(finite.map((x) => positional(x, { ...form, precision, trim })));
  const isEqual = floatmode === "fixed" || floatmode === "maxprec_equal";
  const digits = isEqual
    ? ({ precision: right, minDigits: right, trim: "k" } as const)
    : ({ precision, minDigits: 0, trim: "." } as const);
  const all = { ...form, ...digits, padRight: right };
  return { left, right, write: (x, padLeft) => positional(x, { ...all, padLeft }) };
}

/** The most characters before the point and after it. */
const widest = (texts: readonly string[]): [left: number, right: number] => [
  largest(texts, (text) => text.indexOf(".")),
  largest(texts, (text) => text.length - text.indexOf(".") - 1),
];

/** `Math.max(...list)` would overflow the stack: a summary of 7 axes shows 6^7 elements. */
const largest = (texts: readonly string[], count: (text: string) => number): number =>
  texts.reduce((most, text) => Math.max(most, count(text)), 0);
