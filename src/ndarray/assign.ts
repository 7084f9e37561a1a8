/** Copies between strided elements: fill, copy with a cast, take, put, compress. Used by the members of `NDArray`; knows no arrays. */
import { caster, type DType, dtypes, type Scalar } from "../base/dtype.js";
import { IndexError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { Strided } from "./elements.js";
import { castRun, moveRun } from "./runs.js";
import { sameShape, sizeOf } from "./shape.js";
import { broadcastTo, pickAxes, type View } from "./view.js";
import { forEachRun, jointLoop } from "./walk.js";

const rawValue = (value: Scalar, dtype: DType): number => {
  const { store } = dtypes[dtype];
  return store ? store(value) : (value as number);
};

/** a[…] = value */
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

/** target[…] = source, element by element, cast as `astype`. The shapes are equal and nothing overlaps. */
export function copy(target: Strided, source: Strided): void {
  const to = target.elements.raw;
  const from = source.elements.raw;
  const cast = caster(source.elements.dtype, target.elements.dtype);
  const loop = jointLoop([target.view, source.view], "K");
  const toStep = loop.strides[0]!.at(-1)!;
  const fromStep = loop.strides[1]!.at(-1)!;
  forEachRun(loop, 0, loop.size, ([p, q], count) => {
    if (cast) castRun(to, p!, toStep, from, q!, fromStep, count, cast);
    else moveRun(to, p!, toStep, from, q!, fromStep, count);
  });
}

/** target[mask] = source[mask]; all of one shape. */
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

/** The view stretched to the target's shape. @throws {ShapeError} naming both */
export function stretchTo(view: View, shape: readonly number[], what: string): View {
  if (sameShape(view.shape, shape)) return view;
  try {
    // NumPy lets a source have more axes than its target, as long as they are of length 1.
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

/** Indices checked against a length, negative from the end. @throws {IndexError} before anything is read */
export function checkIndices(
  indices: Iterable<unknown>,
  length: number,
  axis: number,
  shape: readonly number[],
): number[] {
  return Array.from(indices, (given) => {
    if (typeof given === "number" && Number.isInteger(given) && given >= -length && given < length) {
      return given < 0 ? given + length : given;
    }
    const message = `Expected each of \`indices\` to be an integer in [${-length}, ${length}), got ${show(given)} (axis ${axis} of shape ${show(shape)})`;
    throw new IndexError(message, { index: Number(given), axis, shape });
  });
}

/** Copies the slabs at `indices` along an axis into the slabs of `target` along `targetAxis`, one after the other. */
export function takeAlong(
  target: Strided,
  targetAxis: number,
  source: Strided,
  axis: number,
  indices: readonly number[],
) {
  for (const [i, index] of indices.entries()) copy(slab(target, targetAxis, i), slab(source, axis, index));
}

/** Writes values to flat positions in C order, beginning again when they run out. */
export function putAt(target: Strided, positions: readonly number[], values: Strided): void {
  if (values.view.size === 0) return;
  const to = target.elements.raw;
  const from = values.elements.raw;
  const cast = caster(values.elements.dtype, target.elements.dtype) ?? ((raw: number) => raw);
  for (const [i, position] of positions.entries()) {
    to[flatOffset(target.view, position)] = cast(from[flatOffset(values.view, i % values.view.size)]!);
  }
}

/** The positions, in C order, at which a mask is true. */
export function trueIndices({ elements, view }: Strided): number[] {
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

/** The first axes of the view as one axis, so that masks and flat indices need not care for rank: a copy-free view if there is one. */
export function leadingAsOne({ shape }: View, axes: number): number[] {
  return [sizeOf(shape.slice(0, axes)), ...shape.slice(axes)];
}

function slab({ elements, view }: Strided, axis: number, at: number): Strided {
  const rest = view.shape.map((_, i) => i).filter((i) => i !== axis);
  return { elements, view: pickAxes(view, rest, view.offset + at * view.strides[axis]!) };
}

function flatOffset({ shape, strides, offset }: View, position: number): number {
  let rest = position;
  let at = offset;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at += (rest % shape[axis]!) * strides[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return at;
}

/** The elements in C order, as users see them. */
export function* scalars({ elements, view }: Strided): Generator<Scalar> {
  const { load } = dtypes[elements.dtype];
  for (let i = 0; i < view.size; i++) {
    const raw = elements.raw[flatOffset(view, i)]!;
    yield load ? load(raw) : raw;
  }
}
