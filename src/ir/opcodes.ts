/**
 * The WebAssembly instructions for lane operations. The numbers are those of the core specification, appendix "Index of
 * Instructions".
 */
import {
  type BinaryOp,
  type CompareOp,
  isFloatLane,
  isMask,
  type LaneType,
  laneBytes,
  type ShiftOp,
  type UnaryOp,
} from "./node.js";

/** Opcodes that follow the prefix 0xfd, by lane width in bits for integers and by type for floats. */
type Row = Partial<Record<"8" | "16" | "32" | "64" | "f32" | "f64", number>>;

const INT: Partial<
  Record<UnaryOp | BinaryOp | CompareOp | ShiftOp | `${"min" | "max" | "lt" | "le" | "gt" | "ge" | "shr"}U`, Row>
> = {
  abs: { 8: 0x60, 16: 0x80, 32: 0xa0, 64: 0xc0 },
  neg: { 8: 0x61, 16: 0x81, 32: 0xa1, 64: 0xc1 },
  add: { 8: 0x6e, 16: 0x8e, 32: 0xae, 64: 0xce },
  sub: { 8: 0x71, 16: 0x91, 32: 0xb1, 64: 0xd1 },
  mul: { 16: 0x95, 32: 0xb5, 64: 0xd5 },
  min: { 8: 0x76, 16: 0x96, 32: 0xb6 },
  minU: { 8: 0x77, 16: 0x97, 32: 0xb7 },
  max: { 8: 0x78, 16: 0x98, 32: 0xb8 },
  maxU: { 8: 0x79, 16: 0x99, 32: 0xb9 },
  eq: { 8: 0x23, 16: 0x2d, 32: 0x37, 64: 0xd6 },
  ne: { 8: 0x24, 16: 0x2e, 32: 0x38, 64: 0xd7 },
  lt: { 8: 0x25, 16: 0x2f, 32: 0x39, 64: 0xd8 },
  ltU: { 8: 0x26, 16: 0x30, 32: 0x3a },
  gt: { 8: 0x27, 16: 0x31, 32: 0x3b, 64: 0xd9 },
  gtU: { 8: 0x28, 16: 0x32, 32: 0x3c },
  le: { 8: 0x29, 16: 0x33, 32: 0x3d, 64: 0xda },
  leU: { 8: 0x2a, 16: 0x34, 32: 0x3e },
  ge: { 8: 0x2b, 16: 0x35, 32: 0x3f, 64: 0xdb },
  geU: { 8: 0x2c, 16: 0x36, 32: 0x40 },
  shl: { 8: 0x6b, 16: 0x8b, 32: 0xab, 64: 0xcb },
  shr: { 8: 0x6c, 16: 0x8c, 32: 0xac, 64: 0xcc },
  shrU: { 8: 0x6d, 16: 0x8d, 32: 0xad, 64: 0xcd },
};

const FLOAT: Partial<Record<UnaryOp | BinaryOp | CompareOp, Row>> = {
  ceil: { f32: 0x67, f64: 0x74 },
  floor: { f32: 0x68, f64: 0x75 },
  trunc: { f32: 0x69, f64: 0x7a },
  nearest: { f32: 0x6a, f64: 0x94 },
  abs: { f32: 0xe0, f64: 0xec },
  neg: { f32: 0xe1, f64: 0xed },
  sqrt: { f32: 0xe3, f64: 0xef },
  add: { f32: 0xe4, f64: 0xf0 },
  sub: { f32: 0xe5, f64: 0xf1 },
  mul: { f32: 0xe6, f64: 0xf2 },
  div: { f32: 0xe7, f64: 0xf3 },
  min: { f32: 0xe8, f64: 0xf4 },
  max: { f32: 0xe9, f64: 0xf5 },
  pmin: { f32: 0xea, f64: 0xf6 },
  pmax: { f32: 0xeb, f64: 0xf7 },
  eq: { f32: 0x41, f64: 0x47 },
  ne: { f32: 0x42, f64: 0x48 },
  lt: { f32: 0x43, f64: 0x49 },
  gt: { f32: 0x44, f64: 0x4a },
  le: { f32: 0x45, f64: 0x4b },
  ge: { f32: 0x46, f64: 0x4c },
};

/** Instructions for whole vectors, independent of their lanes. */
const BITS: Partial<Record<UnaryOp | BinaryOp, number>> = { not: 0x4d, and: 0x4e, or: 0x50, xor: 0x51 };
export const BITSELECT = 0x52;
/** Bits of the first vector that are not set in the second. */
export const ANDNOT = 0x4f;
export const ANY_TRUE = 0x53;
export const SHUFFLE = 0x0d;
/** The bytes of the first vector at the positions in the second; 0 for positions from 16 on. */
export const SWIZZLE = 0x0e;
/** Products of 64 bits of the two low, or the two high, unsigned lanes of 32 bits. */
export const [MULTIPLY_LOW, MULTIPLY_HIGH] = [0xde, 0xdf];
export const V128_CONST = 0x0c;

/** The instruction for an operation on lanes of this type. */
export function simdOpcode(op: UnaryOp | BinaryOp | CompareOp | ShiftOp, type: LaneType): number {
  const bits = String(8 * laneBytes(type)) as "8";
  const signed = type[0] === "u" ? INT[`${op}U` as "minU"]?.[bits] : undefined;
  const found =
    isMask(type) || BITS[op as "not"] !== undefined
      ? BITS[op as "not"]
      : isFloatLane(type)
        ? FLOAT[op as "add"]?.[type]
        : (signed ?? (type[0] === "u" && `${op}U` in INT ? undefined : INT[op]?.[bits]));
  if (found === undefined) throw new Error(`internal: no instruction for ${op} of ${type}`);
  return found;
}

/** Instructions that copy a scalar into all lanes, take one lane out (signed or unsigned), or replace one lane. */
const LANE: Record<
  "8" | "16" | "32" | "64" | "f32" | "f64",
  { splat: number; extractS: number; extractU: number; replace: number }
> = {
  8: { splat: 0x0f, extractS: 0x15, extractU: 0x16, replace: 0x17 },
  16: { splat: 0x10, extractS: 0x18, extractU: 0x19, replace: 0x1a },
  32: { splat: 0x11, extractS: 0x1b, extractU: 0x1b, replace: 0x1c },
  64: { splat: 0x12, extractS: 0x1d, extractU: 0x1d, replace: 0x1e },
  f32: { splat: 0x13, extractS: 0x1f, extractU: 0x1f, replace: 0x20 },
  f64: { splat: 0x14, extractS: 0x21, extractU: 0x21, replace: 0x22 },
};
export const laneRow = (type: LaneType) => LANE[isFloatLane(type) ? type : (String(8 * laneBytes(type)) as "8")];

// Loads and stores of the low bytes of a vector, by the number of bytes.

/** Loads that clear the rest of the vector, except that the narrowest two copy the bytes into all lanes. */
export const LOAD_LOW: Record<number, number> = { 1: 0x07, 2: 0x08, 4: 0x5c, 8: 0x5d, 16: 0x00 };
/** Loads that copy the bytes into all lanes. */
export const LOAD_SPLAT: Record<number, number> = { 1: 0x07, 2: 0x08, 4: 0x09, 8: 0x0a };
/** Loads that replace one lane. */
export const LOAD_LANE: Record<number, number> = { 1: 0x54, 2: 0x55, 4: 0x56, 8: 0x57 };
export const STORE_LANE: Record<number, number> = { 1: 0x58, 2: 0x59, 4: 0x5a, 8: 0x5b };
export const V128_STORE = 0x0b;
/** Instructions that take the highest bit of each lane, by the bytes of a lane. */
export const BITMASK: Record<number, number> = { 1: 0x64, 2: 0x84, 4: 0xa4, 8: 0xc4 };

/** Sign or zero extension of the low lanes to twice their width, by the resulting width in bytes. */
export const EXTEND_LOW: Record<number, { s: number; u: number }> = {
  2: { s: 0x87, u: 0x89 },
  4: { s: 0xa7, u: 0xa9 },
  8: { s: 0xc7, u: 0xc9 },
};
/** Joins two vectors of lanes of so many bytes to one of half as many, with signed saturation. */
export const NARROW: Record<number, number> = { 2: 0x65, 4: 0x85 };
/** Vector conversions of the low lanes, by `from>to`. */
export const CONVERT: Record<string, number> = {
  "f64>f32": 0x5e,
  "f32>f64": 0x5f,
  "f32>i32": 0xf8,
  "f32>u32": 0xf9,
  "i32>f32": 0xfa,
  "u32>f32": 0xfb,
  "f64>i32": 0xfc,
  "f64>u32": 0xfd,
  "i32>f64": 0xfe,
  "u32>f64": 0xff,
};
/** Scalar conversions for pairs of types that have no vector instruction: `[prefix?, opcode]`. */
export const SCALAR_CONVERT: Record<string, readonly number[]> = {
  "i64>f32": [0xb4],
  "u64>f32": [0xb5],
  "f64>i64": [0xfc, 6],
  "f64>u64": [0xfc, 7],
};
/** Scalar instructions for operations that vectors lack. */
export const SCALAR: Record<"quotient" | "rest", Partial<Record<LaneType, number>>> = {
  quotient: { i32: 0x6d, u32: 0x6e, i64: 0x7f, u64: 0x80 },
  rest: { i32: 0x6f, u32: 0x70, i64: 0x81, u64: 0x82 },
};
