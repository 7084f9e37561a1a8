/** `SharedArray` and `rawArray`: shared elements of one type, with a lock beside them and without. */
import {
  type DType,
  dtypes,
  expectScalar,
  hasFloat16Array,
  type RawArray,
  type ScalarOf,
  type TypedArrayOf,
} from "../base/dtype.js";
import { expectInteger, show } from "../base/expect.js";
import { allocate } from "../memory/blocks/heap.js";
import { type AttachOptions, type NameOptions, noFloat16Array } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { MAX_ELEMENTS } from "../platform/runtime.js";
import { expectLock, Lock, ownLock } from "../sync/lock.js";
import { attachThing, type Findable, waitForThing, waitForThingSync } from "../things/found-by-name.js";
import { Existing, registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import { type DTypeNamed, type ElementType, expectElementType } from "./element-type.js";
import { holding, MAX_COUNT, MIN_BYTES, planContents, readContents } from "./layout.js";

interface ArrayOptions extends NameOptions {
  readonly lock?: true | Lock | undefined;
}

/** Elements as they lie in memory, from a length or from a list. All of the list is checked before anything is made. */
function elementsOf(dtype: DType, sizeOrItems: unknown): { size: number; raw: number[] | undefined } {
  if (typeof sizeOrItems === "number") {
    return { size: expectInteger("size", sizeOrItems, 0, Math.min(MAX_ELEMENTS, MAX_COUNT) + 1), raw: undefined };
  }
  if (typeof sizeOrItems !== "object" || sizeOrItems === null || !(Symbol.iterator in sizeOrItems)) {
    throw new TypeError(`Expected a length or a list of items, got ${show(sizeOrItems)}`);
  }
  const { store } = dtypes[dtype];
  const raw = Array.from(sizeOrItems as Iterable<unknown>, (item, i) => {
    const value = expectScalar(item, dtype, `items[${i}]`);
    return (store ? store(value) : value) as number;
  });
  return { size: raw.length, raw };
}

/**
 * Shared elements of one type and a fixed length, with a lock that nothing here takes by itself.
 *
 * @example
 * const a = new SharedArray("i", [1, 2, 3], { name: "counts" });
 * {
 *   using _ = a.lock.acquireSync();
 *   for (let i = 0; i < a.length; i++) a.data[i]! *= 2;
 * }
 *
 * After Python's `multiprocessing.Array`.
 */
export class SharedArray<T extends ElementType> extends SharedThing implements Iterable<ScalarOf<DTypeNamed<T>>> {
  /** How many elements. */
  readonly length: number;
  /** The lock beside the elements: an RLock of its own, or the one that was given. */
  readonly lock: Lock;
  readonly #dtype: DType;
  readonly #elements: RawArray;

  /**
   * @param sizeOrItems a length (then all are 0), or the elements
   * @throws {DTypeError} {TypeError} {RangeError} {NameTakenError}
   */
  constructor(
    type: T,
    sizeOrItems: number | Iterable<ScalarOf<DTypeNamed<T>>>,
    options?: NameOptions & { readonly lock?: true | Lock | undefined },
  ) {
    super(type, options, () => {
      const dtype = expectElementType(type);
      const { size, raw } = elementsOf(dtype, sizeOrItems);
      const { contents, write, byteLength } = planContents(dtype, size);
      const fill = (words: Words) => {
        write(words);
        if (raw) new dtypes[dtype].array(words.buffer, contents.byteOffset, size).set(raw);
      };
      return { byteLength, options: ["lock"], fill, partner: expectLock((options as ArrayOptions | undefined)?.lock) };
    });
    const words = wordsOf(this);
    const { type: held, count, byteOffset } = readContents(words, this.name);
    this.#dtype = expectElementType(held);
    this.length = count;
    this.#elements = new dtypes[this.#dtype].array(words.buffer, byteOffset, count);
    const first: unknown = type;
    const given = first instanceof Existing ? first.partner : options?.lock;
    this.lock = given instanceof Lock ? given : ownLock(this);
  }

  /** The one of that name. @throws {NameNotFoundError} {FormatError} {DTypeError} if its elements are others */
  static attach<T extends ElementType>(name: string, type: T, options?: AttachOptions): SharedArray<T> {
    const wanted = expectElementType(type);
    return holding(attachThing(SharedArray as Findable<SharedArray<T>>, name, options), wanted);
  }
  /** The one of that name, as soon as there is one. @throws {TimeoutError} {AbortedError} {FormatError} {DTypeError} */
  static async waitFor<T extends ElementType>(
    name: string,
    type: T,
    options?: AttachOptions & WaitOptions,
  ): Promise<SharedArray<T>> {
    const wanted = expectElementType(type);
    return holding(await waitForThing(SharedArray as Findable<SharedArray<T>>, name, options), wanted);
  }
  /** As `waitFor`, blocking. */
  static waitForSync<T extends ElementType>(
    name: string,
    type: T,
    options?: AttachOptions & SyncWaitOptions,
  ): SharedArray<T> {
    const wanted = expectElementType(type);
    return holding(waitForThingSync(SharedArray as Findable<SharedArray<T>>, name, options), wanted);
  }

  /** The elements themselves, as a typed array. @throws {ClosedError} @throws {UnsupportedError} float16 before Node 24 */
  get data(): TypedArrayOf<DTypeNamed<T>> {
    wordsOf(this);
    if (this.#dtype === "float16" && !hasFloat16Array) throw noFloat16Array();
    return this.#elements as unknown as TypedArrayOf<DTypeNamed<T>>;
  }
  /** A plain copy of the elements in [start, stop), as `Array.prototype.slice` counts. */
  slice(start?: number, stop?: number): ScalarOf<DTypeNamed<T>>[] {
    wordsOf(this);
    const raw = Array.prototype.slice.call(this.#elements, start, stop) as number[];
    const { load } = dtypes[this.#dtype];
    return (load ? raw.map(load) : raw) as ScalarOf<DTypeNamed<T>>[];
  }
  /** The elements as they are when they are reached. */
  *[Symbol.iterator](): IterableIterator<ScalarOf<DTypeNamed<T>>> {
    const { load } = dtypes[this.#dtype];
    for (let i = 0; i < this.length; i++) {
      wordsOf(this);
      const raw = this.#elements[i]!;
      yield (load ? load(raw) : raw) as ScalarOf<DTypeNamed<T>>;
    }
  }
}
registerThing("SharedArray", SharedArray, MIN_BYTES);

/**
 * A typed array over shared memory of its own: what it returns *is* an Int32Array, or whichever the type names. It can be
 * sent to tasks as it is, and lives until nothing refers to it.
 *
 * @param sizeOrItems a length (then all are 0), or the elements
 * @example const slots = rawArray("i", 3); // an Int32Array
 * @throws {DTypeError} {TypeError} {RangeError} @throws {UnsupportedError} float16 before Node 24
 *
 * After Python's `multiprocessing.RawArray`.
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
