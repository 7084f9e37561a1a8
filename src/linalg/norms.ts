/** `vectorNorm`, `matrixNorm` and `norm`: made of element-wise functions and reductions. */
import { type DType, isComplex, isFloat } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import type { Axes, Keepdims, KeptRank } from "../functions/reduction-types.js";
import { norm as euclidean, max, min, sum } from "../functions/reductions.js";
import { abs, notEqual, pow } from "../functions/ufuncs.js";
import type { ArrayOf } from "../ndarray/ndarray.js";
import type { RankTable } from "../ndarray/notation.js";
import type { AnyArray } from "../ndarray/operands.js";
import { expectAxes } from "../ndarray/shape.js";
import { tidy } from "../ndarray/tidy.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { expectMatrices, inShape, withArray } from "./operands.js";
import { svdvals } from "./svd.js";
import type { Given } from "./types.js";

/** The dtype of a norm: that of the parts of the elements, and float64 for integers. */
type SizeOf<D extends DType> = D extends "float16" | "float32" ? D : D extends "complex64" ? "float32" : "float64";
/** A number, or an array along axes. */
type Normed<A, X extends Axes, H extends Keepdims> = X extends undefined
  ? H extends true
    ? ArrayOf<SizeOf<DTypeOf<A>>, RankOf<A>>
    : number
  : ArrayOf<SizeOf<DTypeOf<A>>, KeptRank<RankOf<A>, X, H>>;

/** Options of `vectorNorm`. */
export interface VectorNormOptions<X extends Axes = Axes, H extends Keepdims = Keepdims> {
  /** The axis or the axes along which vectors are. By default all elements are one vector. */
  readonly axis?: X;
  /** Whether these axes are kept, with length 1. */
  readonly keepdims?: H;
  /**
   * Which norm: 2, the default, the Euclidean one; 1 the sum of the absolute values; ±Infinity the largest or the
   * smallest of them; 0 how many are not zero; any other p the p-th root of the sum of their p-th powers.
   */
  readonly ord?: number | undefined;
}
/** Which norm of matrices. */
export type MatrixOrd = "fro" | "nuc" | 1 | -1 | 2 | -2 | number;
/** Options of `matrixNorm`. */
export interface MatrixNormOptions<H extends Keepdims = Keepdims> {
  /** Whether the last two axes are kept, with length 1. */
  readonly keepdims?: H;
  /**
   * Which norm: `"fro"`, the default, the root of the sum of squares; `"nuc"` the sum of the singular values; ±2 the
   * largest or smallest of these; ±1 the largest or smallest sum of a column of absolute values; ±Infinity of a row.
   */
  readonly ord?: MatrixOrd | undefined;
}
/** Options of `norm`. */
export interface NormOptions {
  /** One axis: the norm of vectors. A pair of axes: of matrices. By default all axes. */
  readonly axis?: number | readonly number[] | undefined;
  readonly keepdims?: boolean | undefined;
  /** As in `vectorNorm` or `matrixNorm`. */
  readonly ord?: MatrixOrd | undefined;
}

/**
 * The norm of vectors: a number for all elements, an array along axes. After `np.linalg.vector_norm`.
 *
 * @example linalg.vectorNorm([3, -4]) // 5
 * @example linalg.vectorNorm(a, { axis: [0, 1], ord: Infinity, keepdims: true })
 * @throws {RangeError} If there is no such axis, or no element for ±Infinity.
 */
export function vectorNorm<const A extends Given, const X extends Axes = undefined, H extends Keepdims = undefined>(
  a: A,
  options?: VectorNormOptions<X, H>,
): Normed<A, X, H> {
  const { axis, keepdims, ord = 2 } = expectKnown(options, ["axis", "keepdims", "ord"], "vectorNorm");
  const isKept = expectBoolean("keepdims", keepdims);
  if (typeof ord !== "number" || Number.isNaN(ord)) throw wrongOrd(ord, "a number");
  return withFloats(a, (x) => {
    const axes = axis === undefined ? undefined : expectAxes(axis, x.shape);
    return ofVectors(x, ord, axes, isKept);
  }) as never;
}

const wrongOrd = (ord: unknown, expected: string, what = "ord") =>
  new (typeof ord === "number" ? RangeError : TypeError)(`Expected \`${what}\` to be ${expected}, got ${show(ord)}`);

/** Calls `use` with the array in floats, and disposes of what it makes on the way. */
const withFloats = (a: unknown, use: (x: AnyArray) => unknown): unknown =>
  withArray(a, "a", (array) =>
    tidy(() => use(isFloat(array.dtype) || isComplex(array.dtype) ? array : (array.astype("float64") as AnyArray))),
  );

type Reduce = (a: AnyArray, options: object) => AnyArray;

/** The largest sizes: 0 where there are no elements, of which there is no largest one otherwise. */
const largest: Reduce = (sizes, options) =>
  (sizes.size > 0 ? max(sizes, options) : sum(sizes, options)) as unknown as AnyArray;

/** @param axes `undefined` for all, which gives a number unless they are kept */
function ofVectors(x: AnyArray, ord: number, axes: number[] | undefined, keepdims: boolean): unknown {
  const options = axes === undefined ? { keepdims } : { axis: axes, keepdims };
  const [size, least, total] = [euclidean, min, sum] as unknown as Reduce[];
  if (ord === 2) return size!(x, options);
  if (ord === 0) return ofKind(total!(notEqual(x, 0) as AnyArray, options), x.dtype);
  const sizes = abs(x as never) as unknown as AnyArray;
  if (ord === Number.POSITIVE_INFINITY) return largest(sizes, options);
  if (ord === Number.NEGATIVE_INFINITY) return least!(sizes, options);
  if (ord === 1) return total!(sizes, options);
  const sums = total!(pow(sizes, ord) as AnyArray, { ...options, keepdims: true });
  const roots = pow(sums, 1 / ord) as AnyArray;
  if (keepdims) return roots;
  const others = x.shape.filter((_, axis) => axes !== undefined && !axes.includes(axis));
  return axes === undefined ? inShape(roots, []).item() : inShape(roots, others);
}

/** Counts as an array of floats; a number stays one. */
function ofKind(counts: unknown, dtype: DType): unknown {
  if (typeof counts !== "object") return counts;
  return (counts as AnyArray).astype(dtype === "complex64" ? "float32" : dtype === "complex128" ? "float64" : dtype);
}

/**
 * The norm of matrices, the last two axes: a number for a matrix, an array for a stack. After `np.linalg.matrix_norm`.
 *
 * @example linalg.matrixNorm([[3, 0], [0, 4]]) // 5
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {DTypeError} If the elements are complex or float16, for norms of singular values.
 */
export function matrixNorm<const A extends Given, H extends Keepdims = undefined>(
  a: A,
  options?: MatrixNormOptions<H>,
): H extends true
  ? ArrayOf<SizeOf<DTypeOf<A>>, RankOf<A>>
  : RankOf<A> extends 2
    ? number
    : ArrayOf<SizeOf<DTypeOf<A>>, RankTable[RankOf<A>]["-2"]> {
  const { keepdims, ord = "fro" } = expectKnown(options, ["keepdims", "ord"], "matrixNorm");
  const isKept = expectBoolean("keepdims", keepdims);
  expectMatrixOrd(ord);
  return withFloats(a, (x) => {
    expectMatrices(x.shape, "a");
    const made = ofEach(x, ord);
    if (isKept) return inShape(made, [...made.shape, 1, 1]);
    return made.ndim === 0 ? made.item() : made;
  }) as never;
}

const WORDS = 'one of "fro", "nuc", 1, -1, 2, -2, Infinity, -Infinity';
/** Checks for a norm of matrices. */
export function expectMatrixOrd(ord: unknown, what = "ord"): void {
  const known: unknown[] = ["fro", "nuc", 1, -1, 2, -2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  if (!known.includes(ord)) throw wrongOrd(ord, WORDS, what);
}

/** Of the last two axes, as an array. */
function ofEach(x: AnyArray, ord: unknown): AnyArray {
  const [size, least, total] = [euclidean, min, sum] as unknown as [Reduce, Reduce, Reduce];
  if (ord === "fro") return size(x, { axis: [-2, -1], keepdims: false });
  if (ord === "nuc" || Math.abs(ord as number) === 2) {
    const values = svdvals(x as never) as unknown as AnyArray;
    return (ord === "nuc" ? total : ord === 2 ? largest : least)(values, { axis: -1, keepdims: false });
  }
  const isColumns = Math.abs(ord as number) === 1;
  const sums = total(abs(x as never) as unknown as AnyArray, {
    axis: isColumns ? -2 : -1,
    keepdims: false,
  });
  return ((ord as number) > 0 ? largest : least)(sums, { axis: -1, keepdims: false });
}

/**
 * The norm of vectors or matrices, as the axes say: without `axis` and `ord` of all elements. After `np.linalg.norm`.
 *
 * @example linalg.norm([[3, 4], [6, 8]], { axis: 1 }).toArray() // [5, 10]
 * @throws {ShapeError} If there are more than two axes, none is named, and `ord` is.
 * @throws {RangeError} If there is no such axis.
 */
export function norm<const A extends Given>(
  a: A,
  options: NormOptions & ({ readonly axis: number | readonly number[] } | { readonly keepdims: true }),
): ArrayOf<SizeOf<DTypeOf<A>>, number>;
export function norm<const A extends Given>(a: A, options?: Pick<NormOptions, "ord">): number;
export function norm(a: unknown, options?: NormOptions): unknown {
  const { axis, keepdims, ord } = expectKnown(options, ["axis", "keepdims", "ord"], "norm");
  const isKept = expectBoolean("keepdims", keepdims);
  return withFloats(a, (x) => {
    if (axis === undefined && ord === undefined) return ofVectors(x, 2, undefined, isKept);
    const axes = axis === undefined ? x.shape.map((_, i) => i) : expectAxes(axis, x.shape);
    if (axes.length === 1) {
      if (ord !== undefined && typeof ord !== "number") throw wrongOrd(ord, "a number, for vectors");
      return ofVectors(x, ord ?? 2, axis === undefined ? undefined : axes, isKept);
    }
    if (axes.length !== 2) {
      const message = `Expected one axis or two, got ${axes.length} (array of shape ${show(x.shape)}; pass \`axis\`)`;
      throw new ShapeError(message, { shape: x.shape, expected: [-1, -1] });
    }
    if (ord !== undefined) expectMatrixOrd(ord);
    const made = ofEach(x.moveaxis(axes, [-2, -1]) as AnyArray, ord ?? "fro");
    const kept = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
    if (isKept) return inShape(made, kept);
    return axis === undefined ? made.item() : made;
  });
}

keepNames({ vectorNorm, matrixNorm, norm });
