/** `svd` and `svdvals`. Tall matrices are replaced by the triangle of their QR factors, wide ones are transposed. */
import { expectBoolean, expectKnown, expectNoOptions } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import type { AnyArray } from "../ndarray/operands.js";
import { areFinite, floatArray, linAlgError, matricesOf } from "./operands.js";
import { factorQR, formQ } from "./reflectors.js";
import { singularValues } from "./singular.js";
import type { FloatsLike, Given, VectorsOf } from "./types.js";
import { addProduct, Work } from "./work.js";

/** What `svd` gives: u @ diag(s) @ vh is the matrix. */
export interface SVD<V, M> {
  /** The left singular vectors, as columns. */
  readonly u: M;
  /** The singular values, in descending order. */
  readonly s: V;
  /** The right singular vectors, as rows. */
  readonly vh: M;
}
/** Options of `svd`. */
export interface SVDOptions {
  /** Whether `u` and `vh` are square, which is the default, or have as many vectors as there are singular values. */
  readonly fullMatrices?: boolean | undefined;
}

/**
 * The singular value decomposition of matrices: u @ diag(s) @ vh. After `np.linalg.svd`.
 *
 * @example const { u, s, vh } = linalg.svd(a, { fullMatrices: false });
 * @throws {LinAlgError} If the iteration does not converge, as with NaN or infinite elements.
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function svd<const A extends Given>(a: A, options?: SVDOptions): SVD<VectorsOf<A>, FloatsLike<A>> {
  const { fullMatrices } = expectKnown(options, ["fullMatrices"], "svd");
  const isFull = fullMatrices === undefined || expectBoolean("fullMatrices", fullMatrices);
  const [u, s, vh] = computed(a, "svd", isFull ? "full" : "reduced");
  return { u, s, vh } as never;
}

/**
 * The singular values of matrices, in descending order. After `np.linalg.svdvals`.
 *
 * @example linalg.svdvals([[3, 0], [0, -4]]).toArray() // [4, 3]
 * @throws {LinAlgError} As `svd`.
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function svdvals<const A extends Given>(a: A): VectorsOf<A>;
export function svdvals(a: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "svdvals");
  return computed(a, "svdvals", "values")[1];
}

/** What is made of the vectors: square matrices, as many as there are values, or none. */
type Vectors = "full" | "reduced" | "values";

function computed(a: unknown, fn: string, vectors: Vectors): (AnyArray | undefined)[] {
  const { data, batch, count, rows, columns, dtype } = matricesOf(a, fn, false);
  const isWide = columns > rows;
  const [long, short] = isWide ? [columns, rows] : [rows, columns];
  const width = vectors === "full" ? long : short;
  const wants = vectors !== "values";
  const s = new Float64Array(count * short);
  const [longer, shorter] = [
    new Float64Array(wants ? count * long * width : 0),
    new Float64Array(wants ? count * short * short : 0),
  ];
  using work = new Work(long, short);
  using q = new Work(long, wants && long > short ? width : 0);
  using product = new Work(long, wants && long > short ? short : 0);
  using small = new Work(short, wants && long > short ? short : 0);
  for (let at = 0; at < count; at++) {
    const matrix = data.subarray(at * rows * columns, (at + 1) * rows * columns);
    if (isWide) flip(matrix, work.raw, rows, columns);
    else work.raw.set(matrix);
    const taus = long > short ? factorQR(work) : undefined;
    const square = taus ? upperOf(work.raw, short) : work.raw.slice();
    const found = areFinite(matrix) ? singularValues(square, short, wants) : undefined;
    if (!found) throw linAlgError("singular values to converge", "a matrix for which they do not", at, batch);
    s.set(found.s, at * short);
    if (!found.u || !found.vt) continue;
    const left = longer.subarray(at * long * width, (at + 1) * long * width);
    if (taus) {
      formQ(work, taus, q);
      small.raw.set(found.u);
      product.raw.fill(0);
      addProduct(product.array, q.part([0, long], [0, short]), small.array);
      left.set(q.raw);
      for (let i = 0; i < long; i++) left.set(product.raw.subarray(i * short, (i + 1) * short), i * width);
    } else left.set(found.u);
    shorter.set(found.vt, at * short * short);
  }
  const values = floatArray(s, [...batch, short], dtype);
  if (!wants) return [undefined, values as AnyArray];
  if (!isWide)
    return [
      floatArray(longer, [...batch, long, width], dtype),
      values,
      floatArray(shorter, [...batch, short, short], dtype),
    ] as AnyArray[];
  return [
    eachFlipped(shorter, batch, short, short, dtype),
    values,
    eachFlipped(longer, batch, long, width, dtype),
  ] as AnyArray[];
}

/** Matrices transposed, as an array. */
function eachFlipped(
  data: Float64Array,
  batch: readonly number[],
  rows: number,
  columns: number,
  dtype: "float32" | "float64",
) {
  const size = rows * columns;
  const flipped = new Float64Array(data.length);
  for (let at = 0; at < data.length; at += size || 1)
    flip(data.subarray(at, at + size), flipped.subarray(at, at + size), rows, columns);
  return floatArray(flipped, [...batch, columns, rows], dtype);
}

function flip(from: Float64Array, to: Float64Array, rows: number, columns: number): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j]!;
}

/** The upper triangle of the first n rows of n columns. */
function upperOf(raw: Float64Array, n: number): Float64Array {
  const upper = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) upper[i * n + j] = raw[i * n + j]!;
  return upper;
}

keepNames({ svd, svdvals });
