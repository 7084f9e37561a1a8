/**
 * Complex numbers as users see them, and the error of functions that take none. In memory an element is two floats,
 * the real part first, as NumPy stores it; `ndarray/components.ts` sees them so.
 */
import { DTypeError } from "./errors.js";

/** A complex number: what `get` returns for complex64 and complex128. */
export interface Complex {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;
}

/** Whether a scalar is a complex number. */
export const isComplexScalar = (value: unknown): value is Complex =>
  typeof value === "object" &&
  value !== null &&
  numberAt(value, "re") !== undefined &&
  numberAt(value, "im") !== undefined;

/** A number, a boolean or `{ re, im }` as a complex number; undefined if it is none of these. Runs no getters. */
export function complexOf(value: unknown): Complex | undefined {
  if (typeof value === "number" || typeof value === "boolean") return { re: Number(value), im: 0 };
  if (typeof value !== "object" || value === null) return undefined;
  const [re, im] = [numberAt(value, "re"), numberAt(value, "im")];
  return re === undefined || im === undefined ? undefined : { re, im };
}

function numberAt(value: object, key: "re" | "im"): number | undefined {
  const found: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  return typeof found === "number" ? found : undefined;
}

/** The error of what is not there for complex numbers. `what` is a function, or what happens to the elements. */
export const noComplex = (what: string, dtype: string): DTypeError =>
  new DTypeError(`Expected real numbers for ${what}, got ${dtype} (use real(a), imag(a) or abs(a))`, {
    dtype,
    expected: "a real dtype",
  });
