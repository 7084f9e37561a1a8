/**
 * What code that knows no classes sees of a shared thing: the property `contents`. Deep comparison (`node:assert`,
 * vitest, jest, chai) reads only own enumerable properties; without any, all things of a class would be equal.
 * Structured clone copies the same properties and drops the class, so the receiver would get an object without data;
 * because of the symbol in `contents` it fails instead, with an error that names `toHandle`.
 */
import { isUint8Array } from "../base/builtins.js";
import { isSharedError } from "../base/errors.js";

/** Structured clone refuses a symbol, and quotes it in the error. All copies of the package have the same. */
const SENT_BY_HANDLE = Symbol.for("a shared thing, which is sent as toHandle(thing) and received by fromHandle");

/**
 * The getter of the property, for `defineContents`.
 *
 * @param read what is compared: plain data that are equal for equal things. It is called each time.
 */
export const contentsGetter = <T extends object>(read: (thing: T) => object): ((this: T) => object) =>
  function () {
    return { sent: SENT_BY_HANDLE, ...readable(read, this) };
  };

const { __defineGetter__: defineGetter } = Object.prototype as unknown as {
  readonly __defineGetter__: (name: string, get: () => unknown) => void;
};
/**
 * Defines the property on a thing. Each new array pays for it, and this old method takes 80 ns where
 * `Object.defineProperty` takes 300.
 */
export const defineContents = <T extends object>(thing: T, get: (this: T) => object): void =>
  defineGetter.call(thing, "contents", get);

/** A closed thing is equal only to itself: test runners also print things that were closed in the meantime. */
function readable<T extends object>(read: (thing: T) => object, thing: T): object {
  try {
    return read(thing);
  } catch (e) {
    if (isSharedError(e, "CLOSED")) return { closed: Symbol(e.message) };
    throw e;
  }
}

/**
 * Plain data as JSON has them: 64-bit integers become numbers, and bytes lists. NaN and infinities become null, as in
 * any list.
 *
 * @throws {RangeError} If an integer is too large to be a number without loss.
 */
export function jsonOf(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(jsonOf);
  if (isUint8Array(data)) return [...data];
  if (typeof data === "object" && data !== null) {
    return Object.fromEntries(Object.entries(data).map(([field, value]) => [field, jsonOf(value)]));
  }
  if (typeof data !== "bigint") return data;
  if (Number.isSafeInteger(Number(data))) return Number(data);
  throw new RangeError(`Expected integers in ±(2^53 - 1) for JSON, got ${data}n (convert them to text first)`);
}
