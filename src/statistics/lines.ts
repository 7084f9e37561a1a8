/** An array as lines: its elements along the axes that are reduced, one line after the other, in a copy. */
import type { DType, RawArray } from "../base/dtype.js";
import { stridedOf } from "../ndarray/ndarray.js";
import type { AnyArray } from "../ndarray/operands.js";
import { expectAxes, sizeOf } from "../ndarray/shape.js";
import { withRaw } from "../ndarray/storage.js";
import { pickAxes } from "../ndarray/view.js";

/**
 * The elements of a contiguous array of a real dtype. Unlike with `flat`, the memory can be used again when the array
 * is closed; nothing may look at them then.
 */
export function rawOf(a: AnyArray): RawArray {
  const { elements, view } = stridedOf(a);
  return elements.raw.subarray(view.offset, view.offset + view.size);
}

/** Which axes are reduced, and what is left. */
export interface Reduced {
  readonly axes: readonly number[];
  /** The lengths of the axes that stay; with `keepdims`, those that are reduced have length 1. */
  readonly shape: readonly number[];
  /** How many lines there are, and how many elements each has. */
  readonly lines: number;
  readonly length: number;
}

/**
 * Checks the axes of a reduction; by default all.
 *
 * @throws {RangeError} If there is no such axis, or one is given twice.
 */
export function reducedAxes(a: AnyArray, axis: unknown, keepdims: boolean): Reduced {
  const axes = axis === undefined ? a.shape.map((_, i) => i) : expectAxes(axis, a.shape);
  const others = a.shape.filter((_, i) => !axes.includes(i));
  return {
    axes,
    shape: keepdims ? a.shape.map((n, i) => (axes.includes(i) ? 1 : n)) : others,
    lines: sizeOf(others),
    length: sizeOf(axes.map((i) => a.shape[i]!)),
  };
}

/** Calls `use` with the lines as raw elements of a dtype, in a copy that may be changed and is closed afterwards. */
export function withLines<T>(a: AnyArray, { axes }: Reduced, dtype: DType, use: (raw: RawArray) => T): T {
  const { elements, view } = stridedOf(a);
  const others = a.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const moved = pickAxes(view, [...others, ...axes]);
  return withRaw({ elements, view: moved }, dtype, use, false);
}
