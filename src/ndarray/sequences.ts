/** Arrays computed from the places of their elements: `arange`, `fromFunction`; `spaces.ts` uses their loops. */
import { type DType, dtypes, expectElement, isBigInt, isFloat, type RawArray, type StoredOf } from "../base/dtype.js";
import { show } from "../base/expect.js";
import { decodeFloat16, encodeFloat16 } from "../base/float16.js";
import { type CreateOptions, create, expectCreation } from "./create.js";
import { setElementAt } from "./elements.js";
import type { NewArray } from "./ndarray.js";
import type { Index, RankOf, Shape } from "./notation.js";
import { expectShape } from "./shape.js";
import { perClass } from "./typed-loops.js";

/**
 * A new array of `start`, `start + step`, … up to but without `stop`. The default dtype is float64; NumPy's is int64.
 *
 * @example arange(5); arange(2, 10, 3); arange(1, 4, { dtype: "int32" })
 * @throws {RangeError} If the step is 0, or a number is not finite, or the dtype needs integers and gets others.
 */
export function arange<D extends DType = "float64">(stop: number, options?: CreateOptions<D>): NewArray<D, 1>;
export function arange<D extends DType = "float64">(
  start: number,
  stop: number,
  step?: number,
  options?: CreateOptions<D>,
): NewArray<D, 1>;
export function arange<D extends DType = "float64">(
  start: number,
  stop: number,
  options?: CreateOptions<D>,
): NewArray<D, 1>;
export function arange<D extends DType>(
  first: number,
  second?: number | CreateOptions<D>,
  third?: number | CreateOptions<D>,
  last?: CreateOptions<D>,
): unknown {
  const isDone = (given: unknown) => typeof given === "object" && given !== null;
  const behind = isDone(second) ? (third ?? last) : isDone(third) ? last : undefined;
  if (behind !== undefined) {
    throw new TypeError(`Expected the options of arange as the last argument, got ${show(behind)} behind them`);
  }
  const isStep = typeof third !== "object" || third === null;
  const [step = 1, after] = isStep ? [third, last] : [1, third];
  const [start, stop, options] =
    typeof second === "number" ? [first, second, after] : [0, first, second === undefined ? after : second];
  expectFinite("start", start);
  expectFinite("stop", stop);
  expectFinite("step", step);
  if (step === 0) throw new RangeError("Expected `step` not to be 0, got 0");
  const [dtype, named] = expectCreation(options, "arange");
  const count = Math.max(0, Math.ceil(apart(start, stop, step)));
  if (!isFloat(dtype)) {
    expectWhole("start", start, dtype);
    expectWhole("step", step, dtype);
  }
  const round = dtype === "float32" ? Math.fround : dtype === "float16" ? toFloat16 : (x: number) => x;
  // As in NumPy, the step is the difference of the first two elements after rounding.
  const delta = round(round(start + step) - round(start));
  const begin = round(start);
  return create(count, [dtype, named], ({ elements: { raw } }) => {
    if (isPlain(dtype) && Number.isFinite((count - 1) * delta)) fillRay(raw, count, begin, delta);
    else fillWith(raw, dtype, count, ray(begin, delta, count));
  });
}

/**
 * A new array whose element at an index is what a function gives for it. NumPy's `fromfunction` calls its function
 * once, with arrays of all indices; here it is called for each element, with numbers.
 *
 * @example fromFunction((i, j) => i + 10 * j, [2, 3]).toArray() // [[0, 10, 20], [1, 11, 21]]
 * @throws {TypeError} If the first argument is not a function.
 * @throws {DTypeError} If the dtype cannot hold a value.
 */
export function fromFunction<const S extends Shape, D extends DType = "float64">(
  valueAt: (...index: Index<RankOf<S>>) => StoredOf<D> | number,
  shape: S,
  options?: CreateOptions<D>,
): NewArray<D, RankOf<S>> {
  const compute = valueAt as unknown as (...index: number[]) => unknown;
  if (typeof compute !== "function") {
    throw new TypeError(`Expected \`valueAt\` to be a function, got ${show(compute)} (fromFunction((i) => i, shape))`);
  }
  const [dtype, named] = expectCreation(options, "fromFunction");
  const lengths = expectShape(shape);
  return create(lengths, [dtype, named], ({ elements, view: { offset, size } }) => {
    const index = lengths.map(() => 0);
    for (let at = 0; at < size; at++) {
      setElementAt(elements, offset + at, expectElement(compute(...index), dtype));
      for (let axis = lengths.length - 1; axis >= 0 && ++index[axis]! === lengths[axis]; axis--) index[axis] = 0;
    }
  }) as never;
}

/** The difference of two numbers, divided. It may be finite although the difference is not. */
export const apart = (start: number, stop: number, by: number): number =>
  Number.isFinite(stop - start) ? (stop - start) / by : 2 * ((stop / 2 - start / 2) / by);

/** Numbers at equal distances. They may be finite although the distance of the last one from the first is not. */
export function ray(start: number, step: number, count: number): (i: number) => number {
  if (Number.isFinite((count - 1) * step)) return (i) => i * step + start;
  return (i) => (i === 0 ? start : 2 * (i * (step / 2) + start / 2));
}

/** Whether elements of the dtype are stored as the numbers that they are. */
export const isPlain = (dtype: DType): boolean => !isBigInt(dtype) && !dtypes[dtype].store;

const toFloat16 = (x: number) => decodeFloat16(encodeFloat16(x));

/** As `fillWith`, for numbers that are stored as they are: `i * step + start`. */
export const fillRay = perClass(function fillRay(raw: RawArray, count: number, start: number, step: number): void {
  for (let i = 0; i < count; i++) raw[i] = i * step + start;
}, 1);

export function fillWith(raw: RawArray, dtype: DType, count: number, value: (i: number) => number): void {
  const { store } = dtypes[dtype];
  if (isBigInt(dtype)) for (let i = 0; i < count; i++) raw[i] = BigInt(value(i)) as unknown as number;
  else if (store) for (let i = 0; i < count; i++) raw[i] = store(value(i));
  else for (let i = 0; i < count; i++) raw[i] = value(i);
}

export function expectFinite(what: string, value: unknown): void {
  if (typeof value === "number" && Number.isFinite(value)) return;
  const message = `Expected \`${what}\` to be a finite number, got ${show(value)}`;
  throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
}

function expectWhole(what: string, value: number, dtype: DType): void {
  if (Number.isInteger(value)) return;
  throw new RangeError(`Expected \`${what}\` to be an integer (array of ${dtype}), got ${value}`);
}
