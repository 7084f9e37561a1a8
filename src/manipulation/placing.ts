/** Functions that write to some elements of an array in place: `putAlongAxis`, `putmask`, `place`, `fillDiagonal`. */
import type { DType, IntegerDType, StoredOf } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectBoolean, expectKnown, expectNoOptions, show } from "../base/expect.js";
import { stretchTo } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import type { NDArray, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { AxisOptions, NestedList, TypedArrayLike } from "../ndarray/notation.js";
import { withRoom } from "../ndarray/positions.js";
import { inOneAxis, putAt, slabs, withTrue } from "../ndarray/select.js";
import { cStrides, sameShape } from "../ndarray/shape.js";
import { withCompact } from "../ndarray/storage.js";
import { expectStridedMask, expectWritable } from "../ndarray/strided-array.js";
import { withSource } from "../ndarray/write.js";
import { withFlatAlong } from "./along.js";

/** What may be written to an array of a dtype: an array, a list, a typed array or a number. */
export type Values<D extends DType> = ReadonlyNDArray | NestedList | TypedArrayLike | StoredOf<D> | number;

/**
 * Writes values to positions along an axis, which differ from line to line: the counterpart of `takeAlongAxis`. The
 * values broadcast to the shape of the positions. Returns the array. After `np.put_along_axis`.
 *
 * @param options `axis`, by default the last
 * @example putAlongAxis(a, argmax(a, { axis: 1, keepdims: true }), 0, { axis: 1 })
 * @throws {IndexError} If an index is outside of the axis.
 * @throws {ShapeError} If the ranks differ, or shapes do not broadcast.
 * @throws {LayoutError} If the array is read-only.
 */
export function putAlongAxis<D extends DType, R extends number>(
  a: NDArray<D, R>,
  indices: ReadonlyNDArray<IntegerDType, R>,
  values: Values<D>,
  options?: AxisOptions,
): NDArray<D, R> {
  const { axis = -1 } = expectKnown(options, ["axis"], "putAlongAxis");
  const target = expectWritable(a);
  withFlatAlong(target.view.shape, indices, axis, (flat, shape) =>
    withSource(target, values, "values", ({ elements, view }) =>
      putAt(target, flat, { elements, view: stretchTo(view, shape, "values") }),
    ),
  );
  return a;
}

/**
 * Writes values where a mask is true: to each element the value at its own place, counted in C order and starting again
 * when they run out. Returns the array. After `np.putmask`.
 *
 * @example putmask(a, greater(a, 2), square(a))
 * @throws {ShapeError} If the mask does not have the array's shape.
 * @throws {LayoutError} If the array is read-only.
 */
export function putmask<D extends DType, R extends number>(
  a: NDArray<D, R>,
  mask: ReadonlyNDArray<"bool">,
  values: Values<D>,
): NDArray<D, R>;
export function putmask(a: NDArray<DType>, mask: unknown, values: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "putmask");
  const target = expectWritable(a);
  withMask(target, mask, (positions) =>
    withSource(target, values, "values", (given) => {
      const count = given.view.size;
      if (count === 0) return;
      withCompact(given, (ready) =>
        withRoom(positions.length, count, (places) => {
          for (let i = 0; i < positions.length; i++) places[i] = positions[i]! % count;
          const chosen = slabs([given], inOneAxis(ready), 0, places, [positions.length], undefined);
          putAt(target, positions, chosen);
          chosen.elements.memory.close();
        }),
      );
    }),
  );
  return a;
}

/**
 * Writes values, one after the other and starting again when they run out, where a mask is true. Returns the array.
 * After `np.place`.
 *
 * @example place(a, greater(a, 2), [7, 8]) // 7, 8, 7, …
 * @throws {ShapeError} If the mask does not have the array's shape, or there are no values to write.
 * @throws {LayoutError} If the array is read-only.
 */
export function place<D extends DType, R extends number>(
  a: NDArray<D, R>,
  mask: ReadonlyNDArray<"bool">,
  values: Values<D>,
): NDArray<D, R>;
export function place(a: NDArray<DType>, mask: unknown, values: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "place");
  const target = expectWritable(a);
  withMask(target, mask, (positions) =>
    withSource(target, values, "values", (given) => {
      if (given.view.size === 0 && positions.length > 0) {
        throw new ShapeError("Expected at least one value to place, got none", { shape: [0], expected: [1] });
      }
      putAt(target, positions, given);
    }),
  );
  return a;
}

/** Whether a tall matrix gets another diagonal below the first. */
export interface FillDiagonalOptions {
  /** If true, the diagonal begins again one row after it has reached the last column. */
  readonly wrap?: boolean | undefined;
}

/**
 * Writes values to the main diagonal, of elements (i, i, …), starting again when they run out. Returns the array. After
 * `np.fill_diagonal`.
 *
 * @example fillDiagonal(a, 1)
 * @throws {ShapeError} If there are fewer than two axes, or more than two that differ in length.
 * @throws {LayoutError} If the array is read-only.
 */
export function fillDiagonal<D extends DType, R extends number>(
  a: NDArray<D, R>,
  values: Values<D>,
  options?: FillDiagonalOptions,
): NDArray<D, R> {
  const { wrap } = expectKnown(options, ["wrap"], "fillDiagonal");
  const wraps = expectBoolean("wrap", wrap);
  const target = expectWritable(a);
  const { shape } = target.view;
  if (shape.length < 2 || (shape.length > 2 && new Set(shape).size > 1)) {
    const message = `Expected two axes, or more of equal length, got shape ${show(shape)}`;
    throw new ShapeError(message, { shape, expected: shape.length < 2 ? [-1, -1] : shape.map(() => shape[0]!) });
  }
  const step = cStrides(shape).reduce((sum, stride) => sum + stride, 0);
  const count = wraps && shape.length === 2 ? Math.ceil(target.view.size / step) : Math.min(...shape);
  withRoom(count, target.view.size, (positions) => {
    for (let i = 0; i < count; i++) positions[i] = i * step;
    withSource(target, values, "values", (given) => putAt(target, positions, given));
  });
  return a;
}

function withMask(target: Strided, given: unknown, use: Parameters<typeof withTrue<void>>[1]): void {
  const mask = expectStridedMask(given, "mask");
  const [shape, expected] = [mask.view.shape, target.view.shape];
  if (!sameShape(shape, expected)) {
    const message = `Expected \`mask\` to have the array's shape ${show(expected)}, got ${show(shape)}`;
    throw new ShapeError(message, { shape, expected });
  }
  withTrue(mask, use);
}
