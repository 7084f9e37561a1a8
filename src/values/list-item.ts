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
      return { tag: NUMBER, bytes: bytesOf((view) => view.setFloat64(0, item, true)) };
    case "bigint":
      if (item > MAX_INT64 || item < -MAX_INT64 - 1n) {
        throw new RangeError(`Expected \`${what}\` to be an integer in [-2^63, 2^63), got ${show(item)}`);
      }
      return { tag: BIGINT, bytes: bytesOf((view) => view.setBigInt64(0, item, true)) };
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

function bytesOf(write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(8);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** Whether the text has no half of a surrogate pair, for which UTF-8 has no bytes. */
const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text);

/** The item; `undefined` if the bytes do not encode one. */
export function decodeItem({ tag, bytes }: Encoded): ListItem | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (tag) {
    case NULL:
      return null;
    case FALSE:
      return false;
    case TRUE:
      return true;
    case NUMBER:
      return bytes.length === 8 ? view.getFloat64(0, true) : undefined;
    case BIGINT:
      return bytes.length === 8 ? view.getBigInt64(0, true) : undefined;
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
