/** NumPy's integer operations as expressions: they wrap, division is floored and by zero is 0. Lanes of any integer type. */
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
  rest,
  select,
  shlBy,
  shr,
  shrBy,
  sub,
  xor,
} from "../ir/node.js";

/** Division and shifts lane by lane exist for 32 and 64 bits only: computed there, and cut off again. */
function widened(a: Node, b: Node, compute: (a: Node, b: Node) => Node): Node {
  const { type } = a;
  const wide: LaneType = laneBytes(type) >= 4 ? type : type[0] === "u" ? "u32" : "i32";
  return convert(compute(convert(a, wide), convert(b, wide)), type);
}

/** A divisor that the instruction takes: not 0, and not -1 below the lowest number, whose quotient would overflow. */
function safeDivisor(a: Node, b: Node): Node {
  const isZero = eq(b, 0);
  if (b.type[0] === "u") return select(isZero, 1, b);
  const lowest = isBigLane(a.type) ? -(2n ** 63n) : -(2 ** 31);
  return select(or(isZero, and(eq(a, lowest), eq(b, -1))), 1, b);
}

/** Where a division cuts towards zero but should have gone down: the rest has the other sign than the divisor. */
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

/** By squaring, bit by bit of the exponent, which is not negative. */
export function powInts(a: Node, b: Node): Node {
  const bits = Math.min(8 * laneBytes(b.type), 64);
  let power = constant(1, a.type);
  let base = a;
  for (let bit = 0; bit < bits; bit++) {
    const isSet = ne(and(bit === 0 ? b : shr(b, bit), 1), 0);
    power = select(isSet, mul(power, base), power);
    // A product of an even number of 2^(w/2) is 0 from here on; an odd base goes round. All bits count.
    if (bit + 1 < bits) base = mul(base, base);
  }
  return power;
}

/** Shifted by as many bits as there are, or more, nothing is left but the sign. */
export const shiftLeft = (a: Node, b: Node): Node =>
  widened(a, b, (x, y) => {
    const isIn = inWidth(a, y);
    return select(isIn, shlBy(x, select(isIn, y, 0)), 0);
  });

export const shiftRight = (a: Node, b: Node): Node =>
  widened(a, b, (x, y) => {
    const isIn = inWidth(a, y);
    const sign = x.type[0] === "u" ? constant(0, x.type) : shr(x, 8 * laneBytes(x.type) - 1);
    return select(isIn, shrBy(x, select(isIn, y, 0)), sign);
  });

/** A count that the instruction takes. */
const inWidth = (a: Node, count: Node): Node => {
  const bits = 8 * laneBytes(a.type);
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

/** 1 / a, cut towards zero: 0 but for 1 and -1; of 0 it is 0. */
export function reciprocalInt(a: Node): Node {
  const isUnit = a.type[0] === "u" ? eq(a, 1) : or(eq(a, 1), eq(a, -1));
  return select(isUnit, a, constant(0, a.type));
}

export const absInt = (a: Node): Node => (a.type[0] === "u" ? a : select(lt(a, 0), negInt(a), a));
export const negInt = (a: Node): Node => sub(constant(0, a.type), a);
