/**
 * The passes of Fourier transforms (src/fft/passes.ts) as a WebAssembly module, which is written by hand: a vector is
 * one complex number, the real part in the low lane. Results have the bits of the passes in JavaScript, because every
 * lane goes through the same operations in the same order.
 */
import { Code, encodeModule, I32, V128 } from "./encode.js";
import { LOAD_LOW, LOAD_SPLAT, SHUFFLE, simdOpcode, V128_CONST, V128_STORE } from "./opcodes.js";

/** The radices that have a function in the module, `pass2` and so on. */
export const FFT_RADICES = [2, 3, 4, 5, 7, 11, 13];

/** Addresses of source and target, the number of groups, the run of a group in complex numbers, and the twiddles. */
const [FROM, TO, GROUPS, RUN, TWIDDLES] = [0, 1, 2, 3, 4] as const;
const PARAMS = 5;
const [I32_ADD, I32_SUB, I32_MUL] = [0x6a, 0x6b, 0x6c] as const;
const BYTES = 16;

/**
 * The module. It imports memory "0".
 *
 * @param roots the cosine and the sine of j / radix turns
 */
export function fftModule(roots: (radix: number, j: number) => readonly [number, number]): Uint8Array<ArrayBuffer> {
  return encodeModule({
    memories: ["0"],
    imports: [],
    functions: FFT_RADICES.map((radix) => ({
      name: `pass${radix}`,
      params: new Array<number>(PARAMS).fill(I32),
      results: [],
      code: new Pass(radix).body((j) => roots(radix, j)),
    })),
  });
}

type Vector = number;

/** The body of one pass. Its vectors are locals. */
class Pass {
  readonly #radix: number;
  readonly #code = new Code(PARAMS);
  readonly #constants = new Map<string, Vector>();
  readonly #free: Vector[] = [];

  constructor(radix: number) {
    this.#radix = radix;
  }

  body(root: (j: number) => readonly [number, number]): Code {
    const code = this.#code;
    const radix = this.#radix;
    const [step, far, left, from, to, twiddle] = Array.from({ length: 6 }, () => code.local(I32)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    code.get(RUN).i32(BYTES).emit(I32_MUL).set(step);
    code.get(step).get(GROUPS).emit(I32_MUL).set(far);
    const load = (): Vector[] => {
      code.get(FROM).set(from);
      return Array.from({ length: radix }, (_, j) => {
        if (j > 0) code.get(from).get(step).emit(I32_ADD).set(from);
        code.get(from).simd(LOAD_LOW[16]!, ...code.address(0, 0));
        return this.#kept();
      });
    };
    const store = (results: readonly Vector[]): void => {
      code.get(TO).set(to);
      for (const [j, result] of results.entries()) {
        if (j > 0) code.get(to).get(far).emit(I32_ADD).set(to);
        code.get(to);
        if (j === 0) code.get(result);
        else this.#twiddled(result, twiddle, (j - 1) * BYTES);
        code.simd(V128_STORE, ...code.address(0, 0));
      }
    };
    code.while(
      () => code.get(GROUPS),
      () => {
        code.get(TWIDDLES).set(twiddle).get(RUN).set(left);
        code.while(
          () => code.get(left),
          () => {
            const used = this.#butterfly(load(), root);
            store(used);
            this.#free.length = 0;
            code
              .advance(FROM, BYTES)
              .advance(TO, BYTES)
              .advance(twiddle, (radix - 1) * BYTES)
              .advance(left, -1);
          },
        );
        code
          .get(FROM)
          .get(step)
          .i32(radix - 1)
          .emit(I32_MUL, I32_ADD)
          .set(FROM);
        code.get(GROUPS).i32(1).emit(I32_SUB).set(GROUPS);
      },
    );
    return code;
  }

  /** The vector on the stack, in a local of its own. */
  #kept(): Vector {
    const local = this.#code.local(V128);
    this.#code.set(local);
    return local;
  }
  #binary(op: "add" | "sub" | "mul", a: Vector, b: Vector): Vector {
    this.#code.get(a).get(b).simd(simdOpcode(op, "f64"));
    return this.#kept();
  }
  readonly #add = (a: Vector, b: Vector): Vector => this.#binary("add", a, b);
  readonly #subtract = (a: Vector, b: Vector): Vector => this.#binary("sub", a, b);
  #scaled(a: Vector, by: number): Vector {
    return this.#binary("mul", a, this.#constant(by, by));
  }
  #constant(low: number, high: number): Vector {
    const key = `${low} ${high} ${Object.is(low, -0)}`;
    let known = this.#constants.get(key);
    if (known === undefined) {
      known = this.#code.before(V128, 0xfd, V128_CONST, ...new Uint8Array(Float64Array.of(low, high).buffer));
      this.#constants.set(key, known);
    }
    return known;
  }
  /** The parts exchanged. */
  #swap(a: Vector): void {
    this.#code.get(a).get(a).simd(SHUFFLE, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  }
  /** -i times the vector: the imaginary part, and the negated real one. */
  #turned(a: Vector): Vector {
    this.#swap(a);
    this.#code.get(this.#constant(0, -0)).simd(simdOpcode("xor", "f64"));
    return this.#kept();
  }
  /** Leaves the product with the twiddle factor at an address on the stack. */
  #twiddled(a: Vector, address: number, offset: number): void {
    const code = this.#code;
    const splat = (at: number) => code.get(address).simd(LOAD_SPLAT[8]!, ...code.address(0, at));
    code.get(a);
    splat(offset).simd(simdOpcode("mul", "f64"));
    this.#swap(a);
    code.get(this.#constant(-0, 0)).simd(simdOpcode("xor", "f64"));
    splat(offset + 8).simd(simdOpcode("mul", "f64"));
    code.simd(simdOpcode("add", "f64"));
  }

  #butterfly(x: readonly Vector[], root: (j: number) => readonly [number, number]): Vector[] {
    const [a, b, c, d] = x as [Vector, Vector, Vector, Vector];
    if (this.#radix === 2) return [this.#add(a, b), this.#subtract(a, b)];
    if (this.#radix === 4) {
      const [s, t] = [this.#add(a, c), this.#subtract(a, c)];
      const [u, v] = [this.#add(b, d), this.#turned(this.#subtract(b, d))];
      return [this.#add(s, u), this.#add(t, v), this.#subtract(s, u), this.#subtract(t, v)];
    }
    return this.#odd(x, root);
  }

  /** As in src/fft/odd-pass.ts. */
  #odd([first, ...x]: readonly Vector[], root: (j: number) => readonly [number, number]): Vector[] {
    const radix = this.#radix;
    const half = (radix - 1) / 2;
    const pairs = Array.from({ length: half }, (_, m) => [x[m]!, x[radix - 2 - m]!] as const);
    const sums = pairs.map(([p, q]) => this.#add(p, q));
    const turns = pairs.map(([p, q]) => this.#turned(this.#subtract(p, q)));
    const results = new Array<Vector>(radix);
    results[0] = sums.reduce(this.#add, first!);
    for (let j = 1; j <= half; j++) {
      const [even, odd] = [0, 1].map((part) => {
        const terms = (part === 0 ? sums : turns).map((term, m) => {
          return this.#scaled(term, root((j * (m + 1)) % radix)[part]!);
        });
        return part === 0 ? terms.reduce(this.#add, first!) : terms.reduce(this.#add);
      }) as [Vector, Vector];
      results[j] = this.#add(even, odd);
      results[radix - j] = this.#subtract(even, odd);
    }
    return results;
  }
}
