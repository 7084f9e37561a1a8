/** Shapes and strides as plain numbers: sizes, C order, broadcasting. Pure. */
import { MAX_RANK } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, show } from "../base/expect.js";

/** The most elements of one array: a JavaScript number counts no more exactly. */
const MAX_SIZE = Number.MAX_SAFE_INTEGER;

/**
 * A shape as a list, copied once. `what` names the argument in errors.
 *
 * @throws {TypeError} If it is neither a number nor an array of numbers.
 * @throws {RangeError} If a length is negative or not an integer, or if there are too many axes or elements.
 */
export function expectShape(shape: unknown, what = "shape"): number[] {
  if (typeof shape === "number") return [expectInteger(what, shape, 0, Number.POSITIVE_INFINITY) + 0];
  if (!Array.isArray(shape)) {
    throw new TypeError(`Expected \`${what}\` to be a number or an array of numbers, got ${show(shape)}`);
  }
  expectInteger(`${what}.length`, shape.length, 0, MAX_RANK + 1);
  const checked: number[] = [];
  let size = 1; // a length of 0 does not excuse the other lengths: their strides are still computed
  for (let axis = 0; axis < shape.length; axis++) {
    const n: unknown = shape[axis];
    const isLength = Number.isInteger(n) && (n as number) >= 0;
    const checkedLength = isLength ? (n as number) : expectInteger(`${what}[${axis}]`, n, 0, Number.POSITIVE_INFINITY);
    checked.push(checkedLength + 0); // not -0
    size *= Math.max(1, checked[axis]!);
  }
  if (size > MAX_SIZE) {
    throw new RangeError(`Expected \`${what}\` to have at most 2^53 - 1 elements, got ${show(shape)}`);
  }
  return checked;
}

/** The number of elements. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

/** The strides of C order, in elements. */
export function cStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= Math.max(1, shape[axis]!);
  }
  return strides;
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** Whether shapes broadcast together. */
export function broadcastsTogether(shapes: readonly (readonly number[])[]): boolean {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const lengths = new Set(shapes.map((shape) => shape.at(-fromEnd) ?? 1));
    lengths.delete(1);
    if (lengths.size > 1) return false;
  }
  return true;
}

/**
 * The shape that all have after broadcasting: shapes are aligned at their last axes, and lengths of 1 stretch.
 *
 * @throws {ShapeError} If they do not broadcast together.
 */
export function broadcastShapes(shapes: readonly (readonly number[])[]): number[] {
  let rank = 0;
  for (const shape of shapes) rank = Math.max(rank, shape.length);
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const lead = rank - shape.length;
    for (let axis = 0; axis < shape.length; axis++) {
      const n = shape[axis]!;
      const have = result[lead + axis]!;
      if (n === have || n === 1) continue;
      if (have !== 1) {
        const all = shapes.map(show).join(" and ");
        throw new ShapeError(`Expected shapes that broadcast together, got ${all}`, { shape, expected: result });
      }
      result[lead + axis] = n;
    }
  }
  return result;
}

/**
 * An axis of a shape; negative numbers count from the end. With `extra`, so many more axes are allowed.
 *
 * @throws {TypeError} If the axis is not a number.
 * @throws {RangeError} If there is no such axis.
 */
export function expectAxis(axis: unknown, shape: readonly number[], what = "axis", extra = 0): number {
  const rank = shape.length + extra;
  if (Number.isInteger(axis) && (axis as number) >= -rank && (axis as number) < rank) {
    return (axis as number) < 0 ? (axis as number) + rank : (axis as number); // without making text for an error
  }
  if (rank === 0 && Number.isInteger(axis)) {
    throw new RangeError(`Expected \`${what}\` to be an axis, got ${axis} (an array of shape [] has none)`);
  }
  return expectInteger(what, axis, -rank, rank, `array of shape ${show(shape)}`);
}

/**
 * Several axes of a shape in the order given, or a single one; all of them if none is given.
 *
 * @param extra so many more axes are allowed
 * @throws {TypeError} If an axis is not a number.
 * @throws {RangeError} If there is no such axis, or one is named twice.
 */
export function expectAxes(given: unknown, shape: readonly number[], what = "axis", extra = 0): number[] {
  if (given === undefined) return shape.map((_, axis) => axis);
  if (!Array.isArray(given)) return [expectAxis(given, shape, what, extra)];
  const axes: number[] = [];
  for (const one of given) axes.push(expectAxis(one, shape, what, extra));
  if (axes.every((axis, i) => axes.indexOf(axis) === i)) return axes;
  throw new RangeError(`Expected \`${what}\` to name each axis once, got ${show(given)}`);
}
