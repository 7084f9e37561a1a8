/** Numbers as a fraction and a power of 2: taken apart and put together. All is exact, for f32 and f64 lanes. */
import {
  abs,
  add,
  and,
  bits,
  constant,
  convert,
  eq,
  floatOf,
  formatOf,
  gt,
  INF,
  inDouble,
  lt,
  mul,
  type Node,
  not,
  or,
  pmax,
  pmin,
  select,
  shl,
  shr,
  sub,
} from "./lanes.js";

/** What subnormal numbers are multiplied by, so that their bits hold an exponent. */
const RAISED = 54;

/** A number whose bits hold its exponent, and where it was multiplied by 2^`RAISED` for that. */
function normalized(x: Node): { y: Node; isTiny: Node } {
  const isTiny = lt(abs(x), formatOf(x).normal);
  return { y: select(isTiny, mul(x, 2 ** RAISED), x), isTiny };
}

/** A mask of numbers that have no exponent: zeros, infinities and NaN. */
const isSpecial = (x: Node): Node => or(eq(x, 0), not(lt(abs(x), INF)));

/** The fraction m of x = m·2^e with ½ ≤ |m| < 1; zeros, infinities and NaN themselves. C's `frexp`. */
export function fractionOf(x: Node): Node {
  const { bits: of } = formatOf(x);
  const fraction = floatOf(or(and(bits(normalized(x).y), of.sign | of.significand), of.half));
  return select(isSpecial(x), x, fraction);
}

/** The exponent e of x = m·2^e with ½ ≤ |m| < 1, as i32; 0 for zeros, infinities and NaN. */
export function exponentOf(x: Node): Node {
  const { digits, bias } = formatOf(x);
  const { y, isTiny } = normalized(x);
  const stored = and(shr(bits(y), digits), 2 * bias + 1);
  const zero = constant(0, stored.type);
  const exponent = sub(sub(stored, bias - 1), select(isTiny, constant(RAISED, stored.type), zero));
  return convert(select(isSpecial(x), zero, exponent), "i32");
}

/** The exponents beyond which every number has become 0 or infinite. */
const BEYOND = 2200;

/**
 * x·2^n, rounded once, for whole numbers n. C's `ldexp`. The power may be beyond the range, so it is multiplied in
 * three parts. The parts of a negative power end above the subnormal numbers, except for the last.
 */
export const ldexp = inDouble((x, n) => {
  const { normal, digits } = formatOf(x);
  const [least, most] = [Math.log2(normal), -Math.log2(normal) + 1];
  let [product, left] = [x, pmax(pmin(n, BEYOND), -BEYOND)];
  for (let part = 0; part < 2; part++) {
    const down = select(lt(left, least), constant(least + digits + 1, x.type), 0);
    const step = select(gt(left, most), constant(most, x.type), down);
    product = mul(product, powerOf2(step));
    left = sub(left, step);
  }
  return mul(product, powerOf2(pmin(pmax(left, least), most)));
});

/** 2^n for exponents of normal numbers. */
function powerOf2(n: Node): Node {
  const { magic, digits, bits: of } = formatOf(n);
  return floatOf(add(shl(bits(add(n, magic)), digits), of.one));
}
