/**
 * Singular values and vectors of a square matrix: an upper bidiagonal matrix by Householder reflectors from both sides,
 * and of that by QR steps (Golub and Kahan; without a shift where that would cost accuracy, after Demmel and Kahan).
 * Vectors are turned as rows.
 */
import { hypotenuse, reflect, reflectRows } from "./reflectors.js";
import { rotate, scaleOf, transposed } from "./symmetric.js";

const EPSILON = 2 ** -52;
/** QR steps for each singular value. Two or three are usual. */
const MOST_STEPS = 80;

/** Singular values in descending order; u and vt are matrices of n rows each. */
export interface Singular {
  readonly s: Float64Array;
  readonly u: Float64Array | undefined;
  readonly vt: Float64Array | undefined;
}

/** The values, and with `wantsVectors` the vectors. `undefined` if the iteration does not converge. */
export function singularValues(a: Float64Array, n: number, wantsVectors: boolean): Singular | undefined {
  const scale = scaleOf(a);
  for (let i = 0; scale !== 1 && i < a.length; i++) a[i]! *= scale;
  const [d, e] = [new Float64Array(n), new Float64Array(n)];
  const [left, right] = [new Float64Array(n), new Float64Array(n)];
  bidiagonalise(a, n, { d, e, left, right });
  const ut = wantsVectors ? transposed(vectorsOf(a, n, left, 0), n) : undefined;
  const vt = wantsVectors ? transposed(vectorsOf(a, n, right, 1), n) : undefined;
  if (!iterate(d, e, n, ut, vt)) return undefined;
  for (let i = 0; i < n; i++) {
    if (!(d[i]! < 0 || Object.is(d[i], -0))) continue;
    d[i] = -d[i]!;
    if (vt) for (let j = i * n; j < (i + 1) * n; j++) vt[j] = -vt[j]!;
  }
  const order = Array.from(d.keys()).sort((i, j) => d[j]! - d[i]! || i - j);
  const inOrder = (rows: Float64Array) => {
    const sorted = new Float64Array(n * n);
    for (const [to, from] of order.entries()) sorted.set(rows.subarray(from * n, (from + 1) * n), to * n);
    return sorted;
  };
  const s = Float64Array.from(order, (from) => d[from]! / scale);
  return { s, u: ut && transposed(inOrder(ut), n), vt: vt && inOrder(vt) };
}

interface Bidiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** The v of the left reflectors stay in the columns below the diagonal, those of the right ones in the rows. */
function bidiagonalise(a: Float64Array, n: number, { d, e, left, right }: Bidiagonal): void {
  const sums = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const at = k * n + k;
    const column = reflect(a, at, n - k, n);
    d[k] = column.beta;
    left[k] = column.tau;
    if (k === n - 1) return;
    reflectRows(a, { rows: n, columns: n, top: k, left: k + 1 }, { raw: a, at, step: n }, column.tau, sums);
    const row = reflect(a, at + 1, n - k - 1, 1);
    e[k] = row.beta;
    right[k] = row.tau;
    if (row.tau !== 0) reflectColumns(a, n, k, row.tau);
  }
}

/** Applies the right reflector k to all rows below k. */
function reflectColumns(a: Float64Array, n: number, k: number, tau: number): void {
  const v = k * n;
  const first = k + 1;
  for (let i = first; i < n; i++) {
    const row = i * n;
    let sum = a[row + first]!;
    for (let j = first + 1; j < n; j++) sum += a[row + j]! * a[v + j]!;
    sum *= tau;
    a[row + first]! -= sum;
    for (let j = first + 1; j < n; j++) a[row + j]! -= sum * a[v + j]!;
  }
}

/** The product of the left reflectors, or with `shift` 1 of the right ones. */
function vectorsOf(a: Float64Array, n: number, taus: Float64Array, shift: 0 | 1): Float64Array {
  const q = new Float64Array(n * n);
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let k = n - 1 - shift; k >= 0; k--) {
    const first = k + shift;
    const part = { rows: n, columns: n, top: first, left: first };
    const v = shift === 0 ? { raw: a, at: k * n + k, step: n } : { raw: a, at: k * n + first, step: 1 };
    reflectRows(q, part, v, taus[k]!, sums);
  }
  return q;
}

type Rows = Float64Array | undefined;

/** Makes the elements `e` above the diagonal `d` zero. */
function iterate(d: Float64Array, e: Float64Array, n: number, ut: Rows, vt: Rows): boolean {
  let high = n - 1;
  for (let step = 0; high > 0; step++) {
    if (step > MOST_STEPS * n) return false;
    let low = high;
    while (low > 0 && Math.abs(e[low - 1]!) > EPSILON * (Math.abs(d[low - 1]!) + Math.abs(d[low]!))) low--;
    if (low > 0) e[low - 1] = 0;
    if (low === high) {
      high--;
      continue;
    }
    const shift = shiftOf(d, e, low, high);
    if (shift === 0) stepWithoutShift(d, e, low, high, n, ut, vt);
    else stepQR(d, e, low, high, n, shift, ut, vt);
  }
  return true;
}

/** The smaller singular value of the last two rows, or 0 if it is too small next to the first element. */
function shiftOf(d: Float64Array, e: Float64Array, low: number, high: number): number {
  for (let i = low; i <= high; i++) if (d[i] === 0) return 0;
  const [f, g, h] = [Math.abs(d[high - 1]!), Math.abs(e[high - 1]!), Math.abs(d[high]!)];
  const [less, more] = [Math.min(f, h), Math.max(f, h)];
  const [plus, minus] = [1 + less / more, (more - less) / more];
  let shift: number;
  if (g < more) {
    const ratio = (g / more) * (g / more);
    shift = (2 * less) / (Math.sqrt(plus * plus + ratio) + Math.sqrt(minus * minus + ratio));
  } else {
    const ratio = more / g;
    const [p, q] = [plus * ratio, minus * ratio];
    shift = (2 * less * ratio) / (Math.sqrt(1 + p * p) + Math.sqrt(1 + q * q));
  }
  const relative = shift / Math.abs(d[low]!);
  return relative * relative < EPSILON ? 0 : shift;
}

/** A QR step whose bulge is chased down: a rotation of columns, then one of rows, for each pair of neighbours. */
function stepQR(
  d: Float64Array,
  e: Float64Array,
  low: number,
  high: number,
  n: number,
  shift: number,
  ut: Rows,
  vt: Rows,
): void {
  const first = d[low]!;
  let f = (Math.abs(first) - shift) * ((first < 0 ? -1 : 1) + shift / first);
  let g = e[low]!;
  for (let i = low; i < high; i++) {
    const size = hypotenuse(f, g);
    let [c, s] = size === 0 ? [1, 0] : [f / size, g / size];
    if (i > low) e[i - 1] = size;
    f = c * d[i]! + s * e[i]!;
    e[i] = c * e[i]! - s * d[i]!;
    g = s * d[i + 1]!;
    d[i + 1]! *= c;
    if (vt) rotate(vt, i * n, (i + 1) * n, n, c, s);
    const next = hypotenuse(f, g);
    [c, s] = next === 0 ? [1, 0] : [f / next, g / next];
    d[i] = next;
    f = c * e[i]! + s * d[i + 1]!;
    d[i + 1] = c * d[i + 1]! - s * e[i]!;
    if (i < high - 1) {
      g = s * e[i + 1]!;
      e[i + 1]! *= c;
    }
    if (ut) rotate(ut, i * n, (i + 1) * n, n, c, s);
  }
  e[high - 1] = f;
}

/** A QR step with shift 0, in which nothing is subtracted: small singular values stay accurate. */
function stepWithoutShift(
  d: Float64Array,
  e: Float64Array,
  low: number,
  high: number,
  n: number,
  ut: Rows,
  vt: Rows,
): void {
  let [c, s, before, beforeSine] = [1, 0, 1, 0];
  for (let i = low; i < high; i++) {
    const [f, g] = [c * d[i]!, e[i]!];
    const size = hypotenuse(f, g);
    [c, s] = size === 0 ? [1, 0] : [f / size, g / size];
    if (i > low) e[i - 1] = beforeSine * size;
    if (vt) rotate(vt, i * n, (i + 1) * n, n, c, s);
    const [p, q] = [before * size, s * d[i + 1]!];
    const next = hypotenuse(p, q);
    [before, beforeSine] = next === 0 ? [1, 0] : [p / next, q / next];
    d[i] = next;
    if (ut) rotate(ut, i * n, (i + 1) * n, n, before, beforeSine);
  }
  const last = c * d[high]!;
  d[high] = last * before;
  e[high - 1] = last * beforeSine;
}
