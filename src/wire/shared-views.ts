/**
 * Bare shared memory in messages: a `SharedArrayBuffer`, a `rawArray` or any other view of one, and a shared
 * `WebAssembly.Memory`. Also a `WebAssembly.Module`.
 */
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
  if (value instanceof WebAssembly.Module) return true; // it cannot be sent as bytes
  if (value instanceof WebAssembly.Memory) return (value.buffer as unknown) instanceof SharedArrayBuffer;
  return value instanceof SharedArrayBuffer;
}

/** The name of a view's built-in class, even if the user has derived a class of another name. */
const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)!.get!;
const className = (view: View) => (typedArrayName.call(view) as string | undefined) ?? "DataView";

/** The length of a view; `undefined` if it grows with its buffer. */
function lengthOf(view: View): number | undefined {
  const { growable, byteLength } = view.buffer as unknown as { growable?: boolean; byteLength: number };
  if (growable && view.byteOffset + view.byteLength === byteLength) return undefined;
  return view instanceof DataView ? view.byteLength : (view as unknown as { length: number }).length;
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
  (value) => ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer,
  (view) => ({
    type: className(view),
    buffer: view.buffer,
    byteOffset: view.byteOffset,
    length: lengthOf(view),
  }),
  ({ type, buffer, byteOffset, length }) => {
    const Class = (globalThis as unknown as Record<string, ViewClass>)[expectOneOf("type", type, CLASSES)]!;
    if (!(buffer instanceof SharedArrayBuffer))
      throw new TypeError(`Expected \`buffer\` to be shared, got ${show(buffer)}`);
    const from = expectInteger("byteOffset", byteOffset, 0, buffer.byteLength + 1);
    if (length === undefined) return new Class(buffer, from);
    return new Class(buffer, from, expectInteger("length", length, 0, buffer.byteLength + 1));
  },
);
