/** `SharedArray` and `rawArray`: shared elements of one type, with a lock and without. */
import { dtypes, hasFloat16Array, noFloat16Array, type ScalarOf, type TypedArrayOf } from "../base/dtype.js";
import { expectNoOptions, ownOf } from "../base/expect.js";
import { allocate } from "../memory/blocks/heap.js";
import type { AttachOptions } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { expectLock, type Lock, lockOf } from "../sync/lock.js";
import type { Findable } from "../things/found-by-name.js";
import { registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import {
  type DTypeNamed,
  type ElementType,
  expectElementType,
  expectTypeOfNamed,
  expectValueType,
  type ValueOf,
  type ValueType,
} from "./element-type.js";
import { type Items, itemsIn, newItems } from "./items.js";
import { MIN_BYTES, planContents, readContents, typeIn } from "./layout.js";
import type { LockOptions } from "./lock-option.js";
import { positionOf, rangeOf } from "./position.js";
import type { Struct } from "./struct.js";
import { attachTyped, waitForTyped, waitForTypedSync } from "./typed.js";

/**
 * A fixed number of shared elements of one type, with a lock. No method takes the lock: the caller does.
 *
 * After Python's `multiprocessing.Array`.
 *
 * @example
 * const a = new SharedArray("i", [1, 2, 3], { name: "counts" });
 * {
 *   using _ = a.lock.acquireSync();
 *   for (let i = 0; i < a.length; i++) a.data[i]! *= 2;
 * }
 * const points = new SharedArray(struct({ x: "float64", y: "float64" }), 100);
 * points.at(3).x += 1;
 */
export class SharedArray<T extends ValueType> extends SharedThing implements Iterable<ValueOf<T>> {
  /** Number of elements. */
  readonly length: number;
  readonly #lock: Lock;
  readonly #items: Items;

  /**
   * Makes an array.
   *
   * @param type A dtype, one of Python's type codes, or a `struct`.
   * @param sizeOrItems The number of elements, which are then 0, in all fields; or the elements.
   * @throws {DTypeError} If `type` is none of these, or an element has the wrong type.
   * @throws {TypeError} If an argument has the wrong type, or an element has other fields than the struct.
   * @throws {RangeError} If the number of elements is negative, not an integer or too large.
   * @throws {NameTakenError} If there is something with that name.
   */
  constructor(type: T, sizeOrItems: number | Iterable<ValueOf<T>>, options?: LockOptions) {
    super(type, options, () => {
      const valueType = expectValueType(type);
      const { count, bytes } = newItems(valueType, sizeOrItems);
      const { contents, write, byteLength } = planContents(valueType, count);
      const fill = (words: Words) => {
        write(words);
        if (bytes) new Uint8Array(words.buffer, contents.byteOffset, bytes.length).set(bytes);
      };
      return { byteLength, options: ["lock"], fill, partner: expectLock(ownOf(options ?? {}).lock) };
    });
    const words = wordsOf(this);
    const contents = readContents(words, this.name);
    this.length = contents.count;
    this.#items = itemsIn(contents, words.buffer, () => void wordsOf(this));
    this.#lock = lockOf(this);
  }

  /**
   * Attaches to the array with that name.
   *
   * @throws {NameNotFoundError} If there is none.
   * @throws {FormatError} If the name has something else.
   * @throws {DTypeError} If its elements have another type.
   */
  static attach<T extends ValueType>(name: string, type: T, options?: AttachOptions): SharedArray<T> {
    return attachTyped(SharedArray as Findable<SharedArray<T>>, name, expectTypeOfNamed(type), options);
  }
  /**
   * Waits until there is an array with that name, and attaches to it.
   *
   * @throws {TimeoutError} If there is none after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {FormatError} If the name has something else.
   * @throws {DTypeError} If its elements have another type.
   */
  static async waitFor<T extends ValueType>(
    name: string,
    type: T,
    options?: AttachOptions & WaitOptions,
  ): Promise<SharedArray<T>> {
    return waitForTyped(SharedArray as Findable<SharedArray<T>>, name, expectTypeOfNamed(type), options);
  }
  /** The blocking form of `waitFor`. */
  static waitForSync<T extends ValueType>(
    name: string,
    type: T,
    options?: AttachOptions & SyncWaitOptions,
  ): SharedArray<T> {
    return waitForTypedSync(SharedArray as Findable<SharedArray<T>>, name, expectTypeOfNamed(type), options);
  }

  /** The lock for the elements: an RLock of the array's own, or the one that was given. */
  get lock(): Lock {
    return this.#lock;
  }
  /**
   * A typed array over the shared elements.
   *
   * @throws {DTypeError} If the elements are structs: use `at`, `set`, or iterate.
   * @throws {ClosedError} If this handle was closed.
   * @throws {UnsupportedError} If the elements are float16 and the runtime is older than Node 24.
   */
  get data(): T extends Struct ? never : TypedArrayOf<DTypeNamed<T>> {
    return this.#open().data as never;
  }
  /**
   * The element at `i`; a negative index counts from the end. A struct is a live record, whose fields are read and
   * written in the shared memory; as an argument of a task it is copied, so pass the array and the index instead.
   *
   * @throws {IndexError} If there is no such element.
   * @throws {ClosedError} If this handle was closed.
   */
  at(i: number): ValueOf<T> {
    const items = this.#open();
    return items.at(positionOf(i, this.length, "array")) as ValueOf<T>;
  }
  /**
   * Stores an element. If a field of a struct is wrong, nothing is stored.
   *
   * @throws {IndexError} If there is no such element.
   * @throws {DTypeError} If the value, or a field, has the wrong type.
   * @throws {TypeError} If a field is missing or unknown.
   * @throws {ClosedError} If this handle was closed.
   */
  set(i: number, value: ValueOf<T>): void {
    const items = this.#open();
    items.set(positionOf(i, this.length, "array"), value, "value");
  }
  /** A plain copy of the elements in [start, stop), with the rules of `Array.prototype.slice`. */
  slice(start?: number, stop?: number): ValueOf<T>[] {
    const items = this.#open();
    const [from, to] = rangeOf(this.length, start, stop);
    return Array.from({ length: to - from }, (_, i) => items.copy(from + i)) as ValueOf<T>[];
  }
  /** Iterates over the elements. Each is read when the iteration reaches it; structs are live records. */
  *[Symbol.iterator](): IterableIterator<ValueOf<T>> {
    for (let i = 0; i < this.length; i++) yield this.#open().at(i) as ValueOf<T>;
  }

  #open(): Items {
    wordsOf(this); // throws if this handle was closed
    return this.#items;
  }
}
registerThing("SharedArray", SharedArray, MIN_BYTES, false, {
  read: (array: SharedArray<ValueType>) => array.slice(),
  typeOf: typeIn,
  access: "its `data`, `at` and `set`",
});

/**
 * Makes a typed array over new shared memory. The result is a plain typed array, such as an Int32Array. It can be sent
 * to tasks, and its memory is freed when nothing refers to it.
 *
 * After Python's `multiprocessing.RawArray`.
 *
 * @param sizeOrItems The number of elements, which are then 0; or the elements.
 * @example const slots = rawArray("i", 3); // an Int32Array
 * @throws {DTypeError} If `type` is not a dtype or code, or an element has the wrong type.
 * @throws {TypeError} If `sizeOrItems` is neither a number nor iterable.
 * @throws {RangeError} If the number of elements is negative, not an integer or too large.
 * @throws {UnsupportedError} If the type is float16 and the runtime is older than Node 24.
 */
export function rawArray<T extends ElementType>(
  type: T,
  sizeOrItems: number | Iterable<ScalarOf<DTypeNamed<T>>>,
): TypedArrayOf<DTypeNamed<T>>;
export function rawArray<T extends ElementType>(
  type: T,
  sizeOrItems: number | Iterable<ScalarOf<DTypeNamed<T>>>,
  ...extra: unknown[]
): TypedArrayOf<DTypeNamed<T>> {
  expectNoOptions(extra, "rawArray");
  const dtype = expectElementType(type);
  if (dtype === "float16" && !hasFloat16Array) throw noFloat16Array();
  const { count, bytes } = newItems(dtype, sizeOrItems);
  const { array, bytes: itemsize } = dtypes[dtype];
  const { buffer } = allocate(Math.max(1, count * itemsize));
  if (bytes) new Uint8Array(buffer).set(bytes);
  const elements = new array(buffer, 0, count);
  return elements as unknown as TypedArrayOf<DTypeNamed<T>>;
}
