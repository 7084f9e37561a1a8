/** cbrt and hypot. Float64 and float32 lanes, without branches, tables or fused multiply-add. */
import {
  abs,
  add,
  bits,
  type Coefficients,
  constant,
  convert,
  div,
  eq,
  floatOf,
  formatOf,
  gt,
  head,
  INF,
  inHalves,
  lt,
  mul,
  type Node,
  number,
  or,
  pmax,
  polynomial,
  select,
  shiftedToFloat,
  shl,
  signBits,
  sqrt,
  sub,
} from "./lanes.js";

/**
 * Dividing the exponent by three gives x^(-1/3) to 20 %. A polynomial in the error, with these coefficients, improves
 * that to 2^-24, and one step of Halley's method does the rest. The formula of that step is that of fdlibm's s_cbrt.c.
 */
const CBRT_P = [1.9316007579950436, -2.1190077800356355, 1.9903015385824558, -1.0166640875617219, 0.2137696112570382];
const CBRT: Coefficients = { f64: CBRT_P, f32: CBRT_P };

/** About x^(-1/3), from the bits of x: of float64, the upper 32. */
function cbrtGuess(x: Node): Node {
  const third = (upper: Node) => mul(upper, 1 / 3);
  if (x.type === "f32") return floatOf(convert(sub(1419515755, third(convert(bits(x), "f32"))), "i32"));
  return floatOf(shl(bits(sub(2 ** 52 + 1430138264, third(shiftedToFloat(bits(x), 32, 0)))), 32));
}

export function cbrt(x: Node): Node {
  const size = abs(x);
  const isTiny = lt(size, formatOf(x).normal);
  const v = select(isTiny, mul(size, 2 ** 54), size);
  const guess = cbrtGuess(v);
  const y = mul(guess, polynomial(mul(mul(mul(v, guess), guess), guess), CBRT));
  const t = head(mul(mul(v, y), y));
  const q = mul(sub(div(v, mul(t, t)), t), 1 / 3);
  const root = mul(add(t, sub(q, mul(q, mul(q, y)))), select(isTiny, number(2 ** -18, x), 1));
  return select(eq(add(x, x), x), x, floatOf(or(bits(root), signBits(x))));
}

export function hypot(x: Node, y: Node): Node {
  const length =
    x.type === "f32" ? inHalves(lengthOfSingles(convert(x, "f64"), convert(y, "f64"))) : scaledLength(x, y);
  return select(or(eq(abs(x), INF), eq(abs(y), INF)), number(INF, x), length);
}
/** The textbook formula. Squares of float32 neither overflow nor underflow in float64. */
const lengthOfSingles = (x: Node, y: Node): Node => sqrt(add(mul(x, x), mul(y, y)));

/** The length, scaled by a power of two if squares would overflow or underflow. */
function scaledLength(x: Node, y: Node): Node {
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
  return mul(sqrt(add(mul(p, p), mul(q, q))), by(2 ** 600, 2 ** -600));
}
