/** Names for the type of a shared value: a dtype, one of Python's type codes, or a struct. */
import { noComplex } from "../base/complex.js";
import {
  type DType,
  dtypeNamed,
  dtypeNames,
  isComplex,
  type RealDType,
  type ScalarOf,
  showNoDType,
} from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { isStruct, type Struct } from "./struct.js";

const CODES = {
  c: "uint8",
  b: "int8",
  B: "uint8",
  "?": "bool",
  h: "int16",
  H: "uint16",
  i: "int32",
  I: "uint32",
  l: "int64",
  L: "uint64",
  q: "int64",
  Q: "uint64",
  e: "float16",
  f: "float32",
  d: "float64",
} as const satisfies { [code: string]: DType };
/** Python's type codes and their dtypes. `l` and `L` have 64 bits on every platform. */
export type Codes = typeof CODES;

/** A dtype's name, or one of Python's type codes. */
export type ElementType = RealDType | keyof Codes;
/** A type that a `Value` may hold. */
export type ValueType = ElementType | Struct;
/** The dtype of a name or code. */
export type DTypeNamed<T> = T extends keyof Codes ? Codes[T] : T extends DType ? T : never;
/**
 * The JavaScript type of a value: number, bigint or boolean; for a struct a live record, whose fields are in the
 * memory.
 */
export type ValueOf<T> =
  T extends Struct<infer F> ? { -readonly [K in keyof F]: ScalarOf<F[K]> } : ScalarOf<DTypeNamed<T>>;

/**
 * The dtype of a name or code.
 *
 * @throws {DTypeError} If it is neither. The message lists the valid ones.
 */
export function expectElementType(type: unknown): DType {
  const isCode = typeof type === "string" && Object.hasOwn(CODES, type);
  const dtype = isCode ? CODES[type as keyof Codes] : dtypeNamed(type);
  if (dtype !== undefined && isComplex(dtype)) throw noComplex("shared values", dtype);
  if (dtype !== undefined) return dtype;
  const names = dtypeNames.filter((name) => !isComplex(name)).join(", ");
  const expected = `one of ${names} or of the codes ${Object.keys(CODES).join(" ")}`;
  const got = isStruct(type) ? "a struct, which a SharedArray can hold" : showNoDType(type);
  throw new DTypeError(`Expected \`type\` to be ${expected}; got ${got}`, { dtype: show(type), expected });
}

/** As `expectValueType`, of the type that `attach` and `waitFor` take after the name. */
export function expectTypeOfNamed(type: unknown): DType | Struct {
  if (type !== undefined) return expectValueType(type);
  const message = 'Expected `type` as the second argument, got undefined (write attach(name, "int32"))';
  throw new DTypeError(message, { dtype: "undefined", expected: "a dtype, a code or a struct" });
}

/**
 * The dtype of a name or code; a struct is returned as it is.
 *
 * @throws {DTypeError} If it is none of these.
 */
export function expectValueType(type: unknown): DType | Struct {
  if (isStruct(type)) return type;
  if (typeof type !== "object" || type === null) return expectElementType(type);
  const expected = "a dtype, a code or a struct";
  const message = `Expected \`type\` to be ${expected}, got ${show(type)} (make a type with struct({ x: "float64" }))`;
  throw new DTypeError(message, { dtype: show(type), expected });
}
