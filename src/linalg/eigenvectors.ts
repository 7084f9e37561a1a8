/** Eigenvalues and eigenvectors of a real Schur form: of its triangle by substitution, in complex numbers. */
import { hypotenuse } from "./reflectors.js";
import type { Schur } from "./schur.js";

const EPSILON = 2 ** -52;
/** Vectors that grow beyond this are made smaller by it. */
const LARGE = 2 ** 300;

/** Real and imaginary parts, in turn. */
export function eigenvalues(t: Float64Array, n: number): Float64Array {
  const values = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    const at = k * n + k;
    values[2 * k] = t[at]!;
    if (k === n - 1 || t[at + n] === 0) continue;
    const [a, b, c, d] = [t[at]!, t[at + 1]!, t[at + n]!, t[at + n + 1]!];
    const half = (a - d) / 2;
    const root = Math.sqrt(Math.max(0, -(half * half + b * c)));
    values.set([d + half, root, d + half, -root], 2 * k);
    k++;
  }
  return values;
}

/** The normalised eigenvectors as the columns of a matrix: of real and imaginary parts, in turn. */
export function eigenvectors({ t, z, scales }: Schur, values: Float64Array, n: number): Float64Array {
  const result = new Float64Array(2 * n * n);
  let norm = 0;
  for (let i = 0; i < t.length; i++) norm = Math.max(norm, Math.abs(t[i]!));
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  const [columnRe, columnIm] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    const isPair = values[2 * k + 1] !== 0;
    substitute({ t, n, re, im }, values[2 * k]!, values[2 * k + 1]!, k, norm);
    const last = isPair ? k + 1 : k;
    for (let i = 0; i < n; i++) {
      let [x, y] = [0, 0];
      for (let j = 0, p = i * n; j <= last; j++, p++) {
        x += z![p]! * re[j]!;
        y += z![p]! * im[j]!;
      }
      columnRe[i] = x * scales[i]!;
      columnIm[i] = y * scales[i]!;
    }
    normalise(columnRe, columnIm);
    for (let i = 0; i < n; i++) {
      const at = 2 * (i * n + k);
      result[at] = columnRe[i]!;
      result[at + 1] = columnIm[i]!;
      if (!isPair) continue;
      result[at + 2] = columnRe[i]!;
      result[at + 3] = -columnIm[i]!;
    }
    if (isPair) k++;
  }
  return result;
}

/** The quasi-triangle, and the parts of the vector that is computed. */
interface Substitution {
  readonly t: Float64Array;
  readonly n: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The vector x with (t - lambda) x = 0 whose last elements belong to the eigenvalue in row k. */
function substitute(given: Substitution, lambdaRe: number, lambdaIm: number, k: number, norm: number): void {
  const { t, n, re, im } = given;
  re.fill(0);
  im.fill(0);
  const at = k * n + k;
  re[k] = 1;
  if (lambdaIm !== 0) {
    const [a, b, c, d] = [t[at]!, t[at + 1]!, t[at + n]!, t[at + n + 1]!];
    if (Math.abs(b) >= Math.abs(c)) [re[k + 1], im[k + 1]] = [(lambdaRe - a) / b, lambdaIm / b];
    else [re[k], im[k], re[k + 1]] = [(lambdaRe - d) / c, lambdaIm / c, 1];
  }
  const end = lambdaIm === 0 ? k + 1 : k + 2;
  const least = Math.max(EPSILON * norm, 2 ** -1000);
  for (let j = k - 1; j >= 0; j--) {
    const isSecond = j > 0 && t[j * n + j - 1] !== 0;
    const [x, y] = productOf(given, j, end);
    if (!isSecond) {
      const [p, q] = awayFromZero(t[j * n + j]! - lambdaRe, -lambdaIm, least);
      [re[j], im[j]] = quotient(-x, -y, p, q);
    } else {
      solvePair(given, j - 1, lambdaRe, lambdaIm, productOf(given, j - 1, end, j + 1), [x, y], least);
      j--;
    }
    if (Math.max(Math.abs(re[j]!), Math.abs(im[j]!)) > LARGE) {
      for (let i = j; i < end; i++) [re[i], im[i]] = [re[i]! / LARGE, im[i]! / LARGE];
    }
  }
}

/** Row j times the elements of the vector behind it. */
function productOf({ t, n, re, im }: Substitution, j: number, end: number, from = j + 1): [number, number] {
  let [x, y] = [0, 0];
  for (let i = from, p = j * n + from; i < end; i++, p++) {
    x += t[p]! * re[i]!;
    y += t[p]! * im[i]!;
  }
  return [x, y];
}

/** The elements of the vector at j and j + 1, where t has a block of two rows. */
function solvePair(
  { t, n, re, im }: Substitution,
  j: number,
  lambdaRe: number,
  lambdaIm: number,
  [x1, y1]: [number, number],
  [x2, y2]: [number, number],
  least: number,
): void {
  const at = j * n + j;
  const [a, b, c, d] = [t[at]! - lambdaRe, t[at + 1]!, t[at + n]!, t[at + n + 1]! - lambdaRe];
  const [detRe, detIm] = awayFromZero(a * d - lambdaIm * lambdaIm - b * c, -lambdaIm * (a + d), least * least);
  // Cramer's rule for the negative right-hand sides; the imaginary part of both diagonal elements is -lambdaIm.
  const first: [number, number] = [-(x1 * d + y1 * lambdaIm) + b * x2, -(y1 * d - x1 * lambdaIm) + b * y2];
  const second: [number, number] = [-(x2 * a + y2 * lambdaIm) + c * x1, -(y2 * a - x2 * lambdaIm) + c * y1];
  [re[j], im[j]] = quotient(...first, detRe, detIm);
  [re[j + 1], im[j + 1]] = quotient(...second, detRe, detIm);
}

const awayFromZero = (re: number, im: number, least: number): [number, number] =>
  Math.abs(re) + Math.abs(im) < least ? [least, 0] : [re, im];

/** (a + bi) / (c + di). */
function quotient(a: number, b: number, c: number, d: number): [number, number] {
  if (d === 0) return [a / c, b / c];
  if (Math.abs(c) >= Math.abs(d)) {
    const ratio = d / c;
    const scale = c + d * ratio;
    return [(a + b * ratio) / scale, (b - a * ratio) / scale];
  }
  const ratio = c / d;
  const scale = d + c * ratio;
  return [(a * ratio + b) / scale, (b * ratio - a) / scale];
}

/** Divides a vector by its length, and turns it so that its largest element is real, if it is not real as a whole. */
function normalise(re: Float64Array, im: Float64Array): void {
  let [most, largest] = [0, 0];
  for (let i = 0; i < re.length; i++) {
    const size = hypotenuse(re[i]!, im[i]!);
    if (size > most) [most, largest] = [size, i];
  }
  if (most === 0) return;
  let sum = 0;
  for (let i = 0; i < re.length; i++) {
    const [x, y] = [re[i]! / most, im[i]! / most];
    [re[i], im[i]] = [x, y];
    sum += x * x + y * y;
  }
  const length = Math.sqrt(sum);
  const isReal = im.every((value) => value === 0);
  const [c, s] = isReal ? [1, 0] : [re[largest]!, -im[largest]!];
  for (let i = 0; i < re.length; i++) {
    const [x, y] = [re[i]! / length, im[i]! / length];
    re[i] = c * x - s * y;
    im[i] = isReal ? 0 : c * y + s * x;
  }
  if (!isReal) im[largest] = 0;
}
