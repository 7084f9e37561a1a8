/**
 * Elementary functions of complex numbers, composed of the real ones, for float64 lanes. Special values are those of
 * C99, Annex G, which the array API has too. Where one part would overflow on the way to a result that does not, or
 * cancel, the formula has a case of its own.
 */
import { choose, type Pair, reciprocal, squared, times } from "./complex.js";
import { exp, expm1 } from "./exponential.js";
import { cosh, sinh } from "./hyperbolic.js";
import { atan2 } from "./inverse.js";
import {
  abs,
  add,
  and,
  constant,
  div,
  eq,
  floor,
  ge,
  gt,
  head,
  INF,
  lt,
  mul,
  type Node,
  ne,
  neg,
  not,
  number,
  or,
  pmax,
  pmin,
  rarely,
  select,
  sqrt,
  sub,
} from "./lanes.js";
import { log, log1p } from "./logarithm.js";
import { hypot } from "./roots.js";
import { copySign } from "./rounding.js";
import { cos, sin, tan } from "./trigonometric.js";

const isWild = (x: Node): Node => not(lt(abs(x), INF));
const isFar = (x: Node): Node => eq(abs(x), INF);
const isNone = (x: Node): Node => ne(x, x);
const at = (x: Node, value: number): Node => number(value, x);

/** Above it, e^x overflows, although e^x·cos y may not. */
const STEEP = 709;

/** i·z, and -i·z. */
const turned = ([x, y]: Pair): Pair => [neg(y), x];
const turnedBack = ([x, y]: Pair): Pair => [y, neg(x)];
/** A function of i·z, divided by i: sin from sinh, and so on. */
export const aside =
  (fn: (z: Pair) => Pair) =>
  (z: Pair): Pair =>
    turnedBack(fn(turned(z)));

export function cexp([x, y]: Pair): Pair {
  const size = exp(pmin(x, STEEP));
  const isSteep = gt(x, STEEP);
  const rest = rarely(isSteep, exp(sub(x, STEEP)), at(x, 1));
  const part = (of: Node) => mul(mul(size, of), rest);
  const isGone = and(isWild(y), eq(x, -INF));
  const isAway = and(isWild(y), eq(x, INF));
  const re = select(isGone, at(x, 0), select(isAway, at(x, INF), part(cos(y))));
  return [select(isNone(x), x, re), select(eq(y, 0), y, select(isGone, at(x, 0), select(isNone(x), x, part(sin(y)))))];
}

export const cexp2 = ([x, y]: Pair): Pair => cexp([mul(x, Math.LN2), mul(y, Math.LN2)]);

/** Numbers p + e with p + e = x² exactly, apart from subnormal ones. */
function square(x: Node): [Node, Node] {
  const p = mul(x, x);
  const high = head(x);
  const low = sub(x, high);
  return [p, add(add(sub(mul(high, high), p), mul(mul(high, low), 2)), mul(low, low))];
}

/** log |z|. Near |z| = 1 the sum of squares less 1 is computed with twice the digits. */
export function logSize(x: Node, y: Node): Node {
  const [a, b] = [abs(x), abs(y)];
  const [m, n] = [pmax(a, b), pmin(a, b)];
  const ratio = div(n, m);
  const wide = add(log(m), mul(log1p(mul(ratio, ratio)), 0.5));
  const [p, pRest] = square(m);
  const [q, qRest] = square(n);
  const less = sub(p, 1);
  const sum = add(less, q);
  const part = sub(sum, less);
  const lost = add(sub(less, sub(sum, part)), sub(q, part));
  const near = mul(log1p(add(sum, add(lost, add(pRest, qRest)))), 0.5);
  const isNear = and(gt(m, 0.7), lt(m, 1.5));
  const finite = select(isNear, near, select(eq(n, 0), log(m), wide));
  return select(or(isFar(x), isFar(y)), at(x, INF), select(or(isNone(x), isNone(y)), add(x, y), finite));
}

export const clog = ([x, y]: Pair): Pair => [logSize(x, y), atan2(y, x)];
const scaled =
  (by: number) =>
  (z: Pair): Pair => {
    const [re, im] = clog(z);
    return [mul(re, by), mul(im, by)];
  };
export const clog2 = scaled(Math.LOG2E);
export const clog10 = scaled(Math.LOG10E);

export function clog1p([x, y]: Pair): Pair {
  const right = add(x, 1);
  const near = add(mul(x, add(x, 2)), mul(y, y));
  return [select(lt(abs(near), 0.5), mul(log1p(near), 0.5), logSize(right, y)), atan2(y, right)];
}

export function cexpm1([x, y]: Pair): Pair {
  const half = sin(mul(y, 0.5));
  const [re, im] = cexp([x, y]);
  const near = sub(mul(expm1(x), cos(y)), mul(mul(half, half), 2));
  // Of an infinite real part it is exp - 1, also if the imaginary part is not finite. 0 is added so that -0 becomes 0.
  return [select(eq(abs(x), INF), sub(re, 1), add(near, 0)), im];
}

export function csqrt([x, y]: Pair): Pair {
  const [a, b] = [abs(x), abs(y)];
  const m = pmax(a, b);
  const [isBig, isSmall] = [gt(m, 2 ** 1000), lt(m, 2 ** -1000)];
  const by = (big: number, small: number) =>
    select(isBig, constant(big, "f64"), select(isSmall, constant(small, "f64"), 1));
  const scale = by(2 ** -4, 2 ** 108);
  const [p, q] = [mul(a, scale), mul(b, scale)];
  const root = sqrt(mul(add(p, hypot(p, q)), 0.5));
  const other = div(q, add(root, root));
  const unscale = by(4, 2 ** -54);
  const [long, short] = [mul(root, unscale), mul(other, unscale)];
  const isRight = ge(x, 0);
  const finite = choose(isRight, [long, copySign(short, y)], [short, copySign(long, y)]);
  const zero: Pair = [at(x, 0), y];
  const up: Pair = [at(x, INF), y];
  const right: Pair = [at(x, INF), select(isNone(y), y, copySign(at(x, 0), y))];
  const left: Pair = [select(isNone(y), y, at(x, 0)), copySign(at(x, INF), y)];
  const far = choose(isFar(y), up, choose(eq(x, INF), right, choose(eq(x, -INF), left, finite)));
  const none: Pair = [add(x, y), add(x, y)];
  const isLost = and(or(isNone(x), isNone(y)), not(or(isFar(x), isFar(y))));
  return choose(and(eq(x, 0), eq(y, 0)), zero, choose(isLost, none, far));
}

/** sinh x and cosh x as a product, of which the first factor does not overflow before the product with cos y does. */
function steep(x: Node): { sinh: Node; cosh: Node; rest: Node } {
  const isSteep = gt(abs(x), STEEP);
  const half = rarely(isSteep, exp(mul(pmin(abs(x), 1500), 0.5)), at(x, 1));
  return {
    sinh: select(isSteep, copySign(mul(half, 0.5), x), sinh(x)),
    cosh: select(isSteep, mul(half, 0.5), cosh(x)),
    rest: half,
  };
}

export function csinh([x, y]: Pair): Pair {
  const { sinh: s, cosh: c, rest } = steep(x);
  const isAway = and(isFar(x), isWild(y));
  const re = select(or(isAway, and(eq(x, 0), isWild(y))), x, mul(mul(s, cos(y)), rest));
  return [re, select(eq(y, 0), y, mul(mul(c, sin(y)), rest))];
}

export function ccosh([x, y]: Pair): Pair {
  const { sinh: s, cosh: c, rest } = steep(x);
  const isAway = and(isFar(x), isWild(y));
  const re = select(isAway, at(x, INF), mul(mul(c, cos(y)), rest));
  const im = mul(mul(s, sin(y)), rest);
  const isFlat = or(eq(y, 0), and(eq(x, 0), isWild(y)));
  const flat = mul(copySign(at(x, 0), x), copySign(at(y, 1), y));
  return [re, select(isFlat, flat, im)];
}

/** Kahan's formula; beyond ±22, where tanh x is 1, its imaginary part is 4·sin y·cos y·e^-2|x|. */
export function ctanh([x, y]: Pair): Pair {
  const near = pmin(abs(x), 22);
  const s = copySign(sinh(near), x);
  const t = tan(y);
  const beta = add(mul(t, t), 1);
  const divisor = add(mul(mul(beta, s), s), 1);
  const re = div(mul(mul(beta, cosh(near)), s), divisor);
  const isLarge = gt(abs(x), 22);
  const tail = mul(mul(mul(sin(y), cos(y)), 4), exp(mul(abs(x), -2)));
  const finite: Pair = [select(isLarge, copySign(at(x, 1), x), re), select(isLarge, tail, div(t, divisor))];
  const away: Pair = [
    copySign(at(x, 1), x),
    select(isWild(y), copySign(at(x, 0), y), copySign(at(x, 0), mul(sin(y), cos(y)))),
  ];
  const whole = choose(isFar(x), away, choose(and(eq(x, 0), isWild(y)), [x, sub(y, y)], finite));
  return [select(isNone(x), x, whole[0]), select(and(isNone(x), ne(y, 0)), x, select(isNone(x), y, whole[1]))];
}

export const csin = aside(csinh);
export const ccos = (z: Pair): Pair => ccosh(turned(z));
export const ctan = aside(ctanh);

/** Below it, whole powers are products, as in NumPy. */
const MOST_FACTORS = 100;

/** z to a power of n = 0, 1, 2, … below `MOST_FACTORS`: the product of those of z, z², z⁴, … that n is made of. */
function product(z: Pair, n: Node): Pair {
  let [result, power]: [Pair, Pair] = [[at(n, 1), at(n, 0)], z];
  for (let rest = n, below = 1; below < MOST_FACTORS; below *= 2) {
    const half = floor(mul(rest, 0.5));
    result = choose(ne(rest, add(half, half)), times(result, power), result);
    power = squared(power);
    rest = half;
  }
  return result;
}

/** e^(w·log z); small whole powers by products. */
export function cpow(z: Pair, w: Pair): Pair {
  const general = cexp(times(w, clog(z)));
  const [n, m] = w;
  const isReal = eq(m, 0);
  const whole = (power: number, value: Pair, rest: Pair) => choose(and(isReal, eq(n, power)), value, rest);
  const two = squared(z);
  const zero = at(n, 0);
  const none = at(n, Number.NaN);
  const isZero = and(eq(z[0], 0), eq(z[1], 0));
  const ofZero = choose(gt(n, 0), [zero, zero], [none, none]);
  const count = abs(n);
  const isSmall = and(isReal, and(eq(n, floor(n)), lt(count, MOST_FACTORS)));
  const powers = product(z, select(isSmall, count, 0));
  const small = choose(lt(n, 0), reciprocal(powers), powers);
  const many: Pair = [rarely(isSmall, small[0], general[0]), rarely(isSmall, small[1], general[1])];
  const known = whole(1, z, whole(2, two, whole(3, times(two, z), many)));
  const one: Pair = [at(n, 1), zero];
  return choose(and(eq(n, 0), isReal), one, choose(isZero, ofZero, known));
}
