/** Arrays with elements added, removed or repeated: `append`, `insert`, `deleteAt`, `resize`, `trimZeros`. */
import type { DType, StoredOf } from "../base/dtype.js";
import { expectKnown, expectNoOptions, expectOneOf } from "../base/expect.js";
import { copy, stretchTo } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import {
  type AnyNDArray,
  type ArrayOf,
  arrayOf,
  isReadonlyArray,
  type ReadonlyNDArray,
  stridedOf,
  viewOf,
} from "../ndarray/ndarray.js";
import type { Axes, AxisOptions, NestedList, RankOf, Shape, TypedArrayLike } from "../ndarray/notation.js";
import { withRoom } from "../ndarray/positions.js";
import { slabs } from "../ndarray/select.js";
import { expectAxes, expectAxis, expectShape, sizeOf } from "../ndarray/shape.js";
import { newStrided, withCompact, writtenStrided } from "../ndarray/storage.js";
import { openStrided } from "../ndarray/strided-array.js";
import { cView, makeView, moveAxis, slice, sliceAlong } from "../ndarray/view.js";
import { withSource } from "../ndarray/write.js";
import { withNonzero } from "./find.js";
import { concat } from "./join.js";
import { type Places, withPlaces } from "./places.js";
import type { Ranked, RankIn } from "./ranked.js";

/**
 * The array with values after its last ones, in a new array of the common dtype. Without `axis`, both are flattened
 * first. After `np.append`.
 *
 * @example append(array([1, 2]), [3]).toArray() // [1, 2, 3]
 * @throws {ShapeError} If they differ in another axis than `axis`.
 */
export function append(
  a: ReadonlyNDArray,
  values: ReadonlyNDArray | NestedList | TypedArrayLike,
  options?: AxisOptions,
): AnyNDArray {
  const { axis } = expectKnown(options, ["axis"], "append");
  const along = axis === undefined ? null : expectAxis(axis, stridedOf(a).view.shape);
  return concat([a, values as ReadonlyNDArray], { axis: along as null }) as AnyNDArray;
}

/**
 * The array without the slabs at some positions along an axis, in a new array; without `axis`, of the flattened array.
 * After `np.delete`, whose name is a word of JavaScript.
 *
 * @example deleteAt(arange(5), [0, -1]).toArray() // [1, 2, 3]
 * @throws {IndexError} If a position is outside of the axis.
 * @throws {ShapeError} If a mask does not have the length of the axis.
 */
export function deleteAt<D extends DType, R extends number, X extends number | undefined = undefined>(
  a: ReadonlyNDArray<D, R>,
  places: Places,
  options?: AxisOptions<X>,
): ArrayOf<D, X extends number ? R : 1> {
  const { axis: given } = expectKnown(options, ["axis"], "deleteAt");
  return alongOrFlat(stridedOf(a), given, (source, axis) => {
    const { shape } = source.view;
    const length = shape[axis]!;
    const isGone = new Uint8Array(length);
    withPlaces(places, axis, shape, 0, (positions) => {
      for (let i = 0; i < positions.length; i++) isGone[positions[i]!] = 1;
    });
    let count = length;
    for (let i = 0; i < length; i++) count -= isGone[i]!;
    if (length - count <= FEW) return arrayOf(withoutFew(source, axis, isGone, count));
    return withRoom(count, length, (kept) => {
      for (let i = 0, next = 0; i < length; i++) if (isGone[i] === 0) kept[next++] = i;
      return arrayOf(slabs([source], source, axis, kept, shape.with(axis, count), undefined));
    });
  }) as never;
}

/** So many places are handled by copies of what is between them; more, element by element. */
const FEW = 64;

/** The slabs that are not gone, in runs. */
function withoutFew(source: Strided, axis: number, isGone: Uint8Array, count: number): Strided {
  const { shape } = source.view;
  return writtenStrided(shape.with(axis, count), source.elements.dtype, undefined, (target) => {
    for (let start = 0, to = 0; start < isGone.length; ) {
      const next = isGone.indexOf(1, start);
      const end = next < 0 ? isGone.length : next;
      copyPart(target, source, axis, to, start, end - start);
      to += end - start;
      start = end + 1;
    }
  });
}

/**
 * The array with values before some positions along an axis, in a new array of the same dtype; without `axis`, of the
 * flattened array. At one position, all values are inserted; of several, each gets its own. Values broadcast. After
 * `np.insert`.
 *
 * @example insert(array([1, 4]), 1, [2, 3]).toArray() // [1, 2, 3, 4]
 * @example insert(array([1, 2]), [0, 2], 9).toArray() // [9, 1, 2, 9]
 * @throws {IndexError} If a position is not in [-n, n] for an axis of length n.
 * @throws {ShapeError} If the values do not broadcast to what is inserted.
 * @throws {DTypeError} If the values do not cast to the array's dtype within their kind.
 */
export function insert<D extends DType, R extends number, X extends number | undefined = undefined>(
  a: ReadonlyNDArray<D, R>,
  places: Places,
  values: ReadonlyNDArray | NestedList | TypedArrayLike | StoredOf<D> | number,
  options?: AxisOptions<X>,
): ArrayOf<D, X extends number ? R : 1> {
  const { axis: given } = expectKnown(options, ["axis"], "insert");
  return alongOrFlat(stridedOf(a), given, (source, axis) =>
    withPlaces(places, axis, source.view.shape, 1, (positions) =>
      withSource(source, values, "values", (from) => {
        const rank = source.view.shape.length;
        const lead = Math.max(0, rank - from.view.shape.length);
        const wide = makeView(
          [...new Array<number>(lead).fill(1), ...from.view.shape],
          [...new Array<number>(lead).fill(0), ...from.view.strides],
          from.view.offset,
        );
        const added = isSingle(places) ? moveAxis(wide, 0, axis) : wide;
        const where = [...positions];
        const block = { elements: from.elements, view: added };
        return arrayOf(
          where.length === 1 ? insertedAt(source, axis, where[0]!, block) : inserted(source, axis, where, block),
        );
      }),
    ),
  ) as never;
}

/** Whether all values belong to one position: a number, or an array without axes. */
const isSingle = (places: unknown): boolean =>
  typeof places === "number" || openStrided(places)?.view.shape.length === 0;

/** All of `added` before one position. */
function insertedAt(source: Strided, axis: number, at: number, added: Strided): Strided {
  const { shape } = source.view;
  const [length, count] = [shape[axis]!, added.view.shape[axis] ?? 1];
  const block = { elements: added.elements, view: stretchTo(added.view, shape.with(axis, count), "values") };
  return writtenStrided(shape.with(axis, length + count), source.elements.dtype, undefined, (target) => {
    copyPart(target, source, axis, 0, 0, at);
    copyPart(target, block, axis, at, 0, count);
    copyPart(target, source, axis, at + count, at, length - at);
  });
}

/** A slab of `added` before each of several positions, which are those before anything is inserted. */
function inserted(source: Strided, axis: number, where: readonly number[], added: Strided): Strided {
  const { shape } = source.view;
  const count = where.length;
  const block = { elements: added.elements, view: stretchTo(added.view, shape.with(axis, count), "values") };
  const order = where.map((_, i) => i).sort((i, j) => where[i]! - where[j]! || i - j);
  if (count > FEW) return insertedMany(source, axis, where, order, block);
  return writtenStrided(shape.with(axis, shape[axis]! + count), source.elements.dtype, undefined, (target) => {
    let done = 0; // how many slabs of the source are copied
    for (const [n, i] of order.entries()) {
      const at = where[i]!;
      copyPart(target, source, axis, done + n, done, at - done);
      copyPart(target, block, axis, at + n, i, 1);
      done = at;
    }
    copyPart(target, source, axis, done + count, done, shape[axis]! - done);
  });
}

/** As `inserted`: source and values one after the other, from which all slabs are gathered in their order. */
function insertedMany(
  source: Strided,
  axis: number,
  where: readonly number[],
  order: readonly number[],
  block: Strided,
): Strided {
  const { shape } = source.view;
  const [length, total] = [shape[axis]!, shape[axis]! + where.length];
  const both = writtenStrided(shape.with(axis, total), source.elements.dtype, undefined, (target) => {
    copyPart(target, source, axis, 0, 0, length);
    copyPart(target, block, axis, length, 0, where.length);
  });
  try {
    return withRoom(total, total, (positions) => {
      for (let at = 0, done = 0, n = 0; at < total; at++) {
        const isInserted = n < order.length && where[order[n]!]! === done;
        positions[at] = isInserted ? length + order[n++]! : done++;
      }
      return slabs([both], both, axis, positions, shape.with(axis, total), undefined);
    });
  } finally {
    both.elements.memory.close();
  }
}

/** Copies `count` slabs from `start` on to where the target has them from `to` on. */
function copyPart(target: Strided, source: Strided, axis: number, to: number, start: number, count: number): void {
  if (count <= 0) return;
  copy(
    { elements: target.elements, view: sliceAlong(target.view, axis, [to, to + count]) },
    { elements: source.elements, view: sliceAlong(source.view, axis, [start, start + count]) },
  );
}

/** Calls `make` with the array and the axis; without an axis, with all elements in one axis. */
function alongOrFlat<T>(source: Strided, axis: unknown, make: (source: Strided, axis: number) => T): T {
  if (axis !== undefined) return make(source, expectAxis(axis, source.view.shape));
  return withCompact(source, ({ elements, view }) => make({ elements, view: cView([view.size], view.offset) }, 0));
}

/**
 * The elements in C order, again and again, in a new array of another shape. Of an array without elements, zeros. After
 * `np.resize`.
 *
 * @example resize(array([1, 2, 3]), [2, 2]).toArray() // [[1, 2], [3, 1]]
 * @throws {RangeError} If a length is negative or not an integer.
 */
export function resize<D extends DType, const S extends Shape>(a: ReadonlyNDArray<D>, shape: S): ArrayOf<D, RankOf<S>>;
export function resize(a: ReadonlyNDArray, shape: Shape, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "resize");
  const source = stridedOf(a);
  const lengths = expectShape(shape);
  const total = sizeOf(lengths);
  if (source.view.size === 0) return arrayOf(newStrided(lengths, source.elements.dtype, undefined));
  const made = writtenStrided(lengths, source.elements.dtype, undefined, ({ elements, view }) => {
    const part = (start: number, count: number): Strided => ({
      elements,
      view: makeView([count], [1], view.offset + start),
    });
    withCompact(source, (from) => {
      const first = Math.min(total, from.view.size);
      copy(part(0, first), { elements: from.elements, view: makeView([first], [1], from.view.offset) });
      // What is there is copied behind itself, so that each copy is twice as long as the one before.
      for (let done = first; done > 0 && done < total; ) {
        const count = Math.min(done - (done % from.view.size) || done, total - done);
        copy(part(done, count), part(0, count));
        done += count;
      }
    });
  });
  return arrayOf(made);
}

/** What is trimmed. */
export interface TrimOptions {
  /** `"f"`: at the front, `"b"`: at the back, `"fb"`, the default: both. */
  readonly trim?: "f" | "b" | "fb" | undefined;
  /** Which axes; by default all. */
  readonly axis?: Axes | undefined;
}

/**
 * A view without the zeros at both ends: of several axes, the smallest part that has all elements which are not zero.
 * After `np.trim_zeros`.
 *
 * @example trimZeros(array([0, 1, 0, 2, 0])).toArray() // [1, 0, 2]
 * @throws {RangeError} If there is no such axis.
 */
export function trimZeros<A extends ReadonlyNDArray>(a: A, options?: TrimOptions): Ranked<A, RankIn<A>> {
  const { trim: word = "fb", axis } = expectKnown(options, ["trim", "axis"], "trimZeros");
  const trim = expectOneOf("trim", word, ["f", "b", "fb"]);
  const source = stridedOf(a);
  const { shape } = source.view;
  const axes = expectAxes(axis, shape);
  const bounds = withNonzero(source, (positions) => boundsOf(positions, shape)).map(([low, high], i) => {
    if (!axes.includes(i)) return [0, shape[i]!] as const;
    const isEmpty = high === 0;
    return [trim === "b" && !isEmpty ? 0 : low, trim === "f" && !isEmpty ? shape[i]! : high] as const;
  });
  return viewOf(source, (view) => slice(view, bounds), isReadonlyArray(a)) as never;
}

/** For each axis, the least index of the positions, and one after the greatest; 0 and 0 if there are none. */
function boundsOf(positions: ArrayLike<number>, shape: readonly number[]): [low: number, high: number][] {
  const bounds = shape.map((n): [number, number] => [positions.length === 0 ? 0 : n, 0]);
  for (let i = 0; i < positions.length; i++) {
    let rest = positions[i]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis]!;
      rest = (rest - index) / shape[axis]!;
      const bound = bounds[axis]!;
      if (index < bound[0]) bound[0] = index;
      if (index >= bound[1]) bound[1] = index + 1;
    }
  }
  return bounds;
}
