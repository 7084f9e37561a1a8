/**
 * The lane operations and constants that the formulas of this folder share. They serve float64 and float32 lanes and
 * their bits, which are integer lanes of the same width: the type of an operand chooses.
 */
import {
  add,
  and,
  constant,
  convert,
  type FloatType,
  inHalves,
  type LaneType,
  mul,
  type Node,
  or,
  reinterpret,
  shr,
  sub,
  xor,
} from "../ir/node.js";

export * from "../ir/node.js";

/** What the formulas know about a float type. Bits are given as integers. */
interface Format {
  /** The lanes that hold its bits, signed and unsigned. */
  readonly lanes: readonly [signed: LaneType, unsigned: LaneType];
  /** The width of the significand that is stored. */
  readonly digits: number;
  /** What is added to exponents. */
  readonly bias: number;
  /** Adding this number rounds a float to an integer, whose value is then in the low bits of the sum. */
  readonly magic: number;
  readonly bits: {
    readonly one: bigint;
    readonly half: bigint;
    readonly rootOfHalf: bigint;
    readonly sign: bigint;
    readonly exponent: bigint;
    readonly significand: bigint;
    /** The upper half of the significand. A product of two such numbers is exact. */
    readonly head: bigint;
  };
  /** The smallest positive number, and the smallest that is normal. */
  readonly tiny: number;
  readonly normal: number;
  /** ln 2 in two parts. The product of the first with any exponent is exact. */
  readonly ln2: readonly [high: number, low: number];
  /** π/2 minus the number nearest to it. */
  readonly halfPiRest: number;
}
const FORMATS: Record<FloatType, Format> = {
  f64: {
    lanes: ["i64", "u64"],
    digits: 52,
    bias: 1023,
    magic: 1.5 * 2 ** 52,
    bits: {
      one: 0x3ff0000000000000n,
      half: 0x3fe0000000000000n,
      rootOfHalf: 0x3fe6a09e667f3bcdn,
      sign: -(2n ** 63n),
      exponent: 0x7ff0000000000000n,
      significand: 0xfffffffffffffn,
      head: -0x8000000n,
    },
    tiny: Number.MIN_VALUE,
    normal: 2 ** -1022,
    ln2: [0.693147180559663, 2.8235290563031577e-13],
    halfPiRest: 6.123233995736766e-17,
  },
  f32: {
    lanes: ["i32", "u32"],
    digits: 23,
    bias: 127,
    magic: 1.5 * 2 ** 23,
    bits: {
      one: 0x3f800000n,
      half: 0x3f000000n,
      rootOfHalf: 0x3f3504f3n,
      sign: -(2n ** 31n),
      exponent: 0x7f800000n,
      significand: 0x7fffffn,
      head: -0x1000n,
    },
    tiny: 2 ** -149,
    normal: 2 ** -126,
    ln2: [0.693359375, -0.00021219444005469057],
    halfPiRest: -4.371138828673793e-8,
  },
};
export const formatOf = (a: Node): Format => FORMATS[a.type as FloatType];

/** Coefficients of a polynomial for each float type that it is used with, the constant term first. */
export type Coefficients = { readonly f64?: readonly number[]; readonly f32?: readonly number[] };
const coefficientsOf = (x: Node, table: Coefficients): readonly number[] => table[x.type as FloatType]!;

/** A formula for float64 lanes, for float32 too: it is computed in float64 and rounded once. */
export const inDouble =
  (fn: (a: Node, b: Node) => Node) =>
  (a: Node, b: Node): Node =>
    a.type === "f32" ? inHalves(fn(convert(a, "f64"), b && convert(b, "f64"))) : fn(a, b);

export const bits = (a: Node): Node => reinterpret(a, formatOf(a).lanes[0]);
/** The float with these bits. */
export const floatOf = (a: Node): Node => reinterpret(a, a.type === "i64" ? "f64" : "f32");

export const number = (value: number, like: Node): Node => constant(value, like.type);
export const INF = Number.POSITIVE_INFINITY;

/** The bits of 2^52. An `or` with a nonnegative integer below 2^52 gives the bits of 2^52 plus that integer. */
const TWO_52_BITS = 0x4330000000000000n;
/** A nonnegative integer lane below 2^52, shifted right and then converted to a float, from which `less` is taken. */
export function shiftedToFloat(a: Node, count: number, less: number): Node {
  if (a.type === "i32") return sub(convert(reinterpret(shr(reinterpret(a, "u32"), count), "i32"), "f32"), less);
  const shifted = reinterpret(shr(reinterpret(a, "u64"), count), "i64");
  return sub(floatOf(or(shifted, TWO_52_BITS)), 2 ** 52 + less);
}

/** The upper half of the significand. A product of two such numbers is exact. */
export const head = (a: Node): Node => floatOf(and(bits(a), formatOf(a).bits.head));

/** The sign bit of a float, as bits. */
export const signBits = (a: Node): Node => and(bits(a), formatOf(a).bits.sign);
/** The number, negated where `sign` has the sign bit set. */
export const withSign = (a: Node, sign: Node): Node => floatOf(xor(bits(a), sign));

/** Evaluates a polynomial by Horner's rule. */
export const polynomial = (x: Node, table: Coefficients): Node => horner(x, coefficientsOf(x, table));

function horner(x: Node, coefficients: readonly number[]): Node {
  const [last, ...others] = coefficients.toReversed().map((c) => number(c, x));
  return others.reduce((sum, c) => add(mul(sum, x), c), last!);
}

/**
 * Evaluates a polynomial in independent chains, which run at the same time: from 7 coefficients on in two, of x², and
 * from 9 on by groups of four, of x⁴, after Estrin. Of fewer coefficients, Horner's rule is faster, because other
 * vectors fill the time.
 */
export function polynomialPaired(x: Node, table: Coefficients): Node {
  const coefficients = coefficientsOf(x, table);
  if (coefficients.length < 7) return polynomial(x, table);
  const square = mul(x, x);
  if (coefficients.length < 9) return inPairs(x, square, coefficients);
  const groups = coefficients.flatMap((_, i) =>
    i % 4 === 0 ? [inPairs(x, square, coefficients.slice(i, i + 4))] : [],
  );
  const fourth = mul(square, square);
  return groups.reduceRight((sum, group) => add(mul(sum, fourth), group));
}

/** The even and the odd powers apart. */
function inPairs(x: Node, square: Node, coefficients: readonly number[]): Node {
  const half = (odd: number) =>
    horner(
      square,
      coefficients.filter((_, i) => i % 2 === odd),
    );
  return coefficients.length === 1 ? half(0) : add(half(0), mul(x, half(1)));
}
