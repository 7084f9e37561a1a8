/** `slidingWindowView`: all windows of an array, as a view. */
import { type DType, MAX_RANK } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, show } from "../base/expect.js";
import { arrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import type { Axes, RankTable } from "../ndarray/notation.js";
import { expectAxis } from "../ndarray/shape.js";
import { makeView } from "../ndarray/view.js";

/** Along which axes windows slide. */
export interface WindowOptions {
  /** An axis for each length of the window; by default all axes. An axis may be named several times. */
  readonly axis?: Axes | undefined;
}
/** How many axes a window adds: one for each of its lengths. */
type Added<W> = W extends readonly unknown[] ? (number extends W["length"] ? "?" : `+${W["length"]}`) : "+1";

/**
 * All windows of an array as a read-only view: of each axis that windows slide along, n - window + 1 places are left,
 * and the axes of the window come last: (n) becomes (n - window + 1, window). After
 * `np.lib.stride_tricks.sliding_window_view`.
 *
 * @param window its length along the axis, or a list of lengths
 * @param options `axis`: an axis for each length, by default all axes
 * @example mean(slidingWindowView(prices, 20), { axis: 1 })
 * @example slidingWindowView(image, [3, 3]) // (rows - 2, columns - 2, 3, 3)
 * @throws {ShapeError} If there are not as many lengths as axes.
 * @throws {RangeError} If a length is not in [1, n].
 */
export function slidingWindowView<D extends DType, R extends number, const W extends number | readonly number[]>(
  a: ReadonlyNDArray<D, R>,
  window: W,
  options?: WindowOptions,
): ReadonlyNDArray<D, RankTable[R][Added<W>]> {
  const { axis } = expectKnown(options, ["axis"], "slidingWindowView");
  const { elements, view } = stridedOf(a);
  const lengths: unknown[] = Array.isArray(window) ? [...window] : [window];
  const axes = axis === undefined ? view.shape.map((_, i) => i) : Array.isArray(axis) ? [...axis] : [axis];
  if (axes.length !== lengths.length) {
    const cure = axis === undefined ? " (name an axis for each length in `axis`)" : "";
    const got = `${lengths.length} (array of shape ${show(view.shape)})${cure}`;
    const message = `Expected \`window\` to have ${axes.length} lengths, one for each axis, got ${got}`;
    throw new ShapeError(message, { shape: [lengths.length], expected: [axes.length] });
  }
  expectInteger("shape.length", view.shape.length + axes.length, 0, MAX_RANK + 1);
  const [shape, strides] = [[...view.shape], [...view.strides]];
  for (const [i, given] of axes.entries()) {
    const along = expectAxis(given, view.shape);
    const left = shape[along]!;
    const length = expectInteger("window", lengths[i], 1, left + 1, `axis ${along} of ${left} elements`);
    shape[along] = left - length + 1;
    shape.push(length);
    strides.push(view.strides[along]!);
  }
  return arrayOf({ elements, view: makeView(shape, strides, view.offset) }, true, true) as never;
}
