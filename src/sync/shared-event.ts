/** `SharedEvent`: a flag to wait for. One word: bit 0 is the flag, the others count how often it was set. */

import type { NameOptions } from "../memory/shared-memory.js";
import { compareExchange, load, notify, type Words } from "../memory/words/atomics.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "../memory/words/wait.js";
import { FoundByName } from "../things/found-by-name.js";
import { HEADER_WORDS } from "../things/layout.js";
import { registerThing, wordsOf } from "../things/shared-thing.js";

const FLAG = HEADER_WORDS;
const SET = 1;
const BYTES = 4 * (FLAG + 1);

/** True once the flag is set, or was since: who waited when `set` ran is released, whatever `clear` did meanwhile. */
function seenSince(words: Words): () => true | undefined {
  const first = load(words, FLAG);
  return () => {
    const now = load(words, FLAG);
    return now & SET || now >> 1 !== first >> 1 ? true : undefined;
  };
}

/**
 * Python's Event (a global of every JavaScript runtime has that name): threads wait until the flag is set. `set` never
 * waits for those it releases, so a dead waiter harms nobody.
 *
 * @example
 * const go = new SharedEvent({ name: "go" }); // in the workers: await SharedEvent.attach("go").wait()
 * go.set();
 *
 * After Python's `multiprocessing.Event`, whose `set(); clear()` loses those who waited.
 */
export class SharedEvent extends FoundByName {
  /** Not set at first. @throws {NameTakenError} */
  constructor(options?: NameOptions) {
    super(options, options, () => ({ byteLength: BYTES }));
  }

  /** Whether the flag is set. */
  get isSet(): boolean {
    return (load(wordsOf(this), FLAG) & SET) !== 0;
  }
  /** Sets the flag and releases all who wait; nothing if it is set already. */
  set(): void {
    const words = wordsOf(this);
    for (;;) {
      const old = load(words, FLAG);
      if (old & SET) return;
      if (compareExchange(words, FLAG, old, (old + 2) | SET) === old) break;
    }
    notify(words, FLAG);
  }
  /** Takes the flag back. */
  clear(): void {
    const words = wordsOf(this);
    for (;;) {
      const old = load(words, FLAG);
      if (compareExchange(words, FLAG, old, old & ~SET) === old) return;
    }
  }
  /** True once the flag is set; false if that takes longer than `timeoutMs`. @throws {AbortedError} */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    expectWait(options);
    const words = wordsOf(this);
    return (await waitUntil(words, FLAG, seenSince(words), options)) ?? false;
  }
  /** As `wait`, blocking. */
  waitSync(options: SyncWaitOptions = {}): boolean {
    expectWait(options);
    const words = wordsOf(this);
    return waitUntilSync(words, FLAG, seenSince(words), options.timeoutMs) ?? false;
  }
}
registerThing("SharedEvent", SharedEvent, BYTES);
