/** Code that is generic in dtype or rank, functions that take the package's functions, and options from elsewhere. */
import {
  type AnyNDArray,
  abs,
  add,
  type BinaryUfunc,
  type Complex,
  clip,
  concat,
  cumulativeSum,
  type DType,
  divide,
  type FloatDType,
  greater,
  isnan,
  matmul,
  max,
  mean,
  multiply,
  type NDArray,
  negative,
  type Operand,
  type Pool,
  type ReadonlyNDArray,
  type RealDType,
  type Reduction,
  type ReductionOptions,
  sin,
  sort,
  sqrt,
  stack,
  std,
  subtract,
  sum,
  type UfuncOptions,
  type UnaryPredicate,
  type UnaryUfunc,
  where,
  zeros,
  zerosLike,
} from "shared-ndarray";
import { of } from "./same.js";

declare const pool: Pool;

// A dtype or a rank that a function is generic in goes through.
export function generic<D extends DType, R extends number>(a: NDArray<D, R>, seen: ReadonlyNDArray<D, R>) {
  const kept: NDArray<D, R>[] = [zerosLike(seen), a.copy(), seen.astype(seen.dtype), sort(a), concat([a, a]), a.T];
  const along: NDArray<D> = max(a, { axis: 0 });
  const taken: NDArray<D, 1>[] = [a.take([0]), a.ravel(), a.flatten()];
  const computed: ReadonlyNDArray<DType, R>[] = [add(a, 1), negative(a), add(seen, 1n), multiply(a, 0.5)];
  const others: ReadonlyNDArray[] = [add(a, a), matmul(a, a), sum(a, { axis: 0 }), cumulativeSum(a), stack([a, a])];
  const masked: ReadonlyNDArray = where(greater(a, 0), a, 0);
  const mask: NDArray<"bool", R> = greater(a, 0);
  const mapped: NDArray<D, R> = pool.mapSync(a, sort);
  return { kept, along, taken, computed, others, masked, mask, mapped };
}
/** Values of reductions are numbers if no dtype is complex. */
export function total<D extends RealDType>(a: NDArray<D>): number {
  return sum(a) + mean(a);
}
export function standardized<D extends FloatDType>(a: NDArray<D, 2>) {
  return divide(subtract(a, mean(a, { axis: 0 })), std(a, { axis: 0 }));
}
export function relu<A extends NDArray<"float32">>(a: A): NDArray<"float32"> {
  return where(greater(a, 0), a, 0);
}
export function root<D extends FloatDType, R extends number>(
  a: NDArray<D, R>,
): Promise<ReadonlyNDArray<FloatDType, R>> {
  return pool.map(a, sqrt);
}
export function made<D extends FloatDType>(dtype: D): ReadonlyNDArray<FloatDType, 2> {
  const fresh: NDArray<D, 2> = zeros([2, 2], { dtype });
  return add(zeros([2, 2], { dtype }), fresh);
}

// Functions of the package as arguments.
const elementwise: UnaryUfunc[] = [sin, abs, isnan];
const predicate: UnaryPredicate = isnan;
export function twice(fn: BinaryUfunc, a: NDArray<"float64", 2>): AnyNDArray {
  return fn(fn(a, a), a);
}
export function columns<V>(fn: Reduction<V>, a: ReadonlyNDArray<DType, 2>): ReadonlyNDArray<DType, 1> {
  return fn(a, { axis: 0 });
}
of(standardized(zeros([2, 2], { dtype: "float32" }))).is<NDArray<"float32", 2>>(true);
twice(add, zeros([2, 2]));
columns(max, zeros([2, 2]));

// Arguments whose type says less.
declare const line: NDArray<"float32", 1>;
declare const ofAnyDType: AnyNDArray<2>;
declare const operand: Operand;
declare const valueOrArray: NDArray<"float32", 2> | number;
declare const options: UfuncOptions;
declare const reduceOptions: ReductionOptions;
declare const axis: number | undefined;
declare const out: NDArray<"float32", 1> | undefined;
of(add(line, valueOrArray)).is<NDArray<"float32", 1 | 2>>(true);
of(add(line, 1, { out })).is<NDArray<"float32", 1>>(true);
of(sum(line, { axis })).is<number | NDArray<"float32", 0>>(true);
of(negative(ofAnyDType).dtype).is<Exclude<DType, "uint8_clamped">>(true);
of(negative(ofAnyDType).shape).is<NDArray<DType, 2>["shape"]>(true);
const ofOperand: AnyNDArray = add(line, operand);
const withOptions: AnyNDArray = add(line, 1, options);
const reduced: number | boolean | Complex | AnyNDArray = sum(line, reduceOptions);

// What is expected of a result does not change what it is.
// @ts-expect-error: no `out` was given
export const wrongOut: NDArray<"float64", 1> = add(line, 1);
// @ts-expect-error: no dtype was asked for
export const wrongDType: NDArray<"float64", 1> = clip(line, 0, 1);
// @ts-expect-error: no `out` was given
export const wrongSum: NDArray<"float32", 1> = sum(ofAnyDType, { axis: 0 });

export { elementwise, ofOperand, predicate, reduced, withOptions };
