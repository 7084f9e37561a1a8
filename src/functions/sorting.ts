/** sort, argsort and searchsorted: NaN last. */
import { type DType, dtypes, type RawArray } from "../dtype.js";
import { ShapeError } from "../errors.js";
import { expectKnown, expectOneOf, show } from "../expect.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, type NDArray, stridedOf } from "../ndarray/ndarray.js";
import { expectAxis } from "../ndarray/shape.js";
import { newStrided } from "../ndarray/storage.js";
import type { AnyNDArray, ReadonlyNDArray } from "../ndarray/types.js";
import { cView, moveAxis, type View } from "../ndarray/view.js";
import { expectArray, expectOut } from "./operands.js";
import { expectCast } from "./prepare.js";
import { promote } from "./promote.js";

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** Along which axis, the last one unless said. */
  readonly axis?: number;
}

/**
 * The elements in order along an axis, NaN last and -0 before 0: a copy, or in `out`, which may be `a` itself.
 *
 * @example sort(a); sort(a, { axis: 0, out: a }) // in place
 * @throws {RangeError} {ShapeError} {DTypeError}
 */
export function sort<O extends AnyNDArray>(a: ReadonlyNDArray, options: SortOptions & { readonly out: O }): O;
export function sort<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  options?: SortOptions & { readonly out?: undefined },
): NDArray<D, R>;
export function sort(a: unknown, options?: SortOptions & { readonly out?: AnyNDArray | undefined }): unknown {
  const source = expectArray(a, "a");
  const { axis = -1, out: givenOut } = expectKnown(options, ["axis", "out"], "sort");
  const along = expectAxis(axis, source.shape);
  const out = givenOut === undefined ? undefined : expectOut(givenOut, source.shape);
  if (out) expectCast(source.dtype, out.dtype, "out");
  const target = newStrided(source.shape, source.dtype, undefined);
  const lines = linesOf(target.view, along);
  copy(
    { elements: target.elements, view: lines },
    { ...stridedOf(source), view: moveLast(stridedOf(source).view, along) },
  );
  for (const line of rowsOf({ elements: target.elements, view: lines })) sortLine(line, source.dtype === "float16");
  const sorted: Strided = { elements: target.elements, view: lines };
  if (!out && along === source.ndim - 1) return arrayOf(target);
  const result = out ? stridedOf(out) : newStrided(source.shape, source.dtype, undefined);
  copy({ elements: result.elements, view: moveLast(result.view, along) }, sorted);
  return out ?? arrayOf(result);
}

/** The positions that would sort the elements along an axis, as int32; equal elements stay in order, NaN come last. @throws {RangeError} */
export function argsort<R extends number>(a: ReadonlyNDArray<DType, R>, options?: SortOptions): NDArray<"int32", R> {
  const source = expectArray(a, "a");
  const { axis = -1 } = expectKnown(options, ["axis"], "argsort");
  const along = expectAxis(axis, source.shape);
  const { elements, view } = stridedOf(source);
  const dtype = source.dtype === "float16" ? "float32" : source.dtype; // bits do not sort
  const keys = newStrided(moveLast(view, along).shape, dtype, undefined);
  copy(keys, { elements, view: moveLast(view, along) });
  const positions = newStrided(keys.view.shape, "int32", undefined);
  const rows = rowsOf(positions);
  for (const [i, line] of rowsOf(keys).entries()) rows[i]!.set(sortedPositions(line) as ArrayLike<number>);
  const result = newStrided(source.shape, "int32", undefined);
  copy({ elements: result.elements, view: moveLast(result.view, along) }, positions);
  return arrayOf(result) as unknown as NDArray<"int32", R>;
}

/**
 * Where values would have to be inserted into a sorted vector to keep it sorted, as int32: before equal elements, or after them with
 * `side: "right"`.
 *
 * @throws {ShapeError} unless `a` is of one axis
 */
export function searchsorted<R extends number>(
  a: ReadonlyNDArray,
  values: ReadonlyNDArray<DType, R>,
  options?: { readonly side?: "left" | "right" },
): NDArray<"int32", R> {
  const sorted = expectArray(a, "a");
  const wanted = expectArray(values, "values");
  const { side: givenSide = "left" } = expectKnown(options, ["side"], "searchsorted");
  const side = expectOneOf("side", givenSide, ["left", "right"]);
  if (sorted.ndim !== 1) {
    throw new ShapeError(`Expected \`a\` to be a vector, got shape ${show(sorted.shape)}`, {
      shape: sorted.shape,
      expected: [-1],
    });
  }
  const common = promote(sorted.dtype, wanted.dtype);
  const [haystack, needles] = [sorted, wanted].map((array) => {
    const fresh = newStrided(array.shape, common === "float16" ? "float32" : common, undefined);
    copy(fresh, stridedOf(array));
    return fresh.elements.raw;
  }) as [RawArray, RawArray];
  const result = newStrided(wanted.shape, "int32", undefined);
  for (let i = 0; i < wanted.size; i++) {
    const value = needles[i]!;
    const isBefore = side === "left" ? (x: number) => precedes(x, value) : (x: number) => !precedes(value, x);
    let [low, high] = [0, sorted.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(haystack[middle]!)) low = middle + 1;
      else high = middle;
    }
    result.elements.raw[i] = low;
  }
  return arrayOf(result) as unknown as NDArray<"int32", R>;
}

const moveLast = (view: View, axis: number): View => moveAxis(view, axis, -1);
/** The axes of fresh memory so that the sorted one is the last, without gaps. */
const linesOf = (view: View, axis: number): View => {
  const shape = [...view.shape.filter((_, i) => i !== axis), view.shape[axis]!];
  return cView(shape);
};

/** The lines along the last axis of elements in C order without gaps. */
function rowsOf({ elements, view }: Strided): RawArray[] {
  const length = view.shape.at(-1)!;
  const count = length === 0 ? 0 : view.size / length;
  return Array.from({ length: count }, (_, i) => elements.raw.subarray(i * length, (i + 1) * length));
}

const precedes = (a: number, b: number): boolean => (Number.isNaN(a) ? false : Number.isNaN(b) || a < b);

/** By the engine's own sort of typed arrays: NaN last. Float16 bits, where the engine has no such array, by their numbers. */
function sortLine(line: RawArray, isHalf: boolean): void {
  const sortable = line as unknown as { sort(compare?: (a: number, b: number) => number): void };
  const { load } = dtypes.float16;
  if (isHalf && load) sortable.sort((a, b) => orderOf(Number(load(a)), Number(load(b))));
  else sortable.sort();
}
/** As the engine sorts: -0 before 0. */
function orderOf(a: number, b: number): number {
  if (precedes(a, b) || (Object.is(a, -0) && Object.is(b, 0))) return -1;
  return precedes(b, a) || (Object.is(a, 0) && Object.is(b, -0)) ? 1 : 0;
}

/** Runs up to this length are sorted by insertion. */
const RUN = 16;

/** Positions in order: stable, by insertion and then by merging. */
function sortedPositions(keys: RawArray): Uint32Array {
  const n = keys.length;
  let from = Uint32Array.from({ length: n }, (_, i) => i);
  for (let start = 0; start < n; start += RUN) insertionSort(from, keys, start, Math.min(start + RUN, n));
  let to = new Uint32Array(n);
  for (let width = RUN; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      mergeRuns(to, from, keys, start, Math.min(start + width, n), Math.min(start + 2 * width, n));
    }
    [from, to] = [to, from];
  }
  return from;
}

function insertionSort(order: Uint32Array, keys: RawArray, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const moved = order[i]!;
    const key = keys[moved]!;
    let j = i;
    for (; j > start && precedes(key, keys[order[j - 1]!]!); j--) order[j] = order[j - 1]!;
    order[j] = moved;
  }
}

function mergeRuns(
  to: Uint32Array,
  from: Uint32Array,
  keys: RawArray,
  start: number,
  middle: number,
  end: number,
): void {
  let [left, right] = [start, middle];
  for (let at = start; at < end; at++) {
    const takesRight = left >= middle || (right < end && precedes(keys[from[right]!]!, keys[from[left]!]!));
    to[at] = takesRight ? from[right++]! : from[left++]!;
  }
}
