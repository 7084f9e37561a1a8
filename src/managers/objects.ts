/** The objects that a manager's server owns, and the operations on them. Proxies have methods of the same names. */
import { IndexError, NotSendableError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { isRefusedPromise } from "../base/returned.js";
import { sent } from "../wire/pack.js";
import { MAX_VALUE_DEPTH, type ObjectKind } from "./layout.js";

type Fn = (old: unknown) => unknown;
type Operation<O> = (object: O, ...args: never[]) => unknown;
interface ObjectClass<O> {
  readonly make: (content: never) => O;
  readonly operations: Readonly<Record<string, Operation<O>>>;
}
interface Cell {
  value: unknown;
}

/**
 * Turns `i` into a non-negative index.
 *
 * @throws {IndexError} If the list has no such item.
 */
function indexIn(list: readonly unknown[], i: number): number {
  const { length } = list;
  const index = i < 0 ? i + length : i;
  if (Number.isInteger(i) && index >= 0 && index < length) return index;
  const range = `[${-length}, ${length})`;
  const message = `Expected \`i\` to be an integer in ${range}, got ${show(i)} (list of ${length} items)`;
  throw new IndexError(message, { index: i, axis: 0, shape: [length] });
}

const dict: ObjectClass<Map<string, unknown>> = {
  make: (entries: [string, unknown][]) => new Map(entries.map(([k, v]) => [k, copied(v, k)])),
  operations: {
    get: (d, k: string) => d.get(k),
    set: (d, k: string, v: unknown) => void d.set(k, v),
    has: (d, k: string) => d.has(k),
    delete: (d, k: string) => d.delete(k),
    size: (d) => d.size,
    entries: (d) => [...d],
    update(d, k: string, fn: Fn) {
      const value = updated(fn, d.get(k));
      d.set(k, value);
      return value;
    },
  },
};

const list: ObjectClass<unknown[]> = {
  make: (items: unknown[]) => items.map((item, i) => copied(item, `items[${i}]`)),
  operations: {
    at: (l, i: number) => l.at(i),
    set: (l, i: number, v: unknown) => {
      l[indexIn(l, i)] = v;
    },
    push: (l, ...items: unknown[]) => l.push(...items.map((item, i) => copied(item, `items[${i}]`))),
    pop: (l) => l.pop(),
    size: (l) => l.length,
    toArray: (l) => l,
    update(l, i: number, fn: Fn) {
      const index = indexIn(l, i);
      l[index] = updated(fn, l[index]);
      return l[index];
    },
  },
};

const namespace: ObjectClass<Map<string, unknown>> = {
  make: (fields: object) => new Map(Object.entries(fields).map(([k, v]) => [k, copied(v, k)])),
  operations: {
    get: (n, k: string) => n.get(k),
    set: (n, k: string, v: unknown) => void n.set(k, v),
    toObject: (n) => Object.fromEntries(n),
  },
};

const value: ObjectClass<Cell> = {
  make: (initial: unknown) => ({ value: initial }),
  operations: {
    get: (cell) => cell.value,
    set(cell, v: unknown) {
      cell.value = v;
    },
    update(cell, fn: Fn) {
      cell.value = updated(fn, cell.value);
      return cell.value;
    },
  },
};

/**
 * The value that `update` stores. The server does nothing else between reading the old value and storing the new one.
 * If the function throws, or its result cannot be stored, the old value is unchanged, because the function had a copy.
 *
 * @throws {TypeError} If the function returns nothing: then its `return` was mostly forgotten.
 */
function updated(fn: Fn, old: unknown): unknown {
  const value = fn(copied(old, "old"));
  if (isRefusedPromise(value)) {
    throw new NotSendableError("Expected `fn` to return the new value, got a promise (await it before)", {
      path: "fn()",
    });
  }
  if (value === undefined) {
    throw new TypeError("Expected `fn` to return the new value, got undefined (to store that, use set)");
  }
  return copied(value, "fn()");
}

/** A copy, as a message would make it. */
function copied(value: unknown, path: string): unknown {
  const isPrimitive =
    value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol");
  return isPrimitive ? value : sent(value, path, { maxDepth: MAX_VALUE_DEPTH });
}

const classes = { dict, list, namespace, value } satisfies Record<ObjectKind, unknown>;

/** The number of arguments of a method. */
export const arityOf = (kind: ObjectKind, method: string): number =>
  (classes[kind].operations as Record<string, Operation<never>>)[method]!.length - 1;

/** The names of the methods of a kind. */
export const methodsOf = (kind: ObjectKind): readonly string[] => Object.keys(classes[kind].operations);

/** One object in a server. */
export class ManagedObject {
  readonly #class: ObjectClass<unknown>;
  readonly #object: unknown;

  constructor(kind: ObjectKind, content: unknown) {
    this.#class = classes[kind] as unknown as ObjectClass<unknown>;
    this.#object = this.#class.make(content as never);
  }
  call(method: string, args: readonly unknown[]): unknown {
    return this.#class.operations[method]!(this.#object, ...(args as never[]));
  }
}
