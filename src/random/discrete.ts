/**
 * Poisson, binomial, geometric and negative binomial numbers, as NumPy draws them. After W. Hörmann, "The transformed
 * rejection method for generating Poisson random variables" (1993), and V. Kachitvichyanukul and B. W. Schmeiser,
 * "Binomial random variate generation" (1988).
 */
import type { DrawFrom } from "./continuous.js";
import { expOf, log1pOf, logOf } from "./elementary.js";
import { standardGamma } from "./gamma.js";
import type { WordStream } from "./word-stream.js";
import { oneExponential } from "./ziggurat.js";

/** From this mean on, Poisson numbers are drawn by rejection. */
const MANY = 10;

const drawPoisson =
  (stream: WordStream) =>
  (lam: number): (() => number) => {
    if (lam === 0) return () => 0;
    return lam >= MANY ? poissonByRejection(stream, lam) : poissonByProduct(stream, lam);
  };

/** How many uniform numbers have a product above e^-lam. */
function poissonByProduct(stream: WordStream, lam: number): () => number {
  const least = expOf(-lam);
  return () => {
    let product = stream.double();
    let count = 0;
    for (; product > least; count++) product *= stream.double();
    return count;
  };
}

function poissonByRejection(stream: WordStream, lam: number): () => number {
  const logLam = logOf(lam);
  const b = 0.931 + 2.53 * Math.sqrt(lam);
  const a = -0.059 + 0.02483 * b;
  const logInverse = logOf(1.1239 + 1.1328 / (b - 3.4));
  const sure = 0.9277 - 3.6224 / (b - 2);
  return () => {
    for (;;) {
      const u = stream.double() - 0.5;
      const v = stream.double();
      const edge = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / edge + b) * u + lam + 0.43);
      if (edge >= 0.07 && v <= sure) return k;
      if (k < 0 || (edge < 0.013 && v > edge)) continue;
      const left = logOf(v) + logInverse - logOf(a / (edge * edge) + b);
      if (left <= -lam + k * logLam - logGamma(k + 1)) return k;
    }
  };
}

/** B(2n) / (2n·(2n - 1)), from n = 10 to 1: Stirling's series, with a last term that is fitted. */
const STIRLING = [
  -1.3924322169059, 0.1796443723688307, -2.955065359477124e-2, 6.41025641025641e-3, -1.917526917526918e-3,
  8.417508417508418e-4, -5.952380952380952e-4, 7.936507936507937e-4, -2.777777777777778e-3, 8.333333333333333e-2,
];
const LOG_TWO_PI = 1.8378770664093453;
/** Smaller arguments are raised to this by the recurrence. */
const STIRLING_FROM = 7;

/** log Γ(x) of a positive integer. */
function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  const raised = Math.max(x, STIRLING_FROM);
  const square = (1 / raised) * (1 / raised);
  let series = 0;
  for (const term of STIRLING) series = series * square + term;
  let result = series / raised + 0.5 * LOG_TWO_PI + (raised - 0.5) * logOf(raised) - raised;
  for (let at = raised; at > x; at--) result -= logOf(at - 1);
  return result;
}

/** Up to this mean, binomial numbers are drawn by inversion. */
const FEW = 30;

function drawBinomial(stream: WordStream, n: number, p: number): () => number {
  if (n === 0 || p === 0) return () => 0;
  if (p > 0.5) {
    const others = drawBinomial(stream, n, 1 - p);
    return () => n - others();
  }
  return p * n <= FEW ? binomialByInversion(stream, n, p) : binomialByRejection(stream, n, p);
}

function binomialByInversion(stream: WordStream, n: number, p: number): () => number {
  const q = 1 - p;
  const first = expOf(n * log1pOf(-p));
  const mean = n * p;
  const most = Math.trunc(Math.min(n, mean + 10 * Math.sqrt(mean * q + 1)));
  return () => {
    let [count, share, u] = [0, first, stream.double()];
    while (u > share) {
      count++;
      if (count > most) {
        [count, share, u] = [0, first, stream.double()];
      } else {
        u -= share;
        share = ((n - count + 1) * p * share) / (count * q);
      }
    }
    return count;
  };
}

/** A part of Stirling's correction of log x!. */
const correction = (x: number): number => {
  const square = x * x;
  return (13680 - (462 - (132 - (99 - 140 / square) / square) / square) / square) / x / 166320;
};

/** Algorithm BTPE: a triangle, two parallelograms and two exponential tails above the density. */
function binomialByRejection(stream: WordStream, n: number, p: number): () => number {
  const q = 1 - p;
  const npq = n * p * q;
  const peak = n * p + p;
  const mode = Math.floor(peak);
  const half = Math.floor(2.195 * Math.sqrt(npq) - 4.6 * q) + 0.5;
  const middle = mode + 0.5;
  const [left, right] = [middle - half, middle + half];
  const c = 0.134 + 20.5 / (15.3 + mode);
  const rate = (a: number) => a * (1 + a / 2);
  const leftRate = rate((peak - left) / (peak - left * p));
  const rightRate = rate((right - peak) / (right * q));
  const second = half * (1 + 2 * c);
  const third = second + c / leftRate;
  const all = third + c / rightRate;

  /** Whether a number below the hull at `count` is below the density too. */
  const isBelow = (count: number, v: number): boolean => {
    const distance = Math.abs(count - mode);
    if (distance <= 20 || distance >= npq / 2 - 1) {
      const s = p / q;
      const a = s * (n + 1);
      let ratio = 1;
      for (let i = mode + 1; i <= count; i++) ratio *= a / i - s;
      for (let i = count + 1; i <= mode; i++) ratio /= a / i - s;
      return v <= ratio;
    }
    const room = (distance / npq) * ((distance * (distance / 3 + 0.625) + 0.16666666666666666) / npq + 0.5);
    const near = (-distance * distance) / (2 * npq);
    const log = logOf(v);
    if (log < near - room) return true;
    if (log > near + room) return false;
    const [x, f, z, w] = [count + 1, mode + 1, n + 1 - mode, n - count + 1];
    const exact = middle * logOf(f / x) + (n - mode + 0.5) * logOf(z / w) + (count - mode) * logOf((w * p) / (x * q));
    return log <= exact + correction(f) + correction(z) + correction(x) + correction(w);
  };

  return () => {
    for (;;) {
      const u = stream.double() * all;
      let v = stream.double();
      let count: number;
      if (u <= half) return Math.floor(middle - half * v + u);
      if (u <= second) {
        const x = left + (u - half) / c;
        v = v * c + 1 - Math.abs(mode - x + 0.5) / half;
        if (v > 1) continue;
        count = Math.floor(x);
      } else if (u <= third) {
        count = Math.floor(left + logOf(v) / leftRate);
        if (count < 0 || v === 0) continue;
        v = v * (u - second) * leftRate;
      } else {
        count = Math.floor(right - logOf(v) / rightRate);
        if (count > n || v === 0) continue;
        v = v * (u - third) * rightRate;
      }
      if (isBelow(count, v)) return count;
    }
  };
}

/** From this probability on, geometric numbers are searched for. */
const LIKELY = 1 / 3;

function drawGeometric(stream: WordStream, p: number): () => number {
  if (p < LIKELY) {
    const log = log1pOf(-p);
    return () => Math.ceil(-oneExponential(stream) / log);
  }
  return () => {
    const u = stream.double();
    let [count, product, sum] = [1, p, p];
    for (; u > sum; count++) {
      product *= 1 - p;
      sum += product;
    }
    return count;
  };
}

/** Draws with what `prepare` has computed from the parameters. */
const prepared =
  (prepare: (stream: WordStream, a: number, b: number) => () => number): DrawFrom =>
  (stream) =>
  (target, from, to, a = 0, b = 0) => {
    const draw = prepare(stream, a, b);
    for (let i = from; i < to; i++) target[i] = draw();
  };

export const poisson = prepared((stream, lam) => drawPoisson(stream)(lam));
export const binomial = prepared(drawBinomial);
export const geometric = prepared(drawGeometric);
export const negativeBinomial = prepared((stream, n, p) => {
  const scale = (1 - p) / p;
  return () => drawPoisson(stream)(scale * standardGamma(stream, n))();
});
/** One binomial number. */
export const oneBinomial = (stream: WordStream, n: number, p: number): number => drawBinomial(stream, n, p)();
