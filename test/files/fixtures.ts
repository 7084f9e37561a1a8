/** Files of NumPy with what is in them, and elements as both sides write them. Provenance: test/oracle/PROVENANCE.md. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { AnyNDArray, DType } from "shared-ndarray";

export interface Described {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements in C order: bools, and numbers as Python writes them. */
  readonly values: readonly (string | boolean)[];
}
export interface NpyCase extends Described {
  /** The bytes, in base64. */
  readonly file: string;
  readonly fortran: boolean;
  /** Whether this package writes the same bytes. */
  readonly isOurs: boolean;
}
export interface NpzCase {
  readonly file: string;
  readonly arrays: readonly (Described & { readonly name: string })[];
}
export const cases: { readonly npy: readonly NpyCase[]; readonly npz: readonly NpzCase[] } = JSON.parse(
  gunzipSync(readFileSync(new URL("../oracle/file-cases.json.gz", import.meta.url))).toString(),
);

/** The elements of an array as they are in the cases. */
export function described(a: AnyNDArray): Described {
  const values = ([a.toArray()] as unknown[]).flat(64 as 1) as (number | bigint | boolean)[];
  return { dtype: a.dtype, shape: a.shape, values: values.map((value) => textOf(value, a.dtype)) };
}

/** The elements of a case as they are compared: floats by their value, whichever way it is written. */
export const comparable = ({ dtype, shape, values }: Described): Described => ({
  dtype,
  shape,
  values: values.map((value) => (typeof value === "string" ? textOf(numberOf(value, dtype), dtype) : value)),
});

const numberOf = (text: string, dtype: DType) =>
  dtype.startsWith("float") ? Number(text.replace("inf", "Infinity")) : BigInt(text);
const textOf = (value: number | bigint | boolean, dtype: DType) => {
  if (typeof value === "boolean") return value;
  return Object.is(value, -0) && dtype.startsWith("float") ? "-0" : String(value);
};
