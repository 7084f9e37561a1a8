/** How the type of a shared value is named: a dtype, one of Python's type codes, or a struct. */
import { type DType, dtypeNames, type ScalarOf } from "../base/dtype.js";
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
/** Python's type codes. `l` and `L` have 64 bits on every platform. */
export type Codes = typeof CODES;

/** A dtype by its name or by Python's type code. */
export type ElementType = DType | keyof Codes;
/** What a `Value` may hold. */
export type ValueType = ElementType | Struct;
/** The dtype that a name or code stands for. */
export type DTypeNamed<T> = T extends keyof Codes ? Codes[T] : T extends DType ? T : never;
/** number, bigint, boolean; of a struct a live record, whose fields read and write the memory. */
export type ValueOf<T> =
  T extends Struct<infer F> ? { -readonly [K in keyof F]: ScalarOf<F[K]> } : ScalarOf<DTypeNamed<T>>;

/** @throws {DTypeError} naming the valid ones */
export function expectElementType(type: unknown): DType {
  if (typeof type === "string") {
    if (Object.hasOwn(CODES, type)) return CODES[type as keyof Codes];
    if ((dtypeNames as readonly string[]).includes(type)) return type as DType;
  }
  const expected = `one of ${dtypeNames.join(", ")} or of the codes ${Object.keys(CODES).join(" ")}`;
  throw new DTypeError(`Expected \`type\` to be ${expected}; got ${show(type)}`, { dtype: show(type), expected });
}

/** @throws {DTypeError} */
export const expectValueType = (type: unknown): DType | Struct => (isStruct(type) ? type : expectElementType(type));
