/** Functions about dtypes themselves: what they hold, and what becomes of several. */
import { type CastingOption, castsBy, expectCasting } from "../base/casting.js";
import {
  type ComplexDType,
  type DType,
  dtypes,
  expectDType,
  type FloatDType,
  type IntegerDType,
  isFloat,
  partOf,
} from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectKnown, expectNoOptions } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { commonDType, promote, rangeOf } from "../base/promote.js";
import type { ReadonlyNDArray } from "../ndarray/ndarray.js";
import { expectStrided } from "../ndarray/strided-array.js";
import type { Promote } from "./promote-types.js";

/** The kinds of the array API's `isdtype`. */
export type DTypeKind =
  | "bool"
  | "signed integer"
  | "unsigned integer"
  | "integral"
  | "real floating"
  | "complex floating"
  | "numeric";

const KINDS: Readonly<Record<DTypeKind, string>> = {
  bool: "b",
  "signed integer": "i",
  "unsigned integer": "u",
  integral: "iu",
  "real floating": "f",
  "complex floating": "c",
  numeric: "iufc",
};

const dtypeOf = (value: unknown): DType =>
  typeof value === "string"
    ? expectDType(value)
    : expectStrided(value, "dtype", "a dtype or an NDArray", "").elements.dtype;

/**
 * The smallest dtype to which both can be cast safely. After `np.promote_types`.
 *
 * @example promoteTypes("int32", "float32") // "float64"
 * @throws {DTypeError} If a value is not a dtype.
 */
export function promoteTypes<A extends DType, B extends DType>(a: A, b: B): Promote<A, B>;
export function promoteTypes(a: DType, b: DType, ...extra: unknown[]): DType {
  expectNoOptions(extra, "promoteTypes");
  return promote(expectDType(a), expectDType(b));
}

/**
 * The dtype that a function such as `add` computes arrays, dtypes, numbers and booleans in: numbers take the dtype of
 * what they are next to, if it can hold them. After `np.result_type`.
 *
 * @example resultType(zeros(3, { dtype: "int8" }), "uint8") // "int16"
 * @example resultType("int8", 1.5) // "float64"
 * @throws {DTypeError} If a number is outside the range of the dtype.
 * @throws {TypeError} If nothing is given, or a value is none of these.
 */
export function resultType(...values: readonly (DType | ReadonlyNDArray | number | bigint | boolean)[]): DType {
  if (values.length === 0) throw new TypeError("Expected at least one array, dtype or number, got none");
  const operand = (value: unknown) => {
    if (typeof value === "number" || typeof value === "bigint") return value;
    return typeof value === "boolean" ? "bool" : dtypeOf(value);
  };
  return commonDType(values.map(operand));
}

/**
 * Whether elements of a dtype, or of an array, can be cast to a dtype. With `"safe"`, the default, no value is lost;
 * `"same_kind"` also allows smaller dtypes of the same kind, as `out` does; `"unsafe"` allows everything. After
 * `np.can_cast`.
 *
 * @example canCast("int32", "float32") // false
 * @example canCast("float64", "float32", { casting: "same_kind" }) // true
 * @throws {DTypeError} If a value is not a dtype.
 */
export function canCast(from: DType | ReadonlyNDArray, to: DType, options?: CastingOption): boolean {
  const casting = expectCasting(expectKnown(options, ["casting"], "canCast").casting, "safe");
  return castsBy(casting, dtypeOf(from), expectDType(to));
}

/**
 * Whether a dtype is of a kind, or of one of several: another dtype, or a word such as `"integral"`. After the array
 * API's `isdtype`.
 *
 * @example isdtype("int8", "signed integer") // true
 * @example isdtype(a.dtype, ["bool", "integral"])
 * @throws {DTypeError} If a kind is neither a dtype nor a word for a kind.
 */
export function isdtype(dtype: DType, kind: DType | DTypeKind | readonly (DType | DTypeKind)[]): boolean;
export function isdtype(dtype: DType, kind: unknown, ...extra: unknown[]): boolean {
  expectNoOptions(extra, "isdtype");
  const own = expectDType(dtype);
  const kinds: unknown[] = Array.isArray(kind) ? kind : [kind];
  const isOne = kinds.map((one) =>
    typeof one === "string" && Object.hasOwn(KINDS, one)
      ? KINDS[one as DTypeKind].includes(dtypes[own].kind)
      : expectDType(one as DType) === own,
  );
  return isOne.includes(true);
}

/** The limits of a float dtype. */
export interface FloatInfo {
  readonly dtype: FloatDType;
  readonly bits: number;
  /** The distance of 1 from the next larger number. */
  readonly eps: number;
  readonly max: number;
  readonly min: number;
  /** The smallest positive number with full precision. */
  readonly smallestNormal: number;
  /** The smallest positive number. */
  readonly smallestSubnormal: number;
}

/** Bits of the fraction, and the largest exponent. */
const FORMATS = { float16: [10, 15], float32: [23, 127], float64: [52, 1023] } as const;

/**
 * The limits of a float dtype, or of that of an array; of a complex one, those of its parts. After `np.finfo`.
 *
 * @example finfo("float32").eps // 1.1920928955078125e-7
 * @throws {DTypeError} If it is not a float dtype.
 */
export function finfo(of: FloatDType | ComplexDType | ReadonlyNDArray<FloatDType | ComplexDType>): FloatInfo;
export function finfo(of: unknown, ...extra: unknown[]): FloatInfo {
  expectNoOptions(extra, "finfo");
  const dtype = partOf(dtypeOf(of));
  if (!isFloat(dtype)) {
    throw new DTypeError(`Expected a float dtype, got ${dtype} (use iinfo)`, { dtype, expected: "a float dtype" });
  }
  const float = dtype as FloatDType;
  const [digits, exponent] = FORMATS[float];
  const max = (2 - 2 ** -digits) * 2 ** exponent;
  return {
    dtype: float,
    bits: 8 * dtypes[float].bytes,
    eps: 2 ** -digits,
    max,
    min: -max,
    smallestNormal: 2 ** (1 - exponent),
    smallestSubnormal: 2 ** (1 - exponent - digits),
  };
}

/** The limits of an integer dtype: bigints for 64 bits, as its elements are. */
export interface IntegerInfo {
  readonly dtype: IntegerDType;
  readonly bits: number;
  readonly min: number | bigint;
  readonly max: number | bigint;
}

/**
 * The limits of an integer dtype, or of that of an array. After `np.iinfo`.
 *
 * @example iinfo("int8").min // -128
 * @throws {DTypeError} If it is not an integer dtype.
 */
export function iinfo(of: IntegerDType | ReadonlyNDArray<IntegerDType>): IntegerInfo;
export function iinfo(of: unknown, ...extra: unknown[]): IntegerInfo {
  expectNoOptions(extra, "iinfo");
  const dtype = dtypeOf(of);
  const { kind, bytes } = dtypes[dtype];
  if (kind !== "i" && kind !== "u") {
    const cure = kind === "f" ? " (use finfo)" : "";
    throw new DTypeError(`Expected an integer dtype, got ${dtype}${cure}`, { dtype, expected: "an integer dtype" });
  }
  const [min, max] = rangeOf(dtype).map((limit) => (bytes === 8 ? limit : Number(limit))) as [number, number];
  return { dtype: dtype as IntegerDType, bits: 8 * bytes, min, max };
}
keepNames({ canCast });
