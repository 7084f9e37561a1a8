/**
 * Arithmetic and comparisons of complex numbers, each a pair of lanes: the formulas of NumPy's loops, so that special
 * values come out as there. The elementary functions are in `complex-functions.ts`.
 */
import {
  abs,
  add,
  and,
  div,
  eq,
  ge,
  gt,
  INF,
  lt,
  mul,
  type Node,
  ne,
  neg,
  not,
  number,
  or,
  select,
  sub,
} from "./lanes.js";
import { hypot } from "./roots.js";

/** The real and the imaginary part. */
export type Pair = readonly [re: Node, im: Node];

export const plus = ([a, b]: Pair, [c, d]: Pair): Pair => [add(a, c), add(b, d)];
export const minus = ([a, b]: Pair, [c, d]: Pair): Pair => [sub(a, c), sub(b, d)];
export const times = ([a, b]: Pair, [c, d]: Pair): Pair => [sub(mul(a, c), mul(b, d)), add(mul(a, d), mul(b, c))];
export const negated = ([a, b]: Pair): Pair => [neg(a), neg(b)];
export const conjugate = ([a, b]: Pair): Pair => [a, neg(b)];
export const squared = (z: Pair): Pair => times(z, z);
/** Either of two pairs. */
export const choose = (mask: Node, [a, b]: Pair, [c, d]: Pair): Pair => [select(mask, a, c), select(mask, b, d)];

/** The quotient by Smith's algorithm, which avoids most overflows. */
export function quotient([a, b]: Pair, [c, d]: Pair): Pair {
  const isWide = ge(abs(c), abs(d));
  const [large, small] = [select(isWide, c, d), select(isWide, d, c)];
  const ratio = div(small, large);
  const scale = div(1, add(large, mul(small, ratio)));
  const along = select(isWide, add(a, mul(b, ratio)), add(mul(a, ratio), b));
  const across = select(isWide, sub(b, mul(a, ratio)), sub(mul(b, ratio), a));
  const isZero = and(eq(c, 0), eq(d, 0));
  return choose(isZero, [div(a, abs(c)), div(b, abs(c))], [mul(along, scale), mul(across, scale)]);
}

export function reciprocal([a, b]: Pair): Pair {
  const isWide = ge(abs(a), abs(b));
  const [large, small] = [select(isWide, a, b), select(isWide, b, a)];
  const ratio = div(small, large);
  const divisor = select(isWide, add(a, mul(b, ratio)), add(mul(a, ratio), b));
  const [one, part] = [div(1, divisor), div(ratio, divisor)];
  return choose(isWide, [one, neg(part)], [part, neg(one)]);
}

/** z / |z|, and 0 for 0. */
export function direction([a, b]: Pair): Pair {
  const size = hypot(a, b);
  const unit = (part: Node, other: Node) => {
    const finite = select(eq(size, 0), number(0, a), div(part, size));
    const far = select(eq(abs(part), INF), select(gt(part, 0), number(1, a), -1), 0);
    const both = and(eq(abs(part), INF), eq(abs(other), INF));
    return select(eq(size, INF), select(both, number(Number.NaN, a), far), finite);
  };
  return [unit(a, b), unit(b, a)];
}

export const isNan = ([a, b]: Pair): Node => or(ne(a, a), ne(b, b));
export const isInfinite = ([a, b]: Pair): Node => or(eq(abs(a), INF), eq(abs(b), INF));
export const isBounded = ([a, b]: Pair): Node => and(lt(abs(a), INF), lt(abs(b), INF));
export const isTrue = ([a, b]: Pair): Node => or(ne(a, 0), ne(b, 0));

export const same = ([a, b]: Pair, [c, d]: Pair): Node => and(eq(a, c), eq(b, d));
export const differs = (x: Pair, y: Pair): Node => not(same(x, y));

/** The order is by real parts, and by imaginary parts if those are equal. With NaN in an imaginary part it is none. */
const ordered =
  (compare: typeof lt, compareLast: typeof lt) =>
  ([a, b]: Pair, [c, d]: Pair): Node =>
    or(and(compare(a, c), and(eq(b, b), eq(d, d))), and(eq(a, c), compareLast(b, d)));
export const isLess = ordered(lt, lt);
export const isGreater = ordered(gt, gt);
export const isAtLeast = ordered(gt, ge);
export const isAtMost = (x: Pair, y: Pair): Node => isAtLeast(y, x);

/** The larger or smaller one; NaN if either is. */
export const larger = (x: Pair, y: Pair): Pair => choose(or(isNan(x), isAtLeast(x, y)), x, y);
export const smaller = (x: Pair, y: Pair): Pair => choose(or(isNan(x), isAtMost(x, y)), x, y);
/** The larger or smaller one; the other if one is NaN. */
export const largerNumber = (x: Pair, y: Pair): Pair => choose(or(isNan(y), isAtLeast(x, y)), x, y);
export const smallerNumber = (x: Pair, y: Pair): Pair => choose(or(isNan(y), isAtMost(x, y)), x, y);
