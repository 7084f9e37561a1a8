/** `Manager`: starts a server thread that owns plain objects, which any thread reads and changes through proxies. */

import { UnsupportedError } from "../base/errors.js";
import { expectKnown, expectMs, expectOneOf, show } from "../base/expect.js";
import { Queue } from "../channels/queue.js";
import { load, newWords } from "../memory/words/atomics.js";
import type { SyncWaitOptions } from "../memory/words/wait.js";
import { assertNotImporting } from "../platform/importing.js";
import { MessageChannel, type MessagePort, startThread, type Worker } from "../platform/runtime.js";
import { callEvery } from "../platform/timers.js";
import { forbidSending, ofItsThread } from "../wire/contents.js";
import { settle } from "../wire/departures.js";
import { pack } from "../wire/pack.js";
import { HANDLED, MANAGER_WORDS, type ObjectKind, type ServerBegin, TOKEN } from "./layout.js";
import { type Line, lineTo } from "./line.js";
import { type DictApi, type ListApi, type NamespaceApi, newProxy, type Proxied, type ValueApi } from "./proxies.js";

/** How long a closing server may spend on one call, in milliseconds, if the caller does not say. */
const LONGEST_CALL_MS = 5000;
/** How often `close` looks whether the server goes on, in milliseconds. */
const CHECK_MS = 50;

/** How a `Manager`'s server runs. */
export interface ManagerOptions {
  /** `"thread"` by default. `"process"` is not supported: managers have no system scope yet. */
  readonly isolation?: "thread" | "process" | undefined;
}

/**
 * A thread that owns plain objects: dicts, lists, records and values. Other threads use them through proxies, which can
 * be sent to any thread. Each call is a round trip, and the manager does one call after the other, so no call sees
 * another one half done. Values are copied; shared things inside them are not. Locks, events and queues need no
 * manager. The objects live until the manager is closed.
 *
 * After Python's `multiprocessing.Manager`, with the method names of Map and Array.
 *
 * @example
 * await using manager = new Manager();
 * const squares = manager.dict<number>();
 * await squares.set("3", 9); // in any thread
 * await squares.update("3", (old) => (old ?? 0) + 1); // 10
 */
export class Manager implements AsyncDisposable {
  /** Makes structured clone fail, with an error that says why. */
  protected readonly contents = ofItsThread("Manager");
  readonly #line: Line;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #requests = new Queue();

  /**
   * Starts the server. It does not keep the program from ending.
   *
   * @throws {ImportedProgramError} If a worker is importing this module.
   * @throws {UnsupportedError} If `isolation` is `"process"`.
   */
  constructor(options?: ManagerOptions) {
    assertNotImporting("a Manager");
    const { isolation = "thread" } = expectKnown<ManagerOptions>(options, ["isolation"], "Manager");
    if (expectOneOf("isolation", isolation, ["thread", "process"]) === "process") {
      throw new UnsupportedError(
        'Expected `isolation` to be "thread", got "process", which this version does not have for managers',
        { feature: "managers in a process of their own", instead: 'isolation: "thread"' },
      );
    }
    const words = newWords(MANAGER_WORDS);
    const { port1, port2 } = new MessageChannel();
    const begin = pack({ requests: this.#requests, words } satisfies ServerBegin, "begin");
    port1.postMessage(begin);
    settle(begin, "sent");
    this.#worker = startThread("manager", "shared-ndarray manager", port2);
    this.#worker.unref();
    this.#line = lineTo(this.#requests, words);
    this.#ended = whenEnded(this.#worker, new WeakRef(this.#line), port1);
    port1.unref();
  }

  /**
   * Makes a Map with strings as keys.
   *
   * @throws {NotSendableError} If a value cannot be sent to another thread.
   * @throws {ClosedError} If the manager was closed.
   */
  dict<V = unknown>(entries: Iterable<readonly [string, V]> = []): Proxied<DictApi<V>> {
    const content = Array.from(expectIterable(entries, "entries"), (entry, i) => {
      if (Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string") return entry;
      throw new TypeError(`Expected \`entries[${i}]\` to be a pair of a string and a value, got ${show(entry)}`);
    });
    return this.#make("dict", content);
  }
  /**
   * Makes an Array.
   *
   * @throws {NotSendableError} If an item cannot be sent to another thread.
   * @throws {ClosedError} If the manager was closed.
   */
  list<T = unknown>(items: Iterable<T> = []): Proxied<ListApi<T>> {
    return this.#make("list", Array.from(expectIterable(items, "items")));
  }
  /**
   * Makes a record.
   *
   * @throws {NotSendableError} If a field cannot be sent to another thread.
   * @throws {ClosedError} If the manager was closed.
   */
  namespace<N extends object>(fields: N): Proxied<NamespaceApi<N>> {
    if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) return this.#make("namespace", fields);
    throw new TypeError(`Expected \`fields\` to be an object, got ${show(fields)}`);
  }
  /**
   * Makes one value.
   *
   * @throws {NotSendableError} If the value cannot be sent to another thread.
   * @throws {ClosedError} If the manager was closed.
   */
  value<T>(initial: T): Proxied<ValueApi<T>> {
    return this.#make("value", initial);
  }

  /**
   * Ends the server after the calls that were made before; later calls throw ClosedError. Idempotent. Always settles.
   *
   * @param options `timeoutMs`: how long the server may spend on one of these calls, by default 5000 ms. If a call
   * takes longer, such as an `update` that never returns, it and those behind it reject with a WorkerDiedError.
   * @throws {TypeError} If an option is unknown or has the wrong type.
   * @throws {RangeError} If `timeoutMs` is negative or NaN.
   */
  async close(options?: SyncWaitOptions): Promise<void> {
    const { timeoutMs } = expectKnown(options, ["timeoutMs"], "close");
    const longestCallMs = expectMs("timeoutMs", timeoutMs) ?? LONGEST_CALL_MS;
    if (!this.#requests.closed) this.#requests.end();
    this.#worker.ref();
    const stopWatching = this.#endWhenStuck(longestCallMs);
    await this.#ended;
    stopWatching();
    this.#requests.close();
  }

  /** Ends the server at once if it handles no request for so long. Returns a function that stops watching. */
  #endWhenStuck(longestCallMs: number): () => void {
    const { words } = this.#line;
    let seen = -1;
    let since = 0;
    const id = callEvery(Math.min(longestCallMs, CHECK_MS), () => {
      const now = performance.now();
      const handled = load(words, TOKEN) === 0 ? -1 : load(words, HANDLED); // a server that starts is not stuck
      if (handled !== seen || handled === -1) [seen, since] = [handled, now];
      else if (now - since >= longestCallMs) void this.#worker.terminate();
    });
    return () => clearInterval(id);
  }
  /** The same as `close()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #make<P>(kind: ObjectKind, content: unknown): P {
    const id = crypto.randomUUID();
    this.#line.create(id, kind, content);
    return newProxy(this.#line, id, kind) as P;
  }
}
forbidSending(Manager);

/**
 * Resolves when the server has ended. Refers to the line weakly: a running server must not keep an unused manager
 * alive.
 */
function whenEnded(worker: Worker, line: WeakRef<Line>, port: MessagePort): Promise<void> {
  worker.on("error", (error) => line.deref()?.serverFailed(error));
  return new Promise((resolve) => {
    worker.on("exit", () => {
      line.deref()?.serverEnded();
      port.close();
      resolve();
    });
  });
}

function expectIterable<T>(value: Iterable<T>, what: string): Iterable<T> {
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return value;
  throw new TypeError(`Expected \`${what}\` to be iterable, got ${show(value)}`);
}
