/**
 * Which built-in class an object is of, in any realm. A vm context, which Jest, jsdom and the REPL use, has built-in
 * classes of its own, so `instanceof` does not recognise its objects. Used instead of `instanceof` everywhere.
 *
 * None of these functions throws, not even for a proxy whose traps do.
 */

/** The word in an object's `[object Word]`: the name of its built-in class, unless it says otherwise. */
export const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/**
 * A test for objects of one class. `probe` runs code of the class that rejects all other objects, so an object that
 * only claims to be one is not taken for one.
 */
function testOf<T extends object>(tag: string, prototype: object, probe: (value: T) => unknown) {
  return (value: unknown): value is T => {
    if (typeof value !== "object" || value === null) return false;
    try {
      // A failing probe is slow, so most objects are ruled out before. A derived class may have another tag.
      if (tagOf(value) !== tag && !Object.prototype.isPrototypeOf.call(prototype, value)) return false;
      probe(value as T);
      return true;
    } catch {
      return false;
    }
  };
}

/** Calls the getter of a prototype with an object as `this`. */
const getter = (prototype: object, key: PropertyKey): ((value: object) => unknown) => {
  const { get } = Object.getOwnPropertyDescriptor(prototype, key)!;
  return (value) => get!.call(value);
};

export const isMap = testOf<Map<unknown, unknown>>("Map", Map.prototype, getter(Map.prototype, "size"));
export const isSet = testOf<Set<unknown>>("Set", Set.prototype, getter(Set.prototype, "size"));
export const isArrayBuffer = testOf<ArrayBuffer>(
  "ArrayBuffer",
  ArrayBuffer.prototype,
  getter(ArrayBuffer.prototype, "byteLength"),
);
export const isSharedArrayBuffer = testOf<SharedArrayBuffer>(
  "SharedArrayBuffer",
  SharedArrayBuffer.prototype,
  getter(SharedArrayBuffer.prototype, "byteLength"),
);
/** `node --jitless` has no WebAssembly, and so no objects of it. */
const wasm = globalThis.WebAssembly as
  | (typeof WebAssembly & { Module: { exports(module: unknown): unknown } })
  | undefined;
const isNone = (_value: unknown): _value is never => false;
export const isWasmMemory = wasm
  ? testOf<WebAssembly.Memory>("WebAssembly.Memory", wasm.Memory.prototype, getter(wasm.Memory.prototype, "buffer"))
  : isNone;
export const isWasmModule = wasm
  ? testOf<WebAssembly.Module>("WebAssembly.Module", wasm.Module.prototype, wasm.Module.exports)
  : isNone;

/** Also a signal that is not Node's own, such as jsdom's: all that is needed of it is what every signal has. */
export const isAbortSignal = testOf<AbortSignal>("AbortSignal", AbortSignal.prototype, (signal) => {
  if (typeof signal.aborted !== "boolean" || typeof signal.addEventListener !== "function") throw new TypeError();
});

const ofTypedArrays = Object.getPrototypeOf(Uint8Array.prototype) as object;
const nameOfView = getter(ofTypedArrays, Symbol.toStringTag);
const lengthOfView = getter(ofTypedArrays, "length");
/** The name of a typed array's built-in class, even if it is of a derived one; `undefined` for all other values. */
export const typedArrayName = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null ? (nameOfView(value) as string | undefined) : undefined;

/** How many elements a typed array has, even if a property of that name says otherwise. */
export const typedArrayLength = (view: object): number => lengthOfView(view) as number;

/** True for a Buffer, too, which is a Uint8Array. */
export const isUint8Array = (value: unknown): value is Uint8Array => typedArrayName(value) === "Uint8Array";

const ERROR_TAGS = ["Error", "DOMException"];
/** True for every built-in error, for a DOMException, and for an object that inherits from `Error.prototype`. */
export function isError(value: unknown): value is Error {
  if (typeof value !== "object" || value === null) return false;
  try {
    return Object.prototype.isPrototypeOf.call(Error.prototype, value) || ERROR_TAGS.includes(tagOf(value));
  } catch {
    return false;
  }
}

/** Whether the runtime threw an error of that name, such as `"SyntaxError"`. */
export function isErrorNamed(name: string, value: unknown): value is Error {
  try {
    return isError(value) && value.name === name;
  } catch {
    return false;
  }
}
