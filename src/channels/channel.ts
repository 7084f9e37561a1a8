/** `Channel`: the part of a queue or pipe that its writer and its reader use. */
import { EndOfStreamError } from "../base/errors.js";
import { expectInteger } from "../base/expect.js";
import type { Block } from "../memory/blocks/driver.js";
import type { SyncWaitOptions } from "../memory/words/wait.js";
import { Patience } from "../sync/patience.js";
import { MAX_BYTES, type Ring } from "../sync/ring.js";

export interface Channel {
  readonly ring: Ring;
  /** The channel's block, under which shared memory in messages is deposited. */
  readonly block: Block;
  /** The channel's name in errors. */
  readonly what: string;
  /** Throws ClosedError if the handle was closed. */
  readonly assertOpen: () => void;
  /** Records that this thread takes a message. Called before the message is taken, under the ring's lock. */
  onTaken?: (() => void) | undefined;
  /** Called when a blocked reader finds no message: it sends this thread's own puts, which the reader may wait for. */
  readonly whenEmpty?: () => void;
  /**
   * Whether the stream has ended because no thread has its other end. Checks only now and then, so it may be false for
   * a while; it is never wrongly true.
   */
  readonly isDeserted: () => boolean;
  /**
   * Whether no other thread has the channel or can get it, so that this thread, if it blocks, would wait without end.
   */
  readonly isAlone: () => boolean;
}

/**
 * For a blocked wait without a limit: returns a function to call while nothing can be done; it throws if nothing ever
 * can.
 */
export function assertNotAlone({ what, isAlone }: Channel, options: SyncWaitOptions | undefined): () => void {
  if (options?.timeoutMs !== undefined) return () => {};
  const patience = new Patience();
  return () => {
    if (patience.isTimeToLook() && isAlone()) throw aloneError(what);
  };
}

/** The error of a wait that no thread can ever end. */
export function aloneError(what: string): EndOfStreamError {
  const message = `Expected another thread to have ${what}, but none is left: this one would never stop waiting`;
  return new EndOfStreamError(message, { what });
}

const DEFAULT_BYTES = 2 ** 20;

/**
 * Checks a `byteCapacity`; if none is given, returns the default.
 *
 * @throws {RangeError} If it is out of range.
 * @throws {TypeError} If it is not an integer.
 */
export const expectByteCapacity = (given: number = DEFAULT_BYTES): number =>
  expectInteger("byteCapacity", given, 1, MAX_BYTES + 1, "all of it is allocated at once");
