/**
 * `ShareableList`: a fixed number of items of several types. Each item has room for two values: a writer stores the new
 * value next to the old one and then shows it by one store. So no reader sees half of either, and a writer that dies or
 * fails changes nothing.
 */
import { isUint8Array } from "../base/builtins.js";
import { FormatError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { AttachOptions, NameOptions } from "../memory/shared-memory.js";
import { add, load, store, type Words } from "../memory/words/atomics.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { alone } from "../sync/ledger.js";
import { attachThing, type Findable, waitForThing, waitForThingSync } from "../things/found-by-name.js";
import { HEADER_BYTES, HEADER_WORDS } from "../things/layout.js";
import { label, registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import {
  decodeItem,
  type Encoded,
  encodeItem,
  type ListItem,
  loadNumber,
  NUMBER_BYTES,
  storeNumber,
} from "./list-item.js";
import { positionOf } from "./position.js";

// The block, after the header: the number of items; then three words for each item; then the items' room.
const LENGTH = HEADER_WORDS;
const ITEMS = HEADER_WORDS + 2;
const ITEM_WORDS = 3;
const VERSION = 0; // the number of assignments; its parity selects the half that readers see
const OFFSET = 1; // where the item's room begins, in bytes
const CAPACITY = 2; // of each half, in bytes, a multiple of 8
/** Each half of an item's room begins with the tag and the length in bytes. */
const HALF_HEADER = 8;

const MAX_BYTES = 2 ** 31 - 1;

const itemAt = (i: number) => ITEMS + ITEM_WORDS * i;
/** The capacity for an item: the next multiple of 8 above its length, as in Python. */
const roomFor = (byteLength: number) => 8 * (Math.floor(byteLength / 8) + 1);

/** Room for one value of an item. */
interface Half {
  /** Where its tag is, in bytes. */
  readonly offset: number;
  readonly capacity: number;
}

/**
 * The half of item `i` that readers see at a version.
 *
 * @throws {FormatError} If it is not inside the block.
 */
function halfOf(words: Words, i: number, version: number): Half {
  const at = itemAt(i);
  const capacity = words[at + CAPACITY]!;
  const offset = words[at + OFFSET]! + (version & 1) * (HALF_HEADER + capacity);
  const fits = capacity >= 0 && offset >= HEADER_BYTES && offset % 4 === 0;
  if (!fits || offset + HALF_HEADER + capacity > words.byteLength) throw damaged(i);
  return { offset, capacity };
}

const damaged = (i: number, name?: string) =>
  new FormatError(`Expected item ${i} of the list to be in its block, but the list is damaged`, { key: name ?? "" });

/** The value in a half; `undefined` if its length is not that of one. */
function readHalf(words: Words, offset: number, capacity: number): Encoded | undefined {
  const [tag, length] = [words[offset / 4]!, words[offset / 4 + 1]!];
  if (length < 0 || length > capacity) return undefined;
  return { tag, bytes: new Uint8Array(words.buffer, offset + HALF_HEADER, length).slice() };
}

function writeHalf(words: Words, { offset }: Half, { tag, bytes }: Encoded): void {
  words[offset / 4] = tag;
  words[offset / 4 + 1] = bytes.length;
  new Uint8Array(words.buffer, offset + HALF_HEADER, bytes.length).set(bytes);
}

/**
 * A shared list of fixed length. Its items may have different types, and an assignment may change the type: number
 * (float64), bigint (int64), boolean, string, Uint8Array or null. The room of an item is fixed when the list is made:
 * the next multiple of 8 above the item's length in bytes.
 *
 * After Python's `multiprocessing.shared_memory.ShareableList`, which counts characters although it stores bytes,
 * strips trailing NULs, and can damage the old value when an assignment fails.
 *
 * @example
 * const list = new ShareableList(["grid", 10, 2.5, true, null], { name: "settings" });
 * list.set(1, 11); // in any worker: ShareableList.attach("settings").at(1) === 11
 */
export class ShareableList<T = ListItem> extends SharedThing implements Iterable<T> {
  /** Number of items. */
  readonly length: number;

  /**
   * Makes a list.
   *
   * @param items The items, which are copied.
   * @throws {TypeError} If an item has a type that cannot be stored.
   * @throws {RangeError} If a bigint needs more than 64 bits, or all items together are too large.
   * @throws {NameTakenError} If there is something with that name.
   */
  constructor(items: readonly (T & ListItem)[], options?: NameOptions) {
    super(items, options, () => {
      if (!Array.isArray(items)) throw new TypeError(`Expected \`items\` to be an array, got ${show(items)}`);
      const encoded = Array.from(items, (item, i) => encodeItem(item, `items[${i}]`));
      const first = 4 * itemAt(encoded.length) + (itemAt(encoded.length) % 2) * 4;
      const sizes = encoded.map(({ bytes }) => 2 * (HALF_HEADER + roomFor(bytes.length)));
      const byteLength = sizes.reduce((sum, size) => sum + size, first);
      if (byteLength > MAX_BYTES)
        throw new RangeError(`Expected items of at most ${MAX_BYTES} bytes, got ${byteLength}`);
      const fill = (words: Words) => {
        words[LENGTH] = encoded.length;
        let offset = first;
        for (const [i, item] of encoded.entries()) {
          words[itemAt(i) + OFFSET] = offset;
          words[itemAt(i) + CAPACITY] = roomFor(item.bytes.length);
          writeHalf(words, halfOf(words, i, 0), item);
          offset += sizes[i]!;
        }
      };
      return { byteLength, fill };
    });
    const words = wordsOf(this);
    this.length = words[LENGTH]!;
    if (this.length < 0 || itemAt(this.length) > words.length) throw damaged(0, this.name);
  }

  /**
   * Attaches to the list with that name.
   *
   * @throws {NameNotFoundError} If there is none.
   * @throws {FormatError} If the name has something else.
   */
  static attach(name: string, options?: AttachOptions): ShareableList {
    return attachThing(ShareableList as Findable<ShareableList>, name, options);
  }
  /**
   * Waits until there is a list with that name, and attaches to it.
   *
   * @throws {TimeoutError} If there is none after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {FormatError} If the name has something else.
   */
  static waitFor(name: string, options?: AttachOptions & WaitOptions): Promise<ShareableList> {
    return waitForThing(ShareableList as Findable<ShareableList>, name, options);
  }
  /** The blocking form of `waitFor`. */
  static waitForSync(name: string, options?: AttachOptions & SyncWaitOptions): ShareableList {
    return waitForThingSync(ShareableList as Findable<ShareableList>, name, options);
  }

  /**
   * The item at `i`. A negative index counts from the end.
   *
   * @throws {IndexError} If there is no such item.
   * @throws {ClosedError} If this handle was closed.
   * @throws {FormatError} If the list is damaged.
   */
  at(i: number): T {
    const words = wordsOf(this);
    const index = positionOf(i, this.length, "list");
    const at = itemAt(index) + VERSION;
    for (;;) {
      const version = load(words, at);
      const { offset, capacity } = halfOf(words, index, version);
      const number = capacity < NUMBER_BYTES ? undefined : loadNumber(words, offset / 4);
      const encoded = number === undefined ? readHalf(words, offset, capacity) : undefined;
      // If the item was assigned meanwhile, the bytes may be of two values. An `add`, because the plain reads above
      // must not move below it; below a mere load they could.
      if (add(words, at, 0) !== version) continue;
      const item = number ?? (encoded && decodeItem(encoded));
      if (item === undefined) throw damaged(index, this.name);
      return item as T;
    }
  }

  /**
   * Replaces an item by one of any type that fits into its room. Other threads see either the old value or the new one.
   * If it throws, nothing has changed.
   *
   * @throws {IndexError} If there is no such item.
   * @throws {TypeError} If the value has a type that cannot be stored.
   * @throws {RangeError} If the value is too long for the item's room, or is a bigint of more than 64 bits.
   * @throws {TimeoutError} If another thread has been assigning an item for 5 s: it is stopped.
   * @throws {ClosedError} If this handle was closed.
   */
  set(i: number, value: T): void {
    const words = wordsOf(this);
    const index = positionOf(i, this.length, "list");
    const item = typeof value === "number" ? undefined : encodeItem(value, "value");
    const byteLength = item ? item.bytes.length : NUMBER_BYTES;
    const { capacity } = halfOf(words, index, 0);
    if (byteLength > capacity) {
      const room = `${capacity} bytes, the room of item ${index}`;
      throw new RangeError(`Expected \`value\` to have at most ${room}, got ${byteLength}: ${show(value)}`);
    }
    const what = () => label(this);
    alone(words, what, () => {
      const version = load(words, itemAt(index) + VERSION);
      const half = halfOf(words, index, version + 1);
      if (item) writeHalf(words, half, item);
      else storeNumber(words, half.offset / 4, value as number);
      store(words, itemAt(index) + VERSION, (version + 1) | 0);
    });
  }

  /** The first index of the value; -1 if the list does not have it. Bytes are compared by content. */
  indexOf(value: T): number {
    for (let i = 0; i < this.length; i++) if (isSame(this.at(i), value)) return i;
    return -1;
  }

  /** Iterates over the items. Each is read when the iteration reaches it. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }
}
/** Whether two items are equal. Bytes are compared by content. */
function isSame(a: unknown, b: unknown): boolean {
  if (!(isUint8Array(a) && isUint8Array(b))) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
registerThing("ShareableList", ShareableList, 4 * ITEMS, false, {
  read: (list: ShareableList) => [...list],
  access: "`at(i)`",
});
