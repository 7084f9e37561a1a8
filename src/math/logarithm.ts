/**
 * log, log1p, log2, log10 and pow. Float64 lanes, without branches, tables or fused multiply-add. `test/math` measures
 * the errors.
 */
import { exp2Sum } from "./exponential.js";
import {
  abs,
  add,
  and,
  bits,
  constant,
  div,
  eq,
  floatOf,
  floor,
  gt,
  head,
  INF,
  LN2_HI,
  LN2_LO,
  lt,
  mul,
  type Node,
  ne,
  ONE,
  or,
  pmax,
  pmin,
  polynomialPaired,
  SIGN,
  SIGNIFICAND,
  select,
  shiftLogical,
  sub,
  TWO_52_BITS,
} from "./lanes.js";

/** The upper 32 bits of √½. */
const SQRT_HALF = 0x3fe6a09e00000000n;
const EXPONENT_BIAS = 2 ** 52 + 1023;

/** Splits a positive normal number: x = 2^k·m with m in [√½, √2). */
function decompose(x: Node, bias: Node | number): { k: Node; m: Node } {
  const t = add(bits(x), ONE - SQRT_HALF);
  return {
    k: sub(floatOf(or(shiftLogical(t, 52), TWO_52_BITS)), bias),
    m: floatOf(add(and(t, SIGNIFICAND), SQRT_HALF)),
  };
}

/** Scales subnormal numbers by 2^54, which makes them normal, and returns the bias of the exponent that undoes it. */
function normal(x: Node): { x: Node; bias: Node } {
  const isTiny = lt(x, 2 ** -1022);
  return {
    x: select(isTiny, mul(x, 2 ** 54), x),
    bias: select(isTiny, constant(EXPONENT_BIAS + 54, "f64"), EXPONENT_BIAS),
  };
}

/**
 * The coefficients of P in log m = f - s·(f - R) with f = m - 1, s = f / (2 + f), R = s²·P(s²). The formula is that of
 * fdlibm's e_log.c; P is a minimax fit with a relative error of 2^-58.9.
 */
const LOG_P = [
  0.6666666666666734, 0.39999999999414687, 0.2857142874238827, 0.2222219857297551, 0.1818356434210504,
  0.15314050047417832, 0.1479595546838862,
];
/** f - log(1 + f) */
function correction(f: Node): Node {
  const s = div(f, add(f, 2));
  const z = mul(s, s);
  return mul(s, sub(f, mul(z, polynomialPaired(z, LOG_P))));
}

/**
 * The logarithm y of x, with the special results that every logarithm has for 0, negative numbers, infinity and NaN.
 */
const special = (x: Node, y: Node): Node =>
  select(gt(x, 0), select(lt(x, INF), y, x), select(eq(x, 0), constant(-INF, "f64"), Number.NaN));

export function log(x: Node): Node {
  const scaled = normal(x);
  const { k, m } = decompose(scaled.x, scaled.bias);
  const f = sub(m, 1);
  return special(x, add(mul(k, LN2_HI), sub(f, sub(correction(f), mul(k, LN2_LO)))));
}

/** log u + c / u, where u is 1 + x after rounding and c is the rounding error. */
export function log1p(x: Node): Node {
  const u = add(x, 1);
  const c = sub(x, sub(u, 1));
  const { k, m } = decompose(u, EXPONENT_BIAS);
  const f = sub(m, 1);
  const y = add(mul(k, LN2_HI), sub(f, sub(correction(f), add(mul(k, LN2_LO), div(c, u)))));
  const isUsual = and(lt(u, INF), ne(x, 0));
  return select(gt(u, 0), select(isUsual, y, x), select(eq(u, 0), constant(-INF, "f64"), Number.NaN));
}

/** The constants of a logarithm to another base. */
interface Base {
  /** 1 / ln(base) in two parts, `high` and `low`, and rounded to one number, `factor`. */
  readonly high: number;
  readonly low: number;
  readonly factor: number;
  /** The logarithm of 2 to this base, in two parts. */
  readonly twoHigh: number;
  readonly twoLow: number;
}
const BASE_2: Base = {
  high: 1.4426950216293335,
  low: 1.9259629911266175e-8,
  factor: Math.LOG2E,
  twoHigh: 1,
  twoLow: 0,
};
const BASE_10: Base = {
  high: 0.4342944771051407,
  low: 4.798111141615973e-9,
  factor: Math.LOG10E,
  twoHigh: 0.30102999566383914,
  twoLow: 1.42050232272661e-13,
};

/** The logarithm to another base. The leading product is exact, so it adds no rounding error. */
function logarithm(x: Node, { high, low, factor, twoHigh, twoLow }: Base): Node {
  const scaled = normal(x);
  const { k, m } = decompose(scaled.x, scaled.bias);
  const f = sub(m, 1);
  const upper = head(f);
  const small = sub(add(mul(sub(f, upper), high), mul(f, low)), mul(correction(f), factor));
  const rest = twoLow === 0 ? small : add(small, mul(k, twoLow));
  return special(x, add(twoHigh === 1 ? k : mul(k, twoHigh), add(mul(upper, high), rest)));
}
export const log2 = (x: Node): Node => logarithm(x, BASE_2);
export const log10 = (x: Node): Node => logarithm(x, BASE_10);

/**
 * The coefficients of L in log m = ⅔·s·(3 + s² + R) with s = (m - 1) / (m + 1), R = s⁴·L(s²). The formula is that of
 * fdlibm's e_pow.c without its table; L is a minimax fit.
 */
const POW_L = [
  0.6000000000000338, 0.4285714285515012, 0.3333333377973343, 0.2727267656510764, 0.23080135282570058,
  0.19885244291956922, 0.1979432033287647,
];
/** 2 / (3·ln 2) in two parts, and rounded to one number. */
const CP_HIGH = 0.9617966711521149;
const CP_LOW = 2.2773860736742555e-8;
const CP = 0.9617966939259756;

/** log2 x as an unevaluated sum with about 66 bits, for a positive normal x. The first part has 26 bits. */
function log2Sum(x: Node, bias: Node): { high: Node; low: Node } {
  const { k, m } = decompose(x, bias);
  const u = sub(m, 1);
  const w = add(m, 1);
  const v = div(1, w);
  const s = mul(u, v);
  const sHigh = head(s);
  const wHigh = head(w);
  const wLow = sub(m, sub(wHigh, 1));
  const sLow = mul(v, sub(sub(u, mul(sHigh, wHigh)), mul(sHigh, wLow)));
  const sBoth = add(sHigh, sLow);
  const z = mul(sBoth, sBoth);
  const r = add(mul(mul(z, z), polynomialPaired(z, POW_L)), mul(sLow, add(sHigh, sBoth)));
  const square = mul(sHigh, sHigh);
  const tHigh = head(add(add(square, 3), r));
  const tLow = sub(r, sub(sub(tHigh, 3), square));
  const a = mul(sHigh, tHigh);
  const b = add(mul(sLow, tHigh), mul(tLow, sBoth));
  const pHigh = head(add(a, b));
  const pLow = sub(b, sub(pHigh, a));
  const qHigh = mul(pHigh, CP_HIGH);
  const qLow = add(mul(pHigh, CP_LOW), mul(pLow, CP));
  const high = head(add(add(qHigh, qLow), k));
  return { high, low: sub(qLow, sub(sub(high, k), qHigh)) };
}

/** 2^(y·log2 |x|), with the special results that C99 prescribes. */
export function pow(x: Node, y: Node): Node {
  const size = abs(x);
  const exponent = pmin(pmax(y, -(2 ** 65)), 2 ** 65);
  const scaled = normal(size);
  const { high, low } = log2Sum(scaled.x, scaled.bias);
  const isUsual = and(gt(size, 0), lt(size, INF));
  const yHigh = head(exponent);
  const exact = add(mul(sub(exponent, yHigh), high), mul(exponent, low));
  const atEdge = mul(mul(y, INF), sub(size, 1)); // for |x| = 0, infinity or NaN: ±infinity or NaN
  const power = exp2Sum(mul(yHigh, high), select(isUsual, exact, atEdge));
  const whole = floor(exponent);
  const half = mul(exponent, 0.5);
  const isOdd = eq(sub(half, floor(half)), 0.5);
  const signed = floatOf(or(bits(power), and(bits(x), select(isOdd, constant(SIGN, "i64"), 0n))));
  const isUndefined = and(and(lt(x, 0), isUsual), ne(whole, exponent));
  return select(or(eq(x, 1), eq(y, 0)), 1, select(isUndefined, constant(Number.NaN, "f64"), signed));
}
