/**
 * `ShareableList`: a fixed number of items of several types. Each item has room for two values: a new one is written beside
 * the old one and shown by one store, so that no reader sees half of either, and a writer that dies or fails changes nothing.
 */
import { FormatError, IndexError } from "../base/errors.js";
import { expectInteger, show } from "../base/expect.js";
import type { AttachOptions, NameOptions } from "../memory/shared-memory.js";
import { add, load, store, type Words } from "../memory/words/atomics.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { alone } from "../sync/ledger.js";
import { attachThing, type Findable, waitForThing, waitForThingSync } from "../things/found-by-name.js";
import { HEADER_BYTES, HEADER_WORDS } from "../things/layout.js";
import { registerThing, SharedThing, wordsOf } from "../things/shared-thing.js";
import { decodeItem, type Encoded, encodeItem, type ListItem } from "./list-item.js";

// The block, after the header: how many items; then of each item three words; then the items' room.
const LENGTH = HEADER_WORDS;
const ITEMS = HEADER_WORDS + 2;
const ITEM_WORDS = 3;
const VERSION = 0; // counts assignments; its parity says which half is shown
const OFFSET = 1; // of the room, in bytes
const CAPACITY = 2; // of each half, in bytes, a multiple of 8
// A half: tag and byte length, then the bytes.
const HALF_HEADER = 8;

const MAX_BYTES = 2 ** 31 - 1;

const itemAt = (i: number) => ITEMS + ITEM_WORDS * i;
const roomFor = (byteLength: number) => 8 * (Math.floor(byteLength / 8) + 1); // as Python's, always a byte to spare

interface Half {
  /** Of the tag, in bytes. */
  readonly offset: number;
  readonly capacity: number;
}

/** @throws {FormatError} if it would lie outside of the block */
function halfOf(words: Words, i: number, version: number): Half {
  const at = itemAt(i);
  const capacity = words[at + CAPACITY]!;
  const offset = words[at + OFFSET]! + (version & 1) * (HALF_HEADER + capacity);
  const fits = capacity >= 0 && offset >= HEADER_BYTES && offset % 4 === 0;
  if (!fits || offset + HALF_HEADER + capacity > words.byteLength) throw damaged(i);
  return { offset, capacity };
}

const damaged = (i: number, name?: string) =>
  new FormatError(`Expected item ${i} of the list to lie in its block, but the list is damaged`, { name: name ?? "" });

function writeHalf(words: Words, { offset }: Half, { tag, bytes }: Encoded): void {
  words[offset / 4] = tag;
  words[offset / 4 + 1] = bytes.length;
  new Uint8Array(words.buffer, offset + HALF_HEADER, bytes.length).set(bytes);
}

/**
 * A list of fixed length whose items may be of several types and change them: number (float64), bigint (int64), boolean,
 * string, Uint8Array, null. An item keeps the room it was created with: the next multiple of 8 above its length in bytes.
 *
 * @example
 * const list = new ShareableList(["grid", 10, 2.5, true, null], { name: "settings" });
 * list.set(1, 11); // in any worker: ShareableList.attach("settings").at(1) === 11
 *
 * After Python's `multiprocessing.shared_memory.ShareableList`, which counts characters where it stores bytes, strips
 * trailing NULs, and lets a failed assignment damage the old value.
 */
export class ShareableList<T = ListItem> extends SharedThing implements Iterable<T> {
  /** How many items. */
  readonly length: number;

  /**
   * @param items copied
   * @throws {TypeError} {RangeError} if one cannot be stored @throws {NameTakenError}
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

  /** The one of that name. @throws {NameNotFoundError} at once @throws {FormatError} if the name has something else */
  static attach(name: string, options?: AttachOptions): ShareableList {
    return attachThing(ShareableList as Findable<ShareableList>, name, options);
  }
  /** The one of that name, as soon as there is one. @throws {TimeoutError} {AbortedError} {FormatError} */
  static waitFor(name: string, options?: AttachOptions & WaitOptions): Promise<ShareableList> {
    return waitForThing(ShareableList as Findable<ShareableList>, name, options);
  }
  /** As `waitFor`, blocking. */
  static waitForSync(name: string, options?: AttachOptions & SyncWaitOptions): ShareableList {
    return waitForThingSync(ShareableList as Findable<ShareableList>, name, options);
  }

  /**
   * The item at `i`; a negative index counts from the end.
   *
   * @throws {IndexError} {ClosedError} @throws {FormatError} if the list is damaged
   */
  at(i: number): T {
    const words = wordsOf(this);
    const index = this.#index(i);
    const at = itemAt(index) + VERSION;
    for (;;) {
      const version = load(words, at);
      const { offset, capacity } = halfOf(words, index, version);
      const [tag, length] = [words[offset / 4]!, words[offset / 4 + 1]!];
      const isWhole = length >= 0 && length <= capacity;
      const bytes = new Uint8Array(words.buffer, offset + HALF_HEADER, isWhole ? length : 0).slice();
      // Assigned to meanwhile: what was read may be of two values. (Not a mere load: plain reads must not come after it.)
      if (add(words, at, 0) !== version) continue;
      const item = isWhole ? decodeItem({ tag, bytes }) : undefined;
      if (item === undefined) throw damaged(index, this.name);
      return item as T;
    }
  }

  /**
   * Replaces an item, by one of any type that fits its room. Other threads see the old value or the new one. If it throws,
   * nothing has changed.
   *
   * @throws {IndexError} {TypeError} @throws {RangeError} if text or bytes are too long
   */
  set(i: number, value: T): void {
    const words = wordsOf(this);
    const index = this.#index(i);
    const item = encodeItem(value, "value");
    const { capacity } = halfOf(words, index, 0);
    if (item.bytes.length > capacity) {
      throw new RangeError(
        `Expected \`value\` to have at most ${capacity} bytes, the room of item ${index}, got ${item.bytes.length}: ${show(value)}`,
      );
    }
    alone(words, () => {
      const version = load(words, itemAt(index) + VERSION);
      writeHalf(words, halfOf(words, index, version + 1), item);
      store(words, itemAt(index) + VERSION, (version + 1) | 0);
    });
  }

  /** The first index of the value, bytes compared by content; -1 if there is none. */
  indexOf(value: T): number {
    for (let i = 0; i < this.length; i++) if (isSame(this.at(i), value)) return i;
    return -1;
  }

  /** The items, each as it is when it is reached. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  #index(i: number): number {
    const { length } = this;
    if (!Number.isInteger(i)) expectInteger("i", i, -length, length, `list of ${length} items`);
    const index = i < 0 ? i + length : i;
    if (index >= 0 && index < length) return index;
    const message = `Expected \`i\` to be an integer in [${-length}, ${length}), got ${i} (list of ${length} items)`;
    throw new IndexError(message, { index: i, axis: 0, shape: [length] });
  }
}
function isSame(a: unknown, b: unknown): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
registerThing("ShareableList", ShareableList, 4 * ITEMS);
