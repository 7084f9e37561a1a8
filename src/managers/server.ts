/** The server of a `Manager`: owns plain objects in a thread of its own and handles one request after the other. */

import { isSharedError } from "../base/errors.js";
import { unwrapped } from "../channels/large.js";
import type { Queue } from "../channels/queue.js";
import type { Block } from "../memory/blocks/driver.js";
import { add, store, type Words } from "../memory/words/atomics.js";
import { ownToken } from "../system/agent.js";
import { blockBehind } from "../things/shared-thing.js";
import { type Packed, settle } from "../wire/departures.js";
import { type FunctionRef, loadFunction } from "../wire/functions.js";
import { pack, unpack } from "../wire/pack.js";
import { toWire } from "../wire/thrown.js";
import { Caller } from "./caller.js";
import {
  CLOSED,
  DIED,
  HANDLED,
  type ObjectKind,
  OVER,
  type ServerBegin,
  type ServerCall,
  type ServerRequest,
  TOKEN,
} from "./layout.js";
import { ManagedObject } from "./objects.js";

/** How soon the server tries again to send replies that found no room. */
const RETRY_MS = 1;
/** How long a closing server waits for callers to make room for their last replies. */
const LAST_REPLIES_MS = 1000;

/** An object that could not be made: calls to it throw `failure`. */
interface FailedObject {
  readonly failure: unknown;
}

export class ManagerServer {
  readonly #requests: Queue;
  readonly #words: Words;
  /** The block that holds the shared memory of replies. */
  readonly #home: Block;
  readonly #objects = new Map<string, ManagedObject | FailedObject>();
  readonly #callers = new Map<string, Caller>();
  #hasServed = false;

  /** Announces the server by TOKEN, and its end by OVER when the thread exits. */
  constructor({ requests, words }: ServerBegin) {
    this.#requests = requests;
    this.#words = words;
    this.#home = blockBehind(requests);
    store(words, TOKEN, ownToken);
    process.on("exit", () => store(this.#words, OVER, this.#hasServed ? CLOSED : DIED));
  }

  /**
   * Handles requests until the queue has ended and is empty; then gives callers some time to make room for their
   * replies.
   */
  async serve(): Promise<void> {
    for (let request = this.#next(); request !== "end"; request = this.#next()) {
      if (request) await this.#handle(request);
      add(this.#words, HANDLED, 1);
      this.#flushAll();
    }
    const deadline = performance.now() + LAST_REPLIES_MS;
    while (this.#isBehind() && performance.now() < deadline) {
      this.#flushAll();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    this.#hasServed = true;
  }

  #isBehind(): boolean {
    return [...this.#callers.values()].some((caller) => caller.isBehind);
  }

  #flushAll(): void {
    for (const caller of this.#callers.values()) if (caller.isBehind) caller.flush();
  }

  /**
   * Returns the next request; `undefined` if replies must be sent again first, or if a request could not be received.
   */
  #next(): ServerRequest | "end" | undefined {
    const requests = this.#requests;
    try {
      return unwrapped(requests.getSync(this.#isBehind() ? { timeoutMs: RETRY_MS } : {})) as ServerRequest;
    } catch (e) {
      if (isSharedError(e, "TIMEOUT")) return undefined;
      if (requests.ended || isSharedError(e, "END_OF_STREAM")) return "end"; // closed, or no thread has the manager now
      return undefined; // only a pipe for replies cannot be received, if its thread has closed it since
    }
  }

  async #handle(request: ServerRequest): Promise<void> {
    if (request[0] === "hello") this.#welcome(request[1], new Caller(request[2], this.#home));
    else if (request[0] === "create") this.#objects.set(request[1], newObject(request[2], request[3]));
    else await this.#answer(request);
  }

  /** Adds a caller, and forgets those whose threads have ended. */
  #welcome(id: string, caller: Caller): void {
    for (const [known, one] of this.#callers) if (one.isGone) this.#callers.delete(known);
    this.#callers.set(id, caller);
  }

  async #answer([, id, call, objectId, method, packed]: ServerCall): Promise<void> {
    const caller = this.#callers.get(id);
    if (!caller) return;
    let result: Packed | undefined;
    try {
      const args = unpack(packed) as unknown[];
      if (method === "update") args.push(await loadFunction(args.pop() as FunctionRef));
      const object = this.#objects.get(objectId)!;
      if ("failure" in object) throw object.failure;
      result = pack(object.call(method, args), "result");
      caller.reply([call, result]);
      settle(result, "sent");
    } catch (e) {
      if (result) settle(result, "cancelled");
      replyError(caller, call, e);
    }
  }
}

function newObject(kind: ObjectKind, content: Packed): ManagedObject | FailedObject {
  try {
    return new ManagedObject(kind, unpack(content));
  } catch (failure) {
    return { failure };
  }
}

/** Replies with what was thrown; or, if that cannot be sent, with the reason. */
function replyError(caller: Caller, call: number, thrown: unknown): void {
  try {
    caller.reply([call, undefined, toWire(thrown)]);
  } catch (e) {
    caller.reply([call, undefined, toWire(e)]);
  }
}
