/** Functions that repeat the elements of an array, or move them around. */
import type { DType, IntegerDType } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectNoOptions, show } from "../base/expect.js";
import { asStrided } from "../ndarray/asarray.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { scalars } from "../ndarray/lists.js";
import { type ArrayOf, arrayOf, type OutOption, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import type { Axes, AxisOptions, Positions } from "../ndarray/notation.js";
import { resultIn } from "../ndarray/out.js";
import { withRoom } from "../ndarray/positions.js";
import { slabs } from "../ndarray/select.js";
import { expectAxis } from "../ndarray/shape.js";
import { withCompact } from "../ndarray/storage.js";
import { cView, makeView, slice } from "../ndarray/view.js";

/**
 * Each element repeated: `repeats` times or, if it is a list, each slab as often as its number says. Without `axis`, of
 * the flattened array. In a new array, or in `out`. After `np.repeat`.
 *
 * @example repeat(array([1, 2]), 2).toArray() // [1, 1, 2, 2]
 * @example repeat(array([[1], [2]]), [3, 1], { axis: 0 }).toArray() // [[1], [1], [1], [2]]
 * @throws {RangeError} If a number of repeats is negative or no integer.
 * @throws {ShapeError} If a list has another length than the axis.
 */
export function repeat<D extends DType, R extends number, X extends number | undefined = undefined>(
  a: ReadonlyNDArray<D, R>,
  repeats: number | Positions | ReadonlyNDArray<IntegerDType, 1>,
  options?: AxisOptions<X> & OutOption,
): ArrayOf<D, X extends number ? R : 1> {
  const { axis: given, out } = expectKnown(options, ["axis", "out"], "repeat");
  const strided = stridedOf(a);
  const along = given === undefined ? undefined : expectAxis(given, strided.view.shape);
  const repeated = (source: Strided, axis: number): Strided => {
    const { shape } = source.view;
    if (typeof repeats !== "number") return repeatedEach(source, strided, axis, repeats, out);
    const times = expectInteger("repeats", repeats, 0, Number.POSITIVE_INFINITY);
    return resultIn(out, {
      shape: shape.with(axis, shape[axis]! * times),
      dtype: source.elements.dtype,
      inputs: [strided],
      write: (target) => copy(withAxisAfter(target, axis, times), stretched(source, axis, times)),
      takesAnyLayout: true,
    });
  };
  const result =
    along !== undefined
      ? repeated(strided, along)
      : withCompact(strided, ({ elements, view }) => repeated({ elements, view: cView([view.size], view.offset) }, 0));
  return (out ?? arrayOf(result)) as never;
}

/** The axis, and after it one that repeats each of its slabs. */
function stretched({ elements, view }: Strided, axis: number, times: number): Strided {
  const shape = view.shape.toSpliced(axis + 1, 0, times);
  return { elements, view: makeView(shape, view.strides.toSpliced(axis + 1, 0, 0), view.offset) };
}
/** The target of such repeats: its axis in groups of so many. */
function withAxisAfter({ elements, view }: Strided, axis: number, times: number): Strided {
  const step = view.strides[axis]!;
  const shape = view.shape.toSpliced(axis, 1, times === 0 ? 0 : view.shape[axis]! / times, times);
  return { elements, view: makeView(shape, view.strides.toSpliced(axis, 1, step * times, step), view.offset) };
}

function repeatedEach(source: Strided, given: Strided, axis: number, repeats: unknown, out: unknown): Strided {
  const { shape } = source.view;
  const counts = Array.from(scalars(asStrided(repeats, "repeats")), Number);
  const length = shape[axis]!;
  for (const [i, count] of counts.entries()) expectInteger(`repeats[${i}]`, count, 0, Number.POSITIVE_INFINITY);
  if (counts.length !== length && counts.length !== 1) {
    const got = `${counts.length} (axis ${axis} of shape ${show(shape)})`;
    const message = `Expected ${length} numbers of repeats, got ${got}`;
    throw new ShapeError(message, { shape: [counts.length], expected: [length] });
  }
  const timesOf = (i: number) => counts[counts.length === 1 ? 0 : i]!;
  let total = 0;
  for (let i = 0; i < length; i++) total += timesOf(i);
  return withRoom(total, length, (positions) => {
    for (let i = 0, at = 0; i < length; i++) for (let k = timesOf(i); k > 0; k--) positions[at++] = i;
    return slabs(given, source, axis, positions, shape.with(axis, total), out);
  });
}

/**
 * The array repeated as a whole, `reps` times along each axis. A list longer than the rank gives further axes in front.
 * After `np.tile`.
 *
 * @example tile(array([1, 2]), [2, 2]).toArray() // [[1, 2, 1, 2], [1, 2, 1, 2]]
 * @throws {RangeError} If a number is negative or no integer.
 */
export function tile<D extends DType, R extends number>(a: ReadonlyNDArray<D, R>, reps: number): ArrayOf<D, R>;
export function tile<D extends DType>(a: ReadonlyNDArray<D>, reps: readonly number[]): ArrayOf<D, number>;
export function tile(a: ReadonlyNDArray, reps: number | readonly number[], ...extra: unknown[]): unknown {
  expectNoOptions(extra, "tile");
  const source = stridedOf(a);
  const given = typeof reps === "number" ? [reps] : Array.isArray(reps) ? [...reps] : undefined;
  if (!given) throw new TypeError(`Expected \`reps\` to be a number or a list of numbers, got ${show(reps)}`);
  const times = given.map((n, i) => expectInteger(`reps[${i}]`, n, 0, Number.POSITIVE_INFINITY));
  const rank = Math.max(times.length, source.view.shape.length);
  const padded = (list: readonly number[], by: number) => [...new Array<number>(rank - list.length).fill(by), ...list];
  const [lengths, steps, counts] = [padded(source.view.shape, 1), padded(source.view.strides, 0), padded(times, 1)];
  const inPairs = lengths.flatMap((n, i) => [counts[i]!, n]);
  const result = resultIn(undefined, {
    shape: lengths.map((n, i) => n * counts[i]!),
    dtype: source.elements.dtype,
    inputs: [source],
    write: ({ elements }) => {
      const stretchedView = makeView(
        inPairs,
        steps.flatMap((step) => [0, step]),
        source.view.offset,
      );
      copy({ elements, view: cView(inPairs) }, { elements: source.elements, view: stretchedView });
    },
  });
  return arrayOf(result);
}

/** Along which axes elements are moved, and where they are written. */
export interface RollOptions extends OutOption {
  /** One axis or several; negative numbers count from the end. By default the flattened array is moved. */
  readonly axis?: Axes | undefined;
}

/**
 * The elements moved on by `shift` places along axes; what leaves at the end comes in at the beginning. Without `axis`,
 * of the flattened array. In a new array, or in `out`. After `np.roll`.
 *
 * @example roll(arange(4), 1).toArray() // [3, 0, 1, 2]
 * @example roll(image, [10, -3], { axis: [0, 1] })
 * @throws {RangeError} If a shift is no integer, or there are not as many shifts as axes.
 */
export function roll<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  shift: number | readonly number[],
  options?: RollOptions,
): ArrayOf<D, R> {
  const { axis, out } = expectKnown(options, ["axis", "out"], "roll");
  const source = stridedOf(a);
  const { shape } = source.view;
  const given =
    axis === undefined ? undefined : (Array.isArray(axis) ? axis : [axis]).map((one) => expectAxis(one, shape));
  const shifts = (Array.isArray(shift) ? [...shift] : [shift]).map((one, i) =>
    expectInteger(
      Array.isArray(shift) ? `shift[${i}]` : "shift",
      one,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ),
  );
  const places = given ?? [0];
  if (shifts.length !== places.length && shifts.length !== 1 && places.length !== 1) {
    throw new RangeError(`Expected as many shifts as axes, got ${show(shift)} and ${show(axis)}`);
  }
  /** How far each axis is moved in all. An axis may be named several times. */
  const by = new Map<number, number>();
  for (let i = 0; i < Math.max(shifts.length, places.length); i++) {
    const place = places[places.length === 1 ? 0 : i]!;
    by.set(place, (by.get(place) ?? 0) + shifts[shifts.length === 1 ? 0 : i]!);
  }
  const result = resultIn(out, {
    shape,
    dtype: source.elements.dtype,
    inputs: [source],
    write: (target) => {
      if (given) moveParts(target, source, [...by]);
      else
        withCompact(source, ({ elements, view }) => {
          const line = { elements, view: cView([view.size], view.offset) };
          moveParts({ elements: target.elements, view: cView([view.size], target.view.offset) }, line, [...by]);
        });
    },
    takesAnyLayout: given !== undefined,
  });
  return (out ?? arrayOf(result)) as never;
}

/** Copies the two parts of each axis, of which the second comes first in the target. */
function moveParts(target: Strided, source: Strided, moves: readonly (readonly [axis: number, by: number])[]): void {
  const [move, ...rest] = moves;
  if (!move) {
    copy(target, source);
    return;
  }
  const [axis, by] = move;
  const n = source.view.shape[axis]!;
  const first = n === 0 ? 0 : ((by % n) + n) % n;
  const part = ({ elements, view }: Strided, start: number, stop: number): Strided => ({
    elements,
    view: slice(view, [...new Array<[]>(axis).fill([]), [start, stop]]),
  });
  if (first < n) moveParts(part(target, first, n), part(source, 0, n - first), rest);
  if (first > 0) moveParts(part(target, 0, first), part(source, n - first, n), rest);
}
