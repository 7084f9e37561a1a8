/**
 * tanh, sinh and cosh. Float64 and float32 lanes, without branches, tables or fused multiply-add. `test/math` measures
 * the errors.
 */
import { LOG2E } from "./exponential.js";
import {
  abs,
  add,
  bits,
  type Coefficients,
  div,
  eq,
  floatOf,
  floor,
  formatOf,
  mul,
  type Node,
  pmin,
  polynomial,
  polynomialPaired,
  select,
  shl,
  signBits,
  sub,
  withSign,
} from "./lanes.js";

/**
 * The coefficients for tanh: a minimax fit of b / r². With |x| = k·ln 2 + r and 0 ≤ r < ln 2, tanh r = r / B where
 * B = r·coth r = 1 + b, and e^2r = (B + r) / (B - r). The result is r - r·b / B for k = 0, and otherwise
 * 1 - 2·(B - r) / (4^k·(B + r) + (B - r)). One division serves both cases.
 */
const TANH: Coefficients = {
  f64: [
    0.3333333333333293, -0.02222222222194679, 0.0021164021099403154, -0.00021164013838345213, 2.1377339395969146e-5,
    -2.1627179998138676e-6, 2.1564513093772354e-7, -1.7964373119085117e-8,
  ],
  f32: [0.33333325386047363, -0.02222065068781376, 0.0021067026536911726, -0.00018774342606775463],
};

export function tanh(x: Node): Node {
  const { magic, digits, bits: of } = formatOf(x);
  const a = pmin(abs(x), 20);
  const k = floor(mul(a, LOG2E));
  // One part of ln 2 suffices: the product is exact for k = 1 and 2, and its error is harmless for larger k.
  const r = sub(a, mul(k, Math.LN2));
  const z = mul(r, r);
  const b = mul(z, polynomialPaired(z, TANH));
  const one = add(b, 1);
  const upper = add(one, r);
  const lower = sub(one, r);
  const power = floatOf(add(shl(bits(add(k, magic)), digits + 1), of.one));
  const divisor = add(mul(upper, power), lower);
  const isSmall = eq(k, 0);
  const dividend = select(isSmall, mul(r, b), lower);
  return withSign(sub(select(isSmall, a, 1), div(add(dividend, dividend), divisor)), signBits(x));
}

/**
 * The coefficients of (sinh r - r) / r³ and of (cosh r - 1) / r²: minimax fits on (-0.2, 0.5), of float32 on
 * (-0.7, 0.7).
 */
const SINH: Coefficients = {
  f64: [
    0.1666666666666666, 0.008333333333336506, 0.00019841269836995147, 2.7557321870916025e-6, 2.5051279992470794e-8,
    1.618649096945166e-10,
  ],
  f32: [0.1666666716337204, 0.008333273231983185, 0.00019861730106640607, 2.5565666419424815e-6],
};
const COSH: Coefficients = {
  f64: [
    0.49999999999999883, 0.04166666666671431, 0.0013888888882471581, 2.480159127501622e-5, 2.755607579530941e-7,
    2.106802410394791e-9,
  ],
  f32: [0.5, 0.041666675359010696, 0.0013887985842302442, 2.5084562366828322e-5],
};

/**
 * The parts of the addition theorem for |x| = n·ln 2 + r. The range -0.2 < r < 0.5 is off-centre so that nothing
 * cancels for n = 1. For n·ln 2 both functions are exact: 2^(n-1) ± 2^(-n-1).
 */
function parts(x: Node) {
  const { magic, digits, bias, bits: of, ln2 } = formatOf(x);
  const a = abs(x);
  const n = pmin(floor(add(mul(a, LOG2E), 0.28)), bias + 1);
  const r = sub(sub(a, mul(n, ln2[0])), mul(n, ln2[1]));
  const z = mul(r, r);
  const power = floatOf(add(shl(bits(add(n, magic)), digits), of.half));
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
