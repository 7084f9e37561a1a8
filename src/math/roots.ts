/** cbrt and hypot. Float64 and float32 lanes, without branches, tables or fused multiply-add. */
import {
  abs,
  add,
  and,
  bits,
  type Coefficients,
  constant,
  convert,
  div,
  eq,
  floatOf,
  formatOf,
  ge,
  gt,
  head,
  INF,
  inHalves,
  lt,
  mul,
  type Node,
  not,
  number,
  or,
  pmax,
  polynomial,
  rarely,
  select,
  shl,
  shr,
  signBits,
  sqrt,
  sub,
} from "./lanes.js";

/**
 * Dividing the exponent by three gives a number g that is near c·x^(-1/3), up to 3 %. A polynomial in x·g³ with these
 * coefficients improves that to 2^-20, or of float32 to 2^-10: minimax fits. One step of Halley's method does the rest,
 * after fdlibm's s_cbrt.c.
 */
const CBRT: Coefficients = {
  f64: [1.2120637586875234, -0.3132447965390518, 0.06160530436757294, -0.004941328525639765],
  f32: [0.9350705988289174, -0.08043636984417175],
};

/**
 * About c·x^(-1/3), from the upper bits of x: the upper 32 of float64, or 24 of float32. The bits below 2^52 (2^23) of
 * such a float hold the integer that it is, so the constant has that much more, and a third of it.
 */
function cbrtGuess(x: Node): Node {
  const [count, whole, third] = x.type === "f32" ? [8, 2 ** 23, 5_563_265] : [32, 2 ** 52, 1_430_723_264];
  const upper = floatOf(or(shr(bits(x), count), bits(number(whole, x))));
  return floatOf(shl(bits(sub(whole + third + Math.round(whole / 3), mul(upper, 1 / 3))), count));
}

/** The cube root of a positive normal number. */
function rootOf(v: Node): Node {
  const guess = cbrtGuess(v);
  const y = mul(guess, polynomial(mul(mul(mul(v, guess), guess), guess), CBRT));
  const t = head(mul(mul(v, y), y));
  const q = mul(sub(div(v, mul(t, t)), t), 1 / 3);
  return add(t, sub(q, mul(q, mul(q, y))));
}

export function cbrt(x: Node): Node {
  const size = abs(x);
  const { normal } = formatOf(x);
  const isUsual = and(ge(size, normal), lt(size, INF));
  const ofTiny = mul(rootOf(mul(size, 2 ** 54)), 2 ** -18);
  const root = rarely(not(isUsual), select(and(gt(size, 0), lt(size, normal)), ofTiny, size), rootOf(size));
  return floatOf(or(bits(root), signBits(x)));
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
