/** Proxies: they represent, in any thread, an object in a manager's server. Each method has a blocking form. */

import { isSharedArrayBuffer } from "../base/builtins.js";
import { expectNoOptions, expectOneOf, show } from "../base/expect.js";
import { refuseIndices } from "../base/misuse.js";
import { Queue } from "../channels/queue.js";
import type { Words } from "../memory/words/atomics.js";
import { contentsGetter, defineContents } from "../wire/comparison.js";
import { expectReturn } from "../wire/expect-form.js";
import { type FunctionRef, refOf } from "../wire/functions.js";
import { fromHandle, type Handle, registerHandleKind } from "../wire/registry.js";
import { MANAGER_WORDS, OBJECT_KINDS, type ObjectKind } from "./layout.js";
import { type Line, lineTo } from "./line.js";
import { arityOf, methodsOf } from "./objects.js";

/** Every method of `T`, and its blocking form: `get` and `getSync`. */
export type Proxied<T> = T & {
  [K in keyof T as K extends string ? `${K}Sync` : never]: T[K] extends (...args: infer A) => Promise<infer V>
    ? (...args: A) => V
    : never;
};

/** A Map with strings as keys, in a manager's server. */
export interface DictApi<V> {
  /** The value of a key; `undefined` if there is none. */
  get(key: string): Promise<V | undefined>;
  set(key: string, value: V): Promise<void>;
  has(key: string): Promise<boolean>;
  /** Removes a key; returns false if it was not there. */
  delete(key: string): Promise<boolean>;
  size(): Promise<number>;
  /** All entries, in the order in which their keys were first set. */
  entries(): Promise<[string, V][]>;
  /**
   * Replaces the value by `fn(old)` and returns the NEW value. `fn` runs in the server; no other call comes in between.
   */
  update(key: string, fn: (old: V | undefined) => V): Promise<V>;
}

/** An Array in a manager's server. */
export interface ListApi<T> {
  /** The item at `i`; `undefined` if there is none. A negative index counts from the end. */
  at(i: number): Promise<T | undefined>;
  /**
   * Replaces an item.
   *
   * @throws {IndexError} If there is no such item.
   */
  set(i: number, value: T): Promise<void>;
  /** Appends items; returns the new length. */
  push(...items: T[]): Promise<number>;
  /** Removes the last item and returns it; `undefined` if the list is empty. */
  pop(): Promise<T | undefined>;
  size(): Promise<number>;
  toArray(): Promise<T[]>;
  /**
   * Replaces an item by `fn(old)`, like `DictApi.update`.
   *
   * @throws {IndexError} If there is no such item.
   */
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
  /** Replaces the value by `fn(old)` and returns the NEW value, like `DictApi.update`. */
  update(fn: (old: T) => T): Promise<T>;
}

/** The type of a method's first argument, a key or an index, which is checked before the call is sent. */
const FIRST_ARGUMENT: Partial<Record<ObjectKind, "string" | "number">> = {
  dict: "string",
  namespace: "string",
  list: "number",
};
/** Methods without a key or an index. */
const WITHOUT_KEY = new Set(["size", "entries", "push", "pop", "toArray", "toObject"]);

/** Calls to the server, for the methods of proxies. */
let call: (proxy: ObjectProxy, method: string, args: readonly unknown[]) => Promise<unknown>;
let callSync: (proxy: ObjectProxy, method: string, args: readonly unknown[]) => unknown;
let contentsOf: (proxy: ObjectProxy) => object;

class ObjectProxy {
  readonly #line: Line;
  readonly #id: string;
  readonly #kind: ObjectKind;

  constructor(line: Line, id: string, kind: ObjectKind) {
    this.#line = line;
    this.#id = id;
    this.#kind = kind;
    defineContents(this, CONTENTS);
  }

  static {
    contentsOf = (proxy) => ({ id: proxy.#id });
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
    if (method !== "push") expectNoOptions(args.slice(arityOf(this.#kind, method)), method);
    const type = WITHOUT_KEY.has(method) ? undefined : FIRST_ARGUMENT[this.#kind];
    if (type !== undefined && typeof args[0] !== type) {
      const what = type === "string" ? "key" : "i";
      throw new TypeError(`Expected \`${what}\` to be a ${type}, got ${show(args[0])}`);
    }
    if (method !== "update") return args;
    const ref: FunctionRef = refOf(args.at(-1), "fn");
    expectReturn(args.at(-1), "fn");
    return [...args.slice(0, -1), ref];
  }

  toString(): string {
    return `a manager's ${this.#kind}`;
  }
  toJSON(): string {
    return this.toString();
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
/** Proxies are equal if they are for the same object. */
const CONTENTS = contentsGetter<ObjectProxy>(contentsOf);
refuseIndices(ObjectProxy, "a manager's object", "its methods, such as `set` and `get` or `at`", () => true);

/** The class of each kind: for each operation of the server a method and its blocking form. */
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

/** A proxy for the object with that id, which the server has made or is about to make. */
export const newProxy = (line: Line, id: string, kind: ObjectKind): object =>
  new (proxyClasses.get(kind)!)(line, id, kind);

function expectWords(words: unknown): Words {
  if (isSharedArrayBuffer(words) && words.byteLength >= 4 * MANAGER_WORDS) return new Int32Array(words);
  throw new TypeError(`Expected \`words\` to be a manager's, got ${show(words)}`);
}
