/**
 * Index arrays among the arguments of a slice, NumPy's advanced indexing, as data: which axes stay, and where the
 * elements are that the arrays choose. `indexed.ts` reads and writes these elements.
 */
import { type DType, dtypes } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { Positions } from "./gather.js";
import type { IndexArg } from "./index-notation.js";
import { isIntegers, withPositions, withRoom } from "./positions.js";
import { withTrue } from "./select.js";
import { broadcastShapes, broadcastsTogether, cStrides, sameShape, sizeOf } from "./shape.js";
import { IndexArrayStep, resolveSlice } from "./slice.js";
import { expectStrided, openStrided } from "./strided-array.js";
import { broadcastTo, cView, makeView, type View } from "./view.js";
import { forEachRun, jointLoop } from "./walk.js";
import { dtypeOfTypedArray } from "./wrap.js";

/** An index array, and the axes of the view that it takes the place of. */
interface Placed {
  readonly step: IndexArrayStep;
  /** The first of these axes. */
  readonly axis: number;
}

/** What a slice with index arrays chooses of a view. */
export interface Selection {
  /** The axes that stay, before and after those of the index arrays. The first has the offset of the view. */
  readonly outer: View;
  readonly inner: View;
  readonly placed: readonly Placed[];
  readonly view: View;
}

/** Where chosen elements are: `step * positions[i]` after the first element of `outer`, for the i-th of `shape`. */
export interface Chosen {
  readonly shape: readonly number[];
  readonly positions: Positions;
  readonly step: number;
}

/** Whether there is an index array among the arguments of a slice. */
export function hasIndexArrays(spec: readonly unknown[]): boolean {
  for (const arg of spec) if (isIndexArray(arg)) return true;
  return false;
}
const isIndexArray = (arg: unknown): arg is object => typeof arg === "object" && arg !== null && !Array.isArray(arg);

/**
 * The selection that a slice with index arrays makes. As in NumPy, the axes of the arrays are where the first array
 * was if all arrays and integers are next to each other, and the first axes otherwise.
 *
 * @throws {IndexError} If an index is outside of its axis, or there are too many indices.
 * @throws {DTypeError} If an index array is neither of integers nor of bools.
 */
export function selectionOf(view: View, spec: readonly IndexArg[]): Selection {
  const items = spec.map((arg, i) => (isIndexArray(arg) ? arrayStep(arg, i) : arg));
  const lengths: number[] = [];
  const strides: number[] = [];
  const placed: Placed[] = [];
  let { offset } = view;
  let axis = 0;
  let place = -1; // how many axes stay before the first array or integer
  let isApart = false; // whether something is between two of them
  let hasGap = false; // whether something came after one of them
  const notePlace = () => {
    if (place < 0) place = lengths.length;
    else isApart ||= hasGap;
    hasGap = false;
  };
  for (const step of resolveSlice(items, view.shape)) {
    if (step.kind === "array") {
      notePlace();
      placed.push({ step, axis });
      axis += step.axes;
      continue;
    }
    if (step.kind === "index") {
      notePlace();
      offset += step.at * view.strides[axis++]!;
      continue;
    }
    hasGap = true;
    if (step.kind === "newaxis") {
      lengths.push(1);
      strides.push(0);
    } else if (step.kind === "range") {
      if (step.count > 0) offset += step.first * view.strides[axis]!;
      lengths.push(step.count);
      strides.push(step.step * view.strides[axis++]!);
    }
  }
  const before = isApart ? 0 : place;
  const outer = makeView(lengths.slice(0, before), strides.slice(0, before), offset);
  const inner = makeView(lengths.slice(before), strides.slice(before), 0);
  return { outer, inner, placed, view };
}

function arrayStep(given: object, argument: number): IndexArrayStep {
  const found = dtypeOfTypedArray(given);
  const cure = "; see IndexArg in the documentation of slice";
  const array = found === undefined ? expectStrided(given, `index ${argument}`, EXPECTED, cure) : undefined;
  const dtype: DType = found ?? array!.elements.dtype;
  if (dtype === "bool") return new IndexArrayStep(given, array!.view.shape.length, argument);
  if (isIntegers(dtype)) return new IndexArrayStep(given, 1, argument);
  const convert = dtypes[dtype].kind === "f" ? ` (convert it with .astype("int32"))` : "";
  const message = `Expected index ${argument} to be an array of integers or of bool, got one of ${dtype}${convert}`;
  throw new DTypeError(message, { dtype, expected: "integers or bool" });
}
const EXPECTED = "an integer, null, [start, stop, step], text or an array of integers or of bool";

/** The mask of a selection by one mask alone, and the axes of the view that it covers. */
export function onlyMask({ placed }: Selection): { mask: object; axis: number; axes: number } | undefined {
  if (placed.length !== 1) return;
  const { step, axis } = placed[0]!;
  return openStrided(step.given)?.elements.dtype === "bool" && step.axes > 0
    ? { mask: step.given, axis, axes: step.axes }
    : undefined;
}

/**
 * Calls `use` with where the elements are that the index arrays choose.
 *
 * @param below more than any distance between two elements
 * @throws {IndexError} If an index is outside of its axis.
 * @throws {ShapeError} If a mask does not have the lengths of its axes, or the index arrays do not broadcast.
 */
export function withChosen<T>({ placed, view }: Selection, below: number, use: (chosen: Chosen) => T): T {
  const all: Chosen[] = [];
  const withNext = (): T => {
    if (all.length === placed.length) return all.length === 1 ? use(all[0]!) : withJoint(all, below, use);
    return withOne(placed[all.length]!, view, below, (one) => {
      all.push(one);
      return withNext();
    });
  };
  return withNext();
}

/** Calls `use` with what one index array chooses. */
function withOne<T>({ step, axis }: Placed, view: View, below: number, use: (chosen: Chosen) => T): T {
  const { given, axes, argument } = step;
  const what = `index ${argument}`;
  if (openStrided(given)?.elements.dtype !== "bool") {
    const along = view.strides[axis]!;
    return withPositions(given, axis, view.shape, (positions, shape) => use({ shape, positions, step: along }), what);
  }
  const mask = expectStrided(given, what);
  const covered = view.shape.slice(axis, axis + axes);
  if (!sameShape(mask.view.shape, covered)) throw wrongMask(what, mask.view.shape, covered, view.shape, axis);
  return withTrue(mask, (positions) => {
    const shape = [positions.length];
    const steps = view.strides.slice(axis, axis + axes);
    const last = steps.at(-1) ?? 0;
    const inOrder = cStrides(covered);
    if (covered.every((n, i) => n === 1 || steps[i] === inOrder[i]! * last))
      return use({ shape, positions, step: last });
    return withRoom(positions.length, below, (places) => {
      places.fill(0);
      for (let i = 0; i < axes; i++) addAlong(places, positions, inOrder[i]!, covered[i]!, steps[i]!);
      return use({ shape, positions: places, step: 1 });
    });
  });
}

function wrongMask(
  what: string,
  shape: readonly number[],
  expected: readonly number[],
  whole: readonly number[],
  axis: number,
): ShapeError {
  const where = expected.length === 1 ? `axis ${axis}` : `axes ${axis} to ${axis + expected.length - 1}`;
  const message = `Expected ${what}, a mask, to have the shape ${show(expected)} of ${where}, got ${show(shape)}`;
  return new ShapeError(`${message} (array of shape ${show(whole)})`, { shape, expected });
}

/** Adds what the index along one axis contributes to the places of flat positions. */
function addAlong(places: Positions, positions: Positions, inner: number, length: number, step: number): void {
  const count = places.length;
  for (let i = 0; i < count; i++) places[i]! += (Math.floor(positions[i]! / inner) % length) * step;
}

/** Calls `use` with the sums of what several index arrays contribute, broadcast together. */
function withJoint<T>(all: readonly Chosen[], below: number, use: (chosen: Chosen) => T): T {
  const shapes = all.map(({ shape }) => shape);
  if (!broadcastsTogether(shapes)) {
    const got = shapes.map((one) => show(one)).join(" and ");
    throw new ShapeError(`Expected index arrays whose shapes broadcast together, got ${got}`, {
      shape: shapes[1]!,
      expected: shapes[0]!,
    });
  }
  const shape = broadcastShapes(shapes);
  return withRoom(sizeOf(shape), below, (places) => {
    places.fill(0);
    for (const one of all) {
      const loop = jointLoop([cView(shape), broadcastTo(cView(one.shape), shape)], "C");
      const along = loop.strides[1]!.at(-1)!;
      forEachRun(loop, 0, loop.size, ([to, from], count) => addRun(places, to!, one, from!, along, count));
    }
    return use({ shape, positions: places, step: 1 });
  });
}

function addRun(
  places: Positions,
  at: number,
  { positions, step }: Chosen,
  from: number,
  along: number,
  count: number,
): void {
  for (let i = 0, p = from; i < count; i++, p += along) places[at + i]! += positions[p]! * step;
}
