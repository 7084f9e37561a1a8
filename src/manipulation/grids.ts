/** Coordinates of the points of a grid: from those of its axes, or from ranges. */
import { type DType, expectDType, MAX_RANK } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectKnown, expectOneOf, show } from "../base/expect.js";
import { copy } from "../ndarray/assign.js";
import type { DTypeOption } from "../ndarray/create.js";
import type { Strided } from "../ndarray/elements.js";
import { type ArrayOf, arrayOf, type NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { arange } from "../ndarray/sequences.js";
import { linspace } from "../ndarray/spaces.js";
import { compactCopy, writtenStrided } from "../ndarray/storage.js";
import { openStrided } from "../ndarray/strided-array.js";
import { broadcastTo, cView, makeView, slice } from "../ndarray/view.js";

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

/**
 * The coordinates along an axis of a grid: `[start, stop, step?]`, without `stop`, or text such as `"0:1:0.25"`. With a
 * `j` behind the last number, as in `"0:1:5j"`, it is how many coordinates there are, and `stop` is the last.
 */
export type GridRange = string | readonly [start: number, stop: number, step?: number];

/**
 * The coordinates of all points of a grid of ranges, (n, …) for n ranges. After `np.mgrid`, whose brackets are a call
 * here.
 *
 * @example const [y, x] = mgrid("0:3, 0:2"); // both (3, 2)
 * @throws {RangeError} If a step is 0, or a number is not finite.
 */
export function mgrid<D extends DType = "float64">(
  ranges: string | readonly GridRange[],
  options?: DTypeOption<D>,
): ArrayOf<D, number> {
  const dtype = expectGridDType(options, "mgrid");
  return withLines(ranges, "mgrid", (lines) => {
    const shape = lines.map(({ view }) => view.size);
    const made = writtenStrided([lines.length, ...shape], dtype, undefined, ({ elements, view }) => {
      for (const [i, line] of lines.entries()) {
        const part = slice(view, [i]);
        const strides = shape.map((_, axis) => (axis === i ? 1 : 0));
        copy({ elements, view: part }, { elements: line.elements, view: makeView(shape, strides, line.view.offset) });
      }
    });
    return arrayOf(made) as never;
  });
}

/**
 * The coordinates along each axis of a grid of ranges, with the length 1 along all others, so that they broadcast to
 * the grid. After `np.ogrid`, whose brackets are a call here.
 *
 * @example const [y, x] = ogrid("0:3, 0:2"); // (3, 1) and (1, 2)
 * @throws {RangeError} If a step is 0, or a number is not finite.
 */
export function ogrid<D extends DType = "float64">(
  ranges: string | readonly GridRange[],
  options?: DTypeOption<D>,
): ArrayOf<D, number>[] {
  const dtype = expectGridDType(options, "ogrid");
  return withLines(ranges, "ogrid", (lines) =>
    lines.map((line, i) => {
      const shape = lines.map((_, axis) => (axis === i ? line.view.size : 1));
      const source = { elements: line.elements, view: cView(shape, line.view.offset) };
      return arrayOf(writtenStrided(shape, dtype, undefined, (fresh) => copy(fresh, source)));
    }),
  ) as never;
}

function expectGridDType(options: DTypeOption<DType> | undefined, fn: string): DType {
  const { dtype = "float64" } = expectKnown(options, ["dtype"], fn);
  return expectDType(dtype);
}

/** Calls `use` with the coordinates along each axis, which are closed afterwards. */
function withLines<T>(ranges: unknown, fn: string, use: (lines: readonly Strided[]) => T): T {
  const list: unknown = typeof ranges === "string" ? ranges.split(",") : ranges;
  if (!Array.isArray(list) || list.length === 0) {
    throw new TypeError(`Expected \`ranges\` to be a list or text such as "0:3, 0:2", got ${show(ranges)} (${fn})`);
  }
  expectInteger("ranges.length", list.length, 1, MAX_RANK);
  const made: NDArray<"float64", 1>[] = [];
  try {
    for (const [i, one] of list.entries()) made.push(lineOf(one, i));
    return use(made.map((line) => stridedOf(line)));
  } finally {
    for (const line of made) line.close();
  }
}

const NUMBER = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?";
const RANGE = new RegExp(`^(${NUMBER})?:(${NUMBER})(?::(${NUMBER})(j)?)?$`, "i");

function lineOf(given: unknown, i: number): NDArray<"float64", 1> {
  if (Array.isArray(given) && (given.length === 2 || given.length === 3)) {
    const numbers: unknown[] = [...given];
    if (numbers.every(Number.isFinite) && numbers[2] !== 0) return arange(...(numbers as [number, number, number?]));
    throw new RangeError(`Expected \`ranges[${i}]\` to be finite numbers and a step that is not 0, got ${show(given)}`);
  }
  const found = typeof given === "string" ? RANGE.exec(given.replace(/\s/g, "")) : null;
  if (!found) {
    const expected = '[start, stop, step?] or text such as "0:3", "0:1:0.25" or "0:1:5j"';
    throw new TypeError(`Expected \`ranges[${i}]\` to be ${expected}, got ${show(given)}`);
  }
  const [, start = "0", stop, step = "1", counts] = found;
  return counts
    ? linspace(Number(start), Number(stop), Math.trunc(Math.abs(Number(step))))
    : arange(Number(start), Number(stop), Number(step));
}
