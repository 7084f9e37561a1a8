/** How long to spin before sleeping: about twice as long as the last waits took, if that is short; else a moment. */

/** A spin that costs nobody anything, and that the end of a call often falls into. */
const FLOOR_US = 20;
/** The longest spin. Sleeping and waking cost up to 75 µs; a core that is kept from others for longer is no gain. */
export const MAX_SPIN_US = 1000;
/** Waits count as this at most, so that a pause of a second is forgotten after a few short waits. */
const MAX_WAIT_US = 4 * MAX_SPIN_US;
/** The weight of the last wait. */
const WEIGHT = 1 / 4;

export class Patience {
  readonly #limitUs: number;
  #averageUs = FLOOR_US;

  /** @param limitUs upper bound; 0: never spin */
  constructor(limitUs: number) {
    this.#limitUs = limitUs;
  }

  /** Microseconds to spin now. */
  get us(): number {
    const wanted = 2 * this.#averageUs;
    return Math.min(this.#limitUs, wanted > MAX_SPIN_US ? FLOOR_US : Math.max(FLOOR_US, wanted));
  }

  /** Reports how long a wait took, whether spinning or asleep. */
  record(waitUs: number): void {
    this.#averageUs += WEIGHT * (Math.min(waitUs, MAX_WAIT_US) - this.#averageUs);
  }
}
