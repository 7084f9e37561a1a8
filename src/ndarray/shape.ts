/** Shapes and strides as plain numbers: sizes, C order, broadcasting. Pure; used by views and by every call that combines arrays. */
import { ShapeError } from "../base/errors.js";
import { expectInteger, show } from "../base/expect.js";

/** Elements of one array at most: what a JavaScript number counts exactly. */
const MAX_SIZE = Number.MAX_SAFE_INTEGER;
/** NumPy's limit, and more than anyone uses. */
export const MAX_RANK = 64;

/** A shape as a list, copied once. @throws {TypeError} {RangeError} naming the axis */
export function expectShape(shape: unknown, what = "shape"): number[] {
  if (typeof shape === "number") return [expectInteger(what, shape, 0, Number.POSITIVE_INFINITY)];
  if (!Array.isArray(shape)) {
    throw new TypeError(`Expected \`${what}\` to be a number or an array of numbers, got ${show(shape)}`);
  }
  expectInteger(`${what}.length`, shape.length, 0, MAX_RANK + 1);
  const checked = Array.from(shape, (n, axis) => expectInteger(`${what}[${axis}]`, n, 0, Number.POSITIVE_INFINITY));
  // Zero lengths do not make the others harmless: their strides are still computed.
  const size = checked.reduce((product, n) => product * Math.max(1, n), 1);
  if (size > MAX_SIZE)
    throw new RangeError(`Expected \`${what}\` to have at most 2^53 - 1 elements, got ${show(shape)}`);
  return checked;
}

/** How many elements. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Strides of C order, in elements. */
export function cStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= Math.max(1, shape[axis]!);
  }
  return strides;
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, axis) => n === b[axis]);

/**
 * The shape that all have after broadcasting: aligned at the right, 1 stretches.
 *
 * @throws {ShapeError} naming the shapes that do not fit
 */
export function broadcastShapes(shapes: readonly (readonly number[])[]): number[] {
  const result = new Array<number>(Math.max(0, ...shapes.map((shape) => shape.length))).fill(1);
  for (const shape of shapes) {
    const lead = result.length - shape.length;
    for (const [axis, n] of shape.entries()) {
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

/** An axis, negative from the end. @throws {RangeError} */
export function expectAxis(axis: unknown, shape: readonly number[], what = "axis", extra = 0): number {
  const rank = shape.length + extra;
  const checked = expectInteger(what, axis, -rank, rank, `array of shape ${show(shape)}`);
  return checked < 0 ? checked + rank : checked;
}
