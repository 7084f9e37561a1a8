/** NumPy's float operations that take more than one instruction, as expressions of f32 or f64 lanes. */
import type { DType } from "../base/dtype.js";
import { decodeHalf, encodeHalf } from "../ir/elements.js";
import {
  abs,
  add,
  and,
  constant,
  div,
  eq,
  floor,
  ge,
  gt,
  type LaneType,
  lt,
  mul,
  type Node,
  ne,
  not,
  or,
  reinterpret,
  select,
  sub,
  trunc,
  xor,
} from "../ir/node.js";
import { copySign, fmod, sin } from "../math/index.js";

const bitsLane = (type: LaneType): LaneType => (type === "f32" ? "i32" : "i64");
const asBits = (a: Node): Node => reinterpret(a, bitsLane(a.type));
const asFloat = (bits: Node): Node => reinterpret(bits, bits.type === "i32" ? "f32" : "f64");
const inf = Number.POSITIVE_INFINITY;

export const isNan = (a: Node): Node => ne(a, a);
export const isInf = (a: Node): Node => eq(abs(a), inf);
export const isFiniteFloat = (a: Node): Node => lt(abs(a), inf);
export const signBit = (a: Node): Node => lt(asBits(a), 0);

/** -1, 0 or 1. -0 gives 0, and NaN stays NaN. */
export const signOfFloat = (a: Node): Node =>
  select(gt(a, 0), constant(1, a.type), select(lt(a, 0), constant(-1, a.type), add(a, select(eq(a, 0), 0, a))));

/** The larger operand. The first one if both are equal or it is NaN. Works for integers too. */
export const larger = (a: Node, b: Node): Node => select(or(ge(a, b), isNan(a)), a, b);
/** The smaller operand. The first one if both are equal or it is NaN. Works for integers too. */
export const smaller = (a: Node, b: Node): Node => select(or(le(a, b), isNan(a)), a, b);
const le = (a: Node, b: Node): Node => ge(b, a);
/** The larger operand, or the one that is a number if the other is NaN. */
export const largerNumber = (a: Node, b: Node): Node => select(or(ge(a, b), isNan(b)), a, b);
/** The smaller operand, or the one that is a number if the other is NaN. */
export const smallerNumber = (a: Node, b: Node): Node => select(or(le(a, b), isNan(b)), a, b);

/** 0 for negative numbers, 1 for positive ones, and `b` for zeros. NaN stays NaN. */
export const heaviside = (a: Node, b: Node): Node =>
  select(eq(a, 0), b, select(isNan(a), a, select(lt(a, 0), constant(0, a.type), constant(1, a.type))));

/** The next number after `a` in the direction of `b`, among those that the dtype can represent. */
export function nextAfter(a: Node, b: Node, dtype: DType): Node {
  const isHalf = dtype === "float16";
  const bits = isHalf ? reinterpret(encodeHalf(a), "i16") : asBits(a);
  const back = (moved: Node) => (isHalf ? decodeHalf(reinterpret(moved, "u16")) : asFloat(moved));
  const one = constant(1, bits.type);
  // The bits increase away from zero, for both signs.
  const isAway = not(xor(gt(b, a), gt(a, 0)));
  const moved = back(select(isAway, add(bits, one), sub(bits, one)));
  const next = select(eq(a, 0), copySign(back(one), b), moved);
  // For equal operands, which may be zeros of two signs, NumPy returns `b`, except for float16.
  return select(or(isNan(a), isNan(b)), add(a, b), select(eq(a, b), isHalf ? a : b, next));
}

/**
 * The distance from `a` to the next number away from zero, with the sign of `a`. NumPy's of float16 is that to the next
 * greater number.
 */
export function spacing(a: Node, dtype: DType): Node {
  const away = copySign(constant(inf, a.type), a);
  const toward = dtype === "float16" ? constant(inf, a.type) : select(eq(a, 0), inf, away);
  const finite = select(isFiniteFloat(a), a, Number.NaN);
  return sub(nextAfter(finite, toward, dtype), finite);
}

/** π as float16. */
const PI_AS_HALF = 3.140625;

/** sin(πx) / (πx), and 1 for x = 0. Both π and the product are rounded to the dtype, as in NumPy. */
export function sinc(a: Node, dtype: DType): Node {
  const isHalf = dtype === "float16";
  const stored = (x: Node) => (isHalf ? decodeHalf(encodeHalf(x)) : x);
  const angle = stored(mul(a, isHalf ? PI_AS_HALF : Math.PI));
  return select(eq(angle, 0), 1, div(stored(sin(angle)), angle));
}

/** The part of `a` behind the binary point, with the sign of `a`; of infinities it is 0. */
export const fractionalPart = (a: Node): Node => copySign(select(isInf(a), 0, sub(a, trunc(a))), a);

/** The remainder with the sign of the divisor, Python's `%`. */
export function remainderFloats(a: Node, b: Node): Node {
  const rest = fmod(a, b);
  const isOther = xor(lt(b, 0), lt(rest, 0));
  return select(eq(rest, 0), copySign(rest, b), select(isOther, add(rest, b), rest));
}

/**
 * The quotient rounded down, Python's `//`: the remainder is subtracted first and the quotient rounded to an integer.
 */
export function floorDivideFloats(a: Node, b: Node): Node {
  const rest = fmod(a, b);
  const whole = div(sub(a, rest), b);
  const isOther = and(ne(rest, 0), xor(lt(b, 0), lt(rest, 0)));
  const down = select(isOther, sub(whole, constant(1, a.type)), whole);
  const cut = floor(down);
  const near = select(gt(sub(down, cut), 0.5), add(cut, constant(1, a.type)), cut);
  const ratio = div(a, b);
  const quotient = select(eq(down, 0), copySign(constant(0, a.type), ratio), near);
  return select(eq(b, 0), ratio, quotient);
}
