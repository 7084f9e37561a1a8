/**
 * What a waiter knows of its wait: how long it has lasted, and when to look for the dead. Used by all waits for a thing
 * to hold.
 */

import { DEATH_LOOK_MS } from "../memory/words/intervals.js";

/** How long a waiter lets others overtake it, and how soon it first looks whether the holder lives. */
const HUNGER_MS = 1;

export class Patience {
  readonly #since = performance.now();
  #nextLook = this.#since + HUNGER_MS;
  /** True once it has been asleep: then what is reserved is for it. */
  hasSlept = false;

  /** True when it has waited so long that newcomers must not overtake it any more. */
  get isHungry(): boolean {
    return performance.now() - this.#since >= HUNGER_MS;
  }
  /** How long to sleep before the next look. */
  get napMs(): number {
    return this.isHungry ? DEATH_LOOK_MS : HUNGER_MS;
  }
  /** As `napMs`, for whoever then sleeps for sure. */
  readonly nap = (): number => {
    this.hasSlept = true;
    return this.napMs;
  };
  /** Whether it is time to look for the dead; not too often, for a look costs 3 µs. */
  isTimeToLook(): boolean {
    const now = performance.now();
    if (now < this.#nextLook) return false;
    this.#nextLook = now + DEATH_LOOK_MS - HUNGER_MS;
    return true;
  }
  /** For whoever does not wait: take what is reserved, and look at once. */
  static none(): Patience {
    const patience = new Patience();
    patience.hasSlept = true;
    patience.#nextLook = 0;
    return patience;
  }
}
