/** The writing side of a channel, as this thread sees it. Queues and ends of pipes have one. */
import { type ClosedError, EndOfStreamError } from "../base/errors.js";
import { expectWait, type SyncWaitOptions, type WaitOptions } from "../memory/words/wait.js";
import { breathe } from "./breath.js";
import { assertNotAlone, type Channel } from "./channel.js";
import { type Encoded, encode, kept, settleEncoded } from "./codec.js";
import { Turnstile } from "./turnstile.js";

export class Writer {
  readonly #channel: Channel;
  readonly #turnstile: Turnstile;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#turnstile = new Turnstile(channel.ring.emptied);
  }

  async put(message: unknown, options?: WaitOptions): Promise<void> {
    expectWait(options);
    const encoded = this.#encode(message);
    try {
      if (!this.#now(encoded)) {
        const waiting = kept(encoded); // others will be encoded meanwhile
        await this.#turnstile.wait(() => this.#attempt(waiting), options ?? {}, `room in ${this.#channel.what}`);
      }
    } catch (e) {
      settleEncoded(encoded, "cancelled");
      throw e;
    }
    settleEncoded(encoded, "sent");
    await breathe();
  }

  putSync(message: unknown, options?: SyncWaitOptions): void {
    expectWait(options);
    const encoded = this.#encode(message);
    try {
      if (!this.#now(encoded)) {
        const assertHope = assertNotAlone(this.#channel, options);
        this.#turnstile.waitSync(
          () => this.#attempt(encoded),
          options ?? {},
          `room in ${this.#channel.what}`,
          assertHope,
        );
      }
    } catch (e) {
      settleEncoded(encoded, "cancelled");
      throw e;
    }
    settleEncoded(encoded, "sent");
  }

  tryPut(message: unknown): boolean {
    const encoded = this.#encode(message);
    let isPut = false;
    try {
      isPut = this.#now(encoded) === true;
      return isPut;
    } finally {
      settleEncoded(encoded, isPut ? "sent" : "cancelled");
    }
  }

  /** Puts what waits, as far as there is room. */
  goOn(): void {
    this.#turnstile.serveOthers();
  }
  /** What waits is put no more. */
  close(error: ClosedError): void {
    this.#turnstile.rejectAll(error);
  }

  #encode(message: unknown): Encoded {
    const { block, ring, assertOpen } = this.#channel;
    assertOpen();
    return encode(message, block, ring.byteCapacity);
  }
  #now(encoded: Encoded): true | undefined {
    return this.#turnstile.serveOthers() ? this.#attempt(encoded) : undefined;
  }

  /** @throws {EndOfStreamError} */
  #attempt(encoded: Encoded): true | undefined {
    const { ring, what, isDeserted } = this.#channel;
    const outcome = isDeserted() ? "ended" : ring.put(encoded);
    if (outcome === "put") return true;
    if (outcome === "full") return undefined;
    throw new EndOfStreamError(`Expected ${what} to take messages, but it has ended`, { what });
  }
}
