/**
 * asin, acos, atan and atan2. Float64 lanes, without branches, tables or fused multiply-add. `test/math` measures the
 * errors.
 */
import {
  abs,
  add,
  div,
  eq,
  ge,
  gt,
  le,
  lt,
  mul,
  type Node,
  ne,
  number,
  pmax,
  polynomialPaired,
  select,
  signBits,
  sqrt,
  sub,
  TINY,
  withSign,
} from "./lanes.js";

const QUARTER_PI = Math.PI / 4;
const HALF_PI = Math.PI / 2;
/** π/2 minus the double nearest to it, absolute and relative. */
const HALF_PI_LOW = 6.123233995736766e-17;
const LOW_RATIO = HALF_PI_LOW / HALF_PI;

/** The coefficients of (asin s - s) / s³ for s² ≤ ¼: a minimax fit. */
const ASIN = [
  0.16666666666665383, 0.07500000000343, 0.04464285682355408, 0.03038195932764658, 0.02237175361561595,
  0.01735976971339455, 0.013884611731522957, 0.012173197552062474, 0.006511179406221808, 0.019573094508569457,
  -0.016292928322058, 0.03195826719542123,
];

/** asin s = s + rest, where s is |x| up to ½ and √((1 - |x|) / 2) above. The method is that of fdlibm's e_asin.c. */
function arc(x: Node) {
  const a = abs(x);
  const isBig = gt(a, 0.5);
  const z = select(isBig, sub(0.5, mul(a, 0.5)), mul(a, a));
  const s = select(isBig, sqrt(z), a);
  return { isBig, s, rest: mul(s, mul(z, polynomialPaired(z, ASIN))) };
}

export function asin(x: Node): Node {
  const { isBig, s, rest } = arc(x);
  // π/4 - 2s is exact if s is large, where its rounding would matter.
  const big = add(sub(sub(QUARTER_PI, add(s, s)), sub(add(rest, rest), HALF_PI_LOW)), QUARTER_PI);
  return withSign(select(isBig, big, add(s, rest)), signBits(x));
}

export function acos(x: Node): Node {
  const { isBig, s, rest } = arc(x);
  const whole = select(isBig, select(lt(x, 0), number(Math.PI), 0), HALF_PI);
  const factor = withSign(select(isBig, number(-2), 1), signBits(x));
  return sub(whole, add(mul(factor, s), sub(mul(factor, rest), mul(whole, LOW_RATIO))));
}

/** The coefficients of (t - atan t) / t³ for |t| ≤ 0.547: a minimax fit. */
const ATAN = [
  0.33333333333333176, -0.199999999999572, 0.14285714281683165, -0.11111110919556072, 0.09090903707558642,
  -0.07692210095142028, 0.0666546458652408, -0.058719777336843026, 0.051993499911835155, -0.04480732474339625,
  0.034634380146130885, -0.020350022909749733, 0.0064205568902699316,
];
const SMALL = 0.547;

/** turns·π + atan t, where `turns` is a multiple of ¼. */
function turnedAtan(t: Node, turns: Node): Node {
  const z = mul(t, t);
  const whole = mul(turns, Math.PI);
  return add(whole, add(t, sub(mul(whole, LOW_RATIO), mul(t, mul(z, polynomialPaired(z, ATAN))))));
}

/** Reduces a = |x| to t = a, (a - 1) / (a + 1) or -1 / a, with a single division. */
export function atan(x: Node): Node {
  const a = abs(x);
  const isSmall = le(a, SMALL);
  const isBig = gt(a, 2);
  const dividend = select(isSmall, a, select(isBig, number(-1), sub(a, 1)));
  const divisor = select(isSmall, number(1), select(isBig, a, add(a, 1)));
  const turns = select(isSmall, number(0), select(isBig, number(0.5), 0.25));
  return withSign(turnedAtan(div(dividend, divisor), turns), signBits(x));
}

export function atan2(y: Node, x: Node): Node {
  const scale = select(ge(pmax(abs(y), abs(x)), 2 ** 1020), number(0.125), 1); // so that sums do not overflow
  const a = mul(abs(y), scale);
  const b = mul(abs(x), scale);
  const isSmall = ge(sub(b, mul(a, 1.875)), 0); // true for 0 and 0, false for two infinities
  const isBig = gt(a, add(b, b));
  const dividend = select(isSmall, a, select(isBig, mul(b, -1), select(eq(a, b), number(0), sub(a, b))));
  const divisor = pmax(select(isSmall, b, select(isBig, a, add(a, b))), TINY);
  const side = signBits(x);
  const turns = select(isSmall, number(0), select(isBig, number(0.5), 0.25));
  const angle = turnedAtan(withSign(div(dividend, divisor), side), select(ne(side, 0n), sub(1, turns), turns));
  return withSign(angle, signBits(y));
}
