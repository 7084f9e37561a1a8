/**
 * Messages between a pool and a worker that is a process. They go through a pipe that only the two processes have, and
 * that can be read while the event loop is blocked. A bell on Node's channel between them wakes an event loop that is
 * free.
 */

import { isSharedError } from "../../base/errors.js";
import { insteadOf, unwrapped } from "../../channels/large.js";
import { blockOfPipe, type Connection } from "../../channels/pipe.js";
import { sent } from "../../wire/pack.js";
import type { Mailbox } from "../team/mailbox.js";

/** Node's channel to a child process, or to the parent. */
export interface Bell {
  ring(): void;
  hear(listener: () => void): void;
  unref(): void;
  close(): void;
}

/**
 * What to do if the pipe is full. A worker waits until its pool has read. A pool never waits for a worker: it keeps the
 * message.
 */
type WhenFull = "wait" | "keep";

export class PipeMailbox<Sent extends object, Received> implements Mailbox<Sent, Received> {
  readonly toProcesses = true;
  readonly #end: Connection<unknown, unknown>;
  readonly #bell: Bell;
  readonly #whenFull: WhenFull;
  /** Messages that were posted and are not in the pipe yet. */
  readonly #kept: object[] = [];
  #isFlushing = false;

  constructor(end: Connection<unknown, unknown>, bell: Bell, whenFull: WhenFull) {
    this.#end = end;
    this.#bell = bell;
    this.#whenFull = whenFull;
  }

  post(message: Sent, transfer: readonly ArrayBuffer[] = []): void {
    try {
      // A pipe copies transferred buffers, too, but the sender must lose them as with a port.
      this.#put(transfer.length > 0 ? structuredClone(message, { transfer: [...transfer] }) : message);
    } catch (e) {
      if (!isGone(e)) throw e; // a message to a dead process is lost, as with a port
    }
    this.#bell.ring();
  }

  #put(message: object): void {
    if (this.#kept.length > 0) {
      this.#keep(message);
      return;
    }
    const left = this.#tryPut(message);
    if (left === undefined) return;
    if (this.#whenFull === "wait") this.#end.putSync(left);
    else this.#keep(left);
  }

  /**
   * Puts a message into the pipe. If the pipe is full, returns what must be put later: the message, or what stands for
   * it if it is too large for the pipe.
   */
  #tryPut(message: object): object | undefined {
    let put = message;
    try {
      return this.#end.tryPut(put) ? undefined : put;
    } catch (e) {
      put = insteadOf(message, e, blockOfPipe(this.#end));
    }
    return this.#end.tryPut(put) ? undefined : put;
  }

  #keep(message: object): void {
    this.#kept.push(sent(message, "message", { toProcesses: true }) as object); // as it is at this moment
    void this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      for (let next = this.#kept[0]; next; next = this.#kept[0]) {
        const left = this.#tryPut(next);
        if (left) await this.#end.put(left);
        this.#kept.shift();
        this.#bell.ring();
      }
    } catch (e) {
      if (!isGone(e)) throw e;
    } finally {
      this.#isFlushing = false;
    }
  }

  /**
   * Returns the next message, if there is one. Messages whose shared memory is gone, because their sender died, are
   * skipped.
   */
  take(): Received | undefined {
    for (;;) {
      try {
        return unwrapped(this.#end.tryGet()) as Received | undefined;
      } catch (e) {
        if (isGone(e)) return undefined;
        if (!isSharedError(e, "NAME_NOT_FOUND")) throw e;
      }
    }
  }

  hear(listener: (message: Received) => void): void {
    this.#bell.hear(() => {
      for (let message = this.take(); message !== undefined; message = this.take()) listener(message);
    });
  }

  unref(): void {
    this.#bell.unref();
  }

  close(): void {
    this.#end.close();
    this.#bell.close();
  }
}

const isGone = (e: unknown): boolean => isSharedError(e, "END_OF_STREAM") || isSharedError(e, "CLOSED");
