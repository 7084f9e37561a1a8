/** `pad`: an array with a border around it. */
import { type DType, expectElement, type Scalar, type StoredOf } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectOneOf, show } from "../base/expect.js";
import { copy, fill } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { type ArrayOf, arrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { expectShape } from "../ndarray/shape.js";
import { writtenStrided } from "../ndarray/storage.js";
import { makeView, slice } from "../ndarray/view.js";

/** What a border holds: a value, the nearest element, the array reflected without or with its edge, or repeated. */
export type PadMode = "constant" | "edge" | "reflect" | "symmetric" | "wrap";
const MODES: readonly PadMode[] = ["constant", "edge", "reflect", "symmetric", "wrap"];
/** The width of a border: everywhere, before and after each axis, or a pair for each axis. A single pair is for all. */
export type PadWidth = number | readonly number[] | readonly (readonly number[])[];

/** What a border holds. */
export interface PadOptions<D extends DType> {
  /** By default `"constant"`. */
  readonly mode?: PadMode | undefined;
  /** The value of a constant border; by default 0. */
  readonly value?: StoredOf<D> | number | undefined;
}

/**
 * A copy with a border. After `np.pad`.
 *
 * @param width how many elements: everywhere, `[before, after]` for all axes, or such a pair for each axis
 * @example pad(array([1, 2]), 1).toArray() // [0, 1, 2, 0]
 * @example pad(image, [[1, 1], [0, 2]], { mode: "edge" })
 * @throws {ShapeError} If there are not as many pairs as axes, or an axis without elements would be continued.
 * @throws {DTypeError} If `value` cannot be an element, as in `full`.
 */
export function pad<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  width: PadWidth,
  options?: PadOptions<D>,
): ArrayOf<D, R> {
  const { mode: given = "constant", value = 0 } = expectKnown(options, ["mode", "value"], "pad");
  const mode = expectOneOf("mode", given, MODES);
  const source = stridedOf(a);
  const { shape } = source.view;
  const widths = expectWidths(width, shape);
  expectShape(shape.map((n, axis) => n + widths[axis]![0] + widths[axis]![1]));
  if (mode === "constant") {
    return arrayOf(surrounded(source, widths, expectElement(value, source.elements.dtype))) as never;
  }
  const empty = shape.findIndex((n, axis) => n === 0 && widths[axis]![0] + widths[axis]![1] > 0);
  if (empty >= 0) {
    const message = `Expected axes with elements to continue, got axis ${empty} of shape ${show(shape)}`;
    throw new ShapeError(`${message} (mode "constant" needs none)`, { shape, expected: shape.with(empty, 1) });
  }
  return arrayOf(continued(source, widths, mode)) as never;
}

type Widths = readonly (readonly [before: number, after: number])[];

function expectWidths(width: unknown, shape: readonly number[]): Widths {
  const one = (value: unknown, what: string) => expectInteger(what, value, 0, Number.POSITIVE_INFINITY);
  const pair = (value: unknown, what: string): [number, number] => {
    if (typeof value === "number") return [one(value, what), value];
    if (Array.isArray(value) && value.length === 1) return pair(value[0], `${what}[0]`);
    if (Array.isArray(value) && value.length === 2) return [one(value[0], `${what}[0]`), one(value[1], `${what}[1]`)];
    throw new TypeError(`Expected \`${what}\` to be a number or [before, after], got ${show(value)}`);
  };
  if (Array.isArray(width) && width.length === 0 && shape.length === 0) return [];
  if (!Array.isArray(width) || !width.some(Array.isArray) || width.length === 1) {
    const all = pair(width, "width");
    return shape.map(() => all);
  }
  if (width.length === shape.length) return width.map((value, axis) => pair(value, `width[${axis}]`));
  const message = `Expected \`width\` to have a pair for each of ${shape.length} axes, got ${width.length}`;
  throw new ShapeError(message, { shape, expected: shape });
}

function surrounded(source: Strided, widths: Widths, value: Scalar): Strided {
  const { shape } = source.view;
  const padded = shape.map((n, axis) => n + widths[axis]![0] + widths[axis]![1]);
  return writtenStrided(padded, source.elements.dtype, undefined, (target) => {
    fill(target, value);
    const inside = widths.map(([before], axis): [number, number] => [before, before + shape[axis]!]);
    copy({ elements: target.elements, view: slice(target.view, inside) }, source);
  });
}

/** The array in the middle, and around it, axis by axis, what continues it: parts of what is there already. */
function continued(source: Strided, widths: Widths, mode: PadMode): Strided {
  const { shape } = source.view;
  const padded = shape.map((n, axis) => n + widths[axis]![0] + widths[axis]![1]);
  return writtenStrided(padded, source.elements.dtype, undefined, ({ elements, view }) => {
    const inside = widths.map(([before], axis): [number, number] => [before, before + shape[axis]!]);
    copy({ elements, view: slice(view, inside) }, source);
    for (const [axis, [before, after]] of widths.entries()) {
      const n = shape[axis]!;
      inside[axis] = [0, padded[axis]!];
      const all = slice(view, inside);
      const part = (start: number, step: number, count: number): Strided => {
        const stride = view.strides[axis]!;
        const shape = all.shape.with(axis, count);
        return { elements, view: makeView(shape, all.strides.with(axis, step * stride), all.offset + start * stride) };
      };
      for (const { at, from, step, count } of bordersOf(before, n, after, mode)) {
        copy(part(before + at, 1, count), part(before + from, step, count));
      }
    }
  });
}

/** Indices from `at` on, counted from the first element of the array, that continue it with those from `from` on. */
interface Run {
  readonly at: number;
  readonly from: number;
  readonly step: number;
  count: number;
}

/**
 * What continues an axis of n elements, in runs of equal steps. Behind the first period, both borders are copies of
 * what has been written, twice as much each time.
 */
function bordersOf(before: number, n: number, after: number, mode: PadMode): Run[] {
  const period = periodOf(n, mode);
  let [low, high] = [Math.max(-before, n - period), Math.min(n + after, Math.max(n, period))];
  const runs = [...runsOf(low, 0, n, mode), ...runsOf(n, high, n, mode)];
  const periods = (length: number) => period * Math.floor(length / period);
  while (low > -before) {
    const back = periods(n - low);
    const count = Math.min(back, low + before);
    low -= count;
    runs.push({ at: low, from: low + back, step: 1, count });
  }
  while (high < n + after) {
    const back = periods(high);
    const count = Math.min(back, n + after - high);
    runs.push({ at: high, from: high - back, step: 1, count });
    high += count;
  }
  return runs;
}

/** After how many elements an axis repeats itself. A reflection without its edge begins again after 2n - 2. */
function periodOf(n: number, mode: PadMode): number {
  if (mode === "edge") return Number.POSITIVE_INFINITY;
  return mode === "wrap" ? n : mode === "symmetric" ? 2 * n : Math.max(1, 2 * n - 2);
}

/** The indices from `start` to `end`, in runs of equal steps. */
function runsOf(start: number, end: number, n: number, mode: PadMode): Run[] {
  const runs: Run[] = [];
  for (let at = start; at < end; at++) {
    const from = indexWithin(at, n, mode);
    const last = runs.at(-1);
    const isNext = last && last.from + last.step * last.count === from;
    if (isNext) last.count++;
    else if (last?.count === 1) runs[runs.length - 1] = { ...last, step: from - last.from, count: 2 };
    else runs.push({ at, from, step: 1, count: 1 });
  }
  return runs;
}

/** An index brought back into [0, n). */
function indexWithin(at: number, n: number, mode: PadMode): number {
  if (mode === "edge") return Math.min(n - 1, Math.max(0, at));
  const period = periodOf(n, mode);
  const inPeriod = ((at % period) + period) % period;
  const back = mode === "symmetric" ? period - 1 - inPeriod : period - inPeriod;
  return inPeriod < n ? inPeriod : back;
}
