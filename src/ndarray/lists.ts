/** Elements as JavaScript values: one after the other, as nested lists, and from nested lists. */
import { isComplexScalar } from "../base/complex.js";
import { type DType, dtypes, elementOf, expectElement, isComplex, MAX_RANK, type Scalar } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { elementAt, type Strided, setElementAt } from "./elements.js";
import { locateFlat } from "./view.js";

/** The elements in C order, as users see them. */
export function* scalars({ elements, view }: Strided): Generator<Scalar> {
  for (let i = 0; i < view.size; i++) yield elementAt(elements, locateFlat(view, i));
}

/** The elements as `[[1, 2], [3, 4]]`; for rank 0 the scalar itself. */
export function toNested(array: Strided): unknown {
  const { elements, view } = array;
  const { shape, strides } = view;
  if (shape.length === 0) return [...scalars(array)][0];
  const isPlain = !isComplex(elements.dtype);
  const { raw } = isPlain ? elements : elements.parts;
  const { load } = dtypes[elements.dtype];
  const last = shape.length - 1;
  const row = (start: number): unknown[] => {
    const [count, step] = [shape[last]!, strides[last]!];
    if (!isPlain) return Array.from({ length: count }, (_, i) => elementAt(elements, start + i * step));
    const values = new Array<unknown>(count);
    for (let i = 0, at = start; i < count; i++, at += step) values[i] = load ? load(raw[at]!) : raw[at];
    return values;
  };
  const build = (axis: number, start: number): unknown[] =>
    axis === last
      ? row(start)
      : Array.from({ length: shape[axis]! }, (_, i) => build(axis + 1, start + i * strides[axis]!));
  return build(0, view.offset);
}

/** A nested list or a scalar, read once. */
export interface ParsedList {
  readonly shape: number[];
  readonly values: readonly unknown[];
}

/**
 * The shape and the leaves of a nested list. Each item is read once.
 *
 * @throws {ShapeError} If rows differ in length.
 * @throws {RangeError} If the list is nested deeper than `MAX_RANK`.
 */
export function parseNested(list: unknown): ParsedList {
  const shape: number[] = [];
  for (let level: unknown = list; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > MAX_RANK) {
      throw new RangeError(`Expected a list nested at most ${MAX_RANK} deep, got a deeper one`);
    }
  }
  const values: unknown[] = [];
  const index: number[] = [];
  const collect = (item: unknown, axis: number) => {
    if (axis === shape.length && !Array.isArray(item)) {
      values.push(item);
      return;
    }
    if (Array.isArray(item) && item.length === shape[axis]) {
      // Not `forEach`, which would skip holes: they are leaves that are undefined.
      for (let i = 0; i < shape[axis]!; i++) {
        index[axis] = i;
        collect(item[i], axis + 1);
      }
      return;
    }
    const path = index.slice(0, axis).map((i) => `[${i}]`);
    const wanted = axis < shape.length ? `a list of ${shape[axis]}` : "a number";
    const got = Array.isArray(item) ? [item.length] : [];
    throw new ShapeError(`Expected rows of equal length, ${wanted} at list${path.join("")}, got ${show(item)}`, {
      shape: [...shape.slice(0, axis), ...got],
      expected: shape,
    });
  };
  collect(list, 0);
  return { shape, values };
}

/** What the leaf at a flat position is called in errors: `list[1][0]`. */
function pathOf(position: number, shape: readonly number[]): string {
  let rest = position;
  const index = shape.toReversed().map((n) => {
    const i = rest % n;
    rest = (rest - i) / n;
    return `[${i}]`;
  });
  return `list${index.reverse().join("")}`;
}

/**
 * The dtype of a list's leaves: float64 for numbers, or for numbers mixed with booleans; int64 for bigints; bool for
 * booleans; complex128 if there is `{ re, im }` among numbers.
 *
 * @throws {DTypeError} If bigints are mixed with other values, or a leaf is neither number, boolean nor bigint.
 */
export function inferDType(values: readonly unknown[], shape: readonly number[]): DType {
  const types = new Set<string>();
  let last: unknown;
  for (const value of values) {
    if (typeof value !== typeof last || types.size === 0) types.add(typeof value);
    last = value;
  }
  if (types.size === 1 && types.has("bigint")) return "int64";
  if (types.size === 1 && types.has("boolean")) return "bool";
  if ([...types].every((type) => type === "number" || type === "boolean")) return "float64";
  if (!types.has("bigint") && values.every((value) => elementOf(value, "complex128") !== undefined)) {
    return "complex128";
  }
  const isLeaf = (value: unknown) => ["number", "bigint", "boolean"].includes(typeof value) || isComplexScalar(value);
  const wrong = values.findIndex((value) => !isLeaf(value));
  const at = wrong >= 0 ? wrong : values.findIndex((value) => typeof value !== typeof values[0]);
  const got = `${show(values[at])} at ${pathOf(at, shape)}`;
  const expected = wrong >= 0 ? "numbers, booleans or bigints" : `${typeof values[0]}s only`;
  const cure = wrong >= 0 ? "" : " (bigints cannot be mixed with other values)";
  throw new DTypeError(`Expected a list of ${expected}, got ${got}${cure}`, { dtype: typeof values[at], expected });
}

/**
 * Writes the leaves of a list to new elements. For int64 and uint64, whole numbers are accepted as well as bigints.
 *
 * @throws {DTypeError} If the dtype cannot hold a leaf.
 */
export function fillFromList({ elements }: Strided, values: readonly unknown[], shape: readonly number[]): void {
  const { dtype } = elements;
  if (isComplex(dtype)) {
    for (const [i, given] of values.entries()) {
      setElementAt(elements, i, elementOf(given, dtype) ?? expectElement(given, dtype, pathOf(i, shape)));
    }
    return;
  }
  const { raw } = elements;
  const { store } = dtypes[dtype];
  const isFloat = dtype === "float64" || dtype === "float32";
  for (let i = 0; i < values.length; i++) {
    const given = values[i];
    if (isFloat && typeof given === "number") {
      raw[i] = given;
      continue;
    }
    const value = elementOf(given, dtype) ?? expectElement(given, dtype, pathOf(i, shape));
    raw[i] = store ? store(value) : (value as number);
  }
}
