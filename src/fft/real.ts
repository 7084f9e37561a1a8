/**
 * Real transforms as complex ones. Of an even length 2 h, the even elements are the real parts and the odd ones the
 * imaginary parts of h complex numbers, whose transform Z is combined with its mirror image:
 * 2 X(k) = Z(k) + conj Z(h - k) - i w^k (Z(k) - conj Z(h - k)), w = exp(-2πi / (2 h)). An odd length is transformed as
 * it is. `sign` is -1 if the conjugate of the spectrum is wanted or given. Pure.
 */

/** Turns the transform of h numbers, at the front of the line, into the h + 1 first numbers of the real transform. */
export function splitHalves(all: Float64Array, at: number, h: number, turns: number, sign: 1 | -1): void {
  const [re, im] = [all[at + 0]!, all[at + 1]!];
  all[at + 0] = re + im;
  all[at + 1] = sign * 0;
  all[at + 2 * h] = re - im;
  all[at + 2 * h + 1] = sign * 0;
  for (let k = 2, far = 2 * h - 2; k <= far; k += 2, far -= 2) {
    const ar = all[at + k]!;
    const ai = all[at + k + 1]!;
    const br = all[at + far]!;
    const bi = all[at + far + 1]!;
    const sr = 0.5 * (ar + br);
    const si = 0.5 * (ai - bi);
    const dr = 0.5 * (ai + bi); // -i times the difference
    const di = 0.5 * (br - ar);
    const wr = all[turns + k]!;
    const wi = all[turns + k + 1]!;
    const tr = dr * wr - di * wi;
    const ti = dr * wi + di * wr;
    all[at + k] = sr + tr;
    all[at + k + 1] = sign * (si + ti);
    all[at + far] = sr - tr;
    all[at + far + 1] = sign * (ti - si);
  }
}

/**
 * The reverse: turns the h + 1 first numbers of a real transform into h numbers, whose forward transform has the
 * elements in their order, the even ones as real and the odd ones as imaginary parts. (For that, the numbers of an
 * inverse transform are in reverse.) The imaginary parts of the first and the last number count as 0.
 */
export function joinHalves(all: Float64Array, at: number, h: number, turns: number, sign: 1 | -1): void {
  const [first, last] = [all[at + 0]!, all[at + 2 * h]!];
  all[at + 0] = first + last;
  all[at + 1] = first - last;
  for (let k = 2, far = 2 * h - 2; k <= far; k += 2, far -= 2) {
    const ar = all[at + k]!;
    const ai = sign * all[at + k + 1]!;
    const br = all[at + far]!;
    const bi = sign * all[at + far + 1]!;
    const sr = ar + br;
    const si = ai - bi;
    const dr = -(ai + bi); // i times the difference
    const di = ar - br;
    const wr = all[turns + k]!;
    const wi = -all[turns + k + 1]!;
    const tr = dr * wr - di * wi;
    const ti = dr * wi + di * wr;
    all[at + far] = sr + tr;
    all[at + far + 1] = si + ti;
    all[at + k] = sr - tr;
    all[at + k + 1] = ti - si;
  }
}

/** Negates the imaginary parts of `count` numbers if `sign` is -1. */
export function conjugate(all: Float64Array, at: number, count: number, sign: 1 | -1): void {
  if (sign < 0) for (let k = 1; k < 2 * count; k += 2) all[at + k] = -all[at + k]!;
}

/**
 * Completes the first (n + 1) / 2 numbers of a real transform of an odd length n, in reverse: the forward transform of
 * the line is then the inverse transform of the numbers.
 */
export function completeOdd(all: Float64Array, at: number, n: number, sign: 1 | -1): void {
  all[at + 1] = 0;
  for (let k = 2, far = 2 * n - 2; k < far; k += 2, far -= 2) {
    const [re, im] = [all[at + k]!, sign * all[at + k + 1]!];
    all[at + far] = re;
    all[at + far + 1] = im;
    all[at + k + 1] = -im;
  }
}
