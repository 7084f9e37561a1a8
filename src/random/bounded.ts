/**
 * Integers below a bound without bias, by D. Lemire's multiplication: the high half of word · bound, drawn again if the
 * low half says that some results would be more likely. After "Fast random integer generation in an interval" (2019).
 * Words of 16 and 8 bits are parts of 32 bits, as in NumPy.
 */
import type { WordStream } from "./word-stream.js";

const WORD = 2 ** 32;
/** Bounds of which a product with a word is exact in float64. */
const SMALL = 2 ** 21;

/** An integer in [0, bound), for a bound in [1, 2^32]. One that can only be 0 takes no word. */
export function below(stream: WordStream, bound: number): number {
  if (bound === 1) return 0;
  if (bound === WORD) return stream.uint32();
  let word = stream.uint32();
  let low = Math.imul(word, bound) >>> 0;
  if (low < bound) {
    const least = (WORD - bound) % bound;
    while (low < least) {
      word = stream.uint32();
      low = Math.imul(word, bound) >>> 0;
    }
  }
  // The product rounded to float64 is less than 2^12 off, so that the high half is the nearest integer.
  const product = word * bound;
  return bound < SMALL ? Math.floor(product / WORD) : Math.round((product - low) / WORD);
}

/** The same for a bound up to 2^64, as a bigint. */
export function below64(stream: WordStream, bound: bigint): bigint {
  if (bound <= 0x100000000n) return BigInt(below(stream, Number(bound)));
  if (bound === 2n ** 64n) return stream.uint64();
  const least = (2n ** 64n - bound) % bound;
  for (;;) {
    const product = stream.uint64() * bound;
    if (BigInt.asUintN(64, product) >= least) return product >> 64n;
  }
}

/** An integer in [0, max] by masks: bits are drawn again until they are not above. NumPy shuffles by these. */
export function upTo(stream: WordStream, max: number): number {
  if (max === 0) return 0;
  const mask = -1 >>> Math.clz32(max);
  for (;;) {
    const drawn = (stream.uint32() & mask) >>> 0;
    if (drawn <= max) return drawn;
  }
}

/** A function that draws integers in [0, bound) of at most so many bits from parts of 32 bits. */
export function partsBelow(stream: WordStream, bound: number, bits: 1 | 8 | 16): () => number {
  let word = 0;
  let left = 0;
  const part = () => {
    if (left === 0) {
      word = stream.uint32();
      left = 32 / bits - 1;
    } else {
      word >>>= bits;
      left--;
    }
    return word & (2 ** bits - 1);
  };
  const size = 2 ** bits;
  if (bound === 1) return () => 0;
  if (bound === size) return part;
  const least = (size - bound) % bound;
  return () => {
    for (;;) {
      const product = part() * bound;
      if ((product & (size - 1)) >= least) return product >>> bits;
    }
  };
}
