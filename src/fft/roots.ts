/**
 * Roots of unity: the cosines and sines of all fractions of a turn, rounded once. They are computed as sums of two
 * float64, by additions and products alone, so they have the same bits on every engine. Pure.
 */

/** The last double-double result: its high part, and what is missing to the exact value. */
let high = 0;
let low = 0;

const SPLIT = 134217729; // 2^27 + 1, which cuts a float64 into halves whose products are exact

/** (a + b) * (c + d). After Dekker, "A floating-point technique for extending the available precision" (1971). */
function multiply(a: number, b: number, c: number, d: number): void {
  const product = a * c;
  const x = SPLIT * a;
  const aHigh = x - (x - a);
  const aLow = a - aHigh;
  const y = SPLIT * c;
  const cHigh = y - (y - c);
  const cLow = c - cHigh;
  const error = aLow * cLow - (product - aHigh * cHigh - aLow * cHigh - aHigh * cLow);
  const rest = error + (a * d + b * c);
  high = product + rest;
  low = rest - (high - product);
}

/** (a + b) + (c + d). */
function add(a: number, b: number, c: number, d: number): void {
  const sum = a + c;
  const part = sum - a;
  const rest = a - (sum - part) + (c - part) + (b + d);
  high = sum + rest;
  low = rest - (high - sum);
}

/** (a + b) / n. */
function divide(a: number, b: number, n: number): void {
  const first = a / n;
  multiply(first, 0, n, 0);
  add(a, b, -high, -low);
  const rest = (high + low) / n;
  high = first + rest;
  low = rest - (high - first);
}

/** An eighth of a turn in radians. */
const [EIGHTH, EIGHTH_REST] = [0.7853981633974483, 3.061616997868383e-17];
/** As many terms of Taylor's series as an eighth of a turn needs for 106 bits. */
const TERMS = 28;
/** 1, 1/2, 1/6, …: 1/n!, in pairs. */
const INVERSE_FACTORIALS = new Float64Array(2 * TERMS);
INVERSE_FACTORIALS[0] = 1;
for (let n = 1; n < TERMS; n++) {
  divide(INVERSE_FACTORIALS[2 * n - 2]!, INVERSE_FACTORIALS[2 * n - 1]!, n);
  INVERSE_FACTORIALS[2 * n] = high;
  INVERSE_FACTORIALS[2 * n + 1] = low;
}

/** The sum of x^n / n! with alternating signs, for the odd n or the even ones. */
function series(first: 0 | 1, x: number, xRest: number): void {
  multiply(x, xRest, x, xRest);
  const [square, squareRest] = [-high, -low];
  let [sum, sumRest] = [0, 0];
  for (let n = TERMS - 2 + first; n >= 0; n -= 2) {
    multiply(sum, sumRest, square, squareRest);
    add(INVERSE_FACTORIALS[2 * n]!, INVERSE_FACTORIALS[2 * n + 1]!, high, low);
    [sum, sumRest] = [high, low];
  }
  if (first === 1) multiply(sum, sumRest, x, xRest);
}

/** Writes the cosine and the sine of k / n turns, each in two parts, to `to[at]` and behind it. */
function writeRoot(k: number, n: number, to: Float64Array, at: number): void {
  const octant = Math.floor((8 * k) / n);
  const inside = 8 * k - octant * n; // in units of 1 / (8 n) turns: exact
  const isOdd = octant % 2 === 1;
  divide(EIGHTH, EIGHTH_REST, n);
  multiply(high, low, isOdd ? n - inside : inside, 0);
  const [x, xRest] = [high, low];
  series(0, x, xRest);
  const [cosine, cosineRest] = [high, low];
  series(1, x, xRest);
  const [sine, sineRest] = [high, low];
  // Octants 1, 2, 5 and 6 are nearer to the vertical axis, where the two change places.
  const isTurned = ((octant + 1) >> 1) % 2 === 1;
  const negativeCosine = octant >= 2 && octant < 6 ? -1 : 1;
  const negativeSine = octant >= 4 ? -1 : 1;
  to[at] = negativeCosine * (isTurned ? sine : cosine);
  to[at + 1] = negativeCosine * (isTurned ? sineRest : cosineRest);
  to[at + 2] = negativeSine * (isTurned ? cosine : sine);
  to[at + 3] = negativeSine * (isTurned ? cosineRest : sineRest);
}

/**
 * The `count` first powers of the n-th root of unity of a forward transform, exp(-2πi k / n): real and imaginary parts
 * in turn. Each is the product of two of about sqrt(n) roots in double-double, rounded in the end; what symmetry gives
 * is not computed again.
 */
export function rootsOfUnity(n: number, count = n): Float64Array {
  const roots = new Float64Array(2 * count);
  // How far powers are computed; the others are mirrored.
  const parts = n % 8 === 0 ? 8 : n % 4 === 0 ? 4 : 2;
  const direct = Math.min(count, Math.floor(n / parts) + 1);
  const step = Math.max(1, Math.ceil(Math.sqrt(direct)));
  const fine = tableOf(n, 1, step);
  const coarse = tableOf(n, step, Math.ceil(direct / step));
  for (let k = 0, a = 0; k < direct; a++) {
    const [c, cRest, s, sRest] = [coarse[4 * a]!, coarse[4 * a + 1]!, coarse[4 * a + 2]!, coarse[4 * a + 3]!];
    for (let b = 0; b < step && k < direct; b++, k++) {
      const [x, xRest, y, yRest] = [fine[4 * b]!, fine[4 * b + 1]!, fine[4 * b + 2]!, fine[4 * b + 3]!];
      multiply(s, sRest, y, yRest);
      const [p, pRest] = [high, low];
      multiply(c, cRest, x, xRest);
      add(high, low, -p, -pRest);
      roots[2 * k] = high;
      multiply(s, sRest, x, xRest);
      const [q, qRest] = [high, low];
      multiply(c, cRest, y, yRest);
      add(high, low, q, qRest);
      roots[2 * k + 1] = -high;
    }
  }
  roots[1] = 0; // not -0
  mirror(roots, n, count);
  return roots;
}

/** The roots k / n for k = 0, step, 2 step, …: cosines and sines in two parts each. */
function tableOf(n: number, step: number, count: number): Float64Array {
  const table = new Float64Array(4 * count);
  for (let i = 0; i < count; i++) writeRoot((i * step) % n, n, table, 4 * i);
  return table;
}

/** Fills the roots behind the first eighth, quarter or half of a turn. */
function mirror(roots: Float64Array, n: number, count: number): void {
  const fill = (from: number, to: number, source: (k: number) => void): void => {
    for (let k = from; k < Math.min(to, count); k++) source(k);
  };
  if (n % 8 === 0) {
    fill(n / 8 + 1, n / 4 + 1, (k) => {
      roots[2 * k] = -roots[2 * (n / 4 - k) + 1]!;
      roots[2 * k + 1] = -roots[2 * (n / 4 - k)]!;
    });
  }
  if (n % 4 === 0) {
    if (n / 4 < count) roots.set([0, -1], n / 2);
    fill(n / 4 + 1, n / 2 + 1, (k) => {
      roots[2 * k] = -roots[2 * (n / 2 - k)]!;
      roots[2 * k + 1] = roots[2 * (n / 2 - k) + 1]!;
    });
  }
  if (n % 2 === 0 && n / 2 < count) roots.set([-1, 0], n);
  fill(Math.floor(n / 2) + 1, n, (k) => {
    roots[2 * k] = roots[2 * (n - k)]!;
    roots[2 * k + 1] = -roots[2 * (n - k) + 1]!;
  });
}
