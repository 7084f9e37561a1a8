/** Where elements are that are not zero, and the elements at positions of their own along an axis. */
import type { DType, IntegerDType, ScalarOf } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, expectNoOptions } from "../base/expect.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import type { Positions } from "../ndarray/gather.js";
import { scalars } from "../ndarray/lists.js";
import {
  type ArrayOf,
  arrayOf,
  type NDArray,
  type OutOption,
  type ReadonlyNDArray,
  stridedOf,
} from "../ndarray/ndarray.js";
import type { AxisOptions } from "../ndarray/notation.js";
import { inOneAxis, slabs, withTrue } from "../ndarray/select.js";
import { blankStrided, withCompact, writtenStrided } from "../ndarray/storage.js";
import { cView } from "../ndarray/view.js";
import { withFlatAlong } from "./along.js";
import { ndindex } from "./index-grids.js";
import { indicesAlong, MOST_POSITIONS, tooManyPositions, writeIndices } from "./indices.js";

/**
 * The indices of the elements that are not zero, in C order: an array for each axis. After `np.nonzero`.
 *
 * @example const [rows, columns] = nonzero(greater(a, 2));
 * @throws {ShapeError} If the array has no axes.
 */
export function nonzero(a: ReadonlyNDArray): NDArray<"int32", 1>[];
export function nonzero(a: ReadonlyNDArray, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "nonzero");
  const source = stridedOf(a);
  const { shape } = source.view;
  if (shape.length === 0) {
    throw new ShapeError("Expected at least 1 axis, got an array of shape []", { shape, expected: [-1] });
  }
  return withNonzero(source, (positions) =>
    shape.map((_, axis) => arrayOf(indicesAlong(positions, shape, axis, [positions.length]))),
  );
}

/**
 * The flat positions of the elements that are not zero, in C order. After `np.flatnonzero`.
 *
 * @example flatnonzero(array([0, 5, 0, 7])).toArray() // [1, 3]
 */
export function flatnonzero(a: ReadonlyNDArray): NDArray<"int32", 1>;
export function flatnonzero(a: ReadonlyNDArray, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "flatnonzero");
  const source = stridedOf(a);
  const { size } = source.view;
  return withNonzero(source, (positions) => arrayOf(indicesAlong(positions, [size], 0, [positions.length])));
}

/**
 * The indices of the elements that are not zero, in C order: a row for each of them. After `np.argwhere`.
 *
 * @example argwhere(array([[0, 1], [1, 0]])).toArray() // [[0, 1], [1, 0]]
 */
export function argwhere(a: ReadonlyNDArray): NDArray<"int32", 2>;
export function argwhere(a: ReadonlyNDArray, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "argwhere");
  const source = stridedOf(a);
  const { shape } = source.view;
  return withNonzero(source, (positions) => {
    const made = writtenStrided([positions.length, shape.length], "int32", undefined, ({ elements }) => {
      for (const axis of shape.keys()) writeIndices(positions, shape, axis, elements.raw, axis, shape.length);
    });
    return arrayOf(made);
  });
}

/** Calls `use` with the flat positions in C order of the elements that are not zero; NaN is not. */
export function withNonzero<T>(source: Strided, use: (positions: Positions) => T): T {
  if (source.view.size > MOST_POSITIONS) throw tooManyPositions(source.view.size);
  if (source.elements.dtype === "bool") return withTrue(source, use);
  const mask = blankStrided(cView(source.view.shape), "bool");
  try {
    copy(mask, source);
    return withTrue(mask, use);
  } finally {
    mask.elements.memory.close();
  }
}

/**
 * The elements at positions along an axis, which differ from line to line: what `argsort` and `argmax` with `keepdims`
 * give. The other axes of `indices` broadcast with those of the array. In a new array, or in `out`. After
 * `np.take_along_axis`.
 *
 * @param options `axis`, by default the last
 * @example takeAlongAxis(a, argsort(a, { axis: 1 }), { axis: 1 }) // as sort(a, { axis: 1 })
 * @throws {IndexError} If an index is outside of the axis.
 * @throws {ShapeError} If the ranks differ, or the other axes do not broadcast.
 * @throws {DTypeError} If `indices` does not hold integers.
 */
export function takeAlongAxis<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  indices: ReadonlyNDArray<IntegerDType, R>,
  options?: AxisOptions & OutOption,
): ArrayOf<D, R> {
  const { axis = -1, out } = expectKnown(options, ["axis", "out"], "takeAlongAxis");
  const source = stridedOf(a);
  return withFlatAlong(source.view.shape, indices, axis, (flat, shape) => {
    const result = withCompact(source, (ready) =>
      slabs([source, stridedOf(indices)], inOneAxis(ready), 0, flat, shape, out),
    );
    return (out ?? arrayOf(result)) as never;
  });
}

/**
 * The indices of all elements, in C order, and the elements. After `np.ndenumerate`.
 *
 * @example for (const [[i, j], value] of ndenumerate(a)) …
 */
export function ndenumerate<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
): IterableIterator<[index: number[], value: ScalarOf<D>]>;
export function ndenumerate(a: ReadonlyNDArray, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "ndenumerate");
  return enumerated(stridedOf(a));
}

function* enumerated(source: Strided): IterableIterator<[number[], unknown]> {
  const indices = ndindex(source.view.shape);
  for (const value of scalars(source)) yield [indices.next().value as number[], value];
}
