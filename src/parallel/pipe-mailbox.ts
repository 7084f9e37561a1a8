/**
 * Messages between a pool and a worker that is a process: through a pipe of system scope, which can be read with the event loop
 * blocked; and a bell, on Node's own channel between the two, for when it is free.
 */
import { insteadOf, unwrapped } from "../channels/large.js";
import { blockOfPipe, type Connection } from "../channels/pipe.js";
import { isSharedError } from "../errors.js";
import type { Mailbox } from "./mailbox.js";

/** Node's channel to a child process, or to the parent. */
export interface Bell {
  ring(): void;
  hear(listener: () => void): void;
  unref(): void;
  close(): void;
}

/** What a full pipe is to whoever posts: a worker waits until its pool has read; a pool never waits for a worker. */
export type WhenFull = "wait" | "keep";

export class PipeMailbox<Sent extends object, Received> implements Mailbox<Sent, Received> {
  readonly toProcesses = true;
  readonly #end: Connection<unknown, unknown>;
  readonly #bell: Bell;
  readonly #whenFull: WhenFull;
  /** Posted, and not in the pipe yet. */
  readonly #kept: object[] = [];
  #isFlushing = false;

  constructor(end: Connection<unknown, unknown>, bell: Bell, whenFull: WhenFull) {
    this.#end = end;
    this.#bell = bell;
    this.#whenFull = whenFull;
  }

  post(message: Sent, transfer: readonly ArrayBuffer[] = []): void {
    try {
      this.#put(message);
    } catch (e) {
      if (!isGone(e)) throw e; // as with a port: what is posted to the dead is lost
    }
    if (transfer.length > 0) structuredClone(null, { transfer: [...transfer] }); // copied; but the sender has given them away
    this.#bell.ring();
  }

  #put(message: object): void {
    if (this.#kept.length > 0) this.#keep(message);
    else if (!this.#tryPut(message)) {
      if (this.#whenFull === "wait") this.#end.putSync(message);
      else this.#keep(message);
    }
  }

  #tryPut(message: object): boolean {
    try {
      return this.#end.tryPut(message);
    } catch (e) {
      return this.#end.tryPut(insteadOf(message, e, blockOfPipe(this.#end)));
    }
  }

  #keep(message: object): void {
    this.#kept.push(structuredClone(message)); // as it is now
    void this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      for (let next = this.#kept[0]; next; next = this.#kept[0]) {
        if (!this.#tryPut(next)) await this.#end.put(next);
        this.#kept.shift();
        this.#bell.ring();
      }
    } catch (e) {
      if (!isGone(e)) throw e;
    } finally {
      this.#isFlushing = false;
    }
  }

  take(): Received | undefined {
    try {
      return unwrapped(this.#end.tryGet()) as Received | undefined;
    } catch (e) {
      if (isGone(e)) return undefined;
      throw e;
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
