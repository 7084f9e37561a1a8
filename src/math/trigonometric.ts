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
  INF,
  inHalves,
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

/**
 * tan r, or in odd quarters -1 / tan r: of float64 a quotient of sine and cosine and one correction for the low parts,
 * of float32 a polynomial.
 */
export const tan = byWidth(
  (x) => {
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
  },
  (x) => {
    const { quarter, r, low, z } = reducedSingle(x);
    const t = add(r, sub(mul(mul(r, z), polynomialPaired(z, TAN)), add(low, mul(low, z))));
    const even = isEven(quarter);
    const value = div(select(even, t, 1), select(even, number(1, x), t));
    return withSign(value, xor(shl(quarter, 31), signBits(x)));
  },
);
