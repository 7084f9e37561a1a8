/** `qr`: orthogonal and triangular factors. */
import { expectKnown, expectOneOf } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { floatArray, matricesOf } from "./operands.js";
import { factorQR, formQ } from "./reflectors.js";
import type { FloatsLike, Given } from "./types.js";
import { Work } from "./work.js";

/** What `qr` gives: q @ r is the matrix. */
export interface QR<M> {
  /** With orthonormal columns. */
  readonly q: M;
  /** Upper triangular. */
  readonly r: M;
}
/** Options of `qr`. */
export interface QROptions<M extends QRMode = QRMode> {
  /**
   * For matrices of m rows and n columns, and k = min(m, n): `"reduced"`, the default, gives `q` of shape (m, k) and
   * `r` of shape (k, n), `"complete"` shapes (m, m) and (m, n), and `"r"` the triangle alone.
   */
  readonly mode?: M | undefined;
}
/** What `qr` computes. */
export type QRMode = "reduced" | "complete" | "r";

/**
 * Orthogonal and upper triangular factors of matrices, by Householder reflectors: q @ r is the matrix. After
 * `np.linalg.qr`.
 *
 * @example const { q, r } = linalg.qr(a);
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function qr<const A extends Given>(a: A, options: QROptions<"r"> & { readonly mode: "r" }): FloatsLike<A>;
export function qr<const A extends Given>(a: A, options?: QROptions<"reduced" | "complete">): QR<FloatsLike<A>>;
export function qr(a: unknown, options?: QROptions): unknown {
  const { mode = "reduced" } = expectKnown(options, ["mode"], "qr");
  expectOneOf("mode", mode, ["reduced", "complete", "r"]);
  const { data, batch, count, rows, columns, dtype } = matricesOf(a, "qr", false);
  const inner = mode === "complete" ? rows : Math.min(rows, columns);
  const upper = new Float64Array(count * inner * columns);
  const all = new Float64Array(mode === "r" ? 0 : count * rows * inner);
  using work = new Work(rows, columns);
  using q = new Work(rows, inner);
  for (let at = 0; at < count; at++) {
    work.raw.set(data.subarray(at * rows * columns, (at + 1) * rows * columns));
    const taus = factorQR(work);
    for (let i = 0; i < Math.min(inner, columns); i++) {
      upper.set(work.raw.subarray(i * columns + i, (i + 1) * columns), (at * inner + i) * columns + i);
    }
    if (mode === "r") continue;
    formQ(work, taus, q);
    all.set(q.raw, at * rows * inner);
  }
  const r = floatArray(upper, [...batch, inner, columns], dtype);
  return mode === "r" ? r : { q: floatArray(all, [...batch, rows, inner], dtype), r };
}

keepNames({ qr });
