/**
 * Arrays as text: what NumPy 2 prints for `str(a)` with its default options.
 * https://github.com/numpy/numpy/blob/v2.4.0/numpy/_core/arrayprint.py (FloatingFormat, _formatArray)
 */
import { type DType, dtypes, isFloat, type Scalar } from "../base/dtype.js";
import { decodeFloat16, encodeFloat16 } from "../base/float16.js";
import type { Strided } from "./elements.js";
import { scalars } from "./lists.js";
import { slice } from "./view.js";

/** The most digits after the point. */
const PRECISION = 8;
/** Above so many elements, only the edges are shown. */
const THRESHOLD = 1000;
/** How many indices are shown at each end of an axis that is cut. */
const EDGE_ITEMS = 3;
/** Characters of a line. */
const LINE_WIDTH = 75;

/** The array as text. */
export function formatArray(array: Strided): string {
  const { view, elements } = array;
  const { dtype } = elements;
  if (view.shape.length === 0) return formatScalar([...scalars(array)][0]!, dtype);
  if (view.size === 0) return "[]";
  const summary = view.size > THRESHOLD;
  const shown = summary ? edges(array) : [array];
  const format = formatter(
    shown.flatMap((part) => [...scalars(part)]),
    dtype,
  );
  return layOut(array, format, summary, " ", LINE_WIDTH);
}

/** One level of brackets for each axis. The words of the last axis wrap at the line width. */
function layOut(
  array: Strided,
  format: (x: Scalar) => string,
  summary: boolean,
  indent: string,
  width: number,
): string {
  const { view } = array;
  if (view.shape.length === 0) return format([...scalars(array)][0]!);
  const length = view.shape[0]!;
  const cut = summary && length > 2 * EDGE_ITEMS;
  const count = cut ? 2 * EDGE_ITEMS : length;
  const rows = Array.from({ length: count }, (_, i) => (i < EDGE_ITEMS || !cut ? i : length - count + i));
  const words = rows.map((i) => layOut(row(array, i), format, summary, `${indent} `, width - 1));
  if (cut) words.splice(EDGE_ITEMS, 0, "...");
  const inner =
    view.shape.length > 1
      ? words.join(`\n${"\n".repeat(view.shape.length - 2)}${indent}`)
      : wrap(words, indent, width - 1);
  return `[${inner}]`;
}

function wrap(words: readonly string[], indent: string, width: number): string {
  let text = "";
  let line = indent;
  for (const [i, word] of words.entries()) {
    if (line.length + word.length > width && line.length > indent.length) {
      text += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += i < words.length - 1 ? `${word} ` : word;
  }
  return (text + line).slice(indent.length);
}

const row = ({ elements, view }: Strided, i: number): Strided => ({ elements, view: slice(view, [i]) });

/** The corners that a summary shows. Only they decide how wide the columns are. */
function edges({ elements, view }: Strided): Strided[] {
  let parts = [view];
  for (const [axis, length] of view.shape.entries()) {
    if (length <= 2 * EDGE_ITEMS) continue;
    const before = new Array<readonly []>(axis).fill([]);
    parts = parts.flatMap((part) => [
      slice(part, [...before, [0, EDGE_ITEMS]]),
      slice(part, [...before, [length - EDGE_ITEMS, null]]),
    ]);
  }
  return parts.map((part) => ({ elements, view: part }));
}

function formatter(values: readonly Scalar[], dtype: DType): (x: Scalar) => string {
  if (isFloat(dtype)) return floatFormatter(values as readonly number[], dtype);
  const text = dtype === "bool" ? (x: Scalar) => (x ? "True" : "False") : String;
  const width = dtype === "bool" ? 5 : largest(values.map((x) => text(x).length));
  return (x) => text(x).padStart(width);
}

/**
 * The largest of a list of numbers, none of them negative. `Math.max(...list)` would overflow the stack: a summary of 7
 * axes shows 6^7 elements.
 */
const largest = (list: readonly number[]): number => list.reduce((a, b) => Math.max(a, b), 0);

const SIGNIFICANT: Partial<Record<DType, number>> = { float16: 3, float32: 6 };

function floatFormatter(values: readonly number[], dtype: DType): (x: Scalar) => string {
  const finite = values.filter(Number.isFinite);
  const sizes = finite.filter((x) => x !== 0).map(Math.abs);
  const most = largest(sizes);
  const least = sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  // NumPy compares in the dtype: in float32, 0.0001 is not less than 0.0001.
  const round = roundTo(dtype);
  const isWide = () => least < round(0.0001) || round(most / least) > 1000;
  const exponential = sizes.length > 0 && (most >= 10 ** Math.min(8, SIGNIFICANT[dtype] ?? 15) || isWide());
  const texts = finite.map((x) => (exponential ? scientific(x, dtype) : positional(x, dtype)));
  const parts = texts.map((text) => /^(-?\d+)\.(\d*)(?:e(.*))?$/.exec(text)!.slice(1) as [string, string, string?]);
  const fraction = largest(parts.map(([, digits]) => digits.length));
  const exponent = largest(parts.map(([, , digits]) => digits?.length ?? 0)) - 1;
  let left = largest(parts.map(([digits]) => digits.length));
  const right = finite.length === 0 ? 0 : exponential ? exponent + 2 + fraction : fraction;
  if (finite.length < values.length) {
    const infinity = values.includes(Number.NEGATIVE_INFINITY) ? 4 : 3;
    left = Math.max(left, 3 - right - 1, infinity - right - 1);
  }
  return (value) => {
    const x = value as number;
    if (!Number.isFinite(x)) return nonFinite(x).padStart(left + right + 1);
    if (!exponential) {
      const [whole, digits] = positional(x, dtype).split(".") as [string, string];
      return `${whole.padStart(left)}.${digits.padEnd(right)}`;
    }
    // NumPy pads with the digits of the exact value, not with zeros, although the dtype cannot distinguish them.
    const [, minus, whole, digits = "", sign, power] = SCIENTIFIC.exec(
      (x < 0 ? "-" : "") + roundToEven(Math.abs(x), fraction),
    )!;
    const signed = (minus || (Object.is(x, -0) ? "-" : "")) + whole;
    return `${signed.padStart(left)}.${digits}e${sign}${power!.padStart(exponent, "0")}`;
  };
}

const nonFinite = (x: number) => (Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf");

/** A number as `12.5` or `3.`, in the fewest digits that read back as the same number, at most 8 after the point. */
function positional(x: number, dtype: DType): string {
  const [digits, exponent] = shortest(x, dtype);
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  const isCut = digits.length - 1 - exponent > PRECISION;
  const [whole, fraction = ""] = (isCut ? Math.abs(x).toFixed(PRECISION) : withPoint(digits, exponent)).split(".");
  return `${sign}${whole}.${fraction.replace(/0+$/, "")}`;
}

/** The digits with a point; `exponent` is that of the first digit. */
function withPoint(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, "0");
  return `${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || "0"}`;
}

const SCIENTIFIC = /^(-?)(\d)(?:\.(\d+))?e([+-])(\d+)$/;

/** A number as `1.25e+10`, always with a point, and with at least two digits of exponent. */
function scientific(x: number, dtype: DType): string {
  const [digits] = shortest(x, dtype);
  const text = Math.abs(x).toExponential(Math.min(PRECISION, digits.length - 1));
  const [, , whole, fraction = "", sign, power] = SCIENTIFIC.exec(text)!;
  const minus = x < 0 || Object.is(x, -0) ? "-" : "";
  return `${minus}${whole}.${fraction.replace(/0+$/, "")}e${sign}${power!.padStart(2, "0")}`;
}

/** The fewest decimal digits that the dtype reads back as the same number, and the exponent of the first digit. */
function shortest(x: number, dtype: DType): [digits: string, exponent: number] {
  const size = Math.abs(x);
  let text = size.toExponential();
  if (dtype !== "float64") {
    const round = roundTo(dtype);
    for (let places = 0; places < 9; places++) {
      text = roundToEven(size, places);
      if (round(Number(text)) === size) break;
    }
  }
  const [mantissa, exponent] = text.split("e") as [string, string];
  return [mantissa.replace(".", "").replace(/0+$/, "") || "0", Number(exponent)];
}

/** Rounds numbers to a float dtype. */
function roundTo(dtype: DType): (x: number) => number {
  if (dtype === "float64") return (x) => x;
  return dtype === "float32" ? Math.fround : (x) => decodeFloat16(encodeFloat16(x));
}

/** As `toExponential`, but ties round to even, not up. */
function roundToEven(size: number, places: number): string {
  const longer = size.toExponential(places + 1);
  const down = longer.replace(/\.?5(?=e)/, "");
  const isTie = down !== longer && Number(longer) === size && /[02468](?=e)/.test(down);
  return isTie ? down : size.toExponential(places);
}

/** From which number on an array of rank 0 prints with an exponent. */
const LARGE: Partial<Record<DType, number>> = { float16: 1e3, float32: 1e6, float64: 1e16 };

/** An array of rank 0 prints as NumPy prints the scalar. */
function formatScalar(x: Scalar, dtype: DType): string {
  if (dtype === "bool") return x ? "True" : "False";
  if (dtypes[dtype].kind !== "f") return String(x);
  const value = x as number;
  if (!Number.isFinite(value)) return nonFinite(value);
  const [digits, exponent] = shortest(value, dtype);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.0001 || size >= LARGE[dtype]!)) {
    const power = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}e${exponent < 0 ? "-" : "+"}${power}`;
  }
  return sign + withPoint(digits, exponent);
}
