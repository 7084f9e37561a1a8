/** The lines of an array along an axis, each transformed: loaded to ordinary memory, in blocks of lines, and stored. */
import { isComplex, type RawArray } from "../base/dtype.js";
import type { Strided } from "../ndarray/elements.js";
import { sizeOf } from "../ndarray/shape.js";
import { withCast } from "../ndarray/storage.js";
import type { Kind } from "./kinds.js";
import { workArrays } from "./works.js";

/** So many lines are loaded together if neighbours along the axis are apart: as many as a cache line or two hold. */
const TOGETHER = 8;
/** The most floats of lines that are loaded together, apart from the first one. */
const MOST_TOGETHER = 2 ** 20;

/**
 * Transforms all lines of the source along an axis, and writes them, times a factor, to those of the target. Both have
 * the same shape apart from that axis. The target may be the source, if both have the same elements in the same order.
 */
export function transformLines(source: Strided, target: Strided, axis: number, kind: Kind, factor: number): void {
  if (target.view.size === 0) return;
  const { dtype } = source.elements;
  if (dtype === "float64" || dtype === "float32" || isComplex(dtype)) linesOf(source, target, axis, kind, factor);
  else
    withCast(source, dtype === "float16" ? "float32" : "float64", (cast) => linesOf(cast, target, axis, kind, factor));
}

/** The floats of one side, and how to find them: positions and steps count floats. */
interface Side {
  readonly raw: RawArray;
  readonly isDouble: boolean;
  readonly width: 1 | 2;
  readonly first: number;
  /** From one element of a line to the next. */
  readonly step: number;
  /** From one line to the next, for each of the other axes. */
  readonly steps: readonly number[];
}

function sideOf({ elements, view }: Strided, axis: number): Side {
  const width = isComplex(elements.dtype) ? 2 : 1;
  const floats = width === 2 ? elements.parts : elements;
  return {
    raw: floats.raw,
    isDouble: floats.dtype === "float64",
    width,
    first: width * view.offset,
    step: width * view.strides[axis]!,
    steps: view.strides.filter((_, i) => i !== axis).map((stride) => width * stride),
  };
}

function linesOf(source: Strided, target: Strided, axis: number, kind: Kind, factor: number): void {
  const [from, to] = [sideOf(source, axis), sideOf(target, axis)];
  const lengths = target.view.shape.filter((_, i) => i !== axis);
  const count = Math.min(kind.reads, source.view.shape[axis]!);
  const { plan, room, before, after } = kind;
  const inner = lengths.at(-1) ?? 1;
  const isAdjacent = from.step === from.width && to.step === to.width;
  const together = isAdjacent ? 1 : Math.max(1, Math.min(TOGETHER, inner, Math.floor(MOST_TOGETHER / room)));
  const isDirectIn = together === 1 && readsDirectly(from, kind, count);
  const isDirectOut = together === 1 && writesDirectly(to, kind, factor);
  const needed = isDirectIn && isDirectOut ? 0 : together;
  const arrays = workArrays(plan.works + needed, Math.max(plan.room, room));
  const works = arrays.slice(0, plan.works);
  const lines = arrays.slice(plan.works);
  const outer = lengths.slice(0, -1);
  const [fromLine, toLine] = [from.steps.at(-1) ?? 0, to.steps.at(-1) ?? 0];
  const block = (fromAt: number, toAt: number, size: number): void => {
    if (!isDirectIn) load(from, fromAt, fromLine, lines, size, count, kind);
    for (let i = 0; i < size; i++) {
      const line = lines[i]!;
      before?.(line);
      const input = isDirectIn ? floatsAt(from.raw, fromAt, 2 * plan.length) : line;
      plan.run(input, works, isDirectOut ? floatsAt(to.raw, toAt, 2 * plan.length) : line);
      after?.(line);
    }
    if (!isDirectOut) store(to, toAt, toLine, lines, size, kind, factor);
  };
  forEachIndex(outer, (index) => {
    let [fromAt, toAt] = [from.first, to.first];
    for (let i = 0; i < outer.length; i++) {
      fromAt += index[i]! * from.steps[i]!;
      toAt += index[i]! * to.steps[i]!;
    }
    for (let i = 0; i < inner; i += together) {
      block(fromAt + i * fromLine, toAt + i * toLine, Math.min(together, inner - i));
    }
  });
}

/** With fewer numbers, a view of them costs more than a copy. */
const LEAST_DIRECT = 256;
/** A transform of one pass, or by a chirp, writes before it has read all. */
const isLong = ({ plan }: Kind): boolean => plan.length >= LEAST_DIRECT && plan.passes > 1;

/** Whether the transform can read the elements where they are. */
const readsDirectly = ({ isDouble, width, step }: Side, kind: Kind, count: number): boolean =>
  isDouble &&
  isLong(kind) &&
  !kind.before &&
  !kind.isReversed &&
  count === kind.reads &&
  step === width &&
  width === (kind.isComplexIn ? 2 : kind.stepIn);
/** Whether it can write the results where they belong. */
const writesDirectly = ({ isDouble, width, step }: Side, kind: Kind, factor: number): boolean =>
  isDouble && isLong(kind) && !kind.after && factor === 1 && step === width && width === kind.stepOut;

const floatsAt = (raw: RawArray, at: number, count: number): Float64Array =>
  raw.subarray(at, at + count) as unknown as Float64Array;

/** Copies the elements of a block of lines to the lines; what the source lacks is 0. */
function load(from: Side, at: number, apart: number, lines: Float64Array[], size: number, count: number, kind: Kind) {
  const { isReversed, isComplexIn, room } = kind;
  const step = isComplexIn ? 2 : kind.stepIn;
  const isFilled = count === kind.reads && from.width === step;
  if (!isFilled) for (let i = 0; i < size; i++) lines[i]!.fill(0, 0, room);
  const move = from.width === 2 ? loadPairs : loadSingles;
  if (!isReversed) {
    move(from.raw, at, from.step, apart, lines, 0, step, size, count);
    return;
  }
  if (count > 0) move(from.raw, at, from.step, apart, lines, 0, step, size, 1);
  move(from.raw, at + from.step, from.step, apart, lines, room - step, -step, size, count - 1);
}

function store(to: Side, at: number, apart: number, lines: Float64Array[], size: number, kind: Kind, factor: number) {
  if (to.width === 2) storePairs(to.raw, at, to.step, apart, lines, size, kind.writes, factor);
  else storeSingles(to.raw, at, to.step, apart, lines, kind.stepOut, size, kind.writes, factor);
}

type Load = (
  from: RawArray,
  at: number,
  step: number,
  apart: number,
  lines: readonly Float64Array[],
  lineAt: number,
  lineStep: number,
  size: number,
  count: number,
) => void;

const loadSingles: Load = (from, at, step, apart, lines, lineAt, lineStep, size, count) => {
  if (size === 1) {
    const line = lines[0]!;
    for (let k = 0, p = at, q = lineAt; k < count; k++, p += step, q += lineStep) line[q] = from[p]!;
    return;
  }
  for (let k = 0, p = at, q = lineAt; k < count; k++, p += step, q += lineStep) {
    for (let i = 0, r = p; i < size; i++, r += apart) lines[i]![q] = from[r]!;
  }
};

const loadPairs: Load = (from, at, step, apart, lines, lineAt, lineStep, size, count) => {
  if (size === 1) {
    const line = lines[0]!;
    for (let k = 0, p = at, q = lineAt; k < count; k++, p += step, q += lineStep) {
      line[q] = from[p]!;
      line[q + 1] = from[p + 1]!;
    }
    return;
  }
  for (let k = 0, p = at, q = lineAt; k < count; k++, p += step, q += lineStep) {
    for (let i = 0, r = p; i < size; i++, r += apart) {
      const line = lines[i]!;
      line[q] = from[r]!;
      line[q + 1] = from[r + 1]!;
    }
  }
};

function storeSingles(
  to: RawArray,
  at: number,
  step: number,
  apart: number,
  lines: readonly Float64Array[],
  lineStep: number,
  size: number,
  count: number,
  factor: number,
): void {
  if (size === 1) {
    const line = lines[0]!;
    for (let k = 0, p = at, q = 0; k < count; k++, p += step, q += lineStep) to[p] = line[q]! * factor;
    return;
  }
  for (let k = 0, p = at, q = 0; k < count; k++, p += step, q += lineStep) {
    for (let i = 0, r = p; i < size; i++, r += apart) to[r] = lines[i]![q]! * factor;
  }
}

function storePairs(
  to: RawArray,
  at: number,
  step: number,
  apart: number,
  lines: readonly Float64Array[],
  size: number,
  count: number,
  factor: number,
): void {
  if (size === 1) {
    const line = lines[0]!;
    for (let k = 0, p = at, q = 0; k < count; k++, p += step, q += 2) {
      to[p] = line[q]! * factor;
      to[p + 1] = line[q + 1]! * factor;
    }
    return;
  }
  for (let k = 0, p = at, q = 0; k < count; k++, p += step, q += 2) {
    for (let i = 0, r = p; i < size; i++, r += apart) {
      const line = lines[i]!;
      to[r] = line[q]! * factor;
      to[r + 1] = line[q + 1]! * factor;
    }
  }
}

/** Calls `visit` with each index of a shape, in C order. The list is the same each time. */
function forEachIndex(shape: readonly number[], visit: (index: readonly number[]) => void): void {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    visit(index);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}
