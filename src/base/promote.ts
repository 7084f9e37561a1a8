/**
 * The dtype of a result, by NumPy's rules. It depends on the dtypes of the arrays, never on their values. Numbers next
 * to arrays are "weak": they take the array's dtype if it can hold them (NEP 50). A whole number is an integer, as
 * JavaScript has no other way to say so. There are two differences: a number alone or next to bools is never a 64-bit
 * integer, because those are bigint here; and `uint8_clamped` computes as `uint8`.
 */
import { type DType, dtypes, isComplex, isFloat, partOf } from "./dtype.js";
import { DTypeError } from "./errors.js";
import { show } from "./expect.js";

const bytesOf = (dtype: DType) => dtypes[dtype].bytes;
const kindOf = (dtype: DType) => dtypes[dtype].kind;
const SIGNED: Record<number, DType> = { 1: "int8", 2: "int16", 4: "int32", 8: "int64" };

/** The dtype in which two arrays are computed together. */
export function promote(first: DType, second: DType): DType {
  const [a, b] = [plain(first), plain(second)];
  if (a === b || b === "bool") return a;
  if (a === "bool") return b;
  if (isComplex(a) || isComplex(b)) return complexFor(promote(partOf(a), partOf(b)));
  if (isFloat(a) || isFloat(b)) {
    const [x, y] = [floatFor(a), floatFor(b)];
    return bytesOf(x) > bytesOf(y) ? x : y;
  }
  if (kindOf(a) === kindOf(b)) return bytesOf(a) > bytesOf(b) ? a : b;
  const [signed, unsigned] = kindOf(a) === "i" ? [a, b] : [b, a];
  if (bytesOf(unsigned) < bytesOf(signed)) return signed;
  return SIGNED[2 * bytesOf(unsigned)] ?? "float64";
}

/**
 * The dtype in which arrays are computed together. Integers next to floats are promoted one by one, as in NumPy: int16,
 * uint16 and float16 give float32, although the two integers alone need int32.
 */
export function promoteAll(all: readonly DType[]): DType {
  if (all.some(isComplex)) return complexFor(promoteAll(all.map(partOf)));
  const floats = all.filter(isFloat);
  if (floats.length === 0) return all.reduce(promote);
  const widest = floats.reduce(promote);
  return all.map((dtype) => promote(dtype, widest)).reduce(promote);
}

const plain = (dtype: DType): DType => (dtype === "uint8_clamped" ? "uint8" : dtype);

/** The smallest complex dtype whose parts hold the values of a real dtype. */
export const complexFor = (real: DType): DType => (bytesOf(floatFor(real)) === 8 ? "complex128" : "complex64");

/** The dtype of `sin` of an array: the smallest float that holds all values of the array's dtype, or float64. */
export function floatFor(dtype: DType): DType {
  if (isFloat(dtype) || isComplex(dtype)) return dtype;
  return bytesOf(dtype) === 1 ? "float16" : bytesOf(dtype) === 2 ? "float32" : "float64";
}

/**
 * The dtype of operands, some of which may be numbers.
 *
 * @param isLenient whether a number that an integer dtype cannot hold makes the result float64, instead of an error
 * @throws {DTypeError} If a number is outside the range of the dtype.
 */
export function commonDType(operands: readonly (DType | number | bigint)[], isLenient = false): DType {
  const given = operands.filter((operand) => typeof operand === "string");
  const weak = operands.filter((operand) => typeof operand !== "string");
  if (given.length === 0) return ofNumbers(weak as readonly (number | bigint)[]);
  const strong = plain(promoteAll(given));
  // Next to a fraction, whole numbers become float64 too, so they need not fit into the arrays' dtype.
  if (!isFloat(strong) && !isComplex(strong) && weak.some(isFraction)) return "float64";
  return weak.reduce((dtype: DType, value) => withNumber(dtype, value, isLenient), strong);
}

function ofNumbers(values: readonly (number | bigint)[]): DType {
  if (values.some((value) => typeof value === "number")) return "float64";
  const found = (["int64", "uint64"] as const).find((dtype) => values.every((value) => holds(dtype, value)));
  if (found) return found;
  const message = `Expected bigints that 64 bits hold, got ${values.map(show).join(" and ")}`;
  throw new DTypeError(message, { dtype: "bigint", expected: "int64 or uint64" });
}

const isFraction = (value: number | bigint): boolean => typeof value === "number" && !Number.isInteger(value);

function withNumber(dtype: DType, value: number | bigint, isLenient: boolean): DType {
  if (isFloat(dtype) || isComplex(dtype)) return dtype;
  if (isFraction(value) || (dtype === "bool" && typeof value === "number")) return "float64";
  const integer = dtype === "bool" ? "int64" : dtype;
  if (holds(integer, value)) return integer;
  if (isLenient) return "float64";
  const [low, high] = rangeOf(integer);
  const got = `${show(value)} (use an array of a dtype that can hold it, such as float64)`;
  const message = `Expected a number in [${low}, ${high}] next to an array of ${dtype}, got ${got}`;
  throw new DTypeError(message, { dtype: typeof value, expected: integer });
}

/** Whether an integer fits into an integer dtype. */
export function holds(dtype: DType, value: number | bigint): boolean {
  const [low, high] = rangeOf(dtype);
  return value >= low && value <= high;
}

/** The least and the greatest value of an integer dtype. */
export function rangeOf(dtype: DType): [low: bigint, high: bigint] {
  const bits = BigInt(8 * bytesOf(dtype));
  return kindOf(dtype) === "i" ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
}
