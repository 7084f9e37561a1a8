/** Copies between elements: one value, all elements with a cast, or those that a mask selects. Knows no arrays. */
import { caster, type DType, dtypes, type Scalar } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { Strided } from "./elements.js";
import { castRun, moveRun } from "./runs.js";
import { sameShape } from "./shape.js";
import { broadcastTo, pickAxes, type View } from "./view.js";
import { forEachRun, jointLoop, type Loop } from "./walk.js";

/** A scalar as it is stored in an element of a dtype. */
export const rawValue = (value: Scalar, dtype: DType): number => {
  const { store } = dtypes[dtype];
  return store ? store(value) : (value as number);
};

/** Writes one value to all elements of the target. */
export function fill({ elements, view }: Strided, value: Scalar): void {
  const { raw } = elements;
  const stored = rawValue(value, elements.dtype);
  const loop = jointLoop([view], "K");
  const step = loop.strides[0]!.at(-1)!;
  forEachRun(loop, 0, loop.size, ([at], count) => {
    if (step === 1) raw.fill(stored, at!, at! + count);
    else for (let i = 0, p = at!; i < count; i++, p += step) raw[p] = stored;
  });
}

/** Copies the source to the target, cast as `astype` casts. Both have the same shape and must not overlap. */
export function copy(target: Strided, source: Strided): void {
  const loop = jointLoop([target.view, source.view], "K");
  copyLoop(target, source, loop, 0, loop.size);
}

/** As `copy`, but only the elements at positions [start, end) in C order. */
export function copyRange(target: Strided, source: Strided, start: number, end: number): void {
  copyLoop(target, source, jointLoop([target.view, source.view], "C"), start, end);
}

function copyLoop(target: Strided, source: Strided, loop: Loop, start: number, end: number): void {
  const to = target.elements.raw;
  const from = source.elements.raw;
  const cast = caster(source.elements.dtype, target.elements.dtype);
  const toStep = loop.strides[0]!.at(-1)!;
  const fromStep = loop.strides[1]!.at(-1)!;
  forEachRun(loop, start, end, ([p, q], count) => {
    if (cast) castRun(to, p!, toStep, from, q!, fromStep, count, cast);
    else moveRun(to, p!, toStep, from, q!, fromStep, count);
  });
}

/** As `copy`, but only where the mask is true. All three have the same shape. */
export function copyWhere(target: Strided, source: Strided, mask: Strided): void {
  const to = target.elements.raw;
  const from = source.elements.raw;
  const on = mask.elements.raw;
  const cast = caster(source.elements.dtype, target.elements.dtype) ?? ((raw: number) => raw);
  const loop = jointLoop([target.view, source.view, mask.view], "K");
  const [s, t, u] = loop.strides.map((strides) => strides.at(-1)!) as [number, number, number];
  forEachRun(loop, 0, loop.size, ([p, q, r], count) => {
    for (let i = 0; i < count; i++) if (on[r! + i * u]) to[p! + i * s] = cast(from[q! + i * t]!);
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
