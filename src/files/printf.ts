/** Numbers as text by a format of C: `%.3f`, `%+05d`, `%g`. Pure. What Python's `%` gives, for `savetxt`. */
import { noComplex } from "../base/complex.js";
import type { DType, RealScalar, Scalar } from "../base/dtype.js";
import { show } from "../base/expect.js";
import { decodeFloat16, encodeFloat16 } from "../base/float16.js";

/** A format: text, and places for numbers. */
export type Format = readonly (string | Place)[];
/** A place for one number. */
export interface Place {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

const PLACE = /%([-+ 0#]*)(\d*)(?:\.(\d*))?[hlL]?([a-zA-Z%])/y;
const FLOATS = "eEfFgG";
const INTEGERS = "diu";
const WHOLE = "xXo";
/** JavaScript prints no more digits. */
const MOST_DIGITS = 100;
const MOST_WIDTH = 1000;

/**
 * A format from its text. `what` names the argument in errors.
 *
 * @throws {TypeError} If a place is not that of a number.
 * @throws {RangeError} If it has a longer precision or width than can be printed.
 */
export function parseFormat(text: string, what = "fmt"): Format {
  const format: (string | Place)[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf("%", at);
    if (next !== at) format.push(text.slice(at, next < 0 ? undefined : next));
    if (next < 0) break;
    PLACE.lastIndex = next;
    const [all, flags = "", width = "", precision, conversion = ""] = PLACE.exec(text) ?? [];
    const isKnown = `${FLOATS}${INTEGERS}${WHOLE}s%`.includes(conversion);
    if (all === undefined || !isKnown) {
      const got = `${show(text.slice(next, next + 8))} in ${show(text)}`;
      throw new TypeError(`Expected \`${what}\` to have places for numbers such as "%.3f", "%d" or "%g", got ${got}`);
    }
    if (conversion === "%") format.push("%");
    else format.push({ flags, width: Number(width), precision: precisionOf(precision), conversion });
    const place = format.at(-1)!;
    if (typeof place === "object" && (place.width > MOST_WIDTH || (place.precision ?? 0) > MOST_DIGITS)) {
      const limits = `widths up to ${MOST_WIDTH} and precisions up to ${MOST_DIGITS}`;
      throw new RangeError(`Expected \`${what}\` to have ${limits}, got ${show(all)}`);
    }
    at = next + all.length;
  }
  return format;
}

const precisionOf = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits);

/**
 * One element as text.
 *
 * @throws {RangeError} If it is no integer, and the format needs one.
 */
export function printed(place: Place, value: Scalar, dtype: DType): string {
  const { conversion } = place;
  if (typeof value === "object") throw noComplex("text", dtype);
  if (conversion === "s") return padded(place, "", plainText(value, dtype).slice(0, place.precision), false);
  if (FLOATS.includes(conversion)) return printedFloat(place, Number(value));
  const whole = wholeOf(value, conversion);
  const base = conversion === "x" || conversion === "X" ? 16 : conversion === "o" ? 8 : 10;
  const magnitude = (whole < 0n ? -whole : whole).toString(base).padStart(place.precision ?? 0, "0");
  const prefix = place.flags.includes("#") && base !== 10 ? (base === 16 ? "0x" : "0o") : "";
  const digits = `${prefix}${magnitude}`;
  return padded(place, signOf(place, whole < 0n), conversion === "X" ? digits.toUpperCase() : digits, true);
}

function wholeOf(value: RealScalar, conversion: string): bigint {
  const isWhole = typeof value === "number" ? Number.isInteger(value) : typeof value === "bigint";
  const mayCut = INTEGERS.includes(conversion) && Number.isFinite(Number(value));
  if (isWhole || mayCut) return typeof value === "number" ? BigInt(Math.trunc(value)) : BigInt(value);
  const cure = 'use "%g", or round first';
  throw new RangeError(`Expected an element that "%${conversion}" can print, got ${show(value)} (${cure})`);
}

const signOf = ({ flags }: Place, isNegative: boolean): string =>
  isNegative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";

function padded({ flags, width }: Place, sign: string, text: string, mayZero: boolean): string {
  const length = width - sign.length;
  if (flags.includes("-")) return `${sign}${text.padEnd(length)}`;
  if (mayZero && flags.includes("0")) {
    const prefix = /^0[xXoO]/.exec(text)?.[0] ?? "";
    return `${sign}${prefix}${text.slice(prefix.length).padStart(length - prefix.length, "0")}`;
  }
  return `${sign}${text}`.padStart(width);
}

function printedFloat(place: Place, value: number): string {
  const isNegative = value < 0 || Object.is(value, -0);
  const lower = place.conversion.toLowerCase();
  const digits = Number.isFinite(value) ? finite(Math.abs(value), lower, place) : Number.isNaN(value) ? "nan" : "inf";
  const text = place.conversion === lower ? digits : digits.toUpperCase();
  return padded(place, signOf(place, isNegative), text, true);
}

function finite(value: number, conversion: string, { precision = 6, flags }: Place): string {
  const isAlternate = flags.includes("#");
  const pointed = (text: string) => (isAlternate && precision === 0 ? text.replace(/(?=e|$)/, ".") : text);
  if (conversion === "f") return pointed(fixed(value, precision));
  if (conversion === "e") return pointed(exponential(value, precision));
  const significant = Math.max(1, precision);
  const long = exponential(value, significant - 1);
  const exponent = Number(long.slice(long.indexOf("e") + 1));
  const isFixed = exponent >= -4 && exponent < significant;
  const text = isFixed ? fixed(value, significant - 1 - exponent) : long;
  if (isAlternate) return text.includes(".") ? text : text.replace(/(?=e|$)/, ".");
  return text.includes(".") ? text.replace(/\.?0+(?=e|$)/, "") : text;
}

/** So many digits further, a number that is halfway between two results differs from one that only looks so. */
const FURTHER = 25;
const HALF = /^50*$/;

/** A number that is not negative, with so many digits after the point. Halves are rounded to even, as C does. */
function fixed(value: number, digits: number): string {
  if (value >= 1e21) return digits === 0 ? String(BigInt(value)) : `${BigInt(value)}.${"0".repeat(digits)}`;
  const more = Math.min(MOST_DIGITS, digits + FURTHER);
  const further = value.toFixed(more);
  const cut = further.length - (more - digits);
  const down = further.slice(0, digits === 0 ? cut - 1 : cut);
  return isHalfAboveEven(down, further.slice(cut)) ? down : value.toFixed(digits);
}

/** As `fixed`, with one digit before the point, and an exponent. */
function exponential(value: number, digits: number): string {
  const [further, own] = value.toExponential(Math.min(MOST_DIGITS, digits + FURTHER)).split("e") as [string, string];
  const down = further.slice(0, digits === 0 ? 1 : digits + 2);
  const isDown = isHalfAboveEven(down, further.slice(digits + 2));
  const [mantissa, power] = isDown ? [down, own] : (value.toExponential(digits).split("e") as [string, string]);
  const sign = power.startsWith("-") ? "-" : "+";
  return `${mantissa}e${sign}${power.slice(1).padStart(2, "0")}`;
}

/** Whether what is cut off is half of the last digit, and that is even. JavaScript would round up. */
const isHalfAboveEven = (down: string, rest: string): boolean => HALF.test(rest) && Number(down.at(-1)) % 2 === 0;

/** From 10 to this power on, `str` prints an exponent. */
const PLAIN_POWERS: Readonly<Record<string, number>> = { float64: 16, float32: 8, float16: 3 };
const MOST_SIGNIFICANT = 17;
/** An element as Python's `str` prints it: the shortest digits that are read as the same element. */
function plainText(value: RealScalar, dtype: DType): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint" || !dtype.startsWith("float")) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const text = dtype === "float64" ? value.toExponential() : shortest(value, dtype);
  const [mantissa, power] = text.split("e") as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < PLAIN_POWERS[dtype]!) {
    const digits = mantissa.replace(/[-.]/g, "").length - 1;
    const plain = fixed(Math.abs(value), Math.max(1, digits - exponent));
    return value < 0 || Object.is(value, -0) ? `-${plain}` : plain;
  }
  const sign = exponent < 0 ? "-" : "+";
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function shortest(value: number, dtype: DType): string {
  const isSame = dtype === "float32" ? (x: number) => Math.fround(x) === value : (x: number) => toHalf(x) === value;
  for (let digits = 0; digits < MOST_SIGNIFICANT; digits++) {
    const text = exponential(Math.abs(value), digits);
    const signed = value < 0 ? `-${text}` : text;
    if (isSame(Number(signed))) return signed;
  }
  return value.toExponential();
}

const toHalf = (x: number): number => decodeFloat16(encodeFloat16(x));
