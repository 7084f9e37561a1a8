/**
 * The real Schur form of a square matrix: balanced by powers of 2, reduced to Hessenberg form by reflectors, and from
 * there by QR steps with two shifts at once (Francis), so that pairs of complex eigenvalues need no complex numbers.
 */
import { hypotenuse, reflect, reflectRows } from "./reflectors.js";
import { formVectors } from "./symmetric.js";

const EPSILON = 2 ** -52;
/** QR steps for each eigenvalue, and after how many an unusual shift breaks a cycle. */
const [MOST_STEPS, CYCLE] = [60, 10];

/** z @ t @ z^T is the balanced matrix. t has 2 x 2 blocks in its diagonal for pairs of complex eigenvalues. */
export interface Schur {
  readonly t: Float64Array;
  readonly z: Float64Array | undefined;
  /** By what the rows of eigenvectors are multiplied to undo the balancing. */
  readonly scales: Float64Array;
}

/** The Schur form, in place of the matrix. `undefined` if the iteration does not converge. */
export function schurForm(t: Float64Array, n: number, wantsVectors: boolean): Schur | undefined {
  const scales = balance(t, n);
  const z = reduce(t, n, wantsVectors);
  return iterate(t, n, z) ? { t, z, scales } : undefined;
}

/** Makes rows and columns of about the same size. */
function balance(a: Float64Array, n: number): Float64Array {
  const scales = new Float64Array(n).fill(1);
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (let i = 0; i < n; i++) {
      let [column, row] = [0, 0];
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        column += Math.abs(a[j * n + i]!);
        row += Math.abs(a[i * n + j]!);
      }
      if (column === 0 || row === 0) continue;
      const sum = column + row;
      let factor = 1;
      while (column < row / 2 && factor < 2 ** 500) [factor, column, row] = [factor * 2, column * 2, row / 2];
      while (column >= row * 2 && factor > 2 ** -500) [factor, column, row] = [factor / 2, column / 2, row * 2];
      if (column + row >= 0.95 * sum) continue;
      isChanged = true;
      scales[i]! *= factor;
      for (let j = 0; j < n; j++) a[i * n + j]! /= factor;
      for (let j = 0; j < n; j++) a[j * n + i]! *= factor;
    }
  }
  return scales;
}

/** The Hessenberg form: zeros below the elements next to the diagonal. */
function reduce(a: Float64Array, n: number, wantsVectors: boolean): Float64Array | undefined {
  const [taus, sums, v] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n - 2; k++) {
    const first = k + 1;
    const at = first * n + k;
    const { tau } = reflect(a, at, n - first, n);
    taus[k] = tau;
    if (tau === 0) continue;
    reflectRows(a, { rows: n, columns: n, top: first, left: first }, { raw: a, at, step: n }, tau, sums);
    v[first] = 1;
    for (let i = first + 1; i < n; i++) v[i] = a[i * n + k]!;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = first, p = i * n + first; j < n; j++, p++) sum += a[p]! * v[j]!;
      sum *= tau;
      for (let j = first, p = i * n + first; j < n; j++, p++) a[p]! -= sum * v[j]!;
    }
  }
  const z = wantsVectors ? formVectors(a, n, taus) : undefined;
  for (let i = 2; i < n; i++) a.fill(0, i * n, i * n + i - 1);
  return z;
}

function iterate(t: Float64Array, n: number, z: Float64Array | undefined): boolean {
  let high = n - 1;
  for (let step = 0; high > 0; ) {
    const low = startOf(t, n, high);
    if (low === high) {
      high--;
      step = 0;
    } else if (low === high - 1) {
      splitPair(t, n, low, z);
      high -= 2;
      step = 0;
    } else {
      if (++step > MOST_STEPS) return false;
      francisStep(t, n, low, high, step % CYCLE === 0, z);
    }
  }
  return true;
}

/** The first row of the block that ends at `high`: above it, the element next to the diagonal is 0. */
function startOf(t: Float64Array, n: number, high: number): number {
  for (let low = high; low > 0; low--) {
    const at = low * n + low;
    const size = Math.abs(t[at]!) + Math.abs(t[at - n - 1]!);
    if (Math.abs(t[at - 1]!) > EPSILON * size) continue;
    t[at - 1] = 0;
    return low;
  }
  return 0;
}

/** Makes a block of two rows triangular, if its eigenvalues are real. */
function splitPair(t: Float64Array, n: number, low: number, z: Float64Array | undefined): void {
  const at = low * n + low;
  const [a, b, c, d] = [t[at]!, t[at + 1]!, t[at + n]!, t[at + n + 1]!];
  const half = (a - d) / 2;
  const inner = half * half + b * c;
  if (inner < 0) return;
  const root = Math.sqrt(inner);
  const above = half + (half < 0 ? -root : root);
  const size = hypotenuse(above, c);
  if (size === 0) return;
  const [cosine, sine] = [above / size, c / size];
  for (let j = low, p = at; j < n; j++, p++) {
    const [x, y] = [t[p]!, t[p + n]!];
    t[p] = cosine * x + sine * y;
    t[p + n] = cosine * y - sine * x;
  }
  turnColumns(t, n, low, low + 2, cosine, sine);
  if (z) turnColumns(z, n, low, n, cosine, sine);
  t[at + n] = 0;
}

function turnColumns(raw: Float64Array, n: number, column: number, rows: number, c: number, s: number): void {
  for (let i = 0, p = column; i < rows; i++, p += n) {
    const [x, y] = [raw[p]!, raw[p + 1]!];
    raw[p] = c * x + s * y;
    raw[p + 1] = c * y - s * x;
  }
}

/** A QR step with two shifts: the bulge that they make is chased down by reflectors of three rows. */
function francisStep(
  t: Float64Array,
  n: number,
  low: number,
  high: number,
  isUnusual: boolean,
  z: Float64Array | undefined,
): void {
  const last = high * n + high;
  let [x, y, w] = [t[last]!, t[last - n - 1]!, t[last - 1]! * t[last - n]!];
  if (isUnusual) {
    const size = Math.abs(t[last - 1]!) + Math.abs(t[last - n - 2]!);
    x = y = 0.75 * size + x;
    w = -0.4375 * size * size;
  }
  let [first, p, q, r] = [high - 2, 0, 0, 0];
  for (; ; first--) {
    const at = first * n + first;
    const value = t[at]!;
    const [dx, dy] = [x - value, y - value];
    p = (dx * dy - w) / t[at + n]! + t[at + 1]!;
    q = t[at + n + 1]! - value - dx - dy;
    r = t[at + 2 * n + 1]!;
    const size = Math.abs(p) + Math.abs(q) + Math.abs(r);
    if (size > 0) [p, q, r] = [p / size, q / size, r / size];
    if (first === low) break;
    const next = Math.abs(t[at - n - 1]!) + Math.abs(value) + Math.abs(t[at + n + 1]!);
    if (Math.abs(t[at - 1]!) * (Math.abs(q) + Math.abs(r)) <= EPSILON * Math.abs(p) * next) break;
  }
  for (let i = first + 2; i <= high; i++) {
    t[i * n + i - 2] = 0;
    if (i > first + 2) t[i * n + i - 3] = 0;
  }
  for (let k = first; k < high; k++) {
    const at = k * n + k;
    const isThree = k < high - 1;
    if (k > first) [p, q, r] = [t[at - 1]!, t[at + n - 1]!, isThree ? t[at + 2 * n - 1]! : 0];
    const size = hypotenuse(hypotenuse(p, q), r);
    if (size === 0) continue;
    const root = p < 0 ? -size : size;
    const reflector = { tau: (p + root) / root, v1: q / (p + root), v2: r / (p + root), isThree };
    if (k > first) {
      t[at - 1] = -root;
      t[at + n - 1] = 0;
      if (isThree) t[at + 2 * n - 1] = 0;
    } else if (k > low) t[at - 1]! *= 1 - reflector.tau;
    reflectThreeRows(t, n, k, reflector);
    reflectThreeColumns(t, n, k, Math.min(high, k + 3) + 1, reflector);
    if (z) reflectThreeColumns(z, n, k, n, reflector);
  }
}

/** A reflector of two or three rows: its v is (1, v1, v2). */
interface Small {
  readonly tau: number;
  readonly v1: number;
  readonly v2: number;
  readonly isThree: boolean;
}

function reflectThreeRows(t: Float64Array, n: number, k: number, { tau, v1, v2, isThree }: Small): void {
  for (let j = k, p = k * n + k; j < n; j++, p++) {
    const sum = tau * (t[p]! + v1 * t[p + n]! + (isThree ? v2 * t[p + 2 * n]! : 0));
    t[p]! -= sum;
    t[p + n]! -= sum * v1;
    if (isThree) t[p + 2 * n]! -= sum * v2;
  }
}

function reflectThreeColumns(
  t: Float64Array,
  n: number,
  k: number,
  rows: number,
  { tau, v1, v2, isThree }: Small,
): void {
  for (let i = 0, p = k; i < rows; i++, p += n) {
    const sum = tau * (t[p]! + v1 * t[p + 1]! + (isThree ? v2 * t[p + 2]! : 0));
    t[p]! -= sum;
    t[p + 1]! -= sum * v1;
    if (isThree) t[p + 2]! -= sum * v2;
  }
}
