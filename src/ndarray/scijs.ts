/** The views that scijs' `ndarray` makes. Here they have the same meaning, but ranges are checked. Pure. */
import { IndexError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { Strided } from "./elements.js";
import type { SliceArg } from "./index-notation.js";
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

/**
 * The view without the first `from` indices of each axis. An axis whose `from` is negative or no number is kept.
 *
 * @throws {IndexError} If an axis is shorter.
 */
export const lo = (view: View, from: readonly unknown[]): View =>
  slice(
    view,
    ranges(view, from, (i, n) => [i, n]),
  );
/**
 * The view of only the first `to` indices of each axis. An axis whose `to` is negative or no number is kept.
 *
 * @throws {IndexError} If an axis is shorter.
 */
export const hi = (view: View, to: readonly unknown[]): View =>
  slice(
    view,
    ranges(view, to, (i) => [0, i]),
  );

/**
 * The view of every `by`-th index of each axis; a negative step starts from the end.
 *
 * @throws {IndexError} If a step is 0.
 */
export const step = (view: View, by: readonly unknown[]): View =>
  slice(
    view,
    view.shape.map((_, axis): SliceArg => (typeof by[axis] === "number" ? [null, null, by[axis]] : [])),
  );

/**
 * The view without the axes for which an index is given.
 *
 * @throws {IndexError} If an index is outside of its axis.
 */
export const pick = (view: View, at: readonly unknown[]): View =>
  slice(
    view,
    view.shape.map((_, axis): SliceArg => {
      const i = at[axis];
      return typeof i === "number" && i >= 0 ? i : [];
    }),
  );

/** The axes from the fastest to the slowest. */
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
    const got = `${show(i)} (array of shape ${show(shape)})`;
    const message = `Expected argument ${axis} to be an integer in [0, ${n}], got ${got}`;
    throw new IndexError(message, { index: i, axis, shape });
  });
}
