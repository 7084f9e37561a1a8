/** `struct`: the type of values with several named fields, laid out as in C. */
import { type DType, dtypes, expectDType, type Scalar } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectNoOptions, expectOptions, show } from "../base/expect.js";
import { type Cell, newCell } from "./cell.js";

/** A struct type: its fields, and its size in bytes. */
export interface Struct<F extends { readonly [field: string]: DType } = { readonly [field: string]: DType }> {
  /** The dtype of each field, in the order in which they are stored. */
  readonly fields: F;
  /** Size in bytes. Each field is aligned to its own size, the whole to 8. */
  readonly size: number;
}
/** A value of a struct: plain data, or a live record. */
export type Fields = { [field: string]: Scalar };

const structs = new WeakSet<object>();
export const isStruct = (type: unknown): type is Struct =>
  typeof type === "object" && type !== null && structs.has(type);

/**
 * Makes the type of a value with named fields.
 *
 * @example
 * const Point = struct({ x: "float64", y: "float64", id: "int64" });
 * const p = new Value(Point, { x: 1, y: 2, id: 7n });
 * p.value.x += 1; // reads and writes the field in the shared memory
 * const points = new SharedArray(Point, 100); // points.at(3).x
 *
 * @throws {TypeError} If there is no field.
 * @throws {DTypeError} If a field's type is not a dtype. Fields cannot be arrays or structs.
 */
export function struct<const F extends { readonly [field: string]: DType }>(fields: F): Struct<F>;
export function struct<const F extends { readonly [field: string]: DType }>(fields: F, ...extra: unknown[]): Struct<F> {
  expectNoOptions(extra, "struct");
  const given = Object.entries(expectOptions(fields, "fields"));
  if (given.length === 0) throw new TypeError("Expected `fields` to have at least one field, got none");
  const checked = given.map(([field, dtype]): [string, DType] => {
    if (field === "__proto__") throw new TypeError(`Expected a field to have another name than ${show(field)}`);
    return [field, expectFieldType(field, dtype)];
  });
  const { size } = layOut(checked);
  const type = Object.freeze({ fields: Object.freeze(Object.fromEntries(checked)) as F, size });
  structs.add(type);
  return type;
}

function expectFieldType(field: string, type: unknown): DType {
  if (typeof type !== "object" || type === null) return expectDType(type, `fields.${field}`);
  const got = isStruct(type) ? "a struct" : show(type);
  const cure = `use a field for each part, such as ${field}0 and ${field}1, or an array of its own`;
  const expected = "a dtype, because a field holds one number or boolean";
  const message = `Expected \`fields.${field}\` to be ${expected}, got ${got} (${cure})`;
  throw new DTypeError(message, { dtype: got, expected });
}

function layOut(fields: readonly (readonly [string, DType])[]): { offsets: number[]; size: number } {
  let end = 0;
  const offsets = fields.map(([, dtype]) => {
    const { bytes } = dtypes[dtype];
    const offset = Math.ceil(end / bytes) * bytes;
    end = offset + bytes;
    return offset;
  });
  return { offsets, size: Math.ceil(end / 8) * 8 };
}

/** A struct in shared memory: one cell per field. */
export class StructCell {
  readonly #cells = new Map<string, Cell>();
  readonly #assertOpen: () => void;
  #record: Fields | undefined;

  constructor({ fields }: Struct, buffer: SharedArrayBuffer, byteOffset: number, assertOpen: () => void) {
    const entries = Object.entries(fields);
    const { offsets } = layOut(entries);
    for (const [i, [field, dtype]] of entries.entries()) {
      this.#cells.set(field, newCell(dtype, buffer, byteOffset + offsets[i]!));
    }
    this.#assertOpen = assertOpen;
  }

  /** The live record: its fields read and write the memory. Fields cannot be added. */
  get record(): Fields {
    this.#record ??= this.#newRecord();
    return this.#record;
  }

  #newRecord(): Fields {
    const assertOpen = this.#assertOpen;
    const record = {};
    for (const [field, cell] of this.#cells) {
      const get = () => {
        assertOpen();
        return cell.get();
      };
      const set = (value: unknown) => {
        assertOpen();
        cell.set(cell.expect(value, `value.${field}`));
      };
      Object.defineProperty(record, field, { get, set, enumerable: true });
    }
    Object.defineProperty(record, Symbol.for("nodejs.util.inspect.custom"), { value: () => this.snapshot() });
    return Object.freeze(record);
  }

  /** A plain copy, field by field. */
  snapshot(): Fields {
    return Object.fromEntries([...this.#cells].map(([field, cell]) => [field, cell.get()]));
  }

  /**
   * Checks all fields of a value, so that none is stored if one is wrong, and returns them.
   *
   * @throws {TypeError} If a field is missing or unknown.
   * @throws {DTypeError} If a field has the wrong type.
   */
  expect(value: unknown, what = "value"): Fields {
    const given = expectOptions(value as Fields | undefined, what);
    const names = [...this.#cells.keys()];
    const wrong = [...names, ...Object.keys(given)].find(
      (name) => !this.#cells.has(name) || !Object.hasOwn(given, name),
    );
    if (wrong !== undefined) {
      const which = this.#cells.has(wrong) ? `without ${show(wrong)}` : `with ${show(wrong)}`;
      throw new TypeError(`Expected \`${what}\` to have the fields ${names.join(", ")}, got one ${which}`);
    }
    return Object.fromEntries(
      [...this.#cells].map(([field, cell]) => [field, cell.expect(given[field], `${what}.${field}`)]),
    );
  }

  /** Stores what `expect` returned. */
  set(value: Fields): void {
    for (const [field, cell] of this.#cells) cell.set(value[field]!);
  }

  /** Like `Cell.replace`. `fn` gets a plain copy, so that nothing is half changed if it throws. */
  replace(fn: (old: Fields) => unknown): Fields {
    this.set(this.expect(fn(this.snapshot())));
    return this.snapshot();
  }
}
