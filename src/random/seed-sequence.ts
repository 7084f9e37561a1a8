/** `SeedSequence`: entropy mixed into seeds of any length, as NumPy mixes it. Bit generators are seeded by it. */
import { expectInteger, expectIntegers, expectKnown, expectOneOf, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";

/** The initial state of a generator: an integer that is not negative, or a list of such integers. */
export type Entropy = number | bigint | readonly (number | bigint)[];

/** Which of the children of a sequence this is. */
export interface SeedSequenceOptions {
  /** The numbers of the children that lead here from the sequence that had the entropy; by default `[]`. */
  readonly spawnKey?: readonly number[] | undefined;
}

const POOL_WORDS = 4;
const [INIT_A, MULTIPLY_A] = [0x43b0d7e5, 0x931e8875];
const [INIT_B, MULTIPLY_B] = [0x8b51f9dd, 0x58f38ded];
const [MIX_LEFT, MIX_RIGHT] = [0xca01f9dd, 0x4973f715];

/** A function that hashes one word after the other, each with another constant. */
function hasher(initial: number, multiplier: number): (word: number) => number {
  let constant = initial;
  return (word) => {
    const crossed = word ^ constant;
    constant = Math.imul(constant, multiplier);
    return shifted(Math.imul(crossed, constant));
  };
}
const shifted = (word: number): number => (word ^ (word >>> 16)) >>> 0;
const mixed = (a: number, b: number): number => shifted(Math.imul(MIX_LEFT, a) - Math.imul(MIX_RIGHT, b));

/** The pool of a sequence: each word of it depends on all words of the entropy. */
function poolOf(entropy: readonly number[]): Uint32Array {
  const pool = new Uint32Array(POOL_WORDS);
  const hash = hasher(INIT_A, MULTIPLY_A);
  for (let i = 0; i < POOL_WORDS; i++) pool[i] = hash(entropy[i] ?? 0);
  for (let from = 0; from < POOL_WORDS; from++) {
    for (let to = 0; to < POOL_WORDS; to++) if (from !== to) pool[to] = mixed(pool[to]!, hash(pool[from]!));
  }
  for (let from = POOL_WORDS; from < entropy.length; from++) {
    for (let to = 0; to < POOL_WORDS; to++) pool[to] = mixed(pool[to]!, hash(entropy[from]!));
  }
  return pool;
}

/** An integer as words of 32 bits, from the lowest on. */
function wordsOf(value: unknown, what: string): number[] {
  if (typeof value !== "bigint") expectInteger(what, value, 0, Number.MAX_SAFE_INTEGER + 1);
  else if (value < 0n) throw new RangeError(`Expected \`${what}\` to be an integer at least 0, got ${show(value)}`);
  const words: number[] = [];
  let rest = BigInt(value as number);
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}

/**
 * The words of entropy.
 *
 * @throws {RangeError} If a number is negative, or no integer up to 2^53 - 1.
 */
export const entropyWords = (given: unknown, what: string): number[] =>
  Array.isArray(given) ? given.flatMap((one, i) => wordsOf(one, `${what}[${i}]`)) : wordsOf(given, what);

/** 128 bits of the system's randomness. */
const fresh = (): bigint =>
  [...crypto.getRandomValues(new BigUint64Array(2))].reduce((high, low) => (high << 64n) | low, 0n);

/**
 * Turns entropy, even of poor quality such as 1, 2, 3, into well-mixed seeds, and into children that are independent
 * of each other. The seeds are those of `np.random.SeedSequence`.
 *
 * @example new random.SeedSequence(42).generateState(2) // Uint32Array [ 3444837047, 2669555309 ]
 * @throws {RangeError} If a number is negative, or no integer up to 2^53 - 1 (give a bigint).
 */
export class SeedSequence {
  /** What the sequence was made from. If nothing was given, 128 bits of the system's randomness. */
  readonly entropy: Entropy;
  readonly spawnKey: readonly number[];
  readonly #pool: Uint32Array;
  #spawned = 0;

  constructor(entropy?: Entropy, options?: SeedSequenceOptions) {
    const { spawnKey = [] } = expectKnown(options, ["spawnKey"], "SeedSequence");
    const given = entropy === undefined ? fresh() : Array.isArray(entropy) ? Object.freeze([...entropy]) : entropy;
    const words = entropyWords(given, "entropy");
    this.entropy = given as Entropy;
    this.spawnKey = Object.freeze(expectIntegers("spawnKey", spawnKey, 0, Number.MAX_SAFE_INTEGER));
    const path = this.spawnKey.flatMap((one) => wordsOf(one, "spawnKey"));
    while (path.length > 0 && words.length < POOL_WORDS) words.push(0); // so that no other entropy has the same words
    this.#pool = poolOf([...words, ...path]);
  }

  /** How many children `spawn` has made. */
  get childrenSpawned(): number {
    return this.#spawned;
  }

  /**
   * So many words of a seed.
   *
   * @param options `dtype`: `"uint32"`, the default, or `"uint64"`
   */
  generateState(words: number, options?: { readonly dtype?: "uint32" | undefined }): Uint32Array;
  generateState(words: number, options: { readonly dtype: "uint64" }): BigUint64Array;
  generateState(words: number, options?: { readonly dtype?: "uint32" | "uint64" | undefined }): unknown {
    const { dtype = "uint32" } = expectKnown(options, ["dtype"], "generateState");
    const isWide = expectOneOf("dtype", dtype, ["uint32", "uint64"]) === "uint64";
    const state = new Uint32Array(expectInteger("words", words, 0, 2 ** 28) * (isWide ? 2 : 1));
    const hash = hasher(INIT_B, MULTIPLY_B);
    for (let i = 0; i < state.length; i++) state[i] = hash(this.#pool[i % POOL_WORDS]!);
    return isWide ? new BigUint64Array(state.buffer) : state;
  }

  /** So many sequences that are independent of this one and of each other; other ones at each call. */
  spawn(count: number): SeedSequence[] {
    const first = this.#spawned;
    this.#spawned += expectInteger("count", count, 0, 2 ** 31);
    return Array.from(
      { length: count },
      (_, i) => new SeedSequence(this.entropy, { spawnKey: [...this.spawnKey, first + i] }),
    );
  }
}

keepNames({ SeedSequence });
