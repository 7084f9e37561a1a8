/** NumPy's float operations that are no single instruction, as expressions. Lanes f32 or f64. */

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
  type Node,
  ne,
  not,
  or,
  reinterpret,
  select,
  sub,
  xor,
} from "../ir/node.js";
import { copySign, fmod } from "../math/index.js";

const bitsLane = (type: LaneType): LaneType => (type === "f32" ? "i32" : "i64");
const asBits = (a: Node): Node => reinterpret(a, bitsLane(a.type));
const asFloat = (bits: Node): Node => reinterpret(bits, bits.type === "i32" ? "f32" : "f64");
const inf = Number.POSITIVE_INFINITY;

export const isNan = (a: Node): Node => ne(a, a);
export const isInf = (a: Node): Node => eq(abs(a), inf);
export const isFiniteFloat = (a: Node): Node => lt(abs(a), inf);
export const signBit = (a: Node): Node => lt(asBits(a), 0);

/** -1, 0, 1; of -0 it is 0, and NaN stays. */
export const signOfFloat = (a: Node): Node =>
  select(gt(a, 0), constant(1, a.type), select(lt(a, 0), constant(-1, a.type), add(a, select(eq(a, 0), 0, a))));

/** The first operand where both are equal or it is NaN. Integers too. */
export const larger = (a: Node, b: Node): Node => select(or(ge(a, b), isNan(a)), a, b);
export const smaller = (a: Node, b: Node): Node => select(or(le(a, b), isNan(a)), a, b);
const le = (a: Node, b: Node): Node => ge(b, a);

/** The next number from `a` towards `b`, of those that the dtype has. */
export function nextAfter(a: Node, b: Node, dtype: DType): Node {
  const isHalf = dtype === "float16";
  const bits = isHalf ? reinterpret(encodeHalf(a), "i16") : asBits(a);
  const back = (moved: Node) => (isHalf ? decodeHalf(reinterpret(moved, "u16")) : asFloat(moved));
  const one = constant(1, bits.type);
  // Away from zero the bits count up, whatever the sign.
  const isAway = not(xor(gt(b, a), gt(a, 0)));
  const moved = back(select(isAway, add(bits, one), sub(bits, one)));
  const next = select(eq(a, 0), copySign(back(one), b), moved);
  return select(or(isNan(a), isNan(b)), add(a, b), select(eq(a, b), isHalf ? a : b, next)); // as NumPy, of zeros of two signs
}

/** As Python's `%`: the sign of the divisor. */
export function remainderFloats(a: Node, b: Node): Node {
  const rest = fmod(a, b);
  const isOther = xor(lt(b, 0), lt(rest, 0));
  return select(eq(rest, 0), copySign(rest, b), select(isOther, add(rest, b), rest));
}

/** As Python's `//`: what is left after the remainder has been taken off, to the nearest integer. */
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
