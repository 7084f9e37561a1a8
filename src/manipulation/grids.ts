/** `meshgrid`: coordinates of a grid from those of its axes. */
import type { DType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectBoolean, expectKnown, expectOneOf, show } from "../base/expect.js";
import { type ArrayOf, arrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { compactCopy } from "../ndarray/storage.js";
import { openStrided } from "../ndarray/strided-array.js";
import { broadcastTo, makeView } from "../ndarray/view.js";

/** How the axes of a grid are arranged. */
export interface GridOptions {
  /** `"xy"`: the first array runs along the second axis, as x does in a table; `"ij"`: along the first one. */
  readonly indexing?: "xy" | "ij" | undefined;
  /** Whether each result has the length 1 along all axes but its own, so that they broadcast to the grid. */
  readonly sparse?: boolean | undefined;
}

/**
 * The coordinates of all points of a grid, an array for each axis, from the coordinates along the axes. The results are
 * copies. After `np.meshgrid`.
 *
 * @param options `indexing`, by default `"xy"`, and `sparse`, by default false
 * @example const [x, y] = meshgrid([arange(3), arange(2)]); // both (2, 3)
 * @throws {ShapeError} If an array has more than one axis.
 */
export function meshgrid<D extends DType>(
  axes: readonly ReadonlyNDArray<D>[],
  options?: GridOptions,
): ArrayOf<D, number>[] {
  if (!Array.isArray(axes)) {
    const cure = openStrided(axes) ? " (the arrays are one list: meshgrid([x, y]))" : "";
    throw new TypeError(`Expected \`axes\` to be a list of arrays, got ${show(axes)}${cure}`);
  }
  const { indexing: given = "xy", sparse } = expectKnown(options, ["indexing", "sparse"], "meshgrid");
  const indexing = expectOneOf("indexing", given, ["xy", "ij"]);
  const isSparse = expectBoolean("sparse", sparse);
  const lines = Array.from({ length: axes.length }, (_, i) => stridedOf(axes[i] as ReadonlyNDArray));
  for (const { view } of lines) {
    if (view.shape.length <= 1) continue;
    const { shape } = view;
    throw new ShapeError(`Expected arrays of one axis, got shape ${show(shape)}`, { shape, expected: [-1] });
  }
  // The axis that each array runs along.
  const places = lines.map((_, i) => (indexing === "xy" && i < 2 && lines.length > 1 ? 1 - i : i));
  const full = new Array<number>(lines.length).fill(1);
  for (const [i, { view }] of lines.entries()) full[places[i]!] = view.size;
  return lines.map(({ elements, view }, i) => {
    const at = places[i]!;
    const shape = full.map((n, axis) => (axis === at ? n : 1));
    const strides = full.map((_, axis) => (axis === at ? (view.strides[0] ?? 0) : 0));
    const line = makeView(shape, strides, view.offset);
    return arrayOf(compactCopy({ elements, view: isSparse ? line : broadcastTo(line, full) }));
  }) as never;
}
