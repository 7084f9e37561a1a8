/** `eigh` and `eigvalsh`: eigenvalues of symmetric matrices. */
import { expectKnown, expectOneOf } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import type { AnyArray } from "../ndarray/operands.js";
import { areFinite, floatArray, linAlgError, matricesOf } from "./operands.js";
import { symmetricEigen } from "./symmetric.js";
import type { FloatsLike, Given, VectorsOf } from "./types.js";

/** What `eigh` gives. */
export interface Eigh<V, M> {
  /** In ascending order. */
  readonly eigenvalues: V;
  /** The normalised vectors, as columns, in the order of the values. */
  readonly eigenvectors: M;
}
/** Options of `eigh` and `eigvalsh`. */
export interface SymmetricOptions {
  /** Which triangle of the matrices is read: the lower one, `"L"`, by default, or `"U"`. */
  readonly uplo?: "L" | "U" | undefined;
}

/**
 * Eigenvalues and eigenvectors of symmetric matrices. After `np.linalg.eigh`.
 *
 * @example const { eigenvalues, eigenvectors } = linalg.eigh([[2, 1], [1, 2]]); // 1 and 3
 * @throws {LinAlgError} If the iteration does not converge, as with NaN or infinite elements.
 * @throws {ShapeError} If the matrices are not square.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function eigh<const A extends Given>(a: A, options?: SymmetricOptions): Eigh<VectorsOf<A>, FloatsLike<A>> {
  const { uplo } = expectKnown(options, ["uplo"], "eigh");
  const [eigenvalues, eigenvectors] = computed(a, "eigh", uplo, true);
  return { eigenvalues, eigenvectors } as never;
}

/**
 * Eigenvalues of symmetric matrices in ascending order. After `np.linalg.eigvalsh`.
 *
 * @example linalg.eigvalsh([[2, 1], [1, 2]]).toArray() // [1, 3]
 * @throws {LinAlgError} As `eigh`.
 * @throws {ShapeError} If the matrices are not square.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function eigvalsh<const A extends Given>(a: A, options?: SymmetricOptions): VectorsOf<A> {
  const { uplo } = expectKnown(options, ["uplo"], "eigvalsh");
  return computed(a, "eigvalsh", uplo, false)[0] as never;
}

function computed(a: unknown, fn: string, uplo: unknown = "L", wantsVectors: boolean): (AnyArray | undefined)[] {
  const isUpper = expectOneOf("uplo", uplo, ["L", "U"]) === "U";
  const { data, batch, count, rows: n, dtype } = matricesOf(a, fn, true);
  const values = new Float64Array(count * n);
  for (let at = 0; at < count; at++) {
    const matrix = data.subarray(at * n * n, (at + 1) * n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const [lower, upper] = [i * n + j, j * n + i];
        if (isUpper) matrix[lower] = matrix[upper]!;
        else matrix[upper] = matrix[lower]!;
      }
    }
    const found = areFinite(matrix) ? symmetricEigen(matrix, n, wantsVectors) : undefined;
    if (!found) throw linAlgError("eigenvalues to converge", "a matrix for which they do not", at, batch);
    values.set(found.values, at * n);
    if (found.vectors) matrix.set(found.vectors);
  }
  const vectors = wantsVectors ? floatArray(data, [...batch, n, n], dtype) : undefined;
  return [floatArray(values, [...batch, n], dtype), vectors] as (AnyArray | undefined)[];
}

keepNames({ eigh, eigvalsh });
