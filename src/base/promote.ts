/**
 * The dtype of a result, by NumPy's rules: of arrays from their dtypes alone, never from their values; numbers beside arrays are
 * "weak" and take the array's dtype where it can hold them (NEP 50). Two differences: a number never makes a 64-bit integer,
 * for those are bigint here; and `uint8_clamped` computes as `uint8`.
 */
import { type DType, dtypes, isBigInt, isFloat } from "./dtype.js";
import { DTypeError } from "./errors.js";
import { show } from "./expect.js";

const bytesOf = (dtype: DType) => dtypes[dtype].bytes;
const kindOf = (dtype: DType) => dtypes[dtype].kind;
const SIGNED: Record<number, DType> = { 1: "int8", 2: "int16", 4: "int32", 8: "int64" };

/** The dtype that holds both. */
export function promote(first: DType, second: DType): DType {
  const [a, b] = [plain(first), plain(second)];
  if (a === b || b === "bool") return a;
  if (a === "bool") return b;
  if (isFloat(a) || isFloat(b)) {
    const [x, y] = [floatFor(a), floatFor(b)];
    return bytesOf(x) > bytesOf(y) ? x : y;
  }
  if (kindOf(a) === kindOf(b)) return bytesOf(a) > bytesOf(b) ? a : b;
  const [signed, unsigned] = kindOf(a) === "i" ? [a, b] : [b, a];
  if (bytesOf(unsigned) < bytesOf(signed)) return signed;
  return SIGNED[2 * bytesOf(unsigned)] ?? "float64";
}

const plain = (dtype: DType): DType => (dtype === "uint8_clamped" ? "uint8" : dtype);

/** The smallest float that holds all values of the dtype, or float64: what `sin` of it is. */
export function floatFor(dtype: DType): DType {
  if (isFloat(dtype)) return dtype;
  return bytesOf(dtype) === 1 ? "float16" : bytesOf(dtype) === 2 ? "float32" : "float64";
}

/**
 * The dtype of operands of which some are numbers. @param isLenient numbers beyond an integer dtype make float64 of it
 * @throws {DTypeError} for an int64 with a number, and for one out of range
 */
export function commonDType(operands: readonly (DType | number | bigint)[], isLenient = false): DType {
  const given = operands.filter((operand) => typeof operand === "string");
  const weak = operands.filter((operand) => typeof operand !== "string");
  if (given.length === 0) return ofNumbers(weak as readonly (number | bigint)[]);
  const strong = given.reduce(promote);
  return weak.reduce((dtype: DType, value) => withNumber(dtype, value, isLenient), plain(strong));
}

function ofNumbers(values: readonly (number | bigint)[]): DType {
  if (values.some((value) => typeof value === "number")) return "float64";
  const found = (["int64", "uint64"] as const).find((dtype) => values.every((value) => holds(dtype, value)));
  if (found) return found;
  const message = `Expected bigints that 64 bits hold, got ${values.map(show).join(" and ")}`;
  throw new DTypeError(message, { dtype: "bigint", expected: "int64 or uint64" });
}

function withNumber(dtype: DType, value: number | bigint, isLenient: boolean): DType {
  if (isFloat(dtype)) return dtype;
  if (typeof value === "number" && isBigInt(dtype)) {
    const message = `Expected a bigint beside an array of ${dtype}, got ${show(value)} (write ${Number.isInteger(value) ? `${value}n` : "an array of float64"})`;
    throw new DTypeError(message, { dtype: "number", expected: "bigint" });
  }
  if (dtype === "bool") return typeof value === "number" ? "float64" : "int64";
  if (typeof value === "number" && !Number.isInteger(value)) return "float64";
  if (holds(dtype, value)) return dtype;
  if (isLenient && !isBigInt(dtype)) return "float64";
  const [low, high] = rangeOf(dtype);
  const message = `Expected a number in [${low}, ${high}] beside an array of ${dtype}, got ${show(value)}`;
  throw new DTypeError(message, { dtype: typeof value, expected: dtype });
}

/** Whether an integer fits into an integer dtype. */
export function holds(dtype: DType, value: number | bigint): boolean {
  const [low, high] = rangeOf(dtype);
  return value >= low && value <= high;
}

/** The least and the greatest of an integer dtype. */
export function rangeOf(dtype: DType): [low: bigint, high: bigint] {
  const bits = BigInt(8 * bytesOf(dtype));
  return kindOf(dtype) === "i" ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
}
