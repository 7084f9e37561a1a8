/** Items of a `ShareableList`, encoded as a tag and bytes. */
import { isUint8Array } from "../base/builtins.js";
import { show } from "../base/expect.js";

/** An item of a `ShareableList`. A number is stored as float64, a bigint as int64. */
export type ListItem = number | bigint | boolean | string | Uint8Array | null;

/** An item as it is stored. */
export interface Encoded {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

// Tags are part of the format: a tag never changes its meaning.
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const NUMBER = 4;
const BIGINT = 5;
const TEXT = 6;
const BYTES = 7;

/** One number, as it is stored. */
const float = new Float64Array(1);
const bigint = new BigInt64Array(float.buffer);
const words = new Int32Array(float.buffer);
export const NUMBER_BYTES = 8;

const MAX_INT64 = 2n ** 63n - 1n;
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Encodes an item.
 *
 * @param what The item's name in errors.
 * @throws {TypeError} If it is not a `ListItem`, or is text with half a surrogate pair.
 * @throws {RangeError} If it is a bigint of more than 64 bits.
 */
export function encodeItem(item: unknown, what: string): Encoded {
  switch (typeof item) {
    case "number":
      float[0] = item;
      return { tag: NUMBER, bytes: new Uint8Array(float.buffer.slice()) };
    case "bigint":
      if (item > MAX_INT64 || item < -MAX_INT64 - 1n) {
        throw new RangeError(`Expected \`${what}\` to be an integer in [-2^63, 2^63), got ${show(item)}`);
      }
      bigint[0] = item;
      return { tag: BIGINT, bytes: new Uint8Array(float.buffer.slice()) };
    case "boolean":
      return { tag: item ? TRUE : FALSE, bytes: NOTHING };
    case "string":
      if (!isWellFormed(item)) {
        throw new TypeError(`Expected \`${what}\` to be well-formed text, got lone surrogates: ${show(item)}`);
      }
      return { tag: TEXT, bytes: encoder.encode(item) };
    default:
      if (item === null) return { tag: NULL, bytes: NOTHING };
      if (isUint8Array(item)) return { tag: BYTES, bytes: new Uint8Array(item) };
      throw new TypeError(
        `Expected \`${what}\` to be a number, bigint, boolean, string, Uint8Array or null, got ${show(item)}`,
      );
  }
}

/** Stores a number as `encodeItem` encodes it: the tag, the length and two words, from word `at` on. */
export function storeNumber(to: Int32Array, at: number, value: number): void {
  float[0] = value;
  to[at] = NUMBER;
  to[at + 1] = NUMBER_BYTES;
  to[at + 2] = words[0]!;
  to[at + 3] = words[1]!;
}

/** The number or bigint that begins with its tag at word `at`; `undefined` if that is something else. */
export function loadNumber(from: Int32Array, at: number): number | bigint | undefined {
  const tag = from[at]!;
  if ((tag !== NUMBER && tag !== BIGINT) || from[at + 1] !== NUMBER_BYTES) return undefined;
  words[0] = from[at + 2]!;
  words[1] = from[at + 3]!;
  return tag === NUMBER ? float[0]! : bigint[0]!;
}

/** Whether the text has no half of a surrogate pair, for which UTF-8 has no bytes. */
const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text);

/** The item, unless it is a number or bigint; `undefined` if the bytes do not encode one. */
export function decodeItem({ tag, bytes }: Encoded): ListItem | undefined {
  switch (tag) {
    case NULL:
      return null;
    case FALSE:
      return false;
    case TRUE:
      return true;
    case TEXT:
      return textOf(bytes);
    case BYTES:
      return bytes;
    default:
      return undefined;
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
