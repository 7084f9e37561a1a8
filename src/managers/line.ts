/**
 * A thread's line to a manager's server: its calls and their replies. All proxies of one manager in a thread share it.
 */

import { ClosedError, DeadlockError, isSharedError, WorkerDiedError } from "../base/errors.js";
import { insteadOf, unwrapped } from "../channels/large.js";
import { pipe } from "../channels/pipe.js";
import type { Queue } from "../channels/queue.js";
import type { Receiver } from "../channels/types.js";
import { load, store, type Words } from "../memory/words/atomics.js";
import { isTokenAlive, ownToken } from "../system/agent.js";
import { blockBehind, blockIdOf } from "../things/shared-thing.js";
import { type Packed, settle } from "../wire/departures.js";
import { pack, unpack } from "../wire/pack.js";
import { fromWire } from "../wire/thrown.js";
import {
  CLOSED,
  DIED,
  MAX_VALUE_DEPTH,
  type ObjectKind,
  OVER,
  type ServerReply,
  type ServerRequest,
  TOKEN,
} from "./layout.js";

/** How often a caller that waits checks whether the server is alive. */
const SERVER_CHECK_MS = 50;
/** The name of a manager in errors. */
const WHAT = "the manager";
/** Capacity of a pipe for replies. Larger replies go by handle, and a small pipe needs no address space of its own. */
const REPLY_BYTES = 32 << 10;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Where replies arrive. Blocking and asynchronous calls have one each: a blocked call must not read the others'
 * replies.
 */
interface Inbox {
  readonly id: string;
  readonly replies: Receiver<unknown>;
}

export class Line {
  readonly requests: Queue;
  readonly words: Words;
  /** The error that ended the server's thread. Known only in the thread that made the manager. */
  #failure: unknown;
  readonly #pending = new Map<number, Pending>();
  #async: Inbox | undefined;
  #sync: Inbox | undefined;
  #calls = 0;
  #nextCheckAt = 0;
  #isListening = false;

  constructor(requests: Queue, words: Words) {
    this.requests = requests;
    this.words = words;
  }

  /** Called in the thread that made the manager if the server fails, for example without memory. */
  serverFailed(error: Error): void {
    this.#failure = error;
  }
  /** Called in the thread that made the manager when the server's thread has ended. */
  serverEnded(): void {
    this.#serverIsOver();
  }

  /** Makes an object in the server. No reply is needed: calls to the object come later in the queue. */
  create(id: string, kind: ObjectKind, content: unknown): void {
    const packed = pack(content, "content", { maxDepth: MAX_VALUE_DEPTH });
    this.#sendSync(["create", id, kind, packed], packed);
  }

  /**
   * Calls a method of an object in the server; also throws what the method throws there.
   *
   * @throws {ClosedError} If the manager was closed.
   * @throws {WorkerDiedError} If the server has died, or dies before it replies.
   * @throws {DeadlockError} If the server itself calls.
   */
  async call(id: string, method: string, args: readonly unknown[]): Promise<unknown> {
    this.#assertAlive();
    this.#async ??= this.#sayHello();
    const packed = pack(args, "args", { maxDepth: MAX_VALUE_DEPTH });
    const call = ++this.#calls;
    const reply = new Promise<unknown>((resolve, reject) => this.#pending.set(call, { resolve, reject }));
    reply.catch(() => {}); // it may be rejected while the request still waits for room
    try {
      // Encodes the arguments now, at the moment of the call, even if the request has to wait for room.
      const left = this.#tryPut(["call", this.#async.id, call, id, method, packed] satisfies ServerRequest);
      // Only now: it looks for the reply at once, and from then on checks that the server is alive.
      void this.#listen(this.#async.replies);
      if (left) await this.requests.put(left);
      settle(packed, "sent");
    } catch (e) {
      this.#pending.delete(call);
      settle(packed, "cancelled");
      throw this.#sendError(e);
    }
    return reply;
  }

  /** The blocking form of `call`. */
  callSync(id: string, method: string, args: readonly unknown[]): unknown {
    this.#assertAlive();
    this.#sync ??= this.#sayHello();
    const packed = pack(args, "args", { maxDepth: MAX_VALUE_DEPTH });
    const call = ++this.#calls;
    this.#sendSync(["call", this.#sync.id, call, id, method, packed], packed);
    for (;;) {
      const reply = this.#nextSync(this.#sync.replies);
      if (reply?.[0] === call) return resultOf(reply);
    }
  }

  #sayHello(): Inbox {
    const [replies, theirs] = pipe<unknown>({ duplex: false, byteCapacity: REPLY_BYTES });
    const id = crypto.randomUUID();
    this.#sendSync(["hello", id, theirs]);
    return { id, replies };
  }

  #sendSync(request: ServerRequest, packed?: Packed): void {
    try {
      for (let left = this.#tryPut(request); left; left = this.#waitAndPutSync(left));
      if (packed) settle(packed, "sent");
    } catch (e) {
      if (packed) settle(packed, "cancelled");
      throw this.#sendError(e);
    }
  }

  /**
   * Returns `undefined` if the request is in the queue; else what must wait for room: it, or its handle if it is too
   * large.
   */
  #tryPut(request: unknown): unknown {
    try {
      return this.requests.tryPut(request) ? undefined : request;
    } catch (e) {
      return this.#tryPut(insteadOf(request, e, blockBehind(this.requests)));
    }
  }

  /**
   * Waits for room until the next check is due. Returns `undefined` if the request is in the queue, else the request.
   */
  #waitAndPutSync(request: unknown): unknown {
    try {
      this.requests.putSync(request, { timeoutMs: SERVER_CHECK_MS });
      return undefined;
    } catch (e) {
      if (!isSharedError(e, "TIMEOUT")) throw e;
      this.#assertAlive();
      return request;
    }
  }

  /** The error of a call that could not be sent. */
  #sendError(e: unknown): unknown {
    return isSharedError(e, "END_OF_STREAM") || isSharedError(e, "CLOSED") ? this.#over() : e;
  }

  /** Settles calls when their replies arrive, as long as any call is pending. */
  async #listen(replies: Receiver<unknown>): Promise<void> {
    if (this.#isListening) return;
    this.#isListening = true;
    while (this.#pending.size > 0) {
      const reply = await this.#next(replies);
      if (!reply) continue;
      const pending = this.#pending.get(reply[0]);
      this.#pending.delete(reply[0]);
      try {
        pending?.resolve(resultOf(reply));
      } catch (e) {
        pending?.reject(e);
      }
    }
    this.#isListening = false;
  }

  /**
   * The next reply; `undefined` if none has come until the next check. If the server is gone, all pending calls fail.
   */
  async #next(replies: Receiver<unknown>): Promise<ServerReply | undefined> {
    try {
      const reply = await replies.get({ timeoutMs: SERVER_CHECK_MS }).catch((e) => this.#last(replies, e));
      return unwrapped(reply) as ServerReply | undefined;
    } catch (e) {
      for (const { reject } of this.#pending.values()) reject(e);
      this.#pending.clear();
      return undefined;
    }
  }
  /** The blocking form of `#next`, for one call: throws if the server is gone. */
  #nextSync(replies: Receiver<unknown>): ServerReply | undefined {
    try {
      return unwrapped(replies.getSync({ timeoutMs: SERVER_CHECK_MS })) as ServerReply;
    } catch (e) {
      return unwrapped(this.#last(replies, e)) as ServerReply | undefined;
    }
  }
  /**
   * After a wait without a reply: `undefined` if the server is alive; else a reply that it left in the pipe before it
   * ended. Throws if there is none.
   */
  #last(replies: Receiver<unknown>, error: unknown): unknown {
    if (isSharedError(error, "END_OF_STREAM")) throw this.#over();
    if (!isSharedError(error, "TIMEOUT")) throw error;
    if (this.#isAlive()) return undefined;
    try {
      const left = replies.tryGet();
      if (left !== undefined) return left;
    } catch {}
    throw this.#over();
  }

  /** Checks the server's thread now and then. The first caller that finds it dead sets OVER, which all others read. */
  #isAlive(): boolean {
    if (load(this.words, OVER) !== 0) {
      this.#serverIsOver();
      return false;
    }
    const now = performance.now();
    if (now < this.#nextCheckAt) return true;
    this.#nextCheckAt = now + SERVER_CHECK_MS;
    const token = load(this.words, TOKEN);
    if (token === 0 || isTokenAlive(token) !== false) return true;
    this.#serverIsOver();
    return false;
  }

  /** Sets OVER for all callers and ends the queue, which wakes those that wait for room. */
  #serverIsOver(): void {
    if (load(this.words, OVER) === 0) store(this.words, OVER, DIED);
    if (!this.requests.closed && !this.requests.ended) this.requests.end();
  }

  #assertAlive(): void {
    if (load(this.words, TOKEN) === ownToken) {
      const message =
        "Expected a call to a manager to come from another thread, got one from the function of an `update`";
      throw new DeadlockError(message, { lock: WHAT });
    }
    if (!this.#isAlive()) throw this.#over();
  }

  /** The error for calls to a server that is gone. */
  #over(): ClosedError | WorkerDiedError {
    const over = load(this.words, OVER);
    if (over === CLOSED || (over === 0 && (this.requests.closed || this.requests.ended))) {
      return new ClosedError("Expected the manager to be open, but it was closed", { what: WHAT });
    }
    const message = "Expected the manager's server to answer, but its thread has died";
    const cause = this.#failure === undefined ? {} : { cause: this.#failure };
    return new WorkerDiedError(message, { exitCode: undefined, chunks: [], written: [] }, cause);
  }
}

function resultOf([, value, error]: ServerReply): unknown {
  if (error) throw fromWire(error);
  return unpack(value as Packed);
}

// ── One line per manager ───────────────────────────────────────────────────────────────────────────────────────────

const lines = new Map<number, WeakRef<Line>>();
const collected = new FinalizationRegistry<number>((block) => {
  if (!lines.get(block)?.deref()) lines.delete(block);
});

/**
 * This thread's line to the manager with that queue. A new line keeps the handle; if there is one already, closes it.
 */
export function lineTo(requests: Queue, words: Words): Line {
  const block = blockIdOf(requests);
  const known = lines.get(block)?.deref();
  if (known) {
    if (known.requests !== requests) requests.close();
    return known;
  }
  const line = new Line(requests, words);
  lines.set(block, new WeakRef(line));
  collected.register(line, block);
  return line;
}
