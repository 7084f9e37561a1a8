/** A thread's line to a manager's server: calls and their replies. All proxies of one manager in one thread share it. */
import { isTokenAlive, ownToken } from "../agent.js";
import { insteadOf, unwrapped } from "../channels/large.js";
import { pipe } from "../channels/pipe.js";
import type { Queue } from "../channels/queue.js";
import type { Receiver } from "../channels/types.js";
import { ClosedError, DeadlockError, fromWire, isSharedError, NotSendableError, WorkerDiedError } from "../errors.js";
import { load, store, type Words } from "../memory/atomics.js";
import { blockBehind, blockIdOf } from "../memory/shared-thing.js";
import { type ObjectKind, OVER, type ServerReply, type ServerRequest, TOKEN, USERS_PART } from "./layout.js";

/** How often a caller looks whether the server lives. */
const LOOK_MS = 50;
const WHAT = "the manager";

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Where the replies to one sort of calls arrive: blocked ones must not wait behind those of the event loop. */
interface Inbox {
  readonly id: string;
  readonly replies: Receiver<ServerReply>;
}

export class Line {
  readonly requests: Queue;
  readonly words: Words;
  /** Why the server has died, in the thread that made the manager. */
  failure: unknown;
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

  /** Makes an object in the server. Needs no reply: calls come after it. */
  create(id: string, kind: ObjectKind, content: unknown): void {
    this.#sendSync(["create", id, kind, content]);
  }

  /** @throws what the operation throws there @throws {ClosedError} {WorkerDiedError} at once if the server is no more */
  async call(id: string, method: string, args: readonly unknown[]): Promise<unknown> {
    this.#assertAlive();
    this.#async ??= this.#sayHello();
    const call = ++this.#calls;
    const reply = new Promise<unknown>((resolve, reject) => this.#pending.set(call, { resolve, reject }));
    reply.catch(() => {}); // it may be rejected before the request is out
    try {
      await this.#send(["call", this.#async.id, call, id, method, args]);
    } catch (e) {
      this.#pending.delete(call);
      throw e;
    }
    void this.#listen(this.#async.replies);
    return reply;
  }

  /** As `call`, blocking. */
  callSync(id: string, method: string, args: readonly unknown[]): unknown {
    this.#assertAlive();
    this.#sync ??= this.#sayHello();
    const call = ++this.#calls;
    this.#sendSync(["call", this.#sync.id, call, id, method, args]);
    for (;;) {
      const reply = this.#nextSync(this.#sync.replies);
      if (reply?.[0] === call) return resultOf(reply);
    }
  }

  #sayHello(): Inbox {
    const [replies, theirs] = pipe<ServerReply>({ duplex: false });
    const id = crypto.randomUUID();
    this.#sendSync(["hello", id, theirs]);
    return { id, replies };
  }

  async #send(request: ServerRequest): Promise<void> {
    const put = (message: unknown) => this.requests.put(message);
    try {
      await put(request).catch((e) => put(insteadOf(request, e, blockBehind(this.requests))));
    } catch (e) {
      throw this.#sendError(e, request);
    }
  }
  #sendSync(request: ServerRequest): void {
    try {
      this.#putOfAnySizeSync(request);
    } catch (e) {
      throw this.#sendError(e, request);
    }
  }
  #putOfAnySizeSync(request: ServerRequest): void {
    try {
      this.#putSync(request);
    } catch (e) {
      this.#putSync(insteadOf(request, e, blockBehind(this.requests)));
    }
  }
  #putSync(message: unknown): void {
    while (!this.requests.tryPut(message)) {
      try {
        this.requests.putSync(message, { timeoutMs: LOOK_MS });
        return;
      } catch (e) {
        if (!isSharedError(e, "TIMEOUT")) throw e;
        this.#assertAlive();
      }
    }
  }

  #sendError(e: unknown, request: ServerRequest): unknown {
    if (isSharedError(e, "END_OF_STREAM") || isSharedError(e, "CLOSED")) return this.#over();
    if (!isSharedError(e, "NOT_SENDABLE")) return e;
    const [part, name] = USERS_PART[request[0]];
    const rename = (text: string) => text.replace(`message[${part}]`, name);
    return new NotSendableError(rename(e.message), { path: rename(e.path) }, { cause: e });
  }

  /** Settles calls as their replies come, while any is awaited. */
  async #listen(replies: Receiver<ServerReply>): Promise<void> {
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

  /** `undefined` after a while without one, for another look whether the server lives; if not, all calls fail. */
  async #next(replies: Receiver<ServerReply>): Promise<ServerReply | undefined> {
    try {
      return unwrapped(await replies.get({ timeoutMs: LOOK_MS })) as ServerReply;
    } catch (e) {
      if (isSharedError(e, "TIMEOUT") && this.#isAlive()) return undefined;
      const error = isSharedError(e, "TIMEOUT") || isSharedError(e, "END_OF_STREAM") ? this.#over() : e;
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
      return undefined;
    }
  }
  #nextSync(replies: Receiver<ServerReply>): ServerReply | undefined {
    try {
      return unwrapped(replies.getSync({ timeoutMs: LOOK_MS })) as ServerReply;
    } catch (e) {
      if (isSharedError(e, "END_OF_STREAM")) throw this.#over();
      if (!isSharedError(e, "TIMEOUT")) throw e;
      this.#assertAlive();
      return undefined;
    }
  }

  /** Looks for itself now and then: whoever sees that the server has died tells the others by OVER. */
  #isAlive(): boolean {
    if (load(this.words, OVER) !== 0) return false;
    const now = performance.now();
    if (now < this.#nextLook) return true;
    this.#nextLook = now + LOOK_MS;
    const token = load(this.words, TOKEN);
    if (token === 0 || isTokenAlive(token) !== false) return true;
    store(this.words, OVER, 1);
    return false;
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
    if (this.requests.closed || this.requests.ended) {
      return new ClosedError("Expected the manager to be open, but it was closed", { what: WHAT });
    }
    const message = "Expected the manager's server to answer, but its thread has died";
    const cause = this.failure === undefined ? {} : { cause: this.failure };
    return new WorkerDiedError(message, { exitCode: undefined, chunks: [], written: [] }, cause);
  }
}

function resultOf([, value, error]: ServerReply): unknown {
  if (error) throw fromWire(error);
  return value;
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
