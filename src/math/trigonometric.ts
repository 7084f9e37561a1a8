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

/** From 2^17·π/2 on, products with the parts of π/2 are no longer exact, and `math/rare.ts` takes over. */
const LIMIT = 205887;
/** π/2 in parts of 36, 36 and 53 bits, for a reduction after Cody and Waite. */
const PI_HALF = [1.5707963267923333, 2.5633441515839558e-12, 1.0562999066987428e-23] as const;
/** The coefficients of (r - sin r) / r³ and of (cos r - 1 + r²/2) / r⁴ for |r| ≤ π/4: minimax fits. */
const SIN = [
  0.16666666666666632, -0.008333333333322425, 0.00019841269829816964, -2.7557313695000657e-6, 2.5050758577661977e-8,
  -1.5896821234489107e-10,
];
const COS = [
  0.0416666666666666, -0.001388888888887413, 2.4801587289485183e-5, -2.7557314353048995e-7, 2.0875723353629844e-9,
  -1.135965128418724e-11,
];

/**
 * Subtracts the nearest multiple of π/2 from x, which gives r = high - low, sin r = high - sinRest and cos r = cosHead
 * + cosRest. The formulas are those of fdlibm's k_sin.c and k_cos.c, but with the low part negated, so that -0 stays
 * -0.
 */
function reduced(x: Node) {
  const shifted = add(mul(x, 2 / Math.PI), MAGIC);
  const n = sub(shifted, MAGIC);
  const first = sub(x, mul(n, PI_HALF[0]));
  const second = mul(n, PI_HALF[1]);
  const rough = sub(first, second);
  const lost = add(sub(second, sub(first, rough)), mul(n, PI_HALF[2]));
  const high = sub(rough, lost);
  const low = sub(lost, sub(rough, high));
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

const isEven = (quarter: Node): Node => eq(and(quarter, 1n), 0n);
const signOfQuarter = (quarter: Node): Node => and(shl(quarter, 62), SIGN);
const isLarge = (x: Node): Node => ge(abs(x), LIMIT);

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
