/** Between flat positions and indices: `unravelIndex`, `ravelMultiIndex`. */
import type { IntegerDType, RawArray } from "../base/dtype.js";
import { IndexError, ShapeError, UnsupportedError } from "../base/errors.js";
import { expectNoOptions, show } from "../base/expect.js";
import type { Positions as Found } from "../ndarray/gather.js";
import { arrayOf, type NDArray, type ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { Positions, Shape } from "../ndarray/notation.js";
import { withPositions } from "../ndarray/positions.js";
import { cStrides, expectShape, sizeOf } from "../ndarray/shape.js";
import { writtenStrided } from "../ndarray/storage.js";

/**
 * The index of the element at a flat position, counted in C order: what `argmax` without an axis gives. Of several
 * positions, an array for each axis. After `np.unravel_index`.
 *
 * @example unravelIndex(argmax(a), a.shape) // [1, 2]
 * @throws {IndexError} If a position is outside of an array of that shape.
 */
export function unravelIndex(position: number, shape: Shape): number[];
export function unravelIndex<R extends number = 1>(
  positions: ReadonlyNDArray<IntegerDType, R> | Positions,
  shape: Shape,
): NDArray<"int32", R>[];
export function unravelIndex(given: unknown, shape: Shape, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "unravelIndex");
  const lengths = expectShape(shape);
  const strides = cStrides(lengths);
  const size = sizeOf(lengths);
  if (typeof given === "number") {
    if (!Number.isInteger(given) || given < -size || given >= size) {
      const message = `Expected \`position\` to be an integer in [${-size}, ${size}), got ${show(given)}`;
      throw new IndexError(`${message} (shape ${show(lengths)})`, { index: given, axis: 0, shape: lengths });
    }
    const position = given < 0 ? given + size : given + 0; // not -0
    return lengths.map((n, axis) => Math.floor(position / strides[axis]!) % n);
  }
  if (size > MOST_POSITIONS) throw tooManyPositions(size);
  return withPositions(
    given,
    0,
    [size],
    (positions, made) => lengths.map((_, axis) => arrayOf(indicesAlong(positions, lengths, axis, made))),
    "positions",
  );
}

/** Positions are int32, which typed arrays and other functions take as they are. */
export const MOST_POSITIONS = 2 ** 31;
export const tooManyPositions = (size: number): UnsupportedError =>
  new UnsupportedError(`Expected at most ${MOST_POSITIONS} elements, whose positions are int32, got ${size}`, {
    feature: `positions of more than ${MOST_POSITIONS} elements`,
    instead: "parts of the array",
  });

/** The index along an axis for each flat position, in a new array of int32. */
export const indicesAlong = (positions: Found, shape: readonly number[], axis: number, made: readonly number[]) =>
  writtenStrided(made, "int32", undefined, ({ elements }) => writeIndices(positions, shape, axis, elements.raw, 0, 1));

/** Writes the index along an axis for each flat position, to every `step`-th place. */
export function writeIndices(
  positions: Found,
  shape: readonly number[],
  axis: number,
  to: RawArray,
  start: number,
  step: number,
): void {
  const [stride, length, count] = [cStrides(shape)[axis]!, shape[axis]!, positions.length];
  if (shape.length === 1 && step === 1) to.set(positions, start);
  else if (shape.length === 1) for (let i = 0, at = start; i < count; i++, at += step) to[at] = positions[i]!;
  else if (axis === 0) for (let i = 0, at = start; i < count; i++, at += step) to[at] = (positions[i]! / stride) | 0;
  else for (let i = 0, at = start; i < count; i++, at += step) to[at] = ((positions[i]! / stride) | 0) % length;
}

/**
 * The flat position of the element at an index, counted in C order; negative numbers count from the end. After
 * `np.ravel_multi_index`, which takes no negative ones.
 *
 * @example ravelMultiIndex([1, 2], [2, 3]) // 5
 * @throws {ShapeError} If there are not as many numbers as axes.
 * @throws {IndexError} If a number is outside of its axis.
 */
export function ravelMultiIndex(index: readonly number[], shape: Shape): number;
export function ravelMultiIndex(index: readonly number[], shape: Shape, ...extra: unknown[]): number {
  expectNoOptions(extra, "ravelMultiIndex");
  const lengths = expectShape(shape);
  if (!Array.isArray(index) || index.length !== lengths.length) {
    const message = `Expected \`index\` to be a list of ${lengths.length} integers, got ${show(index)}`;
    throw new ShapeError(`${message} (shape ${show(lengths)})`, { shape: [], expected: lengths });
  }
  const strides = cStrides(lengths);
  return lengths.reduce((position, n, axis) => {
    const i: unknown = index[axis];
    if (!Number.isInteger(i) || (i as number) < -n || (i as number) >= n) {
      const message = `Expected \`index[${axis}]\` to be an integer in [${-n}, ${n}), got ${show(i)}`;
      throw new IndexError(`${message} (shape ${show(lengths)})`, { index: i as number, axis, shape: lengths });
    }
    return position + (((i as number) + n) % n) * strides[axis]!;
  }, 0);
}
