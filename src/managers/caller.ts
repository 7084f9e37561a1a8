/**
 * A thread that calls a manager, as its server sees it: the pipe for its replies, and the replies that wait for room.
 */

import { isSharedError } from "../base/errors.js";
import { asBytes, insteadOf } from "../channels/large.js";
import { hasPeer } from "../channels/pipe.js";
import type { Sender } from "../channels/types.js";
import type { Block } from "../memory/blocks/driver.js";
import type { ServerReply } from "./layout.js";

export class Caller {
  readonly #replies: Sender<unknown>;
  /** The block that holds the shared memory of replies. */
  readonly #home: Block;
  /**
   * Replies that found no room, as bytes, so that later calls cannot change them. The server never waits for a caller.
   */
  readonly #waiting: object[] = [];
  #isGone = false;

  constructor(replies: Sender<unknown>, home: Block) {
    this.#replies = replies;
    this.#home = home;
  }

  /** Whether replies wait for room. */
  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }
  /** Whether the calling thread has ended. */
  get isGone(): boolean {
    return this.#isGone || !hasPeer(this.#replies);
  }

  /**
   * Sends a reply now if there is room, and otherwise keeps its bytes until `flush` finds room.
   *
   * @throws {NotSendableError} If the reply cannot be sent to another thread.
   */
  reply(reply: ServerReply): void {
    try {
      if (!this.isBehind && this.#tryPut(reply)) return;
      this.#waiting.push(asBytes(reply, this.#home));
    } catch (e) {
      this.#waiting.push(insteadOf(reply, e, this.#home));
    }
    this.flush();
  }

  /** Sends the replies that wait, in order, while there is room. */
  flush(): void {
    while (this.isBehind && this.#tryPut(this.#waiting[0]!)) this.#waiting.shift();
  }

  /** Returns false if there is no room. A reply to a thread that has ended is dropped and counts as sent. */
  #tryPut(message: object): boolean {
    try {
      return this.#replies.tryPut(message);
    } catch (e) {
      if (!isSharedError(e, "END_OF_STREAM")) throw e;
      this.#isGone = true;
      this.#waiting.length = 0;
      return true;
    }
  }
}
