/** `SharedArray` and `rawArray`: shared elements of one type, with a lock and without. */
import {
  type DType,
  dtypes,
  expectScalar,
  hasFloat16Array,
  noFloat16Array,
  type RawArray,
  type ScalarOf,
  type TypedArrayOf,
} from "../base/dtype.js";
import { expectInteger, show } from "../base/expect.js";
import { allocate } from "../memory/blocks/heap.js";
import type { AttachOptions } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { MAX_ELEMENTS } from "../platform/runtime.js";
import { expectLock, type Lock, lockOf } from "../sync/lock.js";
import type { Findable } from "../things/found-by-name.js";
import { registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import { type DTypeNamed, type ElementType, expectElementType } from "./element-type.js";
import { MAX_COUNT, MIN_BYTES, planContents, readContents } from "./layout.js";
import type { LockOptions } from "./lock-option.js";
import { attachTyped, waitForTyped, waitForTypedSync } from "./typed.js";

/** The elements as they are stored, from a length or a list. The whole list is checked before anything is made. */
function elementsOf(dtype: DType, sizeOrItems: unknown): { size: number; raw: number[] | undefined } {
  if (typeof sizeOrItems === "number") {
    return { size: expectInteger("size", sizeOrItems, 0, Math.min(MAX_ELEMENTS, MAX_COUNT) + 1), raw: undefined };
  }
  if (typeof sizeOrItems !== "object" || sizeOrItems === null || !(Symbol.iterator in sizeOrItems)) {
    throw new TypeError(`Expected a length or a list of items, got ${show(sizeOrItems)}`);
  }
  const { store } = dtypes[dtype];
  const raw = Array.from(sizeOrItems as Iterable<unknown>, (item, i) => {
    const value = expectScalar(item, dtype, `items[${i}]`, "array");
    return (store ? store(value) : value) as number;
  });
  return { size: raw.length, raw };
}

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
 */
export class SharedArray<T extends ElementType> extends SharedThing implements Iterable<ScalarOf<DTypeNamed<T>>> {
  /** Number of elements. */
  readonly length: number;
  readonly #lock: Lock;
  readonly #dtype: DType;
  readonly #elements: RawArray;

  /**
   * Makes an array.
   *
   * @param sizeOrItems The number of elements, which are then 0; or the elements.
   * @throws {DTypeError} If `type` is not a dtype or code, or an element has the wrong type.
   * @throws {TypeError} If an argument has the wrong type.
   * @throws {RangeError} If the number of elements is negative, not an integer or too large.
   * @throws {NameTakenError} If there is something with that name.
   */
  constructor(type: T, sizeOrItems: number | Iterable<ScalarOf<DTypeNamed<T>>>, options?: LockOptions) {
    super(type, options, () => {
      const dtype = expectElementType(type);
      const { size, raw } = elementsOf(dtype, sizeOrItems);
      const { contents, write, byteLength } = planContents(dtype, size);
      const fill = (words: Words) => {
        write(words);
        if (raw) new dtypes[dtype].array(words.buffer, contents.byteOffset, size).set(raw);
      };
      return { byteLength, options: ["lock"], fill, partner: expectLock(options?.lock) };
    });
    const words = wordsOf(this);
    const { type: held, count, byteOffset } = readContents(words, this.name);
    this.#dtype = expectElementType(held);
    this.length = count;
    this.#elements = new dtypes[this.#dtype].array(words.buffer, byteOffset, count);
    this.#lock = lockOf(this);
  }

  /**
   * Attaches to the array with that name.
   *
   * @throws {NameNotFoundError} If there is none.
   * @throws {FormatError} If the name has something else.
   * @throws {DTypeError} If its elements have another type.
   */
  static attach<T extends ElementType>(name: string, type: T, options?: AttachOptions): SharedArray<T> {
    return attachTyped(SharedArray as Findable<SharedArray<T>>, name, expectElementType(type), options);
  }
  /**
   * Waits until there is an array with that name, and attaches to it.
   *
   * @throws {TimeoutError} If there is none after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {FormatError} If the name has something else.
   * @throws {DTypeError} If its elements have another type.
   */
  static async waitFor<T extends ElementType>(
    name: string,
    type: T,
    options?: AttachOptions & WaitOptions,
  ): Promise<SharedArray<T>> {
    return waitForTyped(SharedArray as Findable<SharedArray<T>>, name, expectElementType(type), options);
  }
  /** The blocking form of `waitFor`. */
  static waitForSync<T extends ElementType>(
    name: string,
    type: T,
    options?: AttachOptions & SyncWaitOptions,
  ): SharedArray<T> {
    return waitForTypedSync(SharedArray as Findable<SharedArray<T>>, name, expectElementType(type), options);
  }

  /** The lock for the elements: an RLock of the array's own, or the one that was given. */
  get lock(): Lock {
    return this.#lock;
  }
  /**
   * A typed array over the shared elements.
   *
   * @throws {ClosedError} If this handle was closed.
   * @throws {UnsupportedError} If the elements are float16 and the runtime is older than Node 24.
   */
  get data(): TypedArrayOf<DTypeNamed<T>> {
    wordsOf(this);
    if (this.#dtype === "float16" && !hasFloat16Array) throw noFloat16Array();
    return this.#elements as unknown as TypedArrayOf<DTypeNamed<T>>;
  }
  /** A plain copy of the elements in [start, stop), with the rules of `Array.prototype.slice`. */
  slice(start?: number, stop?: number): ScalarOf<DTypeNamed<T>>[] {
    wordsOf(this);
    const raw = Array.prototype.slice.call(this.#elements, start, stop) as number[];
    const { load } = dtypes[this.#dtype];
    return (load ? raw.map(load) : raw) as ScalarOf<DTypeNamed<T>>[];
  }
  /** Iterates over the elements. Each is read when the iteration reaches it. */
  *[Symbol.iterator](): IterableIterator<ScalarOf<DTypeNamed<T>>> {
    const { load } = dtypes[this.#dtype];
    for (let i = 0; i < this.length; i++) {
      wordsOf(this);
      const raw = this.#elements[i]!;
      yield (load ? load(raw) : raw) as ScalarOf<DTypeNamed<T>>;
    }
  }
}
registerThing("SharedArray", SharedArray, MIN_BYTES, false, {
  read: (array: SharedArray<DType>) => array.slice(),
  access: "its `data`",
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
): TypedArrayOf<DTypeNamed<T>> {
  const dtype = expectElementType(type);
  if (dtype === "float16" && !hasFloat16Array) throw noFloat16Array();
  const { size, raw } = elementsOf(dtype, sizeOrItems);
  const { array, bytes } = dtypes[dtype];
  const elements = new array(allocate(Math.max(1, size * bytes)).buffer, 0, size);
  if (raw) elements.set(raw);
  return elements as unknown as TypedArrayOf<DTypeNamed<T>>;
}
