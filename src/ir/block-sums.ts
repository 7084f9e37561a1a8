/**
 * Sums of blocks, added in pairs (pairwise summation), so that the rounding error of a sum grows with the logarithm of
 * the number of blocks. `fold-loop.ts` writes this code into folds.
 *
 * The sums that wait for a partner of the same size are kept like the digits of a binary number, which counts the
 * blocks: adding one is adding 1 to that number, and each carry is an addition of two sums.
 */
import { type Code, I32, V128 } from "./encode.js";

/** Elements in one block, which are added one after the other in each lane. NumPy's blocks have the same size. */
export const BLOCK = 128;
/**
 * Digits that are kept: enough for 64 blocks, as many as a piece of a sum has. If a fold has more blocks, the sums of
 * 64 of them are added one after the other.
 */
const DIGITS = 6;

export class BlockSums {
  readonly #code: Code;
  readonly #add: (into: number, other: number) => void;
  readonly #count: number;
  readonly #digits: readonly number[];
  readonly #highest: number;

  /**
   * @param zero Pushes a vector that leaves every sum unchanged.
   * @param add Writes the addition of one local to another. The new value is in the first one.
   */
  constructor(code: Code, zero: () => void, add: (into: number, other: number) => void) {
    this.#code = code;
    this.#add = add;
    this.#count = code.local(I32);
    this.#digits = Array.from({ length: DIGITS }, () => code.local(V128));
    this.#highest = code.local(V128);
    zero();
    code.set(this.#highest);
  }

  /** Writes the addition of one block, whose sum is in a local. The local is overwritten. */
  push(sum: number): void {
    this.#carry(sum, 0);
    this.#code.advance(this.#count, 1);
  }

  #carry(sum: number, digit: number): void {
    const waiting = this.#digits[digit];
    if (waiting === undefined) {
      this.#add(this.#highest, sum);
      return;
    }
    this.#hasDigit(digit).ifElse(
      () => {
        this.#add(waiting, sum);
        this.#code.get(waiting).set(sum);
        this.#carry(sum, digit + 1);
      },
      () => this.#code.get(sum).set(waiting),
    );
  }

  /** Writes the addition of all blocks to a last one, whose sum is in a local. */
  total(sum: number): void {
    for (const [digit, waiting] of this.#digits.entries()) {
      this.#hasDigit(digit).if(() => {
        this.#add(waiting, sum);
        this.#code.get(waiting).set(sum);
      });
    }
    this.#add(this.#highest, sum);
    this.#code.get(this.#highest).set(sum);
  }

  /** Pushes whether a digit of the number of blocks is 1. */
  #hasDigit(digit: number): Code {
    return this.#code
      .get(this.#count)
      .i32(1 << digit)
      .emit(0x71); // i32.and
  }
}
