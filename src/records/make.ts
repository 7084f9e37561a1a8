/** Making arrays of records: empty ones, of a list of records, of an array for each field. */
import type { DType } from "../base/dtype.js";
import { expectKnown, expectOptions, show } from "../base/expect.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { asStrided } from "../ndarray/asarray.js";
import { create } from "../ndarray/create.js";
import { arrayOf, type NDArray, type ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { NestedList, RankOf, Shape, TypedArrayLike } from "../ndarray/notation.js";
import { broadcastShapes, expectShape } from "../ndarray/shape.js";
import type { DTypeOf } from "../ndarray/type-of.js";
import { fieldTree } from "./field-views.js";
import { layOutFields, type RecordFields, type RecordOf } from "./layout.js";
import { expectRecord, type RecordArray, recordsOver, writeRecord } from "./record-array.js";

const NAMED = ["name", "scope"];

/**
 * A new array of records, all zero. A number as shape is the length of the only axis.
 *
 * @param fields the dtype of each field, or the fields of a record inside of the record; or a `struct`
 * @example records([5, 5], { x: "float64", y: "float64" })
 * @example records(10, { position: { x: "float64", y: "float64" }, color: { r: "uint8", g: "uint8", b: "uint8" } })
 *
 * After `np.zeros(shape, dtype=[("x", "f8"), …])`.
 * @throws {TypeError} If there is no field.
 * @throws {DTypeError} If a field is neither a dtype nor an object with fields.
 * @throws {NameTakenError} If the name is taken.
 */
export function records<const S extends Shape, const F extends RecordFields>(
  shape: S,
  fields: F,
  options?: NameOptions,
): RecordArray<F, RankOf<S>> {
  const named = expectKnown(options, NAMED, "records");
  const layout = layOutFields(fields);
  const bytes = create([...expectShape(shape), layout.itemsize], ["uint8", named]);
  return recordsOver(bytes as NDArray<"uint8">, layout) as never;
}

/**
 * A new array of the records in a list.
 *
 * @example recordsFrom([{ x: 1, y: 2 }, { x: 3, y: 4 }], { x: "float64", y: "int32" })
 *
 * After `np.array([(1, 2), (3, 4)], dtype=…)`.
 * @throws {TypeError} If an item has other fields.
 * @throws {DTypeError} If a field cannot hold its value.
 */
export function recordsFrom<const F extends RecordFields>(
  items: readonly RecordOf<F>[],
  fields: F,
  options?: NameOptions,
): RecordArray<F, 1> {
  const layout = layOutFields(fields);
  if (!Array.isArray(items)) throw new TypeError(`Expected \`items\` to be a list of records, got ${show(items)}`);
  const rows = Array.from(items as readonly unknown[], (item, i) => expectRecord(layout, item, `items[${i}]`));
  const made = records(rows.length, fields, options);
  const arrays = fieldTree(made.bytes, layout);
  for (const [i, values] of rows.entries()) writeRecord(arrays, [i], values);
  return made;
}

/** An array, a list or a typed array with the values of a field. */
type Column = ReadonlyNDArray | NestedList | TypedArrayLike;

/**
 * A new array of records whose fields are copies of arrays; their shapes broadcast together.
 *
 * @example recordsFromArrays({ x: [1, 2, 3], id: array([7n, 8n, 9n]) })
 *
 * After `np.rec.fromarrays`.
 * @throws {ShapeError} If the arrays do not broadcast together.
 * @throws {TypeError} If there is no array.
 */
export function recordsFromArrays<const T extends { readonly [field: string]: Column }>(
  arrays: T,
  options?: NameOptions,
): RecordArray<{ readonly [K in keyof T]: T[K] extends ReadonlyNDArray ? DTypeOf<T[K]> : DType }> {
  const given = Object.entries(expectOptions(arrays, "arrays"));
  const columns = given.map(([name, value]) => [name, arrayOf(asStrided(value, `arrays.${name}`))] as const);
  try {
    const shape = broadcastShapes(columns.map(([, column]) => column.shape));
    const made = records(shape, Object.fromEntries(columns.map(([name, { dtype }]) => [name, dtype])), options);
    for (const [name, column] of columns) (made.fields[name] as unknown as NDArray<DType>).assign(column as never);
    return made as never;
  } finally {
    for (const [i, [, column]] of columns.entries()) {
      const isGiven = (given[i]![1] as { readonly memory?: unknown }).memory === column.memory;
      if (!isGiven) column.close(); // it was made of a list
    }
  }
}
