/** `Writer`: this thread's writing side of a channel. Queues and ends of pipes have one. */
import { type ClosedError, EndOfStreamError } from "../base/errors.js";
import { MOMENT_MS } from "../memory/words/intervals.js";
import { expectSyncWait, expectWait, type SyncWaitOptions, type WaitOptions } from "../memory/words/wait.js";
import { breathe } from "./breath.js";
import { assertNotAlone, type Channel } from "./channel.js";
import { type Encoded, encode, kept, settleEncoded } from "./codec.js";
import { Turnstile } from "./turnstile.js";

export class Writer {
  readonly #channel: Channel;
  readonly #turnstile: Turnstile;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#turnstile = new Turnstile(channel, channel.ring.emptied);
  }

  async put(message: unknown, options?: WaitOptions): Promise<void> {
    const given = expectWait(options, "put");
    const encoded = this.#encode(message);
    try {
      if (!this.#now(encoded, 0)) {
        const waiting = kept(encoded); // other messages will be encoded in the meantime
        await this.#turnstile.wait(
          (limitMs) => this.#attempt(waiting, limitMs),
          given ?? {},
          `room in ${this.#channel.what}`,
        );
      }
    } catch (e) {
      settleEncoded(encoded, "cancelled");
      throw e;
    }
    settleEncoded(encoded, "sent");
    await breathe();
  }

  putSync(message: unknown, options?: SyncWaitOptions): void {
    const given = expectSyncWait(options, "putSync");
    const encoded = this.#encode(message);
    try {
      if (!this.#now(encoded, MOMENT_MS)) {
        const assertHope = assertNotAlone(this.#channel, given);
        this.#turnstile.waitSync(
          (limitMs) => this.#attempt(encoded, limitMs),
          given ?? {},
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
      isPut = this.#now(encoded, MOMENT_MS) === true;
      return isPut;
    } finally {
      settleEncoded(encoded, isPut ? "sent" : "cancelled");
    }
  }

  /** Puts the messages that wait, as far as there is room. */
  goOn(): void {
    this.#turnstile.serveOthers(0);
  }
  /** Rejects all calls that wait; their messages are not put. */
  close(error: ClosedError): void {
    this.#turnstile.rejectAll(error);
  }

  #encode(message: unknown): Encoded {
    const { block, ring, assertOpen } = this.#channel;
    assertOpen();
    return encode(message, block, ring.byteCapacity);
  }
  /** Puts the message if there is room and no earlier message waits. */
  #now(encoded: Encoded, limitMs: number): true | undefined {
    return this.#turnstile.serveOthers(limitMs) ? this.#attempt(encoded, limitMs) : undefined;
  }

  /**
   * True if the message is put, `undefined` if there is no room yet. Throws EndOfStreamError if the stream has ended.
   */
  #attempt(encoded: Encoded, limitMs: number): true | undefined {
    const { ring, what, isDeserted } = this.#channel;
    const outcome = isDeserted() ? "ended" : ring.put(encoded, limitMs);
    if (outcome === "put") return true;
    if (outcome !== "ended") return undefined;
    throw new EndOfStreamError(`Expected ${what} to take messages, but it has ended`, { what });
  }
}
