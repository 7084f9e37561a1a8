/** Messages that are one array of bytes or numbers: they travel as their bytes, copied once on each side. */

type DataArray = Uint8Array<ArrayBuffer>; // or of any other element type
type DataClass = new (buffer: ArrayBuffer) => DataArray;

const named = globalThis as unknown as Record<string, DataClass | undefined>;
/** A kind's place in the list is its tag: never to be given to another one. */
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
const tags = new Map(KINDS.flatMap((name, tag) => (named[name] ? [[named[name].prototype as object, tag]] : [])));

/** An ArrayBuffer, or a view of one; of a class of the language itself. A view arrives with a buffer of its own length. */
export function isData(message: unknown): message is object {
  if (typeof message !== "object" || message === null) return false;
  const buffer: unknown = ArrayBuffer.isView(message) ? message.buffer : message;
  if (!(buffer instanceof ArrayBuffer) || (buffer as { readonly resizable?: boolean }).resizable) return false;
  return tags.has(prototypeOf(message));
}

/** Node's Buffer arrives as what it is by the language: a Uint8Array. */
const prototypeOf = (data: object): object =>
  data instanceof Buffer ? Uint8Array.prototype : Object.getPrototypeOf(data);

export const tagOf = (data: object): number => tags.get(prototypeOf(data))!;

/** @throws {TypeError} if they were transferred elsewhere */
export function bytesOf(data: object): Uint8Array {
  if (!ArrayBuffer.isView(data)) return new Uint8Array(data as ArrayBuffer);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** @param bytes the whole of a buffer */
export function dataFrom(tag: number, bytes: Uint8Array): object {
  const buffer = bytes.buffer as ArrayBuffer;
  const name = KINDS[tag]!;
  return name === "ArrayBuffer" ? buffer : new named[name]!(buffer);
}
