/**
 * Inverse trigonometric and hyperbolic functions of complex numbers, for float64 lanes. After W. Kahan, "Branch cuts
 * for complex elementary functions, or much ado about nothing's sign bit". Far from 0, where his products would
 * overflow, the functions are a logarithm and an angle.
 */
import type { Pair } from "./complex.js";
import { choose } from "./complex.js";
import { aside, csqrt, logSize } from "./complex-functions.js";
import { atan2 } from "./inverse.js";
import { asinh } from "./inverse-hyperbolic.js";
import {
  abs,
  add,
  and,
  div,
  eq,
  gt,
  INF,
  lt,
  mul,
  type Node,
  ne,
  neg,
  number,
  or,
  pmax,
  rarely,
  select,
  sub,
} from "./lanes.js";
import { log, log1p } from "./logarithm.js";
import { hypot } from "./roots.js";
import { copySign } from "./rounding.js";

/** Beyond it, 1 is lost in sums with squares. */
const FAR = 2 ** 500;
/** Below it, sums of squares are not exact. */
const NEAR = 2 ** -900;
const isNone = (x: Node): Node => ne(x, x);
const isFar = (x: Node, y: Node): Node => gt(pmax(abs(x), abs(y)), FAR);
const isInfinite = (x: Node): Node => eq(abs(x), INF);

/** The square roots of 1 - z and 1 + z. */
const roots = ([x, y]: Pair): [Pair, Pair] => [csqrt([sub(1, x), neg(y)]), csqrt([add(x, 1), y])];
/** log 2|z|, the size of the imaginary part far from 0. */
const reach = (x: Node, y: Node): Node => add(logSize(x, y), Math.LN2);
const isOut = (x: Node, y: Node): Node => or(isFar(x, y), or(isInfinite(x), isInfinite(y)));

export function casin([x, y]: Pair): Pair {
  const [[a, b], [c, d]] = roots([x, y]);
  const near: Pair = [atan2(x, sub(mul(a, c), mul(b, d))), asinh(sub(mul(a, d), mul(b, c)))];
  const far: Pair = [atan2(x, abs(y)), copySign(reach(x, y), y)];
  const [re, im] = choose(isOut(x, y), far, near);
  return [select(eq(x, 0), x, re), im];
}

export function cacos([x, y]: Pair): Pair {
  const [[a, b], [c, d]] = roots([x, y]);
  const near: Pair = [mul(atan2(a, c), 2), asinh(sub(mul(c, b), mul(d, a)))];
  const far: Pair = [atan2(abs(y), x), neg(copySign(reach(x, y), y))];
  const [re, im] = choose(isOut(x, y), far, near);
  return [select(and(eq(x, 0), isNone(y)), number(Math.PI / 2, x), re), im];
}

export function cacosh([x, y]: Pair): Pair {
  const [re, im] = cacos([x, y]);
  return [abs(im), copySign(re, y)];
}

export function catanh([x, y]: Pair): Pair {
  const a = abs(x);
  const apart = sub(1, a);
  const square = mul(y, y);
  const distance = add(mul(apart, apart), square);
  const isPole = lt(distance, NEAR);
  const pole = sub(mul(log(mul(a, 4)), 0.25), mul(logSize(apart, y), 0.5));
  const size = rarely(isPole, pole, mul(log1p(div(mul(a, 4), distance)), 0.25));
  const near: Pair = [copySign(size, x), mul(atan2(add(y, y), sub(mul(apart, add(a, 1)), square)), 0.5)];
  const length = hypot(x, y);
  const faint = select(eq(length, INF), number(0, x), div(div(a, length), length));
  const right = select(isNone(y), y, copySign(number(Math.PI / 2, x), y));
  const far: Pair = [copySign(faint, x), right];
  const [re, im] = choose(isOut(x, y), far, near);
  return [select(eq(x, 0), x, re), im];
}

export const casinh = aside(casin);
export const catan = aside(catanh);
