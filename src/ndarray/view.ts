/**
 * Views: shape, strides and offset, with no memory in them. They are immutable: every transform returns another
 * view. Element (i, j, …) is at `offset + i * strides[0] + j * strides[1] + …`, counted in elements of the
 * `Elements` that the view belongs to. Pure.
 */
import { BoundsError, IndexError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { SliceArg } from "./notation.js";
import { cStrides, expectAxis, expectShape, sizeOf } from "./shape.js";
import { resolveSlice } from "./slice.js";

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

/**
 * The axes in the given order; reversed if none are given.
 *
 * @throws {RangeError} If `axes` does not name each axis once.
 */
export function transpose(view: View, axes: readonly unknown[]): View {
  const { shape, strides, offset } = view;
  if (axes.length === 0) return viewOfOwn(shape.toReversed(), strides.toReversed(), offset);
  const order = axes.map((axis) => expectAxis(axis, shape, "axes"));
  if (order.length !== shape.length || order.some((axis, i) => order.indexOf(axis) !== i)) {
    throw new RangeError(`Expected \`axes\` to name each of ${shape.length} axes once, got ${show(axes)}`);
  }
  return pickAxes(view, order);
}

/**
 * The view without its axes of length 1, or without one of them.
 *
 * @throws {ShapeError} If the given axis is longer.
 */
export function squeeze(view: View, axis: unknown): View {
  const { shape } = view;
  const drop = axis === undefined ? undefined : expectAxis(axis, shape);
  if (drop !== undefined && shape[drop] !== 1) {
    const message = `Expected axis ${drop} to have length 1, got ${shape[drop]} (array of shape ${show(shape)})`;
    throw new ShapeError(message, { shape, expected: shape.map((n, i) => (i === drop ? 1 : n)) });
  }
  const keep = shape.map((_, i) => i).filter((i) => (drop === undefined ? shape[i] !== 1 : i !== drop));
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

/** The view with an axis of length 1 inserted. */
export function expandDims({ shape, strides, offset }: View, axis: unknown): View {
  const at = expectAxis(axis, shape, "axis", 1);
  return viewOfOwn(shape.toSpliced(at, 0, 1), strides.toSpliced(at, 0, 0), offset);
}

/**
 * The diagonal of the first two axes, as the last axis.
 *
 * @throws {ShapeError} If there are fewer than two axes.
 */
export function diagonal({ shape, strides, offset }: View): View {
  if (shape.length < 2) {
    throw new ShapeError(`Expected at least 2 axes, got shape ${show(shape)}`, { shape, expected: [1, 1] });
  }
  const [rows, columns, ...rest] = shape as readonly [number, number, ...number[]];
  const [down, right, ...others] = strides as readonly [number, number, ...number[]];
  return viewOfOwn([...rest, Math.min(rows, columns)], [...others, down + right], offset);
}

/** The view with the order reversed along one axis, or along all. */
export function flip(view: View, axis: unknown): View {
  const axes = axis === undefined ? view.shape.map((_, i) => i) : [expectAxis(axis, view.shape)];
  const strides = [...view.strides];
  let { offset } = view;
  for (const i of axes) {
    if (view.size > 0) offset += (view.shape[i]! - 1) * strides[i]!;
    strides[i]! *= -1;
  }
  return makeView(view.shape, strides, offset);
}

/** The view with one axis moved to another position. */
export function moveAxis(view: View, from: unknown, to: unknown): View {
  const axes = view.shape.map((_, i) => i);
  const target = expectAxis(to, view.shape, "to");
  const [moved] = axes.splice(expectAxis(from, view.shape, "from"), 1);
  return pickAxes(view, axes.toSpliced(target, 0, moved!));
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
export function broadcastTo(view: View, given: unknown): View {
  const shape = expectShape(given);
  const lead = shape.length - view.shape.length;
  if (lead < 0 || !view.shape.every((n, axis) => n === 1 || n === shape[lead + axis])) {
    const message = `Expected \`shape\` to be one that ${show(view.shape)} broadcasts to, got ${show(shape)}`;
    throw new ShapeError(message, { shape: view.shape, expected: shape });
  }
  const strides = shape.map((n, axis) =>
    axis < lead || view.shape[axis - lead] !== n ? 0 : view.strides[axis - lead]!,
  );
  return makeView(shape, strides, view.offset);
}
