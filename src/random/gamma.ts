/**
 * Gamma numbers, and the distributions that are made of them, as NumPy draws them. After G. Marsaglia and W. W. Tsang,
 * "A simple method for generating gamma variables" (2000), and M. D. Jöhnk for beta numbers.
 */
import type { DrawFrom } from "./continuous.js";
import { expOf, log1pOf, logOf, powOf } from "./elementary.js";
import type { WordStream } from "./word-stream.js";
import { oneExponential, oneNormal } from "./ziggurat.js";

/** A gamma number of shape k, by the method for that shape. */
export function standardGamma(stream: WordStream, k: number): number {
  if (k === 1) return oneExponential(stream);
  if (k === 0) return 0;
  return k < 1 ? ofSmallShape(stream, k) : ofLargeShape(stream, k);
}

function ofSmallShape(stream: WordStream, k: number): number {
  for (;;) {
    const u = stream.double();
    const v = oneExponential(stream);
    if (u <= 1 - k) {
      const x = powOf(u, 1 / k);
      if (x <= v) return x;
    } else {
      const y = -logOf((1 - u) / k);
      const x = powOf(1 - k + k * y, 1 / k);
      if (x <= v + y) return x;
    }
  }
}

function ofLargeShape(stream: WordStream, k: number): number {
  const b = k - 1 / 3;
  const c = 1 / Math.sqrt(9 * b);
  for (;;) {
    let x: number;
    let root: number;
    do {
      x = oneNormal(stream);
      root = 1 + c * x;
    } while (root <= 0);
    const v = root * root * root;
    const u = stream.double();
    if (u < 1 - 0.0331 * (x * x) * (x * x)) return b * v;
    if (logOf(u) < 0.5 * x * x + b * (1 - v + logOf(v))) return b * v;
  }
}

/** Both parameters below this give 0 or 1. */
const TINY = 3e-103;

export function beta(stream: WordStream, a: number, b: number): number {
  if (a > 1 || b > 1) {
    const x = standardGamma(stream, a);
    return x / (x + standardGamma(stream, b));
  }
  if (a < TINY && b < TINY) return (a + b) * stream.double() < a ? 1 : 0;
  for (;;) {
    const u = stream.double();
    const v = stream.double();
    const x = powOf(u, 1 / a);
    const y = powOf(v, 1 / b);
    if (x + y > 1 || u + v === 0) continue;
    if (x > 0 && y > 0) return x / (x + y);
    const difference = logOf(u) / a - logOf(v) / b; // both have underflowed, or one has
    if (difference > 0) return expOf(-log1pOf(expOf(-difference)));
    return expOf(difference - log1pOf(expOf(difference)));
  }
}

const chisquare = (stream: WordStream, df: number): number => 2 * standardGamma(stream, df / 2);

/** A draw of one number after the other. */
const byOne =
  (one: (stream: WordStream, a: number, b: number) => number): DrawFrom =>
  (stream) =>
  (target, from, to, a = 0, b = 0) => {
    for (let i = from; i < to; i++) target[i] = one(stream, a, b);
  };

export const drawStandardGamma = byOne(standardGamma);
export const drawGamma = byOne((stream, k, scale) => scale * standardGamma(stream, k));
export const drawBeta = byOne(beta);
export const drawChisquare = byOne(chisquare);
export const drawF = byOne((stream, numerator, denominator) => {
  const above = chisquare(stream, numerator) * denominator;
  return above / (chisquare(stream, denominator) * numerator);
});
export const drawStandardT = byOne((stream, df) => {
  const above = oneNormal(stream);
  return (Math.sqrt(df / 2) * above) / Math.sqrt(standardGamma(stream, df / 2));
});
export const drawStandardCauchy = byOne((stream) => {
  const above = oneNormal(stream);
  return above / oneNormal(stream);
});
