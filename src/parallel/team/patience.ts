/** How long to spin before sleeping: several times as long as the last waits were, if that is short; else a moment. */

/** A spin that costs nobody anything, and that the end of a call often falls into. */
const FLOOR_US = 20;
/** How long to spin if waits are short: to wake a sleeping member costs the caller as much. */
const LEAST_US = 100;
/** How much longer than the average: a wait that is a little longer than the others must not end in sleep. */
const MARGIN = 4;
/** The longest spin. Sleep and wake-up take 75 to 500 µs; a core that is kept from others for longer is no gain. */
export const MAX_SPIN_US = 1000;
/** The longest time for which a member can be asked to spin. Longer ones are left over from when the clock wrapped. */
export const MAX_STAY_US = 2000;
/** Waits count as this at most, so that a pause of a second is forgotten after a few short waits. */
const MAX_WAIT_US = MAX_SPIN_US;
/** The weight of the last wait. */
const WEIGHT = 1 / 4;

/** Microseconds of a clock that all threads and processes of the machine share, in 32 bits; wraps. */
export const clockUs = (): number => (1000 * (performance.timeOrigin + performance.now())) | 0;

export class Patience {
  readonly #limitUs: number;
  #averageUs = FLOOR_US;

  /** @param limitUs upper bound; 0: never spin */
  constructor(limitUs: number) {
    this.#limitUs = limitUs;
  }

  /** Microseconds to spin now. */
  get us(): number {
    if (this.#averageUs > MAX_SPIN_US / 2) return Math.min(this.#limitUs, FLOOR_US);
    return Math.min(this.#limitUs, MAX_SPIN_US, Math.max(LEAST_US, MARGIN * this.#averageUs));
  }

  /** Microseconds to spin now, if asked to stay awake until then by `clockUs`. */
  usUntil(until: number): number {
    const asked = (until - clockUs()) | 0;
    const isAsked = asked > 0 && asked <= MAX_STAY_US;
    return isAsked ? Math.max(this.us, Math.min(this.#limitUs, asked)) : this.us;
  }

  /**
   * Reports how long a wait was: until what was waited for came, not until the thread had noticed. A sleeper notices
   * late, and would then believe that it cannot wait for the next one awake.
   */
  record(waitUs: number): void {
    this.#averageUs += WEIGHT * (Math.min(waitUs, MAX_WAIT_US) - this.#averageUs);
  }
}
