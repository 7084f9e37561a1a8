/** Positions along an axis that differ from line to line, as flat positions: for `takeAlongAxis`, `putAlongAxis`. */
import { DTypeError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { Positions } from "../ndarray/gather.js";
import { arrayOf } from "../ndarray/ndarray.js";
import { isIntegers, withPositions, withRoom } from "../ndarray/positions.js";
import { broadcastShapes, cStrides, expectAxis, sizeOf } from "../ndarray/shape.js";
import { expectStrided } from "../ndarray/strided-array.js";
import { broadcastTo, cView, makeView } from "../ndarray/view.js";
import { forEachRun, jointLoop } from "../ndarray/walk.js";

/**
 * Calls `use` with the flat positions, in C order of an array of that shape, that indices along an axis stand for, and
 * with the shape of these positions. The other axes of the array and of the indices broadcast.
 *
 * @throws {IndexError} If an index is outside of the axis.
 * @throws {ShapeError} If the ranks differ, or the other axes do not broadcast.
 * @throws {DTypeError} If `indices` does not hold integers.
 */
export function withFlatAlong<T>(
  shape: readonly number[],
  indices: unknown,
  axis: unknown,
  use: (flat: Positions, shape: readonly number[]) => T,
): T {
  const cure = ' (make one with array(…, { dtype: "int32" }))';
  const { elements, view } = expectStrided(indices, "indices", "an NDArray of integers", cure);
  if (!isIntegers(elements.dtype)) {
    const got = `one of ${elements.dtype} (use .astype("int32"))`;
    const message = `Expected \`indices\` to be an array of integers, got ${got}`;
    throw new DTypeError(message, { dtype: elements.dtype, expected: "integers" });
  }
  const along = expectAxis(axis, shape);
  if (view.shape.length !== shape.length) {
    const got = `${show(view.shape)} (array of shape ${show(shape)})`;
    const message = `Expected \`indices\` to have ${shape.length} axes, as the array has, got shape ${got}`;
    throw new ShapeError(message, { shape: view.shape, expected: shape });
  }
  const others = broadcastShapes([shape.with(along, 1), view.shape.with(along, 1)]);
  const made = others.with(along, view.shape[along]!);
  const wide = arrayOf({ elements, view: broadcastTo(view, made) }, true);
  return withPositions(wide, along, shape, (positions) =>
    withRoom(positions.length, sizeOf(shape), (flat) => {
      writeFlat(flat, positions, shape, along, made);
      return use(flat, made);
    }),
  );
}

function writeFlat(
  flat: Positions,
  positions: Positions,
  shape: readonly number[],
  axis: number,
  made: readonly number[],
): void {
  const strides = cStrides(shape);
  const step = strides[axis]!;
  const bases = made.map((_, i) => (i === axis || shape[i] === 1 ? 0 : strides[i]!));
  const loop = jointLoop([cView(made), makeView(made, bases, 0)], "C");
  const along = loop.strides[1]!.at(-1)!;
  forEachRun(loop, 0, loop.size, ([at, base], count) => {
    for (let k = 0, i = at!, b = base!; k < count; k++, i++, b += along) flat[i] = positions[i]! * step + b;
  });
}
