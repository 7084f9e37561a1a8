/** The lines of an array along an axis, each transformed: loaded into the arena, in blocks of lines, and stored. */
import { isComplex, type RawArray } from "../base/dtype.js";
import type { Strided } from "../ndarray/elements.js";
import { sizeOf } from "../ndarray/shape.js";
import { withCast } from "../ndarray/storage.js";
import type { Arena } from "./arena.js";
import type { Kind } from "./kinds.js";

/** So many lines are loaded together if neighbours along the axis are apart: as many as a cache line or two hold. */
const TOGETHER = 8;
/** Short lines are loaded together up to so many floats: for each load, more is done than to copy four elements. */
const SHORT = 256;
/** The most floats of lines that are loaded together, apart from the first one. */
const MOST_TOGETHER = 2 ** 20;

/**
 * Transforms all lines of the source along an axis, and writes them, times a factor, to those of the target. Both have
 * the same shape apart from that axis. The target may be the source, if both have the same elements in the same order.
 */
export function transformLines(
  arena: Arena,
  source: Strided,
  target: Strided,
  axis: number,
  kind: Kind,
  factor: number,
): void {
  if (target.view.size === 0) return;
  const { dtype } = source.elements;
  if (dtype === "float64" || dtype === "float32" || isComplex(dtype))
    linesOf(arena, source, target, axis, kind, factor);
  else
    withCast(source, dtype === "float16" ? "float32" : "float64", (cast) =>
      linesOf(arena, cast, target, axis, kind, factor),
    );
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

function linesOf(arena: Arena, source: Strided, target: Strided, axis: number, kind: Kind, factor: number): void {
  const [from, to] = [sideOf(source, axis), sideOf(target, axis)];
  const lengths = target.view.shape.filter((_, i) => i !== axis);
  const count = Math.min(kind.reads, source.view.shape[axis]!);
  const { plan, before, after } = kind;
  const room = 2 * Math.ceil(kind.room / 2);
  const inner = lengths.at(-1) ?? 1;
  const isAdjacent = from.step === from.width && to.step === to.width;
  const together = isAdjacent
    ? Math.max(1, Math.min(Math.floor(SHORT / room), inner))
    : Math.max(1, Math.min(TOGETHER, inner, Math.floor(MOST_TOGETHER / room)));
  arena.ensure(together * room + plan.room);
  const { floats, end } = arena;
  const works = end + together * room;
  const outer = lengths.slice(0, -1);
  const [fromLine, toLine] = [from.steps.at(-1) ?? 0, to.steps.at(-1) ?? 0];
  const block = (fromAt: number, toAt: number, size: number): void => {
    load(from, fromAt, fromLine, { floats, first: end, room, size }, count, kind);
    for (let i = 0; i < size; i++) {
      const line = end + i * room;
      before?.(line);
      plan.run(line, works, line);
      after?.(line);
    }
    store(to, toAt, toLine, { floats, first: end, room, size }, kind, factor);
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

/** So many lines in the arena, of so many floats each. */
interface Lines {
  readonly floats: Float64Array;
  readonly first: number;
  readonly room: number;
  readonly size: number;
}

/** Copies the elements of lines to the arena; what the source lacks is 0. */
function load(from: Side, at: number, apart: number, lines: Lines, count: number, kind: Kind): void {
  const { floats, first, room, size } = lines;
  const step = kind.isComplexIn ? 2 : kind.stepIn;
  if (count < kind.reads || from.width < step) floats.fill(0, first, first + size * room);
  const { raw, width, isDouble } = from;
  const whole = { floats, place: first, step, apart: room, raw, at, rawStep: from.step, rawApart: apart, size, width };
  if (kind.isReversed) {
    const end = first + kind.room - step;
    loadTile({ ...whole, count: Math.min(1, count) });
    loadTile({ ...whole, count: count - 1, place: end, step: -step, at: at + from.step });
  } else if (size === 1 && isDouble && width === step && from.step === step) {
    floats.set(raw.subarray(at, at + count * step) as unknown as ArrayLike<number>, first);
  } else loadTile({ ...whole, count });
}

/** Copies results to where they belong, times a factor. */
function store(to: Side, at: number, apart: number, lines: Lines, kind: Kind, factor: number): void {
  const { floats, first, room, size } = lines;
  const { raw, width, isDouble } = to;
  const { writes: count, stepOut: step } = kind;
  if (size === 1 && isDouble && factor === 1 && width === step && to.step === step) {
    raw.set(floats.subarray(first, first + count * step), at);
    return;
  }
  const whole = { floats, place: first, step, apart: room, raw, at, rawStep: to.step, rawApart: apart, size, width };
  storeTile({ ...whole, count }, factor);
}

/** So many elements of so many lines, in the arena and in an array. */
interface Tile {
  readonly floats: Float64Array;
  readonly place: number;
  readonly step: number;
  readonly apart: number;
  readonly raw: RawArray;
  readonly at: number;
  readonly rawStep: number;
  readonly rawApart: number;
  readonly width: 1 | 2;
  readonly size: number;
  readonly count: number;
}

function loadTile({ floats, place, step, apart, raw, at, rawStep, rawApart, width, size, count }: Tile): void {
  if (size === 1) {
    if (width === 1) for (let k = 0, p = at, q = place; k < count; k++, p += rawStep, q += step) floats[q] = raw[p]!;
    else {
      for (let k = 0, p = at, q = place; k < count; k++, p += rawStep, q += step) {
        floats[q] = raw[p]!;
        floats[q + 1] = raw[p + 1]!;
      }
    }
    return;
  }
  for (let k = 0, p = at, q = place; k < count; k++, p += rawStep, q += step) {
    if (width === 1) for (let i = 0, r = p, s = q; i < size; i++, r += rawApart, s += apart) floats[s] = raw[r]!;
    else {
      for (let i = 0, r = p, s = q; i < size; i++, r += rawApart, s += apart) {
        floats[s] = raw[r]!;
        floats[s + 1] = raw[r + 1]!;
      }
    }
  }
}

function storeTile(tile: Tile, factor: number): void {
  const { floats, place, step, apart, raw, at, rawStep, rawApart, width, size, count } = tile;
  if (size === 1) {
    if (width === 1) {
      for (let k = 0, p = at, q = place; k < count; k++, p += rawStep, q += step) raw[p] = floats[q]! * factor;
    } else {
      for (let k = 0, p = at, q = place; k < count; k++, p += rawStep, q += step) {
        raw[p] = floats[q]! * factor;
        raw[p + 1] = floats[q + 1]! * factor;
      }
    }
    return;
  }
  for (let k = 0, p = at, q = place; k < count; k++, p += rawStep, q += step) {
    if (width === 1)
      for (let i = 0, r = p, s = q; i < size; i++, r += rawApart, s += apart) raw[r] = floats[s]! * factor;
    else {
      for (let i = 0, r = p, s = q; i < size; i++, r += rawApart, s += apart) {
        raw[r] = floats[s]! * factor;
        raw[r + 1] = floats[s + 1]! * factor;
      }
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
