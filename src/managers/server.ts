/** The server thread of a `Manager`: entry. Owns plain objects, and does what is asked of them, one request after the other. */
import { becomeWorker, ownToken } from "../agent.js";
import { insteadOf, unwrapped } from "../channels/large.js";
import type { Sender } from "../channels/types.js";
import { isSharedError, toWire } from "../errors.js";
import { type Packed, unpack } from "../handle.js";
import { type FunctionRef, loadFunction } from "../kernels/functions.js";
import { store } from "../memory/atomics.js";
import { blockBehind } from "../memory/shared-thing.js";
import "./receivable.js";
import { type MessagePort, receiveMessageOnPort, workerData } from "../platform.js";
import { OVER, type ServerBegin, type ServerReply, type ServerRequest, TOKEN } from "./layout.js";
import { ManagedObject } from "./objects.js";

/** How soon replies that found no room are tried again. */
const RETRY_MS = 1;
/** How long a closing server waits for callers to make room for their last replies. */
const PATIENCE_MS = 1000;

class Caller {
  readonly #replies: Sender<unknown>;
  /** Replies that found no room: the server waits for nobody. */
  readonly #waiting: unknown[] = [];
  isGone = false;

  constructor(replies: Sender<unknown>) {
    this.#replies = replies;
  }

  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }

  reply(reply: ServerReply): void {
    this.#waiting.push(reply);
    this.flush();
  }

  flush(): void {
    while (this.isBehind && !this.isGone && this.#putNext()) this.#waiting.shift();
  }

  /** False if there was no room, or its thread has ended. */
  #putNext(): boolean {
    const [reply] = this.#waiting;
    try {
      return this.#replies.tryPut(reply);
    } catch (e) {
      if (isSharedError(e, "END_OF_STREAM")) this.isGone = true;
      else this.#waiting[0] = insteadOf(reply, e, home);
      return !this.isGone && this.#putNext();
    }
  }
}

becomeWorker("process");
const begin = receiveMessageOnPort(workerData as MessagePort)!.message as Packed;
(workerData as MessagePort).close();
const { requests, words } = unpack(begin) as ServerBegin;
const home = blockBehind(requests);
const objects = new Map<string, ManagedObject>();
const callers = new Map<string, Caller>();
store(words, TOKEN, ownToken);
process.on("exit", () => store(words, OVER, 1));
await serve();

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
  for (const [id, caller] of callers) {
    caller.flush();
    if (caller.isGone) callers.delete(id);
  }
}

/** `undefined` if there is none for a while. */
function next(): ServerRequest | "end" | undefined {
  try {
    return unwrapped(requests.getSync(isBehind() ? { timeoutMs: RETRY_MS } : {})) as ServerRequest;
  } catch (e) {
    if (isSharedError(e, "TIMEOUT")) return undefined;
    if (isSharedError(e, "END_OF_STREAM")) return "end"; // closed, or nobody has the manager any more
    throw e;
  }
}

async function obey(request: ServerRequest): Promise<void> {
  if (request[0] === "hello") callers.set(request[1], new Caller(request[2] as Sender<unknown>));
  else if (request[0] === "create") objects.set(request[1], new ManagedObject(request[2], request[3]));
  else {
    const [, caller, call, id, method, args] = request;
    callers.get(caller)?.reply(await answer(call, id, method, args));
  }
}

async function answer(call: number, id: string, method: string, args: readonly unknown[]): Promise<ServerReply> {
  try {
    const given = method === "update" ? [...args.slice(0, -1), await loadFunction(args.at(-1) as FunctionRef)] : args;
    return [call, objects.get(id)!.call(method, given)];
  } catch (e) {
    return [call, undefined, toWire(e)];
  }
}
