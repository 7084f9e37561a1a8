/** The containers that structured clone looks into: arrays, maps, sets and records. Used to pack messages. */
import { isMap, isSet } from "./builtins.js";
import { show } from "./expect.js";

/**
 * True for an object whose own properties structured clone copies: a plain one, or an instance of a user's class. False
 * for a Date, a port, a buffer.
 */
export const isRecord = (object: object) => Object.prototype.toString.call(object) === "[object Object]";

/** Longer arrays are walked by their keys, because they may be sparse: four billion long, with two elements. */
const LONG = 1 << 24;

/** What structured clone would visit inside a container, each with the step that leads to it. */
export function* children(object: object): Generator<[step: string, child: unknown]> {
  if (isMap(object)) {
    for (const [key, value] of object) yield* [[".keys()", key] as [string, unknown], [`.get(${show(key)})`, value]];
  } else if (isSet(object)) {
    for (const value of object) yield [".values()", value];
  } else if (Array.isArray(object)) {
    const items = object.length > LONG ? Object.entries(object) : object.entries();
    for (const [i, value] of items) yield [`[${i}]`, value];
  } else if (isRecord(object)) {
    for (const [key, value] of Object.entries(object)) yield [`.${key}`, value];
  }
}

/**
 * Copies the containers, and replaces each object for which `swap` returns another one. Cycles are kept.
 *
 * @param copies the copies made so far, by original
 */
export function replaceObjects(
  value: unknown,
  swap: (object: object) => object | undefined,
  copies: Map<object, unknown> = new Map(),
): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  const swapped = swap(value);
  const into = (copy: object) => {
    copies.set(value, copy);
    return copy;
  };
  if (swapped) return into(swapped);
  const inner = (child: unknown) => replaceObjects(child, swap, copies);
  if (Array.isArray(value)) {
    const copy = into(new Array(value.length)) as unknown[];
    // Holes stay holes.
    const keys = value.length > LONG ? Object.keys(value) : value.keys();
    for (const i of keys as Iterable<number>) if (i in value) copy[i] = inner(value[i]);
    return copy;
  }
  if (isMap(value)) {
    const copy = into(new Map()) as Map<unknown, unknown>;
    for (const [key, child] of value) copy.set(inner(key), inner(child));
    return copy;
  }
  if (isSet(value)) {
    const copy = into(new Set()) as Set<unknown>;
    for (const child of value) copy.add(inner(child));
    return copy;
  }
  if (!isRecord(value)) return into(value);
  const copy = into({}) as Record<string, unknown>;
  for (const [key, child] of Object.entries(value)) {
    const own = { value: inner(child), enumerable: true, configurable: true, writable: true };
    Object.defineProperty(copy, key, own); // a key may be `__proto__`
  }
  return copy;
}
