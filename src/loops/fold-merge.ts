/** Merges the partial results of the pieces of a reduction in a fixed tree. */
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import { identityOf, type Merge } from "./fold-modules.js";
import type { FoldPlan } from "./fold-plan.js";

type Value = number | bigint;

function smaller(a: Value, b: Value): Value {
  if (b < a) return b;
  return a;
}

/** Merges two values exactly as the kernels do. */
export function mergeValues(merge: Merge, acc: DType): (a: Value, b: Value) => Value {
  const isBig = acc === "int64" || acc === "uint64";
  if (isBig && (merge === "add" || merge === "mul")) {
    const wrap = acc === "int64" ? BigInt.asIntN : BigInt.asUintN;
    return merge === "add"
      ? (a, b) => wrap(64, (a as bigint) + (b as bigint))
      : (a, b) => wrap(64, (a as bigint) * (b as bigint));
  }
  switch (merge) {
    case "add":
      return (a, b) => (a as number) + (b as number);
    case "mul":
      return (a, b) => (a as number) * (b as number);
    case "min":
      return isBig ? smaller : (a, b) => Math.min(a as number, b as number);
    case "max":
      return isBig ? (a, b) => (smaller(a, b) === a ? b : a) : (a, b) => Math.max(a as number, b as number);
    case "or":
      return (a, b) => (a as number) | (b as number);
    case "and":
      return (a, b) => (a as number) & (b as number);
  }
}

/**
 * Merges neighbours, then neighbours of the results, and so on. The order depends on the count alone. Overwrites
 * `level`.
 */
export function mergeTree<T>(level: T[], count: number, combine: (a: T, b: T) => T): T {
  for (let n = count; n > 1; n = Math.ceil(n / 2)) {
    for (let i = 0; 2 * i < n; i++) {
      level[i] = 2 * i + 1 < n ? combine(level[2 * i]!, level[2 * i + 1]!) : level[2 * i]!;
    }
  }
  return level[0]!;
}

/**
 * The values of all results, for one of the values of each piece: raw elements of dtype `plan.acc`, or as float64 if
 * that is not a BigInt.
 *
 * @param partials The raw elements that `bindFold` has written.
 */
export function mergedPlane(plan: FoldPlan, partials: RawArray, which: number): RawArray {
  const { kept, segments, merge, acc } = plan;
  const { size } = kept;
  if (segments === 1) return partials.subarray(which * size, (which + 1) * size) as RawArray;
  const isBig = acc === "int64" || acc === "uint64";
  const merged: RawArray = isBig ? new dtypes[acc].array(new ArrayBuffer(8 * size), 0, size) : new Float64Array(size);
  const combine = mergeValues(merge, acc);
  const identity = identityOf(merge, acc);
  const level = new Array<Value>(segments);
  for (let result = 0; result < size; result++) {
    for (let s = 0; s < segments; s++) level[s] = partials[placeOf(plan, result, s, which)]!;
    merged[result] = (segments === 0 ? identity : mergeTree(level, segments, combine)) as number;
  }
  return merged;
}

/** The number of elements, their mean, and the sum of their squared distances from the mean. */
interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

/**
 * Like `mergedPlane`, for squared distances from the mean (T. Chan, G. Golub and R. LeVeque, "Updating formulae …"),
 * and how many elements of each result have been counted.
 */
export function mergedMoments(plan: FoldPlan, partials: RawArray): { squares: RawArray; counts: RawArray } {
  const { kept, segments, segment, reduced, modules } = plan;
  const { size } = kept;
  const last = modules.length - 1;
  const isMasked = last > 1;
  if (segments === 1) {
    const counts = isMasked ? mergedPlane(plan, partials, 1) : new Float64Array(size).fill(reduced.size);
    return { squares: mergedPlane(plan, partials, last), counts };
  }
  const [squares, counts] = [new Float64Array(size), new Float64Array(size)];
  const level = new Array<Moments>(segments);
  for (let result = 0; result < size; result++) {
    for (let s = 0; s < segments; s++) {
      const all = Math.min(segment, reduced.size - s * segment);
      const count = isMasked ? partials[placeOf(plan, result, s, 1)]! : all;
      const mean = count === 0 ? 0 : partials[placeOf(plan, result, s, 0)]! / count;
      level[s] = { count, mean, squares: count === 0 ? 0 : partials[placeOf(plan, result, s, last)]! };
    }
    if (segments > 0) ({ squares: squares[result], count: counts[result] } = mergeTree(level, segments, addMoments));
  }
  return { squares, counts };
}

function addMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0 || b.count === 0) return a.count === 0 ? b : a;
  const count = a.count + b.count;
  const apart = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (apart * b.count) / count,
    squares: a.squares + b.squares + ((apart * apart * a.count) / count) * b.count,
  };
}

/** The place of a partial result. */
const placeOf = ({ along, kept, segments }: FoldPlan, result: number, piece: number, which: number): number =>
  which * kept.size * segments + (along ? result * segments + piece : piece * kept.size + result);
