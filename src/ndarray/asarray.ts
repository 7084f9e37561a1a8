/** Lists, typed arrays and scalars as elements: NumPy's `asarray`. Arrays are taken as they are. */
import { typedArrayLength } from "../base/builtins.js";
import { isComplexScalar } from "../base/complex.js";
import { caster, type DType, expectDType, isComplex, type RawArray } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { promoteAll } from "../base/promote.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { copy } from "./assign.js";
import type { Strided } from "./elements.js";
import { fillFromList, inferDType, parseNested } from "./lists.js";
import { castTile, moveRun, wholeRow } from "./runs.js";
import { sameShape } from "./shape.js";
import { writtenStrided } from "./storage.js";
import { expectStrided, StridedArray } from "./strided-array.js";
import { slice } from "./view.js";
import { dtypeOfTypedArray } from "./wrap.js";

/** Whether a value is data that `asStrided` copies: a list or a typed array. */
export const isData = (value: unknown): value is object =>
  Array.isArray(value) || dtypeOfTypedArray(value) !== undefined;

/**
 * A value as elements. Arrays, and typed arrays in lists, keep their dtypes, or get the common one; lists of numbers
 * become float64, of bigints int64, of booleans bool. With `dtype`, lists and typed arrays are cast to it.
 *
 * @param what the value, for messages
 * @throws {TypeError} If it is neither an array, a typed array, a list nor a scalar.
 * @throws {ShapeError} If rows differ in length.
 * @throws {DTypeError} If the dtype cannot hold an element of a list.
 */
export function asStrided(value: unknown, what: string, dtype?: DType): Strided {
  const from = dtypeOfTypedArray(value);
  if (from !== undefined) {
    return ofTypedArray(value as RawArray, from, [typedArrayLength(value as RawArray)], dtype ?? from);
  }
  if (Array.isArray(value)) return hasArrays(value) ? stacked(value, what, dtype) : ofList(value, dtype);
  if (!isComplexScalar(value) && typeof value === "object") return expectStrided(value, what);
  return ofList(value, dtype);
}

/** The elements of a typed array, cast to a dtype, as a new array of that shape. */
export function ofTypedArray(
  data: RawArray,
  from: DType,
  shape: readonly number[],
  dtype: DType,
  named?: NameOptions,
): Strided {
  if (isComplex(expectDType(dtype))) {
    const real = ofTypedArray(data, from, shape, from);
    return writtenStrided(shape, dtype, named, (fresh) => copy(fresh, real));
  }
  const cast = caster(from, dtype);
  return writtenStrided(shape, dtype, named, ({ elements: { raw } }) => {
    // `raw` may be of another class than `data`: on runtimes without Float16Array it holds the bits of float16.
    if (cast) castTile(wholeRow(raw), wholeRow(data), 1, typedArrayLength(data), cast);
    else moveRun(raw, 0, 1, data, 0, 1, typedArrayLength(data));
  });
}

/** The leaves of a nested list, or a scalar, as a new array. */
export function ofList(list: unknown, dtype: DType | undefined, named?: NameOptions): Strided {
  const { shape, values } = parseNested(list);
  const chosen = dtype ?? inferDType(values, shape);
  return writtenStrided(shape, expectDType(chosen), named, (fresh) => fillFromList(fresh, values, shape));
}

/** Whether there is an array among the items of a nested list. */
export const hasArrays = (list: readonly unknown[]): boolean =>
  list.some((item) =>
    Array.isArray(item) ? hasArrays(item) : item instanceof StridedArray || dtypeOfTypedArray(item) !== undefined,
  );

/** A new array of the items of a list, some of which are arrays, next to each other along a new first axis. */
export function stacked(list: readonly unknown[], what: string, dtype?: DType, named?: NameOptions): Strided {
  const part = (item: unknown, i: number) => asStrided(item, `${what}[${i}]`, isData(item) ? dtype : undefined);
  const parts = Array.from({ length: list.length }, (_, i) => part(list[i], i)); // a plain list
  const { shape } = parts[0]!.view;
  const other = parts.findIndex(({ view }) => !sameShape(view.shape, shape));
  if (other >= 0) {
    const wrong = parts[other]!.view.shape;
    const message = `Expected rows of shape ${show(shape)}, as ${what}[0] has, got ${show(wrong)} at ${what}[${other}]`;
    throw new ShapeError(message, { shape: wrong, expected: shape });
  }
  const common = dtype ?? promoteAll(parts.map(({ elements }) => elements.dtype));
  return writtenStrided([parts.length, ...shape], common, named, ({ elements, view }) => {
    for (const [i, part] of parts.entries()) copy({ elements, view: slice(view, [i]) }, part);
  });
}
