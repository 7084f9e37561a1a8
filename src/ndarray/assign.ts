/** Copies between elements: one value, all elements with a cast, or those that a mask selects. Knows no arrays. */
import { caster, type DType, dtypes, type Scalar } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
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

/** Writes one value to all elements of the target. */
export function fill({ elements, view }: Strided, value: Scalar): void {
  const { raw } = elements;
  const stored = rawValue(value, elements.dtype);
  if (view.contiguous) {
    fillRun(raw, stored, view.offset, view.offset + view.size);
    return;
  }
  const loop = jointLoop([view], "K");
  const [to] = tilesOf([{ elements, view }], loop) as [TileAt];
  const cell = new dtypes[elements.dtype].array(new ArrayBuffer(8), 0, 1);
  cell[0] = stored;
  forEachTile(loop, 0, loop.size, (rows, count, [at]) => fillTile(to(at!), cell, rows, count));
}

/** Copies all elements of a source, cast, into a target. Returns false if it cannot; then nothing was written. */
type Cast = (target: Strided, source: Strided) => boolean;
let castByKernel: Cast = () => false;
/** Lets a higher layer, which has kernels, copy and cast the elements of arrays. */
export const useKernelForCasts = (cast: Cast): void => {
  castByKernel = cast;
};

/** Copies the source to the target, cast as `astype` casts. Both have the same shape and must not overlap. */
export function copy(target: Strided, source: Strided): void {
  if (castByKernel(target, source)) return;
  const loop = jointLoop([target.view, source.view], "K");
  copyLoop(target, source, loop, 0, loop.size);
}

/** As `copy`, but only the elements at positions [start, end) in C order. */
export function copyRange(target: Strided, source: Strided, start: number, end: number): void {
  copyLoop(target, source, jointLoop([target.view, source.view], "C"), start, end);
}

function copyLoop(target: Strided, source: Strided, loop: Loop, start: number, end: number): void {
  const cast = caster(source.elements.dtype, target.elements.dtype);
  const [to, from] = tilesOf([target, source], loop) as [TileAt, TileAt];
  forEachTile(loop, start, end, (rows, count, [p, q]) => {
    if (cast) castTile(to(p!), from(q!), rows, count, cast);
    else moveTile(to(p!), from(q!), rows, count);
  });
}

/** As `copy`, but only where the mask is true. All three have the same shape. */
export function copyWhere(target: Strided, source: Strided, mask: Strided): void {
  const cast = caster(source.elements.dtype, target.elements.dtype);
  const loop = jointLoop([target.view, source.view, mask.view], "K");
  const [to, from, on] = tilesOf([target, source, mask], loop) as [TileAt, TileAt, TileAt];
  forEachTile(loop, 0, loop.size, (rows, count, [p, q, r]) => moveWhere(to(p!), from(q!), on(r!), rows, count, cast));
}

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
