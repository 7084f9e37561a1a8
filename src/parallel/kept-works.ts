/** Which works the members of a team may keep. Only numbers and bytes are recorded, so no array is kept alive. */
import type { Staged } from "../calls/executors/staged.js";

/** The limit for the bytes of arrays that workers keep, apart from those of the call in progress. */
const KEPT_BYTES = 64 << 20;
/** The limit for the number of works that workers keep. */
const KEPT_WORKS = 64;

export class KeptWorks {
  /** The bytes of each work by its number, the oldest work first. */
  readonly #kept = new Map<number, number>();
  #bytes = 0;

  /** Adds a work that members are about to receive, and returns the numbers of all works that they may keep. */
  keepOnly({ number, work }: Staged): ReadonlySet<number> {
    if (!this.#kept.has(number)) {
      const bytes = work.arrays.reduce((sum, array) => sum + array.nbytes, 0);
      this.#kept.set(number, bytes);
      this.#bytes += bytes;
    }
    for (const old of this.#kept.keys()) {
      if (this.#bytes <= KEPT_BYTES && this.#kept.size <= KEPT_WORKS) break;
      if (old !== number) this.forget(old);
    }
    return new Set(this.#kept.keys());
  }

  /** Removes a work. Returns false if members did not keep it. */
  forget(number: number): boolean {
    this.#bytes -= this.#kept.get(number) ?? 0;
    return this.#kept.delete(number);
  }
}
