/**
 * The reductions, as users import them: `sum(a)` computes on the calling thread and `pool.reduce(a, sum)` on all cores.
 * `reduction.ts` checks their arguments.
 *
 * All of them throw `RangeError` if an axis does not exist, `ShapeError` if `where` cannot be broadcast or `out` does
 * not have the result's shape, and `DTypeError` if `dtype` or `out` cannot hold the result.
 */
import type { DType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, expectNoOptions, ownOf, show } from "../base/expect.js";
import { type Call, type Conditions, HERE } from "../calls/call.js";
import { makeCallable } from "../calls/callable.js";
import { inline } from "../calls/executors/inline.js";
import { prepareFold } from "../calls/kinds/fold.js";
import { foldAxisNow, foldNow, type WholeFold } from "../calls/kinds/fold-now.js";
import { and, eq, isMask, mul, not, xor } from "../ir/node.js";
import { stepOfLine } from "../loops/direct-fold.js";
import type { Strided } from "../ndarray/elements.js";
import { type ArrayOf, arrayOf, type NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import type { RankTable } from "../ndarray/notation.js";
import { type AnyArray, arrayOfData, expectArray } from "../ndarray/operands.js";
import type { Broadcast } from "../ndarray/ranks.js";
import { expectAxis, sameShape } from "../ndarray/shape.js";
import { openStrided, refusesWrites } from "../ndarray/strided-array.js";
import { moveAxis } from "../ndarray/view.js";
import { hasComplex } from "./complex.js";
import { dotComplex, vecdotComplex } from "./complex-products.js";
import { reduceComplex } from "./complex-reductions.js";
import { withInitial } from "./initial.js";
import { expectOperands } from "./prepare.js";
import type { Promote } from "./promote-types.js";
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
import type { Dot, Reduction, Reductions } from "./reduction-types.js";
import { onlyOptions } from "./short.js";
import { equal } from "./ufuncs.js";

type Definition = Partial<ReductionSpec> & Pick<ReductionSpec, "name" | "merge" | "types" | "value">;

function made<V, K extends Reductions>(definition: Definition): Reduction<V, K> {
  const spec: ReductionSpec = {
    nin: 1,
    kind: "fold",
    needsElements: false,
    isMean: false,
    isRoot: false,
    ...definition,
  };
  const short = shortReduction(spec);
  const shortAxis = shortReductionAlong(spec);
  const fn = (a: unknown, options?: GivenReduction): unknown => {
    const initially = withInitial(spec.name, a, options);
    if (initially !== undefined) return initially;
    const given = Array.isArray(a) ? arrayOfData(a, "a", spec.name) : a;
    if (hasComplex([given])) return reduceComplex(spec.name, fn, given as AnyArray, options);
    return reduceReal(given, options);
  };
  const reduceReal = (a: unknown, options?: GivenReduction) =>
    (options === undefined ? short([a]) : shortAxis([a], options)) ??
    inline.runSync(callOf(spec, [arrayOfData(a, "a", spec.name)], options, HERE));
  Object.defineProperty(fn, "name", { value: spec.name });
  Object.defineProperty(fn, "reduction", { value: true, enumerable: true });
  makeReducible(fn, spec);
  return fn as unknown as Reduction<V, K>;
}

function callOf(
  spec: ReductionSpec,
  operands: readonly unknown[],
  options: GivenReduction | undefined,
  conditions: Conditions,
): Call {
  expectOperands(spec, operands);
  const arrays = operands.map((one, i) => expectArray(one, spec.nin === 1 ? "a" : `operand ${i}`));
  return prepareFold(checkReduction(spec, arrays, options), conditions);
}

/**
 * The short way of a reduction over all elements, as `short.ts` for element-wise functions: what a call with these
 * dtypes has led to is kept.
 */
function shortReduction(spec: ReductionSpec): (operands: readonly unknown[]) => unknown {
  const calls = new Map<string, WholeFold>();
  return (operands) => {
    const given: Strided[] = [];
    let key = "";
    for (const operand of operands) {
      const array = openStrided(operand);
      if (!array || array.view.size === 0 || stepOfLine(array.view) === 0) return undefined;
      given.push(array);
      key += array.elements.dtype;
    }
    if (given.length > 1) spec.check?.(operands as AnyArray[]);
    let call = calls.get(key);
    if (!call) {
      const { program, dtype, result } = checkReduction(spec, operands as AnyArray[], undefined);
      call = { program, dtype, result }; // and no arrays
      calls.set(key, call);
    }
    return foldNow(call, given);
  };
}

/** The same for a reduction along one axis, with no other options than `keepdims` and `out`. */
function shortReductionAlong(spec: ReductionSpec): (operands: readonly unknown[], options: GivenReduction) => unknown {
  const calls = new Map<string, WholeFold>();
  return (operands, options) => {
    const given: Strided[] = [];
    let key = "";
    for (const operand of operands) {
      const array = openStrided(operand);
      if (!array || !sameShape(array.view.shape, (given[0] ?? array).view.shape)) return undefined;
      given.push(array);
      key += array.elements.dtype;
    }
    const along = alongOnly(options, given[0]!.view.shape.length);
    if (!along || given[0]!.view.size >= 2 ** 31) return undefined; // positions may need an `out` of 64 bits
    let call = calls.get(key);
    if (!call) {
      const { program, dtype, result } = checkReduction(spec, operands as AnyArray[], { axis: along.axis });
      call = { program, dtype, result };
      calls.set(key, call);
    }
    const { out } = along;
    const target = out === undefined ? undefined : openStrided(out);
    if (out !== undefined && (!target || refusesWrites(out))) return undefined;
    const folded = foldAxisNow(call, given, along, target);
    return folded && (out ?? arrayOf(folded));
  };
}

/** The options of such a reduction, if they are a plain object with the number of an axis and with no others. */
function alongOnly(options: unknown, rank: number): Along | undefined {
  const own = onlyOptions(options, ALONG);
  if (!own || !Object.hasOwn(own, "axis")) return undefined;
  const { axis, keepdims = false, out } = ownOf(own);
  if (typeof axis !== "number" || !Number.isInteger(axis) || typeof keepdims !== "boolean") return undefined;
  const index = axis < 0 ? axis + rank : axis;
  return index >= 0 && index < rank ? { axis: index, keepdims, out } : undefined;
}
const ALONG = ["axis", "keepdims", "out"];
interface Along {
  readonly axis: number;
  readonly keepdims: boolean;
  readonly out: unknown;
}

function makeReducible(fn: object, spec: ReductionSpec): void {
  makeCallable(fn, {
    name: spec.name,
    method: "reduce",
    options: REDUCTION_OPTIONS,
    prepare: (operands, options, conditions) => callOf(spec, operands, options, conditions),
  });
}

/** Of bools, the smallest says whether all are true, and the largest whether any is: the first that decides ends it. */
const extreme = (name: string, merge: "min" | "max"): Definition => ({
  name,
  merge,
  types: extremeTypes,
  value: extremeValue,
  needsElements: true,
  ofBools: { ...truth(name, merge === "min" ? "and" : "or") },
});
const place = (name: string, merge: "min" | "max"): Definition => {
  const [one, types] = [extreme(name, merge), (acc: DType) => ({ acc, outer: "int32" as const })];
  return {
    ...one,
    kind: "place",
    types: (input) => types(extremeTypes(input).acc),
    ofBools: { ...one.ofBools, types: () => types("uint8") },
  };
};
const truth = (name: string, merge: "or" | "and"): Definition => ({
  name,
  merge,
  types: () => ({ acc: "uint8", outer: "bool" }),
  value: truthOf,
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
 * The sum of the elements, 0 if there are none.
 *
 * Elements are added in one fixed tree, so the bits of the result are the same on this thread and on any number of
 * workers. Floats are added in float64, pairwise down to blocks of 128 elements, so that the rounding error stays small
 * for any number of elements. Integers are added as 64-bit integers, which wrap; the sum of all elements is
 * returned as the nearest number.
 *
 * @example sum(a)
 * @example sum(a, { axis: 0 }) // an array with one axis less
 * @example await pool.reduce(a, sum) // on all cores
 */
export const sum = made<number, "sum">({ name: "sum", merge: "add", types: sumTypes, value: widened });
/** The product of the elements, 1 if there are none. It is computed as `sum` computes the sum. */
export const prod = made<number, "sum">({ name: "prod", merge: "mul", types: sumTypes, value: widened });
/**
 * The smallest element: of bools a boolean, otherwise a number. NaN if any element is NaN.
 *
 * @throws {RangeError} If there are no elements.
 */
export const min = made<number, "extreme">(extreme("min", "min"));
/**
 * The largest element: of bools a boolean, otherwise a number. NaN if any element is NaN.
 *
 * @throws {RangeError} If there are no elements.
 */
export const max = made<number, "extreme">(extreme("max", "max"));
/** The arithmetic mean. NaN if there are no elements. The mean of integers is computed in float64. */
export const mean = made<number, "mean">({
  name: "mean",
  merge: "add",
  types: meanTypes,
  value: widened,
  isMean: true,
});
/** The standard deviation: the square root of `variance`. */
export const std = made<number, "size">(moments("std", true));
/**
 * The variance: the mean squared distance of the elements from their mean. With `correction: 1` the sum of squares is
 * divided by n - 1. (NumPy's name, `var`, is a keyword of JavaScript.)
 */
export const variance = made<number, "size">(moments("variance", false));
/** Whether any element is nonzero. False if there are no elements. */
export const any = made<boolean, "truth">(truth("any", "or"));
/** Whether all elements are nonzero. True if there are no elements. */
export const all = made<boolean, "truth">(truth("all", "and"));
/**
 * The position of the smallest element: in C order over all elements, or along `axis`. If several are equal, the first
 * of them; if any element is NaN, the first NaN. Along axes the dtype is int32, unlike NumPy's int64.
 *
 * @throws {RangeError} If there are no elements, or 2^31 or more along axes and no `out` of int64 or float64.
 */
export const argmin = made<number, "position">(place("argmin", "min"));
/**
 * The position of the largest element. Ties and NaN are treated as in `argmin`.
 *
 * @throws {RangeError} As `argmin`.
 */
export const argmax = made<number, "position">(place("argmax", "max"));
/**
 * The number of nonzero elements. Along axes the dtype is int32, unlike NumPy's int64.
 *
 * @throws {RangeError} If there are 2^31 elements or more along axes and no `out` of int64 or float64.
 */
export const countNonzero = made<number, "position">({
  name: "countNonzero",
  merge: "add",
  types: () => ({ acc: "int32", outer: "int32" }),
  value: truthOf,
});
/** The Euclidean norm: the square root of the sum of the squared elements. */
export const norm = made<number, "size">({
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
const pairs = { nin: 2 as const, kind: "fold" as const, needsElements: false, isMean: false, isRoot: false };
const productSpec: ReductionSpec = {
  ...pairs,
  ...product,
  ofBools: { ...truth("vecdot", "or"), value: (x, _input, _acc, y) => and(x, y!) },
};

/**
 * The dot product of vectors along an axis, by default the last one. The other axes are broadcast.
 *
 * Products are summed in float64 or in 64-bit integers and stored in the common dtype of both operands: narrower
 * integers wrap, and for bools the result is true if any pair is true.
 *
 * @example vecdot(a, b, { axis: 0 })
 * @throws {ShapeError} If the lengths along the axis differ, or the other axes cannot be broadcast together.
 * @throws {RangeError} If the axis does not exist.
 */
export function vecdot<A extends DType, RA extends number, B extends DType, RB extends number>(
  a: ReadonlyNDArray<A, RA>,
  b: ReadonlyNDArray<B, RB>,
  options?: { readonly axis?: number | undefined },
): ArrayOf<Promote<A, B>, RankTable[Broadcast<RA, RB>]["-1"]> {
  const { axis = -1 } = expectKnown(options, ["axis"], "vecdot");
  if (hasComplex([a, b]))
    return vecdotComplex(vecdot as never, expectArray(a, "a"), expectArray(b, "b"), { axis }) as never;
  const short = shortVecdot([a, b], { axis });
  if (short !== undefined) return short as never;
  // The axis is counted in each operand by itself. Its lengths must be equal: a length of 1 is not broadcast.
  const operands = Object.entries({ a, b }).map(([what, given]) => {
    const array = expectArray(given, what);
    const { elements, view } = stridedOf(array);
    const moved = moveAxis(view, expectAxis(axis, view.shape), -1);
    return arrayOf({ elements, view: moved }, true, true);
  });
  const [x, y] = operands as [NDArray<DType>, NDArray<DType>];
  if (x.shape.at(-1) !== y.shape.at(-1)) {
    const found = `shapes ${show(a.shape)} and ${show(b.shape)}`;
    const message = `Expected operands of one length along axis ${axis}, got ${found}`;
    throw new ShapeError(message, { shape: b.shape, expected: a.shape });
  }
  return inline.runSync(callOf(productSpec, operands, { axis: -1 }, HERE)) as never;
}

const shortVecdot = shortReductionAlong(productSpec);

/**
 * The dot product of two vectors: the sum of the products of their elements; for bools whether any pair is true. It is
 * added in one fixed tree, as in `sum`.
 *
 * @example dot(a, b)
 * @example await pool.reduce([a, b], dot) // on all cores
 * @throws {ShapeError} If an operand is not a vector, or their lengths differ.
 */
export const dot = Object.assign(
  (a: unknown, b: unknown, ...extra: unknown[]) => {
    expectNoOptions(extra, "dot");
    if (hasComplex([a, b])) return dotComplex(dot as never, expectArray(a, "a"), expectArray(b, "b"));
    const value = shortDot([a, b]);
    if (value !== undefined) return value;
    const operands = [expectArray(a, "a"), expectArray(b, "b")];
    return inline.runSync(callOf(dotSpec, operands, undefined, HERE));
  },
  { pairs: true as const },
) as unknown as Dot;
const dotSpec: ReductionSpec = { ...productSpec, name: "dot", check: assertVectors };
const shortDot = shortReduction(dotSpec);
Object.defineProperty(dot, "name", { value: "dot" });
makeReducible(dot, dotSpec);

function assertVectors([a, b]: readonly NDArray<DType>[]): void {
  if (a!.ndim === 1 && b!.ndim === 1 && a!.size === b!.size) return;
  const message = `Expected two vectors of one length, got shapes ${show(a!.shape)} and ${show(b!.shape)}`;
  throw new ShapeError(message, { shape: b!.shape, expected: a!.shape });
}

const equality: ReductionSpec = {
  ...pairs,
  ...truth("arrayEqual", "and"),
  value: (x, _input, _acc, y) => (isMask(x.type) ? not(xor(x, y!)) : eq(x, y!)),
};
const shortEquality = shortReduction(equality);

/** Whether arrays of one shape have equal elements, compared in their common dtype. */
export const areEqual = (a: ReadonlyNDArray, b: ReadonlyNDArray): boolean =>
  hasComplex([a, b]) ? allTrue(equal(a, b)) : areEqualReal(a, b);

function allTrue(made: NDArray<"bool">): boolean {
  const isTrue = all(made);
  made.close();
  return isTrue as boolean;
}

const areEqualReal = (a: ReadonlyNDArray, b: ReadonlyNDArray): boolean =>
  (shortEquality([a, b]) ?? inline.runSync(callOf(equality, [a, b], undefined, HERE))) as boolean;
