/** Proxies: what stands, in any thread, for an object in a manager's server. Each method has a blocking twin. */

import { expectOneOf, show } from "../base/expect.js";
import { Queue } from "../channels/queue.js";
import type { Words } from "../memory/words/atomics.js";
import { type FunctionRef, refOf } from "../wire/functions.js";
import { fromHandle, type Handle, registerHandleKind } from "../wire/registry.js";
import { MANAGER_WORDS, OBJECT_KINDS, type ObjectKind } from "./layout.js";
import { type Line, lineTo } from "./line.js";
import { methodsOf } from "./objects.js";

/** Every method, and its blocking twin: `get` and `getSync`. */
export type Proxied<T> = T & {
  [K in keyof T as K extends string ? `${K}Sync` : never]: T[K] extends (...args: infer A) => Promise<infer V>
    ? (...args: A) => V
    : never;
};

/** A Map with text for keys, in a manager's server. */
export interface DictApi<V> {
  get(key: string): Promise<V | undefined>;
  set(key: string, value: V): Promise<void>;
  has(key: string): Promise<boolean>;
  /** False if there was none. */
  delete(key: string): Promise<boolean>;
  size(): Promise<number>;
  /** All of them, in the order in which the keys were first set. */
  entries(): Promise<[string, V][]>;
  /** Replaces a value by what `fn` makes of it; no other call comes in between. `fn` runs in the server. The NEW value. */
  update(key: string, fn: (old: V | undefined) => V): Promise<V>;
}

/** An Array in a manager's server. */
export interface ListApi<T> {
  /** A negative index counts from the end; `undefined` where there is none. */
  at(i: number): Promise<T | undefined>;
  /** @throws {IndexError} if there is no such item */
  set(i: number, value: T): Promise<void>;
  /** The new length. */
  push(...items: T[]): Promise<number>;
  /** The last item, taken off; `undefined` of an empty list. */
  pop(): Promise<T | undefined>;
  size(): Promise<number>;
  toArray(): Promise<T[]>;
  /** Replaces an item by what `fn` makes of it, as `DictApi.update`. @throws {IndexError} */
  update(i: number, fn: (old: T) => T): Promise<T>;
}

/** A record in a manager's server. */
export interface NamespaceApi<N> {
  get<K extends keyof N>(key: K): Promise<N[K]>;
  set<K extends keyof N>(key: K, value: N[K]): Promise<void>;
  toObject(): Promise<N>;
}

/** One value in a manager's server. */
export interface ValueApi<T> {
  get(): Promise<T>;
  set(value: T): Promise<void>;
  /** Replaces it by what `fn` makes of it, as `DictApi.update`. The NEW value. */
  update(fn: (old: T) => T): Promise<T>;
}

/** Which argument of a method is a key or an index, checked before it leaves. */
const FIRST_ARGUMENT: Partial<Record<ObjectKind, "string" | "number">> = {
  dict: "string",
  namespace: "string",
  list: "number",
};
const WITHOUT_ONE = new Set(["size", "entries", "push", "pop", "toArray", "toObject"]);

/** For the methods of proxies: a call to the server. */
let call: (proxy: ObjectProxy, method: string, args: readonly unknown[]) => Promise<unknown>;
let callSync: (proxy: ObjectProxy, method: string, args: readonly unknown[]) => unknown;

class ObjectProxy {
  readonly #line: Line;
  readonly #id: string;
  readonly #kind: ObjectKind;

  constructor(line: Line, id: string, kind: ObjectKind) {
    this.#line = line;
    this.#id = id;
    this.#kind = kind;
  }

  static {
    call = async (proxy, method, args) => proxy.#line.call(proxy.#id, method, proxy.#checked(method, args));
    callSync = (proxy, method, args) => proxy.#line.callSync(proxy.#id, method, proxy.#checked(method, args));
    registerHandleKind<ObjectProxy>(
      "ObjectProxy",
      (value) => value instanceof ObjectProxy,
      (proxy, handleOf) => ({
        requests: handleOf(proxy.#line.requests),
        words: proxy.#line.words.buffer,
        id: proxy.#id,
        type: proxy.#kind,
      }),
      ({ requests, words, id, type }) => {
        const kind = expectOneOf("type", type, OBJECT_KINDS);
        if (typeof id !== "string") throw new TypeError(`Expected \`id\` to be a string, got ${show(id)}`);
        const queue = typeof requests === "object" && requests ? fromHandle(requests as Handle<unknown>) : undefined;
        if (!(queue instanceof Queue))
          throw new TypeError(`Expected \`requests\` to be a queue, got ${show(requests)}`);
        return newProxy(lineTo(queue, expectWords(words)), id, kind) as ObjectProxy;
      },
    );
  }

  #checked(method: string, args: readonly unknown[]): readonly unknown[] {
    const type = WITHOUT_ONE.has(method) ? undefined : FIRST_ARGUMENT[this.#kind];
    if (type !== undefined && typeof args[0] !== type) {
      const what = type === "string" ? "key" : "i";
      throw new TypeError(`Expected \`${what}\` to be a ${type}, got ${show(args[0])}`);
    }
    return method === "update" ? [...args.slice(0, -1), refOf(args.at(-1), "fn") satisfies FunctionRef] : args;
  }

  toString(): string {
    return `a manager's ${this.#kind}`;
  }
}

/** The class of each kind: a method for each operation of the server, and its twin. */
const proxyClasses = new Map<ObjectKind, typeof ObjectProxy>();
for (const kind of OBJECT_KINDS) {
  const Class = class extends ObjectProxy {};
  for (const method of methodsOf(kind)) {
    const methods = {
      [method](this: ObjectProxy, ...args: unknown[]) {
        return call(this, method, args);
      },
      [`${method}Sync`](this: ObjectProxy, ...args: unknown[]) {
        return callSync(this, method, args);
      },
    };
    for (const [name, value] of Object.entries(methods)) {
      Object.defineProperty(Class.prototype, name, { value, configurable: true, writable: true });
    }
  }
  proxyClasses.set(kind, Class);
}

/** A proxy for the object of that id, which the server has or is about to make. */
export const newProxy = (line: Line, id: string, kind: ObjectKind): object =>
  new (proxyClasses.get(kind)!)(line, id, kind);

function expectWords(words: unknown): Words {
  if (words instanceof SharedArrayBuffer && words.byteLength >= 4 * MANAGER_WORDS) return new Int32Array(words);
  throw new TypeError(`Expected \`words\` to be a manager's, got ${show(words)}`);
}
