/** `block`: an array put together from nested lists of arrays. */
import { ShapeError } from "../base/errors.js";
import { expectNoOptions } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { type AnyNDArray, isReadonlyArray, type ReadonlyNDArray, stridedOf, viewOf } from "../ndarray/ndarray.js";
import { expandDims } from "../ndarray/view.js";
import { concat } from "./join.js";

/** Arrays in nested lists, all equally deep. */
export type Blocks = ReadonlyNDArray | readonly Blocks[];

/**
 * A new array put together from blocks: those of the innermost lists are next to each other along the last axis, the
 * lists around them along the one before, and so on. Blocks of several dtypes get the common one. After `np.block`.
 *
 * @example block([[a, b], [c, d]]) // a and b side by side, c and d below them
 * @throws {ShapeError} If the lists are not equally deep, one is empty, or blocks do not fit together.
 */
export function block(blocks: Blocks): AnyNDArray;
export function block(blocks: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "block");
  const { depth, rank } = measured(blocks, 0);
  if (depth === 0) return (blocks as ReadonlyNDArray).copy();
  return joined(blocks as readonly unknown[], depth, Math.max(depth, rank));
}

/** How deep the lists are, and the most axes of a block. */
function measured(blocks: unknown, level: number): { depth: number; rank: number } {
  if (!Array.isArray(blocks)) return { depth: level, rank: stridedOf(blocks as ReadonlyNDArray).view.shape.length };
  if (level >= MOST_LEVELS) throw unequal(`lists that are more than ${MOST_LEVELS} deep`);
  if (blocks.length === 0) throw unequal("an empty list");
  const inside = Array.from(blocks, (one: unknown) => measured(one, level + 1));
  const { depth } = inside[0]!;
  const other = inside.find((one) => one.depth !== depth);
  if (other) throw unequal(`blocks at depths ${depth} and ${other.depth}`);
  return { depth, rank: Math.max(...inside.map((one) => one.rank)) };
}
const MOST_LEVELS = 64;
keepNames({ block });

const unequal = (got: string): ShapeError =>
  new ShapeError(`Expected \`blocks\` to be lists of arrays, all equally deep and not empty, got ${got}`, {
    shape: [],
    expected: [],
  });

function joined(blocks: readonly unknown[], depth: number, rank: number): AnyNDArray {
  const made: AnyNDArray[] = [];
  try {
    const parts = blocks.map((one) => {
      if (!Array.isArray(one)) return widened(one as ReadonlyNDArray, rank);
      const part = joined(one, depth - 1, rank);
      made.push(part);
      return part;
    });
    return concat(parts as ReadonlyNDArray[], { axis: rank - depth }) as AnyNDArray;
  } finally {
    for (const part of made) part.close();
  }
}

/** A view with so many axes; new ones come first. */
function widened(a: ReadonlyNDArray, rank: number): ReadonlyNDArray {
  const added = rank - stridedOf(a).view.shape.length;
  const axes = Array.from({ length: added }, (_, i) => i);
  return viewOf(stridedOf(a), (view) => (added > 0 ? expandDims(view, axes) : view), isReadonlyArray(a));
}
