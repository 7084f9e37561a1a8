/** `Philox`: the bit generator, from which `Generator` takes its words. */
import { expectBoolean, expectInteger, expectKnown, isPlain, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { arrayOf, type NDArray } from "../ndarray/ndarray.js";
import type { RankOf, Shape } from "../ndarray/notation.js";
import { expectShape } from "../ndarray/shape.js";
import { writtenStrided } from "../ndarray/storage.js";
import { BLOCK_WORDS, WORDS } from "./philox-blocks.js";
import { type Entropy, entropyWords, SeedSequence } from "./seed-sequence.js";
import { advanced, counterOf, type Filled, type PhiloxState, WordStream } from "./word-stream.js";

export type { PhiloxState };
/** What a generator is seeded with. If it is nothing, the system's randomness. */
export type Seed = Entropy | SeedSequence;

/** Blocks from one stream to that of `jumped`. */
const JUMP = 2n ** 128n;

let streamIn: (bits: Philox) => WordStream;

/**
 * Random words of 64 bits by counter, Philox4x64-10: block i of a seed is computed from i alone. The words are those
 * of `np.random.Philox(seed)`.
 *
 * @example new random.Philox(42).randomRaw() // 7207306692971937043n
 * @throws {RangeError} If the seed is negative, or no integer up to 2^53 - 1 (give a bigint).
 * @throws {TypeError} If the seed is none.
 */
export class Philox {
  /** What `spawn` takes its seeds from. There is none if the state was given. */
  readonly seedSequence: SeedSequence | undefined;
  #stream: WordStream;

  static {
    streamIn = (bits) => {
      if (typeof bits === "object" && bits !== null && #stream in bits) return bits.#stream;
      throw new TypeError(`Expected \`bitGenerator\` to be a Philox, got ${show(bits)}`);
    };
  }

  constructor(seed?: Seed) {
    if (seed !== undefined && !(seed instanceof SeedSequence)) entropyWords(seed, "seed"); // so that errors name it
    this.seedSequence = seed instanceof SeedSequence ? seed : new SeedSequence(seed);
    const key = [...this.seedSequence.generateState(2, { dtype: "uint64" })];
    this.#stream = new WordStream({ counter: [0n, 0n, 0n, 0n], key, ...FRESH });
  }

  /** Where the generator is, as plain data. Setting it brings a generator there. */
  get state(): PhiloxState {
    return this.#stream.state;
  }
  set state(state: PhiloxState) {
    this.#stream = new WordStream(expectState(state));
  }

  /** The next word, or an array (shape) of words. After `np.random.Philox.random_raw`. */
  randomRaw(): bigint;
  randomRaw<const S extends Shape>(shape: S): NDArray<"uint64", RankOf<S>>;
  randomRaw(shape?: Shape): unknown {
    const stream = this.#stream;
    if (shape === undefined) return stream.uint64();
    const made = writtenStrided(expectShape(shape), "uint64", undefined, ({ elements }) =>
      stream.fill(elements.raw as unknown as Filled, WORDS, 1, () => stream.uint64()),
    );
    return arrayOf(made);
  }

  /** Goes on by so many blocks of four words, and gives up what is left of the block that was begun. */
  advance(blocks: number | bigint): this {
    this.#stream = new WordStream(later(this.state, expectCount("blocks", blocks)));
    return this;
  }

  /**
   * A generator `jumps` · 2^128 blocks further on. The words between are never reached, so both are independent.
   *
   * @param jumps by default 1
   */
  jumped(jumps: number | bigint = 1): Philox {
    const copy = new Philox(0);
    Object.defineProperty(copy, "seedSequence", { value: this.seedSequence, enumerable: true });
    copy.#stream = new WordStream(later(this.state, JUMP * expectCount("jumps", jumps)));
    return copy;
  }

  /** So many generators that are independent of this one and of each other; other ones at each call. */
  spawn(count: number): Philox[] {
    return this.seedSequence!.spawn(count).map((seed) => new Philox(seed));
  }
}

const FRESH = { bufferPos: BLOCK_WORDS, hasUint32: false, uinteger: 0 } as const;
const later = ({ counter, key }: PhiloxState, blocks: bigint): PhiloxState => {
  const sum = advanced(counterOf(counter), blocks);
  return { counter: [0, 64, 128, 192].map((shift) => BigInt.asUintN(64, sum >> BigInt(shift))), key, ...FRESH };
};

function expectCount(what: string, count: unknown): bigint {
  if (typeof count === "bigint") return count;
  return BigInt(expectInteger(what, count, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
}

function expectState(state: unknown): PhiloxState {
  if (!isPlain(state)) throw new TypeError(`Expected \`state\` to be what \`state\` gave, got ${show(state)}`);
  const names = ["counter", "key", "bufferPos", "hasUint32", "uinteger"];
  const own = expectKnown(state as PhiloxState, names, "a state");
  return {
    counter: expectWords("counter", own.counter, 4),
    key: expectWords("key", own.key, 2),
    bufferPos: expectInteger("bufferPos", own.bufferPos, 0, BLOCK_WORDS + 1),
    hasUint32: expectBoolean("hasUint32", own.hasUint32),
    uinteger: expectInteger("uinteger", own.uinteger, 0, 2 ** 32),
  };
}

function expectWords(what: string, words: unknown, count: number): readonly bigint[] {
  const isWord = (word: unknown) => typeof word === "bigint" && word >= 0n && word < 2n ** 64n;
  if (Array.isArray(words) && words.length === count && Array.from(words).every(isWord)) return [...words];
  throw new TypeError(`Expected \`${what}\` to be a list of ${count} bigints in [0, 2^64), got ${show(words)}`);
}

/** The words of a bit generator. */
export const streamOf = (bits: Philox): WordStream => streamIn(bits);

keepNames({ Philox });
