/** The elements of a `SharedArray`: numbers and booleans, or structs. Each is read and written by its position. */
import {
  type DType,
  dtypes,
  expectScalar,
  hasFloat16Array,
  noFloat16Array,
  type RawArray,
  type Scalar,
} from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectInteger, show } from "../base/expect.js";
import { newWords } from "../memory/words/atomics.js";
import { MAX_ELEMENTS } from "../platform/runtime.js";
import { type Contents, MAX_COUNT } from "./layout.js";
import { type Fields, isStruct, type Struct, StructCell } from "./struct.js";

/** The elements in a block. */
export interface Items {
  /** The element; a struct as a live record, whose fields are in the memory. */
  at(i: number): unknown;
  /** A plain copy of the element. */
  copy(i: number): unknown;
  /** Stores a value, if it can be stored. `what` names it in errors. */
  set(i: number, value: unknown, what: string): void;
  /**
   * A typed array over the elements.
   *
   * @throws {DTypeError} If they are structs.
   * @throws {UnsupportedError} If they are float16 and the runtime has no `Float16Array`.
   */
  readonly data: RawArray;
}

/**
 * The elements in a block.
 *
 * @param assertOpen Called by the records of structs before each access.
 */
export function itemsIn(
  { type, count, byteOffset }: Contents,
  buffer: SharedArrayBuffer,
  assertOpen: () => void,
): Items {
  return isStruct(type)
    ? new Structs(type, buffer, byteOffset, assertOpen)
    : new Scalars(type, new dtypes[type].array(buffer, byteOffset, count));
}

class Scalars implements Items {
  readonly #dtype: DType;
  readonly #raw: RawArray;
  readonly #load: ((raw: number) => Scalar) | undefined;

  constructor(dtype: DType, raw: RawArray) {
    this.#dtype = dtype;
    this.#raw = raw;
    this.#load = dtypes[dtype].load;
  }
  at(i: number): unknown {
    const raw = this.#raw[i]!;
    return this.#load ? this.#load(raw) : raw;
  }
  copy(i: number): unknown {
    return this.at(i);
  }
  set(i: number, value: unknown, what: string): void {
    this.#raw[i] = rawScalar(value, this.#dtype, what);
  }
  get data(): RawArray {
    if (this.#dtype === "float16" && !hasFloat16Array) throw noFloat16Array();
    return this.#raw;
  }
}

function rawScalar(value: unknown, dtype: DType, what: string): number {
  const scalar = expectScalar(value, dtype, what, "array");
  const { store } = dtypes[dtype];
  return (store ? store(scalar) : scalar) as number;
}

class Structs implements Items {
  readonly #cell: (i: number) => StructCell;

  constructor(type: Struct, buffer: SharedArrayBuffer, byteOffset: number, assertOpen: () => void) {
    this.#cell = (i) => new StructCell(type, buffer, byteOffset + i * type.size, assertOpen);
  }
  at(i: number): Fields {
    return this.#cell(i).record;
  }
  copy(i: number): Fields {
    return this.#cell(i).snapshot();
  }
  set(i: number, value: unknown, what: string): void {
    const cell = this.#cell(i);
    cell.set(cell.expect(value, what));
  }
  get data(): never {
    const expected = "one dtype";
    const message = `Expected elements of ${expected} for \`data\`, got structs (use at(i), set(i, value) or iterate)`;
    throw new DTypeError(message, { dtype: "struct", expected });
  }
}

/** Elements to be made: their number, and the bytes of those that are not zero. */
interface NewItems {
  readonly count: number;
  readonly bytes: Uint8Array | undefined;
}

/**
 * The elements of a new array, from a length or a list. The whole list is checked before anything is made.
 *
 * @throws {DTypeError} If an element, or a field of a struct, has the wrong type.
 * @throws {TypeError} If it is neither a length nor a list, or a struct has other fields.
 * @throws {RangeError} If the length is negative, not an integer or too large.
 */
export function newItems(type: DType | Struct, sizeOrItems: unknown): NewItems {
  if (typeof sizeOrItems === "number") {
    return { count: expectInteger("size", sizeOrItems, 0, Math.min(MAX_ELEMENTS, MAX_COUNT) + 1), bytes: undefined };
  }
  if (typeof sizeOrItems !== "object" || sizeOrItems === null || !(Symbol.iterator in sizeOrItems)) {
    throw new TypeError(`Expected a length or a list of items, got ${show(sizeOrItems)}`);
  }
  const items = [...(sizeOrItems as Iterable<unknown>)];
  return { count: items.length, bytes: isStruct(type) ? structBytes(type, items) : scalarBytes(type, items) };
}

function scalarBytes(dtype: DType, items: readonly unknown[]): Uint8Array {
  const raw = items.map((item, i) => rawScalar(item, dtype, `items[${i}]`));
  const array = new dtypes[dtype].array(new ArrayBuffer(raw.length * dtypes[dtype].bytes));
  array.set(raw);
  return new Uint8Array(array.buffer);
}

function structBytes(type: Struct, items: readonly unknown[]): Uint8Array {
  const { buffer } = newWords((items.length * type.size) / 4);
  const structs = new Structs(type, buffer, 0, () => {});
  for (const [i, item] of items.entries()) structs.set(i, item, `items[${i}]`);
  return new Uint8Array(buffer);
}
