/**
 * A slice as data: turns what the user wrote into one step per axis. `view.ts` applies NumPy's basic slicing, and
 * `selection.ts` also index arrays. Pure.
 */
import { IndexError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { SliceArg } from "./index-notation.js";

/** An index array among the arguments of a slice. */
export class IndexArrayStep {
  readonly kind = "array";
  readonly given: object;
  /** How many axes it takes the place of. */
  readonly axes: number;
  /** Its number among the arguments. */
  readonly argument: number;

  constructor(given: object, axes: number, argument: number) {
    this.given = given;
    this.axes = axes;
    this.argument = argument;
  }
}
/**
 * What a slice does to one axis: drop it at an index, keep a range (already clipped), or insert a new axis. An ellipsis
 * that stands for no axis does nothing, but it is between index arrays.
 */
export type AxisStep =
  | { readonly kind: "index"; readonly at: number }
  | { readonly kind: "range"; readonly first: number; readonly count: number; readonly step: number }
  | { readonly kind: "newaxis" }
  | { readonly kind: "nothing" };

type Range = readonly [start: number | null, stop: number | null, step: number | null];
type Item = number | null | "..." | Range | IndexArrayStep;

/**
 * The steps of a slice of an array of that shape.
 *
 * @throws {IndexError} If an index is outside of its axis, a step is 0, there are too many indices or several "...".
 * @throws {TypeError} If an index is none of those that `SliceArg` allows.
 */
export function resolveSlice(spec: readonly SliceArg[], shape: readonly number[]): AxisStep[];
export function resolveSlice(
  spec: readonly (SliceArg | IndexArrayStep)[],
  shape: readonly number[],
): (AxisStep | IndexArrayStep)[];
export function resolveSlice(
  spec: readonly (SliceArg | IndexArrayStep)[],
  shape: readonly number[],
): (AxisStep | IndexArrayStep)[] {
  // Plain loops, because most slices are made in loops, and closures and further lists would take half of the time.
  const items: Item[] = [];
  let used = 0;
  for (let i = 0; i < spec.length; i++) {
    const arg = spec[i]!;
    if (typeof arg === "string") items.push(...parsed(arg, shape));
    else items.push(checkItem(arg, i));
  }
  for (const item of items) used += axesOf(item);
  if (used > shape.length) {
    const message = `Expected at most ${shape.length} indices, got ${used} (array of shape ${show(shape)})`;
    throw new IndexError(message + cure(spec), { index: used, axis: shape.length, shape });
  }
  const dots = items.indexOf("...");
  if (dots !== items.lastIndexOf("...")) {
    const message = `Expected at most one "...", got ${items.filter((item) => item === "...").length}`;
    throw new IndexError(message, { index: items.lastIndexOf("..."), axis: 0, shape });
  }
  if (dots >= 0 && used < shape.length) items.splice(dots, 1, ...new Array<Range>(shape.length - used).fill(WHOLE));
  else for (let left = shape.length - used; left > 0; left--) items.push(WHOLE);
  const steps: (AxisStep | IndexArrayStep)[] = [];
  let axis = 0;
  for (const item of items) {
    if (item === null) steps.push(NEW_AXIS);
    else if (item === "...") steps.push(NOTHING);
    else if (item instanceof IndexArrayStep) {
      steps.push(item);
      axis += item.axes;
    } else if (typeof item === "number") steps.push(indexStep(item, axis++, shape, spec));
    else steps.push(rangeStep(item, axis++, shape));
  }
  return steps;
}
/** How many axes an item uses. */
const axesOf = (item: Item): number =>
  item === null || item === "..." ? 0 : item instanceof IndexArrayStep ? item.axes : 1;
const WHOLE: Range = [null, null, null];
const NEW_AXIS: AxisStep = { kind: "newaxis" };
const NOTHING: AxisStep = { kind: "nothing" };

function indexStep(index: number, axis: number, shape: readonly number[], spec: readonly unknown[]): AxisStep {
  const length = shape[axis]!;
  if (index < -length || index >= length) {
    const got = `${index} (array of shape ${show(shape)})`;
    const message = `Expected index ${axis} to be in [${-length}, ${length}), got ${got}`;
    throw new IndexError(message + cure(spec), { index, axis, shape });
  }
  return { kind: "index", at: index < 0 ? index + length : index };
}

/** A cure for two integers that are out of range: mostly, `slice(0, 10)` of a JavaScript array was meant. */
function cure(spec: readonly unknown[]): string {
  if (spec.length !== 2 || !spec.every((arg) => typeof arg === "number")) return "";
  const [start, stop] = spec;
  const range = `slice([${start}, ${stop}]) or slice("${start}:${stop}")`;
  return `. To get ${start} to ${stop}, without ${stop} itself, write ${range}; to pick elements, take([…])`;
}

/**
 * Clips a range to the axis, as CPython does.
 * https://github.com/python/cpython/blob/v3.11.7/Objects/sliceobject.c#L262-L311 (PySlice_AdjustIndices)
 */
function rangeStep([start, stop, givenStep]: Range, axis: number, shape: readonly number[]): AxisStep {
  const length = shape[axis]!;
  const step = givenStep ?? 1;
  if (step === 0) {
    const message = `Expected the step of index ${axis} not to be 0 (array of shape ${show(shape)})`;
    throw new IndexError(message, { index: 0, axis, shape });
  }
  const [low, high] = step < 0 ? [-1, length - 1] : [0, length];
  const clip = (given: number) => Math.min(high, Math.max(low, given < 0 ? given + length : given));
  const first = start === null ? (step < 0 ? high : low) : clip(start);
  const end = stop === null ? (step < 0 ? low : high) : clip(stop);
  const count = Math.max(0, Math.ceil((end - first) / step));
  // Of an axis of at most one index, the step does not matter, and a huge one would make an infinite stride.
  return { kind: "range", first, count, step: count > 1 ? step : Math.max(-LONGEST, Math.min(LONGEST, step)) };
}

const LONGEST = 2 ** 31;

function checkItem(arg: unknown, position: number): Item {
  if (arg === null || (typeof arg === "number" && Number.isInteger(arg)) || arg instanceof IndexArrayStep) return arg;
  if (!Array.isArray(arg)) throw badItem(arg, `index ${position}`);
  const [start, stop, step] = [arg[0] ?? null, arg[1] ?? null, arg[2] ?? null] as unknown[];
  if (arg.length <= 3 && isBound(start) && isBound(stop) && isBound(step)) return [start, stop, step];
  throw badItem(arg, `index ${position}`);
}
const isBound = (part: unknown): part is number | null => part === null || Number.isInteger(part);

/** What the texts of earlier slices mean: a loop mostly slices with the same text again. */
const texts = new Map<string, readonly Item[]>();
const MAX_TEXTS = 500;

function parsed(text: string, shape: readonly number[]): readonly Item[] {
  const known = texts.get(text);
  if (known) return known;
  const items = parseText(text, shape);
  if (texts.size >= MAX_TEXTS) texts.clear();
  texts.set(text, items);
  return items;
}

const INTEGER = /^[+-]?\d{1,15}$/;

function parseText(text: string, shape: readonly number[]): Item[] {
  const items = text.split(",").map((part) => part.trim());
  if (items.length > 1 && items.at(-1) === "") items.pop(); // Python's trailing comma
  return items.map((item): Item => {
    if (item === "...") return "...";
    if (item === "newaxis" || item === "None") return null;
    if (INTEGER.test(item)) return Number(item);
    const parts = item.split(":").map((part) => part.trim());
    if (parts.length < 2 || parts.length > 3 || !parts.every((part) => part === "" || INTEGER.test(part))) {
      throw badItem(text, `${show(item)} (array of shape ${show(shape)})`);
    }
    const [start = null, stop = null, step = null] = parts.map((part) => (part === "" ? null : Number(part)));
    return [start, stop, step];
  });
}

function badItem(got: unknown, where: string): TypeError {
  const expected = `an integer, null, [start, stop, step], text such as "1:-1, ::2, ..., newaxis" or an index array`;
  const cure = Array.isArray(got) ? "; make positions an array: Int32Array.of(3, 1, 4, 1)" : "";
  return new TypeError(`Expected ${expected}, got ${show(got)} at ${where}${cure}`);
}
