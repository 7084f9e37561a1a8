/** What queues and the ends of pipes can do: the verbs of a channel. */
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";

/** Where messages go in. What structured clone takes, except `undefined`; shared things in them arrive as themselves. */
export interface Sender<in T> {
  /**
   * Puts a message, waiting while there is no room.
   *
   * @throws {NotSendableError} naming the path in the message @throws {MessageTooLargeError}
   * @throws {EndOfStreamError} {TimeoutError} {AbortedError} {ClosedError}
   */
  put(message: T, options?: WaitOptions): Promise<void>;
  /** As `put`, blocking. */
  putSync(message: T, options?: SyncWaitOptions): void;
  /** Puts a message if there is room; false if not. Never waits. */
  tryPut(message: T): boolean;
  /** Nobody puts any more; readers take what is left, and then find the end of the stream. */
  end(): void;
}

/** Where messages come out. Iteration stops at the end of the stream. */
export interface Receiver<out T> extends AsyncIterable<T> {
  /** The next message, waiting for one. @throws {EndOfStreamError} when ended and empty @throws {TimeoutError} {AbortedError} {ClosedError} */
  get(options?: WaitOptions): Promise<T>;
  /** As `get`, blocking. */
  getSync(options?: SyncWaitOptions): T;
  /** The next message if there is one; `undefined` if not. Never waits. @throws {EndOfStreamError} {ClosedError} */
  tryGet(): T | undefined;
  /** True once it was ended, or its other end was found closed or dead. Messages may be left. */
  readonly ended: boolean;
}
