/** tanh, sinh and cosh: float64 lanes, no branches, no tables, no fused multiply-add. Errors are measured by `test/math`. */
import { LOG2E } from "./exponential.js";
import {
  abs,
  add,
  bits,
  div,
  eq,
  floatOf,
  floor,
  MAGIC,
  mul,
  type Node,
  ONE,
  pmin,
  polynomial,
  polynomialPaired,
  select,
  shl,
  signBits,
  sub,
  withSign,
} from "./lanes.js";

const HALF = 0x3fe0000000000000n;

/**
 * |x| = k·ln 2 + r with 0 ≤ r < ln 2, tanh r = r / B with B = r·coth r = 1 + b, and e^2r = (B + r) / (B - r). For k = 0 it is
 * r - r·b / B, else 1 - 2·(B - r) / (4^k·(B + r) + (B - r)): one division serves both. The coefficients are a minimax fit of b / r².
 */
const TANH = [
  0.3333333333333293, -0.02222222222194679, 0.0021164021099403154, -0.00021164013838345213, 2.1377339395969146e-5,
  -2.1627179998138676e-6, 2.1564513093772354e-7, -1.7964373119085117e-8,
];

export function tanh(x: Node): Node {
  const a = pmin(abs(x), 20);
  const k = floor(mul(a, LOG2E));
  const r = sub(a, mul(k, Math.LN2)); // in one part: exact for k = 1 and 2, and harmless beyond
  const z = mul(r, r);
  const b = mul(z, polynomialPaired(z, TANH));
  const one = add(b, 1);
  const upper = add(one, r);
  const lower = sub(one, r);
  const power = floatOf(add(shl(bits(add(k, MAGIC)), 53), ONE));
  const divisor = add(mul(upper, power), lower);
  const isSmall = eq(k, 0);
  const dividend = select(isSmall, mul(r, b), lower);
  return withSign(sub(select(isSmall, a, 1), div(add(dividend, dividend), divisor)), signBits(x));
}

/** 42 and 53 bits: a multiple below 2^11 of the first is exact. */
const LN2_HI = 0.6931471805598903;
const LN2_LO = 5.497923018708371e-14;
/** (sinh r - r) / r³ and (cosh r - 1) / r², minimax fits on (-0.2, 0.5). */
const SINH = [
  0.1666666666666666, 0.008333333333336506, 0.00019841269836995147, 2.7557321870916025e-6, 2.5051279992470794e-8,
  1.618649096945166e-10,
];
const COSH = [
  0.49999999999999883, 0.04166666666671431, 0.0013888888882471581, 2.480159127501622e-5, 2.755607579530941e-7,
  2.106802410394791e-9,
];

/**
 * |x| = n·ln 2 + r with -0.2 < r < 0.5, off the centre so that nothing cancels for n = 1. Of n·ln 2 both functions are exact,
 * 2^(n-1) ± 2^(-n-1); the addition theorem does the rest.
 */
function parts(x: Node) {
  const a = abs(x);
  const n = pmin(floor(add(mul(a, LOG2E), 0.28)), 1024);
  const r = sub(sub(a, mul(n, LN2_HI)), mul(n, LN2_LO));
  const z = mul(r, r);
  const power = floatOf(add(shl(bits(add(n, MAGIC)), 52), HALF));
  const inverse = div(0.25, power);
  return {
    sinhRest: add(r, mul(mul(r, z), polynomial(z, SINH))),
    coshRest: mul(z, polynomial(z, COSH)),
    sinhWhole: sub(power, inverse),
    coshWhole: add(power, inverse),
  };
}

export function sinh(x: Node): Node {
  const { sinhRest, coshRest, sinhWhole, coshWhole } = parts(x);
  const sum = add(sinhWhole, add(mul(sinhWhole, coshRest), mul(coshWhole, sinhRest)));
  return withSign(sum, signBits(x));
}

export function cosh(x: Node): Node {
  const { sinhRest, coshRest, sinhWhole, coshWhole } = parts(x);
  return add(coshWhole, add(mul(coshWhole, coshRest), mul(sinhWhole, sinhRest)));
}
