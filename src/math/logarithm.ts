/**
 * log, log1p, log2, log10 and pow. Float64 and float32 lanes, without tables or fused multiply-add. `test/math`
 * measures the errors.
 */
import { exp2, exp2Single, exp2Sum, exp2Within } from "./exponential.js";
import {
  abs,
  add,
  and,
  bits,
  type Coefficients,
  convert,
  div,
  eq,
  type FloatType,
  floatOf,
  floor,
  formatOf,
  ge,
  gt,
  head,
  INF,
  inDouble,
  inHalves,
  lt,
  mul,
  type Node,
  ne,
  not,
  number,
  or,
  pmax,
  pmin,
  polynomial,
  polynomialPaired,
  rarely,
  select,
  shiftedToFloat,
  signBits,
  sub,
} from "./lanes.js";

/** Splits a positive normal number: x = 2^(k + more)·m with m in [√½, √2). */
function decompose(x: Node, more: Node | number = 0): { k: Node; m: Node } {
  const { bits: of, digits, bias } = formatOf(x);
  const t = add(bits(x), of.one - of.rootOfHalf);
  const exponent = shiftedToFloat(t, digits, bias + (typeof more === "number" ? more : 0));
  return {
    k: typeof more === "object" ? sub(exponent, more) : exponent,
    m: floatOf(add(and(t, of.significand), of.rootOfHalf)),
  };
}

/**
 * A logarithm of any number, by one of positive normal numbers. Subnormal numbers are scaled by 2^54, which makes them
 * normal. Vectors in which all numbers are usual take a third less time.
 *
 * @param ofUsual the logarithm of x·2^-more
 */
function ofAny(x: Node, ofUsual: (x: Node, more?: number) => Node): Node {
  const { normal } = formatOf(x);
  const usual = ofUsual(x);
  const tiny = ofUsual(mul(x, 2 ** 54), 54);
  const isUsual = and(ge(x, normal), lt(x, INF));
  const finite = select(lt(x, normal), tiny, x); // NaN and infinity stay
  const special = select(gt(x, 0), finite, select(eq(x, 0), number(-INF, x), Number.NaN));
  return rarely(not(isUsual), special, usual);
}

/**
 * The coefficients of P in log m = f - s·(f - R) with f = m - 1, s = f / (2 + f), R = s²·P(s²). The formula is that of
 * fdlibm's e_log.c; P is a minimax fit with a relative error of 2^-58.9, or of 2^-29 for float32.
 */
export const LOG_P: Coefficients = {
  f64: [
    0.6666666666666734, 0.39999999999414687, 0.2857142874238827, 0.2222219857297551, 0.1818356434210504,
    0.15314050047417832, 0.1479595546838862,
  ],
  f32: [0.6666678190231323, 0.39976829290390015, 0.2989143431186676],
};
/** f - log(1 + f) */
function correction(f: Node): Node {
  const s = div(f, add(f, 2));
  const z = mul(s, s);
  return mul(s, sub(f, mul(z, polynomialPaired(z, LOG_P))));
}

export const log = (x: Node): Node =>
  ofAny(x, (usual, more) => {
    const [high, low] = formatOf(usual).ln2;
    const { k, m } = decompose(usual, more);
    const f = sub(m, 1);
    return add(mul(k, high), sub(f, sub(correction(f), mul(k, low))));
  });

/** log u + c / u, where u is 1 + x after rounding and c is the rounding error. */
export function log1p(x: Node): Node {
  const [high, low] = formatOf(x).ln2;
  const u = add(x, 1);
  const c = sub(x, sub(u, 1));
  const { k, m } = decompose(u);
  const f = sub(m, 1);
  const y = add(mul(k, high), sub(f, sub(correction(f), add(mul(k, low), div(c, u)))));
  const usual = floatOf(or(bits(y), signBits(x))); // -0 stays -0
  const special = select(gt(u, 0), x, select(eq(u, 0), number(-INF, x), Number.NaN));
  return rarely(not(and(gt(u, 0), lt(u, INF))), special, usual);
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
const BASE_2: Record<FloatType, Base> = {
  f64: { high: 1.4426950216293335, low: 1.9259629911266175e-8, factor: Math.LOG2E, twoHigh: 1, twoLow: 0 },
  f32: { high: 1.44287109375, low: -0.00017605285393074155, factor: Math.LOG2E, twoHigh: 1, twoLow: 0 },
};
const BASE_10: Record<FloatType, Base> = {
  f64: {
    high: 0.4342944771051407,
    low: 4.798111141615973e-9,
    factor: Math.LOG10E,
    twoHigh: 0.30102999566383914,
    twoLow: 1.42050232272661e-13,
  },
  f32: {
    high: 0.434326171875,
    low: -3.168997136526741e-5,
    factor: Math.LOG10E,
    twoHigh: 0.30103302001953125,
    twoLow: -3.024355464731343e-6,
  },
};

/** The logarithm to another base. The leading product is exact, so it adds no rounding error. */
const logarithm = (x: Node, bases: Record<FloatType, Base>): Node =>
  ofAny(x, (usual, more) => {
    const { high, low, factor, twoHigh, twoLow } = bases[x.type as FloatType];
    const { k, m } = decompose(usual, more);
    const f = sub(m, 1);
    const upper = head(f);
    const small = sub(add(mul(sub(f, upper), high), mul(f, low)), mul(correction(f), factor));
    const rest = twoLow === 0 ? small : add(small, mul(k, twoLow));
    return add(twoHigh === 1 ? k : mul(k, twoHigh), add(mul(upper, high), rest));
  });
export const log2 = (x: Node): Node => logarithm(x, BASE_2);
export const log10 = (x: Node): Node => logarithm(x, BASE_10);

/**
 * log2(2^a + 2^b): the larger operand plus log2(1 + 2^d), where d ≤ 0 is the difference. If the result is near 0, the
 * terms cancel; there the error is up to 2 ulp of the larger operand.
 */
export const logaddexp2 = inDouble((a, b) => {
  const m = pmax(a, b);
  const n = pmin(b, a);
  const isEqual = eq(a, b); // infinities have no difference
  const sum = add(m, mul(log1p(exp2(sub(n, m))), Math.LOG2E));
  return select(isEqual, add(a, 1), sum);
});

/**
 * The coefficients of L in log m = ⅔·s·(3 + s² + R) with s = (m - 1) / (m + 1), R = s⁴·L(s²). The formula is that of
 * fdlibm's e_pow.c without its table; L is a minimax fit.
 */
const POW_L: Coefficients = {
  f64: [
    0.6000000000000338, 0.4285714285515012, 0.3333333377973343, 0.2727267656510764, 0.23080135282570058,
    0.19885244291956922, 0.1979432033287647,
  ],
};
/** 2 / (3·ln 2) in two parts, and rounded to one number. */
const CP_HIGH = 0.9617966711521149;
const CP_LOW = 2.2773860736742555e-8;
const CP = 0.9617966939259756;

/** log2 x as an unevaluated sum with about 66 bits, for a positive normal x·2^-more. The first part has 26 bits. */
function log2Sum(x: Node, more?: Node): { high: Node; low: Node } {
  const { k, m } = decompose(x, more);
  const u = sub(m, 1);
  const w = add(m, 1);
  const v = div(1, w);
  const s = mul(u, v);
  const sHigh = head(s);
  const wHigh = head(w);
  const wLow = sub(m, sub(wHigh, 1));
  const sLow = mul(v, sub(sub(u, mul(sHigh, wHigh)), mul(sHigh, wLow)));
  const z = mul(s, s);
  const r = add(mul(mul(z, z), polynomialPaired(z, POW_L)), mul(sLow, add(sHigh, s)));
  const square = mul(sHigh, sHigh);
  const tHigh = head(add(add(square, 3), r));
  const tLow = sub(r, sub(sub(tHigh, 3), square));
  const p = mul(sHigh, tHigh);
  const pHigh = head(p);
  const pLow = add(sub(p, pHigh), add(mul(sLow, tHigh), mul(tLow, s)));
  const qHigh = mul(pHigh, CP_HIGH);
  const qLow = add(mul(pHigh, CP_LOW), mul(pLow, CP));
  const high = head(add(add(qHigh, qLow), k));
  return { high, low: sub(qLow, sub(sub(high, k), qHigh)) };
}

/** y·log2 x in two parts, for positive normal x·2^-more. */
function exponentOfDoubles(x: Node, y: Node, more?: Node): [high: Node, low: Node] {
  const { high, low } = log2Sum(x, more);
  const yHigh = head(y);
  return [mul(yHigh, high), add(mul(sub(y, yHigh), high), mul(y, low))];
}

/** The coefficients of P in log2 m = s·(2 / ln 2 + s²·P(s²)) with s = (m - 1) / (m + 1), with an error of 2^-37. */
const LOG2_P: Coefficients = {
  f64: [0.9617966791425185, 0.5770828656430135, 0.4117053664528409, 0.34023865454612995],
};
/** x^y of float32, in float64. What it is taken apart into is still float32, in vectors of twice as many. */
function powOfSingles(x: Node, y: Node, more?: Node): Node {
  const { k, m } = decompose(x, more);
  const wide = convert(m, "f64");
  const s = div(sub(wide, 1), add(wide, 1));
  const z = mul(s, s);
  const fraction = mul(s, add(mul(z, polynomial(z, LOG2_P)), 2 / Math.LN2));
  return inHalves(exp2Single(mul(convert(y, "f64"), add(convert(k, "f64"), fraction))));
}

/** Exponents of 2 that every power of float64 within its range has, with some room at the ends. */
const isWithin = (exponent: Node): Node => lt(abs(exponent), 1020);

/** The power of float64 where nothing is unusual, and a mask that says whether that is so. */
function usualDoubles(size: Node, y: Node): { power: Node; isInRange: Node } {
  const [high, low] = exponentOfDoubles(size, y);
  return { power: exp2Within(high, low), isInRange: isWithin(high) };
}
/** The same for float32, which `powOfSingles` limits by itself. */
const usualSingles = (size: Node, y: Node): { power: Node; isInRange: Node } => ({
  power: powOfSingles(size, y),
  isInRange: lt(abs(y), 2 ** 65),
});

/** x^y, which is 2^(y·log2 |x|), with the special results that C99 prescribes. */
export function pow(x: Node, y: Node): Node {
  const { normal } = formatOf(x);
  const size = abs(x);
  const { power, isInRange } = x.type === "f32" ? usualSingles(size, y) : usualDoubles(size, y);
  const isPlain = and(and(ge(x, normal), lt(x, INF)), isInRange);
  return rarely(not(isPlain), unusualPower(x, y, size, power, isInRange), power);
}

/** The power where x is negative, 0, subnormal, infinite or NaN, or where the result is not in range. */
function unusualPower(x: Node, y: Node, size: Node, power: Node, isInRange: Node): Node {
  const { normal } = formatOf(x);
  const limited = pmin(pmax(y, -(2 ** 65)), 2 ** 65);
  const isUsual = and(and(ge(size, normal), lt(size, INF)), isInRange);
  const ofSize = rarely(not(isUsual), unusualSize(y, limited, size, power, isInRange), power);
  const half = mul(limited, 0.5);
  const isOdd = eq(sub(half, floor(half)), 0.5);
  const signed = floatOf(or(bits(ofSize), and(bits(x), select(isOdd, signBits(number(-0, x)), 0))));
  const isUndefined = and(and(lt(x, 0), lt(size, INF)), ne(floor(limited), limited));
  return select(isUndefined, number(Number.NaN, x), signed);
}

/** The power of |x| where that is 0, subnormal, infinite or NaN, or where the result or y has to be limited. */
function unusualSize(y: Node, limited: Node, size: Node, power: Node, isInRange: Node): Node {
  const isTiny = and(gt(size, 0), lt(size, formatOf(size).normal));
  const more = select(isTiny, number(54, size), 0);
  const raised = select(isTiny, mul(size, 2 ** 54), size);
  const any =
    size.type === "f32" ? powOfSingles(raised, limited, more) : exp2Sum(...exponentOfDoubles(raised, limited, more));
  const finite = rarely(or(isTiny, not(isInRange)), any, power);
  const edge = mul(mul(y, INF), sub(size, 1)); // infinity with the sign of the exponent of the result, or NaN
  const atEdge = select(gt(edge, 0), edge, select(lt(edge, 0), 0, edge));
  const isUsualSize = and(gt(size, 0), lt(size, INF));
  return select(or(eq(size, 1), eq(y, 0)), 1, select(isUsualSize, finite, atEdge));
}
