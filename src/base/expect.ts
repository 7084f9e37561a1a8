/**
 * Checks of arguments, in one grammar: ``Expected `axis` to be an integer in [-2, 2), got 3 (array of shape [4, 5])``.
 * Used by every public function before it changes anything. None of them calls a method of the value it checks.
 */
import { nearestName } from "./nearest.js";

/** A value as messages show it: short, and without running the caller's code. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
    case "bigint":
      return `${value}n`;
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      return value === null ? "null" : showObject(value);
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function showObject(value: object): string {
  try {
    if (!Array.isArray(value)) return tagged(classOf(value));
    const items = Array.from({ length: Math.min(value.length, 8) }, (_, i) => {
      const own = Object.getOwnPropertyDescriptor(value, i);
      return own && "value" in own && typeof own.value !== "object" ? show(own.value) : "…";
    });
    return `[${items.join(", ")}${value.length > 8 ? ", …" : ""}]`;
  } catch {
    return "an object";
  }
}

/** A promise is mostly the result of a call whose `await` was forgotten. */
const tagged = (name: string): string => (name === "Promise" ? "a Promise (await it first)" : `an object (${name})`);

/** The name of an object's class: its tag or, if that says nothing, the name of what its prototype was made by. */
function classOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag !== "Object") return tag;
  const prototype = Object.getPrototypeOf(value) as object | null;
  const made = prototype && (Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown);
  const name = typeof made === "function" && (Object.getOwnPropertyDescriptor(made, "name")?.value as unknown);
  return typeof name === "string" && name !== "" ? name : tag;
}

/** The name of a class with its article: `an NDArray`, `a Lock`. */
export const withArticle = (name: string): string => `${/^([aeio]|NDA|Npz|RL)/i.test(name) ? "an" : "a"} ${name}`;

/**
 * Checks for an integer in [low, high).
 *
 * @param of what the value belongs to, for the message
 * @throws {TypeError} If it is not a number.
 * @throws {RangeError} If it is not an integer in that range.
 */
export function expectInteger(what: string, value: unknown, low: number, high: number, of = ""): number {
  const isNumber = typeof value === "number";
  if (isNumber && Number.isInteger(value) && value >= low && value < high) return value;
  const isOpen = high > Number.MAX_SAFE_INTEGER;
  const range = !isOpen ? ` in [${low}, ${high})` : Number.isFinite(low) ? ` at least ${low}` : "";
  const message = `Expected \`${what}\` to be an integer${range}, got ${show(value)}${of && ` (${of})`}`;
  throw isNumber ? new RangeError(message) : new TypeError(message);
}

/** Checks for an array of integers in [low, high), and returns a copy, so that the values used are those checked. */
export function expectIntegers(what: string, value: unknown, low: number, high: number): number[] {
  if (!Array.isArray(value)) throw new TypeError(`Expected \`${what}\` to be an array of integers, got ${show(value)}`);
  return Array.from(value, (item, i) => expectInteger(`${what}[${i}]`, item, low, high));
}

/** Checks for one of the listed words. */
export function expectOneOf<T extends string>(what: string, value: unknown, words: readonly T[]): T {
  if (typeof value === "string" && (words as readonly string[]).includes(value)) return value as T;
  throw new TypeError(`Expected \`${what}\` to be one of ${words.map(show).join(", ")}, got ${show(value)}`);
}

/** Checks for an options object, or nothing. A number here is mostly a forgotten `[…]` or `{ … }`. */
export function expectOptions<T extends object>(value: T | undefined, what = "options"): Partial<T> {
  if (value === undefined) return {};
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value;
  throw new TypeError(`Expected \`${what}\` to be an object, got ${show(value)}`);
}

/**
 * An object that has what is given to it, and inherits nothing: not even what somebody has added to the prototype of
 * all objects. (Objects made by `Object.create(null)` are slower to read.)
 */
class Own {}
Object.setPrototypeOf(Own.prototype, null);
const NO_OPTIONS: Readonly<Own> = Object.freeze(new Own());

/** An object with the same own properties that inherits nothing. */
export const ownOf = <T extends object>(value: T): T => Object.assign(new Own(), value) as T;

/**
 * Checks for an options object that has only known names. A misspelt name must not be ignored, nor an array that was
 * meant as `out`. Options are read from what this returns, which has only what the user has written into the object.
 *
 * @param of the function that the options belong to, for the message
 * @throws {TypeError} If it is no plain object, or has another name. The message says which name was probably meant.
 */
export function expectKnown<T extends object>(value: T | undefined, names: readonly string[], of: string): Partial<T> {
  if (value === undefined) return NO_OPTIONS;
  if (!isPlain(value)) {
    const form = formOf(value, names);
    throw new TypeError(`Expected the options of ${of} to be a plain object, got ${show(value)} (write ${form})`);
  }
  for (const name of Object.keys(value)) if (!names.includes(name)) throw unknownOption(name, names, of);
  return ownOf(value);
}

/**
 * Refuses options of a function that has none. Other further arguments are let through: `map` and `forEach` pass an
 * index.
 *
 * @param extra the arguments after the last one of the function
 * @throws {TypeError} If the first of them is an object.
 */
export function expectNoOptions([first]: readonly unknown[], of: string): void {
  if (typeof first !== "object") return;
  if (isPlain(first)) expectKnown(first as object, [], of);
  throw new TypeError(`Expected no further argument for ${of}, got ${show(first)}`);
}

/** Checks for true or false. If nothing is given, it is false. */
export function expectBoolean(what: string, value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw new TypeError(`Expected \`${what}\` to be a boolean, got ${show(value)}`);
}

/** Whether a value is an object of no class. Objects of another realm, such as a test runner's, have another root. */
export function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function unknownOption(name: string, names: readonly string[], of: string): TypeError {
  if (names.length === 0) return new TypeError(`Unknown option \`${name}\` of ${of}; it has none`);
  const meant = nearestName(name, names);
  const cure = meant === undefined ? `its options are ${names.join(", ")}` : `did you mean \`${meant}\`?`;
  return new TypeError(`Unknown option \`${name}\` of ${of}; ${cure}`);
}

/** The options that people pass without braces, by the type of the value. */
const BARE: Readonly<Record<string, readonly string[]>> = {
  number: ["workers", "n", "columns", "k", "axis", "chunkSize", "maxSize", "timeoutMs", "ndim"],
  string: ["dtype", "name", "scope"],
  boolean: ["keepdims", "duplex"],
  list: ["axis", "shape", "sizes"],
};

/** The options that only certain words can be meant for. */
const WORDS: readonly (readonly [name: string, words: readonly unknown[]])[] = [
  ["mode", ["r", "r+", "c", "w+"]],
  ["scope", ["process", "system"]],
  ["isolation", ["thread", "process"]],
  ["casting", ["no", "equiv", "safe", "same_kind", "unsafe"]],
  ["indexing", ["xy", "ij"]],
];

/** How the value would be passed as an option: `{ workers: 4 }`. */
function formOf(value: unknown, names: readonly string[]): string {
  const type = Array.isArray(value) ? "list" : typeof value;
  const [ofWord] = WORDS.find(([one, words]) => names.includes(one) && words.includes(value)) ?? [];
  const name = ofWord ?? BARE[type]?.find((one) => names.includes(one));
  if (name !== undefined) return `{ ${name}: ${show(value)} }`;
  return typeof value === "object" && value !== null && names.includes("out") ? "{ out: … }" : "{ option: value }";
}

/** Checks for milliseconds: a number that is at least 0, or nothing. */
export function expectMs(what: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0) return value;
  const message = `Expected \`${what}\` to be a number of milliseconds, at least 0, got ${show(value)}`;
  throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
}

/** Checks for the path of a file. */
export function expectPath(path: unknown): string {
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return path;
  throw new TypeError(`Expected \`path\` to be the path of a file, got ${show(path)}`);
}
