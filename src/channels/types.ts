/** `Sender` and `Receiver`: the methods that queues and ends of pipes have in common. */
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";

/**
 * The side of a channel that takes messages: everything that structured clone accepts, except `undefined`. Shared
 * things inside a message stay shared.
 */
export interface Sender<in T> {
  /**
   * Puts a message. Waits while there is no room.
   *
   * @throws {NotSendableError} If a part of the message cannot be sent. The error has the path to it.
   * @throws {MessageTooLargeError} If the message is larger than the channel's capacity.
   * @throws {EndOfStreamError} If the stream was ended.
   * @throws {TimeoutError} If there is no room after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {ClosedError} If this handle is closed.
   */
  put(message: T, options?: WaitOptions): Promise<void>;
  /** The blocking form of `put`. */
  putSync(message: T, options?: SyncWaitOptions): void;
  /** Puts a message if there is room, and returns whether it did. Never waits. */
  tryPut(message: T): boolean;
  /** Ends the stream: nothing can be put any more. Readers take what is left, and then reach the end. */
  end(): void;
}

/** The side of a channel that gives messages. Iteration stops at the end of the stream. */
export interface Receiver<out T> extends AsyncIterable<T> {
  /**
   * Takes the next message. Waits while there is none.
   *
   * @throws {EndOfStreamError} If the stream was ended and no message is left.
   * @throws {TimeoutError} If there is no message after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   * @throws {ClosedError} If this handle is closed.
   */
  get(options?: WaitOptions): Promise<T>;
  /** The blocking form of `get`. */
  getSync(options?: SyncWaitOptions): T;
  /**
   * Takes the next message; returns `undefined` if there is none. Never waits.
   *
   * @throws {EndOfStreamError} If the stream was ended and no message is left.
   * @throws {ClosedError} If this handle was closed.
   */
  tryGet(): T | undefined;
  /** Whether the stream was ended, or its other end was found closed or dead. Messages may be left. */
  readonly ended: boolean;
}
