/** Elements chosen by index or by mask: `take`, `put`, `compress`. Works on elements and views. */
import { caster, dtypes } from "../base/dtype.js";
import { DTypeError, IndexError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { asStrided, isData } from "./asarray.js";
import { copy } from "./assign.js";
import type { Strided } from "./elements.js";
import { scalars } from "./lists.js";
import { overlaps } from "./overlap.js";
import { reshape } from "./reshape.js";
import { expectAxis, sameShape, sizeOf } from "./shape.js";
import { compact, compactCopy, newStrided } from "./storage.js";
import { expectStrided, expectStridedMask } from "./strided-array.js";
import { locateFlat, pickAxes } from "./view.js";
import { forEachRun, jointLoop } from "./walk.js";
import { sourceFor } from "./write.js";

/**
 * A copy of the elements at flat positions or, with an axis, of the slabs at positions along it. The shape of `indices`
 * takes the place of the axis.
 *
 * @throws {IndexError} If an index is outside of the axis.
 * @throws {DTypeError} If `indices` is an array of other elements than integers.
 */
export function take(source: Strided, indices: unknown, axis: unknown): Strided {
  const from = axis === undefined ? flattened(source) : source;
  const along = axis === undefined ? 0 : expectAxis(axis, source.view.shape);
  const { shape } = from.view;
  const [list, indexShape] = listOf(indices);
  const positions = checkIndices(list, shape[along]!, along, shape);
  const { elements, view } = slabs(from, along, positions);
  return { elements, view: reshape(view, shape.toSpliced(along, 1, ...indexShape)) };
}

/**
 * Writes `values`, a scalar or an array, to flat positions of the target, and starts again from the first value when
 * they run out.
 *
 * @throws {IndexError} If an index is outside of the target.
 * @throws {DTypeError} If `indices` is an array of other elements than integers, or `values` does not cast to the
 * target's dtype.
 */
export function put(target: Strided, indices: unknown, values: unknown): void {
  const { size } = target.view;
  const positions = checkIndices(listOf(indices)[0], size, 0, [size]);
  const given = sourceFor(target, values, "values");
  // `separate` would not do: if source and target are the same elements, some would be written before they are read.
  const { elements, view } = overlaps(given, target) ? compactCopy(given) : given;
  if (view.size === 0) return;
  const to = target.elements.raw;
  const from = elements.raw;
  const cast = caster(elements.dtype, target.elements.dtype) ?? ((raw: number) => raw);
  for (const [i, position] of positions.entries()) {
    to[locateFlat(target.view, position)] = cast(from[locateFlat(view, i % view.size)]!);
  }
}

/**
 * A copy of the elements for which a mask of the first axes is true or, with an axis, of the slabs for which a mask of
 * that axis is true.
 *
 * @throws {DTypeError} If the mask is not an array of bool.
 * @throws {ShapeError} If the mask does not have the shape of the axes that it selects from.
 */
export function compress(source: Strided, givenMask: unknown, axis: unknown): Strided {
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
  if (axis !== undefined) return slabs(source, along, trueIndices(mask));
  const { elements, view } = compact(source);
  const rows = reshape(view, [sizeOf(covered), ...shape.slice(covered.length)]);
  return slabs({ elements, view: rows }, 0, trueIndices(mask));
}

/** Indices as a list, and their shape. */
function listOf(indices: unknown): [list: Iterable<unknown>, shape: readonly number[]] {
  if (Array.isArray(indices)) return [indices, [indices.length]];
  const hint = typeof indices === "number" ? " (write [1] for one position)" : "";
  const array = isData(indices)
    ? asStrided(indices, "indices")
    : expectStrided(indices, "indices", "an array or a list of integers", hint);
  const { dtype } = array.elements;
  if (["i", "u"].includes(dtypes[dtype].kind)) return [Array.from(scalars(array), Number), array.view.shape];
  const cure = dtype === "bool" ? " (for a mask use compress)" : "";
  const message = `Expected \`indices\` to be an array of integers or a list, got an array of ${dtype}${cure}`;
  throw new DTypeError(message, { dtype, expected: "integers" });
}

/** Indices of an axis, checked before anything is read or written; negative ones count from the end. */
function checkIndices(indices: Iterable<unknown>, length: number, axis: number, shape: readonly number[]): number[] {
  return Array.from(indices, (given) => {
    if (typeof given === "number" && Number.isInteger(given) && given >= -length && given < length) {
      return given < 0 ? given + length : given;
    }
    const got = `${show(given)} (axis ${axis} of shape ${show(shape)})`;
    const message = `Expected each of \`indices\` to be an integer in [${-length}, ${length}), got ${got}`;
    throw new IndexError(message, { index: Number(given), axis, shape });
  });
}

/** A copy of the slabs at positions along an axis, one after the other. */
function slabs(source: Strided, axis: number, positions: readonly number[]): Strided {
  const shape = source.view.shape.with(axis, positions.length);
  return newStrided(shape, source.elements.dtype, undefined, (fresh) => {
    for (const [i, position] of positions.entries()) copy(slab(fresh, axis, i), slab(source, axis, position));
  });
}

function slab({ elements, view }: Strided, axis: number, at: number): Strided {
  const rest = view.shape.map((_, i) => i).filter((i) => i !== axis);
  return { elements, view: pickAxes(view, rest, view.offset + at * view.strides[axis]!) };
}

/** The positions in C order for which a mask is true. */
function trueIndices({ elements, view }: Strided): number[] {
  const { raw } = elements;
  const loop = jointLoop([view], "C");
  const step = loop.strides[0]!.at(-1)!;
  const found: number[] = [];
  let position = 0;
  forEachRun(loop, 0, loop.size, ([at], count) => {
    for (let i = 0; i < count; i++, position++) if (raw[at! + i * step]) found.push(position);
  });
  return found;
}

/** All elements in one axis: the same memory if they are contiguous, otherwise a copy. */
function flattened(source: Strided): Strided {
  const { elements, view } = compact(source);
  return { elements, view: reshape(view, [view.size]) };
}
