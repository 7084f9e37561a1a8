/**
 * exp, expm1 and other functions built on e^r. Float64 and float32 lanes, without branches, tables or fused
 * multiply-add. `test/math` measures the errors.
 */
import {
  abs,
  add,
  and,
  bits,
  type Coefficients,
  div,
  eq,
  floatOf,
  formatOf,
  gt,
  INF,
  inDouble,
  lt,
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
 * For float64, the coefficients of P in e^r = 1 + r + r·c / (2 - c) with c = r - r²·P(r²), for |r| ≤ ln 2 / 2. The
 * formula is that of fdlibm's e_exp.c; P is a minimax fit with a relative error of 2^-61.8. For float32 those of P in
 * e^r = 1 + r + r²·P(r), with an error of 2^-28.
 */
const EXP_P: Coefficients = {
  f64: [
    0.16666666666666555, -0.0027777777776698985, 6.613756250736726e-5, -1.6533837736040362e-6, 4.136066487326183e-8,
  ],
  f32: [0.5, 0.16666515171527863, 0.04166637733578682, 0.008369392715394497, 0.0013942931545898318],
};

/** Returns t such that e^r = 1 + (r + t). */
function expTail(r: Node): Node {
  const z = mul(r, r);
  if (r.type === "f32") return mul(z, polynomial(r, EXP_P));
  const c = sub(r, mul(z, polynomial(z, EXP_P)));
  return div(mul(r, c), sub(2, c));
}

/** Like `magic`, for use with `scaled`: it makes the exponent not negative, so that a shift can halve it. */
const magicScale = (x: Node): number => formatOf(x).magic + 2 * formatOf(x).bias;

/**
 * p · 2^n for n in [-1076, 1024], or of float32 in [-151, 128], which the low bits of kd = n + `magicScale` hold. The
 * power is split into two factors that are both normal numbers, so that the result is rounded once.
 */
function scaled(p: Node, kd: Node): Node {
  const { digits, bits: of } = formatOf(p);
  const low = bits(kd);
  const half = and(shl(low, digits - 1), of.exponent);
  return mul(mul(p, floatOf(half)), floatOf(sub(shl(low, digits), half)));
}

/** e^x for x in [-746, 710], or of float32 in [-104, 89]: the nearest multiple of ln 2 is subtracted from x exactly. */
function scaledExp(x: Node): Node {
  const [high, low] = formatOf(x).ln2;
  const kd = add(mul(x, LOG2E), magicScale(x));
  const k = sub(kd, magicScale(x));
  const r = sub(sub(x, mul(k, high)), mul(k, low));
  return scaled(add(add(r, expTail(r)), 1), kd);
}

/** The numbers between which e^x is neither 0 nor infinite, with some room. */
const RANGE = { f64: [-746, 710], f32: [-104, 89] } as const;
const rangeOf = (x: Node): readonly [number, number] => RANGE[x.type as "f64"];

export function exp(x: Node): Node {
  const [least, most] = rangeOf(x);
  return scaledExp(pmin(pmax(x, least), most));
}

/** e^x - 1 = 2·(((s - ½) + s·r) + s·t) with s = 2^(n-1), which is finite even for the largest n. */
export function expm1(x: Node): Node {
  const { magic, bias, digits, ln2 } = formatOf(x);
  const y = pmin(pmax(x, -40), rangeOf(x)[1]);
  const kd = add(mul(y, LOG2E), magic + bias - 1);
  const k = sub(kd, magic + bias - 1);
  const hi = sub(y, mul(k, ln2[0]));
  const lo = mul(k, ln2[1]);
  const r = sub(hi, lo);
  const lost = sub(sub(hi, r), lo);
  const s = floatOf(shl(bits(kd), digits));
  const half = add(add(sub(s, 0.5), mul(s, r)), mul(s, add(expTail(r), lost)));
  return select(lt(abs(x), 2 ** -(digits + 2)), x, add(half, half));
}

/** The numbers between which 2^x is neither 0 nor infinite, with some room. */
const RANGE_2 = { f64: [-1076, 1024], f32: [-151, 128] } as const;

/** 2^x. The nearest integer is subtracted from x exactly, so powers of 2 are exact. */
export function exp2(x: Node): Node {
  const [least, most] = RANGE_2[x.type as "f64"];
  const limited = pmin(pmax(x, least), most);
  const kd = add(limited, magicScale(x));
  const r = mul(sub(limited, sub(kd, magicScale(x))), Math.LN2);
  return scaled(add(add(r, expTail(r)), 1), kd);
}

/** 2^(ph + pl) for an exponent in two parts, which is that of a normal number. */
export function exp2Within(ph: Node, pl: Node): Node {
  const { magic, bias, digits } = formatOf(ph);
  const kd = add(ph, magic + bias);
  const r = mul(add(sub(ph, sub(kd, magic + bias)), pl), Math.LN2);
  return mul(add(add(r, expTail(r)), 1), floatOf(shl(bits(kd), digits)));
}

/** 2^(ph + pl), for an exponent in two parts. Sums above 1025 give infinity and sums below -1080 give 0. */
export function exp2Sum(ph: Node, pl: Node): Node {
  const sum = add(ph, pl);
  const kd = add(ph, magicScale(ph));
  const r = mul(add(sub(ph, sub(kd, magicScale(ph))), pl), Math.LN2);
  const power = scaled(add(add(r, expTail(r)), 1), kd);
  return select(gt(sum, 1025), INF, select(lt(sum, -1080), 0, power));
}

/** The coefficients of P in 2^r = 1 + r·P(r) for |r| ≤ ½: a minimax fit with a relative error of 2^-28.9. */
const EXP2_P: Coefficients = {
  f64: [
    0.6931472078671918, 0.2402265136539746, 0.055503243710261364, 0.009618001072162485, 0.0013401624606336918,
    0.00015477176121442794,
  ],
};
/** 2^e in float64, for a result that is rounded to float32. */
export function exp2Single(e: Node): Node {
  const limited = pmin(pmax(e, -300), 300);
  const { magic, bias, digits } = formatOf(e);
  const kd = add(limited, magic + bias);
  const r = sub(limited, sub(kd, magic + bias));
  return mul(add(mul(r, polynomial(r, EXP2_P)), 1), floatOf(shl(bits(kd), digits)));
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
export const logaddexp = inDouble((a, b) => {
  const { ln2 } = formatOf(a);
  const m = pmax(a, b);
  const n = pmax(pmin(b, a), sub(m, 800));
  const d = sub(n, m);
  const kd = add(mul(d, LOG2E), magicScale(d));
  const k = sub(kd, magicScale(d));
  const high = sub(d, mul(k, ln2[0]));
  const low = sub(mul(k, ln2[1]), sub(sub(n, d), m));
  const q = add(high, sub(expTail(sub(high, low)), low));
  const p = add(q, 1);
  const e = scaled(p, kd);
  const lost = scaled(sub(q, sub(p, 1)), kd);
  const s = div(e, add(e, 2));
  const z = mul(s, s);
  const correction = mul(s, sub(e, mul(z, polynomialPaired(z, { f64: LOGADDEXP_P }))));
  const rest = sub(correction, mul(lost, sub(1, mul(s, 1.5))));
  const sum = add(m, e);
  const taken = sub(sum, m);
  const error = add(sub(m, sub(sum, taken)), sub(e, taken));
  const LN2_REST = 2.3190468138462996e-17;
  const ofEqual = add(add(n, Math.LN2), LN2_REST);
  return select(or(eq(a, b), eq(m, INF)), ofEqual, add(sum, sub(error, rest)));
});
