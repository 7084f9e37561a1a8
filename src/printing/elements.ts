/** How the elements of an array are written: one format for each kind of dtype. */
import { type DType, dtypes, type Scalar } from "../base/dtype.js";
import { show } from "../base/expect.js";
import { complexFormat } from "./complex.js";
import { floatFormat } from "./floats.js";
import { integerFormat } from "./integers.js";
import type { Formatter, PrintSettings } from "./options.js";

/**
 * Makes the format of an array from the elements that are shown, which decide how wide its columns are. A new kind of
 * dtype is one such function, and a row of `KINDS`.
 */
type ElementFormat = (
  shown: readonly Scalar[],
  dtype: DType,
  settings: PrintSettings,
  rank: number,
) => (x: Scalar) => string;

const boolFormat: ElementFormat = (_shown, _dtype, _settings, rank) => {
  const yes = rank > 0 ? " True" : "True"; // as wide as False, where there are columns
  return (x) => (x ? yes : "False");
};

type Kind = (typeof dtypes)[DType]["kind"];
const KINDS: { readonly [K in Kind]: { readonly name: keyof Formatter; readonly format: ElementFormat } } = {
  b: { name: "bool", format: boolFormat },
  i: { name: "int", format: integerFormat },
  u: { name: "int", format: integerFormat },
  f: { name: "float", format: floatFormat },
  c: { name: "complexfloat", format: complexFormat },
};

/**
 * The function that writes an element.
 *
 * @param shown the elements that are shown
 */
export const elementFormat: ElementFormat = (shown, dtype, settings, rank) => {
  const { name, format } = KINDS[dtypes[dtype].kind];
  const own = (settings.formatter[name] ?? settings.formatter.all) as ((x: Scalar) => string) | undefined;
  return own ? checked(own, name) : format(shown, dtype, settings, rank);
};

const checked =
  (own: (x: Scalar) => string, name: string): ((x: Scalar) => string) =>
  (x) => {
    const text: unknown = own(x);
    if (typeof text === "string") return text;
    throw new TypeError(`Expected \`formatter\` of ${name} to return a string, got ${show(text)} for ${show(x)}`);
  };
