/**
 * Bare shared memory in messages: a `SharedArrayBuffer`, a `rawArray` or any other view of one, and a shared
 * `WebAssembly.Memory`. Also a `WebAssembly.Module`.
 */
import { isSharedArrayBuffer, isWasmMemory, isWasmModule, typedArrayName } from "../base/builtins.js";
import { expectInteger, expectOneOf, show } from "../base/expect.js";
import { registerHandleKind } from "./registry.js";

type View = ArrayBufferView & object;
type ViewClass = new (buffer: SharedArrayBuffer, byteOffset: number, length?: number) => View;

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

function isSource(value: unknown): value is object {
  if (isWasmMemory(value)) return isSharedArrayBuffer(value.buffer);
  return isSharedArrayBuffer(value) || isWasmModule(value); // a module cannot be sent as bytes
}

const className = (view: View) => typedArrayName(view) ?? "DataView";

/** The length of a view; `undefined` if it grows with its buffer. */
function lengthOf(view: View): number | undefined {
  const { growable, byteLength } = view.buffer as unknown as { growable?: boolean; byteLength: number };
  if (growable && view.byteOffset + view.byteLength === byteLength) return undefined;
  return (view as { length?: number }).length ?? view.byteLength;
}

registerHandleKind<object>(
  "SharedSource",
  isSource,
  (source) => ({ source }),
  ({ source }) => {
    if (isSource(source)) return source;
    throw new TypeError(`Expected \`source\` to be shared memory, got ${show(source)}`);
  },
);

registerHandleKind<View>(
  "SharedView",
  (value) => ArrayBuffer.isView(value) && isSharedArrayBuffer(value.buffer),
  (view) => ({
    type: className(view),
    buffer: view.buffer,
    byteOffset: view.byteOffset,
    length: lengthOf(view),
  }),
  ({ type, buffer, byteOffset, length }) => {
    const Class = (globalThis as unknown as Record<string, ViewClass>)[expectOneOf("type", type, CLASSES)]!;
    if (!isSharedArrayBuffer(buffer)) throw new TypeError(`Expected \`buffer\` to be shared, got ${show(buffer)}`);
    const from = expectInteger("byteOffset", byteOffset, 0, buffer.byteLength + 1);
    if (length === undefined) return new Class(buffer, from);
    return new Class(buffer, from, expectInteger("length", length, 0, buffer.byteLength + 1));
  },
);
