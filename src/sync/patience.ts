/**
 * What a waiter knows about its wait: how long it has lasted, and when to look for dead threads. Used by locks,
 * semaphores and the like.
 */

import { napping } from "../memory/words/atomics.js";
import { DEATH_LOOK_MS } from "../memory/words/intervals.js";

/** How long a waiter lets others overtake it, and when it first looks whether the holder lives. */
const HUNGER_MS = 1;

/** The patience of one wait. */
export class Patience {
  readonly #since = performance.now();
  #nextLook = this.#since + HUNGER_MS;
  #shortNap: (() => number) | undefined;
  /** Whether the waiter has slept. It may take what is reserved then. */
  hasSlept = false;

  /** Whether it has waited so long that newcomers must not overtake it any more. */
  get isHungry(): boolean {
    return performance.now() - this.#since >= HUNGER_MS;
  }
  /** How long to sleep before the next look. */
  get napMs(): number {
    return this.isHungry ? DEATH_LOOK_MS : HUNGER_MS;
  }
  /** As `napMs`, for a caller that is certain to sleep now. If it was kept out, nobody wakes it: the nap is short. */
  readonly nap = (): number => {
    this.hasSlept = true;
    return this.#shortNap?.() ?? this.napMs;
  };
  /** Notes whether the last poll found nothing only because another thread was in the ledger. */
  set isKeptOut(isKeptOut: boolean) {
    this.#shortNap = isKeptOut ? (this.#shortNap ?? napping()) : undefined;
  }
  /** Whether it is time to look for dead threads. A look costs 3 µs, so it is not due at every poll. */
  isTimeToLook(): boolean {
    const now = performance.now();
    if (now < this.#nextLook) return false;
    this.#nextLook = now + DEATH_LOOK_MS - HUNGER_MS;
    return true;
  }
  /** The patience of a caller that does not wait: it may take what is reserved, and looks for dead threads at once. */
  static none(): Patience {
    const patience = new Patience();
    patience.hasSlept = true;
    patience.#nextLook = 0;
    return patience;
  }
}
