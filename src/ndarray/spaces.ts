/** Numbers at equal distances or ratios between two ends: `linspace`, `logspace`, `geomspace`. */
import { type DType, type FloatDType, isFloat, type RawArray } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectKnown, show } from "../base/expect.js";
import { promoteAll } from "../base/promote.js";
import { copy } from "./assign.js";
import { CREATION, type CreateOptions, create, expectCreation } from "./create.js";
import type { Strided } from "./elements.js";
import { arrayOf, type NDArray, type NewArray, type ReadonlyNDArray, stridedOf } from "./ndarray.js";
import { apart, expectFinite, fillRay, fillWith, isPlain, ray } from "./sequences.js";
import { broadcastShapes, expectAxis } from "./shape.js";
import { blankStrided, withRaw, writtenStrided } from "./storage.js";
import { expectStrided } from "./strided-array.js";
import { broadcastTo, cView, moveAxis } from "./view.js";

/** The dtype, the name and the scope of the new array, and whether it ends with `stop`. */
export interface SpaceOptions<D extends DType> extends CreateOptions<D> {
  /** Whether `stop` is the last number; by default true. Otherwise the numbers end one distance before it. */
  readonly endpoint?: boolean | undefined;
}
/** Where the numbers of a line are, if the ends are arrays. */
interface AxisOfLines {
  /** Which axis of the result runs from `start` to `stop`; by default the first. */
  readonly axis?: number | undefined;
}
type End = number | ReadonlyNDArray;

/**
 * A new array of `count` numbers at equal distances from `start` to `stop`, both included. With `retstep`, the array
 * and the distance. The ends may be arrays, which broadcast: then each of their elements has a line of its own, along
 * a new axis. After `np.linspace`.
 *
 * @param options `endpoint`, by default true; `axis`, by default the first
 * @example linspace(0, 1, 5).toArray() // [0, 0.25, 0.5, 0.75, 1]
 * @throws {DTypeError} If the dtype is not one of floats.
 * @throws {RangeError} If an end is not finite, or `count` is negative or not an integer.
 */
export function linspace<D extends FloatDType = "float64">(
  start: number,
  stop: number,
  count: number | undefined,
  options: SpaceOptions<D> & { readonly retstep: true },
): [array: NewArray<D, 1>, step: number];
export function linspace<D extends FloatDType = "float64">(
  start: number,
  stop: number,
  count?: number,
  options?: SpaceOptions<D> & { readonly retstep?: false | undefined },
): NewArray<D, 1>;
export function linspace<D extends FloatDType = "float64">(
  start: End,
  stop: End,
  count?: number,
  options?: SpaceOptions<D> & AxisOfLines,
): NewArray<D, number>;
export function linspace(
  start: End,
  stop: End,
  count = 50,
  options?: SpaceOptions<FloatDType> & AxisOfLines & { readonly retstep?: boolean | undefined },
): unknown {
  const hasArrays = typeof start === "object" || typeof stop === "object";
  const {
    endpoint = true,
    retstep,
    axis,
    dtype = hasArrays ? commonFloat([start, stop]) : "float64",
    ...named
  } = expectKnown(options, [...CREATION, "endpoint", "retstep", "axis"], "linspace");
  const creation = expectFloats({ dtype, ...named } as CreateOptions<DType>, "linspace");
  const wantsStep = expectBoolean("retstep", retstep);
  const steps = expectCount(count) - (expectBoolean("endpoint", endpoint) ? 1 : 0);
  if (hasArrays) {
    if (!wantsStep) return linesBetween(start, stop, count, steps, axis, creation);
    throw new TypeError("Expected `start` and `stop` to be numbers with `retstep`, got an array");
  }
  if (axis !== undefined) expectAxis(axis, [count]);
  const line = between(start as number, stop as number, count, steps, creation);
  return wantsStep ? [line, steps > 0 ? apart(start as number, stop as number, steps) : Number.NaN] : line;
}

/** The common dtype of ends that are arrays, if it is one of floats, otherwise float64. */
function commonFloat(ends: readonly End[]): DType {
  const dtypes = ends.flatMap((end, i) =>
    typeof end === "object"
      ? [expectStrided(end, i === 0 ? "start" : "stop", "a number or an NDArray").elements.dtype]
      : [],
  );
  const common = promoteAll(dtypes);
  return isFloat(common) ? common : "float64";
}

function expectCount(count: unknown): number {
  return expectInteger("count", count, 0, Number.POSITIVE_INFINITY);
}

type Creation = ReturnType<typeof expectCreation>;

function expectFloats(options: CreateOptions<DType>, of: string): Creation {
  const creation = expectCreation(options, of);
  const [dtype] = creation;
  if (isFloat(dtype)) return creation;
  const message = `Expected \`dtype\` to be float16, float32 or float64, got ${dtype}`;
  throw new DTypeError(message, { dtype, expected: "a float dtype" });
}

/** @param steps how many distances there are from `start` to `stop` */
function between(start: number, stop: number, count: number, steps: number, [dtype, named]: Creation): NDArray<DType> {
  expectFinite("start", start);
  expectFinite("stop", stop);
  const inner = ray(start, apart(start, stop, steps), count);
  const step = apart(start, stop, steps);
  const isFlat = step === 0; // as in NumPy: the distance may be too small for a number, though the ends differ
  const between = (i: number) => (isFlat ? (i / steps) * (stop - start) + start : inner(i));
  const at = (i: number) => (i > 0 && i === steps ? stop : i === 0 ? start : between(i));
  return create(count, [dtype, named], ({ elements: { raw } }) => {
    if (!isPlain(dtype) || count < 2 || isFlat || !Number.isFinite(count * step)) {
      fillWith(raw, dtype, count, at);
      return;
    }
    fillRay(raw, count, start, step);
    raw[0] = start;
    if (steps < count) raw[steps] = stop;
  });
}

/** A line for each element of the ends. */
function linesBetween(
  start: End,
  stop: End,
  count: number,
  steps: number,
  axis: unknown,
  [dtype, named]: Creation,
): unknown {
  return withEnd(start, "start", (from) =>
    withEnd(stop, "stop", (to) => {
      const shape = broadcastShapes([from.view.shape, to.view.shape]);
      const along = expectAxis(axis ?? 0, shape, "axis", 1);
      const wide = ({ elements, view }: Strided) => ({ elements, view: broadcastTo(view, shape) });
      return withRaw(wide(from), "float64", (first) =>
        withRaw(wide(to), "float64", (last) => {
          const lines = blankStrided(cView([count, ...shape]), "float64");
          try {
            fillLines(lines.elements.raw, first, last, count, steps);
            const made = shape.toSpliced(along, 0, count);
            return arrayOf(
              writtenStrided(made, dtype, named, ({ elements, view }) =>
                copy({ elements, view: moveAxis(view, along, 0) }, lines),
              ),
            );
          } finally {
            lines.elements.memory.close();
          }
        }),
      );
    }),
  );
}

/** The numbers of all lines: first those of one place in each. */
function fillLines(raw: RawArray, first: RawArray, last: RawArray, count: number, steps: number): void {
  const width = first.length;
  // As in NumPy: if one of the lines has no distance, all are computed in another order.
  let hasFlat = false;
  for (let j = 0; j < width && !hasFlat; j++) hasFlat = apart(first[j]!, last[j]!, steps) === 0;
  for (let j = 0; j < width; j++) {
    const [from, to] = [first[j]!, last[j]!];
    const between = ray(from, apart(from, to, steps), count);
    for (let i = 0; i < count; i++) {
      const inner = hasFlat ? (i / steps) * (to - from) + from : between(i);
      raw[i * width + j] = i === 0 ? from : i === steps ? to : inner;
    }
  }
}

/** Calls `use` with an end as elements. */
function withEnd<T>(end: End, what: string, use: (end: Strided) => T): T {
  if (typeof end !== "number") return use(stridedOf(end));
  expectFinite(what, end);
  const cell = blankStrided(cView([]), "float64");
  try {
    cell.elements.raw[0] = end;
    return use(cell);
  } finally {
    cell.elements.memory.close();
  }
}

/** The base of the powers. */
export interface LogspaceOptions<D extends DType> extends SpaceOptions<D> {
  /** By default 10. */
  readonly base?: number | undefined;
}

/**
 * A new array of `count` powers of a base, whose exponents are at equal distances from `start` to `stop`. After
 * `np.logspace`.
 *
 * @param options `base`, by default 10; `endpoint`, by default true
 * @example logspace(0, 2, 3).toArray() // [1, 10, 100]
 * @throws {DTypeError} If the dtype is not one of floats.
 * @throws {RangeError} If an end or the base is not finite, or `count` is negative or not an integer.
 */
export function logspace<D extends FloatDType = "float64">(
  start: number,
  stop: number,
  count = 50,
  options?: LogspaceOptions<D>,
): NewArray<D, 1> {
  const {
    base = 10,
    endpoint = true,
    ...created
  } = expectKnown(options, [...CREATION, "endpoint", "base"], "logspace");
  expectFinite("base", base);
  const creation = expectFloats(created as CreateOptions<DType>, "logspace");
  const steps = expectCount(count) - (expectBoolean("endpoint", endpoint) ? 1 : 0);
  expectFinite("start", start);
  expectFinite("stop", stop);
  return powers(base, start, stop, count, steps, creation, (x) => x) as never;
}

/**
 * A new array of `count` numbers from `start` to `stop`, both included, each the same multiple of the one before. After
 * `np.geomspace`.
 *
 * @param options `endpoint`, by default true
 * @example geomspace(1, 1000, 4).toArray() // [1, 10, 100, 1000]
 * @throws {DTypeError} If the dtype is not one of floats.
 * @throws {RangeError} If an end is 0 or not finite, the ends differ in sign, or `count` is negative or not an integer.
 */
export function geomspace<D extends FloatDType = "float64">(
  start: number,
  stop: number,
  count = 50,
  options?: SpaceOptions<D>,
): NewArray<D, 1> {
  const { endpoint = true, ...created } = expectKnown(options, [...CREATION, "endpoint"], "geomspace");
  const creation = expectFloats(created as CreateOptions<DType>, "geomspace");
  const steps = expectCount(count) - (expectBoolean("endpoint", endpoint) ? 1 : 0);
  expectFinite("start", start);
  expectFinite("stop", stop);
  if (start === 0 || stop === 0 || start < 0 !== stop < 0) {
    throw new RangeError(`Expected \`start\` and \`stop\` of one sign and not 0, got ${show(start)} and ${show(stop)}`);
  }
  const sign = Math.sign(start);
  const ends = (x: number, i: number) => (i === 0 ? start : i === steps ? stop : sign * x);
  return powers(10, Math.log10(sign * start), Math.log10(sign * stop), count, steps, creation, ends) as never;
}

function powers(
  base: number,
  start: number,
  stop: number,
  count: number,
  steps: number,
  [dtype, named]: Creation,
  last: (power: number, i: number) => number,
): NDArray<DType> {
  const exponent = ray(start, apart(start, stop, steps), count);
  const at = (i: number) => last(base ** (i > 0 && i === steps ? stop : i === 0 ? start : exponent(i)), i);
  return create(count, [dtype, named], ({ elements: { raw } }) => fillWith(raw, dtype, count, at));
}
