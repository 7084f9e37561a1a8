/**
 * The kernel of Philox4x64-10: a block of four random words of 64 bits for each counter. After J. Salmon, M. Moraes,
 * R. Dror and D. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 */
import { type Code, F64, I64 } from "./encode.js";
import { EXTEND, SCALARS, WRAP } from "./scalar.js";
import { forEach, kernel } from "./sort-kernels.js";

/** What is stored of each word: the word, a float64 in [low, low + range), or two float32 in [0, 1). */
export type PhiloxForm = "words" | "float64" | "float32";

/** Bytes of a block. */
export const BLOCK_BYTES = 32;
/** The arguments in memory: the key, the counter, each from the lowest word on, and `low` and `range` as float64. */
export const PHILOX_ARGUMENTS = { key: 0, counter: 16, low: 48, range: 56, bytes: 64 } as const;

const ROUNDS = 10;
const MULTIPLIERS = [0xd2e7470ee14c6c93n, 0xca5a826395121157n] as const;
/** What is added to the key after each round: the golden ratio, and √3 - 1. */
const STEPS = [0x9e3779b97f4a7c15n, 0xbb67ae8584caa73bn] as const;
const { add: ADD, and: AND, xor: XOR, shrU: SHR, load, store } = SCALARS[8];
const MUL = 0x7e;
const EQZ = 0x50;
const [F64_LOAD, F64_STORE, F64_ADD, F64_MUL, F64_CONST, F64_OF_I64] = [0x2b, 0x39, 0xa0, 0xa2, 0x44, 0xb9] as const;
const [F32_STORE, F32_MUL, F32_CONST, F32_OF_I32] = [0x38, 0x94, 0x43, 0xb3] as const;

const bytesOf = (value: Float32Array | Float64Array): number[] => [...new Uint8Array(value.buffer)];
const TO_53_BITS = [F64_CONST, ...bytesOf(new Float64Array([2 ** -53]))];
const TO_24_BITS = [F32_CONST, ...bytesOf(new Float32Array([2 ** -24]))];

/**
 * `run(arguments, to, end)`: writes blocks to the addresses from `to` to `end`, one for each counter from the one in
 * the arguments on, which is advanced.
 */
export const philoxModule = (form: PhiloxForm): Uint8Array<ArrayBuffer> =>
  kernel(3, (code, from, to, end) => {
    const { key, counter, low, range } = PHILOX_ARGUMENTS;
    const keys = roundKeys(code, from!, key);
    const counters = [0, 1, 2, 3].map((i) => loaded(code, from!, counter + 8 * i));
    const scale = [low, range].map((offset) => {
      const local = code.local(F64);
      code.get(from!).emit(F64_LOAD, ...code.address(0, offset));
      code.set(local);
      return local;
    });
    const words = [0, 1, 2, 3].map(() => code.local(I64));
    const products = [0, 1].map(() => ({ high: code.local(I64), low: code.local(I64) }));
    const [half, cross] = [code.local(I64), code.local(I64)];
    forEach(code, to!, end!, BLOCK_BYTES, () => {
      for (const [i, local] of counters.entries()) code.get(local).set(words[i]!);
      for (let round = 0; round < ROUNDS; round++) {
        for (const i of [0, 1]) multiply(code, words[2 * i]!, MULTIPLIERS[i]!, products[i]!, half, cross);
        const [first, second] = products as [(typeof products)[0], (typeof products)[0]];
        code
          .get(second.high)
          .get(words[1]!)
          .emit(XOR)
          .get(keys[2 * round]!)
          .emit(XOR)
          .set(words[0]!);
        code.get(second.low).set(words[1]!);
        code
          .get(first.high)
          .get(words[3]!)
          .emit(XOR)
          .get(keys[2 * round + 1]!)
          .emit(XOR)
          .set(words[2]!);
        code.get(first.low).set(words[3]!);
      }
      for (const [i, word] of words.entries()) stored(code, form, to!, 8 * i, word, scale);
      increment(code, counters);
    });
    for (const [i, local] of counters.entries()) {
      code
        .get(from!)
        .get(local)
        .emit(store[8]!, ...code.address(0, counter + 8 * i));
    }
  });

function loaded(code: Code, from: number, offset: number): number {
  const local = code.local(I64);
  code
    .get(from)
    .emit(load[8]!, ...code.address(0, offset))
    .set(local);
  return local;
}

/** The two words of the key of each round. */
function roundKeys(code: Code, from: number, offset: number): number[] {
  const keys = [loaded(code, from, offset), loaded(code, from, offset + 8)];
  for (let round = 1; round < ROUNDS; round++) {
    for (const step of STEPS) {
      const local = code.local(I64);
      code.get(keys.at(-2)!).constant(8, step).emit(ADD).set(local);
      keys.push(local);
    }
  }
  return keys;
}

/**
 * The product of 128 bits of a word and a constant, by halves of 32 bits:
 * a·m = al·ml + (ah·ml + al·mh)·2^32 + ah·mh·2^64. No sum below exceeds 64 bits, since (2^32 - 1)^2 + 2·(2^32 - 1) =
 * 2^64 - 1.
 */
function multiply(
  code: Code,
  word: number,
  by: bigint,
  { high, low }: { readonly high: number; readonly low: number },
  half: number,
  cross: number,
): void {
  const [m0, m1] = [by & 0xffffffffn, by >> 32n];
  const lowHalf = () => code.emit(WRAP, EXTEND);
  const highHalf = () => code.constant(8, 32n).emit(SHR);
  code.get(word);
  lowHalf();
  code.tee(low).constant(8, m0).emit(MUL);
  highHalf();
  code.get(word);
  highHalf();
  code.tee(half).constant(8, m0).emit(MUL, ADD).tee(cross);
  lowHalf();
  code.get(low).constant(8, m1).emit(MUL, ADD);
  highHalf();
  code.get(cross);
  highHalf();
  code.emit(ADD).get(half).constant(8, m1).emit(MUL, ADD).set(high);
  code.get(word).constant(8, by).emit(MUL).set(low);
}

function stored(code: Code, form: PhiloxForm, to: number, offset: number, word: number, scale: number[]): void {
  if (form === "words") {
    code
      .get(to)
      .get(word)
      .emit(store[8]!, ...code.address(0, offset));
  } else if (form === "float64") {
    code
      .get(to)
      .get(scale[1]!)
      .get(word)
      .constant(8, 11n)
      .emit(SHR, F64_OF_I64)
      .emit(...TO_53_BITS);
    code
      .emit(F64_MUL, F64_MUL)
      .get(scale[0]!)
      .emit(F64_ADD, F64_STORE, ...code.address(0, offset));
  } else {
    for (const part of [0, 1]) {
      code
        .get(to)
        .get(word)
        .constant(8, part === 0 ? 8n : 40n)
        .emit(SHR)
        .constant(8, 0xffffffn)
        .emit(AND, WRAP);
      code.emit(F32_OF_I32).emit(...TO_24_BITS);
      code.emit(F32_MUL, F32_STORE, ...code.address(0, offset + 4 * part));
    }
  }
}

/** Adds 1 to a counter of four words. */
function increment(code: Code, [first, ...rest]: readonly number[]): void {
  code.get(first!).constant(8, 1n).emit(ADD).set(first!);
  if (rest.length > 0)
    code
      .get(first!)
      .emit(EQZ)
      .if(() => increment(code, rest));
}
