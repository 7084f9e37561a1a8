/** Functions that show the elements of an array in another way, and never copy them. */
import type { DType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectKnown, expectNoOptions, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { inShape, isReadonlyArray, type ReadonlyNDArray, stridedOf, viewOf } from "../ndarray/ndarray.js";
import type { Axes, RankOf, RankTable, Shape } from "../ndarray/notation.js";
import type { ExpandChange, SqueezeChange } from "../ndarray/ranks.js";
import { expectAxes, expectShape, broadcastShapes as shapeOfAll } from "../ndarray/shape.js";
import * as views from "../ndarray/view.js";
import type { AtLeast, Ranked, RankIn } from "./ranked.js";

/** Along which axes a function works: one, several, or by default all. */
export interface AxesOption<X extends Axes | undefined = Axes | undefined> {
  /** One axis or several; negative numbers count from the end. */
  readonly axis?: X;
}

/** The most turns: above, numbers are not counted exactly. */
const FARTHEST = Number.MAX_SAFE_INTEGER;

/** The array seen through another view. */
const seen = (a: ReadonlyNDArray, transform: (view: views.View) => views.View): never =>
  viewOf(stridedOf(a), transform, isReadonlyArray(a)) as never;

/**
 * A view that refuses writes: `set`, `assign`, `out` and all others throw. The array itself can still be written, and
 * the view shows it, and so can its memory (`data`, `memory`), which is no part of the type. It stays read-only for a
 * worker that it is sent to. NumPy's `view.flags.writeable = False`.
 *
 * @example asReadonly(zeros(3)).slice(0) // may be read; .fill(1) throws a LayoutError
 * @throws {TypeError} If it is not an array.
 */
export function asReadonly<D extends DType, R extends number>(a: ReadonlyNDArray<D, R>): ReadonlyNDArray<D, R>;
export function asReadonly(a: ReadonlyNDArray, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "asReadonly");
  return viewOf(stridedOf(a), (view) => view, true);
}

/**
 * A view with the order reversed along the given axes, by default all. After `np.flip`.
 *
 * @example flip(array([[1, 2], [3, 4]]), { axis: 1 }).toArray() // [[2, 1], [4, 3]]
 * @throws {RangeError} If there is no such axis, or one is named twice.
 */
export function flip<A extends ReadonlyNDArray>(a: A, options?: AxesOption): A {
  const { axis } = expectKnown(options, ["axis"], "flip");
  return seen(a, (view) => views.flip(view, axis));
}

/**
 * A view with the axes in the given order. After the array API's `permute_dims` and NumPy's `transpose`.
 *
 * @example permuteDims(zeros([2, 3, 4]), [2, 0, 1]).shape // [4, 2, 3]
 * @throws {RangeError} If `axes` does not name each axis once.
 */
export function permuteDims<A extends ReadonlyNDArray>(a: A, axes: readonly number[]): A;
export function permuteDims(a: ReadonlyNDArray, axes: readonly number[], ...extra: unknown[]): unknown {
  expectNoOptions(extra, "permuteDims");
  if (!Array.isArray(axes)) throw new TypeError(`Expected \`axes\` to be a list of axes, got ${show(axes)}`);
  const rank = stridedOf(a).view.shape.length;
  if (axes.length === rank) return seen(a, (view) => (rank === 0 ? view : views.transpose(view, axes)));
  throw new RangeError(`Expected \`axes\` to name each of ${rank} axes once, got ${show(axes)}`);
}

/**
 * A view with the last two axes exchanged. After `np.matrix_transpose`.
 *
 * @throws {ShapeError} If there are fewer than two axes.
 */
export function matrixTranspose<A extends ReadonlyNDArray>(a: A): A;
export function matrixTranspose(a: ReadonlyNDArray, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "matrixTranspose");
  return seen(a, (view) => views.swapAxes(withTwoAxes(view), -2, -1));
}

/**
 * A view turned by 90 degrees, `k` times, in the plane of two axes: from the first of them towards the second. After
 * `np.rot90`.
 *
 * @param options `k`, by default 1, may be negative; `axes` is by default `[0, 1]`
 * @example rot90(array([[1, 2], [3, 4]])).toArray() // [[2, 4], [1, 3]]
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {RangeError} If `axes` does not name two axes.
 */
export function rot90<A extends ReadonlyNDArray>(
  a: A,
  options?: { readonly k?: number | undefined; readonly axes?: readonly [number, number] | undefined },
): A {
  const { k = 1, axes = [0, 1] } = expectKnown(options, ["k", "axes"], "rot90");
  expectInteger("k", k, -FARTHEST, FARTHEST);
  return seen(a, (view) => {
    const plane = expectAxes(axes, withTwoAxes(view).shape, "axes");
    if (plane.length !== 2) throw new RangeError(`Expected \`axes\` to be two axes, got ${show(axes)}`);
    const [first, second] = plane as [number, number];
    const turns = ((k % 4) + 4) % 4;
    if (turns === 0) return view;
    if (turns === 2) return views.flip(view, plane);
    if (turns === 1) return views.swapAxes(views.flip(view, second), first, second);
    return views.flip(views.swapAxes(view, first, second), second);
  });
}

function withTwoAxes(view: views.View): views.View {
  const { shape } = view;
  if (shape.length >= 2) return view;
  throw new ShapeError(`Expected at least 2 axes, got shape ${show(shape)}`, { shape, expected: [1, 1] });
}

/**
 * A view without the axes of length 1, or without the given ones. After `np.squeeze`.
 *
 * @throws {ShapeError} If a given axis is longer.
 */
export function squeeze<A extends ReadonlyNDArray, const X extends Axes | undefined = undefined>(
  a: A,
  options?: AxesOption<X>,
): Ranked<A, RankTable[RankIn<A>][SqueezeChange<X>]> {
  const { axis } = expectKnown(options, ["axis"], "squeeze");
  return seen(a, (view) => views.squeeze(view, axis));
}

/**
 * A view with axes of length 1 inserted, by default one in front; `axis` is where they are in the view. After
 * `np.expand_dims`.
 *
 * @example expandDims(zeros([3]), { axis: [0, 2] }).shape // [1, 3, 1]
 */
export function expandDims<A extends ReadonlyNDArray, const X extends Axes = 0>(
  a: A,
  options?: AxesOption<X>,
): Ranked<A, RankTable[RankIn<A>][ExpandChange<X>]> {
  const { axis = 0 } = expectKnown(options, ["axis"], "expandDims");
  return seen(a, (view) => views.expandDims(view, axis));
}

/**
 * A view with axes moved to other positions; the others keep their order. After `np.moveaxis`.
 *
 * @example moveaxis(zeros([2, 3, 4]), 0, -1).shape // [3, 4, 2]
 * @throws {RangeError} If an axis is named twice, or there are not as many positions as axes.
 */
export function moveaxis<A extends ReadonlyNDArray>(a: A, from: Axes, to: Axes): A;
export function moveaxis(a: ReadonlyNDArray, from: Axes, to: Axes, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "moveaxis");
  return seen(a, (view) => views.moveAxis(view, from, to));
}

/**
 * The same elements in another shape: as a view or, if no view can have them in this order, as a copy in C order. One
 * length may be -1: it follows from the others. After `np.reshape`.
 *
 * @param options `copy`: `false` refuses to copy, `true` copies in any case
 * @example reshape(arange(6), [2, -1]).shape // [2, 3]
 * @throws {ShapeError} If the shape has another number of elements.
 * @throws {LayoutError} If it would have to be copied, and `copy` is false.
 */
export function reshape<A extends ReadonlyNDArray, const S extends Shape>(
  a: A,
  shape: S,
  options?: { readonly copy?: boolean | undefined },
): Ranked<A, RankOf<S>> {
  if (typeof options === "number") {
    throw new TypeError(`Expected the lengths of reshape to be one list, got ${show(shape)} and ${options}`);
  }
  const { copy } = expectKnown(options, ["copy"], "reshape");
  return inShape(a, shape, copy === undefined ? undefined : expectBoolean("copy", copy)) as never;
}

/**
 * A view of at least one axis: a single element becomes an array of one. After `np.atleast_1d`. `atleast2d` puts axes
 * in front; `atleast3d` puts them as NumPy does, so that (n) becomes (1, n, 1) and (n, k) becomes (n, k, 1).
 */
export const atleast1d = atLeast(1, ({ length }) => (length === 0 ? [0] : []));
/** As `atleast1d`, with at least two axes. After `np.atleast_2d`. */
export const atleast2d = atLeast(2, ({ length }) => [[0, 1], [0]][length] ?? []);
/** As `atleast1d`, with at least three axes. After `np.atleast_3d`. */
export const atleast3d = atLeast(3, ({ length }) => [[0, 1, 2], [0, 2], [2]][length] ?? []);

function atLeast<L extends 1 | 2 | 3>(least: L, added: (shape: readonly number[]) => number[]) {
  const name = `atleast${least}d`;
  return {
    [name]<A extends ReadonlyNDArray>(a: A, ...extra: never[]): Ranked<A, AtLeast<RankIn<A>, L>> {
      expectNoOptions(extra, name);
      return seen(a, (view) => (view.shape.length < least ? views.expandDims(view, added(view.shape)) : view));
    },
  }[name]!;
}

/**
 * The shape that arrays of these shapes have after broadcasting. After `np.broadcast_shapes`.
 *
 * @example broadcastShapes([8, 1, 6], [7, 1]) // [8, 7, 6]
 * @throws {ShapeError} If they do not broadcast together.
 */
export function broadcastShapes(...shapes: Shape[]): number[] {
  return shapeOfAll(shapes.map((shape, i) => expectShape(shape, `shapes[${i}]`)));
}

/**
 * A read-only view of another shape, in which axes of length 1 and missing axes repeat. After `np.broadcast_to`.
 *
 * @throws {ShapeError} If the array does not broadcast to the shape.
 */
export function broadcastTo<D extends DType, const S extends readonly number[]>(
  a: ReadonlyNDArray<D>,
  shape: S,
): ReadonlyNDArray<D, S["length"]>;
export function broadcastTo(a: ReadonlyNDArray, shape: readonly number[], ...extra: unknown[]): unknown {
  expectNoOptions(extra, "broadcastTo");
  return viewOf(stridedOf(a), (view) => views.broadcastTo(view, shape), true);
}

/**
 * Read-only views of all arrays in the shape that they broadcast to. After `np.broadcast_arrays`.
 *
 * @example const [x, y] = broadcastArrays(a, b);
 * @throws {ShapeError} If they do not broadcast together.
 */
export function broadcastArrays<const A extends readonly ReadonlyNDArray[]>(
  ...arrays: A
): { -readonly [K in keyof A]: A[K] extends ReadonlyNDArray<infer D> ? ReadonlyNDArray<D> : never } {
  const all = arrays.map((a) => stridedOf(a));
  const shape = shapeOfAll(all.map(({ view }) => view.shape));
  return all.map((one) => viewOf(one, (view) => views.stretched(view, shape), true)) as never;
}

keepNames({ flip, squeeze, expandDims, broadcastShapes, broadcastTo });
