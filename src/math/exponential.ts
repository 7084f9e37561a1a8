/**
 * exp, expm1 and other functions built on e^r. Float64 lanes, without branches, tables or fused multiply-add.
 * `test/math` measures the errors.
 */
import {
  abs,
  add,
  and,
  bits,
  div,
  EXPONENT,
  eq,
  floatOf,
  gt,
  INF,
  LN2_HI,
  LN2_LO,
  lt,
  MAGIC,
  mul,
  type Node,
  or,
  pmax,
  pmin,
  polynomial,
  polynomialPaired,
  select,
  shl,
  sub,
} from "./lanes.js";

export const LOG2E = Math.LOG2E;

/**
 * The coefficients of P in e^r = 1 + r + r·c / (2 - c) with c = r - r²·P(r²), for |r| ≤ ln 2 / 2. The formula is that
 * of fdlibm's e_exp.c; P is a minimax fit with a relative error of 2^-61.8.
 */
const EXP_P = [
  0.16666666666666555, -0.0027777777776698985, 6.613756250736726e-5, -1.6533837736040362e-6, 4.136066487326183e-8,
];

/** Returns t such that e^r = 1 + (r + t). */
function expTail(r: Node): Node {
  const z = mul(r, r);
  const c = sub(r, mul(z, polynomial(z, EXP_P)));
  return div(mul(r, c), sub(2, c));
}

/** Like `MAGIC`, for use with `scaled`: it adds 2046 to n, so that n is not negative and can be halved by a shift. */
const MAGIC_SCALE = MAGIC + 2046;

/**
 * p · 2^n for n in [-1076, 1024], which the low bits of kd = n + MAGIC_SCALE hold. The power is split into two factors
 * that are both normal numbers, so that the result is rounded once.
 */
function scaled(p: Node, kd: Node): Node {
  const low = bits(kd);
  const half = and(shl(low, 51), EXPONENT);
  return mul(mul(p, floatOf(half)), floatOf(sub(shl(low, 52), half)));
}

/** e^x for x in [-746, 710]: the nearest multiple of ln 2 is subtracted from x exactly. */
function scaledExp(x: Node): Node {
  const kd = add(mul(x, LOG2E), MAGIC_SCALE);
  const k = sub(kd, MAGIC_SCALE);
  const r = sub(sub(x, mul(k, LN2_HI)), mul(k, LN2_LO));
  return scaled(add(add(r, expTail(r)), 1), kd);
}

export const exp = (x: Node): Node => scaledExp(pmin(pmax(x, -746), 710));

/** e^x - 1 = 2·(((s - ½) + s·r) + s·t) with s = 2^(n-1), which is finite even for n = 1024. */
export function expm1(x: Node): Node {
  const y = pmin(pmax(x, -40), 710);
  const kd = add(mul(y, LOG2E), MAGIC + 1022);
  const k = sub(kd, MAGIC + 1022);
  const hi = sub(y, mul(k, LN2_HI));
  const lo = mul(k, LN2_LO);
  const r = sub(hi, lo);
  const lost = sub(sub(hi, r), lo);
  const s = floatOf(shl(bits(kd), 52));
  const half = add(add(sub(s, 0.5), mul(s, r)), mul(s, add(expTail(r), lost)));
  return select(lt(abs(x), 2 ** -54), x, add(half, half));
}

/** 2^(ph + pl), for an exponent in two parts. Sums above 1025 give infinity and sums below -1080 give 0. */
export function exp2Sum(ph: Node, pl: Node): Node {
  const sum = add(ph, pl);
  const kd = add(ph, MAGIC_SCALE);
  const r = mul(add(sub(ph, sub(kd, MAGIC_SCALE)), pl), Math.LN2);
  const power = scaled(add(add(r, expTail(r)), 1), kd);
  return select(gt(sum, 1025), INF, select(lt(sum, -1080), 0, power));
}

/** The coefficients of R in log1p(e) = e - s·(e - R) with s = e / (2 + e) ≤ 1/3: a minimax fit on that range. */
const LOGADDEXP_P = [
  0.6666666666666631, 0.4000000000015725, 0.28571428547852207, 0.2222222396985489, 0.18181743920351282,
  0.15386560020637577, 0.1330097232937183, 0.12106095920313462, 0.08340060582530337, 0.1701864876333036,
];

/**
 * m + log1p(e^d), where m is the larger operand and d ≤ 0 the difference. The rounding errors of d, of e^d and of the
 * sum are computed and added. For m in (-ln 2, 0) the terms cancel if the result is near 0; there the error is up to 2
 * ulp of m.
 */
export function logaddexp(a: Node, b: Node): Node {
  const m = pmax(a, b);
  const n = pmax(pmin(b, a), sub(m, 800));
  const d = sub(n, m);
  const kd = add(mul(d, LOG2E), MAGIC_SCALE);
  const k = sub(kd, MAGIC_SCALE);
  const high = sub(d, mul(k, LN2_HI));
  const low = sub(mul(k, LN2_LO), sub(sub(n, d), m));
  const q = add(high, sub(expTail(sub(high, low)), low));
  const p = add(q, 1);
  const e = scaled(p, kd);
  const lost = scaled(sub(q, sub(p, 1)), kd);
  const s = div(e, add(e, 2));
  const z = mul(s, s);
  const correction = mul(s, sub(e, mul(z, polynomialPaired(z, LOGADDEXP_P))));
  const rest = sub(correction, mul(lost, sub(1, mul(s, 1.5))));
  const sum = add(m, e);
  const taken = sub(sum, m);
  const error = add(sub(m, sub(sum, taken)), sub(e, taken));
  const LN2_REST = 2.3190468138462996e-17;
  const ofEqual = add(add(n, Math.LN2), LN2_REST);
  return select(or(eq(a, b), eq(m, INF)), ofEqual, add(sum, sub(error, rest)));
}
