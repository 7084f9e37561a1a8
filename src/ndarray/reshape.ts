/** The same elements in another shape, without a copy. Pure. */
import { LayoutError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { cStrides, expectShape, sizeOf } from "./shape.js";
import { cView, makeView, type View } from "./view.js";

/**
 * The same elements in another shape. One length may be -1: it follows from the others.
 *
 * @throws {ShapeError} If the shape has another number of elements.
 * @throws {LayoutError} If no strides give these elements in this order, so that NumPy would copy them.
 */
export function reshape(view: View, given: unknown): View {
  const { shape, found } = viewInShape(view, given);
  if (found) return found;
  const got = `shape ${show(view.shape)} with strides ${show(view.strides)}`;
  throw new LayoutError(
    `Expected a layout that can be seen as shape ${show(shape)} without a copy, got ${got} (take a .copy() first)`,
    { shape: view.shape, strides: view.strides },
  );
}

/**
 * The shape that is meant, and the view of it; `undefined` if no strides give these elements in this order.
 *
 * @throws {ShapeError} If the shape has another number of elements.
 */
export function viewInShape(view: View, given: unknown): { shape: readonly number[]; found: View | undefined } {
  const shape = fillIn(given, view);
  if (sizeOf(shape) !== view.size) throw wrongSize(given, view);
  if (view.contiguous) return { shape, found: cView(shape, view.offset) };
  const strides = stridesWithoutCopy(view, shape);
  return { shape, found: strides && makeView(shape, strides, view.offset) };
}

function fillIn(given: unknown, view: View): number[] {
  const lengths: unknown[] = Array.isArray(given) ? given : [given];
  const free = lengths.indexOf(-1);
  if (free < 0) return expectShape(lengths);
  if (lengths.lastIndexOf(-1) !== free) {
    const message = `Expected at most one length of \`shape\` to be -1, got ${show(given)}`;
    throw new ShapeError(message, { shape: lengths as number[], expected: view.shape });
  }
  const shape = expectShape(lengths.map((n, axis) => (axis === free ? 1 : n)));
  const rest = sizeOf(shape);
  if (rest === 0 || view.size % rest !== 0) throw wrongSize(given, view);
  shape[free] = view.size / rest;
  return shape;
}

function wrongSize(given: unknown, view: View): ShapeError {
  const shape = Array.isArray(given) ? given : [given];
  const got = `${show(given)} (array of shape ${show(view.shape)})`;
  const message = `Expected \`shape\` to have ${view.size} elements, got ${got}`;
  return new ShapeError(message, { shape, expected: view.shape });
}

/**
 * The strides of the new shape over the same elements, or undefined if there are none. Old and new axes are matched in
 * groups of equal size. The old axes of a group must follow each other without a gap; the new axes then divide them.
 * https://github.com/numpy/numpy/blob/v2.4.0/numpy/_core/src/multiarray/shape.c (_attempt_nocopy_reshape)
 */
function stridesWithoutCopy(view: View, shape: readonly number[]): number[] | undefined {
  if (view.size === 0) return cStrides(shape);
  const long = view.shape.map((_, axis) => axis).filter((axis) => view.shape[axis] !== 1);
  const strides = new Array<number>(shape.length).fill(0);
  let from = 0;
  let to = 0;
  while (from < long.length) {
    let fromEnd = from + 1;
    let have = view.shape[long[from]!]!;
    const toStart = to;
    let want = 1;
    while (want !== have) {
      if (want < have) want *= shape[to++]!;
      else have *= view.shape[long[fromEnd++]!]!;
    }
    for (let i = from; i < fromEnd - 1; i++) {
      const [outer, inner] = [long[i]!, long[i + 1]!];
      if (view.strides[outer] !== view.strides[inner]! * view.shape[inner]!) return undefined;
    }
    let stride = view.strides[long[fromEnd - 1]!]!;
    for (let axis = to - 1; axis >= toStart; axis--) {
      strides[axis] = stride;
      stride *= shape[axis]!;
    }
    from = fromEnd;
  }
  return strides;
}
