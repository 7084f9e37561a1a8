/**
 * Loops over several views of one shape at once. Axes are merged if all views allow it; the remaining axes are
 * walked in runs along the last axis, or in tiles of the last two. Pure. Copies, comparisons and all element-wise
 * functions use it.
 */
import type { View } from "./view.js";

/** The merged axes of several operands. Position k, in [0, size), counts through them in C order. */
export interface Loop {
  /** The length of each merged axis; there is at least one. */
  readonly shape: readonly number[];
  /** The strides of each operand, in elements. */
  readonly strides: readonly (readonly number[])[];
  /** Where each operand's element of position 0 is. */
  readonly offsets: readonly number[];
  readonly size: number;
}

/**
 * The loop over views of one shape. In order "C", position k is the k-th element in C order. In order "K", axes are
 * sorted and reversed so that the first operand is walked in the order of its memory. This is for work whose result
 * does not depend on the order.
 */
export function jointLoop(views: readonly View[], order: "C" | "K"): Loop {
  const { shape, size } = views[0]!;
  const offsets = views.map((view) => view.offset);
  if (size === 0) return { shape: [0], strides: views.map(() => [0]), offsets, size };
  const axes = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1);
  if (order === "K") turnToFirst(views, axes);
  const merged: { length: number; strides: number[] }[] = [];
  for (const axis of axes) {
    const length = shape[axis]!;
    const strides = views.map((view) => view.strides[axis]!);
    if (order === "K" && strides[0]! < 0) {
      for (const [i, stride] of strides.entries()) offsets[i]! += (length - 1) * stride;
      for (const i of strides.keys()) strides[i]! *= -1;
    }
    const outer = merged.at(-1);
    if (outer?.strides.every((stride, i) => stride === strides[i]! * length)) {
      outer.length *= length;
      outer.strides = strides;
    } else {
      merged.push({ length, strides });
    }
  }
  if (merged.length === 0) merged.push({ length: 1, strides: views.map(() => 0) });
  return {
    shape: merged.map(({ length }) => length),
    strides: views.map((_, i) => merged.map(({ strides }) => strides[i]!)),
    offsets,
    size,
  };
}

/** Sorts axes so that the first operand's strides decrease. Axes of equal strides stay in C order. */
function turnToFirst(views: readonly View[], axes: number[]): void {
  const { strides } = views[0]!;
  axes.sort((a, b) => Math.abs(strides[b]!) - Math.abs(strides[a]!) || a - b);
}

/**
 * The most positions of one tile. They are few enough that optimised code can take over between two tiles, and that no
 * thread waits long for one.
 */
export const TILE = 32768;
/**
 * Rows and columns of a tile if an operand is walked across its rows: as many cache lines of each operand as the
 * first-level cache holds.
 */
const CROSS = 64;

/**
 * Calls `visit` for each tile of positions [start, end): `rows` rows of `count` positions each. `offsets` are the
 * operands' first elements; the steps from row to row and from position to position are those of the loop's last
 * two axes.
 */
export function forEachTile(
  loop: Loop,
  start: number,
  end: number,
  visit: (rows: number, count: number, offsets: readonly number[]) => void,
): void {
  const { shape, strides } = loop;
  const rank = shape.length;
  const width = shape[rank - 1]!;
  const across = strides.map((one) => (rank > 1 ? one[rank - 2]! : 0));
  const along = strides.map((one) => one[rank - 1]!);
  const isCrossed = along.some((step, i) => across[i] !== 0 && Math.abs(step) > Math.abs(across[i]!));
  const cut = (at: readonly number[], rows: number, count: number) => {
    const columns = isCrossed && rows > 1 ? CROSS : TILE;
    const height = isCrossed ? CROSS : Math.max(1, Math.floor(TILE / count));
    for (let row = 0; row < rows; row += height) {
      for (let column = 0; column < count; column += columns) {
        const offsets = at.map((one, i) => one + row * across[i]! + column * along[i]!);
        visit(Math.min(height, rows - row), Math.min(columns, count - column), offsets);
      }
    }
  };
  if (rank === 1) {
    cut(
      loop.offsets.map((one, i) => one + start * along[i]!),
      1,
      end - start,
    );
    return;
  }
  const plane = shape[rank - 2]!;
  for (let position = start; position < end; ) {
    const at = offsetsAt(loop, position);
    const column = position % width;
    const left = end - position;
    const isWhole = column === 0 && left >= width;
    const row = Math.floor(position / width) % plane;
    const rows = isWhole ? Math.min(plane - row, Math.floor(left / width)) : 1;
    const count = isWhole ? width : Math.min(width - column, left);
    cut(at, rows, count);
    position += rows * count;
  }
}

/** Where each operand's element of a position is. */
export function offsetsAt({ shape, strides, offsets }: Loop, position: number): number[] {
  const at = [...offsets];
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0 && rest > 0; axis--) {
    const index = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    for (let i = 0; i < at.length; i++) at[i]! += index * strides[i]![axis]!;
  }
  return at;
}

/** Calls `run` for each run of positions [start, end) along the last axis. `offsets` say where the run begins. */
export function forEachRun(
  loop: Loop,
  start: number,
  end: number,
  run: (offsets: readonly number[], count: number) => void,
): void {
  const { shape, strides } = loop;
  const last = shape.length - 1;
  const length = shape[last]!;
  const index = new Array<number>(shape.length).fill(0);
  const at = offsetsAt(loop, start);
  let rest = start;
  for (let axis = last; axis >= 0 && rest > 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  for (let position = start; position < end; ) {
    const count = Math.min(length - index[last]!, end - position);
    run(at, count);
    position += count;
    if (position >= end) return;
    // To get to the next row, go back to the start of this one, then count up the outer axes.
    for (let i = 0; i < at.length; i++) at[i]! -= index[last]! * strides[i]![last]!;
    index[last] = 0;
    for (let axis = last - 1; axis >= 0; axis--) {
      const wraps = ++index[axis]! === shape[axis];
      for (let i = 0; i < at.length; i++) at[i]! += (wraps ? 1 - shape[axis]! : 1) * strides[i]![axis]!;
      if (!wraps) break;
      index[axis] = 0;
    }
  }
}
