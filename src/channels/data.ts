/** Messages that are one array of bytes or numbers: they are sent as their bytes, copied once on each side. */
import { isArrayBuffer, typedArrayName } from "../base/builtins.js";

type DataArray = Uint8Array<ArrayBuffer>; // or of any other element type
type DataClass = new (buffer: ArrayBuffer) => DataArray;

const named = globalThis as unknown as Record<string, DataClass | undefined>;
/** An index in this list is a tag in messages, so the order never changes. */
const KINDS = [
  "ArrayBuffer",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
  "DataView",
];

/**
 * Whether a message is an ArrayBuffer or a view of one. A view arrives with a buffer of just its own length, and as
 * the built-in class if it is of a derived one: a Buffer as a Uint8Array.
 */
export function isData(message: unknown): message is object {
  if (typeof message !== "object" || message === null) return false;
  const buffer: unknown = ArrayBuffer.isView(message) ? message.buffer : message;
  return isArrayBuffer(buffer) && !(buffer as { readonly resizable?: boolean }).resizable;
}

/** The tag of data. */
export const tagOf = (data: object): number =>
  KINDS.indexOf(typedArrayName(data) ?? (ArrayBuffer.isView(data) ? "DataView" : "ArrayBuffer"));

/**
 * The bytes of data, not copied.
 *
 * @throws {TypeError} If its buffer was transferred.
 */
export function bytesOf(data: object): Uint8Array {
  if (!ArrayBuffer.isView(data)) return new Uint8Array(data as ArrayBuffer);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Makes the data from its bytes, which are not copied.
 *
 * @param bytes All bytes of a buffer.
 */
export function dataFrom(tag: number, bytes: Uint8Array): object {
  const buffer = bytes.buffer as ArrayBuffer;
  const name = KINDS[tag]!;
  return name === "ArrayBuffer" ? buffer : new named[name]!(buffer);
}
