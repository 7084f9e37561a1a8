/**
 * Transforms of any length as convolutions with a chirp, for lengths with large prime factors. Since
 * 2 j k = j^2 + k^2 - (k - j)^2, the sum of x(j) w^(j k) is c(k) times the convolution of x c with 1 / c, where
 * c(k) = exp(-πi k^2 / n); and convolutions are products of transforms of a longer, better length. After Bluestein,
 * "A linear filtering approach to the computation of discrete Fourier transform" (1970).
 */
import type { Arena, Plan } from "./arena.js";
import { rootsOfUnity } from "./roots.js";

/** @param inner the plan of a length of at least 2 length - 1 */
export function bluesteinPlan(arena: Arena, length: number, inner: Plan): Plan {
  const chirp = arena.reserve(2 * length);
  writeChirp(arena.floats, chirp, length);
  const size = 2 * inner.length;
  const spectrum = arena.reserve(size);
  arena.ensure(inner.room);
  writeSpectrum(arena.floats, spectrum, chirp, length, inner.length);
  inner.run(spectrum, arena.end, spectrum);
  return {
    length,
    room: size + inner.room,
    run(input, line, output) {
      const { floats } = arena;
      const works = line + size;
      multiply(floats, line, input, chirp, 2 * length);
      floats.fill(0, line + 2 * length, line + size);
      inner.run(line, works, line);
      // The inverse of what has real and imaginary parts exchanged is the transform with both exchanged.
      multiplyExchanged(floats, line, line, spectrum, size);
      inner.run(line, works, line);
      multiplyExchanged(floats, output, line, chirp, 2 * length, true);
    },
  };
}

/** Writes products of numbers. */
function multiply(all: Float64Array, to: number, a: number, b: number, count: number): void {
  for (let k = 0; k < count; k += 2) {
    const [ar, ai, br, bi] = [all[a + k]!, all[a + k + 1]!, all[b + k]!, all[b + k + 1]!];
    all[to + k] = ar * br - ai * bi;
    all[to + k + 1] = ar * bi + ai * br;
  }
}

/** As `multiply`, with the parts exchanged: of the products or, if so, of the first numbers. */
function multiplyExchanged(all: Float64Array, to: number, a: number, b: number, count: number, isFirst = false): void {
  for (let k = 0; k < count; k += 2) {
    const [x, y, br, bi] = [all[a + k]!, all[a + k + 1]!, all[b + k]!, all[b + k + 1]!];
    const [ar, ai] = isFirst ? [y, x] : [x, y];
    const re = ar * br - ai * bi;
    const im = ar * bi + ai * br;
    all[to + k] = isFirst ? re : im;
    all[to + k + 1] = isFirst ? im : re;
  }
}

/** exp(-πi k^2 / length) for k = 0, 1, …, by the remainders of k^2, which stay exact. */
function writeChirp(all: Float64Array, to: number, length: number): void {
  const roots = rootsOfUnity(2 * length);
  for (let k = 0, square = 0; k < length; k++) {
    all[to + 2 * k] = roots[2 * square]!;
    all[to + 2 * k + 1] = roots[2 * square + 1]!;
    square = (square + 2 * k + 1) % (2 * length);
  }
}

/** The inverse chirp, which the convolution takes on both sides of 0, divided by the length of the inner transforms. */
function writeSpectrum(all: Float64Array, to: number, chirp: number, length: number, size: number): void {
  all.fill(0, to, to + 2 * size);
  for (let k = 0; k < length; k++) {
    const re = all[chirp + 2 * k]! / size;
    const im = -all[chirp + 2 * k + 1]! / size;
    for (const at of k === 0 ? [to] : [to + 2 * k, to + 2 * (size - k)]) {
      all[at] = re;
      all[at + 1] = im;
    }
  }
}
