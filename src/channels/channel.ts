/** What a writer or a reader knows of the channel it belongs to. */
import { EndOfStreamError } from "../base/errors.js";
import { expectInteger } from "../base/expect.js";
import type { Block } from "../memory/blocks/driver.js";
import type { SyncWaitOptions } from "../memory/words/wait.js";
import { Patience } from "../sync/patience.js";
import { MAX_BYTES, type Ring } from "../sync/ring.js";

export interface Channel {
  readonly ring: Ring;
  /** Where shared memory in messages is deposited. */
  readonly block: Block;
  /** What errors call it. */
  readonly what: string;
  /** @throws {ClosedError} if the handle was closed */
  readonly assertOpen: () => void;
  /** Takes note of a message that this thread is about to have. */
  onTaken?: (() => void) | undefined;
  /** What a blocked reader that finds nothing does first: this thread's own puts may wait behind it. */
  readonly whenVain?: () => void;
  /** Whether the stream has ended because nobody is at its other end any more. Looks now and then; never wrongly true. */
  readonly isDeserted: () => boolean;
  /** Whether no thread but this one has the channel, nor can get it: this thread, blocked, would wait for ever. */
  readonly isAlone: () => boolean;
}

/** For a blocked wait without a limit: called when nothing can be done yet, it throws if nothing ever can. */
export function assertNotAlone({ what, isAlone }: Channel, options: SyncWaitOptions | undefined): () => void {
  if (options?.timeoutMs !== undefined) return () => {};
  const patience = new Patience();
  return () => {
    if (!patience.isTimeToLook() || !isAlone()) return;
    throw new EndOfStreamError(
      `Expected another thread to have ${what}, but none is left: this one would wait for ever`,
      {
        what,
      },
    );
  };
}

const DEFAULT_BYTES = 2 ** 20;

/** The `byteCapacity` of a channel to be. @throws {RangeError} {TypeError} */
export const expectByteCapacity = (given: number | undefined): number =>
  expectInteger("byteCapacity", given ?? DEFAULT_BYTES, 1, MAX_BYTES + 1);
