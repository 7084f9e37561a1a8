/**
 * The blocks of values and arrays, after the common header (`things/thing-block.ts`). The thread that makes a block
 * writes its type into it, once. So handles need not carry the type, and attaching with another type is an error.
 *
 * | bytes            | meaning                                                                      |
 * | ---------------- | ---------------------------------------------------------------------------- |
 * | 72–75            | length of the type's name in bytes                                           |
 * | 76–79            | number of elements                                                           |
 * | 80 …             | the type's name in UTF-8: a dtype, or the fields of a struct as JSON         |
 * | next multiple of 64 | the elements, written by all threads, by atomic steps or under the lock   |
 */
import { type DType, dtypes, expectDType } from "../base/dtype.js";
import { FormatError } from "../base/errors.js";
import type { Words } from "../memory/words/atomics.js";
import { HEADER_BYTES, HEADER_WORDS } from "../things/layout.js";
import { type SharedThing, wordsOf } from "../things/shared-thing.js";
import { isStruct, type Struct, struct } from "./struct.js";

/** The most elements that the word for their number can count. */
export const MAX_COUNT = 2 ** 32 - 1;

const TEXT_LENGTH = HEADER_WORDS;
const COUNT = HEADER_WORDS + 1;
const TEXT = HEADER_BYTES + 8;
/** The size of the smallest block. */
export const MIN_BYTES = TEXT + 8;

/** The elements in a block: their type, their number and where they begin. */
export interface Contents {
  readonly type: DType | Struct;
  readonly count: number;
  readonly byteOffset: number;
}

/** The type as its block names it. Equal types have equal texts. */
export const textOf = (type: DType | Struct): string => (isStruct(type) ? JSON.stringify(type.fields) : type);
/** The type of what a thing holds, as its block names it. */
export const typeIn = (thing: SharedThing): string => textOf(readContents(wordsOf(thing), thing.name).type);
/** The type as errors name it. */
export const nameOfType = (type: DType | Struct): string => (isStruct(type) ? `struct ${textOf(type)}` : type);
const itemBytes = (type: DType | Struct): number => (isStruct(type) ? type.size : dtypes[type].bytes);

/** Plans a block: its length, and a function that writes what comes before the elements. */
export function planContents(type: DType | Struct, count: number) {
  const text = new TextEncoder().encode(textOf(type));
  const byteOffset = offsetAfter(text.length);
  const contents: Contents = { type, count, byteOffset };
  const write = (words: Words) => {
    words[TEXT_LENGTH] = text.length;
    words[COUNT] = count;
    new Uint8Array(words.buffer, TEXT, text.length).set(text);
  };
  return { contents, write, byteLength: Math.max(byteOffset + count * itemBytes(type), MIN_BYTES) };
}

/**
 * The elements begin on a cache line of their own, so that writing them does not slow down access to the header and
 * lock.
 */
const ELEMENTS_ALIGNMENT = 64;
const offsetAfter = (textLength: number) => Math.ceil((TEXT + textLength) / ELEMENTS_ALIGNMENT) * ELEMENTS_ALIGNMENT;

/**
 * Reads what a block holds.
 *
 * @throws {FormatError} If the block is damaged.
 */
export function readContents(words: Words, name: string | undefined): Contents {
  const length = words[TEXT_LENGTH]!;
  const count = words[COUNT]! >>> 0;
  const bytes = words.byteLength - TEXT;
  try {
    if (length < 0 || length > bytes) throw new RangeError(`Expected a length in [0, ${bytes}]`);
    const copy = new Uint8Array(words.buffer, TEXT, length).slice(); // TextDecoder refuses shared memory
    const text = new TextDecoder().decode(copy);
    const type = text.startsWith("{") ? struct(JSON.parse(text)) : expectDType(text);
    const byteOffset = offsetAfter(length);
    if (byteOffset + count * itemBytes(type) > words.buffer.byteLength) throw new RangeError("Expected room for all");
    return { type, count, byteOffset };
  } catch (cause) {
    throw new FormatError(
      "Expected the block to say what it holds, but its header is damaged",
      { key: name ?? "" },
      { cause },
    );
  }
}
