/**
 * What was thrown, as plain data: structured clone alone would drop an error's class, its code and its fields. Pools,
 * processes, managers and the keeper send their errors this way.
 *
 * Encoding never throws, even if reading the error does: what cannot be read is left out, because a thread that cannot
 * report an error would die of it.
 */
import { isError } from "../base/builtins.js";
import * as errors from "../base/errors.js";
import { deserialize, serialize } from "../platform/runtime.js";

/** An error as plain data. */
export interface ErrorWire {
  /** The nearest built-in class. */
  readonly base: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code: string | undefined;
  /** All other own properties that can be sent, among them `cause`, `errors`, `error` and `suppressed`. */
  readonly properties: readonly PropertyWire[];
}
interface PropertyWire {
  readonly key: string;
  readonly isEnumerable: boolean;
  readonly value: ValueWire;
}
/** A value, a list with errors in it, or the number of an error: 0 is the one that was thrown, then come the others. */
type ValueWire = { readonly value: unknown } | { readonly list: readonly ValueWire[] } | { readonly number: number };

/** Anything that was thrown, as plain data. What is not an error travels as a value. */
export type ThrownWire =
  | { readonly error: ErrorWire; readonly others: readonly ErrorWire[] }
  | { readonly value: unknown };

/** An error whose getters make further errors would have no end; the errors nearest to the first one are kept. */
const MAX_ERRORS = 4096;

/**
 * What was thrown, as plain data that `postMessage` carries. What an error refers to is kept: causes, also in a circle,
 * the errors of an AggregateError, and other own properties that can be cloned. It never throws.
 *
 * @param toProcesses whether the data are for another process, which cannot have shared memory
 */
export function toWire(thrown: unknown, toProcesses = false): ThrownWire {
  // A copy of its own, because a getter that works now may throw when the message is sent.
  const copy: (value: unknown) => unknown = toProcesses ? (value) => deserialize(serialize(value)) : structuredClone;
  if (!isError(thrown)) return attempt(() => ({ value: copy(thrown) }), undefined) ?? { value: textOf(thrown) };
  const found = new Map<Error, number>([[thrown, 0]]);
  const leafWire: ToValueWire = (value) =>
    isError(value) ? numbered(found, value) : attempt(() => ({ value: copy(value) }), undefined);
  const valueWire: ToValueWire = (value) =>
    isListWithErrors(value) ? { list: value.flatMap((item) => leafWire(item) ?? []) } : leafWire(value);
  const wires: ErrorWire[] = [];
  for (const error of found.keys()) wires.push(errorWire(error, valueWire)); // it finds more on the way
  return { error: wires[0]!, others: wires.slice(1) };
}

function numbered(found: Map<Error, number>, error: Error): ValueWire | undefined {
  if (!found.has(error) && found.size < MAX_ERRORS) found.set(error, found.size);
  const number = found.get(error);
  return number === undefined ? undefined : { number };
}

/** Encodes the value of a property; `undefined` if it cannot be sent. */
type ToValueWire = (value: unknown) => ValueWire | undefined;

function errorWire(error: Error, valueWire: ToValueWire): ErrorWire {
  const base = builtinOf(error);
  const name = attempt(() => textOf(error.name), base);
  const message = messageOf(error);
  const stack = attempt((): unknown => error.stack, undefined);
  const code = errors.isSharedError(error) ? attempt((): unknown => error.code, undefined) : undefined;
  return {
    base,
    name,
    message,
    stack: typeof stack === "string" ? stack : `${name}: ${message}`,
    code: typeof code === "string" ? code : undefined,
    properties: attempt(() => keysOf(error), []).flatMap((key) => propertyWire(error, key, valueWire)),
  };
}

const READ_APART = ["message", "stack"];
/** What a class may also define as a getter of its prototype. */
const INHERITED = ["cause", "errors"];

function keysOf(error: Error): string[] {
  const keys = new Set([...Object.getOwnPropertyNames(error), ...INHERITED.filter((key) => key in error)]);
  return [...keys].filter((key) => !READ_APART.includes(key));
}

function propertyWire(error: Error, key: string, valueWire: ToValueWire): PropertyWire[] {
  return attempt(() => {
    const isEnumerable = Object.prototype.propertyIsEnumerable.call(error, key);
    const value = valueWire(error[key as keyof Error]);
    return value ? [{ key, isEnumerable, value }] : [];
  }, []);
}

const isListWithErrors = (value: unknown): value is readonly unknown[] =>
  attempt(() => Array.isArray(value) && value.some(isError), false);

/** What `read` returns, or `otherwise` if it throws. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** The message of an error, and any other value as text. */
export const messageOf = (thrown: unknown): string =>
  isError(thrown) ? attempt(() => textOf(thrown.message), UNREADABLE) : textOf(thrown);
const UNREADABLE = "(its message could not be read)";

/** Any value as text, also one whose `toString` throws. */
export function textOf(value: unknown): string {
  const plain = typeof value === "function" ? "a function" : "an object";
  const tag = () => attempt(() => Object.prototype.toString.call(value), plain);
  return attempt(() => String(value), undefined) ?? tag();
}

// ── The classes of errors ──────────────────────────────────────────────────────────────────────────────────────────

/** How an error of a built-in class is made. A runtime without SuppressedError has none to send. */
const builtins = new Map<string, (message: string, name: string) => Error>([
  ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    (Class) => [Class.name, (message: string) => new Class(message)] as const,
  ),
  ["AggregateError", (message) => new AggregateError([], message)],
  ["DOMException", (message, name) => new DOMException(message, name)],
]);
const { SuppressedError: Suppressed } = globalThis as {
  SuppressedError?: new (error: unknown, suppressed: unknown, message: string) => Error;
};
if (Suppressed) builtins.set("SuppressedError", (message) => new Suppressed(undefined, undefined, message));

/** The nearest built-in class of an error, by the names in its chain of prototypes, which may be of another realm. */
function builtinOf(error: Error): string {
  return attempt(() => {
    for (let p: unknown = error; p; p = Object.getPrototypeOf(p)) {
      const own: unknown = Object.hasOwn(p as object, "constructor") ? (p as object).constructor?.name : undefined;
      if (builtins.has(own as string)) return own as string;
    }
    return "Error";
  }, "Error");
}

type OwnClass = new (message: string, fields: object) => errors.SharedError;
const isOwnClass = (value: unknown): value is OwnClass => typeof value === "function" && isError(value.prototype);
const ownClasses = new Map(
  Object.values<unknown>(errors).flatMap((Class) => (isOwnClass(Class) ? [[codeOf(Class), Class]] : [])),
);
function codeOf(Class: OwnClass): string {
  return new Class("", {}).code;
}

/**
 * Makes the error again: of the same class if that is built in or one of this package, else of the nearest built-in.
 */
export function fromWire(thrown: ThrownWire): unknown {
  if ("value" in thrown) return thrown.value;
  const wires = [thrown.error, ...thrown.others];
  const made = wires.map(bareError);
  const valueFrom = (wire: ValueWire): unknown => {
    if ("number" in wire) return made[wire.number];
    return "list" in wire ? wire.list.map(valueFrom) : wire.value;
  };
  for (const [i, { properties }] of wires.entries()) {
    for (const { key, isEnumerable, value } of properties) define(made[i]!, key, valueFrom(value), isEnumerable);
  }
  return made[0];
}

function bareError({ base, name, message, stack, code }: ErrorWire): Error {
  const Own = code === undefined ? undefined : ownClasses.get(code);
  const error = Own ? new Own(message, {}) : (builtins.get(base) ?? builtins.get("Error")!)(message, name);
  if (error.name !== name) define(error, "name", name);
  define(error, "stack", stack);
  return error;
}

function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
}
