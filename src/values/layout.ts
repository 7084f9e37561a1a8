/**
 * The blocks of values and arrays, after the common header (`memory/thing-block.ts`), written once by who makes them. So a
 * handle needs no type beside it, and attaching with another one is found out.
 *
 * | bytes        | meaning                                                                   |
 * | ------------ | ------------------------------------------------------------------------- |
 * | 72           | length of the type's name in bytes                                        |
 * | 76           | number of elements                                                        |
 * | 80           | the type's name: a dtype, or the fields of a struct as JSON, in UTF-8     |
 * | next line    | the elements: written by all, each by atomic steps or under the lock      |
 */
import { type DType, dtypes, expectDType } from "../base/dtype.js";
import { DTypeError, FormatError } from "../base/errors.js";
import { show } from "../base/expect.js";
import type { Words } from "../memory/words/atomics.js";
import { HEADER_BYTES, HEADER_WORDS } from "../things/layout.js";
import { type SharedThing, wordsOf } from "../things/shared-thing.js";
import { isStruct, type Struct, struct } from "./struct.js";

/** As many elements as its word can count. */
export const MAX_COUNT = 2 ** 32 - 1;

const TEXT_LENGTH = HEADER_WORDS;
const COUNT = HEADER_WORDS + 1;
const TEXT = HEADER_BYTES + 8;
/** No block is smaller. */
export const MIN_BYTES = TEXT + 8;

/** Elements of a type, and where they begin. */
export interface Contents {
  readonly type: DType | Struct;
  readonly count: number;
  readonly byteOffset: number;
}

const textOf = (type: DType | Struct): string => (isStruct(type) ? JSON.stringify(type.fields) : type);
const itemBytes = (type: DType | Struct): number => (isStruct(type) ? type.size : dtypes[type].bytes);
/** The type as errors name it. */
const nameOfType = (type: DType | Struct): string => (isStruct(type) ? `struct ${textOf(type)}` : type);

/** How long a block is, and what its first words are. */
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

/** A line of the cache: elements and what is before them do not disturb each other more than they must. */
const LINE_BYTES = 64;
const offsetAfter = (textLength: number) => Math.ceil((TEXT + textLength) / LINE_BYTES) * LINE_BYTES;

/** What a block holds. @throws {FormatError} if it is damaged */
export function readContents(words: Words, name: string | undefined): Contents {
  const length = words[TEXT_LENGTH]!;
  const count = words[COUNT]! >>> 0;
  const bytes = words.byteLength - TEXT;
  try {
    if (length < 0 || length > bytes) throw new RangeError(`Expected a length in [0, ${bytes}]`);
    const text = new TextDecoder().decode(new Uint8Array(words.buffer, TEXT, length).slice()); // not of shared memory
    const type = text.startsWith("{") ? struct(JSON.parse(text)) : expectDType(text);
    const byteOffset = offsetAfter(length);
    if (byteOffset + count * itemBytes(type) > words.buffer.byteLength) throw new RangeError("Expected room for all");
    return { type, count, byteOffset };
  } catch (cause) {
    throw new FormatError(
      "Expected the block to say what it holds, but its header is damaged",
      { name: name ?? "" },
      { cause },
    );
  }
}

/** The thing, if it holds elements of the type; else its handle is closed again. @throws {DTypeError} */
export function holding<T extends SharedThing>(thing: T, wanted: DType | Struct): T {
  const { type } = readContents(wordsOf(thing), thing.name);
  if (textOf(type) === textOf(wanted)) return thing;
  thing.close();
  const [dtype, expected] = [nameOfType(type), nameOfType(wanted)];
  throw new DTypeError(`Expected ${show(thing.name)} to hold ${expected}, got ${dtype}`, { dtype, expected });
}
