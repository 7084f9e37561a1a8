/**
 * Shifts of lanes, each by a count of its own, of which the bits above the width do not matter. Vectors have no such
 * instruction. Counts become powers of two, which a table of bytes holds, and products shift. Used by `operations.ts`.
 */
import { type Code, V128 } from "./encode.js";
import { constant, isBigLane, type LaneType, laneBytes, type Node } from "./node.js";
import { BITSELECT, laneRow, MULTIPLY_HIGH, MULTIPLY_LOW, SHUFFLE, SWIZZLE, simdOpcode } from "./opcodes.js";

/** What shifts are written with. */
export interface ShiftWriter {
  readonly code: Code;
  constant(node: Node): Code;
  /** Pushes a vector of these bytes. */
  bytes(bytes: readonly number[]): Code;
  /** Replaces two vectors by the low bytes of the products of their bytes. */
  multiplyBytes(): void;
}
export type Shift = "shlBy" | "shrBy";

/** Replaces the lanes and their counts on the stack by the shifted lanes. */
export function writeShift(writer: ShiftWriter, op: Shift, type: LaneType): void {
  if (isBigLane(type)) shiftTwo(writer, op, type);
  else if (laneBytes(type) === 4) op === "shlBy" ? wordsLeft(writer) : wordsRight(writer, type);
  else if (laneBytes(type) === 1) op === "shlBy" ? bytesLeft(writer) : bytesRight(writer, type);
  else shiftByBits(writer, op, type);
}

/** The instruction that shifts all lanes by one count. */
export const shiftOpcode = (op: Shift, type: LaneType): number => simdOpcode(op === "shlBy" ? "shl" : "shr", type);

/** The powers of two that a byte can hold, and zeros for other counts. */
const POWERS = Array.from({ length: 16 }, (_, i) => (i < 8 ? 2 ** i : 0));
const FALLING_POWERS = Array.from({ length: 16 }, (_, i) => (i < 8 ? 2 ** (7 - i) : 0));

/** Lanes of 64 bits: both by the one count, and both by the other. */
function shiftTwo({ code }: ShiftWriter, op: Shift, type: LaneType): void {
  const [value, count] = [code.local(V128), code.local(V128)];
  code.set(count).set(value);
  for (const lane of [0, 1]) {
    code.get(value).get(count).simd(laneRow(type).extractU, lane).emit(0xa7); // i32.wrap_i64
    code.simd(shiftOpcode(op, type));
  }
  code.simd(SHUFFLE, ...[0, 1, 2, 3, 4, 5, 6, 7, 24, 25, 26, 27, 28, 29, 30, 31]);
}

const mask = (value: number, type: LaneType): Node => constant(value, type);
const WORD_BYTES = Array.from({ length: 16 }, (_, i) => 4 * Math.floor(i / 4));
const FIRST_BITS = Array.from({ length: 16 }, (_, i) => 8 * (i % 4));

/** Replaces exponents below 32 by powers of two: each byte of a lane by that of the exponent less the bits below. */
function powersOfWords({ code, bytes }: ShiftWriter): void {
  const count = code.local(V128);
  code.set(count);
  bytes(POWERS)
    .get(count)
    .get(count)
    .simd(SHUFFLE, ...WORD_BYTES);
  bytes(FIRST_BITS).simd(simdOpcode("sub", "u8")).simd(SWIZZLE);
}

function wordsLeft(writer: ShiftWriter): void {
  const { code } = writer;
  writer.constant(mask(31, "u32")).simd(simdOpcode("and", "u32"));
  powersOfWords(writer);
  code.simd(simdOpcode("mul", "u32"));
}

/** A product with 2^(31 - count) has the result above its 31 low bits. Negative numbers are inverted before. */
function wordsRight(writer: ShiftWriter, type: LaneType): void {
  const { code } = writer;
  const [value, power, sign] = [code.local(V128), code.local(V128), code.local(V128)];
  writer.constant(mask(31, "u32")).simd(simdOpcode("and", "u32"));
  writer.constant(mask(31, "u32")).simd(simdOpcode("xor", "u32"));
  powersOfWords(writer);
  code.set(power).set(value);
  if (type === "i32") {
    code.get(value).i32(31).simd(simdOpcode("shr", "i32")).set(sign);
    code.get(value).get(sign).simd(simdOpcode("xor", "i32")).set(value);
  }
  for (const multiply of [MULTIPLY_LOW, MULTIPLY_HIGH]) {
    code.get(value).get(power).simd(multiply).i32(31).simd(simdOpcode("shr", "u64"));
  }
  code.simd(SHUFFLE, ...[0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]);
  if (type === "i32") code.get(sign).simd(simdOpcode("xor", "i32"));
}

/** Replaces counts by what a table holds for their low three bits. */
function powersOfBytes({ code, constant, bytes }: ShiftWriter, table: readonly number[]): void {
  const count = code.local(V128);
  constant(mask(7, "u8")).simd(simdOpcode("and", "u8")).set(count);
  bytes(table).get(count).simd(SWIZZLE);
}

function bytesLeft(writer: ShiftWriter): void {
  powersOfBytes(writer, POWERS);
  writer.multiplyBytes();
}

/** Twice the byte by 2^(7 - count), of which the upper byte is the result: for even and for odd bytes. */
function bytesRight(writer: ShiftWriter, type: LaneType): void {
  const { code } = writer;
  const wide: LaneType = type === "u8" ? "u16" : "i16";
  const [value, power] = [code.local(V128), code.local(V128)];
  const [low, high] = [mask(0xff, "u16"), mask(0xff00, "u16")];
  const shift = (by: number, op: "shl" | "shr", lane: LaneType) => code.i32(by).simd(simdOpcode(op, lane));
  powersOfBytes(writer, FALLING_POWERS);
  code.set(power).set(value).get(value);
  shift(8, "shl", wide);
  shift(8, "shr", wide);
  shift(1, "shl", wide).get(power);
  writer.constant(low).simd(simdOpcode("and", "u16")).simd(simdOpcode("mul", "i16"));
  shift(8, "shr", "u16").get(value);
  shift(8, "shr", wide);
  shift(1, "shl", wide).get(power);
  shift(8, "shr", "u16").simd(simdOpcode("mul", "i16"));
  writer.constant(high).simd(simdOpcode("and", "u16")).simd(simdOpcode("or", "u16"));
}

/** Other lanes: by 1, 2, 4, … where that bit of the count is set. */
function shiftByBits({ code, constant: of }: ShiftWriter, op: Shift, type: LaneType): void {
  const [count, shifted] = [code.local(V128), code.local(V128)];
  const bits = `u${8 * laneBytes(type)}` as LaneType;
  code.set(count).set(shifted);
  for (let by = 1; by < 8 * laneBytes(type); by *= 2) {
    code.get(shifted);
    code.get(shifted).i32(by).simd(shiftOpcode(op, type)).get(count);
    of(mask(by, bits)).simd(simdOpcode("and", bits));
    of(mask(0, bits)).simd(simdOpcode("eq", bits)).simd(BITSELECT).set(shifted);
  }
  code.get(shifted);
}
