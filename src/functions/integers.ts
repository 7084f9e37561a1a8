/**
 * NumPy's integer operations as expressions of lanes of any integer type. Results wrap, quotients are rounded down, and
 * division by zero gives 0.
 */
import {
  add,
  and,
  constant,
  convert,
  div,
  eq,
  floor,
  isBigLane,
  type LaneType,
  laneBytes,
  lt,
  maskOf,
  mul,
  type Node,
  ne,
  not,
  or,
  pmax,
  pmin,
  quotient,
  rarely,
  reinterpret,
  rest,
  select,
  shlBy,
  shr,
  shrBy,
  sub,
  trunc,
  xor,
} from "../ir/node.js";

/**
 * Replaces divisors whose quotient does not exist by 1: 0, and -1 for the lowest number, which has no opposite.
 */
function safeDivisor(a: Node, b: Node): Node {
  const isZero = eq(b, 0);
  if (b.type[0] === "u") return select(isZero, 1, b);
  const lowest = -(2n ** BigInt(8 * laneBytes(a.type) - 1));
  return select(or(isZero, and(eq(a, lowest), eq(b, -1))), 1, b);
}

/**
 * The quotient rounded down, for a divisor that is safe. Lanes of up to 16 bits are divided as float32, and those of 32
 * bits as float64: such a quotient is never rounded to a greater integer, because the nearest one is at least 1 / b
 * away, and a < 2^24 (2^53) times as far. A division of vectors takes a fourth of the time of integers one by one.
 */
function quotientDown(a: Node, b: Node): Node {
  if (isBigLane(a.type)) {
    const cut = quotient(a, b);
    return b.type[0] === "u" ? cut : select(goesDown(rest(a, b), b), sub(cut, 1), cut);
  }
  const type: LaneType = laneBytes(a.type) < 4 ? "f32" : "f64";
  return convert(floor(div(convert(a, type), convert(b, type))), a.type);
}

/**
 * A mask of lanes whose quotient was truncated towards zero but must be rounded down: remainder and divisor differ in
 * sign.
 */
const goesDown = (remainder: Node, b: Node): Node => and(ne(remainder, 0), lt(xor(remainder, b), 0));

export const floorDivideInts = (a: Node, b: Node): Node => select(eq(b, 0), 0, quotientDown(a, safeDivisor(a, b)));

export function remainderInts(a: Node, b: Node): Node {
  const divisor = safeDivisor(a, b);
  if (!isBigLane(a.type)) return select(eq(b, 0), 0, sub(a, mul(quotientDown(a, divisor), divisor)));
  const cut = rest(a, divisor);
  return select(eq(b, 0), 0, b.type[0] === "u" ? cut : select(goesDown(cut, divisor), add(cut, divisor), cut));
}

/** The remainder with the sign of the dividend, C's `%`. */
export function fmodInts(a: Node, b: Node): Node {
  const divisor = safeDivisor(a, b);
  if (isBigLane(a.type)) return select(eq(b, 0), 0, rest(a, divisor));
  const type: LaneType = laneBytes(a.type) < 4 ? "f32" : "f64";
  const cut = convert(trunc(div(convert(a, type), convert(divisor, type))), a.type);
  return select(eq(b, 0), 0, sub(a, mul(cut, divisor)));
}

/** The absolute value in unsigned lanes, which hold that of the lowest number too. */
const sizeOf = (a: Node): Node => reinterpret(absInt(a), `u${8 * laneBytes(a.type)}` as LaneType);

/** The greatest common divisor of the absolute values; that of 0 and x is x. */
export const gcd = (a: Node, b: Node): Node => reinterpret(gcdOfSizes(sizeOf(a), sizeOf(b)), a.type);

/** Steps of Euclid's algorithm for two numbers of the width that take the most: neighbours of Fibonacci's series. */
const MOST_STEPS: Record<number, number> = { 1: 13, 2: 24, 4: 47, 8: 93 };
/** Steps that are computed before it is asked whether any lane of the vector needs more. */
const STEPS_AT_ONCE = 4;

/**
 * Integers are divided as floats that hold them exactly, which is several times as fast. Of 64 bits only those below
 * 2^52 are; if a vector has others, it is computed lane by lane.
 */
function gcdOfSizes(a: Node, b: Node): Node {
  const byFloats = (x: Node, y: Node, most: number) => wholeOf(gcdOfFloats(floatOf(x), floatOf(y), most), a.type);
  if (!isBigLane(a.type)) return byFloats(a, b, MOST_STEPS[laneBytes(a.type)]!);
  const isLong = ne(shr(or(a, b), 52), 0);
  return rarely(isLong, gcdByLane(a, b), byFloats(select(isLong, 0, a), select(isLong, 0, b), MOST_STEPS_52));
}
/** As `MOST_STEPS`, for numbers of 52 bits. */
const MOST_STEPS_52 = 75;

/** The bits of 2^52. Together with an integer below 2^52 they are the bits of the sum. */
const TWO_52 = 0x4330000000000000n;
/** An unsigned integer as a float that holds it exactly. */
function floatOf(a: Node): Node {
  if (isBigLane(a.type)) return sub(reinterpret(or(a, TWO_52), "f64"), 2 ** 52);
  return convert(a, laneBytes(a.type) < 4 ? "f32" : "f64");
}
/** The other way round. */
const wholeOf = (a: Node, type: LaneType): Node =>
  type === "u64" ? and(reinterpret(add(a, 2 ** 52), "u64"), 2 ** 52 - 1) : convert(a, type);

/**
 * The greatest common divisor by Euclid's steps, (x, y) to (y, x mod y). A step with y = 0 gives (0, x), so that the
 * result is the larger of both once one is 0. A quotient of numbers below 2^52 (of float32, 2^23) is never rounded to a
 * greater integer, because the nearest one is at least 1 / y away.
 */
function gcdOfFloats(a: Node, b: Node, most: number, done = 0): Node {
  let [x, y] = [a, b];
  const end = Math.min(done + STEPS_AT_ONCE, most);
  for (let step = done; step < end; step++) {
    [x, y] = [y, sub(x, mul(floor(div(x, pmax(y, 1))), y))];
  }
  const larger = pmax(x, y);
  return end === most ? larger : rarely(ne(pmin(x, y), 0), gcdOfFloats(x, y, most, end), larger);
}

function gcdByLane(a: Node, b: Node, done = 0): Node {
  let [x, y] = [a, b];
  const end = Math.min(done + STEPS_AT_ONCE, MOST_STEPS[8]!);
  for (let step = done; step < end; step++) {
    const left = rest(x, select(eq(y, 0), 1, y));
    [x, y] = [select(eq(y, 0), x, y), select(eq(y, 0), 0, left)];
  }
  return end === MOST_STEPS[8] ? x : rarely(ne(y, 0), gcdByLane(x, y, end), x);
}

/** The least common multiple of the absolute values, which wraps; 0 if one of them is 0. */
export function lcm(a: Node, b: Node): Node {
  const [x, y] = [sizeOf(a), sizeOf(b)];
  const divisor = gcdOfSizes(x, y);
  const isZero = eq(divisor, 0);
  const safe = select(isZero, 1, divisor);
  return reinterpret(select(isZero, 0, mul(exactQuotient(x, safe), y)), a.type);
}

/** The quotient of a number by a divisor of it. */
function exactQuotient(a: Node, b: Node): Node {
  if (!isBigLane(a.type)) return quotientDown(a, b);
  const isLong = ne(shr(or(a, b), 52), 0); // the divisor of 0 and a long number is long
  return rarely(isLong, quotient(a, b), wholeOf(div(floatOf(a), floatOf(b)), a.type));
}

/**
 * The number of bits that are set in the absolute value, as u8. Neighbouring counts are added: of 2 bits, of 4, of 8,
 * and so on.
 */
export function bitCount(a: Node): Node {
  const size = sizeOf(a);
  const width = laneBytes(size.type);
  const each = (byte: bigint) => constant(BigInt.asUintN(8 * width, byte * 0x0101010101010101n), size.type);
  const inTwos = sub(size, and(shr(size, 1), each(0x55n)));
  const inFours = add(and(inTwos, each(0x33n)), and(shr(inTwos, 2), each(0x33n)));
  let count = and(add(inFours, shr(inFours, 4)), each(0x0fn));
  for (let by = 8; by < 8 * width; by *= 2) count = add(count, shr(count, by));
  return convert(count, "u8");
}

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
export const shiftLeft = (a: Node, b: Node): Node => and(shlBy(a, b), allBits(isInWidth(b), a.type));

/** Shifts right, keeping the sign. A count that is negative or not below the width leaves only the sign: 0 or -1. */
export const shiftRight = (a: Node, b: Node): Node =>
  a.type[0] === "u"
    ? and(shrBy(a, b), allBits(isInWidth(b), a.type))
    : shrBy(a, or(b, allBits(not(isInWidth(b)), b.type))); // the highest count, if all its bits are set

/** A mask of counts that are not negative and below the width, which is a power of two. */
const isInWidth = (count: Node): Node => eq(and(count, -8 * laneBytes(count.type)), 0);
const allBits = (mask: Node, type: LaneType): Node => reinterpret(mask, type);

/** Whether the number is negative. */
export const signBit = (a: Node): Node => (a.type[0] === "u" ? constant(false, maskOf(a.type)) : lt(a, 0));

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
