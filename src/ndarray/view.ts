/**
 * Views: shape, strides and offset, with no memory in them. They are immutable: every transform returns another
 * view. Element (i, j, …) is at `offset + i * strides[0] + j * strides[1] + …`, counted in elements of the
 * `Elements` that the view belongs to. Pure.
 */
import { MAX_RANK } from "../base/dtype.js";
import { BoundsError, IndexError, ShapeError } from "../base/errors.js";
import { expectInteger, show } from "../base/expect.js";
import type { SliceArg } from "./index-notation.js";
import { cStrides, expectAxes, expectAxis, expectShape, sizeOf } from "./shape.js";
import { type AxisStep, resolveSlice } from "./slice.js";

/** Which elements an array has, in which order. */
export interface View {
  /** The length of each axis. */
  readonly shape: readonly number[];
  /** Elements from one index to the next, for each axis. */
  readonly strides: readonly number[];
  /** Where the first element is. */
  readonly offset: number;
  /** The number of elements. */
  readonly size: number;
  /**
   * Whether the elements are in C order without gaps. The strides of axes of length 1 do not matter, nor do any strides
   * of an empty view.
   */
  readonly contiguous: boolean;
}

/** A view with its size and contiguity computed. The lists are copied, and the copies frozen. */
export const makeView = (shape: readonly number[], strides: readonly number[], offset: number): View =>
  viewOfOwn([...shape], [...strides], offset);

/** As `makeView`, of lists that the caller has made for it: they are frozen themselves. */
function viewOfOwn(shape: readonly number[], strides: readonly number[], offset: number): View {
  const size = sizeOf(shape);
  const contiguous = size === 0 || isCOrder(shape, strides);
  return { shape: Object.freeze(shape), strides: Object.freeze(strides), offset, size, contiguous };
}

function isCOrder(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    if (strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** A view in C order: the last axis is the fastest. */
export const cView = (shape: readonly number[], offset = 0): View =>
  viewOfOwn(Object.isFrozen(shape) ? shape : [...shape], cStrides(shape), offset);
/** A view in Fortran order: the first axis is the fastest. */
export const fView = (shape: readonly number[], offset = 0): View => transpose(cView([...shape].reverse(), offset), []);

/** The positions of the lowest and of the highest element; [0, -1] for an empty view. */
export function extent({ shape, strides, offset, size }: View): [low: number, high: number] {
  if (size === 0) return [0, -1];
  let low = offset;
  let high = offset;
  for (const [axis, stride] of strides.entries()) {
    const reach = (shape[axis]! - 1) * stride;
    if (reach < 0) low += reach;
    else high += reach;
  }
  return [low, high];
}

/**
 * Checks that a view fits into `length` elements that begin at `byteOffset`.
 *
 * @throws {BoundsError} If an element of the view would be outside of them.
 */
export function assertInside(view: View, length: number, itemsize: number, byteOffset: number): void {
  const [low, high] = extent(view);
  if (low >= 0 && high < length) return;
  const fields = {
    byteOffset: byteOffset + low * itemsize,
    byteLength: (high - low + 1) * itemsize,
    size: byteOffset + length * itemsize,
  };
  const got = `bytes [${fields.byteOffset}, ${fields.byteOffset + fields.byteLength})`;
  throw new BoundsError(`Expected a view inside of memory of ${fields.size} bytes, got ${got}`, fields);
}

/**
 * Where the element at an index is. Negative numbers count from the end.
 *
 * @throws {IndexError} If the index is outside of the view, or has too few or too many numbers.
 */
export function locate({ shape, strides, offset }: View, index: ArrayLike<number>): number {
  const rank = shape.length;
  if (index.length !== rank) {
    const message = `Expected ${rank} indices, got ${index.length} (array of shape ${show(shape)})`;
    throw new IndexError(message, { index: index.length, axis: rank, shape });
  }
  let position = offset;
  for (let axis = 0; axis < rank; axis++) {
    const i = index[axis]!;
    const length = shape[axis]!;
    if (typeof i !== "number" || !(i >= -length && i < length) || i % 1 !== 0) {
      const got = `${show(i)} (array of shape ${show(shape)})`;
      const message = `Expected index ${axis} to be an integer in [${-length}, ${length}), got ${got}`;
      throw new IndexError(message, { index: i, axis, shape });
    }
    position += (i < 0 ? i + length : i) * strides[axis]!;
  }
  return position;
}

/** Where the element at a flat position is, counted in C order. The position must be in [0, size). */
export function locateFlat({ shape, strides, offset }: View, position: number): number {
  let rest = position;
  let at = offset;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at += (rest % shape[axis]!) * strides[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return at;
}

/**
 * NumPy's basic slicing.
 *
 * @throws {IndexError} If an index is outside of its axis, or there are more indices than axes.
 * @throws {TypeError} If an index is none of those that `SliceArg` allows.
 */
export function slice(view: View, spec: readonly SliceArg[]): View {
  const shape: number[] = [];
  const strides: number[] = [];
  let { offset } = view;
  let axis = 0;
  for (const step of resolveSlice(spec, view.shape)) {
    if (step.kind === "newaxis") {
      shape.push(1);
      strides.push(0);
      continue;
    }
    if (step.kind === "nothing") continue;
    const stride = view.strides[axis++]!;
    if (step.kind === "index") {
      offset += step.at * stride;
    } else {
      if (step.count > 0) offset += step.first * stride;
      shape.push(step.count);
      strides.push(step.step * stride);
    }
  }
  return viewOfOwn(shape, strides, offset);
}

/** As `slice`, along one axis: an index or a range of it. */
export function sliceAlong(view: View, axis: number, item: number | readonly [start: number, stop?: number]): View {
  const [shape, strides] = [[...view.shape], [...view.strides]];
  const [step] = resolveSlice([item], [shape[axis]!]) as [AxisStep];
  const stride = strides[axis]!;
  let { offset } = view;
  if (step.kind === "range") {
    if (step.count > 0) offset += step.first * stride;
    shape[axis] = step.count;
    strides[axis] = step.step * stride;
  } else if (step.kind === "index") {
    offset += step.at * stride;
    shape.splice(axis, 1);
    strides.splice(axis, 1);
  }
  return viewOfOwn(shape, strides, offset);
}

/**
 * The axes in the given order; reversed if none are given.
 *
 * @throws {RangeError} If `axes` does not name each axis once.
 */
export function transpose(view: View, axes: readonly unknown[]): View {
  const { shape } = view;
  if (axes.length === 0) return reversed(view);
  const order = axes.map((axis) => expectAxis(axis, shape, "axes"));
  if (order.length !== shape.length || order.some((axis, i) => order.indexOf(axis) !== i)) {
    throw new RangeError(`Expected \`axes\` to name each of ${shape.length} axes once, got ${show(axes)}`);
  }
  return pickAxes(view, order);
}

/** A plain loop takes half as long as `toReversed`, which every `a.T` would call twice. */
function reversed({ shape, strides, offset }: View): View {
  const [lengths, steps]: [number[], number[]] = [[], []];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    lengths.push(shape[axis]!);
    steps.push(strides[axis]!);
  }
  return viewOfOwn(lengths, steps, offset);
}

/**
 * The view without its axes of length 1, or without some of them.
 *
 * @throws {ShapeError} If a given axis is longer.
 */
export function squeeze(view: View, given: unknown): View {
  const { shape } = view;
  const drop = given === undefined ? undefined : expectAxes(given, shape);
  const long = drop?.find((axis) => shape[axis] !== 1);
  if (long !== undefined) {
    const message = `Expected axis ${long} to have length 1, got ${shape[long]} (array of shape ${show(shape)})`;
    throw new ShapeError(message, { shape, expected: shape.map((n, i) => (drop!.includes(i) ? 1 : n)) });
  }
  const keep: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    if (drop ? !drop.includes(axis) : shape[axis] !== 1) keep.push(axis);
  }
  return pickAxes(view, keep);
}

/** The view of some of the axes, in the given order. Its offset, `at`, fixes the indices of the axes left out. */
export function pickAxes({ shape, strides, offset }: View, axes: readonly number[], at = offset): View {
  const lengths: number[] = [];
  const steps: number[] = [];
  for (const axis of axes) {
    lengths.push(shape[axis]!);
    steps.push(strides[axis]!);
  }
  return viewOfOwn(lengths, steps, at);
}

/** The view with axes of length 1 inserted: where they are in the result, in any order. */
export function expandDims({ shape, strides, offset }: View, given: unknown): View {
  const added = Array.isArray(given)
    ? expectAxes(given, shape, "axis", given.length)
    : [expectAxis(given, shape, "axis", 1)];
  expectInteger("shape.length", shape.length + added.length, 0, MAX_RANK + 1);
  const [lengths, steps]: [number[], number[]] = [[], []];
  for (let axis = 0, from = 0; axis < shape.length + added.length; axis++) {
    const isAdded = added.includes(axis);
    lengths.push(isAdded ? 1 : shape[from]!);
    steps.push(isAdded ? 0 : strides[from++]!);
  }
  return viewOfOwn(lengths, steps, offset);
}

/**
 * The diagonal of the first two axes, as the last axis: of elements (i, i + k).
 *
 * @throws {ShapeError} If there are fewer than two axes.
 */
export function diagonal({ shape, strides, offset }: View, k = 0): View {
  if (shape.length < 2) {
    throw new ShapeError(`Expected at least 2 axes, got shape ${show(shape)}`, { shape, expected: [1, 1] });
  }
  const [rows, columns, ...rest] = shape as readonly [number, number, ...number[]];
  const [down, right, ...others] = strides as readonly [number, number, ...number[]];
  const length = Math.max(0, k < 0 ? Math.min(rows + k, columns) : Math.min(rows, columns - k));
  const first = length === 0 ? 0 : k < 0 ? -k * down : k * right;
  return viewOfOwn([...rest, length], [...others, down + right], offset + first);
}

/** The view with the order reversed along some axes, or along all. */
export function flip(view: View, given: unknown): View {
  const axes = expectAxes(given, view.shape);
  const strides = [...view.strides];
  let { offset } = view;
  for (const i of axes) {
    if (view.size > 0) offset += (view.shape[i]! - 1) * strides[i]!;
    strides[i]! *= -1;
  }
  return viewOfOwn(view.shape, strides, offset);
}

/**
 * The view with axes moved to other positions.
 *
 * @throws {RangeError} If there are not as many positions as axes.
 */
export function moveAxis(view: View, from: unknown, to: unknown): View {
  const sources = expectAxes(from === undefined ? [from] : from, view.shape, "from");
  const targets = expectAxes(to === undefined ? [to] : to, view.shape, "to");
  if (sources.length !== targets.length) {
    throw new RangeError(`Expected as many axes in \`to\` as in \`from\`, got ${show(from)} and ${show(to)}`);
  }
  const rank = view.shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < rank; axis++) if (!sources.includes(axis)) axes.push(axis);
  for (let target = 0; target < rank; target++) {
    const move = targets.indexOf(target);
    if (move >= 0) axes.splice(target, 0, sources[move]!);
  }
  return pickAxes(view, axes);
}

/** The view with two axes exchanged. */
export function swapAxes(view: View, a: unknown, b: unknown): View {
  const [i, j] = [expectAxis(a, view.shape, "a"), expectAxis(b, view.shape, "b")];
  const [shape, strides] = [[...view.shape], [...view.strides]];
  [shape[i], shape[j]] = [shape[j]!, shape[i]!];
  [strides[i], strides[j]] = [strides[j]!, strides[i]!];
  return viewOfOwn(shape, strides, view.offset);
}

/**
 * The view stretched to a shape: axes of length 1 and missing axes repeat, with stride 0.
 *
 * @throws {ShapeError} If the view does not broadcast to the shape.
 */
export const broadcastTo = (view: View, given: unknown): View => stretched(view, expectShape(given));

/** As `broadcastTo`, to a shape that was checked. */
export function stretched(view: View, shape: readonly number[]): View {
  const lead = shape.length - view.shape.length;
  const strides: number[] = [];
  let fits = lead >= 0;
  for (let axis = 0; axis < shape.length && fits; axis++) {
    const own = axis < lead ? 1 : view.shape[axis - lead]!;
    fits = own === 1 || own === shape[axis];
    strides.push(axis < lead || own !== shape[axis] ? 0 : view.strides[axis - lead]!);
  }
  if (fits) return viewOfOwn(shape, strides, view.offset);
  const message = `Expected \`shape\` to be one that ${show(view.shape)} broadcasts to, got ${show(shape)}`;
  throw new ShapeError(message, { shape: view.shape, expected: shape });
}
