/** What a measured time typically is: the median of the last samples, which no cold and no interrupted run moves. */

export class Typical {
  readonly #most: number;
  /** The samples in the order in which they came, the oldest first. */
  readonly #recent: number[] = [];
  readonly #sorted: number[] = [];

  /** @param most how many samples are kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many samples the median is of. */
  get count(): number {
    return this.#recent.length;
  }
  /** Whether it is the median of as many samples as are ever kept. */
  get isSettled(): boolean {
    return this.count === this.#most;
  }
  /** The median, of two in the middle the lower one; `undefined` without samples. */
  get value(): number | undefined {
    return this.#sorted[(this.count - 1) >> 1];
  }

  add(sample: number): void {
    if (this.isSettled) this.#sorted.splice(this.#sorted.indexOf(this.#recent.shift()!), 1);
    this.#recent.push(sample);
    let at = this.#sorted.length;
    while (at > 0 && this.#sorted[at - 1]! > sample) at--;
    this.#sorted.splice(at, 0, sample);
  }

  clear(): void {
    this.#recent.length = 0;
    this.#sorted.length = 0;
  }
}
