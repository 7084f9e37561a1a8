/** Elements chosen by index or by mask: `take`, `put`, `compress`. Works on elements and views. */
import { isComplex, type RawArray } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { copy } from "./assign.js";
import { components, PARTS, part } from "./components.js";
import type { Elements, Strided } from "./elements.js";
import { countTrue, gather, type Positions, type Row, scatter, select, whereTrue } from "./gather.js";
import { resultIn } from "./out.js";
import { overlaps } from "./overlap.js";
import { type IndexMode, withPositions, withRoom } from "./positions.js";
import { reshape } from "./reshape.js";
import { expectAxis, sameShape, sizeOf } from "./shape.js";
import { withCast, withCompact, withRaw } from "./storage.js";
import { expectStridedMask } from "./strided-array.js";
import { locateFlat, pickAxes, type View } from "./view.js";
import { forEachRun, jointLoop } from "./walk.js";
import { withSource } from "./write.js";

/**
 * A copy of the elements at flat positions or, with an axis, of the slabs at positions along it. The shape of `indices`
 * takes the place of the axis. The copy is in new memory, or in `out`.
 *
 * @throws {IndexError} If an index is outside of the axis.
 * @throws {DTypeError} If `indices` is an array of other elements than integers.
 */
export function take(source: Strided, indices: unknown, axis: unknown, out: unknown, mode?: IndexMode): Strided {
  const takeFrom = (from: Strided, along: number) => {
    const { shape } = from.view;
    const write = (positions: Positions, indexShape: readonly number[]) =>
      slabs([source], from, along, positions, shape.toSpliced(along, 1, ...indexShape), out);
    return withPositions(indices, along, shape, write, "indices", mode);
  };
  if (axis !== undefined) return takeFrom(source, expectAxis(axis, source.view.shape));
  if (source.view.shape.length === 1) return takeFrom(source, 0);
  return withCompact(source, (ready) => takeFrom(inOneAxis(ready), 0));
}

/**
 * Writes `values`, a scalar or an array, to flat positions of the target, and starts again from the first value when
 * they run out.
 *
 * @throws {IndexError} If an index is outside of the target.
 * @throws {DTypeError} If `indices` is an array of other elements than integers, or `values` does not cast to the
 * target's dtype.
 */
export function put(target: Strided, indices: unknown, values: unknown, mode?: IndexMode): void {
  const write = (positions: Positions) =>
    withSource(target, values, "values", (given) => putAt(target, positions, given));
  withPositions(indices, 0, [target.view.size], write, "indices", mode);
}

/** Writes the elements of `given` to flat positions of the target, again from the first one when they run out. */
export function putAt(target: Strided, positions: Positions, given: Strided): void {
  if (given.view.size === 0) return;
  const { elements, view } = target;
  if (isComplex(elements.dtype)) {
    withCast(given, elements.dtype, (cast) => {
      for (const which of PARTS) putAt(part(target, which), positions, part(cast, which));
    });
    return;
  }
  const write = (from: RawArray) => {
    const { raw } = elements;
    if (view.contiguous) scatter({ raw, start: view.offset, step: 1 }, positions, from);
    else if (view.shape.length === 1) scatter({ raw, start: view.offset, step: view.strides[0]! }, positions, from);
    else withLocated(positions, target, (found) => scatter({ raw, start: 0, step: 1 }, found, from));
  };
  // `separate` would not do: of a source that is the target, some would be written before they are read.
  withRaw(given, elements.dtype, write, !overlaps(given, target));
}

/** Calls `use` with where the elements at flat positions are in memory. */
function withLocated(positions: Positions, { elements, view }: Strided, use: (found: Positions) => void): void {
  withRoom(positions.length, elements.length, (found) => {
    for (let i = 0; i < positions.length; i++) found[i] = locateFlat(view, positions[i]!);
    use(found);
  });
}

/**
 * A copy of the elements for which a mask of the first axes is true or, with an axis, of the slabs for which a mask of
 * that axis is true. The copy is in new memory, or in `out`.
 *
 * @throws {DTypeError} If the mask is not an array of bool.
 * @throws {ShapeError} If the mask does not have the shape of the axes that it selects from.
 */
export function compress(source: Strided, givenMask: unknown, axis: unknown, out: unknown): Strided {
  const mask = expectStridedMask(givenMask, "mask");
  const { shape } = source.view;
  const given = mask.view.shape;
  const along = axis === undefined ? 0 : expectAxis(axis, shape);
  const covered = axis === undefined ? shape.slice(0, given.length) : [shape[along]!];
  if (!sameShape(given, covered)) {
    const got = `${show(given)} (array of shape ${show(shape)})`;
    throw new ShapeError(`Expected \`mask\` to have shape ${show(covered)}, got ${got}`, {
      shape: given,
      expected: covered,
    });
  }
  if (axis === undefined && sameShape(given, shape) && !isComplex(source.elements.dtype))
    return selected(source, mask, out);
  return withTrue(mask, (positions) => {
    if (axis !== undefined) return slabs([source], source, along, positions, shape.with(along, positions.length), out);
    const inner = shape.slice(covered.length);
    return withCompact(source, ({ elements, view }) => {
      const rows = { elements, view: reshape(view, [sizeOf(covered), ...inner]) };
      return slabs([source], rows, 0, positions, [positions.length, ...inner], out);
    });
  });
}

/** A copy of the elements, in C order, for which a mask of the same shape is true. */
function selected(source: Strided, mask: Strided, out: unknown): Strided {
  const loop = jointLoop([source.view, mask.view], "C");
  const isLine = loop.shape.length === 1;
  const chosen = (from: Strided, on: Strided) => {
    const row = (of: Strided, i: number): Row => ({
      raw: of.elements.raw,
      start: isLine ? loop.offsets[i]! : of.view.offset,
      step: isLine ? loop.strides[i]![0]! : 1,
    });
    const maskRow = row(on, 1);
    const count = countTrue(maskRow, loop.size);
    return resultIn(out, {
      shape: [count],
      dtype: source.elements.dtype,
      inputs: [source, mask],
      write: ({ elements, view }) =>
        select(elements.raw.subarray(view.offset, view.offset + count), row(from, 0), maskRow, loop.size),
    });
  };
  if (isLine) return chosen(source, mask);
  return withCompact(source, (from) => withCompact(mask, (on) => chosen(from, on)));
}

/**
 * A copy of the slabs at positions along an axis, one after the other.
 *
 * @param inputs what is read, of which `source` is a part or a copy
 * @param shape the shape of the result, in which several axes may take the place of this one
 */
export function slabs(
  inputs: readonly Strided[],
  source: Strided,
  axis: number,
  positions: Positions,
  shape: readonly number[],
  out: unknown,
): Strided {
  return resultIn(out, {
    shape,
    dtype: source.elements.dtype,
    inputs,
    write: (target) => copySlabs(components(target), components(source), axis, positions),
  });
}

/** Contiguous elements in one axis. */
export const inOneAxis = ({ elements, view }: Strided): Strided => ({ elements, view: reshape(view, [view.size]) });

/** Copies the slabs at positions along an axis into a target in C order, one after the other. */
function copySlabs(target: Strided, source: Strided, axis: number, positions: Positions): void {
  const { elements, view } = source;
  const inner = pickAxes(view, axesOf(view).slice(axis + 1));
  if (!inner.contiguous) {
    const along = { elements: target.elements, view: reshape(target.view, view.shape.with(axis, positions.length)) };
    for (let i = 0; i < positions.length; i++) copy(slab(along, axis, i), slab(source, axis, positions[i]!));
    return;
  }
  const outer = pickAxes(view, axesOf(view).slice(0, axis));
  const rows = { elements, outer, step: view.strides[axis]! };
  gatherRows(target.elements.raw, target.view.offset, rows, positions, inner.size);
}

/** As `gather`, for rows that begin at the positions of a view. */
export function gatherRows(
  to: RawArray,
  at: number,
  { elements: { raw }, outer, step }: { elements: Elements; outer: View; step: number },
  positions: Positions,
  width: number,
): void {
  const loop = jointLoop([outer], "C");
  const across = loop.strides[0]!.at(-1)!;
  let done = at;
  forEachRun(loop, 0, loop.size, ([start], count) => {
    gather(to, done, { raw, start: start!, step, count, across }, positions, width);
    done += count * positions.length * width;
  });
}

function slab({ elements, view }: Strided, axis: number, at: number): Strided {
  const rest = axesOf(view).filter((i) => i !== axis);
  return { elements, view: pickAxes(view, rest, view.offset + at * view.strides[axis]!) };
}

const axesOf = ({ shape }: View): number[] => shape.map((_, axis) => axis);

/** Calls `use` with the positions in C order for which a mask is true. */
export function withTrue<T>({ elements, view }: Strided, use: (positions: Positions) => T): T {
  const { raw } = elements;
  const loop = jointLoop([view], "C");
  const step = loop.strides[0]!.at(-1)!;
  let count = 0;
  forEachRun(loop, 0, loop.size, ([at], length) => {
    count += countTrue({ raw, start: at!, step }, length);
  });
  return withRoom(count, view.size, (found) => {
    let [next, position] = [0, 0];
    forEachRun(loop, 0, loop.size, ([at], length) => {
      next = whereTrue(found, next, { raw, start: at!, step }, length, position);
      position += length;
    });
    // Another thread may have changed the mask meanwhile; no position is left that was not written now.
    found.fill(0, next);
    return use(found);
  });
}
