/** The views that scijs' `ndarray` offers, with its meanings, and with the range checks that it lacks. Pure. */
import { IndexError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { Strided } from "./elements.js";
import type { SliceArg } from "./notation.js";
import { extent, makeView, slice, type View } from "./view.js";

/** Packages around scijs compute `offset | 0`, so that they misread larger offsets. */
const MAX_OFFSET = 2 ** 31 - 1;

/** The same array. If its offset is too large for scijs, its elements begin nearer to it. */
export function withNearOffset(strided: Strided): Strided {
  const { elements, view } = strided;
  if (view.offset <= MAX_OFFSET) return strided;
  const [low, high] = extent(view);
  return {
    elements: elements.window(low, high - low + 1),
    view: makeView(view.shape, view.strides, view.offset - low),
  };
}

/** Without the first `from` along each axis. What is no number, or negative, leaves an axis as it is. */
export const lo = (view: View, from: readonly unknown[]): View =>
  slice(
    view,
    ranges(view, from, (i, n) => [i, n]),
  );
/** Only the first `to` along each axis. */
export const hi = (view: View, to: readonly unknown[]): View =>
  slice(
    view,
    ranges(view, to, (i) => [0, i]),
  );

/** Every `by`-th along each axis; a negative one begins at the end. */
export const step = (view: View, by: readonly unknown[]): View =>
  slice(
    view,
    view.shape.map((_, axis): SliceArg => (typeof by[axis] === "number" ? [null, null, by[axis]] : [])),
  );

/** Drops the axes that are given an index. */
export const pick = (view: View, at: readonly unknown[]): View =>
  slice(
    view,
    view.shape.map((_, axis): SliceArg => {
      const i = at[axis];
      return typeof i === "number" && i >= 0 ? i : [];
    }),
  );

/** Axes from the fastest to the slowest. */
export const order = ({ strides }: View): number[] =>
  strides.map((_, axis) => axis).sort((a, b) => Math.abs(strides[a]!) - Math.abs(strides[b]!));

function ranges(
  { shape }: View,
  given: readonly unknown[],
  range: (i: number, length: number) => [number, number],
): SliceArg[] {
  return shape.map((n, axis) => {
    const i = given[axis];
    if (typeof i !== "number" || i < 0) return [];
    if (Number.isInteger(i) && i <= n) return range(i, n);
    const message = `Expected argument ${axis} to be an integer in [0, ${n}], got ${show(i)} (array of shape ${show(shape)})`;
    throw new IndexError(message, { index: i, axis, shape });
  });
}
