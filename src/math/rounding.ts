/** Rounding, signs and remainders that take more than one instruction. All are exact, for f32 and f64 lanes. */
import {
  abs,
  add,
  and,
  call,
  constant,
  convert,
  div,
  floor,
  ge,
  gt,
  type LaneType,
  lt,
  mul,
  type Node,
  not,
  or,
  pmax,
  reinterpret,
  select,
  sub,
  trunc,
} from "./lanes.js";

const bitsLane = (type: LaneType): LaneType => (type === "f32" ? "i32" : "i64");
const signMask = (type: LaneType): bigint => (type === "f32" ? -(2n ** 31n) : -(2n ** 63n));

/** The magnitude of `size` with the sign of `sign`. */
export function copySign(size: Node, sign: Node): Node {
  const lane = bitsLane(size.type);
  return reinterpret(or(reinterpret(abs(size), lane), and(reinterpret(sign, lane), signMask(size.type))), size.type);
}

/**
 * `Math.round`: rounds half up; numbers in [-0.5, -0] give -0. The difference to the integer below is exact, or its
 * rounding does not cross ½.
 */
export function roundHalfUp(x: Node): Node {
  const below = floor(x);
  const up = select(ge(sub(x, below), 0.5), constant(1, x.type), 0);
  return copySign(add(below, up), x);
}

/** `Math.sign`: 1, -1, or the number itself if it is zero or NaN. */
export const signOf = (x: Node): Node =>
  select(gt(x, 0), constant(1, x.type), select(lt(x, 0), constant(-1, x.type), x));

/**
 * JavaScript's `x % y` and C's `fmod`: the exact remainder, with the sign of the dividend. One step of division
 * suffices if the quotient is below 2^20 and nothing can overflow; all other lanes are computed one by one.
 */
export function fmod(x: Node, y: Node): Node {
  const [a, b] = [convert(x, "f64"), convert(y, "f64")];
  const [p, q] = [abs(a), abs(b)];
  const whole = trunc(div(p, q));
  // `whole` has at most 20 bits. The divisor is split into parts of 26 and 27 bits, so both products are exact.
  const high = reinterpret(and(reinterpret(q, "i64"), ~0x7ffffffn), "f64");
  const first = sub(sub(p, mul(whole, high)), mul(whole, sub(q, high)));
  // Rounding may have moved the quotient up to the next integer or down from it.
  const rest = select(lt(first, 0), add(first, q), select(ge(first, q), sub(first, q), first));
  const isEasy = and(and(lt(whole, 2 ** 20), gt(q, 2 ** -900)), lt(pmax(p, q), 2 ** 900));
  return convert(call(not(isEasy), copySign(rest, a), "fmod", a, b), x.type);
}
