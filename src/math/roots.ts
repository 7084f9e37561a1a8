/** cbrt and hypot. Float64 lanes, without branches, tables or fused multiply-add. `test/math` measures the errors. */
import {
  abs,
  add,
  and,
  bits,
  constant,
  div,
  eq,
  floatOf,
  gt,
  head,
  INF,
  lt,
  mul,
  type Node,
  or,
  pmax,
  polynomial,
  SIGN,
  select,
  shiftLogical,
  shl,
  sqrt,
  sub,
  TWO_52_BITS,
} from "./lanes.js";

/**
 * Dividing the exponent by three gives x^(-1/3) to 20 %. A polynomial in the error, with these coefficients, improves
 * that to 2^-24, and one step of Halley's method does the rest. The formula of that step is that of fdlibm's s_cbrt.c.
 */
const CBRT_P = [1.9316007579950436, -2.1190077800356355, 1.9903015385824558, -1.0166640875617219, 0.2137696112570382];
const TWO_52 = 2 ** 52;
const CBRT_BIAS = 1430138264;

export function cbrt(x: Node): Node {
  const size = abs(x);
  const isTiny = lt(size, 2 ** -1022);
  const v = select(isTiny, mul(size, 2 ** 54), size);
  const upper = sub(floatOf(or(shiftLogical(v, 32), TWO_52_BITS)), TWO_52);
  const guess = floatOf(shl(bits(sub(TWO_52 + CBRT_BIAS, mul(upper, 1 / 3))), 32));
  const y = mul(guess, polynomial(mul(mul(mul(v, guess), guess), guess), CBRT_P));
  const t = head(mul(mul(v, y), y));
  const q = mul(sub(div(v, mul(t, t)), t), 1 / 3);
  const root = mul(add(t, sub(q, mul(q, mul(q, y)))), select(isTiny, constant(2 ** -18, "f64"), 1));
  return select(eq(add(x, x), x), x, floatOf(or(bits(root), and(bits(x), SIGN))));
}

/** The textbook formula, scaled by a power of two if squares would overflow or underflow. */
export function hypot(x: Node, y: Node): Node {
  const a = abs(x);
  const b = abs(y);
  const m = pmax(a, b);
  const isBig = gt(m, 2 ** 511);
  const isSmall = lt(m, 2 ** -480);
  const by = (big: number, small: number) =>
    select(isBig, constant(big, "f64"), select(isSmall, constant(small, "f64"), 1));
  const scale = by(2 ** -600, 2 ** 600);
  const p = mul(a, scale);
  const q = mul(b, scale);
  const length = mul(sqrt(add(mul(p, p), mul(q, q))), by(2 ** 600, 2 ** -600));
  return select(or(eq(a, INF), eq(b, INF)), constant(INF, "f64"), length);
}
