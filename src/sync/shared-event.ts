/**
 * `SharedEvent`: a flag that threads wait for. It is one word: bit 0 is the flag, and the other bits count how often it
 * was set.
 */

import type { NameOptions } from "../memory/shared-memory.js";
import { compareExchange, load, notify, type Words } from "../memory/words/atomics.js";
import { NOTIFICATION_TRUST_MS } from "../memory/words/intervals.js";
import { waitInTurn } from "../memory/words/turns.js";
import {
  expectSyncWait,
  expectWait,
  type SyncWaitOptions,
  type WaitOptions,
  waitUntilSync,
} from "../memory/words/wait.js";
import { FoundByName } from "../things/found-by-name.js";
import { HEADER_WORDS } from "../things/layout.js";
import { registerThing, wordsOf } from "../things/shared-thing.js";

const FLAG = HEADER_WORDS;
const SET = 1;
const BYTES = 4 * (FLAG + 1);

const sliceMs = () => NOTIFICATION_TRUST_MS;

/**
 * Returns a poll that is true once the flag is set or was set since. So `set` releases all waiters, even if `clear`
 * follows at once.
 */
function seenSince(words: Words): () => true | undefined {
  const first = load(words, FLAG);
  return () => {
    const now = load(words, FLAG);
    return now & SET || now >> 1 !== first >> 1 ? true : undefined;
  };
}

/**
 * A flag that threads wait for. It is Python's Event; JavaScript has a global class of that name. `set` never waits for
 * the threads that it releases, so a dead waiter does no harm.
 *
 * @example
 * const go = new SharedEvent({ name: "go" }); // in the workers: await SharedEvent.attach("go").wait()
 * go.set();
 *
 * After Python's `multiprocessing.Event`, whose `set(); clear()` may not release the waiters.
 */
export class SharedEvent extends FoundByName {
  /**
   * Makes an event whose flag is not set.
   *
   * @throws {NameTakenError} If the name is taken.
   * @throws {TypeError} If an option has the wrong type.
   * @throws {RangeError} If the name is not allowed.
   */
  constructor(options?: NameOptions) {
    super(options, options, () => ({ byteLength: BYTES }));
  }

  /** Whether the flag is set. */
  get isSet(): boolean {
    return (load(wordsOf(this), FLAG) & SET) !== 0;
  }
  /** Sets the flag and releases all waiters. Does nothing if the flag is set. */
  set(): void {
    const words = wordsOf(this);
    for (;;) {
      const old = load(words, FLAG);
      if (old & SET) return;
      if (compareExchange(words, FLAG, old, (old + 2) | SET) === old) break;
    }
    notify(words, FLAG);
  }
  /** Clears the flag. */
  clear(): void {
    const words = wordsOf(this);
    for (;;) {
      const old = load(words, FLAG);
      if (compareExchange(words, FLAG, old, old & ~SET) === old) return;
    }
  }
  /**
   * Waits until the flag is set. Resolves to true then, and to false if that takes longer than `timeoutMs`.
   *
   * @throws {AbortedError} If `signal` fires first.
   * @throws {ClosedError} If this handle was closed.
   */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    const given = expectWait(options, "wait");
    const words = wordsOf(this);
    return (await waitInTurn(words, FLAG, seenSince(words), given, sliceMs)) ?? false;
  }
  /**
   * As `wait`, but blocks the thread.
   *
   * @throws {ClosedError} If this handle was closed.
   */
  waitSync(options: SyncWaitOptions = {}): boolean {
    const given = expectSyncWait(options, "waitSync");
    const words = wordsOf(this);
    return waitUntilSync(words, FLAG, seenSince(words), given.timeoutMs) ?? false;
  }
}
registerThing("SharedEvent", SharedEvent, BYTES);
