/** Bare shared memory in messages: a `SharedArrayBuffer`, a `rawArray` or any other view of one, a shared `WebAssembly.Memory`. */
import { expectInteger, expectOneOf, show } from "../expect.js";
import { registerHandleKind } from "../handle.js";

type View = ArrayBufferView & object;
type ViewClass = new (buffer: SharedArrayBuffer, byteOffset: number, length: number) => View;

const CLASSES = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "DataView",
] as const;

registerHandleKind<object>(
  "SharedSource",
  (value) => value instanceof SharedArrayBuffer || value instanceof WebAssembly.Memory,
  (source) => ({ source }),
  ({ source }) => {
    if (source instanceof SharedArrayBuffer || source instanceof WebAssembly.Memory) return source;
    throw new TypeError(`Expected \`source\` to be shared memory, got ${show(source)}`);
  },
);

registerHandleKind<View>(
  "SharedView",
  (value) => ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer,
  (view) => ({
    type: Object.prototype.toString.call(view).slice("[object ".length, -1),
    buffer: view.buffer,
    byteOffset: view.byteOffset,
    length: view instanceof DataView ? view.byteLength : (view as unknown as { length: number }).length,
  }),
  ({ type, buffer, byteOffset, length }) => {
    const Class = (globalThis as unknown as Record<string, ViewClass>)[expectOneOf("type", type, CLASSES)]!;
    if (!(buffer instanceof SharedArrayBuffer))
      throw new TypeError(`Expected \`buffer\` to be shared, got ${show(buffer)}`);
    const from = expectInteger("byteOffset", byteOffset, 0, buffer.byteLength + 1);
    return new Class(buffer, from, expectInteger("length", length, 0, buffer.byteLength + 1));
  },
);
