/** Files of NumPy with what is in them, and elements as both sides write them. Provenance: test/oracle/PROVENANCE.md. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type AnyNDArray, type DType, zeros } from "shared-ndarray";

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
/** What NumPy reads in a text. */
export interface ReadCase {
  readonly fn: "loadtxt" | "genfromtxt";
  readonly text: string;
  readonly options: object;
  readonly result: Described | "error";
}
/** What NumPy writes as text. */
export interface SaveCase extends Described {
  readonly options: object;
  readonly result: { readonly text: string } | "error";
}
interface Cases {
  readonly npy: readonly NpyCase[];
  readonly npz: readonly NpzCase[];
  readonly read: readonly ReadCase[];
  readonly save: readonly SaveCase[];
}
export const cases: Cases = JSON.parse(
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

/** An array of the elements of a case. */
export function arrayOf({ dtype, shape, values }: Described): AnyNDArray {
  const a = zeros(shape, { dtype }).ravel() as AnyNDArray;
  for (const [i, value] of values.entries()) {
    const element = typeof value === "boolean" ? value : numberOf(value, dtype);
    const isNarrow = typeof element === "bigint" && !dtype.endsWith("64");
    a.set(i as never, (isNarrow ? Number(element) : element) as never);
  }
  return a.reshape(shape) as AnyNDArray;
}

const numberOf = (text: string, dtype: DType) =>
  dtype.startsWith("float") ? Number(text.replace("inf", "Infinity")) : BigInt(text);
const textOf = (value: number | bigint | boolean, dtype: DType) => {
  if (typeof value === "boolean") return value;
  return Object.is(value, -0) && dtype.startsWith("float") ? "-0" : String(value);
};
