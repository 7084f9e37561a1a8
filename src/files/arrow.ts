/**
 * `fromArrow` and `toArrow`: vectors of Apache Arrow. The package `apache-arrow` is not needed: what is used of its
 * vectors is their fields, and the user passes the functions.
 */
import { isSharedArrayBuffer } from "../base/builtins.js";
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { expectNoOptions, show } from "../base/expect.js";
import { type AnyNDArray, arrayOf, NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { compact, writtenStrided } from "../ndarray/storage.js";
import { dtypeOfTypedArray } from "../ndarray/wrap.js";

/** A part of a vector: what is used of Arrow's `Data`. */
export interface ArrowData {
  /** The kind of the elements, and the precision of floats. */
  readonly type: { readonly typeId: number; readonly precision?: number };
  /** The number of elements. */
  readonly length: number;
  /** Where the first element is, in elements; for bools, in bits of `values`. */
  readonly offset: number;
  /** How many elements are null. */
  readonly nullCount: number;
  /** The elements. */
  readonly values: unknown;
}
/** What is used of Arrow's `Vector`. */
export interface ArrowVector {
  /** The parts that the vector consists of. */
  readonly data: readonly ArrowData[];
}

/** Arrow's numbers for kinds of elements. */
const [INT, FLOAT, BOOL] = [2, 3, 6];
const HALF = 0;

/**
 * A vector of numbers or bools as an array of rank 1. If it is one part in shared memory, the array shows it; otherwise
 * the elements are copied. Bools are always copied: Arrow has eight in a byte.
 *
 * @example const a = fromArrow(table.getChild("price")!);
 * @throws {TypeError} If this is no vector.
 * @throws {DTypeError} If its elements are neither numbers nor bools, or some of them are null.
 */
export function fromArrow(vector: ArrowVector): AnyNDArray<1>;
export function fromArrow(vector: ArrowVector, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "fromArrow");
  const parts: unknown = (vector as Partial<ArrowVector> | null | undefined)?.data;
  if (!Array.isArray(parts) || parts.length === 0) {
    throw new TypeError(`Expected \`vector\` to be a Vector of apache-arrow, got ${show(vector)}`);
  }
  const checked = (parts as readonly ArrowData[]).map(partOf);
  const [{ dtype, values }] = checked as [Part];
  if (checked.length === 1 && dtype !== "bool" && dtype !== "float16" && isSharedArrayBuffer(values.buffer)) {
    return NDArray.wrap(values as unknown as Float64Array<SharedArrayBuffer>);
  }
  const length = checked.reduce((sum, part) => sum + part.length, 0);
  const made = writtenStrided([length], dtype, undefined, ({ elements: { raw } }) => {
    const target = dtype === "float16" ? new Uint16Array(raw.buffer, raw.byteOffset, length) : raw;
    let at = 0;
    for (const part of checked) {
      if (dtype === "bool") for (let i = 0; i < part.length; i++) target[at + i] = bitOf(part, i);
      else target.set(part.values, at);
      at += part.length;
    }
  });
  return arrayOf(made);
}

interface Part {
  readonly dtype: DType;
  readonly values: RawArray;
  readonly length: number;
  readonly offset: number;
}

const bitOf = ({ values, offset }: Part, i: number): number => (values[(offset + i) >> 3]! >> ((offset + i) & 7)) & 1;

function partOf({ type, length, offset, nullCount, values }: ArrowData): Part {
  const stored = dtypeOfTypedArray(values);
  const isHalf = type.typeId === FLOAT && type.precision === HALF;
  const dtype = type.typeId === BOOL ? "bool" : isHalf ? "float16" : stored;
  const isKnown = stored !== undefined && [INT, FLOAT, BOOL].includes(type.typeId);
  if (!isKnown || dtype === undefined) {
    const fields = { dtype: `Arrow type ${type.typeId}`, expected: "numbers or bools" };
    throw new DTypeError(`Expected \`vector\` to hold numbers or bools, got elements of ${fields.dtype}`, fields);
  }
  if (nullCount > 0) {
    const fields = { dtype: "null", expected: dtype };
    throw new DTypeError(`Expected \`vector\` to have no nulls, got ${nullCount} (fill or filter them first)`, fields);
  }
  const all = values as RawArray;
  return { dtype, values: dtype === "bool" ? all : all.subarray(0, length), length, offset };
}

/**
 * An array of rank 1 as a vector of Apache Arrow, which shows the same memory if the array is contiguous.
 *
 * @param arrow the package `apache-arrow`, or an object with its `makeVector`
 * @example import * as arrow from "apache-arrow"; const vector = toArrow(a, arrow);
 * @throws {ShapeError} If the array has another rank.
 * @throws {DTypeError} If Arrow has no such elements: bools are bits there; `float16` and `uint8_clamped` have no
 * vector.
 */
export function toArrow<A extends { readonly makeVector: (...args: never[]) => unknown }>(
  a: ReadonlyNDArray,
  arrow: A,
): ReturnType<A["makeVector"]>;
export function toArrow(a: ReadonlyNDArray, arrow: { makeVector: unknown }, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "toArrow");
  const { elements, view } = stridedOf(a);
  const { shape } = view;
  const makeVector: unknown = (arrow as { makeVector?: unknown } | null | undefined)?.makeVector;
  if (typeof makeVector !== "function") {
    throw new TypeError(`Expected \`arrow\` to be the package apache-arrow, got ${show(arrow)}`);
  }
  if (shape.length !== 1) {
    const message = `Expected an array of rank 1, as vectors are, got shape ${show(shape)} (use ravel)`;
    throw new ShapeError(message, { shape, expected: [-1] });
  }
  const { dtype } = elements;
  if (dtype === "bool" || dtype === "float16" || dtype === "uint8_clamped") {
    const expected = Object.keys(dtypes).filter(
      (one) => !["bool", "float16", "uint8_clamped", "complex64", "complex128"].includes(one),
    );
    throw new DTypeError(`Expected an array of ${expected.join(", ")}, got ${dtype} (use astype)`, {
      dtype,
      expected: expected.join(", "),
    });
  }
  const stored = compact({ elements, view });
  const { offset, size } = stored.view;
  return (makeVector as (data: unknown) => unknown)(stored.elements.data.subarray(offset, offset + size));
}
