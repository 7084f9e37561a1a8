/** Arrays made of arrays: next to each other along an axis that exists, or along a new one. */
import type { DType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { promote } from "../base/promote.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import {
  type AnyNDArray,
  type ArrayOf,
  arrayOf,
  type OutOption,
  type ReadonlyNDArray,
  stridedOf,
} from "../ndarray/ndarray.js";
import type { AxisOptions, RankTable } from "../ndarray/notation.js";
import { arrayOfData } from "../ndarray/operands.js";
import { resultIn } from "../ndarray/out.js";
import { cStrides, expectAxis } from "../ndarray/shape.js";
import { expandDims, makeView, type View } from "../ndarray/view.js";
import type { AtLeast } from "./ranked.js";

/** `unknown` if `D` is several dtypes, otherwise `never`: the arrays' common dtype is then not known. */
type Mixed<D, All = D> = [D extends unknown ? ([All] extends [D] ? never : 0) : never] extends [never]
  ? never
  : unknown;
type Parts<D extends DType, R extends number> = readonly ReadonlyNDArray<D, R>[];

/** Joins arrays of any number of axes to one of at least `Least`. Arrays of several dtypes get the common one. */
export interface Join<Least extends 1 | 2 | 3> {
  <D extends DType, R extends number>(
    arrays: Parts<D, R> & Mixed<D>,
    options?: OutOption,
  ): AnyNDArray<AtLeast<R, Least>>;
  <D extends DType, R extends number>(arrays: Parts<D, R>, options?: OutOption): ArrayOf<D, AtLeast<R, Least>>;
}

/**
 * The arrays one after the other along an axis, by default the first: in a new array, or in `out`. Arrays of several
 * dtypes get the common one. With `axis: null` they are flattened first. After `np.concatenate`.
 *
 * @example concat([a, b], { axis: 1 })
 * @throws {ShapeError} If the arrays differ in another axis, or `out` does not have the result's shape.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export function concat<D extends DType>(
  arrays: Parts<D, number> & Mixed<D>,
  options: { readonly axis: null } & OutOption,
): AnyNDArray<1>;
export function concat<D extends DType>(
  arrays: Parts<D, number>,
  options: { readonly axis: null } & OutOption,
): ArrayOf<D, 1>;
export function concat<D extends DType, R extends number>(
  arrays: Parts<D, R> & Mixed<D>,
  options?: AxisOptions & OutOption,
): AnyNDArray<R>;
export function concat<D extends DType, R extends number>(
  arrays: Parts<D, R>,
  options?: AxisOptions & OutOption,
): ArrayOf<D, R>;
export function concat(arrays: readonly ReadonlyNDArray[], options?: JoinOptions): unknown {
  const parts = expectParts(arrays, "concat");
  const { axis = 0, out } = expectKnown(options, ["axis", "out"], "concat");
  if (axis === null) return joinedFlat(parts, out);
  return joined(parts, expectAxis(axis, parts[0]!.view.shape), out);
}
interface JoinOptions extends OutOption {
  readonly axis?: number | null | undefined;
}

/**
 * The arrays next to each other along a new axis, by default the first: in a new array, or in `out`. Arrays of several
 * dtypes get the common one. After `np.stack`.
 *
 * @example stack([x, y], { axis: -1 })
 * @throws {ShapeError} If the arrays differ in shape, or `out` does not have the result's shape.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export function stack<D extends DType, R extends number>(
  arrays: Parts<D, R> & Mixed<D>,
  options?: AxisOptions & OutOption,
): AnyNDArray<RankTable[R]["+1"]>;
export function stack<D extends DType, R extends number>(
  arrays: Parts<D, R>,
  options?: AxisOptions & OutOption,
): ArrayOf<D, RankTable[R]["+1"]>;
export function stack(arrays: readonly ReadonlyNDArray[], options?: AxisOptions & OutOption): unknown {
  const parts = expectParts(arrays, "stack");
  const { axis: given = 0, out } = expectKnown(options, ["axis", "out"], "stack");
  const axis = expectAxis(given, parts[0]!.view.shape, "axis", 1);
  const widened = parts.map(({ elements, view }) => ({
    elements,
    view: expandDims(view, Math.min(axis, view.shape.length)),
  }));
  return joined(widened, axis, out, true);
}

/**
 * The arrays on top of each other, along the first of at least two axes: arrays of one axis are rows. In a new array,
 * or in `out`. After `np.vstack`.
 *
 * @example vstack([array([1, 2]), array([3, 4])]).toArray() // [[1, 2], [3, 4]]
 * @throws {ShapeError} If the arrays differ in another axis, or `out` does not have the result's shape.
 */
export const vstack: Join<2> = (arrays: readonly ReadonlyNDArray[], options?: OutOption) =>
  joinedBy("vstack", arrays, options, [[0, 1], [0]], () => 0);

/**
 * The arrays side by side: along the second axis, or along the only one. In a new array, or in `out`. After
 * `np.hstack`.
 *
 * @example hstack([array([1, 2]), array([3])]).toArray() // [1, 2, 3]
 * @throws {ShapeError} If the arrays differ in another axis, or `out` does not have the result's shape.
 */
export const hstack: Join<1> = (arrays: readonly ReadonlyNDArray[], options?: OutOption) =>
  joinedBy("hstack", arrays, options, [[0]], (rank) => (rank === 1 ? 0 : 1));

/**
 * The arrays behind each other, along the third of at least three axes: (n) counts as (1, n, 1) and (n, k) as
 * (n, k, 1). In a new array, or in `out`. After `np.dstack`.
 *
 * @throws {ShapeError} If the arrays differ in another axis, or `out` does not have the result's shape.
 */
export const dstack: Join<3> = (arrays: readonly ReadonlyNDArray[], options?: OutOption) =>
  joinedBy("dstack", arrays, options, [[0, 1, 2], [0, 2], [2]], () => 2);

/**
 * The arrays as columns of a matrix: those of one axis are a column each, matrices are put side by side. In a new
 * array, or in `out`. After `np.column_stack`.
 *
 * @example columnStack([array([1, 2]), array([3, 4])]).toArray() // [[1, 3], [2, 4]]
 * @throws {ShapeError} If the arrays differ in length, or `out` does not have the result's shape.
 */
export const columnStack: Join<2> = (arrays: readonly ReadonlyNDArray[], options?: OutOption) =>
  joinedBy("columnStack", arrays, options, [[0, 1], [1]], () => 1);

/**
 * Joins arrays that get more axes first.
 *
 * @param added by the rank of an array, the axes that it gets
 */
function joinedBy(
  name: string,
  arrays: readonly ReadonlyNDArray[],
  options: OutOption | undefined,
  added: readonly (readonly number[])[],
  axisOf: (rank: number) => number,
): never {
  const parts = expectParts(arrays, name);
  const { out } = expectKnown(options, ["out"], name);
  const widened = parts.map(({ elements, view }) => {
    const axes = added[view.shape.length];
    return { elements, view: axes ? expandDims(view, axes) : view };
  });
  return joined(widened, axisOf(widened[0]!.view.shape.length), out) as never;
}

function expectParts(arrays: unknown, fn: string): Strided[] {
  if (!Array.isArray(arrays) || arrays.length === 0) {
    throw new TypeError(`Expected \`arrays\` to be a list of at least one array, got ${show(arrays)}`);
  }
  const part = (one: unknown, i: number) => stridedOf(arrayOfData(one, `arrays[${i}]`, fn));
  return Array.from({ length: arrays.length }, (_, i) => part(arrays[i], i)); // each is read once
}

function joined(parts: readonly Strided[], axis: number, out: unknown, sameLength = false): unknown {
  const [first] = parts as [Strided];
  const { shape } = first.view;
  const bad = parts.find(
    ({ view }) =>
      view.shape.length !== shape.length || view.shape.some((n, i) => n !== shape[i] && (i !== axis || sameLength)),
  );
  if (bad) {
    const got = `${show(shape)} and ${show(bad.view.shape)}`;
    const message = `Expected arrays that agree in all axes but ${axis}, got shapes ${got}`;
    throw new ShapeError(message, { shape: bad.view.shape, expected: shape });
  }
  const total = parts.reduce((sum, { view }) => sum + view.shape[axis]!, 0);
  return written(parts, shape.with(axis, total), out, ({ view }, part, before) => ({
    view: makeView(part.view.shape, view.strides, view.offset + before * view.strides[axis]!),
    taken: part.view.shape[axis]!,
  }));
}

/** All elements of the arrays, each in C order, in one axis. */
function joinedFlat(parts: readonly Strided[], out: unknown): unknown {
  const total = parts.reduce((sum, { view }) => sum + view.size, 0);
  return written(parts, [total], out, ({ view }, { view: { shape, size } }, before) => {
    const [step] = view.strides as [number];
    const strides = cStrides(shape).map((stride) => stride * step);
    return { view: makeView(shape, strides, view.offset + before * step), taken: size };
  });
}

/** Where a part belongs in the result, and how much of the axis it takes. */
type PlaceOf = (target: Strided, part: Strided, before: number) => { readonly view: View; readonly taken: number };

function written(parts: readonly Strided[], shape: readonly number[], out: unknown, placeOf: PlaceOf): unknown {
  const dtypes = parts.map(({ elements }) => elements.dtype);
  const [first] = dtypes as [DType];
  const result = resultIn(out, {
    shape,
    dtype: dtypes.every((dtype) => dtype === first) ? first : dtypes.reduce(promote),
    inputs: parts,
    write: (target) => {
      let before = 0;
      for (const part of parts) {
        const { view, taken } = placeOf(target, part, before);
        copy({ elements: target.elements, view }, part);
        before += taken;
      }
    },
    takesAnyLayout: true,
  });
  return out ?? arrayOf(result);
}
