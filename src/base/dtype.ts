/**
 * The element types: one table, from which every type and conversion is looked up. A new dtype is one row here and one
 * in `DTypes`. Used wherever an element is named, sized, loaded or stored.
 */
import { type Complex, complexOf, noComplex } from "./complex.js";
import { DTypeError, UnsupportedError } from "./errors.js";
import { show } from "./expect.js";
import { decodeFloat16, encodeFloat16 } from "./float16.js";
import { nearestName } from "./nearest.js";

type SAB = SharedArrayBuffer;
type Num = number | boolean;

/**
 * What a declaration file can safely say about Float16Array. If the runtime has none, `data` and `flat` throw, but
 * `get`, `set` and `astype` work.
 */
export interface Float16Elements extends Iterable<number> {
  [i: number]: number;
  readonly length: number;
  readonly buffer: SAB;
  readonly byteOffset: number;
}

/** The same in ordinary memory. */
export interface Float16Copy extends Omit<Float16Elements, "buffer"> {
  [i: number]: number;
  readonly buffer: ArrayBuffer;
}

/** By dtype: [what `get` returns, what kernels may store, its typed array, that in ordinary memory]. */
export interface DTypes {
  bool: [boolean, Num, Uint8Array<SAB>, Uint8Array<ArrayBuffer>];
  int8: [number, Num, Int8Array<SAB>, Int8Array<ArrayBuffer>];
  uint8: [number, Num, Uint8Array<SAB>, Uint8Array<ArrayBuffer>];
  int16: [number, Num, Int16Array<SAB>, Int16Array<ArrayBuffer>];
  uint16: [number, Num, Uint16Array<SAB>, Uint16Array<ArrayBuffer>];
  uint8_clamped: [number, Num, Uint8ClampedArray<SAB>, Uint8ClampedArray<ArrayBuffer>];
  int32: [number, Num, Int32Array<SAB>, Int32Array<ArrayBuffer>];
  uint32: [number, Num, Uint32Array<SAB>, Uint32Array<ArrayBuffer>];
  float16: [number, Num, Float16Elements, Float16Copy];
  int64: [bigint, bigint, BigInt64Array<SAB>, BigInt64Array<ArrayBuffer>];
  uint64: [bigint, bigint, BigUint64Array<SAB>, BigUint64Array<ArrayBuffer>];
  float32: [number, Num, Float32Array<SAB>, Float32Array<ArrayBuffer>];
  float64: [number, Num, Float64Array<SAB>, Float64Array<ArrayBuffer>];
  complex64: [Complex, Complex | Num, Float32Array<SAB>, Float32Array<ArrayBuffer>];
  complex128: [Complex, Complex | Num, Float64Array<SAB>, Float64Array<ArrayBuffer>];
}
/** The name of an element type, as NumPy spells it. */
export type DType = keyof DTypes;
/** The dtypes without fractions, apart from bool. */
export type IntegerDType = Exclude<DType, FloatDType | ComplexDType | "bool">;
/** The dtypes with fractions. */
export type FloatDType = "float16" | "float32" | "float64";
/** The dtypes whose elements are `{ re, im }`. */
export type ComplexDType = "complex64" | "complex128";
/** The dtypes whose elements are one number, bigint or boolean each. */
export type RealDType = Exclude<DType, ComplexDType>;
/** What `get` returns: `bigint` for 64-bit integers, `boolean` for bool, `{ re, im }` for complex, else `number`. */
export type ScalarOf<D extends DType> = DTypes[D][0];
/** What a kernel may store: as `ScalarOf`, but a number may stand for a boolean and the reverse. */
export type StoredOf<D extends DType> = DTypes[D][1];
/** The typed array over shared memory that holds such elements; of complex ones, real and imaginary parts in turn. */
export type TypedArrayOf<D extends DType> = DTypes[D][2];
/** The same typed array in ordinary memory, which is not shared. */
export type CopiedArrayOf<D extends DType> = DTypes[D][3];

/** Any element of a real dtype, if the dtype is known only at run time. */
export type RealScalar = number | bigint | boolean;
/** Any element, if the dtype is known only at run time. */
export type Scalar = RealScalar | Complex;
/**
 * A typed array of raw elements, if the dtype is known only at run time. The type says `number` for bigints too; the
 * dtype says which they are.
 */
export interface RawArray {
  [i: number]: number;
  readonly length: number;
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
  set(source: ArrayLike<number>, offset?: number): void;
  subarray(start: number, end?: number): RawArray;
  fill(value: number, start?: number, end?: number): RawArray;
  indexOf(value: number): number;
  findIndex(isWanted: (value: number) => boolean): number;
}
type RawArrayClass = new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => RawArray;

interface Row {
  readonly array: RawArrayClass;
  readonly bytes: number;
  /** NumPy's letter for the kind. The order "b" < "u" < "i" < "f" < "c" decides which casts are same-kind. */
  readonly kind: "b" | "u" | "i" | "f" | "c";
  /** The `descr` of a `.npy` header, little-endian; `undefined` if the format has none. */
  readonly descr: string | undefined;
  /** Converts a raw element to what users see, if they differ. `store` is the reverse. */
  readonly load?: (raw: number) => RealScalar;
  readonly store?: (value: Scalar) => number;
  /** The dtype of the real and the imaginary part of a complex element, of which `array` cannot be made. */
  readonly part?: FloatDType;
}

// Float16Array came with Node 24.
const Float16 = (globalThis as unknown as { Float16Array?: RawArrayClass }).Float16Array;
const asRaw = (array: unknown) => array as RawArrayClass;
/** There is no typed array with one complex number at each index, so loops over such arrays refuse complex elements. */
const noArrayOf = (dtype: DType) =>
  asRaw(function complexElements() {
    throw noComplex("this function", dtype);
  });

export const dtypes: { readonly [D in DType]: Row } = {
  bool: {
    array: asRaw(Uint8Array),
    bytes: 1,
    kind: "b",
    descr: "|b1",
    load: (raw) => raw !== 0,
    store: (value) => (value ? 1 : 0),
  },
  int8: { array: asRaw(Int8Array), bytes: 1, kind: "i", descr: "|i1" },
  uint8: { array: asRaw(Uint8Array), bytes: 1, kind: "u", descr: "|u1" },
  int16: { array: asRaw(Int16Array), bytes: 2, kind: "i", descr: "<i2" },
  uint16: { array: asRaw(Uint16Array), bytes: 2, kind: "u", descr: "<u2" },
  uint8_clamped: { array: asRaw(Uint8ClampedArray), bytes: 1, kind: "u", descr: undefined },
  int32: { array: asRaw(Int32Array), bytes: 4, kind: "i", descr: "<i4" },
  uint32: { array: asRaw(Uint32Array), bytes: 4, kind: "u", descr: "<u4" },
  float16: Float16
    ? { array: Float16, bytes: 2, kind: "f", descr: "<f2" }
    : {
        array: asRaw(Uint16Array),
        bytes: 2,
        kind: "f",
        descr: "<f2",
        load: decodeFloat16,
        store: (value) => encodeFloat16(Number(value)),
      },
  int64: { array: asRaw(BigInt64Array), bytes: 8, kind: "i", descr: "<i8" },
  uint64: { array: asRaw(BigUint64Array), bytes: 8, kind: "u", descr: "<u8" },
  float32: { array: asRaw(Float32Array), bytes: 4, kind: "f", descr: "<f4" },
  float64: { array: asRaw(Float64Array), bytes: 8, kind: "f", descr: "<f8" },
  complex64: { array: noArrayOf("complex64"), bytes: 8, kind: "c", descr: "<c8", part: "float32" },
  complex128: { array: noArrayOf("complex128"), bytes: 16, kind: "c", descr: "<c16", part: "float64" },
};

export const dtypeNames = Object.keys(dtypes) as DType[];
/** False if float16 elements can only be read and written one by one. */
export const hasFloat16Array = Float16 !== undefined;
/** The error of a runtime that cannot show float16 elements as a typed array. */
export const noFloat16Array = (): UnsupportedError =>
  new UnsupportedError("Expected a runtime with Float16Array (Node 24), to see float16 elements as an array", {
    feature: "Float16Array",
    instead: "get, set, toArray or astype('float32')",
  });

export const isBigInt = (dtype: DType): boolean => dtype === "int64" || dtype === "uint64";
export const isFloat = (dtype: DType): boolean => dtypes[dtype].kind === "f";
export const isComplex = (dtype: DType): dtype is ComplexDType => dtypes[dtype].kind === "c";
/** The dtype of the real part: for a real dtype, the dtype itself. */
export const partOf = (dtype: DType): DType => dtypes[dtype].part ?? dtype;

/** NumPy's short names: `f8`, `<f8`, `|b1`, `?`. Elements are little-endian, so `>f8` is none of them. */
const SHORT = new Map<string, DType>([["?", "bool"]]);
for (const dtype of dtypeNames) {
  const short = dtypes[dtype].descr?.slice(1);
  if (short) for (const order of ["", "<", "|", "="]) SHORT.set(order + short, dtype);
}
/** What other languages call a dtype, and the nearest of ours. */
const OTHER_WORDS: Readonly<Record<string, DType>> = {
  ...{ double: "float64", float: "float64", number: "float64", single: "float32", half: "float16" },
  ...{ int: "int32", integer: "int32", uint: "uint32", short: "int16", long: "int64", bigint: "int64" },
  ...{ byte: "uint8", char: "int8", boolean: "bool", uint8clamped: "uint8_clamped" },
  ...{ complex: "complex128", cdouble: "complex128", csingle: "complex64" },
};

/** The dtype of a name or of one of NumPy's short names; `undefined` if it is neither. */
export function dtypeNamed(name: unknown): DType | undefined {
  if (typeof name !== "string") return undefined;
  return Object.hasOwn(dtypes, name) ? (name as DType) : SHORT.get(name);
}

/** For errors: what was given instead of a dtype, and which dtype was probably meant. */
export function showNoDType(given: unknown): string {
  if (typeof given !== "string") return show(given);
  const word = given.toLowerCase().replace(/array$/, "");
  const meant = Object.hasOwn(OTHER_WORDS, word) ? OTHER_WORDS[word] : nearestName(word, dtypeNames);
  return meant === undefined ? show(given) : `${show(given)} (did you mean ${show(meant)}?)`;
}

/**
 * Checks the name of a dtype. Accepts NumPy's short names too.
 *
 * @throws {DTypeError} If there is no such dtype. The message lists those that there are.
 */
export function expectDType(dtype: unknown, what = "dtype"): DType {
  const known = dtypeNamed(dtype);
  if (known !== undefined) return known;
  const expected = dtypeNames.join(", ");
  throw new DTypeError(`Expected \`${what}\` to be one of ${expected}; got ${showNoDType(dtype)}`, {
    dtype: show(dtype),
    expected,
  });
}

/**
 * Checks that a value can be stored as the dtype: `bigint` for the 64-bit integers, `number` or `boolean` for the
 * others.
 *
 * @throws {DTypeError} If it cannot.
 */
export function expectScalar(value: unknown, dtype: DType, what = "value", of = "value"): Scalar {
  if (isComplex(dtype)) return expectElement(value, dtype, what);
  const wanted = isBigInt(dtype) ? ["bigint"] : ["number", "boolean"];
  if (wanted.includes(typeof value)) return value as Scalar;
  throw noScalar(value, dtype, what, of, wanted.join(" or "));
}

/** A value as an element of an array, or undefined if it is none. Whole numbers become bigints in 64-bit integers. */
export function elementOf(value: unknown, dtype: DType): Scalar | undefined {
  const type = typeof value;
  if (isComplex(dtype)) return complexOf(value);
  if (!isBigInt(dtype)) return type === "number" || type === "boolean" ? (value as Scalar) : undefined;
  return type === "bigint" ? (value as bigint) : Number.isInteger(value) ? BigInt(value as number) : undefined;
}

/**
 * As `elementOf`, for arguments.
 *
 * @throws {DTypeError} If the value cannot be an element of the dtype.
 */
export function expectElement(value: unknown, dtype: DType, what = "value"): Scalar {
  const element = elementOf(value, dtype);
  if (element !== undefined) return element;
  const real = isBigInt(dtype) ? "bigint or a whole number" : "number or boolean";
  throw noScalar(value, dtype, what, "array", isComplex(dtype) ? "number, a boolean or { re, im }" : real);
}

function noScalar(value: unknown, dtype: DType, what: string, of: string, expected: string): DTypeError {
  const message = `Expected \`${what}\` to be a ${expected} (${of} of ${dtype}), got ${show(value)}`;
  return new DTypeError(message, { dtype: typeof value, expected });
}

const KINDS = "buifc";
/**
 * NumPy's `can_cast(from, to, "same_kind")`: a smaller size is allowed, a lower kind (float to int, signed to unsigned)
 * is not.
 */
export function canCast(from: DType, to: DType): boolean {
  return KINDS.indexOf(dtypes[from].kind) <= KINDS.indexOf(dtypes[to].kind);
}

/**
 * The conversion of one raw element, as typed arrays convert: integers wrap, which keeps their low bits; a float that
 * becomes an integer loses its fraction and then wraps, and NaN and infinities become 0; uint8_clamped takes the
 * nearest integer from 0 to 255; nonzero (NaN too) is true. `undefined` if assignment between the typed arrays does
 * the same.
 */
export function caster(from: DType, to: DType): ((raw: number) => number) | undefined {
  if (dtypes[from].array === dtypes[to].array && to !== "bool" && from !== "float16" && to !== "float16") {
    return undefined;
  }
  if (from === to) return undefined;
  const { load } = dtypes[from];
  const read = (raw: number): number | bigint => (load ? Number(load(raw)) : raw);
  // biome-ignore lint/suspicious/noDoubleEquals: 0n and 0 are both false
  if (to === "bool") return (raw) => (read(raw) == 0 ? 0 : 1);
  if (isBigInt(to)) {
    if (isBigInt(from)) return (raw) => raw;
    return (raw) => {
      const value = Number(read(raw));
      return BigInt(Number.isFinite(value) ? Math.trunc(value) : 0) as unknown as number;
    };
  }
  if (isBigInt(from)) return bigIntCaster(to);
  const { store } = dtypes[to];
  if (store) return (raw) => store(Number(read(raw)));
  return load ? (raw) => Number(read(raw)) : undefined;
}

function bigIntCaster(to: DType): (raw: number) => number {
  const { store } = dtypes[to];
  if (isFloat(to)) return store ? (raw) => store(Number(raw)) : (raw) => Number(raw);
  if (to === "uint8_clamped") return (raw) => Number(raw);
  return (raw) => Number(BigInt.asIntN(32, raw as unknown as bigint)); // wrapping keeps the low bits
}

/** The most axes of one array. It is NumPy's limit. */
export const MAX_RANK = 64;
