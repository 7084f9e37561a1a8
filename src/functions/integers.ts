/**
 * NumPy's integer operations as expressions of lanes of any integer type. Results wrap, quotients are rounded down, and
 * division by zero gives 0.
 */
import {
  add,
  and,
  constant,
  convert,
  eq,
  ge,
  isBigLane,
  type LaneType,
  laneBytes,
  lt,
  mul,
  type Node,
  ne,
  or,
  quotient,
  rarely,
  rest,
  select,
  shlBy,
  shr,
  shrBy,
  sub,
  xor,
} from "../ir/node.js";

/**
 * Computes narrow lanes in 32 bits and cuts off the result, because lanewise division exists for 32 and 64 bits only.
 */
function widened(a: Node, b: Node, compute: (a: Node, b: Node) => Node): Node {
  const { type } = a;
  const wide: LaneType = laneBytes(type) >= 4 ? type : type[0] === "u" ? "u32" : "i32";
  return convert(compute(convert(a, wide), convert(b, wide)), type);
}

/**
 * Replaces divisors that the instruction does not accept by 1: 0, and -1 for the lowest number, whose quotient
 * overflows.
 */
function safeDivisor(a: Node, b: Node): Node {
  const isZero = eq(b, 0);
  if (b.type[0] === "u") return select(isZero, 1, b);
  const lowest = isBigLane(a.type) ? -(2n ** 63n) : -(2 ** 31);
  return select(or(isZero, and(eq(a, lowest), eq(b, -1))), 1, b);
}

/**
 * A mask of lanes whose quotient was truncated towards zero but must be rounded down: remainder and divisor differ in
 * sign.
 */
const goesDown = (remainder: Node, b: Node): Node =>
  b.type[0] === "u" ? constant(false, "m8") : and(ne(remainder, 0), lt(xor(remainder, b), 0));

export const floorDivideInts = (a: Node, b: Node): Node =>
  widened(a, b, (x, y) => {
    const divisor = safeDivisor(x, y);
    const cut = quotient(x, divisor);
    const down = goesDown(rest(x, divisor), divisor);
    return select(eq(y, 0), 0, y.type[0] === "u" ? cut : select(down, sub(cut, 1), cut));
  });

export const remainderInts = (a: Node, b: Node): Node =>
  widened(a, b, (x, y) => {
    const divisor = safeDivisor(x, y);
    const cut = rest(x, divisor);
    return select(eq(y, 0), 0, y.type[0] === "u" ? cut : select(goesDown(cut, divisor), add(cut, divisor), cut));
  });

/**
 * The power by repeated squaring, one step for each bit of the exponent, which must not be negative. Steps are computed
 * three at a time, and only in vectors in which an exponent has such bits.
 */
export const powInts = (a: Node, b: Node): Node => powOfBits(a, b, constant(1, a.type), 0);

function powOfBits(base: Node, exponent: Node, power: Node, first: number): Node {
  const bits = 8 * laneBytes(exponent.type);
  const end = Math.min(first + 3, bits);
  let [square, product] = [base, power];
  for (let bit = first; bit < end; bit++) {
    const isSet = ne(and(shiftedBy(exponent, bit), 1), 0);
    product = select(isSet, mul(product, square), product);
    // All bits of the exponent count: powers of an even base become 0 at some point, but those of an odd base never do.
    if (bit + 1 < bits) square = mul(square, square);
  }
  if (end === bits) return product;
  return rarely(ne(shiftedBy(exponent, end), 0), powOfBits(square, exponent, product, end), product);
}
const shiftedBy = (a: Node, count: number): Node => (count === 0 ? a : shr(a, count));

/** Shifts left. A count that is negative or not below the width gives 0. */
export function shiftLeft(a: Node, b: Node): Node {
  const isIn = inWidth(b);
  return select(isIn, shlBy(a, select(isIn, b, 0)), 0);
}

/** Shifts right, keeping the sign. A count that is negative or not below the width leaves only the sign: 0 or -1. */
export function shiftRight(a: Node, b: Node): Node {
  const isIn = inWidth(b);
  const sign = a.type[0] === "u" ? constant(0, a.type) : shr(a, 8 * laneBytes(a.type) - 1);
  return select(isIn, shrBy(a, select(isIn, b, 0)), sign);
}

/** A mask of counts that the instruction accepts. */
const inWidth = (count: Node): Node => {
  const bits = 8 * laneBytes(count.type);
  return count.type[0] === "u" ? lt(count, bits) : and(ge(count, 0), lt(count, bits));
};

export const signOfInt = (a: Node): Node =>
  a.type[0] === "u"
    ? select(eq(a, 0), 0, constant(1, a.type))
    : sub(oneWhere(lt(constant(0, a.type), a)), oneWhere(lt(a, 0)));

const oneWhere = (mask: Node): Node => {
  const type = `i${8 * laneBytes(mask.type)}` as LaneType;
  return select(mask, constant(1, type), 0);
};

/** 1 / a, truncated towards zero: 1 and -1 stay, everything else gives 0. */
export function reciprocalInt(a: Node): Node {
  const isUnit = a.type[0] === "u" ? eq(a, 1) : or(eq(a, 1), eq(a, -1));
  return select(isUnit, a, constant(0, a.type));
}

export const absInt = (a: Node): Node => (a.type[0] === "u" ? a : select(lt(a, 0), negInt(a), a));
export const negInt = (a: Node): Node => sub(constant(0, a.type), a);
