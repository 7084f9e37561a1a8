/** The text of an array: as it is printed, as an expression that would make it in Python, or with other options. */
import type { Complex } from "../base/complex.js";
import { type DType, dtypes, type FloatDType, isComplex, isFloat, partOf, type Scalar } from "../base/dtype.js";
import { complexText } from "./complex.js";
import { elementFormat } from "./elements.js";
import { layOut, type ShownAxis, shownAxes, widthOf } from "./layout.js";
import { positional, scientific } from "./numbers.js";
import { type PrintSettings, settingsWith } from "./options.js";

/** What is printed: which elements there are, and how to read one. */
export interface Printed {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly size: number;
  /** The element at a position, which is counted as strides and offset are. */
  readonly at: (position: number) => Scalar;
}

/** What is around the text, and between elements. */
export interface Surroundings {
  readonly separator: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** The elements in brackets. A summary reads those that it shows and no others. */
export function textOf(array: Printed, settings: PrintSettings, { separator, prefix, suffix }: Surroundings): string {
  const { shape, size, dtype } = array;
  if (size === 0) return "[]";
  const { threshold, edgeitems, linewidth } = settings;
  const axes = shownAxes(shape, size > threshold, edgeitems);
  const shown = elementsAt(array, axes);
  const format = elementFormat(shown, dtype, settings, shape.length);
  const layout = { linewidth: linewidth - widthOf(suffix), separator, indent: widthOf(prefix) };
  return layOut(axes, wordsOf(shown, format), layout);
}

function* wordsOf(shown: readonly Scalar[], format: (x: Scalar) => string): Generator<string> {
  for (const x of shown) yield format(x);
}

/** The elements at the indices that are shown, in C order, each read once. */
export function elementsAt({ strides, offset, at }: Printed, axes: readonly ShownAxis[]): Scalar[] {
  const found: Scalar[] = [];
  const visit = (axis: number, position: number) => {
    const shown = axes[axis];
    if (!shown) found.push(at(position));
    else for (const i of shown.indices) visit(axis + 1, position + i * strides[axis]!);
  };
  visit(0, offset);
  return found;
}

const PLAIN: Surroundings = { separator: " ", prefix: "", suffix: "" };

/** What NumPy prints for `str(a)`: an array of rank 0 as its element, with all digits. */
export const strOf = (array: Printed, settings: PrintSettings = settingsWith({})): string =>
  array.shape.length === 0 ? scalarText(array.at(array.offset), array.dtype) : textOf(array, settings, PLAIN);

/** What NumPy prints for `repr(a)`: `array([1., 2.])`, with shape and dtype where the elements do not show them. */
export function reprOf(array: Printed, settings: PrintSettings): string {
  const { shape, size, dtype } = array;
  const elements = textOf(array, settings, { separator: ", ", prefix: "array(", suffix: ")" });
  const isEmptyList = shape.length === 1 && shape[0] === 0;
  const extras: string[] = [];
  if ((size === 0 && !isEmptyList) || size > settings.threshold) extras.push(`shape=${tuple(shape)}`);
  if (size === 0 || !IMPLIED.includes(dtype)) extras.push(`dtype=${/\W|_/.test(dtype) ? `'${dtype}'` : dtype}`);
  if (extras.length === 0) return `array(${elements})`;
  const [text, rest] = [`array(${elements},`, `${extras.join(", ")})`];
  const length = widthOf(text.slice(text.lastIndexOf("\n") + 1));
  return text + (length + rest.length + 1 > settings.linewidth ? "\n      " : " ") + rest;
}

/** The dtypes that Python's own numbers get. */
const IMPLIED: readonly DType[] = ["int64", "float64", "bool", "complex128"];
const tuple = (shape: readonly number[]) => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`);

/** From which number on a scalar has an exponent. */
const LARGE: { readonly [D in FloatDType]: number } = { float16: 1e3, float32: 1e6, float64: 1e16 };

/** A scalar as NumPy prints it: no option holds for it. */
export function scalarText(x: Scalar, dtype: DType): string {
  if (dtypes[dtype].kind === "b") return x ? "True" : "False";
  if (isFloat(dtype)) return floatText(x as number, dtype as FloatDType, "0");
  const part = partOf(dtype) as FloatDType;
  return isComplex(dtype) ? complexText(x as Complex, (one) => floatText(one, part, "-")) : String(x);
}

/** @param trim what follows a whole number: `"0"` for `1.0`, `"-"` for `1` */
function floatText(x: number, dtype: FloatDType, trim: "0" | "-"): string {
  const size = Math.abs(x);
  const form = { dtype, unique: true, sign: false };
  return size !== 0 && (size < 0.0001 || size >= LARGE[dtype])
    ? scientific(x, { ...form, trim: "-" })
    : positional(x, { ...form, trim, fractional: true });
}
