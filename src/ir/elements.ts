/**
 * Elements of each dtype as lanes: how they are loaded, cast (as NumPy's `astype` does) and stored. A bool becomes a
 * mask and a float16 becomes an f32.
 */
import { noComplex } from "../base/complex.js";
import { type DType, isComplex, isFloat, type RealDType } from "../base/dtype.js";
import {
  abs,
  add,
  and,
  constant,
  convert,
  eq,
  floor,
  ge,
  gt,
  isFloatLane,
  isMask,
  type LaneType,
  laneBytes,
  load,
  lt,
  maskOf,
  mul,
  type Node,
  ne,
  nearest,
  not,
  or,
  pmin,
  rarely,
  reinterpret,
  select,
  shl,
  shr,
  sub,
  trunc,
  xor,
} from "./node.js";
import { oneOrZero } from "./truth.js";

const STORED: Record<RealDType, LaneType> = {
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
/** The lanes that hold the dtype's elements in memory. */
export function storedLane(dtype: DType): LaneType {
  if (isComplex(dtype)) throw noComplex("this function", dtype);
  return STORED[dtype as RealDType];
}

/** The lanes that expressions compute the dtype's values in. */
export const valueLane = (dtype: DType): LaneType =>
  dtype === "bool" ? "m8" : dtype === "float16" ? "f32" : storedLane(dtype);

/** Loads an element of a slot and gives it the lanes to compute in. */
export function loadElement(slot: number, dtype: DType): Node {
  const raw = load(slot, storedLane(dtype));
  return dtype === "bool" ? ne(raw, 0) : dtype === "float16" ? decodeHalf(raw) : raw;
}

/** A value in the lanes that memory holds. */
export const storedForm = (value: Node, dtype: DType): Node =>
  dtype === "bool" ? fromMask(value, "u8") : dtype === "float16" ? encodeHalf(value) : value;

/**
 * Casts a value to another dtype, as `caster` (`base/dtype.ts`) does: anything nonzero (including NaN) is true,
 * integers wrap, floats are rounded once, and of a float that becomes an integer the low bits of its whole part are
 * kept.
 */
export function castElement(value: Node, from: DType, to: DType): Node {
  if (from === to) return value;
  if (to === "bool") return isMask(value.type) ? value : ne(value, 0);
  if (from === "bool") return fromMask(value, valueLane(to));
  if (to === "float16" && from === "float64") return convert(toOddFloat32(value), "f32");
  if (to === "uint8_clamped") return clampedByte(value);
  return isFloatLane(value.type) && !isFloat(to) ? lowBits(value, valueLane(to)) : convert(value, valueLane(to));
}

/** The nearest number that a `Uint8ClampedArray` stores. NaN is not greater than 0, so it becomes 0. */
export function clampedByte(value: Node): Node {
  if (isFloatLane(value.type)) {
    const rounded = select(gt(value, 0), nearest(pmin(value, 255)), 0);
    return convert(convert(rounded, "i32"), "u8");
  }
  const positive = value.type[0] === "i" ? select(lt(value, 0), 0, value) : value;
  return convert(laneBytes(value.type) === 1 ? positive : select(gt(positive, 255), 255, positive), "u8");
}

/**
 * The low bits of a float's whole part, as a typed array stores them: ECMAScript's ToInt32 and its kin. NaN and
 * infinities are 0. Each step is exact, of float32 too.
 */
export function lowBits(value: Node, lane: LaneType): Node {
  const isBig = laneBytes(lane) === 8;
  if (value.type === "f32" && !isBig) {
    // Numbers beyond the range become its ends, 01…1 and 10…0, whose bits without the sign are ones and zeros.
    const whole = convert(value, "i32");
    const isEnd = eq(xor(whole, shr(whole, 31)), 0x7fffffff);
    return convert(rarely(isEnd, wrapped(value, 32), whole), lane);
  }
  const x = convert(value, "f64");
  // The sum has the low bits of the whole part, because its last bit counts 1. That takes half as long as the
  // instruction for 32 bits, and a third as long as that for 64, which converts one lane at a time.
  const sum = reinterpret(add(trunc(x), ROUNDER), "i64");
  const low = convert(isBig ? sub(sum, ROUNDER_BITS) : sum, lane);
  const isLarge = not(lt(abs(x), 2 ** 51));
  return rarely(isLarge, convert(wrapped(x, isBig ? 64 : 32), lane), low);
}
/** The last bit of a sum of this number and one below 2^51 counts 1. */
const ROUNDER = 1.5 * 2 ** 52;
const ROUNDER_BITS = 0x4338000000000000n;

/** The low bits of the whole part of any float. */
function wrapped(x: Node, bits: 32 | 64): Node {
  const size = trunc(abs(x));
  const rest = sub(size, mul(floor(mul(size, 2 ** -bits)), 2 ** bits));
  const finite = select(lt(size, Number.POSITIVE_INFINITY), rest, 0);
  const unsigned = convert(finite, bits === 64 ? "u64" : "u32");
  const signed = select(lt(x, 0), sub(constant(0, unsigned.type), unsigned), unsigned);
  return reinterpret(signed, bits === 64 ? "i64" : "i32");
}

/** A mask as the number 1 or 0. */
export function fromMask(mask: Node, type: LaneType): Node {
  const short = laneBytes(type) === 1 ? oneOrZero(mask) : undefined;
  if (short) return reinterpret(short, type);
  if (isFloatLane(type)) return select(mask, constant(1, type), constant(0, type));
  return and(reinterpret(convert(mask, maskOf(type)), type), constant(1, type));
}

/** The mask that bools, as bytes of 1 and 0, are made of; `undefined` if the value is something else. */
export function maskOfBools({ op, args: [bytes, one] }: Node): Node | undefined {
  if (op !== "and" || one?.op !== "const" || one.imm !== 1 || bytes?.op !== "reinterpret") return undefined;
  const [mask] = bytes.args as [Node];
  return mask.type === "m8" && mask.op === "convert" ? mask.args[0] : undefined;
}

/**
 * Prepares a float64 so that rounding it to float32 and then to float16 gives the same as rounding it to float16 at
 * once: the bits that float32 lacks are cut off, and if any of them was set, the last remaining bit is set. This is
 * "round to odd" (S. Boldo and G. Melquiond, "When double rounding is odd").
 */
function toOddFloat32(value: Node): Node {
  const bits = reinterpret(value, "i64");
  const lost = and(bits, 0x1fffffff);
  return reinterpret(or(and(bits, ~0x1fffffffn), select(eq(lost, 0), constant(0, "i64"), 0x20000000)), "f64");
}

/**
 * Decodes the 16 bits of a float16 to float32. Exponent and fraction are moved into place and then scaled by a product,
 * which also gives subnormals their right value.
 */
export function decodeHalf(half: Node): Node {
  const bits = reinterpret(convert(half, "u32"), "i32");
  const size = shl(and(bits, 0x7fff), 13);
  const scaled = reinterpret(size, "f32");
  const finite = reinterpret(mul(scaled, 2 ** 112), "i32");
  const special = or(size, 0x7f800000);
  const sign = shl(and(bits, 0x8000), 16);
  return reinterpret(or(select(ge(and(bits, 0x7fff), 0x7c00), special, finite), sign), "f32");
}

/**
 * Encodes a float32 as the nearest float16, ties to even. After F. Giesen, "Float to half done quic(k)er", the variant
 * without tables.
 */
export function encodeHalf(value: Node): Node {
  const bits = reinterpret(value, "i32");
  const sign = and(bits, -0x80000000);
  const size = xor(bits, sign);
  const SUBNORMAL = 126 << 23; // the bits of 0.5; adding 0.5 moves the bit of 2^-24 to the end of the fraction
  const subnormal = sub(reinterpret(add(reinterpret(size, "f32"), 0.5), "i32"), SUBNORMAL);
  const odd = and(shr(size, 13), 1);
  const normal = shr(add(add(size, odd), ((15 - 127) << 23) + 0xfff), 13);
  const special = select(gt(size, 0x7f800000), constant(0x7e00, "i32"), 0x7c00);
  const MAX = (127 + 16) << 23;
  const half = select(ge(size, MAX), special, select(lt(size, 113 << 23), subnormal, normal));
  const positive = reinterpret(sign, "u32");
  return convert(or(reinterpret(half, "u32"), shr(positive, 16)), "u16");
}
