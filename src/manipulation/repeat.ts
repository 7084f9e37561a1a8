/** Functions that repeat the elements of an array, or move them around. */
import type { DType, IntegerDType } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectNoOptions, show } from "../base/expect.js";
import { isData } from "../ndarray/asarray.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { scalars } from "../ndarray/lists.js";
import { type ArrayOf, arrayOf, type OutOption, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import type { Axes, AxisOptions, Positions } from "../ndarray/notation.js";
import { expectOutStrided, resultIn } from "../ndarray/out.js";
import { isIntegers, withRoom } from "../ndarray/positions.js";
import { slabs } from "../ndarray/select.js";
import { expectAxis, sizeOf } from "../ndarray/shape.js";
import { withCompact } from "../ndarray/storage.js";
import { expectStrided } from "../ndarray/strided-array.js";
import { cView, makeView, sliceAlong } from "../ndarray/view.js";
import type { AtLeast } from "./ranked.js";

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
  const source = stridedOf(a);
  const counts = expectCounts(repeats);
  const along = given === undefined ? undefined : expectAxis(given, source.view.shape);
  const result =
    along !== undefined
      ? repeatedAlong(source, source, along, counts, out)
      : withCompact(source, ({ elements, view }) =>
          repeatedAlong({ elements, view: cView([view.size], view.offset) }, source, 0, counts, out),
        );
  return (out ?? arrayOf(result)) as never;
}

/** @param given what `source` is a part or a copy of */
function repeatedAlong(
  source: Strided,
  given: Strided,
  axis: number,
  counts: readonly number[],
  out: unknown,
): Strided {
  if (counts.length !== 1) return repeatedEach(source, given, axis, counts, out);
  const { shape } = source.view;
  const times = counts[0]!;
  return resultIn(out, {
    shape: shape.with(axis, shape[axis]! * times),
    dtype: source.elements.dtype,
    inputs: [given],
    write: (target) => copy(withAxisAfter(target, axis, times), stretched(source, axis, times)),
    takesAnyLayout: true,
  });
}

/** How often each slab is repeated. A single number counts for all. */
function expectCounts(repeats: unknown): number[] {
  const isCount = (count: unknown) => Number.isInteger(count) && (count as number) >= 0;
  const check = (counts: number[]): number[] => {
    const wrong = counts.findIndex((count) => !isCount(count));
    if (wrong >= 0) expectInteger(`repeats[${wrong}]`, counts[wrong], 0, Number.POSITIVE_INFINITY);
    return counts;
  };
  if (typeof repeats === "number") return [expectInteger("repeats", repeats, 0, Number.POSITIVE_INFINITY)];
  if (Array.isArray(repeats)) return check([...repeats]);
  if (isData(repeats)) return check(Array.from(repeats as ArrayLike<number | bigint>, Number));
  const { elements, view } = expectStrided(repeats, "repeats", "a number, a list or an NDArray of integers", "");
  if (view.shape.length > 1 || !isIntegers(elements.dtype)) {
    const got = `one of ${elements.dtype} and shape ${show(view.shape)}`;
    const message = `Expected \`repeats\` to be an array of integers of one axis, got ${got}`;
    throw new DTypeError(message, { dtype: elements.dtype, expected: "integers" });
  }
  return check(Array.from(scalars({ elements, view }), Number));
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

function repeatedEach(source: Strided, given: Strided, axis: number, counts: readonly number[], out: unknown): Strided {
  const { shape } = source.view;
  const length = shape[axis]!;
  if (counts.length !== length) {
    const got = `${counts.length} (axis ${axis} of shape ${show(shape)})`;
    throw new ShapeError(`Expected ${length} numbers of repeats, got ${got}`, {
      shape: [counts.length],
      expected: [length],
    });
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const made = shape.with(axis, total);
  if (out !== undefined) expectOutStrided(out, made);
  const { dtype } = source.elements;
  if (sizeOf(made) === 0) return resultIn(out, { shape: made, dtype, inputs: [given], write: () => {} });
  return withRoom(total, length, (positions) => {
    for (let i = 0, at = 0; i < length; i++) for (let k = counts[i]!; k > 0; k--) positions[at++] = i;
    return withCompact(source, (own) => slabs([given], own, axis, positions, made, out));
  });
}

/**
 * The array repeated as a whole, `reps` times along each axis. A list longer than the rank gives further axes in front.
 * After `np.tile`.
 *
 * @example tile(array([1, 2]), [2, 2]).toArray() // [[1, 2, 1, 2], [1, 2, 1, 2]]
 * @throws {RangeError} If a number is negative or no integer.
 */
export function tile<D extends DType, R extends number>(
  a: ReadonlyNDArray<D, R>,
  reps: number,
): ArrayOf<D, AtLeast<R, 1>>;
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
 * @throws {RangeError} If a shift is no integer, or there are several shifts and axes, and not as many of each.
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
  const most = Number.MAX_SAFE_INTEGER;
  const shifts = (Array.isArray(shift) ? [...shift] : [shift]).map((one, i) =>
    expectInteger(Array.isArray(shift) ? `shift[${i}]` : "shift", one, -most, most),
  );
  const places = given ?? [0];
  if (shifts.length !== places.length && shifts.length !== 1 && places.length !== 1) {
    throw new RangeError(`Expected as many shifts as axes, got ${show(shift)} and ${show(axis)}`);
  }
  const moves = movesOf(shifts, places, given ? shape : [source.view.size]);
  const result = resultIn(out, {
    shape,
    dtype: source.elements.dtype,
    inputs: [source],
    write: (target) => {
      if (given) moveParts(target, source, moves);
      else
        withCompact(source, ({ elements, view }) => {
          const line = { elements, view: cView([view.size], view.offset) };
          moveParts({ elements: target.elements, view: cView([view.size], target.view.offset) }, line, moves);
        });
    },
    takesAnyLayout: given !== undefined,
  });
  return (out ?? arrayOf(result)) as never;
}

type Moves = readonly (readonly [axis: number, first: number])[];

/** How far each axis is moved in all, from 0 to its length. An axis may be named several times, or none at all. */
function movesOf(shifts: readonly number[], places: readonly number[], lengths: readonly number[]): Moves {
  const by = new Map<number, number>();
  const rounds = shifts.length === 0 || places.length === 0 ? 0 : Math.max(shifts.length, places.length);
  for (let i = 0; i < rounds; i++) {
    const place = places[places.length === 1 ? 0 : i]!;
    const one = shifts[shifts.length === 1 ? 0 : i]!;
    const n = lengths[place]!;
    if (n > 0) by.set(place, ((((by.get(place) ?? 0) + (one % n)) % n) + n) % n);
  }
  return [...by];
}

/** Copies the two parts of each axis, of which the second comes first in the target: `first` indices of each axis. */
function moveParts(target: Strided, source: Strided, moves: Moves): void {
  const [move, ...rest] = moves;
  if (!move) {
    copy(target, source);
    return;
  }
  const [axis, first] = move;
  const n = source.view.shape[axis]!;
  const part = ({ elements, view }: Strided, start: number, stop: number): Strided => ({
    elements,
    view: sliceAlong(view, axis, [start, stop]),
  });
  moveParts(part(target, first, n), part(source, 0, n - first), rest);
  if (first > 0) moveParts(part(target, 0, first), part(source, n - first, n), rest);
}
