/** Products of arrays: `tensordot`, `inner`, `outer`, `kron`, `cross`, `vdot`; and `trace`. */
import type { Complex } from "../base/complex.js";
import { type ComplexDType, type DType, isComplex } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectNoOptions, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { matmul } from "../functions/matmul.js";
import type { Promote, SumFor } from "../functions/promote-types.js";
import { dot, sum } from "../functions/reductions.js";
import { conj, multiply, subtract } from "../functions/ufuncs.js";
import { stack } from "../manipulation/join.js";
import {
  type ArrayOf,
  arrayOf,
  type Out,
  type OutOption,
  type ReadonlyNDArray,
  stridedOf,
} from "../ndarray/ndarray.js";
import type { RankTable } from "../ndarray/notation.js";
import type { AnyArray } from "../ndarray/operands.js";
import { expectAxes, expectAxis, sizeOf } from "../ndarray/shape.js";
import { tidy } from "../ndarray/tidy.js";
import type { DTypeOf, RankOf } from "../ndarray/type-of.js";
import { diagonal, moveAxis } from "../ndarray/view.js";
import { inShape, withArray } from "./operands.js";
import type { Given } from "./types.js";

type PromoteBoth<A, B> = Promote<DTypeOf<A>, DTypeOf<B>>;
/** The value of an element: complex, boolean or a number. */
type ItemOf<D extends DType> = D extends ComplexDType ? Complex : D extends "bool" ? boolean : number;

/** Calls `use` with two arrays, or lists as arrays, and disposes of what it makes on the way. */
const withBoth = <T>(a: unknown, b: unknown, use: (a: AnyArray, b: AnyArray) => T): T =>
  withArray(a, "a", (x) => withArray(b, "b", (y) => tidy(() => use(x, y))));

/** Which axes `tensordot` sums over. */
export interface TensordotOptions {
  /** How many: the last ones of `a` and the first ones of `b`, by default 2. Or those of `a` and those of `b`. */
  readonly axes?: number | readonly [a: number | readonly number[], b: number | readonly number[]] | undefined;
}

/**
 * The sum of products over axes of two arrays. The result has the other axes of `a`, then those of `b`. After
 * `np.tensordot`.
 *
 * @example tensordot(a, b, { axes: [[1, 0], [0, 1]] })
 * @throws {ShapeError} If the axes differ in length.
 * @throws {RangeError} If there is no such axis, one is named twice, or there are not as many of both arrays.
 */
export function tensordot<const A extends Given, const B extends Given>(
  a: A,
  b: B,
  options?: TensordotOptions,
): ArrayOf<PromoteBoth<A, B>, number> {
  const { axes = 2 } = expectKnown(options, ["axes"], "tensordot");
  return withBoth(a, b, (x, y) => {
    const [ofA, ofB] = axesOf(axes, x.shape, y.shape);
    return contracted(x, y, ofA, ofB);
  }) as never;
}

function axesOf(axes: unknown, a: readonly number[], b: readonly number[]): [number[], number[]] {
  if (typeof axes === "number") {
    const count = expectInteger("axes", axes, 0, Math.min(a.length, b.length) + 1);
    const numbers = Array.from({ length: count }, (_, i) => i);
    return [numbers.map((i) => a.length - count + i), numbers];
  }
  if (!Array.isArray(axes) || axes.length !== 2) {
    throw new TypeError(`Expected \`axes\` to be a number or a pair of lists of axes, got ${show(axes)}`);
  }
  const [ofA, ofB] = [expectAxes(axes[0], a, "axes"), expectAxes(axes[1], b, "axes")];
  if (ofA.length === ofB.length) return [ofA, ofB];
  throw new RangeError(`Expected \`axes\` to be as many of \`a\` as of \`b\`, got ${ofA.length} and ${ofB.length}`);
}

/** The sum over pairs of axes, by one matrix product. */
function contracted(x: AnyArray, y: AnyArray, ofA: readonly number[], ofB: readonly number[]): AnyArray {
  const lengths = ofA.map((axis) => x.shape[axis]!);
  if (ofB.some((axis, i) => y.shape[axis] !== lengths[i])) {
    const found = `shapes ${show(x.shape)} and ${show(y.shape)}`;
    const message = `Expected the axes ${show(ofA)} and ${show(ofB)} to be of one length each, got ${found}`;
    throw new ShapeError(message, { shape: y.shape, expected: lengths });
  }
  const others = (rank: number, axes: readonly number[]) =>
    Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const [freeA, freeB] = [others(x.ndim, ofA), others(y.ndim, ofB)];
  const [outerA, outerB] = [freeA.map((axis) => x.shape[axis]!), freeB.map((axis) => y.shape[axis]!)];
  const depth = sizeOf(lengths);
  const left = turned(x, [...freeA, ...ofA]).reshape([sizeOf(outerA), depth]);
  const right = turned(y, [...ofB, ...freeB]).reshape([depth, sizeOf(outerB)]);
  return inShape(matmul(left, right) as AnyArray, [...outerA, ...outerB]);
}

/** The axes in another order. */
export const turned = (a: AnyArray, axes: readonly number[]): AnyArray =>
  axes.length === 0 ? a : (a.transpose(...(axes as [])) as AnyArray);

/**
 * The sum of products over the last axes of two arrays: a number for two vectors. A number as an operand multiplies.
 * After `np.inner`.
 *
 * @example inner([1, 2, 3], [0, 1, 0]) // 2
 * @throws {ShapeError} If the last axes differ in length.
 */
export function inner<const A extends Given, const B extends Given>(
  a: A,
  b: B,
): RankOf<A> extends 1
  ? RankOf<B> extends 1
    ? ItemOf<PromoteBoth<A, B>>
    : ArrayOf<PromoteBoth<A, B>, number>
  : ArrayOf<PromoteBoth<A, B>, number>;
export function inner(a: unknown, b: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "inner");
  return withBoth(a, b, (x, y) => {
    if (x.ndim === 0 || y.ndim === 0) return multiply(x, y);
    const made = contracted(x, y, [x.ndim - 1], [y.ndim - 1]);
    return made.ndim === 0 ? made.item() : made;
  });
}

/**
 * The products of each element of `a` with each of `b`, as a matrix. Both are flattened. After `np.outer`.
 * (`multiply.outer` keeps their axes.)
 *
 * @example outer([1, 2], [1, 10]).toArray() // [[1, 10], [2, 20]]
 * @throws {ShapeError} If `out` has another shape.
 * @throws {DTypeError} If `out` cannot hold the result.
 */
export function outer<const A extends Given, const B extends Given>(
  a: A,
  b: B,
  options?: OutOption,
): ArrayOf<PromoteBoth<A, B>, 2> {
  const { out } = expectKnown(options, ["out"], "outer");
  return withBoth(a, b, (x, y) => multiply.outer(x.ravel(), y.ravel(), { out: out as Out })) as never;
}

/**
 * The Kronecker product: blocks of `b`, each multiplied by an element of `a`. After `np.kron`.
 *
 * @example kron([1, 10], [1, 2]).toArray() // [1, 2, 10, 20]
 */
export function kron<const A extends Given, const B extends Given>(a: A, b: B): ArrayOf<PromoteBoth<A, B>, number>;
export function kron(a: unknown, b: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "kron");
  return withBoth(a, b, (x, y) => {
    const rank = Math.max(x.ndim, y.ndim);
    const full = ({ shape }: AnyArray) => [...Array<number>(rank - shape.length).fill(1), ...shape];
    const [ofX, ofY] = [full(x), full(y)];
    const blocks = x.reshape(ofX.flatMap((length) => [length, 1]));
    const inner = y.reshape(ofY.flatMap((length) => [1, length]));
    return inShape(
      multiply(blocks, inner) as AnyArray,
      ofX.map((length, axis) => length * ofY[axis]!),
    );
  });
}

/**
 * The cross products of vectors of three elements along an axis, by default the last. The other axes are broadcast.
 * After `np.linalg.cross`.
 *
 * @example cross([1, 0, 0], [0, 1, 0]).toArray() // [0, 0, 1]
 * @throws {ShapeError} If an operand does not have three elements along the axis.
 * @throws {RangeError} If there is no such axis.
 */
export function cross<const A extends Given, const B extends Given>(
  a: A,
  b: B,
  options?: { readonly axis?: number | undefined },
): ArrayOf<PromoteBoth<A, B>, number> {
  const { axis = -1 } = expectKnown(options, ["axis"], "cross");
  return withBoth(a, b, (x, y) => {
    const [u, v] = [x, y].map((one) => {
      const along = expectAxis(axis, one.shape);
      if (one.shape[along] === 3) return [0, 1, 2].map((i) => one.moveaxis(along, 0).slice(i) as AnyArray);
      const message = `Expected vectors of 3 elements along axis ${axis}, got shape ${show(one.shape)}`;
      throw new ShapeError(message, { shape: one.shape, expected: [3] });
    }) as [AnyArray[], AnyArray[]];
    const part = (i: number, j: number) => subtract(multiply(u[i]!, v[j]!), multiply(u[j]!, v[i]!)) as AnyArray;
    return stack([part(1, 2), part(2, 0), part(0, 1)], { axis });
  }) as never;
}

/**
 * The sum of the products of all elements; those of `a` are conjugated. Both are flattened. After `np.vdot`.
 *
 * @example vdot([[1, 2]], [[3, 4]]) // 11
 * @throws {ShapeError} If the numbers of elements differ.
 */
export function vdot<const A extends Given, const B extends Given>(a: A, b: B): ItemOf<PromoteBoth<A, B>>;
export function vdot(a: unknown, b: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "vdot");
  return withBoth(a, b, (x, y) => {
    const first = isComplex(x.dtype) ? (conj(x.ravel()) as AnyArray) : x.ravel();
    return dot(first as never, y.ravel() as never);
  });
}

/** Options of `trace`. */
export interface TraceOptions {
  /** Which diagonal: a positive number is above the main one. By default 0. */
  readonly offset?: number | undefined;
  /** The axes of the matrices, by default the first two. */
  readonly axis1?: number | undefined;
  readonly axis2?: number | undefined;
  /** The dtype of the sums. */
  readonly dtype?: DType | undefined;
}
/** A value for a matrix, an array for a stack of them. */
export type Traced<A> =
  RankOf<A> extends 2 ? ItemOf<DTypeOf<A>> : ArrayOf<SumFor<DTypeOf<A>>, RankTable[RankOf<A>]["-2"]>;

/**
 * The sum of a diagonal: a number for a matrix. After `np.trace`. (`linalg.trace` takes the last two axes.)
 *
 * @example trace([[1, 2], [3, 4]]) // 5
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {RangeError} If there is no such axis, or it is named twice.
 */
export function trace<const A extends Given>(a: A, options?: TraceOptions): Traced<A> {
  const names = ["offset", "axis1", "axis2", "dtype"];
  const { offset, axis1 = 0, axis2 = 1, dtype } = expectKnown(options, names, "trace");
  return traceOf(a, offset, [axis1, axis2], dtype) as never;
}

/** The sum of a diagonal of two axes. */
export function traceOf(a: unknown, offset: unknown = 0, axes: readonly unknown[], dtype: unknown): unknown {
  expectInteger("offset", offset, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return withArray(a, "a", (array) => {
    if (array.ndim < 2) {
      const message = `Expected at least 2 axes, got shape ${show(array.shape)}`;
      throw new ShapeError(message, { shape: array.shape, expected: [1, 1] });
    }
    for (const [i, axis] of axes.entries()) expectAxis(axis, array.shape, `axis${i + 1}`);
    const { elements, view } = stridedOf(array as ReadonlyNDArray);
    const along = arrayOf({ elements, view: diagonal(moveAxis(view, axes, [0, 1]), offset as number) }, true, true);
    return sum(along, along.ndim === 1 ? ({ dtype } as never) : ({ axis: -1, dtype } as never));
  });
}

keepNames({ tensordot, inner, outer, kron, cross, vdot, trace });
