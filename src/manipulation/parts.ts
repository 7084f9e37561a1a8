/** Functions that cut an array into parts along an axis. The parts are views. */
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectNoOptions, show } from "../base/expect.js";
import { isReadonlyArray, type ReadonlyNDArray, stridedOf, viewOf } from "../ndarray/ndarray.js";
import type { AxisOptions, RankTable } from "../ndarray/notation.js";
import { expectAxis } from "../ndarray/shape.js";
import { sliceAlong } from "../ndarray/view.js";
import type { Ranked, RankIn } from "./ranked.js";

/** More parts than this are a mistake, which would take minutes. */
const MOST_PARTS = 2 ** 20;

/** A number of parts, or the positions before which the array is cut. */
export type Sections = number | readonly number[];

/**
 * The array cut into parts of equal length along an axis, by default the first, or before the given positions. The
 * parts are views of the same memory: they end with the array that they are parts of. After `np.split`.
 *
 * @example split(arange(6), 3).map(String) // ["[0. 1.]", "[2. 3.]", "[4. 5.]"]
 * @example split(arange(6), [1, 4]) // elements 0, then 1 to 3, then 4 and 5
 * @throws {ShapeError} If the axis cannot be cut into so many parts of equal length.
 */
export function split<A extends ReadonlyNDArray>(a: A, sections: Sections, options?: AxisOptions): A[] {
  const { axis = 0 } = expectKnown(options, ["axis"], "split");
  return cut(a, axis, (n, shape) => {
    if (typeof sections !== "number") return positionsIn(sections, n);
    expectInteger("sections", sections, 1, MOST_PARTS);
    if (n % sections === 0) return equalParts(sections, n);
    const got = `${n} (array of shape ${show(shape)}; arraySplit makes parts of different lengths)`;
    const message = `Expected an axis of a multiple of ${sections} indices, got ${got}`;
    throw new ShapeError(message, { shape, expected: [sections] });
  }) as A[];
}

/**
 * As `split`, but if the axis cannot be cut into parts of equal length, the first ones are longer by one. After
 * `np.array_split`.
 *
 * @example arraySplit(arange(5), 3).map((part) => part.size) // [2, 2, 1]
 */
export function arraySplit<A extends ReadonlyNDArray>(a: A, sections: Sections, options?: AxisOptions): A[] {
  const { axis = 0 } = expectKnown(options, ["axis"], "arraySplit");
  return cut(a, axis, (n) => {
    if (typeof sections !== "number") return positionsIn(sections, n);
    return equalParts(expectInteger("sections", sections, 1, MOST_PARTS), n);
  }) as A[];
}

/**
 * As `split` along the second axis, or along the only one. After `np.hsplit`.
 *
 * @example const [left, right] = hsplit(a, 2);
 * @throws {ShapeError} If there is no axis, or it cannot be cut into so many parts of equal length.
 */
export function hsplit<A extends ReadonlyNDArray>(a: A, sections: Sections): A[];
export function hsplit(a: ReadonlyNDArray, sections: Sections, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "hsplit");
  const rank = expectRank(a, 1, "hsplit");
  return split(a, sections, { axis: rank > 1 ? 1 : 0 });
}

/**
 * As `split` along the first of at least two axes. After `np.vsplit`.
 *
 * @throws {ShapeError} If there are fewer axes, or the axis cannot be cut into so many parts of equal length.
 */
export function vsplit<A extends ReadonlyNDArray>(a: A, sections: Sections): A[];
export function vsplit(a: ReadonlyNDArray, sections: Sections, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "vsplit");
  expectRank(a, 2, "vsplit");
  return split(a, sections);
}

/**
 * As `split` along the third of at least three axes. After `np.dsplit`.
 *
 * @throws {ShapeError} If there are fewer axes, or the axis cannot be cut into so many parts of equal length.
 */
export function dsplit<A extends ReadonlyNDArray>(a: A, sections: Sections): A[];
export function dsplit(a: ReadonlyNDArray, sections: Sections, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "dsplit");
  expectRank(a, 3, "dsplit");
  return split(a, sections, { axis: 2 });
}

function expectRank(a: ReadonlyNDArray, least: number, fn: string): number {
  const { shape } = stridedOf(a).view;
  if (shape.length >= least) return shape.length;
  const message = `Expected at least ${least} axes for ${fn}, got shape ${show(shape)}`;
  throw new ShapeError(message, { shape, expected: new Array<number>(least).fill(-1) });
}

/**
 * The slabs along an axis, by default the first, as views without that axis. After `np.unstack`.
 *
 * @example const [x, y, z] = unstack(points, { axis: -1 });
 * @throws {RangeError} If there is no such axis.
 */
export function unstack<A extends ReadonlyNDArray>(
  a: A,
  options?: AxisOptions,
): Ranked<A, RankTable[RankIn<A>]["-1"]>[] {
  const { axis = 0 } = expectKnown(options, ["axis"], "unstack");
  const strided = stridedOf(a);
  const { shape } = strided.view;
  const along = expectAxis(axis, shape);
  return Array.from({ length: shape[along]! }, (_, i) =>
    viewOf(strided, (view) => sliceAlong(view, along, i), isReadonlyArray(a)),
  ) as never;
}

type Cuts = readonly (readonly [start: number, stop: number])[];

function cut(
  a: ReadonlyNDArray,
  axis: unknown,
  cutsOf: (length: number, shape: readonly number[]) => Cuts,
): ReadonlyNDArray[] {
  const strided = stridedOf(a);
  const { shape } = strided.view;
  const along = expectAxis(axis, shape);
  return cutsOf(shape[along]!, shape).map((range) =>
    viewOf(strided, (view) => sliceAlong(view, along, range), isReadonlyArray(a)),
  );
}

/** As many parts, of which the first are longer by one if they cannot be equal. */
function equalParts(count: number, n: number): Cuts {
  const [short, longer] = [Math.floor(n / count), n % count];
  const start = (i: number) => i * short + Math.min(i, longer);
  return Array.from({ length: count }, (_, i) => [start(i), start(i + 1)] as const);
}

/** Between the positions, which are taken as the bounds of slices: negative ones count from the end. */
function positionsIn(given: unknown, n: number): Cuts {
  if (!Array.isArray(given)) {
    throw new TypeError(`Expected \`sections\` to be a number or a list of positions, got ${show(given)}`);
  }
  const positions = Array.from({ length: given.length }, (_, i) =>
    expectInteger(`sections[${i}]`, given[i], Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
  );
  return [0, ...positions].map((start, i) => [start, positions[i] ?? n] as const);
}
