/** Elements that a slice with index arrays chooses: copies of them, and writes to them. Works on elements and views. */
import type { Casting } from "../base/casting.js";
import { isComplex, type RawArray, type Scalar } from "../base/dtype.js";
import { copy, stretchTo } from "./assign.js";
import { apartView, components, withParts } from "./components.js";
import type { Strided } from "./elements.js";
import { type Positions, scatter } from "./gather.js";
import type { IndexArg, SliceArg } from "./index-notation.js";
import { withRoom } from "./positions.js";
import { moveRun } from "./runs.js";
import { compress, gatherRows } from "./select.js";
import { type Chosen, hasIndexArrays, onlyMask, type Selection, selectionOf, withChosen } from "./selection.js";
import { sameShape } from "./shape.js";
import { withApart, withCast, withRaw, writtenStrided } from "./storage.js";
import { expectStridedMask } from "./strided-array.js";
import { locateFlat, makeView, pickAxes, slice, type View } from "./view.js";
import { forEachRun, jointLoop } from "./walk.js";
import { isScalar, withSource, write, writeMasked } from "./write.js";

/** Slabs with so many elements are copied one by one; of smaller ones, each element has a position. */
const WHOLE_SLAB = 1024;
/** So many adjacent elements are copied as one run. */
const RUN = 32;

/**
 * A copy of the elements that a slice with index arrays chooses: NumPy's `a[rows, 1:, mask]`.
 *
 * @throws {IndexError} If an index is outside of its axis.
 * @throws {ShapeError} If a mask does not have the lengths of its axes, or the index arrays do not broadcast.
 * @throws {DTypeError} If an index array is neither of integers nor of bools.
 */
export function chosenOf(source: Strided, spec: readonly IndexArg[]): Strided {
  const { elements, view } = source;
  const selection = selectionOf(view, spec);
  const { outer, inner } = selection;
  const masked = onlyMask(selection);
  if (masked && outer.shape.length + inner.shape.length === 0) {
    const axes = view.shape.map((_, i) => i).slice(masked.axis, masked.axis + masked.axes);
    const covered = { elements, view: pickAxes(view, axes, outer.offset) };
    if (sameShape(covered.view.shape, expectStridedMask(masked.mask, "mask").view.shape)) {
      return compress(covered, masked.mask, undefined, undefined);
    }
  }
  return withChosen(selection, elements.length, (chosen) => {
    const shape = [...outer.shape, ...chosen.shape, ...inner.shape];
    return writtenStrided(shape, elements.dtype, undefined, (target) =>
      inParts(target, source, selection, chosen, readChosen),
    );
  });
}

/** Moves chosen elements; complex ones as what they are made of, which is one more axis that stays. */
function inParts(
  target: Strided,
  source: Strided,
  selection: Selection,
  chosen: Chosen,
  move: (target: Strided, source: Strided, selection: Selection, chosen: Chosen) => void,
): void {
  if (!isComplex(target.elements.dtype)) {
    move(target, source, selection, chosen);
    return;
  }
  const axes = { ...selection, outer: apartView(selection.outer), inner: withParts(selection.inner) };
  const places = { ...chosen, step: 2 * chosen.step };
  const isCast = !isComplex(source.elements.dtype);
  const moveFrom = (from: Strided) => move(components(target), components(from), axes, places);
  if (isCast) withCast(source, target.elements.dtype, moveFrom);
  else moveFrom(source);
}

function readChosen(target: Strided, source: Strided, { outer, inner }: Selection, chosen: Chosen): void {
  const { positions, step } = chosen;
  const [count, width] = [positions.length, inner.size];
  if (target.view.size === 0) return;
  if (isInSlabs(outer, inner, count)) {
    for (let i = 0; i < count; i++) {
      copy(resultSlab(target, outer, inner, i), slabAt(source, outer, inner, positions[i]! * step));
    }
    return;
  }
  const readRows = (at: Positions, step: number, each: number) =>
    gatherRows(target.elements.raw, target.view.offset, { elements: source.elements, outer, step }, at, each);
  if (inner.contiguous) readRows(positions, step, width);
  else withEach(chosen, inner, source.elements.length, (each) => readRows(each, 1, 1));
}

/**
 * Writes a scalar, a list or an array to the elements that a slice chooses: NumPy's `a[rows, 1:, mask] = source`. If an
 * element is chosen several times, the last value stays. Nothing is written if an argument is wrong.
 *
 * @throws {IndexError} If an index is outside of its axis.
 * @throws {ShapeError} If a mask does not have the lengths of its axes, or the source or the index arrays do not
 * broadcast.
 * @throws {DTypeError} If an index array is neither of integers nor of bools, or the source does not cast.
 */
export function writeChosen(
  target: Strided,
  spec: readonly IndexArg[],
  source: Scalar | object,
  casting?: Casting,
): void {
  const { elements, view } = target;
  if (!hasIndexArrays(spec)) {
    write({ elements, view: slice(view, spec as readonly SliceArg[]) }, source, undefined, casting);
    return;
  }
  const selection = selectionOf(view, spec);
  if (isScalar(source) && writeWhereTrue(target, selection, source)) return;
  const { outer, inner } = selection;
  withChosen(selection, elements.length, (chosen) => {
    const shape = [...outer.shape, ...chosen.shape, ...inner.shape];
    withSource(
      target,
      source,
      "source",
      (given) => {
        // Elements are written in any order, so nothing may be read from what is written.
        withApart({ elements: given.elements, view: stretchTo(given.view, shape, "source") }, target, (from) => {
          if (from.view.size > 0) inParts(target, from, selection, chosen, scatterChosen);
        });
      },
      casting,
    );
  });
}

/** Writes a scalar where a mask is true, if the selection is by a mask alone. */
function writeWhereTrue({ elements }: Strided, selection: Selection, value: Scalar): boolean {
  const masked = onlyMask(selection);
  if (!masked) return false;
  const { outer, inner, view } = selection;
  const mask = expectStridedMask(masked.mask, "mask");
  const [from, to] = [masked.axis, masked.axis + masked.axes];
  const covered = view.shape.slice(from, to);
  if (!sameShape(covered, mask.view.shape)) return false; // it is refused by the caller
  const rest = [...outer.shape, ...inner.shape];
  const steps = [...view.strides.slice(from, to), ...outer.strides, ...inner.strides];
  const wide = makeView(
    [...covered, ...rest.map(() => 1)],
    [...mask.view.strides, ...rest.map(() => 0)],
    mask.view.offset,
  );
  const chosen = { elements, view: makeView([...covered, ...rest], steps, outer.offset) };
  writeMasked(chosen, value, { elements: mask.elements, view: wide });
  return true;
}

function scatterChosen(target: Strided, from: Strided, { outer, inner }: Selection, chosen: Chosen): void {
  const { positions, step } = chosen;
  const { elements } = target;
  const [count, width] = [positions.length, inner.size];
  if (isInSlabs(outer, inner, count)) {
    for (let i = 0; i < count; i++) {
      copy(
        slabAt(target, outer, inner, positions[i]! * step),
        sourceSlab(from, outer.shape.length, chosen.shape.length, i),
      );
    }
    return;
  }
  const [source, repeats] = withoutRepeats(from, outer.shape.length + chosen.shape.length);
  const { raw } = elements;
  const writeRows = (write: (start: number, values: RawArray) => void) =>
    withRaw(source, elements.dtype, (values: RawArray) => {
      for (let row = 0; row < outer.size; row++) {
        const part = repeats ? values : values.subarray(row * count * width, (row + 1) * count * width);
        write(locateFlat(outer, row), part);
      }
    });
  if (width === 1) writeRows((start, values) => scatter({ raw, start, step }, positions, values));
  else if (isInRuns(inner)) {
    writeRows((start, values) => {
      for (let i = 0, from = 0; i < count; i++, from += width) {
        moveRun(raw, start + positions[i]! * step, 1, values, from % values.length, 1, width);
      }
    });
  } else {
    withEach(chosen, inner, elements.length, (each) =>
      writeRows((start, values) => scatter({ raw, start, step: 1 }, each, values)),
    );
  }
}

/** Of a source that is the same for all leading axes, the part that repeats. */
function withoutRepeats(from: Strided, leading: number): [Strided, boolean] {
  const { shape, strides, offset } = from.view;
  const repeats = strides.slice(0, leading).every((stride, axis) => stride === 0 || shape[axis] === 1);
  if (!repeats) return [from, false];
  const view = makeView(shape.slice(leading), strides.slice(leading), offset);
  return [{ elements: from.elements, view }, true];
}

/** Whether the elements that belong to a position are next to each other, and so many that they are copied at once. */
const isInRuns = (inner: View): boolean => inner.contiguous && inner.size >= RUN;
/** Whether it is faster to copy, for each position, all that belongs to it as an array. */
const isInSlabs = (outer: View, inner: View, count: number): boolean =>
  outer.size * inner.size >= WHOLE_SLAB && !isInRuns(inner) && (count <= outer.size || !inner.contiguous);

/** The elements that belong to one position: the axes that stay. */
const slabAt = ({ elements }: Strided, outer: View, inner: View, at: number): Strided => ({
  elements,
  view: makeView([...outer.shape, ...inner.shape], [...outer.strides, ...inner.strides], outer.offset + at),
});

/** Where such a slab belongs in a result in C order. */
function resultSlab({ elements, view }: Strided, outer: View, inner: View, i: number): Strided {
  const lead = outer.shape.length;
  const strides = [...view.strides.slice(0, lead), ...view.strides.slice(view.strides.length - inner.shape.length)];
  return { elements, view: makeView([...outer.shape, ...inner.shape], strides, view.offset + i * inner.size) };
}

/** The part of a source, of the shape of the result, that belongs to the `i`-th position. */
function sourceSlab(from: Strided, lead: number, wide: number, i: number): Strided {
  const axes = from.view.shape.map((_, axis) => axis);
  const at = locateFlat(pickAxes(from.view, axes.slice(lead, lead + wide)), i);
  const kept = axes.filter((axis) => axis < lead || axis >= lead + wide);
  return { elements: from.elements, view: pickAxes(from.view, kept, at) };
}

/** Calls `use` with a position for each element: all of `inner` for each chosen one. */
function withEach({ positions, step }: Chosen, inner: View, below: number, use: (each: Positions) => void): void {
  const [count, width] = [positions.length, inner.size];
  withRoom(count * width, below, (each) => {
    const loop = jointLoop([inner], "C");
    const along = loop.strides[0]!.at(-1)!;
    for (let i = 0, base = 0; i < count; i++, base += width) {
      const at = positions[i]! * step;
      let next = base;
      forEachRun(loop, 0, loop.size, ([start], length) => {
        for (let k = 0, p = at + start!; k < length; k++, p += along) each[next++] = p;
      });
    }
    use(each);
  });
}
