/**
 * sin, cos and tan of radians. Float64 lanes, without branches, tables or fused multiply-add. `test/math` measures the
 * errors.
 */
import {
  abs,
  add,
  and,
  bits,
  call,
  div,
  eq,
  ge,
  INF,
  lt,
  MAGIC,
  mul,
  type Node,
  polynomial,
  SIGN,
  select,
  shl,
  sub,
  withSign,
} from "./lanes.js";

/** From 2^26·π/2 on, products with the parts of π/2 are no longer exact, and `math/rare.ts` takes over. */
const LIMIT = 1.05e8;
/** π/2 in four parts of 26 bits and one of 53, for a reduction after Cody and Waite. */
const PI_HALF = [
  ...[1.5707963109016418, 1.5893254712295857e-8, 6.123233601181349e-17, 3.945554081778929e-24],
  8.4784276603689e-32,
] as const;
/** The coefficients of (r - sin r) / r³ and of (cos r - 1 + r²/2) / r⁴ for |r| ≤ π/4: minimax fits. */
export const SIN = [
  0.16666666666666632, -0.008333333333322425, 0.00019841269829816964, -2.7557313695000657e-6, 2.5050758577661977e-8,
  -1.5896821234489107e-10,
];
export const COS = [
  0.0416666666666666, -0.001388888888887413, 2.4801587289485183e-5, -2.7557314353048995e-7, 2.0875723353629844e-9,
  -1.135965128418724e-11,
];

/**
 * Subtracts the nearest multiple of π/2 from x, which gives r = high - low, sin r = high - sinRest and cos r = cosHead
 * + cosRest. The formulas are those of fdlibm's k_sin.c and k_cos.c, but with the low part negated, so that -0 stays
 * -0.
 *
 * The first two differences are exact, because both sides are multiples of 2^-52 or of the last bit of x. In the next
 * two, either the second number is the smaller one or the difference is exact, so what it loses is known.
 */
function reduced(x: Node) {
  const shifted = add(mul(x, 2 / Math.PI), MAGIC);
  const n = sub(shifted, MAGIC);
  const second = sub(sub(x, mul(n, PI_HALF[0]!)), mul(n, PI_HALF[1]!));
  const [third, thirdLost] = difference(second, mul(n, PI_HALF[2]!));
  const [fourth, fourthLost] = difference(third, mul(n, PI_HALF[3]!));
  const lost = add(add(thirdLost, fourthLost), mul(n, PI_HALF[4]!));
  const [high, low] = difference(fourth, lost);
  const z = mul(high, high);
  const half = mul(z, 0.5);
  const cosHead = sub(1, half);
  return {
    high,
    cosHead,
    quarter: bits(shifted),
    sinRest: add(mul(mul(z, high), polynomial(z, SIN)), mul(low, cosHead)),
    cosRest: add(sub(sub(1, cosHead), half), add(mul(mul(z, z), polynomial(z, COS)), mul(high, low))),
  };
}

/** The difference of a number and a smaller one, and what has to be subtracted from it to be exact. */
function difference(a: Node, b: Node): [rounded: Node, lost: Node] {
  const rounded = sub(a, b);
  return [rounded, sub(b, sub(a, rounded))];
}

const isEven = (quarter: Node): Node => eq(and(quarter, 1n), 0n);
const signOfQuarter = (quarter: Node): Node => and(shl(quarter, 62), SIGN);
const isLarge = (x: Node): Node => and(ge(abs(x), LIMIT), lt(abs(x), INF));

export function sin(x: Node): Node {
  const { high, cosHead, quarter, sinRest, cosRest } = reduced(x);
  const value = select(isEven(quarter), sub(high, sinRest), add(cosHead, cosRest));
  return call(isLarge(x), withSign(value, signOfQuarter(quarter)), "sinLarge", x);
}

export function cos(x: Node): Node {
  const { high, cosHead, quarter, sinRest, cosRest } = reduced(x);
  const value = select(isEven(quarter), add(cosHead, cosRest), sub(high, sinRest));
  return call(isLarge(x), withSign(value, signOfQuarter(add(quarter, 1n))), "cosLarge", x);
}

/** sin r / cos r, or in odd quarters -cos r / sin r: a quotient and one correction for the low parts. */
export function tan(x: Node): Node {
  const { high, cosHead, quarter, sinRest, cosRest } = reduced(x);
  const s = sub(high, sinRest);
  const sLow = sub(sinRest, sub(high, s));
  const c = add(cosHead, cosRest);
  const cLow = add(sub(cosHead, c), cosRest);
  const even = isEven(quarter);
  const divisor = select(even, c, s);
  const quotient = div(select(even, s, c), divisor);
  const error = add(select(even, sLow, cLow), mul(quotient, select(even, cLow, sLow)));
  const sign = shl(quarter, 63);
  const value = withSign(sub(quotient, withSign(div(error, divisor), sign)), sign);
  return call(isLarge(x), value, "tanLarge", x);
}
