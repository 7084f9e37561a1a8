/**
 * Complex numbers in columns: their real parts in one, and their imaginary parts, with sign and `j`, in another. After
 * NumPy's `ComplexFloatingFormat`.
 */
import type { Complex } from "../base/complex.js";
import { type DType, partOf, type Scalar } from "../base/dtype.js";
import { floatFormat } from "./floats.js";
import type { PrintSettings } from "./options.js";

/** The format of an array, which follows from all elements that are shown. */
export function complexFormat(shown: readonly Scalar[], dtype: DType, settings: PrintSettings): (x: Scalar) => string {
  const values = shown as readonly Complex[];
  const own = partOf(dtype);
  const real = floatFormat(
    values.map(({ re }) => re),
    own,
    settings,
  );
  const imaginary = floatFormat(
    values.map(({ im }) => im),
    own,
    { ...settings, sign: "+" },
  );
  return (element) => {
    const { re, im } = element as Complex;
    const text = imaginary(im);
    const end = text.trimEnd().length;
    return `${real(re)}${text.slice(0, end)}j${text.slice(end)}`;
  };
}

/** A complex number by itself: `(1+2j)`, and `2j` if the real part is 0. `partText` writes a part. */
export function complexText({ re, im }: Complex, partText: (x: number) => string): string {
  const imaginary = partText(im);
  if (Object.is(re, 0)) return `${imaginary}j`;
  return `(${partText(re)}${/^[-]/.test(imaginary) ? "" : "+"}${imaginary}j)`;
}
