/**
 * Eigenvalues and eigenvectors of a symmetric matrix: a tridiagonal matrix by Householder reflectors from both sides,
 * and of that by QL steps with Wilkinson's shift. Vectors are turned as rows, whose elements are next to each other.
 */
import { hypotenuse, reflect, reflectRows } from "./reflectors.js";

/** QL steps for one eigenvalue. Two or three are usual. */
const MOST_STEPS = 60;
const EPSILON = 2 ** -52;

/** Eigenvalues in ascending order, and eigenvectors as the columns of a matrix. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array | undefined;
}

/** The eigenvalues, and with `wantsVectors` the eigenvectors. `undefined` if the iteration does not converge. */
export function symmetricEigen(matrix: Float64Array, n: number, wantsVectors: boolean): Eigen | undefined {
  const scale = scaleOf(matrix);
  for (let i = 0; scale !== 1 && i < matrix.length; i++) matrix[i]! *= scale;
  const [d, e, taus] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  tridiagonalise(matrix, n, d, e, taus);
  const turned = wantsVectors ? transposed(formVectors(matrix, n, taus), n) : undefined;
  if (!iterate(d, e, n, turned)) return undefined;
  const order = Array.from(d.keys()).sort((i, j) => d[i]! - d[j]! || i - j);
  const vectors = turned && new Float64Array(n * n);
  order.forEach((from, to) => {
    if (vectors) for (let i = 0; i < n; i++) vectors[i * n + to] = turned[from * n + i]!;
  });
  return { values: Float64Array.from(order, (from) => d[from]! / scale), vectors };
}

/** A power of 2 that brings elements to a size whose squares are exact, or 1. */
export function scaleOf(data: Float64Array): number {
  let most = 0;
  for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(data[i]!));
  if (most === 0 || (most > 2 ** -400 && most < 2 ** 400)) return 1;
  return most < 1 ? 2 ** 600 : 2 ** -600;
}

export function transposed(from: Float64Array, n: number): Float64Array {
  const to = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) to[j * n + i] = from[i * n + j]!;
  return to;
}

/** Both triangles are kept, so that all loops run along rows. The v of reflector k stay in column k, from row k + 1. */
function tridiagonalise(a: Float64Array, n: number, d: Float64Array, e: Float64Array, taus: Float64Array): void {
  const [v, p] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    d[k] = a[k * n + k]!;
    if (k === n - 1) return;
    const first = k + 1;
    const { tau, beta } = reflect(a, first * n + k, n - first, n);
    e[k] = beta;
    taus[k] = tau;
    if (tau === 0) continue;
    v[first] = 1;
    for (let i = first + 1; i < n; i++) v[i] = a[i * n + k]!;
    let along = 0;
    for (let i = first; i < n; i++) {
      let sum = 0;
      for (let j = first, q = i * n + first; j < n; j++, q++) sum += a[q]! * v[j]!;
      p[i] = tau * sum;
      along += p[i]! * v[i]!;
    }
    const half = (tau * along) / 2;
    for (let i = first; i < n; i++) p[i]! -= half * v[i]!;
    for (let i = first; i < n; i++) {
      const [x, y] = [v[i]!, p[i]!];
      for (let j = first, q = i * n + first; j < n; j++, q++) a[q]! -= x * p[j]! + y * v[j]!;
    }
  }
}

/** The product of reflectors whose v are in column k, from row k + 1, as those of `tridiagonalise` are. */
export function formVectors(a: Float64Array, n: number, taus: Float64Array): Float64Array {
  const q = new Float64Array(n * n);
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let k = n - 2; k >= 0; k--) {
    const part = { rows: n, columns: n, top: k + 1, left: k + 1 };
    reflectRows(q, part, { raw: a, at: (k + 1) * n + k, step: n }, taus[k]!, sums);
  }
  return q;
}

/** Makes the elements `e` next to the diagonal `d` zero. Rotations turn pairs of rows of `turned`. */
function iterate(d: Float64Array, e: Float64Array, n: number, turned: Float64Array | undefined): boolean {
  for (let low = 0; low < n; low++) {
    for (let step = 0; ; step++) {
      let high = low;
      while (high < n - 1 && Math.abs(e[high]!) > EPSILON * (Math.abs(d[high]!) + Math.abs(d[high + 1]!))) high++;
      if (high === low) break;
      if (step === MOST_STEPS) return false;
      stepQL(d, e, low, high, n, turned);
    }
  }
  return true;
}

/** One QL step of the block low … high: a rotation for each pair of neighbours, from the end to the start. */
function stepQL(
  d: Float64Array,
  e: Float64Array,
  low: number,
  high: number,
  n: number,
  turned: Float64Array | undefined,
): void {
  const ratio = (d[low + 1]! - d[low]!) / (2 * e[low]!);
  const root = hypotenuse(ratio, 1);
  let g = d[high]! - d[low]! + e[low]! / (ratio + (ratio < 0 ? -root : root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const [f, b] = [sine * e[i]!, cosine * e[i]!];
    const size = hypotenuse(f, g);
    e[i + 1] = size;
    if (size === 0) {
      d[i + 1]! -= shift;
      e[high] = 0;
      return;
    }
    sine = f / size;
    cosine = g / size;
    g = d[i + 1]! - shift;
    const across = (d[i]! - g) * sine + 2 * cosine * b;
    shift = sine * across;
    d[i + 1] = g + shift;
    g = cosine * across - b;
    if (turned) rotate(turned, (i + 1) * n, i * n, n, cosine, sine);
  }
  d[low]! -= shift;
  e[low] = g;
  e[high] = 0;
}

/** Turns two rows: x becomes c x + s y, and y becomes c y - s x. */
export function rotate(raw: Float64Array, p: number, q: number, count: number, c: number, s: number): void {
  for (let i = 0; i < count; i++, p++, q++) {
    const [x, y] = [raw[p]!, raw[q]!];
    raw[p] = c * x + s * y;
    raw[q] = c * y - s * x;
  }
}
