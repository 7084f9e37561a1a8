/** Which adjacent bits of records differ. All others need not be looked at to sort the records. Pure. */

export class DifferingBits {
  /** The low and the high half of 64 bits, of which each is 1 if it differs in any two records. */
  readonly #low: number;
  readonly #high: number;
  /** How much higher the bits are in the records than in those 64. */
  readonly #moved: number;
  readonly lowest: number;
  readonly count: number;

  private constructor(low: number, high: number, moved: number, lowest: number, count: number) {
    this.#low = low;
    this.#high = high;
    this.#moved = moved;
    this.lowest = lowest;
    this.count = count;
  }

  /** All bits from the lowest to the highest that is 1 in a number, whose halves are given. */
  static of(low: number, high: number): DifferingBits {
    const lowest = low !== 0 ? 31 - Math.clz32(low & -low) : 63 - Math.clz32(high & -high);
    const end = high !== 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(low);
    return new DifferingBits(low, high, 0, lowest, Math.max(0, end - lowest));
  }

  get end(): number {
    return this.lowest + this.count;
  }
  /** The highest or the lowest ones, at most `count` of them. */
  highest(count: number): DifferingBits {
    const kept = Math.min(count, this.count);
    return new DifferingBits(this.#low, this.#high, this.#moved, this.end - kept, kept);
  }
  lowestOnes(count: number): DifferingBits {
    return new DifferingBits(this.#low, this.#high, this.#moved, this.lowest, Math.min(count, this.count));
  }
  /** The same bits in records in which bit `to` is the lowest of them. */
  movedTo(to: number): DifferingBits {
    return new DifferingBits(this.#low, this.#high, this.#moved + to - this.lowest, to, this.count);
  }
  /** Whether any of up to 31 bits from bit `from` on differs. */
  includes(from: number, count: number): boolean {
    const at = from - this.#moved;
    const bits =
      at >= 32 ? this.#high >>> (at - 32) : at === 0 ? this.#low : (this.#low >>> at) | (this.#high << (32 - at));
    return (bits & (2 ** count - 1)) !== 0;
  }
}
