/** Positions along an axis as `deleteAt` and `insert` take them: numbers, lists, ranges, arrays and masks. */
import { DTypeError, IndexError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { asStrided, isData } from "../ndarray/asarray.js";
import type { IndexArray } from "../ndarray/index-notation.js";
import { scalars } from "../ndarray/lists.js";
import { isIntegers, withPositions } from "../ndarray/positions.js";
import { withTrue } from "../ndarray/select.js";
import { sameShape } from "../ndarray/shape.js";
import { resolveSlice } from "../ndarray/slice.js";
import { expectStrided, openStrided } from "../ndarray/strided-array.js";

/** Positions along an axis: a number, a list, a range as text such as `"1:-1"`, an array of integers, or a mask. */
export type Places = number | string | readonly number[] | IndexArray;

/**
 * Calls `use` with the positions along an axis, not negative.
 *
 * @param after how many positions there are after the last element
 */
export function withPlaces<T>(
  places: unknown,
  axis: number,
  shape: readonly number[],
  after: number,
  use: (positions: ArrayLike<number> & Iterable<number>) => T,
): T {
  const length = shape[axis]!;
  if (typeof places === "number") {
    if (Number.isInteger(places) && places >= -length && places < length + after) {
      return use([places < 0 ? places + length : places]);
    }
    const range = after > 0 ? `[${-length}, ${length}]` : `[${-length}, ${length})`;
    const got = `${show(places)} (axis ${axis} of shape ${show(shape)})`;
    const message = `Expected \`places\` to be an integer in ${range}, got ${got}`;
    throw new IndexError(message, { index: places, axis, shape });
  }
  if (typeof places === "string") {
    const [step, ...more] = resolveSlice([places], [length]);
    if (step?.kind !== "range" || more.length > 0) {
      throw new TypeError(`Expected \`places\` to be one range such as "1:-1", got ${show(places)}`);
    }
    return use(Array.from({ length: step.count }, (_, i) => step.first + i * step.step));
  }
  const mask = openStrided(places);
  if (mask?.elements.dtype === "bool") {
    if (sameShape(mask.view.shape, [length])) return withTrue(mask, use);
    const got = `shape ${show(mask.view.shape)} (axis ${axis} of shape ${show(shape)})`;
    throw new IndexError(`Expected \`places\`, a mask, to have shape [${length}], got ${got}`, {
      index: 0,
      axis,
      shape,
    });
  }
  if (after === 0) return withPositions(places, axis, shape, (positions) => use(positions), "places");
  return use(insertPlaces(places, axis, shape));
}

/** Positions to insert at: also after the last element. Negative ones count from it, as if there were no such one. */
function insertPlaces(places: unknown, axis: number, shape: readonly number[]): number[] {
  const length = shape[axis]!;
  return Array.from(numbersOf(places, "places"), (place) => {
    if (Number.isInteger(place) && place >= -length && place <= length) return place < 0 ? place + length : place;
    const got = `${show(place)} (axis ${axis} of shape ${show(shape)})`;
    const message = `Expected each of \`places\` to be an integer in [${-length}, ${length}], got ${got}`;
    throw new IndexError(message, { index: place, axis, shape });
  });
}

/** The numbers of a list, a typed array or an array of integers. */
function numbersOf(given: unknown, what: string): Iterable<number> {
  if (Array.isArray(given)) return given.map((one) => (typeof one === "number" ? one : Number.NaN));
  const { elements, view } = isData(given) ? asStrided(given, what) : expectStrided(given, what, "positions");
  if (isIntegers(elements.dtype)) return Array.from(scalars({ elements, view }), Number);
  const message = `Expected \`${what}\` to hold integers, got ${elements.dtype} (use .astype("int32"))`;
  throw new DTypeError(message, { dtype: elements.dtype, expected: "integers" });
}
