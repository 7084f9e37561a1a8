/** `RecordArray`: an array whose elements are records of several fields, each of which is an array too. */
import { type DType, expectElement, type Scalar } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectNoOptions, expectOptions, show } from "../base/expect.js";
import { refuseAssignments, refuseIndices, textOnly } from "../base/misuse.js";
import { keepNames } from "../base/names.js";
import type { Scope } from "../memory/shared-memory.js";
import type { SliceArg } from "../ndarray/index-notation.js";
import { NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import type { Index, Positions } from "../ndarray/notation.js";
import { expectWritable } from "../ndarray/strided-array.js";
import { jsonOf } from "../wire/comparison.js";
import { fromHandle, type Handle, registerHandleKind } from "../wire/registry.js";
import { bytesOfField, type FieldTree, fieldTree, isTree, leavesIn, type RecordBytes } from "./field-views.js";
import { fieldsOf, layOutFields, type RecordFields, type RecordLayout, type RecordOf } from "./layout.js";
import { recordsText } from "./print.js";

/** The fields of a `RecordArray` as views of the same memory. */
export type FieldViews<F extends RecordFields, R extends number> = {
  readonly [K in keyof F]: F[K] extends DType
    ? NDArray<F[K], R>
    : F[K] extends RecordFields
      ? RecordArray<F[K], R>
      : never;
};

/** Records over bytes whose last axis is one record. */
export let recordsOver: (bytes: RecordBytes, layout: RecordLayout) => RecordArray<RecordFields>;
/** Where the fields of records are. */
export let layoutOf: (records: RecordArray<RecordFields>) => RecordLayout;
/** Whether a value is an array of records. */
export let isRecordArray: (value: unknown) => value is RecordArray<RecordFields>;

/**
 * An array of records in shared memory: each element has the same fields. A field is a view of all its values, on which
 * every function of arrays works; slices are views of the same records. Arrays of records are made by `records`.
 *
 * @example
 * const points = records(100, { x: "float64", y: "float64", id: "int32" });
 * points.fields.x.assign(linspace(0, 1, 100));
 * points.set(3, { x: 1, y: 2, id: 7 });
 * points.take(argsort(points.fields.x)).get(0).id;
 *
 * After NumPy's structured arrays. The layout is that of C, as with `align=True`.
 */
export class RecordArray<F extends RecordFields, R extends number = number> {
  /** The bytes: one record along the last axis, after the axes of this array. */
  readonly bytes: RecordBytes;
  readonly #layout: RecordLayout;
  #fields: FieldViews<F, R> | undefined;
  #tree: FieldTree | undefined;

  private constructor(bytes: RecordBytes, layout: RecordLayout) {
    this.bytes = bytes;
    this.#layout = layout;
  }

  static {
    recordsOver = (bytes, layout) => new RecordArray(bytes, layout);
    layoutOf = (records) => records.#layout;
    isRecordArray = (value): value is RecordArray<RecordFields> =>
      typeof value === "object" && value !== null && #layout in value;
    registerHandleKind<RecordArray<RecordFields>>(
      "RecordArray",
      (value) => isRecordArray(value),
      (records, handleOf) => ({ bytes: handleOf(records.bytes), fields: fieldsOf(records.#layout) }),
      (data) => recordsReceived(data),
      { canHaveScope: true },
    );
  }

  /** The dtype of each field, in the order in which they are stored. */
  get types(): F {
    return fieldsOf(this.#layout) as F;
  }
  /** Each field as a view of the same memory. */
  get fields(): FieldViews<F, R> {
    stridedOf(this.bytes); // throws if the memory is closed
    const { fields } = this.#layout;
    this.#fields ??= Object.freeze(
      Object.fromEntries(
        fields.map((field) => {
          const { name, inner } = field;
          return [name, inner ? recordsOver(bytesOfField(this.bytes, field), inner) : this.#arrays[name]];
        }),
      ),
    ) as never;
    return this.#fields as FieldViews<F, R>;
  }
  get #arrays(): FieldTree {
    stridedOf(this.bytes); // throws if the memory is closed
    this.#tree ??= fieldTree(this.bytes, this.#layout);
    return this.#tree;
  }

  /** The length of each axis. */
  get shape(): Readonly<Index<R>> {
    return this.bytes.shape.slice(0, -1) as never;
  }
  /** The number of axes. */
  get ndim(): number {
    return this.bytes.ndim - 1;
  }
  /** The number of records. */
  get size(): number {
    return this.bytes.size / this.itemsize;
  }
  /** The length of the first axis; undefined for rank 0. */
  get length(): number | undefined {
    return (this.shape as readonly number[])[0];
  }
  /** Bytes of one record. */
  get itemsize(): number {
    return this.#layout.itemsize;
  }
  /** Bytes of all records. */
  get nbytes(): number {
    return this.bytes.size;
  }

  /**
   * A copy of the record at an index; negative numbers count from the end.
   *
   * @throws {IndexError} If the index is outside of the array.
   */
  get(...index: Index<R>): RecordOf<F> {
    const one = (tree: FieldTree): unknown =>
      Object.fromEntries(
        Object.entries(tree).map(([name, field]) => [
          name,
          isTree(field) ? one(field) : field.get(...(index as number[])),
        ]),
      );
    return one(this.#arrays) as RecordOf<F>;
  }
  /**
   * Writes one record, as `r.set(i, j, { x: 1, y: 2 })`. All fields are checked before the first is written.
   *
   * @throws {IndexError} If the index is outside of the array.
   * @throws {TypeError} If a field is missing or unknown.
   * @throws {DTypeError} If a field cannot hold its value.
   * @throws {LayoutError} If the array is read-only.
   */
  set(...indexAndRecord: readonly [...Index<R>, RecordOf<F>]): this {
    const index = indexAndRecord.slice(0, -1) as number[];
    const values = expectRecord(this.#layout, indexAndRecord.at(-1), "record");
    expectWritable(this.bytes);
    writeRecord(this.#arrays, index, values);
    return this;
  }

  /** A view of some of the records: NumPy's indexing by integers, null, ranges and text. */
  slice(...spec: readonly SliceArg[]): RecordArray<F> {
    const isOpen = spec.some((one) => typeof one === "string" && one.includes("..."));
    const whole = isOpen ? ([":"] as const) : (["...", ":"] as const);
    return recordsOver(this.bytes.slice(...spec, ...whole) as RecordBytes, this.#layout) as never;
  }
  /**
   * A copy of the records at positions along the first axis.
   *
   * @example r.take(argsort(r.fields.x))
   * @throws {IndexError} If an index is outside of the axis.
   */
  take(indices: ReadonlyNDArray | Positions): RecordArray<F, R>;
  take(indices: ReadonlyNDArray | Positions, ...extra: unknown[]): unknown {
    expectNoOptions(extra, "take");
    this.#expectAxis("take");
    return recordsOver(this.bytes.take(indices as Positions, { axis: 0 }) as never, this.#layout);
  }
  /**
   * A copy of the records along the first axis for which a mask is true.
   *
   * @example r.compress(greater(r.fields.x, 0.5))
   * @throws {ShapeError} If the mask does not have the length of the axis.
   */
  compress(mask: ReadonlyNDArray<"bool", 1>): RecordArray<F, R>;
  compress(mask: ReadonlyNDArray<"bool", 1>, ...extra: unknown[]): unknown {
    expectNoOptions(extra, "compress");
    this.#expectAxis("compress");
    return recordsOver(this.bytes.compress(mask, { axis: 0 }) as never, this.#layout);
  }
  #expectAxis(of: string): void {
    if (this.ndim > 0) return;
    throw new ShapeError(`Expected records with an axis for ${of}, got one record`, { shape: [], expected: [1] });
  }
  /** A copy of all records, in C order. */
  copy(): RecordArray<F, R>;
  copy(...extra: unknown[]): unknown {
    expectNoOptions(extra, "copy");
    return recordsOver(this.bytes.copy() as never, this.#layout);
  }

  /** The records as plain objects in nested lists, one level for each axis. */
  toArray(): unknown;
  toArray(...extra: unknown[]): unknown {
    expectNoOptions(extra, "toArray");
    stridedOf(this.bytes); // throws if the memory is closed
    const nested = (index: readonly number[]): unknown => {
      const length = (this.shape as readonly number[])[index.length];
      if (length === undefined) return this.get(...(index as never));
      return Array.from({ length }, (_, i) => nested([...index, i]));
    };
    return nested([]);
  }
  /**
   * As `toArray`, for `JSON.stringify`. 64-bit integers become numbers.
   *
   * @throws {RangeError} If an integer is beyond ±(2^53 - 1).
   */
  toJSON(): unknown {
    return jsonOf(this.toArray());
  }
  /** The records along the first axis: copies if there is one axis, otherwise views. */
  *[Symbol.iterator](): IterableIterator<RecordOf<F> | RecordArray<F>> {
    for (let i = 0; i < (this.length ?? 0); i++) yield this.ndim === 1 ? this.get(...([i] as never)) : this.slice(i);
  }
  /** The records as text, as NumPy prints them. */
  toString(): string {
    if (this.closed) return `RecordArray (closed, shape ${show(this.shape)})`;
    return recordsText(this.shape as readonly number[], this.#arrays);
  }
  /** What `console.log` prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  /** @throws {TypeError} If the array is an operand of an operator. */
  [Symbol.toPrimitive](hint: string): string {
    return textOnly(hint, this, "a RecordArray", "use a field, as in add(r.fields.x, 1)");
  }

  /** The name of the block, if it has one. */
  get name(): string | undefined {
    return this.bytes.name;
  }
  /** Who can find the block by its name. */
  get scope(): Scope {
    return this.bytes.scope;
  }
  /** Whether the handle of the block is closed; then every access throws `ClosedError`. */
  get closed(): boolean {
    return this.bytes.closed;
  }
  /** Closes the handle of the block, for all views too. On a view it does nothing. */
  close(): void {
    this.bytes.close();
  }
  /** Removes the name of the block; the memory lives on until nobody uses it. */
  unlink(): void {
    this.bytes.unlink();
  }
  /** Ends a `using` declaration: closes the handle, and unlinks the block if this array created it. */
  [Symbol.dispose](): void {
    this.bytes[Symbol.dispose]();
  }
}
refuseAssignments(RecordArray, "a RecordArray", {
  fields: "use r.fields.x.assign(values)",
  shape: "make a new one",
});
refuseIndices(RecordArray, "a RecordArray", "get(i) and set(i, record)", () => false);
keepNames({ RecordArray });

/** Writes the values of a record, which `expectRecord` has given. */
export function writeRecord(fields: FieldTree, index: readonly number[], values: readonly Scalar[]): void {
  const arrays = leavesIn(fields) as NDArray<"float64">[];
  arrays[0]!.get(...index); // throws if the index is outside
  for (const [i, field] of arrays.entries()) field.set(...[...index, values[i] as number]);
}

/** The values of a record for its fields with dtypes, in their order, checked. */
export function expectRecord(layout: RecordLayout, given: unknown, what: string): Scalar[] {
  const own = expectOptions(given as object | undefined, what) as Record<string, unknown>;
  const names = layout.fields.map(({ name }) => name);
  const wrong = [...names, ...Object.keys(own)].find((name) => !names.includes(name) || !Object.hasOwn(own, name));
  if (wrong !== undefined) {
    const which = names.includes(wrong) ? `without ${show(wrong)}` : `with ${show(wrong)}`;
    throw new TypeError(`Expected \`${what}\` to have the fields ${names.join(", ")}, got one ${which}`);
  }
  return layout.fields.flatMap(({ name, dtype, inner }) =>
    inner ? expectRecord(inner, own[name], `${what}.${name}`) : [expectElement(own[name], dtype!, `${what}.${name}`)],
  );
}

/** The records that plain data describe: their bytes must be whole records, where the elements of all fields fit. */
function recordsReceived({ bytes: handle, fields }: Readonly<Record<string, unknown>>): RecordArray<RecordFields> {
  const layout = layOutFields(fields);
  const bytes = fromHandle(handle as Handle<unknown>);
  try {
    if (!(bytes instanceof NDArray) || bytes.dtype !== "uint8" || bytes.shape.at(-1) !== layout.itemsize) {
      throw new TypeError(`Expected the bytes of records of ${layout.itemsize} bytes, got ${show(bytes)}`);
    }
    const records = recordsOver(bytes as RecordBytes, layout);
    fieldTree(bytes as RecordBytes, layout); // throws if an element is not at a multiple of its size
    return records;
  } catch (e) {
    (bytes as { close?: () => void }).close?.();
    throw e;
  }
}
