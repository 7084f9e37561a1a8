/** The server thread of a `Manager`: entry. Owns plain objects, and does what is asked of them, one request after the other. */

import { isSharedError, toWire } from "../base/errors.js";
import { asBytes, insteadOf, unwrapped } from "../channels/large.js";
import { hasPeer } from "../channels/pipe.js";
import type { Sender } from "../channels/types.js";
import { store } from "../memory/words/atomics.js";
import { becomeWorker } from "../platform/role.js";
import { ownToken } from "../system/agent.js";
import { blockBehind } from "../things/shared-thing.js";
import { type Packed, settle } from "../wire/departures.js";
import { type FunctionRef, loadFunction } from "../wire/functions.js";
import { pack, unpack } from "../wire/pack.js";
import "./receivable.js";
import {
  CLOSED,
  DIED,
  type ObjectKind,
  OVER,
  type ServerBegin,
  type ServerReply,
  type ServerRequest,
  TOKEN,
} from "../managers/layout.js";
import { ManagedObject } from "../managers/objects.js";
import { type MessagePort, receiveMessageOnPort, workerData } from "../platform/runtime.js";

/** How soon replies that found no room are tried again. */
const RETRY_MS = 1;
/** How long a closing server waits for callers to make room for their last replies. */
const PATIENCE_MS = 1000;

class Caller {
  readonly #replies: Sender<unknown>;
  /** Replies that found no room, as bytes: later calls do not change them, and the server waits for nobody. */
  readonly #waiting: object[] = [];
  #isGone = false;

  constructor(replies: Sender<unknown>) {
    this.#replies = replies;
  }

  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }
  /** Its thread has ended. */
  get isGone(): boolean {
    return this.#isGone || !hasPeer(this.#replies);
  }

  /** @throws if it cannot be sent */
  reply(reply: ServerReply): void {
    try {
      if (!this.isBehind && this.#tryPut(reply)) return;
      this.#waiting.push(asBytes(reply, home));
    } catch (e) {
      this.#waiting.push(insteadOf(reply, e, home));
    }
    this.flush();
  }

  flush(): void {
    while (this.isBehind && this.#tryPut(this.#waiting[0]!)) this.#waiting.shift();
  }

  #tryPut(message: object): boolean {
    try {
      return this.#replies.tryPut(message);
    } catch (e) {
      if (!isSharedError(e, "END_OF_STREAM")) throw e;
      this.#isGone = true;
      this.#waiting.length = 0;
      return true; // nobody wants it
    }
  }
}

becomeWorker("process");
const begin = receiveMessageOnPort(workerData as MessagePort)!.message as Packed;
(workerData as MessagePort).close();
const { requests, words } = unpack(begin) as ServerBegin;
const home = blockBehind(requests);
const objects = new Map<string, ReturnType<typeof made>>();
const callers = new Map<string, Caller>();
store(words, TOKEN, ownToken);
let hasServed = false;
process.on("exit", () => store(words, OVER, hasServed ? CLOSED : DIED));
await serve();
hasServed = true;

async function serve(): Promise<void> {
  for (let request = next(); request !== "end"; request = next()) {
    if (request) await obey(request);
    flushAll();
  }
  const deadline = performance.now() + PATIENCE_MS;
  while (isBehind() && performance.now() < deadline) {
    flushAll();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function isBehind(): boolean {
  return [...callers.values()].some((caller) => caller.isBehind);
}

function flushAll(): void {
  for (const caller of callers.values()) if (caller.isBehind) caller.flush();
}

/** `undefined` if there is none for a while. */
function next(): ServerRequest | "end" | undefined {
  try {
    return unwrapped(requests.getSync(isBehind() ? { timeoutMs: RETRY_MS } : {})) as ServerRequest;
  } catch (e) {
    if (isSharedError(e, "TIMEOUT")) return undefined;
    if (requests.ended || isSharedError(e, "END_OF_STREAM")) return "end"; // closed, or nobody has the manager any more
    return undefined; // what could not be received can only be a pipe for replies that its thread has closed since
  }
}

async function obey(request: ServerRequest): Promise<void> {
  if (request[0] === "hello") welcome(request[1], new Caller(request[2]));
  else if (request[0] === "create") objects.set(request[1], made(request[2], request[3]));
  else {
    const [, id, call, object, method, args] = request;
    const caller = callers.get(id);
    if (caller) await answer(caller, call, object, method, args);
  }
}

/** Threads come and go: those that have gone are forgotten when another one comes. */
function welcome(id: string, caller: Caller): void {
  for (const [known, one] of callers) if (one.isGone) callers.delete(known);
  callers.set(id, caller);
}

/** The object; or why there is none, for whoever calls it. */
function made(kind: ObjectKind, content: Packed): ManagedObject | { readonly failure: unknown } {
  try {
    return new ManagedObject(kind, unpack(content));
  } catch (failure) {
    return { failure };
  }
}

async function answer(caller: Caller, call: number, id: string, method: string, packed: Packed): Promise<void> {
  let result: Packed | undefined;
  try {
    const args = unpack(packed) as unknown[];
    if (method === "update") args.push(await loadFunction(args.pop() as FunctionRef));
    const object = objects.get(id)!;
    if ("failure" in object) throw object.failure;
    result = pack(object.call(method, args), "result");
    caller.reply([call, result]);
    settle(result, "sent");
  } catch (e) {
    if (result) settle(result, "cancelled");
    tell(caller, call, e);
  }
}

/** What was thrown; or, if that cannot be told, why not. */
function tell(caller: Caller, call: number, thrown: unknown): void {
  try {
    caller.reply([call, undefined, toWire(thrown)]);
  } catch (e) {
    caller.reply([call, undefined, toWire(e)]);
  }
}
