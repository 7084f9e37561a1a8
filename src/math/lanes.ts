/**
 * The lane operations and constants that the formulas of this folder use: float64 lanes, and their bits as int64 lanes.
 */
import { add, and, constant, mul, type Node, reinterpret, shr, xor } from "../ir/node.js";

export * from "../ir/node.js";

export const bits = (a: Node): Node => reinterpret(a, "i64");
export const floatOf = (a: Node): Node => reinterpret(a, "f64");

export const number = (value: number): Node => constant(value, "f64");
export const INF = Number.POSITIVE_INFINITY;
/** The smallest positive number. */
export const TINY = Number.MIN_VALUE;

/** Adding this number rounds a float to an integer, whose value is then in the low bits of the sum. */
export const MAGIC = 1.5 * 2 ** 52;
/** The bits of 1. */
export const ONE = 0x3ff0000000000000n;
/** The bits of 2^52. An `or` with a nonnegative integer below 2^52 gives the bits of 2^52 plus that integer. */
export const TWO_52_BITS = 0x4330000000000000n;
/** The sign bit. */
export const SIGN = -(2n ** 63n);
/** The bits of the significand. */
export const SIGNIFICAND = 0xfffffffffffffn;
/** The bits of the exponent. */
export const EXPONENT = 0x7ff0000000000000n;

/** ln 2 in two parts. The first has 41 bits, so its product with an integer below 2^12 is exact. */
export const LN2_HI = 0.693147180559663;
export const LN2_LO = 2.8235290563031577e-13;
/** ln 2 in two parts. The first has 42 bits, so its product with an integer below 2^11 is exact. */
export const LN2_42 = 0.6931471805598903;
export const LN2_42_REST = 5.497923018708371e-14;

/** Shifts right and fills with zeros. */
export const shiftLogical = (a: Node, count: number): Node => reinterpret(shr(reinterpret(a, "u64"), count), "i64");
/** The upper 26 bits of the significand. A product of two such numbers is exact. */
export const head = (a: Node): Node => floatOf(and(bits(a), -0x8000000n));

/** The sign bit of a float, as bits. */
export const signBits = (a: Node): Node => and(bits(a), SIGN);
/** The number, negated where `sign` has the sign bit set. */
export const withSign = (a: Node, sign: Node): Node => floatOf(xor(bits(a), sign));

/** Evaluates a polynomial by Horner's rule. Coefficients start with the constant term. */
export function polynomial(x: Node, coefficients: readonly number[]): Node {
  const [last, ...others] = coefficients.toReversed();
  return others.reduce((sum: Node | undefined, c) => add(sum ? mul(sum, x) : mul(x, last!), c), undefined)!;
}

/**
 * Evaluates a polynomial in two independent chains of x². That halves the latency, which pays off from 7 coefficients
 * on.
 */
export function polynomialPaired(x: Node, coefficients: readonly number[]): Node {
  const square = mul(x, x);
  const half = (odd: number) =>
    polynomial(
      square,
      coefficients.filter((_, i) => i % 2 === odd),
    );
  return add(half(0), mul(x, half(1)));
}
