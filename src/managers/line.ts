/** A thread's line to a manager's server: calls and their replies. All proxies of one manager in one thread share it. */

import { ClosedError, DeadlockError, fromWire, isSharedError, WorkerDiedError } from "../base/errors.js";
import { insteadOf, unwrapped } from "../channels/large.js";
import { pipe } from "../channels/pipe.js";
import type { Queue } from "../channels/queue.js";
import type { Receiver } from "../channels/types.js";
import { load, store, type Words } from "../memory/words/atomics.js";
import { isTokenAlive, ownToken } from "../system/agent.js";
import { blockBehind, blockIdOf } from "../things/shared-thing.js";
import { type Packed, settle } from "../wire/departures.js";
import { pack, unpack } from "../wire/pack.js";
import {
  CLOSED,
  DIED,
  MAX_DEPTH,
  type ObjectKind,
  OVER,
  type ServerReply,
  type ServerRequest,
  TOKEN,
} from "./layout.js";

/** How often a caller looks whether the server lives. */
const LOOK_MS = 50;
const WHAT = "the manager";
/** Of a pipe for replies: larger ones go by handle, and a small pipe needs no address space of its own. */
const REPLY_BYTES = 32 << 10;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Where the replies to one sort of calls arrive: blocked ones must not wait behind those of the event loop. */
interface Inbox {
  readonly id: string;
  readonly replies: Receiver<unknown>;
}

export class Line {
  readonly requests: Queue;
  readonly words: Words;
  /** Why the server has died, in the thread that made the manager. */
  #failure: unknown;
  readonly #pending = new Map<number, Pending>();
  #async: Inbox | undefined;
  #sync: Inbox | undefined;
  #calls = 0;
  #nextLook = 0;
  #isListening = false;

  constructor(requests: Queue, words: Words) {
    this.requests = requests;
    this.words = words;
  }

  /** What the thread that made the manager hears of the server: an error that nobody caught, want of memory perhaps. */
  serverFailed(error: Error): void {
    this.#failure = error;
  }
  /** … and that its thread has ended. */
  serverEnded(): void {
    this.#serverIsOver();
  }

  /** Makes an object in the server. Needs no reply: calls come after it. */
  create(id: string, kind: ObjectKind, content: unknown): void {
    const packed = pack(content, "content", { maxDepth: MAX_DEPTH });
    this.#sendSync(["create", id, kind, packed], packed);
  }

  /** @throws what the operation throws there @throws {ClosedError} {WorkerDiedError} at once if the server is no more */
  async call(id: string, method: string, args: readonly unknown[]): Promise<unknown> {
    this.#assertAlive();
    this.#async ??= this.#sayHello();
    const packed = pack(args, "args", { maxDepth: MAX_DEPTH });
    const call = ++this.#calls;
    const reply = new Promise<unknown>((resolve, reject) => this.#pending.set(call, { resolve, reject }));
    reply.catch(() => {}); // it may be rejected before the request is out
    try {
      // In the moment of the call: what has to wait for room is encoded already.
      const left = this.#tryPut(["call", this.#async.id, call, id, method, packed] satisfies ServerRequest);
      void this.#listen(this.#async.replies); // not before: it looks for the reply at once; and then whether the server lives
      if (left) await this.requests.put(left);
      settle(packed, "sent");
    } catch (e) {
      this.#pending.delete(call);
      settle(packed, "cancelled");
      throw this.#sendError(e);
    }
    return reply;
  }

  /** As `call`, blocking. */
  callSync(id: string, method: string, args: readonly unknown[]): unknown {
    this.#assertAlive();
    this.#sync ??= this.#sayHello();
    const packed = pack(args, "args", { maxDepth: MAX_DEPTH });
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

  /** What is left to be put, for lack of room: the request, or what stands for it if it is too large. */
  #tryPut(request: unknown): unknown {
    try {
      return this.requests.tryPut(request) ? undefined : request;
    } catch (e) {
      return this.#tryPut(insteadOf(request, e, blockBehind(this.requests)));
    }
  }

  #waitAndPutSync(request: unknown): unknown {
    try {
      this.requests.putSync(request, { timeoutMs: LOOK_MS });
      return undefined;
    } catch (e) {
      if (!isSharedError(e, "TIMEOUT")) throw e;
      this.#assertAlive();
      return request;
    }
  }

  #sendError(e: unknown): unknown {
    return isSharedError(e, "END_OF_STREAM") || isSharedError(e, "CLOSED") ? this.#over() : e;
  }

  /** Settles calls as their replies come, while any is awaited. */
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

  /** `undefined` after a while without one, for another look; all calls fail if the server is no more. */
  async #next(replies: Receiver<unknown>): Promise<ServerReply | undefined> {
    try {
      return unwrapped(await replies.get({ timeoutMs: LOOK_MS }).catch((e) => this.#last(replies, e))) as ServerReply;
    } catch (e) {
      for (const { reject } of this.#pending.values()) reject(e);
      this.#pending.clear();
      return undefined;
    }
  }
  #nextSync(replies: Receiver<unknown>): ServerReply | undefined {
    try {
      return unwrapped(replies.getSync({ timeoutMs: LOOK_MS })) as ServerReply;
    } catch (e) {
      return unwrapped(this.#last(replies, e)) as ServerReply | undefined;
    }
  }
  /** After a vain wait: what a server that is no more has left behind. @throws if that was nothing */
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

  /** Looks for itself now and then: whoever sees that the server has died tells the others by OVER. */
  #isAlive(): boolean {
    if (load(this.words, OVER) !== 0) {
      this.#serverIsOver();
      return false;
    }
    const now = performance.now();
    if (now < this.#nextLook) return true;
    this.#nextLook = now + LOOK_MS;
    const token = load(this.words, TOKEN);
    if (token === 0 || isTokenAlive(token) !== false) return true;
    this.#serverIsOver();
    return false;
  }

  /** Tells all others, also those who wait for room. */
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

/** This thread's line to the manager with that queue; the queue's handle is the line's if there was none yet. */
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
