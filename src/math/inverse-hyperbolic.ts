/**
 * asinh, acosh and atanh. Float64 and float32 lanes, without branches, tables or fused multiply-add. `test/math`
 * measures the errors.
 */
import {
  abs,
  add,
  and,
  bits,
  type Coefficients,
  div,
  eq,
  floatOf,
  formatOf,
  head,
  INF,
  lt,
  mul,
  type Node,
  not,
  number,
  pmax,
  polynomial,
  polynomialPaired,
  rarely,
  select,
  shiftedToFloat,
  signBits,
  sqrt,
  sub,
  withSign,
} from "./lanes.js";
import { LOG_P } from "./logarithm.js";

/** The coefficients of (2·atanh s / s - 2) / s²: minimax fits. `LOG_P` are those on the range of the logarithm. */
const ATANH: Coefficients = {
  f64: [
    0.6666666666665493, 0.40000000005066816, 0.2857142782418128, 0.22222275423009846, 0.18179729336248168,
    0.15432136042207556, 0.1271345836005625, 0.159857843771313,
  ],
  f32: [0.6666662096977234, 0.40005943179130554, 0.2833394408226013, 0.25891879200935364],
};

/** log(1 + v + y) + `more`·ln 2, for v ≥ |y|. The sum is kept in two parts, as in fdlibm's s_log1p.c. */
function log1pSum(v: Node, y: Node, more = 0): Node {
  const { digits, bias, bits: of, ln2 } = formatOf(v);
  const high = add(v, y);
  const u = add(high, 1);
  const low = add(sub(high, sub(u, 1)), sub(y, sub(high, v)));
  const t = add(bits(u), of.one - of.rootOfHalf);
  const k = shiftedToFloat(t, digits, bias - more);
  const f = sub(floatOf(add(and(t, of.significand), of.rootOfHalf)), 1);
  const half = mul(mul(f, 0.5), f);
  const s = div(f, add(f, 2));
  const z = mul(s, s);
  const rest = add(mul(s, add(half, mul(z, polynomialPaired(z, LOG_P)))), add(mul(k, ln2[1]), div(low, u)));
  return add(mul(k, ln2[0]), sub(f, sub(half, rest)));
}

/** Beyond this, squares may be infinite, and √(x² ± 1) is x. */
const huge = (like: Node): number => 2 ** ((formatOf(like).bias - 1) / 2);
/** log 2x, for x above `huge`. Infinity and NaN stay. */
const logOfHuge = (x: Node): Node => select(lt(x, INF), log1pSum(x, number(0, x), 1), x);

/** log1p(a + a² / (1 + √(1 + a²))). */
export function asinh(x: Node): Node {
  const a = abs(x);
  const square = mul(a, a);
  const value = log1pSum(a, div(square, add(sqrt(add(square, 1)), 1)));
  return withSign(rarely(not(lt(a, huge(x))), logOfHuge(a), value), signBits(x));
}

/**
 * 2·asinh v with v = √((x - 1) / 2). The square of v is exact, so v is corrected to two parts. Below 1 the root is NaN.
 */
export function acosh(x: Node): Node {
  const square = mul(sub(x, 1), 0.5);
  const v = sqrt(square);
  const rest = div(square, add(sqrt(add(square, 1)), 1));
  const high = head(v);
  const low = div(sub(square, mul(high, high)), pmax(add(v, high), formatOf(x).tiny));
  const half = log1pSum(high, add(low, rest));
  return rarely(not(lt(x, INF)), x, add(half, half));
}

/**
 * Half the logarithm of (1 + a) / (1 - a) = 2^k·(1 + s) / (1 - s), where s = ((1 + a) - 2^k·(1 - a)) / ((1 + a) +
 * 2^k·(1 - a)). Nothing cancels, because -0.112 < s < 0.273, and k = 0 for a below ¼.
 */
export function atanh(x: Node): Node {
  const { digits, bits: of, ln2 } = formatOf(x);
  const a = abs(x);
  const t = add(sub(bits(add(a, 1)), bits(sub(1, a))), 2n ** BigInt(digits - 2));
  const power = floatOf(add(and(t, of.exponent), of.one));
  const k = shiftedToFloat(t, digits, 0);
  const e = sub(mul(power, a), sub(power, 1));
  const s = div(add(e, a), add(sub(a, e), 2));
  const z = mul(s, s);
  const series = add(add(s, s), add(mul(s, mul(z, polynomial(z, ATANH))), mul(k, ln2[1])));
  const value = mul(add(mul(k, ln2[0]), series), 0.5);
  // The result for the largest number below 1, for which 2^k - 1 is not exact.
  const last = number(digits === 52 ? 18.714973875118524 : 8.664339742098155, x);
  const atEdge = select(lt(a, 1), last, select(eq(a, 1), number(INF, x), Number.NaN));
  return withSign(rarely(not(lt(a, 1 - 2 ** -(digits + 1))), atEdge, value), signBits(x));
}
