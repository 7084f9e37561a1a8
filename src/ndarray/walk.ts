/**
 * Loops over several views of one shape at once: axes are merged where all of them allow it, and what remains is walked
 * in runs along the last axis. Pure; used by copies, by comparisons and by the element-wise calls of the pool.
 */
import type { View } from "./view.js";

export interface Loop {
  /** At least one axis. */
  readonly shape: readonly number[];
  /** Strides of each operand, in elements. */
  readonly strides: readonly (readonly number[])[];
  readonly offsets: readonly number[];
  readonly size: number;
}

/**
 * The loop over views of one shape. In order "C" position k is the k-th element in C order. In order "K" axes are sorted
 * and turned so that the first operand is walked as it lies in memory: for results that do not depend on the order.
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

/** Sorts axes so that the first operand's strides fall; equal ones stay in C order. */
function turnToFirst(views: readonly View[], axes: number[]): void {
  const { strides } = views[0]!;
  axes.sort((a, b) => Math.abs(strides[b]!) - Math.abs(strides[a]!) || a - b);
}

/** Calls `run` for each stretch of positions [start, end) along the last axis; `offsets` are the operands' first elements. */
export function forEachRun(
  { shape, strides, offsets }: Loop,
  start: number,
  end: number,
  run: (offsets: readonly number[], count: number) => void,
): void {
  const last = shape.length - 1;
  const length = shape[last]!;
  const index = new Array<number>(shape.length).fill(0);
  const at = [...offsets];
  let rest = start;
  for (let axis = last; axis >= 0 && rest > 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    for (let i = 0; i < at.length; i++) at[i]! += index[axis]! * strides[i]![axis]!;
  }
  for (let position = start; position < end; ) {
    const count = Math.min(length - index[last]!, end - position);
    run(at, count);
    position += count;
    if (position >= end) return;
    // To the next row: back to the start of this one, then count up the outer axes.
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
