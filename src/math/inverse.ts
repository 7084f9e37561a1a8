/**
 * asin, acos, atan and atan2. Float64 and float32 lanes, without branches, tables or fused multiply-add. `test/math`
 * measures the errors.
 */
import {
  abs,
  add,
  type Coefficients,
  div,
  eq,
  formatOf,
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
  withSign,
} from "./lanes.js";

const HALF_PI = Math.PI / 2;

/** What π is more than the number nearest to it, relative to π. */
const restOfPi = (like: Node): number => formatOf(like).halfPiRest / HALF_PI;

/** The coefficients of (asin s - s) / s³ for s² ≤ ¼: a minimax fit. */
const ASIN: Coefficients = {
  f64: [
    0.16666666666665383, 0.07500000000343, 0.04464285682355408, 0.03038195932764658, 0.02237175361561595,
    0.01735976971339455, 0.013884611731522957, 0.012173197552062474, 0.006511179406221808, 0.019573094508569457,
    -0.016292928322058, 0.03195826719542123,
  ],
  f32: [0.16666753590106964, 0.07495252043008804, 0.0454760417342186, 0.024152103811502457, 0.04221174865961075],
};

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
  const twice = add(s, s);
  const first = sub(HALF_PI, twice);
  const lost = sub(sub(HALF_PI, first), twice); // by rounding
  const big = add(first, sub(add(lost, formatOf(x).halfPiRest), add(rest, rest)));
  return withSign(select(isBig, big, add(s, rest)), signBits(x));
}

export function acos(x: Node): Node {
  const { isBig, s, rest } = arc(x);
  const whole = select(isBig, select(lt(x, 0), number(Math.PI, x), 0), HALF_PI);
  const factor = withSign(select(isBig, number(-2, x), 1), signBits(x));
  return sub(whole, add(mul(factor, s), sub(mul(factor, rest), mul(whole, restOfPi(x)))));
}

/** The coefficients of (t - atan t) / t³ for |t| ≤ 0.547: a minimax fit. */
const ATAN: Coefficients = {
  f64: [
    0.33333333333333176, -0.199999999999572, 0.14285714281683165, -0.11111110919556072, 0.09090903707558642,
    -0.07692210095142028, 0.0666546458652408, -0.058719777336843026, 0.051993499911835155, -0.04480732474339625,
    0.034634380146130885, -0.020350022909749733, 0.0064205568902699316,
  ],
  f32: [
    0.33333316445350647, -0.1999887377023697, 0.14260505139827728, -0.10847162455320358, 0.07641692459583282,
    -0.0341043584048748,
  ],
};
const SMALL = 0.547;

/** turns·π + atan t, where `turns` is a multiple of ¼. */
function turnedAtan(t: Node, turns: Node): Node {
  const z = mul(t, t);
  const whole = mul(turns, Math.PI);
  return add(whole, add(t, sub(mul(whole, restOfPi(t)), mul(t, mul(z, polynomialPaired(z, ATAN))))));
}

/** Reduces a = |x| to t = a, (a - 1) / (a + 1) or -1 / a, with a single division. */
export function atan(x: Node): Node {
  const a = abs(x);
  const isSmall = le(a, SMALL);
  const isBig = gt(a, 2);
  const dividend = select(isSmall, a, select(isBig, number(-1, x), sub(a, 1)));
  const divisor = select(isSmall, number(1, x), select(isBig, a, add(a, 1)));
  const turns = select(isSmall, number(0, x), select(isBig, number(0.5, x), 0.25));
  return withSign(turnedAtan(div(dividend, divisor), turns), signBits(x));
}

export function atan2(y: Node, x: Node): Node {
  const { bias, tiny } = formatOf(x);
  const scale = select(ge(pmax(abs(y), abs(x)), 2 ** (bias - 3)), number(0.125, x), 1); // so that sums do not overflow
  const a = mul(abs(y), scale);
  const b = mul(abs(x), scale);
  const isSmall = ge(sub(b, mul(a, 1.875)), 0); // true for 0 and 0, false for two infinities
  const isBig = gt(a, add(b, b));
  const dividend = select(isSmall, a, select(isBig, mul(b, -1), select(eq(a, b), number(0, x), sub(a, b))));
  const divisor = pmax(select(isSmall, b, select(isBig, a, add(a, b))), tiny);
  const side = signBits(x);
  const turns = select(isSmall, number(0, x), select(isBig, number(0.5, x), 0.25));
  const angle = turnedAtan(withSign(div(dividend, divisor), side), select(ne(side, 0n), sub(1, turns), turns));
  return withSign(angle, signBits(y));
}
