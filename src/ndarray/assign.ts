/** Copies between elements: one value, all elements with a cast, or those that a mask selects. Knows no arrays. */
import { complexOf } from "../base/complex.js";
import { caster, type DType, dtypes, isComplex, type RawArray, type Scalar } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { fillBytes } from "../memory/blocks/filling.js";
import { blockOf } from "../memory/shared-memory.js";
import { components, moveParts, PARTS, part } from "./components.js";
import type { Strided } from "./elements.js";
import { castTile, fillRun, fillTile, moveTile, moveWhere, type Tile } from "./runs.js";
import { sameShape } from "./shape.js";
import { broadcastTo, pickAxes, type View } from "./view.js";
import { forEachTile, jointLoop, type Loop } from "./walk.js";

/** A scalar as it is stored in an element of a dtype. */
export const rawValue = (value: Scalar, dtype: DType): number => {
  const { store } = dtypes[dtype];
  return store ? store(value) : (value as number);
};

/** What a higher layer, which has kernels, does for this one. `false`: it cannot, and nothing was written. */
export interface CopyingKernels {
  /** Copies all elements of a source, cast, into a target. */
  cast(target: Strided, source: Strided): boolean;
  /** Writes the element in `cell`, an array of one, to all elements of a target. */
  fill(target: Strided, cell: RawArray): boolean;
}
let kernels: CopyingKernels = { cast: () => false, fill: () => false };
export const useKernelsForCopies = (given: CopyingKernels): void => {
  kernels = given;
};

/** Writes one value to all elements of the target. */
export function fill(target: Strided, value: Scalar): void {
  if (!isComplex(target.elements.dtype)) {
    fillReal(target, value);
    return;
  }
  const { re, im } = complexOf(value)!;
  if (Object.is(re, im)) fillReal(components(target), re);
  else {
    fillReal(part(target, 0), re);
    fillReal(part(target, 1), im);
  }
}

function fillReal({ elements, view }: Strided, value: Scalar): void {
  const { raw, dtype, itemsize } = elements;
  const stored = rawValue(value, dtype);
  if (view.contiguous && view.size < FEW_FILLED) {
    raw.fill(stored, view.offset, view.offset + view.size);
    return;
  }
  if (view.shape.length === 1 && view.size < FEW_FILLED) {
    const [step] = view.strides as [number];
    for (let i = 0, at = view.offset; i < view.size; i++, at += step) raw[at] = stored;
    return;
  }
  const cell = new dtypes[dtype].array(new ArrayBuffer(8), 0, 1);
  cell[0] = stored;
  if (view.contiguous) {
    const byte = byteOf(cell);
    const start = elements.byteOffset + view.offset * itemsize;
    if (byte !== undefined) fillBytes(blockOf(elements.memory), byte, start, start + view.size * itemsize);
    else if (!kernels.fill({ elements, view }, cell)) fillRun(raw, stored, view.offset, view.offset + view.size);
    return;
  }
  const loop = jointLoop([view], "K");
  const [to] = tilesOf([{ elements, view }], loop) as [TileAt];
  forEachTile(loop, 0, loop.size, (rows, count, [at]) => fillTile(to(at!), cell, rows, count));
}
/** With fewer elements, JavaScript is done before anything better is found. */
const FEW_FILLED = 256;

/** The byte that is repeated in an element, if there is one. */
function byteOf({ buffer, byteLength }: RawArray): number | undefined {
  const bytes = new Uint8Array(buffer, 0, byteLength);
  return bytes.every((byte) => byte === bytes[0]) ? bytes[0] : undefined;
}

/** Copies the source to the target, cast as `astype` casts. Both have the same shape and must not overlap. */
export function copy(target: Strided, source: Strided): void {
  if (hasComplex(target, source)) {
    moveParts(target, source, { copy, clear });
    return;
  }
  if (kernels.cast(target, source)) return;
  const loop = jointLoop([target.view, source.view], "K");
  copyLoop(target, source, loop, 0, loop.size);
}

function copyLoop(target: Strided, source: Strided, loop: Loop, start: number, end: number): void {
  const cast = caster(source.elements.dtype, target.elements.dtype);
  const [to, from] = tilesOf([target, source], loop) as [TileAt, TileAt];
  forEachTile(loop, start, end, (rows, count, [p, q]) => {
    if (cast) castTile(to(p!), from(q!), rows, count, cast);
    else moveTile(to(p!), from(q!), rows, count);
  });
}

/** As `copy`, but only where the mask is true. All three have the same shape. A complex target has a complex source. */
export function copyWhere(target: Strided, source: Strided, mask: Strided): void {
  if (isComplex(target.elements.dtype)) {
    for (const which of PARTS) copyWhere(part(target, which), part(source, which), mask);
    return;
  }
  const cast = caster(source.elements.dtype, target.elements.dtype);
  const loop = jointLoop([target.view, source.view, mask.view], "K");
  const [to, from, on] = tilesOf([target, source, mask], loop) as [TileAt, TileAt, TileAt];
  forEachTile(loop, 0, loop.size, (rows, count, [p, q, r]) => moveWhere(to(p!), from(q!), on(r!), rows, count, cast));
}

const hasComplex = (a: Strided, b: Strided): boolean => isComplex(a.elements.dtype) || isComplex(b.elements.dtype);
const clear = (target: Strided): void => fill(target, 0);

/** The tile of an operand that begins at a position. */
type TileAt = (start: number) => Tile;

/** The tiles of operands in a loop over them, which is walked tile by tile. */
function tilesOf(operands: readonly Strided[], { strides }: Loop): readonly TileAt[] {
  return operands.map(({ elements: { raw } }, i) => {
    const [step = 0, rowStep = 0] = strides[i]!.toReversed();
    return (start) => ({ raw, start, rowStep, step });
  });
}

/**
 * The view, stretched to a target's shape. `what` names the argument in errors.
 *
 * @throws {ShapeError} If the view does not broadcast to the shape.
 */
export function stretchTo(view: View, shape: readonly number[], what: string): View {
  if (sameShape(view.shape, shape)) return view;
  try {
    // As in NumPy, a source may have more axes than its target if the additional ones have length 1.
    const extra = view.shape.slice(0, Math.max(0, view.shape.length - shape.length));
    const fitting =
      extra.length > 0 && extra.every((n) => n === 1)
        ? pickAxes(view, view.shape.map((_, i) => i).slice(extra.length))
        : view;
    return broadcastTo(fitting, shape);
  } catch {
    const message = `Expected \`${what}\` to have a shape that broadcasts to ${show(shape)}, got ${show(view.shape)}`;
    throw new ShapeError(message, { shape: view.shape, expected: shape });
  }
}
