/** What all distributions share: the shape of a sample, and parameters that are numbers or arrays of them. */

import { expectCast } from "../base/casting.js";
import type { DType, RealDType, ScalarOf } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { expectKnown, expectOneOf, show } from "../base/expect.js";
import { asStrided, isData } from "../ndarray/asarray.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { type AnyNDArray, arrayOf, type NDArray, type ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { NestedList, RankOf, Shape, TypedArrayLike } from "../ndarray/notation.js";
import { resultIn } from "../ndarray/out.js";
import { broadcastShapes, expectShape, sameShape } from "../ndarray/shape.js";
import { blankStrided, writtenStrided } from "../ndarray/storage.js";
import { expectStrided } from "../ndarray/strided-array.js";
import { cView, stretched } from "../ndarray/view.js";
import type { Floats } from "./ziggurat.js";

/** A parameter of a distribution: a number, or an array of them, which broadcast together. */
export type Parameter = number | ReadonlyNDArray<RealDType> | NestedList | TypedArrayLike;
/** The shape of a sample. Without it, it is that of the parameters: one number if all are numbers. */
export interface SampleOptions<S extends Shape | undefined = Shape | undefined> {
  readonly shape?: S;
}
/** The same, and the dtype of counts. */
export interface CountOptions<S extends Shape | undefined, D extends CountDType> extends SampleOptions<S> {
  /** By default `"int32"`. */
  readonly dtype?: D | undefined;
}
/** The dtypes of counts. */
export type CountDType = "int32" | "int64" | "float64";
/** Options of draws of float64 or float32. */
export interface FloatOptions<D extends "float64" | "float32", O extends AnyNDArray | undefined = undefined> {
  /** By default `"float64"`. */
  readonly dtype?: D | undefined;
  /** The array to write to, which gives the shape if there is none. */
  readonly out?: O;
}
/** What is drawn: an array of the shape, one number, or an array of the shape of the parameters `P`. */
export type Sample<S extends Shape | undefined, P = number, D extends DType = "float64"> = [S] extends [Shape]
  ? NDArray<NoInfer<D>, RankOf<S>>
  : [P] extends [number]
    ? ScalarOf<NoInfer<D>>
    : NDArray<NoInfer<D>>;

/** The dtypes of floats that are drawn. */
export type SingleOrDouble = "float64" | "float32";
export type OptionalShape = Shape | undefined;
/** The array of a shape, or `out`, or one number. */
export type Drawn<S, D extends SingleOrDouble, O> = [O] extends [AnyNDArray]
  ? O
  : [S] extends [Shape]
    ? NDArray<NoInfer<D>, RankOf<S>>
    : number;

/** Draws numbers for elements [from, to), by the same parameters for all. */
export type Draw = (target: Float64Array, from: number, to: number, ...parameters: number[]) => void;
/** Throws if parameters do not go together. */
export type Check = (...parameters: number[]) => void;
/** A parameter, and what it must be. */
export interface Given {
  readonly name: string;
  readonly value: unknown;
  readonly must: Condition;
}
/** What a number must be, in words and as a test. */
export type Condition = readonly [words: string, holds: (x: number) => boolean];

/** @param otherwise the value if none is given */
export const parameter = (name: string, value: unknown, must: Condition, otherwise?: number): Given => ({
  name,
  value: value === undefined ? otherwise : value,
  must,
});

export const ANY: Condition = ["a number", (x) => !Number.isNaN(x)];
export const FINITE: Condition = ["a finite number", Number.isFinite];
export const POSITIVE: Condition = ["a number above 0", (x) => x > 0];
export const NOT_NEGATIVE: Condition = ["a number at least 0", (x) => x >= 0];
export const SHARE: Condition = ["a number in [0, 1]", (x) => x >= 0 && x <= 1];
export const POSITIVE_SHARE: Condition = ["a number in (0, 1]", (x) => x > 0 && x <= 1];

/** @throws {RangeError} If a parameter is not what it must be. */
export function expectParameter(name: string, value: unknown, [words, holds]: Condition): number {
  if (typeof value === "number" && holds(value)) return value;
  const message = `Expected \`${name}\` to be ${words}, got ${show(value)}`;
  throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
}

/** @throws {RangeError} If `high` is below `low`, or their difference is not finite. */
export function expectRange(low: number, high: number): void {
  if (high >= low && high - low < Number.POSITIVE_INFINITY) return;
  const message = "Expected `high` to be at least `low`, and their difference to be finite";
  throw new RangeError(`${message}, got ${show(low)} and ${show(high)}`);
}

/** Numbers of a continuous distribution. */
export function sample(
  of: string,
  options: SampleOptions | undefined,
  given: readonly Given[],
  draw: Draw,
  check?: Check,
): unknown {
  const { shape } = expectKnown(options, ["shape"], of);
  const { made, isOne } = drawn(shape, given, draw, check);
  return isOne ? takeOne(made) : arrayOf(made);
}

/** Counts: as `sample`, cast to an integer dtype. */
export function sampleCounts(
  of: string,
  options: CountOptions<Shape | undefined, CountDType> | undefined,
  given: readonly Given[],
  draw: Draw,
): unknown {
  const { shape, dtype = "int32" } = expectKnown(options, ["shape", "dtype"], of);
  expectOneOf("dtype", dtype, ["int32", "int64", "float64"]);
  const { made, isOne } = drawn(shape, given, draw);
  const counts = dtype === "float64" ? made : countsOf(made, dtype, of);
  return isOne ? takeOne(counts) : arrayOf(counts);
}

/** Float64 integers as integers of that dtype; the array is closed. */
export function countsOf(made: Strided, dtype: "int32" | "int64", of: string): Strided {
  try {
    const raw = made.elements.raw as unknown as Float64Array;
    const limit = dtype === "int32" ? 2 ** 31 : 2 ** 63;
    const beyond = raw.find((count) => !(count < limit));
    if (beyond !== undefined) {
      const cure = dtype === "int32" ? ' (give `dtype: "int64"` or "float64")' : "";
      throw new RangeError(`Expected the numbers of ${of} to be below ${limit} for ${dtype}, got ${beyond}${cure}`);
    }
    return writtenStrided(made.view.shape, dtype, undefined, (fresh) => copy(fresh, made));
  } finally {
    made.elements.memory.close();
  }
}

function takeOne({ elements }: Strided): unknown {
  const one = elements.raw[0];
  elements.memory.close();
  return one;
}

function drawn(
  shape: Shape | undefined,
  given: readonly Given[],
  draw: Draw,
  check?: Check,
): { readonly made: Strided; readonly isOne: boolean } {
  const wanted = shape === undefined ? undefined : expectShape(shape);
  const numbers = given.filter(({ value }) => !isArray(value));
  for (const { name, value, must } of numbers) expectParameter(name, value, must);
  if (numbers.length === given.length) {
    const values = given.map(({ value }) => value as number);
    check?.(...values);
    const made = writtenStrided(wanted ?? [], "float64", undefined, ({ elements, view }) =>
      draw(elements.raw as unknown as Float64Array, 0, view.size, ...values),
    );
    return { made, isOne: wanted === undefined };
  }
  return { made: drawnByElement(wanted, given, draw, check), isOne: false };
}

const isArray = (value: unknown): boolean => isData(value) || (typeof value === "object" && value !== null);

function drawnByElement(
  wanted: number[] | undefined,
  given: readonly Given[],
  draw: Draw,
  check: Check | undefined,
): Strided {
  const operands = given.map(({ name, value }) => {
    const operand = asStrided(value, name, isArray(value) && !isData(value) ? undefined : "float64");
    expectCast(operand.elements.dtype, "float64", name);
    return operand;
  });
  const isOwn = (i: number) => !isArray(given[i]!.value) || isData(given[i]!.value);
  const wide: Strided[] = [];
  try {
    const common = broadcastShapes(operands.map(({ view }) => view.shape));
    if (wanted && !sameShape(broadcastShapes([common, wanted]), wanted)) {
      const message = `Expected parameters that broadcast to \`shape\` ${show(wanted)}, got ${show(common)}`;
      throw new ShapeError(message, { shape: common, expected: wanted });
    }
    const shape = wanted ?? common;
    for (const { elements, view } of operands) {
      const cast = blankStrided(cView(shape), "float64");
      wide.push(cast);
      copy(cast, { elements, view: stretched(view, shape) });
    }
    const values = wide.map(({ elements }) => elements.raw as unknown as Float64Array);
    for (const [i, { name, must }] of given.entries()) for (const x of values[i]!) expectParameter(name, x, must);
    if (check) for (const i of values[0]!.keys()) check(...values.map((one) => one[i]!));
    return writtenStrided(shape, "float64", undefined, ({ elements, view }) => {
      const target = elements.raw as unknown as Float64Array;
      for (let i = 0; i < view.size; i++) draw(target, i, i + 1, ...values.map((one) => one[i]!));
    });
  } finally {
    for (const one of wide) one.elements.memory.close();
    for (const [i, { elements }] of operands.entries()) if (isOwn(i)) elements.memory.close();
  }
}

/** Numbers of float64 or float32, in new memory or in `out`; without either, one number. */
export function floats(
  of: string,
  shape: Shape | undefined,
  options: FloatOptions<"float64" | "float32", AnyNDArray | undefined> | undefined,
  write: (target: Floats, dtype: "float64" | "float32") => void,
): unknown {
  const { dtype: given, out } = expectKnown(options, ["dtype", "out"], of);
  const outDType = out === undefined ? undefined : expectStrided(out, "out").elements.dtype;
  const wanted = given === undefined ? (outDType ?? "float64") : given;
  const dtype = expectOneOf<"float64" | "float32">("dtype", wanted, ["float64", "float32"]);
  if (outDType !== undefined && outDType !== dtype) {
    const message = `Expected \`out\` to be of ${dtype}, got ${outDType}`;
    throw new DTypeError(message, { dtype: outDType, expected: dtype });
  }
  if (shape === undefined && out === undefined) {
    const one = dtype === "float64" ? new Float64Array(1) : new Float32Array(1);
    write(one, dtype);
    return one[0];
  }
  const made = resultIn(out, {
    shape: shape === undefined ? expectStrided(out, "out").view.shape : expectShape(shape),
    dtype,
    inputs: [],
    write: ({ elements, view }) => write(elements.raw.subarray(view.offset, view.offset + view.size) as never, dtype),
  });
  return out ?? arrayOf(made);
}
