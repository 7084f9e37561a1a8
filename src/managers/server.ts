/** The server thread of a `Manager`: entry. Owns plain objects, and does what is asked of them, one request after the other. */
import { becomeWorker, ownToken } from "../agent.js";
import { gotAny, putAny } from "../channels/large.js";
import type { Queue } from "../channels/queue.js";
import type { Sender } from "../channels/types.js";
import { isSharedError, toWire } from "../errors.js";
import { fromHandle } from "../handle.js";
import { type FunctionRef, importFunction, resolveFunction } from "../kernels/functions.js";
import { store } from "../memory/atomics.js";
import { blockBehind } from "../memory/shared-thing.js";
import "./receivable.js";
import { type MessagePort, receiveMessageOnPort, workerData } from "../platform.js";
import { OVER, type ServerBegin, type ServerReply, type ServerRequest, TOKEN } from "./layout.js";
import { ManagedObject } from "./objects.js";

/** How soon replies that found no room are tried again. */
const RETRY_MS = 1;

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
    try {
      while (this.isBehind && putAny(this.#waiting[0], channel, (message) => this.#replies.tryPut(message))) {
        this.#waiting.shift();
      }
    } catch (e) {
      if (!isSharedError(e, "END_OF_STREAM")) throw e;
      this.isGone = true; // its thread has ended
    }
  }
}

becomeWorker("process");
const { requests: handle, words } = receiveMessageOnPort(workerData as MessagePort)!.message as ServerBegin;
(workerData as MessagePort).close();
const requests = fromHandle(handle) as Queue;
const channel = blockBehind(requests);
const objects = new Map<string, ManagedObject>();
const callers = new Map<string, Caller>();
store(words, TOKEN, ownToken);
process.on("exit", () => store(words, OVER, 1));
await serve();

async function serve(): Promise<void> {
  for (let request = next(); request !== "end"; request = next()) {
    if (request) await obey(request);
    for (const [id, caller] of callers) {
      if (caller.isBehind) caller.flush();
      if (caller.isGone) callers.delete(id);
    }
  }
}

/** `undefined` if there is none for a while. */
function next(): ServerRequest | "end" | undefined {
  const isBehind = [...callers.values()].some((caller) => caller.isBehind);
  try {
    return gotAny(requests.getSync(isBehind ? { timeoutMs: RETRY_MS } : {})) as ServerRequest;
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
    const given = method === "update" ? [...args.slice(0, -1), await made(args.at(-1) as FunctionRef)] : args;
    return [call, objects.get(id)!.call(method, given)];
  } catch (e) {
    return [call, undefined, toWire(e)];
  }
}

async function made(fn: FunctionRef) {
  const known = resolveFunction(fn);
  if (known) return known;
  await importFunction(fn);
  return resolveFunction(fn)!;
}
