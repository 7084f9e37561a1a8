/** Arrays made of arrays: next to each other along an axis that exists, or along a new one. */

import { type CastingOption, expectCast, expectCasting } from "../base/casting.js";
import { type DType, expectDType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { promoteAll } from "../base/promote.js";
import { isData } from "../ndarray/asarray.js";
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
import type { AxisOptions, NestedList, RankTable, TypedArrayLike } from "../ndarray/notation.js";
import { arrayOfData } from "../ndarray/operands.js";
import { resultIn } from "../ndarray/out.js";
import { cStrides, expectAxis } from "../ndarray/shape.js";
import { openStrided } from "../ndarray/strided-array.js";
import { expandDims, makeView, type View } from "../ndarray/view.js";
import type { AtLeast } from "./ranked.js";

/** `unknown` if `D` is several dtypes, otherwise `never`: the arrays' common dtype is then not known. */
type Mixed<D, All = D> = [D extends unknown ? ([All] extends [D] ? never : 0) : never] extends [never]
  ? never
  : unknown;
type Parts<D extends DType, R extends number> = readonly ReadonlyNDArray<D, R>[];
/** Arrays, lists and typed arrays, which become arrays first. */
type AnyParts = readonly (ReadonlyNDArray | Data)[];
type Data = NestedList | TypedArrayLike;
/** `unknown` if there are lists or typed arrays among the parts, otherwise `never`. */
type WithData<T extends AnyParts> = [Extract<T[number], Data>] extends [never] ? never : unknown;

/** Where a result is written, and the rule by which elements may be cast to its dtype; default "same_kind". */
type JoinedOptions = OutOption & CastingOption;
/** Where a result is written, or its dtype. */
interface ResultOptions extends JoinedOptions {
  /** The dtype of a new array, to which the elements are cast. By default the common one. */
  readonly dtype?: DType | undefined;
}
const RESULT_OPTIONS = ["out", "dtype", "casting"];
interface OfDType<E extends DType> extends CastingOption {
  readonly dtype: E;
}

/** Joins arrays of any number of axes to one of at least `Least`. Arrays of several dtypes get the common one. */
export interface Join<Least extends 1 | 2 | 3> {
  <E extends DType, R extends number>(arrays: Parts<DType, R>, options: OfDType<E>): ArrayOf<E, AtLeast<R, Least>>;
  <D extends DType, R extends number>(
    arrays: Parts<D, R> & Mixed<D>,
    options?: JoinedOptions,
  ): AnyNDArray<AtLeast<R, Least>>;
  <D extends DType, R extends number>(arrays: Parts<D, R>, options?: JoinedOptions): ArrayOf<D, AtLeast<R, Least>>;
  <const T extends AnyParts>(arrays: T & WithData<T>, options?: JoinedOptions): AnyNDArray;
}

/**
 * The arrays one after the other along an axis, by default the first: in a new array, or in `out`. Arrays of several
 * dtypes get the common one. With `axis: null` they are flattened first. After `np.concatenate`.
 *
 * @example concat([a, b], { axis: 1 })
 * @throws {ShapeError} If the arrays differ in another axis, or `out` does not have the result's shape.
 * @throws {DTypeError} If the elements cannot be cast to `dtype` or to that of `out`.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export function concat<E extends DType>(
  arrays: Parts<DType, number>,
  options: { readonly axis: null } & OfDType<E>,
): ArrayOf<E, 1>;
export function concat<E extends DType, R extends number>(
  arrays: Parts<DType, R>,
  options: AxisOptions & OfDType<E>,
): ArrayOf<E, R>;
export function concat<D extends DType>(
  arrays: Parts<D, number> & Mixed<D>,
  options: { readonly axis: null } & JoinedOptions,
): AnyNDArray<1>;
export function concat<D extends DType>(
  arrays: Parts<D, number>,
  options: { readonly axis: null } & JoinedOptions,
): ArrayOf<D, 1>;
export function concat<D extends DType, R extends number>(
  arrays: Parts<D, R> & Mixed<D>,
  options?: AxisOptions & JoinedOptions,
): AnyNDArray<R>;
export function concat<D extends DType, R extends number>(
  arrays: Parts<D, R>,
  options?: AxisOptions & JoinedOptions,
): ArrayOf<D, R>;
export function concat<const T extends AnyParts>(arrays: T & WithData<T>, options?: JoinOptions): AnyNDArray;
export function concat(arrays: AnyParts, options?: JoinOptions): unknown {
  expectSome(arrays, "concat");
  const { axis = 0, out, dtype, casting } = expectKnown(options, ["axis", ...RESULT_OPTIONS], "concat");
  const result = { out, dtype, casting };
  return withParts(arrays, "concat", (parts) =>
    axis === null ? joinedFlat(parts, result) : joined(parts, expectAxis(axis, parts[0]!.view.shape), result),
  );
}
interface JoinOptions extends ResultOptions {
  readonly axis?: number | null | undefined;
}

/**
 * The arrays next to each other along a new axis, by default the first: in a new array, or in `out`. Arrays of several
 * dtypes get the common one. After `np.stack`.
 *
 * @example stack([x, y], { axis: -1 })
 * @throws {ShapeError} If the arrays differ in shape, or `out` does not have the result's shape.
 * @throws {DTypeError} If the elements cannot be cast to `dtype` or to that of `out`.
 * @throws {LayoutError} If `out` cannot be written to.
 */
export function stack<E extends DType, R extends number>(
  arrays: Parts<DType, R>,
  options: AxisOptions & OfDType<E>,
): ArrayOf<E, RankTable[R]["+1"]>;
export function stack<D extends DType, R extends number>(
  arrays: Parts<D, R> & Mixed<D>,
  options?: AxisOptions & JoinedOptions,
): AnyNDArray<RankTable[R]["+1"]>;
export function stack<D extends DType, R extends number>(
  arrays: Parts<D, R>,
  options?: AxisOptions & JoinedOptions,
): ArrayOf<D, RankTable[R]["+1"]>;
export function stack<const T extends AnyParts>(
  arrays: T & WithData<T>,
  options?: AxisOptions & JoinedOptions,
): AnyNDArray;
export function stack(arrays: AnyParts, options?: AxisOptions & ResultOptions): unknown {
  expectSome(arrays, "stack");
  const { axis: given = 0, out, dtype, casting } = expectKnown(options, ["axis", ...RESULT_OPTIONS], "stack");
  return withParts(arrays, "stack", (parts) => {
    const axis = expectAxis(given, parts[0]!.view.shape, "axis", 1);
    const widened = parts.map(({ elements, view }) => ({
      elements,
      view: expandDims(view, Math.min(axis, view.shape.length)),
    }));
    return joined(widened, axis, { out, dtype, casting }, true);
  });
}

/**
 * The arrays on top of each other, along the first of at least two axes: arrays of one axis are rows. In a new array,
 * or in `out`. After `np.vstack`.
 *
 * @example vstack([array([1, 2]), array([3, 4])]).toArray() // [[1, 2], [3, 4]]
 * @throws {ShapeError} If the arrays differ in another axis, or `out` does not have the result's shape.
 */
export const vstack: Join<2> = (arrays: AnyParts, options?: ResultOptions) =>
  joinedBy("vstack", arrays, options, [[0, 1], [0]], () => 0);

/**
 * The arrays side by side: along the second axis, or along the only one. In a new array, or in `out`. After
 * `np.hstack`.
 *
 * @example hstack([array([1, 2]), array([3])]).toArray() // [1, 2, 3]
 * @throws {ShapeError} If the arrays differ in another axis, or `out` does not have the result's shape.
 */
export const hstack: Join<1> = (arrays: AnyParts, options?: ResultOptions) =>
  joinedBy("hstack", arrays, options, [[0]], (rank) => (rank === 1 ? 0 : 1));

/**
 * The arrays behind each other, along the third of at least three axes: (n) counts as (1, n, 1) and (n, k) as
 * (n, k, 1). In a new array, or in `out`. After `np.dstack`.
 *
 * @throws {ShapeError} If the arrays differ in another axis, or `out` does not have the result's shape.
 */
export const dstack: Join<3> = (arrays: AnyParts, options?: ResultOptions) =>
  joinedBy("dstack", arrays, options, [[0, 1, 2], [0, 2], [2]], () => 2);

/**
 * The arrays as columns of a matrix: those of one axis are a column each, matrices are put side by side. In a new
 * array, or in `out`. After `np.column_stack`.
 *
 * @example columnStack([array([1, 2]), array([3, 4])]).toArray() // [[1, 3], [2, 4]]
 * @throws {ShapeError} If the arrays differ in length, or `out` does not have the result's shape.
 */
export const columnStack: Join<2> = (arrays: AnyParts, options?: ResultOptions) =>
  joinedBy("columnStack", arrays, options, [[0, 1], [1]], () => 1);

/**
 * Joins arrays that get more axes first.
 *
 * @param added by the rank of an array, the axes that it gets
 */
function joinedBy(
  name: string,
  arrays: AnyParts,
  options: ResultOptions | undefined,
  added: readonly (readonly number[])[],
  axisOf: (rank: number) => number,
): never {
  expectSome(arrays, name);
  const result = expectKnown(options, RESULT_OPTIONS, name);
  return withParts(arrays, name, (parts) => {
    const widened = parts.map(({ elements, view }) => {
      const axes = added[view.shape.length];
      return { elements, view: axes ? expandDims(view, axes) : view };
    });
    return joined(widened, axisOf(widened[0]!.view.shape.length), result) as never;
  });
}

function expectSome(arrays: unknown, fn: string): void {
  if (Array.isArray(arrays) && arrays.length > 0) return;
  const cure = openStrided(arrays) ? ` (the arrays are one list: ${fn}([a, b]))` : "";
  throw new TypeError(`Expected \`arrays\` to be a list of at least one array, got ${show(arrays)}${cure}`);
}

/** Calls `use` with the arrays. Those that are made of lists and typed arrays are closed afterwards. */
function withParts<T>(arrays: readonly unknown[], fn: string, use: (parts: readonly Strided[]) => T): T {
  const made: Strided[] = [];
  try {
    const parts: Strided[] = [];
    for (let i = 0; i < arrays.length; i++) {
      const one = arrays[i]; // read once
      const part = stridedOf(arrayOfData(one, `arrays[${i}]`, fn));
      if (isData(one)) made.push(part);
      parts.push(part);
    }
    return use(parts);
  } finally {
    for (const { elements } of made) elements.memory.close();
  }
}

function joined(parts: readonly Strided[], axis: number, options: ResultOptions, sameLength = false): unknown {
  const [first] = parts as [Strided];
  const { shape } = first.view;
  const bad = parts.find(
    ({ view }) =>
      view.shape.length !== shape.length || view.shape.some((n, i) => n !== shape[i] && (i !== axis || sameLength)),
  );
  if (bad) {
    const cure = bad.view.shape.length === shape.length ? "" : " (expandDims gives an array one more axis)";
    const got = `${show(shape)} and ${show(bad.view.shape)}${cure}`;
    const message = `Expected arrays that agree in all axes but ${axis}, got shapes ${got}`;
    throw new ShapeError(message, { shape: bad.view.shape, expected: shape });
  }
  const total = parts.reduce((sum, { view }) => sum + view.shape[axis]!, 0);
  return written(parts, shape.with(axis, total), options, ({ view }, part, before) => ({
    view: makeView(part.view.shape, view.strides, view.offset + before * view.strides[axis]!),
    taken: part.view.shape[axis]!,
  }));
}

/** All elements of the arrays, each in C order, in one axis. */
function joinedFlat(parts: readonly Strided[], options: ResultOptions): unknown {
  const total = parts.reduce((sum, { view }) => sum + view.size, 0);
  return written(parts, [total], options, ({ view }, { view: { shape, size } }, before) => {
    const [step] = view.strides as [number];
    const strides = cStrides(shape).map((stride) => stride * step);
    return { view: makeView(shape, strides, view.offset + before * step), taken: size };
  });
}

/** Where a part belongs in the result, and how much of the axis it takes. */
type PlaceOf = (target: Strided, part: Strided, before: number) => { readonly view: View; readonly taken: number };

function written(
  parts: readonly Strided[],
  shape: readonly number[],
  { out, dtype, casting: given }: ResultOptions,
  placeOf: PlaceOf,
): unknown {
  const dtypes = parts.map(({ elements }) => elements.dtype);
  const [first] = dtypes as [DType];
  const wanted = dtype === undefined ? undefined : expectDType(dtype);
  const casting = expectCasting(given, "same_kind");
  if (wanted !== undefined) {
    if (out !== undefined) throw new TypeError("Expected either `out` or the `dtype` of a new array, got both");
    for (const one of dtypes) expectCast(one, wanted, "dtype", casting);
  }
  const result = resultIn(out, {
    shape,
    dtype: wanted ?? (dtypes.every((one) => one === first) ? first : promoteAll(dtypes)),
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
    rule: casting,
  });
  return out ?? arrayOf(result);
}
