/** `cholesky`: the triangular factor of a positive definite matrix, in blocks of columns. */
import { expectBoolean, expectKnown } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { floatArray, linAlgError, matricesOf } from "./operands.js";
import type { FloatsLike, Given } from "./types.js";
import { subtractProduct, Work } from "./work.js";

/** Columns of a block. */
const BLOCK = 48;

/**
 * The triangular factors of symmetric positive definite matrices: l with l @ l^T = a; with `upper` the u with
 * u^T @ u = a. Only that triangle of `a` is read. After `np.linalg.cholesky`.
 *
 * @example linalg.cholesky([[4, 2], [2, 5]]).toArray() // [[2, 0], [1, 2]]
 * @throws {LinAlgError} If a matrix is not positive definite.
 * @throws {ShapeError} If the matrices are not square.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function cholesky<const A extends Given>(
  a: A,
  options?: { readonly upper?: boolean | undefined },
): FloatsLike<A> {
  const given = expectKnown(options, ["upper"], "cholesky");
  const isUpper = expectBoolean("upper", given.upper);
  const { data, batch, count, rows: n, dtype } = matricesOf(a, "cholesky", true);
  using work = new Work(n, n);
  const { raw } = work;
  for (let at = 0; at < count; at++) {
    const matrix = data.subarray(at * n * n, (at + 1) * n * n);
    if (isUpper) transpose(matrix, raw, n);
    else raw.set(matrix);
    if (!factorCholesky(work)) throw linAlgError("a positive definite matrix", "one that is not", at, batch);
    for (let i = 0; i < n; i++) raw.fill(0, i * n + i + 1, (i + 1) * n);
    if (isUpper) transpose(raw, matrix, n);
    else matrix.set(raw);
  }
  return floatArray(data, [...batch, n, n], dtype) as never;
}

function transpose(from: Float64Array, to: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) to[j * n + i] = from[i * n + j]!;
}

/** Replaces the lower triangle by the factor. False if there is none. */
function factorCholesky(work: Work): boolean {
  const { rows: n, raw } = work;
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    const done = work.part([start, end], [0, start]);
    subtractProduct(work.part([start, n], [start, end]), work.part([start, n], [0, start]), done.T as never);
    for (let i = start; i < n; i++) {
      const row = i * n;
      const last = Math.min(i, end - 1);
      for (let j = start; j <= last; j++) {
        const value = raw[row + j]! - dot(raw, row + start, j * n + start, j - start);
        if (j < i) raw[row + j] = value / raw[j * n + j]!;
        else if (value > 0) raw[row + j] = Math.sqrt(value);
        else return false;
      }
    }
  }
  return true;
}

function dot(raw: Float64Array, p: number, q: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += raw[p + i]! * raw[q + i]!;
  return sum;
}

keepNames({ cholesky });
