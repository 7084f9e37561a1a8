/**
 * How elements of each dtype are lanes: loaded, cast as NumPy's `astype` casts, stored. A bool is a mask, a float16 an f32.
 */
import { type DType, dtypes } from "../base/dtype.js";
import {
  add,
  and,
  constant,
  convert,
  eq,
  ge,
  gt,
  isFloatLane,
  isMask,
  type LaneType,
  load,
  lt,
  maskOf,
  min,
  mul,
  type Node,
  ne,
  or,
  reinterpret,
  select,
  shl,
  shr,
  sub,
  xor,
} from "./node.js";

/** The lanes in memory. */
const STORED: Record<DType, LaneType> = {
  bool: "u8",
  int8: "i8",
  uint8: "u8",
  uint8_clamped: "u8",
  int16: "i16",
  uint16: "u16",
  int32: "i32",
  uint32: "u32",
  int64: "i64",
  uint64: "u64",
  float16: "u16",
  float32: "f32",
  float64: "f64",
};
export const storedLane = (dtype: DType): LaneType => STORED[dtype];

/** The lanes that are computed with. */
export const valueLane = (dtype: DType): LaneType =>
  dtype === "bool" ? "m8" : dtype === "float16" ? "f32" : STORED[dtype];

/** The element of a slot, ready to compute with. */
export function loadElement(slot: number, dtype: DType): Node {
  const raw = load(slot, STORED[dtype]);
  return dtype === "bool" ? ne(raw, 0) : dtype === "float16" ? decodeHalf(raw) : raw;
}

/** A value as it lies in memory. */
export const storedForm = (value: Node, dtype: DType): Node =>
  dtype === "bool" ? fromMask(value, "u8") : dtype === "float16" ? encodeHalf(value) : value;

/** A value of one dtype as one of another: nonzero (NaN too) is true, integers wrap, floats are rounded once. */
export function castElement(value: Node, from: DType, to: DType): Node {
  if (from === to) return value;
  if (to === "bool") return isMask(value.type) ? value : ne(value, 0);
  if (from === "bool") return fromMask(value, valueLane(to));
  if (to === "float16" && from === "float64") return convert(toOddFloat32(value), "f32");
  if (to === "uint8_clamped" && dtypes[from].bytes > 1) return convert(min8(value), "u8");
  return convert(value, valueLane(to));
}

const min8 = (value: Node): Node => (isFloatLane(value.type) ? min(value, 255) : select(gt(value, 255), 255, value));

/** 1 where the mask is set, else 0. */
export function fromMask(mask: Node, type: LaneType): Node {
  if (isFloatLane(type)) return select(mask, constant(1, type), constant(0, type));
  return and(reinterpret(convert(mask, maskOf(type)), type), constant(1, type));
}

/**
 * A float64 that rounds to float16 by way of float32 as it does directly: the bits that float32 lacks are cut off, and the last
 * one kept is set if any of them was. ("Round to odd": S. Boldo and G. Melquiond, "When double rounding is odd".)
 */
function toOddFloat32(value: Node): Node {
  const bits = reinterpret(value, "i64");
  const lost = and(bits, 0x1fffffff);
  return reinterpret(or(and(bits, ~0x1fffffffn), select(eq(lost, 0), constant(0, "i64"), 0x20000000)), "f64");
}

/** The float32 that 16 bits stand for: exponent and fraction moved into place, then scaled, which makes subnormals right too. */
export function decodeHalf(half: Node): Node {
  const bits = reinterpret(convert(half, "u32"), "i32");
  const size = shl(and(bits, 0x7fff), 13);
  const scaled = reinterpret(size, "f32");
  const finite = reinterpret(mul(scaled, 2 ** 112), "i32");
  const special = or(size, 0x7f800000);
  const sign = shl(and(bits, 0x8000), 16);
  return reinterpret(or(select(ge(and(bits, 0x7fff), 0x7c00), special, finite), sign), "f32");
}

/** The 16 bits nearest to a float32, ties to even. After F. Giesen, "Float to half done quic(k)er", the variant without tables. */
export function encodeHalf(value: Node): Node {
  const bits = reinterpret(value, "i32");
  const sign = and(bits, -0x80000000);
  const size = xor(bits, sign);
  const SUBNORMAL = 126 << 23; // adding 0.5 moves the bits of 2^-24 to the end of the fraction
  const subnormal = sub(reinterpret(add(reinterpret(size, "f32"), 0.5), "i32"), SUBNORMAL);
  const odd = and(shr(size, 13), 1);
  const normal = shr(add(add(size, odd), ((15 - 127) << 23) + 0xfff), 13);
  const special = select(gt(size, 0x7f800000), constant(0x7e00, "i32"), 0x7c00);
  const MAX = (127 + 16) << 23;
  const half = select(ge(size, MAX), special, select(lt(size, 113 << 23), subnormal, normal));
  const positive = reinterpret(sign, "u32");
  return convert(or(reinterpret(half, "u32"), shr(positive, 16)), "u16");
}
