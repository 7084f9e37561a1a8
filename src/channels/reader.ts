/** The reading side of a channel, as this thread sees it. Queues and ends of pipes have one. */
import { type ClosedError, EndOfStreamError } from "../base/errors.js";
import { expectWait, type SyncWaitOptions, type WaitOptions } from "../memory/words/wait.js";
import { breathe } from "./breath.js";
import { assertNotAlone, type Channel } from "./channel.js";
import { Arrival } from "./codec.js";
import { Turnstile } from "./turnstile.js";

/** One for all: a message is made of it before the next one is taken. */
const arrival = new Arrival();

export class Reader {
  readonly #channel: Channel;
  readonly #turnstile: Turnstile;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#turnstile = new Turnstile(channel.ring.filled);
  }

  async get(options?: WaitOptions): Promise<unknown> {
    expectWait(options);
    this.#channel.assertOpen();
    let message = this.#now();
    if (message === undefined) message = await this.#turnstile.wait(this.#attempt, options ?? {}, this.#wanted);
    await breathe();
    return message;
  }

  getSync(options?: SyncWaitOptions): unknown {
    expectWait(options);
    this.#channel.assertOpen();
    const message = this.#now();
    if (message !== undefined) return message;
    const assertHope = assertNotAlone(this.#channel, options);
    const whenVain = () => {
      this.#channel.whenVain?.();
      if (this.#channel.ring.size === 0) assertHope();
    };
    return this.#turnstile.waitSync(this.#attempt, options ?? {}, this.#wanted, whenVain);
  }

  tryGet(): unknown {
    this.#channel.assertOpen();
    return this.#now();
  }

  /** Until the end of the stream. */
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

  /** Who waits gets nothing any more. */
  close(error: ClosedError): void {
    this.#turnstile.rejectAll(error);
  }

  get #wanted(): string {
    return `a message from ${this.#channel.what}`;
  }

  #now(): unknown {
    return this.#turnstile.serveOthers() ? this.#attempt() : undefined;
  }

  /** @throws {EndOfStreamError} */
  readonly #attempt = (): unknown => {
    const { ring, what, isDeserted, onTaken } = this.#channel;
    if (ring.take(arrival, onTaken)) return arrival.message();
    if (!ring.ended && !isDeserted()) return undefined;
    if (ring.take(arrival, onTaken)) return arrival.message(); // put before the end, after the first look
    throw new EndOfStreamError(`Expected another message from ${what}, but it has ended`, { what });
  };
}
