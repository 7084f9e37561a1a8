/** Which works the members of a team may keep. It knows only numbers and bytes, so it keeps no array alive. */
import type { Staged } from "../calls/staged.js";

/** Bytes of arrays that workers keep besides those of the call under way. */
const KEPT_BYTES = 64 << 20;
const KEPT_WORKS = 64;

export class KeptWorks {
  /** Bytes by work number, the oldest first. */
  readonly #kept = new Map<number, number>();

  /** The numbers that members may keep, now that they are sent this one. */
  keepOnly({ number, work }: Staged): ReadonlySet<number> {
    if (!this.#kept.has(number)) {
      this.#kept.set(
        number,
        work.arrays.reduce((bytes, array) => bytes + array.nbytes, 0),
      );
    }
    let bytes = [...this.#kept.values()].reduce((sum, one) => sum + one, 0);
    for (const [old, size] of this.#kept) {
      if (bytes <= KEPT_BYTES && this.#kept.size <= KEPT_WORKS) break;
      if (old === number) continue;
      this.#kept.delete(old);
      bytes -= size;
    }
    return new Set(this.#kept.keys());
  }

  /** Forgets a work; false if members did not keep it. */
  forget(number: number): boolean {
    return this.#kept.delete(number);
  }
}
