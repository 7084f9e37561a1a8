/**
 * The words of a Philox generator, one after the other. Blocks are made in advance; where the stream is follows from
 * the counter and from how many words of them are left.
 */
import { BLOCK_BYTES, BLOCK_WORDS, type BlockForm, COUNTER_BITS, WORDS, writeBlocks } from "./philox-blocks.js";

/** Blocks that are made in advance. */
const AHEAD = 128;
/** What a word of 53 bits, or a half of 24 bits, is multiplied by to be below 1. */
const TO_UNIT = 2 ** -53;
const TO_UNIT_SINGLE = 2 ** -24;

/** Where a stream is, as plain data. The names are those of NumPy's state. */
export interface PhiloxState {
  /** The counter of the last block that was begun; modulo 2^256, from the lowest word on. */
  readonly counter: readonly bigint[];
  readonly key: readonly bigint[];
  /** How many words of that block are used up, from 0 to 4. */
  readonly bufferPos: number;
  /** Whether the high half of a word is left, which the next draw of 32 bits gets. */
  readonly hasUint32: boolean;
  readonly uinteger: number;
}

/** A position in the words of a key. */
export class WordStream {
  /** The halves of the word that `next` has taken. */
  low = 0;
  high = 0;
  readonly #key: readonly bigint[];
  /** Words that are not taken yet are behind `#at`, as two halves each. The low half comes first. */
  readonly #halves = new Uint32Array(2 * BLOCK_WORDS * AHEAD);
  readonly #bytes = new Uint8Array(this.#halves.buffer);
  #at = this.#halves.length;
  /** The counter of the first block that is not made yet. */
  #next: bigint;
  #hasHalf: boolean;
  #half: number;

  constructor({ counter, key, bufferPos, hasUint32, uinteger }: PhiloxState) {
    this.#key = key;
    this.#next = advanced(joined(counter), 1n);
    this.#hasHalf = hasUint32;
    this.#half = uinteger;
    if (bufferPos === BLOCK_WORDS) return;
    this.#next = joined(counter);
    this.#refill();
    this.#at = 2 * bufferPos;
  }

  get state(): PhiloxState {
    const left = (this.#halves.length - this.#at) / 2;
    const blocks = Math.floor(left / BLOCK_WORDS);
    const counter = advanced(this.#next, BigInt(-1 - blocks));
    return {
      counter: Array.from({ length: 4 }, (_, i) => BigInt.asUintN(64, counter >> BigInt(64 * i))),
      key: [...this.#key],
      bufferPos: BLOCK_WORDS - (left % BLOCK_WORDS),
      hasUint32: this.#hasHalf,
      uinteger: this.#half,
    };
  }

  #refill(): void {
    writeBlocks(this.#key, this.#next, WORDS, this.#bytes);
    this.#next = advanced(this.#next, BigInt(AHEAD));
    this.#at = 0;
  }

  /** Takes a word: `low` and `high` are its halves. */
  next(): void {
    if (this.#at === this.#halves.length) this.#refill();
    this.low = this.#halves[this.#at]!;
    this.high = this.#halves[this.#at + 1]!;
    this.#at += 2;
  }
  /** A half of 32 bits: the low one of a word, and at the next call the high one. */
  uint32(): number {
    if (this.#hasHalf) {
      this.#hasHalf = false;
      return this.#half;
    }
    this.next();
    this.#hasHalf = true;
    this.#half = this.high;
    return this.low;
  }
  uint64(): bigint {
    this.next();
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }
  /** A number in [0, 1) of 53 bits. */
  double(): number {
    this.next();
    return (this.high * 2097152 + (this.low >>> 11)) * TO_UNIT;
  }
  /** A number in [0, 1) of 24 bits. */
  single(): number {
    return (this.uint32() >>> 8) * TO_UNIT_SINGLE;
  }

  /**
   * Fills with what `one` returns, which takes `perWord` calls for a word. Most of it is whole blocks, which the kernel
   * writes at once.
   */
  fill(target: Filled, form: BlockForm, perWord: 1 | 2, one: () => number | bigint): void {
    const { length } = target;
    const perBlock = BLOCK_WORDS * perWord;
    let at = 0;
    while (at < length && (this.#at < this.#halves.length || (this.#hasHalf && perWord === 2))) target[at++] = one();
    const blocks = Math.floor((length - at) / perBlock);
    if (blocks > 0) {
      const from = target.byteOffset + at * target.BYTES_PER_ELEMENT;
      writeBlocks(this.#key, this.#next, form, new Uint8Array(target.buffer, from, blocks * BLOCK_BYTES));
      this.#next = advanced(this.#next, BigInt(blocks));
      at += blocks * perBlock;
      // What NumPy's state says after the last of these draws.
      if (perWord === 2) this.#half = this.#lastHalf();
    }
    while (at < length) target[at++] = one();
  }

  /** The high half of the last word of the block before the next one. */
  #lastHalf(): number {
    const block = new Uint32Array(BLOCK_BYTES / 4);
    writeBlocks(this.#key, advanced(this.#next, -1n), WORDS, new Uint8Array(block.buffer));
    return block.at(-1)!;
  }
}

/** A typed array of floats or words. */
export interface Filled {
  [i: number]: number | bigint;
  readonly length: number;
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly BYTES_PER_ELEMENT: number;
}

const joined = (words: readonly bigint[]): bigint => words.reduceRight((high, low) => (high << 64n) | low, 0n);
/** A counter so many blocks later. */
export const advanced = (counter: bigint, by: bigint): bigint => BigInt.asUintN(COUNTER_BITS, counter + by);
export { joined as counterOf };
