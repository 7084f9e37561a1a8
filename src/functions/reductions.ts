/** The reductions by name, as users import them: on the calling thread, or given to `pool.reduce`. What they do is in `reduction.ts`. */
import type { DType, FloatDType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import { type Call, type Conditions, HERE } from "../calls/call.js";
import { makeCallable } from "../calls/callable.js";
import { inline } from "../calls/inline.js";
import { prepareFold } from "../calls/kinds/fold.js";
import { mul } from "../ir/node.js";
import { type AnyNDArray, arrayOf, type NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import type { RankTable } from "../ndarray/notation.js";
import { expectArray } from "../ndarray/operands.js";
import { expectAxis } from "../ndarray/shape.js";
import { moveAxis } from "../ndarray/view.js";
import {
  checkReduction,
  extremeTypes,
  extremeValue,
  type GivenReduction,
  meanTypes,
  REDUCTION_OPTIONS,
  type ReductionSpec,
  sumTypes,
  truthOf,
  widened,
} from "./reduction.js";

/** Options of a reduction. */
export interface ReductionOptions {
  /** Of the result; elements are cast to it first. */
  readonly dtype?: DType;
  /** Where to write: exactly the result's shape, cast "same_kind". */
  readonly out?: AnyNDArray;
  /** Only elements where this is true; broadcasts. */
  readonly where?: ReadonlyNDArray<"bool">;
  /** Taken off the count of `std` and `variance`: 1 for samples. Default 0. */
  readonly correction?: number;
}
/** A function of all elements, or of those along some axes. Without `axis` a JavaScript value, with `axis` or `keepdims` an array. */
export interface Reduction<V, D extends DType = DType> {
  (a: ReadonlyNDArray, options?: ReductionOptions & { readonly axis?: undefined; readonly keepdims?: false }): V;
  <R extends number>(
    a: ReadonlyNDArray<DType, R>,
    options: ReductionOptions & { readonly axis: number; readonly keepdims?: false },
  ): Reduced<D, RankTable[R]["-1"]>;
  <R extends number>(
    a: ReadonlyNDArray<DType, R>,
    options: ReductionOptions & { readonly axis?: number | readonly number[]; readonly keepdims: true },
  ): Reduced<D, R>;
  (a: ReadonlyNDArray, options: ReductionOptions & { readonly axis: readonly number[] }): Reduced<D, number>;
  readonly reduction: true;
}
/** An array of any one of these dtypes. */
export type Reduced<D extends DType, R extends number> = { [K in D]: NDArray<K, R> }[D];

type Definition = Partial<ReductionSpec> & Pick<ReductionSpec, "name" | "merge" | "types" | "value">;

function made<V, D extends DType = DType>(definition: Definition): Reduction<V, D> {
  const spec: ReductionSpec = {
    nin: 1,
    kind: "fold",
    needsElements: false,
    isBoolean: false,
    isMean: false,
    isRoot: false,
    ...definition,
  };
  const fn = (a: unknown, options?: GivenReduction) => inline.runSync(callOf(spec, [a], options, HERE));
  Object.defineProperty(fn, "name", { value: spec.name });
  Object.defineProperty(fn, "reduction", { value: true, enumerable: true });
  makeReducible(fn, spec);
  return fn as unknown as Reduction<V, D>;
}

function callOf(
  spec: ReductionSpec,
  operands: readonly unknown[],
  options: GivenReduction | undefined,
  conditions: Conditions,
): Call {
  if (operands.length !== spec.nin) {
    throw new TypeError(`Expected ${spec.nin} operands for ${spec.name}, got ${operands.length}`);
  }
  const arrays = operands.map((one, i) => expectArray(one, spec.nin === 1 ? "a" : `operand ${i}`));
  return prepareFold(checkReduction(spec, arrays, options), conditions);
}

function makeReducible(fn: object, spec: ReductionSpec): void {
  makeCallable(fn, {
    name: spec.name,
    method: "reduce",
    options: REDUCTION_OPTIONS,
    prepare: (operands, options, conditions) => callOf(spec, operands, options, conditions),
  });
}

const extreme = (name: string, merge: "min" | "max"): Definition => ({
  name,
  merge,
  types: extremeTypes,
  value: extremeValue,
  needsElements: true,
});
const place = (name: string, merge: "min" | "max"): Definition => ({
  ...extreme(name, merge),
  kind: "place",
  types: (input) => ({ acc: extremeTypes(input).acc, outer: "int32" }),
});
const truth = (name: string, merge: "or" | "and"): Definition => ({
  name,
  merge,
  types: () => ({ acc: "uint8", outer: "bool" }),
  value: (x) => truthOf(x, "u8"),
  isBoolean: true,
});
const moments = (name: string, isRoot: boolean): Definition => ({
  name,
  merge: "add",
  types: meanTypes,
  value: widened,
  kind: "moments",
  isRoot,
});

/**
 * The sum. By one fixed tree: the same bits on this thread and on any number of workers. Integers as 64 bits, which wrap; as a
 * value, the nearest number.
 *
 * @example sum(a); sum(a, { axis: 0 }); await pool.reduce(a, sum)
 */
export const sum = made<number>({ name: "sum", merge: "add", types: sumTypes, value: widened });
/** The product, as `sum`. */
export const prod = made<number>({ name: "prod", merge: "mul", types: sumTypes, value: widened });
/** The least element; NaN if there is one. @throws {RangeError} of no elements */
export const min = made<number>(extreme("min", "min"));
/** The greatest element; NaN if there is one. @throws {RangeError} of no elements */
export const max = made<number>(extreme("max", "max"));
/** The mean; of integers in float64. Of no elements NaN. */
export const mean = made<number, FloatDType>({
  name: "mean",
  merge: "add",
  types: meanTypes,
  value: widened,
  isMean: true,
});
/** The standard deviation, √variance. */
export const std = made<number, FloatDType>(moments("std", true));
/** The mean squared distance to the mean (NumPy's `var`, which cannot be an imported name). `correction: 1` divides by n - 1. */
export const variance = made<number, FloatDType>(moments("variance", false));
/** Whether any element is nonzero. Of no elements false. */
export const any = made<boolean, "bool">(truth("any", "or"));
/** Whether all elements are nonzero. Of no elements true. */
export const all = made<boolean, "bool">(truth("all", "and"));
/** The position of the least element: the first of them, in C order; of the first NaN if there is one. int32, where NumPy's is int64. @throws {RangeError} of no elements */
export const argmin = made<number, "int32">(place("argmin", "min"));
/** The position of the greatest element, as `argmin`. */
export const argmax = made<number, "int32">(place("argmax", "max"));
/** How many elements are nonzero. int32, where NumPy's is int64. */
export const countNonzero = made<number, "int32">({
  name: "countNonzero",
  merge: "add",
  types: () => ({ acc: "int32", outer: "int32" }),
  value: (x) => truthOf(x, "i32"),
});
/** The Euclidean norm, √Σx². */
export const norm = made<number, FloatDType>({
  name: "norm",
  merge: "add",
  types: meanTypes,
  value: (x, input, acc) => {
    const wide = widened(x, input, acc);
    return mul(wide, wide);
  },
  isRoot: true,
});

const product: Definition = {
  name: "vecdot",
  merge: "add",
  types: (input) => ({ acc: sumTypes(input).acc, outer: input }),
  value: (x, input, acc, y) => mul(widened(x, input, acc), widened(y!, input, acc)),
};
const productSpec: ReductionSpec = {
  ...{ nin: 2 as const, kind: "fold" as const, needsElements: false, isBoolean: false, isMean: false, isRoot: false },
  ...product,
};

/**
 * The products of pairs of elements summed along an axis, the last one unless said; the other axes broadcast. Sums are made in float64 or
 * 64-bit integers and stored in the common dtype: narrower integers wrap, bools are whether any pair is true.
 *
 * @throws {ShapeError} {RangeError}
 */
export function vecdot(a: ReadonlyNDArray, b: ReadonlyNDArray, options?: { readonly axis?: number }): AnyNDArray {
  const { axis = -1 } = expectKnown(options, ["axis"], "vecdot");
  // Each operand's own axis: the lengths must be equal, and do not broadcast.
  const operands = Object.entries({ a, b }).map(([what, given]) => {
    const array = expectArray(given, what);
    const { elements, view } = stridedOf(array);
    const moved = moveAxis(view, expectAxis(axis, view.shape), -1);
    return arrayOf({ elements, view: moved }, true, true);
  });
  const [x, y] = operands as [NDArray<DType>, NDArray<DType>];
  if (x.shape.at(-1) !== y.shape.at(-1)) {
    const message = `Expected operands of one length along axis ${axis}, got shapes ${show(a.shape)} and ${show(b.shape)}`;
    throw new ShapeError(message, { shape: b.shape, expected: a.shape });
  }
  return inline.runSync(callOf(productSpec, operands, { axis: -1 }, HERE)) as AnyNDArray;
}

/** The type of `dot`. */
export interface Dot {
  (a: ReadonlyNDArray<DType, 1>, b: ReadonlyNDArray<DType, 1>): number;
  readonly pairs: true;
}

/**
 * The sum of the products of two vectors' elements, by one fixed tree as `sum`.
 *
 * @example dot(a, b); await pool.reduce([a, b], dot)
 * @throws {ShapeError} unless both are of one axis and one length
 */
export const dot: Dot = Object.assign(
  (a: ReadonlyNDArray<DType, 1>, b: ReadonlyNDArray<DType, 1>): number => {
    const operands = [expectArray(a, "a"), expectArray(b, "b")];
    return inline.runSync(callOf(dotSpec, operands, undefined, HERE)) as number;
  },
  { pairs: true as const },
);
const dotSpec: ReductionSpec = { ...productSpec, name: "dot", check: assertVectors };
Object.defineProperty(dot, "name", { value: "dot" });
makeReducible(dot, dotSpec);

function assertVectors([a, b]: readonly NDArray<DType>[]): void {
  if (a!.ndim === 1 && b!.ndim === 1 && a!.size === b!.size) return;
  const message = `Expected two vectors of one length, got shapes ${show(a!.shape)} and ${show(b!.shape)}`;
  throw new ShapeError(message, { shape: b!.shape, expected: a!.shape });
}
