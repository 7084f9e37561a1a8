/** `eig` and `eigvals`: eigenvalues of square matrices that need not be symmetric. */
import { expectNoOptions } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import type { ArrayOf } from "../ndarray/ndarray.js";
import type { RankTable } from "../ndarray/notation.js";
import type { AnyArray } from "../ndarray/operands.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { eigenvalues as valuesOf, eigenvectors as vectorsOf } from "./eigenvectors.js";
import { areFinite, complexArray, linAlgError, matricesOf } from "./operands.js";
import { schurForm } from "./schur.js";
import { scaleOf } from "./symmetric.js";
import type { ComplexOf, Given } from "./types.js";

/** What `eig` gives. */
export interface Eig<V, M> {
  /** In no particular order; those of a complex pair are next to each other. */
  readonly eigenvalues: V;
  /** The normalised vectors, as columns, in the order of the values. */
  readonly eigenvectors: M;
}
type Values<A> = ArrayOf<ComplexOf<DTypeOf<A>>, RankTable[RankOf<A>]["-1"]>;

/**
 * Eigenvalues and right eigenvectors of square matrices, always complex. After the array API's `linalg.eig`. (NumPy's
 * results are real if all imaginary parts are 0: that depends on the values, and `real(x)` gives it.)
 *
 * @example const { eigenvalues, eigenvectors } = linalg.eig([[0, 1], [-1, 0]]); // i and -i
 * @throws {LinAlgError} If the iteration does not converge, or elements are NaN or infinite.
 * @throws {ShapeError} If the matrices are not square.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function eig<const A extends Given>(a: A): Eig<Values<A>, ArrayOf<ComplexOf<DTypeOf<A>>, RankOf<A>>>;
export function eig(a: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "eig");
  const [eigenvalues, eigenvectors] = computed(a, "eig", true);
  return { eigenvalues, eigenvectors };
}

/**
 * Eigenvalues of square matrices, always complex. After the array API's `linalg.eigvals`.
 *
 * @example linalg.eigvals([[0, 1], [-1, 0]]).toArray() // i and -i
 * @throws {LinAlgError} As `eig`.
 * @throws {ShapeError} If the matrices are not square.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function eigvals<const A extends Given>(a: A): Values<A>;
export function eigvals(a: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "eigvals");
  return computed(a, "eigvals", false)[0];
}

function computed(a: unknown, fn: string, wantsVectors: boolean): (AnyArray | undefined)[] {
  const { data, batch, count, rows: n, dtype } = matricesOf(a, fn, true);
  const values = new Float64Array(2 * count * n);
  const vectors = new Float64Array(wantsVectors ? 2 * count * n * n : 0);
  for (let at = 0; at < count; at++) {
    const matrix = data.subarray(at * n * n, (at + 1) * n * n);
    const scale = scaleOf(matrix);
    for (let i = 0; scale !== 1 && i < matrix.length; i++) matrix[i]! *= scale;
    const schur = areFinite(matrix) ? schurForm(matrix, n, wantsVectors) : undefined;
    if (!schur) throw linAlgError("eigenvalues to converge", "a matrix for which they do not", at, batch);
    const found = valuesOf(schur.t, n);
    if (wantsVectors) vectors.set(vectorsOf(schur, found, n), 2 * at * n * n);
    values.set(
      found.map((part) => part / scale),
      2 * at * n,
    );
  }
  const complex = dtype === "float32" ? "complex64" : "complex128";
  const made = complexArray(values, [...batch, n], complex);
  return [made, wantsVectors ? complexArray(vectors, [...batch, n, n], complex) : undefined];
}

keepNames({ eig, eigvals });
