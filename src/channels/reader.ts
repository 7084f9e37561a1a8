/** `Reader`: this thread's reading side of a channel. Queues and ends of pipes have one. */
import { type ClosedError, EndOfStreamError } from "../base/errors.js";
import { MOMENT_MS } from "../memory/words/intervals.js";
import { expectSyncWait, expectWait, type SyncWaitOptions, type WaitOptions } from "../memory/words/wait.js";
import { breathe } from "./breath.js";
import { assertNotAlone, type Channel } from "./channel.js";
import { Arrival } from "./codec.js";
import { Turnstile } from "./turnstile.js";

/** Used by all readers of the thread: each message is decoded before the next one is taken. */
const arrival = new Arrival();

export class Reader {
  readonly #channel: Channel;
  readonly #turnstile: Turnstile;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#turnstile = new Turnstile(channel, channel.ring.filled);
  }

  async get(options?: WaitOptions): Promise<unknown> {
    const given = expectWait(options, "get");
    this.#channel.assertOpen();
    let message = this.#now(0);
    if (message === undefined) message = await this.#turnstile.wait(this.#attempt, given ?? {}, this.#wanted);
    await breathe();
    return message;
  }

  getSync(options?: SyncWaitOptions): unknown {
    const given = expectSyncWait(options, "getSync");
    this.#channel.assertOpen();
    const message = this.#now(MOMENT_MS);
    if (message !== undefined) return message;
    const assertHope = assertNotAlone(this.#channel, given);
    const whenEmpty = () => {
      this.#channel.whenEmpty?.();
      if (this.#channel.ring.size === 0) assertHope();
    };
    return this.#turnstile.waitSync(this.#attempt, given ?? {}, this.#wanted, whenEmpty);
  }

  tryGet(): unknown {
    this.#channel.assertOpen();
    return this.#now(MOMENT_MS);
  }

  /** The messages until the end of the stream. */
  async *messages(): AsyncGenerator<unknown, void, undefined> {
    for (;;) {
      let message: unknown;
      try {
        message = await this.get();
      } catch (e) {
        if (e instanceof EndOfStreamError) return;
        throw e;
      }
      yield message;
    }
  }

  /** Rejects all calls that wait. */
  close(error: ClosedError): void {
    this.#turnstile.rejectAll(error);
  }

  get #wanted(): string {
    return `a message from ${this.#channel.what}`;
  }

  /** The next message if there is one and no earlier call waits for it. */
  #now(limitMs: number): unknown {
    return this.#turnstile.serveOthers(limitMs) ? this.#attempt(limitMs) : undefined;
  }

  /** Called at the last moment at which other threads could still take the message. */
  readonly #claim = (): void => {
    arrival.claim();
    this.#channel.onTaken?.();
  };

  /** The next message; `undefined` if there is none yet. Throws EndOfStreamError at the end of the stream. */
  readonly #attempt = (limitMs: number): unknown => {
    const { ring, what, isDeserted } = this.#channel;
    const take = () => ring.take(arrival, limitMs, this.#claim);
    const first = take();
    if (first === "taken") return arrival.message();
    if (first === "busy" || !(ring.ended || isDeserted())) return undefined;
    const last = take(); // it may have been put after the first attempt, before the end
    if (last === "taken") return arrival.message();
    if (last === "busy") return undefined;
    throw new EndOfStreamError(`Expected another message from ${what}, but it has ended`, { what });
  };
}
