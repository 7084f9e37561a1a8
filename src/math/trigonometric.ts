/**
 * sin, cos and tan of radians. Float64 and float32 lanes, without tables or fused multiply-add. `test/math`
 * measures the errors.
 */
import {
  abs,
  add,
  and,
  bits,
  type Coefficients,
  call,
  convert,
  div,
  eq,
  floatOf,
  formatOf,
  ge,
  head,
  INF,
  inHalves,
  le,
  lt,
  mul,
  type Node,
  not,
  number,
  polynomial,
  polynomialPaired,
  rarely,
  select,
  shl,
  signBits,
  sub,
  withSign,
  xor,
} from "./lanes.js";

/** From 2^26·π/2 on, products with the parts of π/2 are no longer exact, and `math/rare.ts` takes over. */
const LIMIT = 1.05e8;
/** π/2 in four parts of 26 bits and one of 53, for a reduction after Cody and Waite. */
const PI_HALF = [
  ...[1.5707963109016418, 1.5893254712295857e-8, 6.123233601181349e-17, 3.945554081778929e-24],
  8.4784276603689e-32,
] as const;
/**
 * The same for float32: from 2^11·π/2 on they are computed in float64. The parts end at 2^-12, 2^-24 and 2^-38, so that
 * the first two differences are exact.
 */
const SINGLE_LIMIT = 3200;
const SINGLE_PI_HALF = [1.57080078125, -4.470348358154297e-6, 1.5894329408183694e-8, -1.074634630414406e-12] as const;
/** The coefficients of (r - sin r) / r³ and of (cos r - 1 + r²/2) / r⁴ for |r| ≤ π/4: minimax fits. */
export const SIN = {
  f64: [
    0.16666666666666632, -0.008333333333322425, 0.00019841269829816964, -2.7557313695000657e-6, 2.5050758577661977e-8,
    -1.5896821234489107e-10,
  ],
  f32: [0.16666653752326965, -0.00833209604024887, 0.0001950562873389572],
} satisfies Coefficients;
export const COS = {
  f64: [
    0.0416666666666666, -0.001388888888887413, 2.4801587289485183e-5, -2.7557314353048995e-7, 2.0875723353629844e-9,
    -1.135965128418724e-11,
  ],
  f32: [0.04166664555668831, -0.0013887288514524698, 2.4428209144389257e-5],
} satisfies Coefficients;
/** The coefficients of (1 / r - cot r) / r for |r| ≤ π/4. The first is added last, so that it is rounded once. */
const COT_FIRST = 0.33333333333333454;
const COT_REST: Coefficients = {
  f64: [
    0.022222222222146953, 0.002116402118050002, 0.00021164019393413416, 2.1377906751327813e-5, 2.1640101479753665e-6,
    2.201446661580878e-7, 2.1029744245331623e-8, 3.1018671535720174e-9,
  ],
};
/** The coefficients of (tan r - r) / r³. */
const TAN: Coefficients = {
  f32: [
    0.3333335220813751, 0.1333257406949997, 0.05407020449638367, 0.02122882381081581, 0.01097413245588541,
    -8.552191138733178e-5, 0.004462448880076408,
  ],
};

/**
 * Subtracts the nearest multiple of π/2 from x, which gives r = high - low, sin r = high - sinRest and cos r = cosHead
 * + cosRest. The formulas are those of fdlibm's k_sin.c and k_cos.c, but with the low part negated, so that -0 stays
 * -0.
 *
 * The first two differences are exact, because both sides are multiples of 2^-52 or of the last bit of x. In the next
 * two, either the second number is the smaller one or the difference is exact, so what it loses is known.
 */
function reduced(x: Node) {
  const shifted = add(mul(x, 2 / Math.PI), formatOf(x).magic);
  const n = sub(shifted, formatOf(x).magic);
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
    low,
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

const isEven = (quarter: Node): Node => eq(and(quarter, 1), 0);
/** The sign that a sine has in this quarter of a turn, as bits. */
const signOfQuarter = (quarter: Node): Node => {
  const { digits, bits: of } = formatOf(floatOf(quarter));
  return and(shl(quarter, digits === 52 ? 62 : 30), of.sign);
};
const isLarge = (x: Node): Node => and(ge(abs(x), LIMIT), lt(abs(x), INF));

/** By one formula for float32 below its limit, and by another for float64 and for all float32 above. */
const byWidth =
  (ofDoubles: (x: Node) => Node, ofSingles: (x: Node) => Node) =>
  (x: Node): Node => {
    if (x.type === "f64") return ofDoubles(x);
    return rarely(not(lt(abs(x), SINGLE_LIMIT)), inHalves(ofDoubles(convert(x, "f64"))), ofSingles(x));
  };

/** What is left of |x|, a float32, in its quarter of a turn: r - low, which is between -π/4 and π/4. */
function reducedSingle(x: Node) {
  const { magic } = formatOf(x);
  const a = abs(x);
  const shifted = add(mul(a, 2 / Math.PI), magic);
  const n = sub(shifted, magic);
  const second = sub(sub(a, mul(n, SINGLE_PI_HALF[0])), mul(n, SINGLE_PI_HALF[1]));
  const [third, lost] = difference(second, mul(n, SINGLE_PI_HALF[2]));
  const [r, low] = difference(third, add(lost, mul(n, SINGLE_PI_HALF[3])));
  return { quarter: bits(shifted), r, low, z: mul(r, r) };
}

function singles(x: Node) {
  const { quarter, r, low, z } = reducedSingle(x);
  return {
    quarter,
    sine: sub(r, add(mul(mul(r, z), polynomial(z, SIN)), low)),
    cosine: sub(1, sub(mul(z, 0.5), mul(mul(z, z), polynomial(z, COS)))),
  };
}

export const sin = byWidth(
  (x) => {
    const { high, cosHead, quarter, sinRest, cosRest } = reduced(x);
    const value = select(isEven(quarter), sub(high, sinRest), add(cosHead, cosRest));
    return call(isLarge(x), withSign(value, signOfQuarter(quarter)), "sinLarge", x);
  },
  (x) => {
    const { quarter, sine, cosine } = singles(x);
    return withSign(select(isEven(quarter), sine, cosine), xor(signOfQuarter(quarter), signBits(x)));
  },
);

export const cos = byWidth(
  (x) => {
    const { high, cosHead, quarter, sinRest, cosRest } = reduced(x);
    const value = select(isEven(quarter), add(cosHead, cosRest), sub(high, sinRest));
    return call(isLarge(x), withSign(value, signOfQuarter(add(quarter, 1))), "cosLarge", x);
  },
  (x) => {
    const { quarter, sine, cosine } = singles(x);
    return withSign(select(isEven(quarter), cosine, sine), signOfQuarter(add(quarter, 1)));
  },
);

/** Up to this many quarters of a turn, and unless the rest is near 0, two parts of π/2 are enough: 36 bits and 53. */
const MOST_QUARTERS = 2 ** 17;
const PI_HALF_BRIEF = [1.5707963267923333, 2.563344151594519e-12] as const;

/** As `reduced`, for most angles. `isPlain` is a mask that says for which. */
function reducedBriefly(x: Node) {
  const { magic } = formatOf(x);
  const shifted = add(mul(x, 2 / Math.PI), magic);
  const n = sub(shifted, magic);
  const [high, low] = difference(sub(x, mul(n, PI_HALF_BRIEF[0])), mul(n, PI_HALF_BRIEF[1]));
  const size = abs(n);
  // The second product is off by up to n·2^-93, which must be small against the rest.
  const isPlain = and(ge(abs(high), mul(size, 2 ** -33)), le(size, MOST_QUARTERS));
  return { quarter: bits(shifted), high, low, isPlain };
}

/**
 * tan (r - low), or in odd quarters -1 / tan (r - low). With D = r·cot r = 1 - r²·C(r²), both are quotients of r and D.
 * What rounding takes from r² and D, and the low part of r, are corrections of the quotient.
 */
function tanOf(quarter: Node, r: Node, low: Node): Node {
  const z = mul(r, r);
  const rHigh = head(r);
  const zLow = add(sub(mul(rHigh, rHigh), z), mul(sub(r, rHigh), add(r, rHigh)));
  const c = add(mul(z, polynomialPaired(z, COT_REST)), COT_FIRST);
  const p = mul(z, c);
  const d = sub(1, p);
  const lost = sub(sub(sub(1, d), p), mul(zLow, c));
  const even = isEven(quarter);
  const quotient = div(select(even, r, d), select(even, d, r));
  const sign = shl(quarter, 63);
  const error = add(mul(low, add(mul(quotient, quotient), 1)), mul(quotient, mul(lost, add(p, 1))));
  return withSign(sub(quotient, withSign(error, sign)), sign);
}

/** tan r, or in odd quarters -1 / tan r: of float64 as above, of float32 by a polynomial of tan r. */
export const tan = byWidth(
  (x) => {
    const { quarter, high, low, isPlain } = reducedBriefly(x);
    const all = reduced(x);
    const any = call(isLarge(x), tanOf(all.quarter, all.high, all.low), "tanLarge", x);
    return rarely(not(isPlain), any, tanOf(quarter, high, low));
  },
  (x) => {
    const { quarter, r, low, z } = reducedSingle(x);
    const t = add(r, sub(mul(mul(r, z), polynomialPaired(z, TAN)), add(low, mul(low, z))));
    const even = isEven(quarter);
    const value = div(select(even, t, 1), select(even, number(1, x), t));
    return withSign(value, xor(shl(quarter, 31), signBits(x)));
  },
);
