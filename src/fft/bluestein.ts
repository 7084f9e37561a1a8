/**
 * Transforms of any length as convolutions with a chirp, for lengths with large prime factors. Since
 * 2 j k = j^2 + k^2 - (k - j)^2, the sum of x(j) w^(j k) is c(k) times the convolution of x c with 1 / c, where
 * c(k) = exp(-πi k^2 / n); and convolutions are products of transforms of a longer, better length. After Bluestein,
 * "A linear filtering approach to the computation of discrete Fourier transform" (1970). Pure.
 */
import type { Plan } from "./mixed.js";
import { rootsOfUnity } from "./roots.js";

/** @param inner the plan of a length of at least 2 length - 1 */
export function bluesteinPlan(length: number, inner: Plan): Plan {
  const chirp = chirpOf(length);
  const spectrum = spectrumOf(chirp, length, inner);
  const size = 2 * inner.length;
  return {
    length,
    works: 3,
    room: size,
    bytes: chirp.byteLength + spectrum.byteLength,
    passes: 1,
    run(input, [line, ...works], output) {
      if (!line) throw new Error("internal: a transform without work arrays");
      multiplyInto(line, input, chirp, 2 * length);
      line.fill(0, 2 * length, size);
      inner.run(line, works, line);
      // The inverse of what has real and imaginary parts exchanged is the transform with both exchanged.
      for (let k = 0; k < size; k += 2) {
        const [re, im] = [line[k]!, line[k + 1]!];
        const [sr, si] = [spectrum[k]!, spectrum[k + 1]!];
        line[k] = re * si + im * sr;
        line[k + 1] = re * sr - im * si;
      }
      inner.run(line, works, line);
      for (let k = 0; k < 2 * length; k += 2) {
        const [im, re] = [line[k]!, line[k + 1]!];
        output[k] = re * chirp[k]! - im * chirp[k + 1]!;
        output[k + 1] = re * chirp[k + 1]! + im * chirp[k]!;
      }
    },
  };
}

function multiplyInto(to: Float64Array, a: Float64Array, b: Float64Array, count: number): void {
  for (let k = 0; k < count; k += 2) {
    to[k] = a[k]! * b[k]! - a[k + 1]! * b[k + 1]!;
    to[k + 1] = a[k]! * b[k + 1]! + a[k + 1]! * b[k]!;
  }
}

/** exp(-πi k^2 / length) for k = 0, 1, …, by the remainders of k^2, which stay exact. */
function chirpOf(length: number): Float64Array {
  const roots = rootsOfUnity(2 * length);
  const chirp = new Float64Array(2 * length);
  for (let k = 0, square = 0; k < length; k++) {
    chirp[2 * k] = roots[2 * square]!;
    chirp[2 * k + 1] = roots[2 * square + 1]!;
    square = (square + 2 * k + 1) % (2 * length);
  }
  return chirp;
}

/** The transform of the inverse chirp, which the convolution takes on both sides of 0, divided by its length. */
function spectrumOf(chirp: Float64Array, length: number, inner: Plan): Float64Array {
  const size = inner.length;
  const spectrum = new Float64Array(2 * size);
  for (let k = 0; k < length; k++) {
    for (const at of k === 0 ? [0] : [k, size - k]) {
      spectrum[2 * at] = chirp[2 * k]! / size;
      spectrum[2 * at + 1] = -chirp[2 * k + 1]! / size;
    }
  }
  const works = Array.from({ length: inner.works }, () => new Float64Array(inner.room));
  inner.run(spectrum, works, spectrum);
  return spectrum;
}
