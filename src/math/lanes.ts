/** The lane operations as the formulas of this folder write them: float64 lanes, and their bits as int64 lanes. */
import { add, and, mul, type Node, reinterpret, xor } from "../ir/node.js";

export * from "../ir/node.js";

export const bits = (a: Node): Node => reinterpret(a, "i64");
export const floatOf = (a: Node): Node => reinterpret(a, "f64");

/** Adding it rounds to an integer, which then lies in the low bits. */
export const MAGIC = 1.5 * 2 ** 52;
/** The bits of 1; those of 2^52, or-ed into which an integer becomes a float; and the sign. */
export const ONE = 0x3ff0000000000000n;
export const TWO_52_BITS = 0x4330000000000000n;
export const SIGN = -(2n ** 63n);
/** The upper 26 bits of the significand, so that a product of two such numbers is exact. */
export const head = (a: Node): Node => floatOf(and(bits(a), -0x8000000n));

/** The sign alone, as bits. */
export const signBits = (a: Node): Node => and(bits(a), SIGN);
/** Turned to the other sign where the bits have it. */
export const withSign = (a: Node, sign: Node): Node => floatOf(xor(bits(a), sign));

/** By Horner's rule; coefficients from the constant term up. */
export function polynomial(x: Node, coefficients: readonly number[]): Node {
  const [last, ...others] = coefficients.toReversed();
  return others.reduce((sum: Node | undefined, c) => add(sum ? mul(sum, x) : mul(x, last!), c), undefined)!;
}

/** In two interleaved chains of x²: half the latency, which pays from 7 coefficients on. */
export function polynomialPaired(x: Node, coefficients: readonly number[]): Node {
  const square = mul(x, x);
  const half = (odd: number) =>
    polynomial(
      square,
      coefficients.filter((_, i) => i % 2 === odd),
    );
  return add(half(0), mul(x, half(1)));
}
