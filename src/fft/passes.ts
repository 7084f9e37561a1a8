/**
 * The passes of a transform: loops of butterflies of 2, 3, 4, 5 and 8 complex numbers. A pass reads number (i, j, k) of
 * an array (groups, radix, run), whose last axis is the fastest, and writes it to (i, k, j) of an array (radix, groups,
 * run): so no pass has to bring the result into order (Stockham's autosort). The twiddle factor of (i, j) is
 * `twiddles[i * (radix - 1) + j - 1]`. Numbers are pairs of float64 in ordinary memory. Pure.
 */

/** @param groups how many arrays (radix, run) there are */
export type Pass = (from: Float64Array, to: Float64Array, groups: number, run: number, twiddles: Float64Array) => void;

export function pass2(from: Float64Array, to: Float64Array, groups: number, run: number, twiddles: Float64Array): void {
  const step = 2 * run;
  const far = groups * step;
  let p = 0;
  for (let k = 0; k < groups; k++) {
    const start = 2 * p;
    for (let i = 0, w = 0; i < step; i += 2, w += 2, p += 2) {
      const at = start + i;
      const ar = from[at]!;
      const ai = from[at + 1]!;
      const br = from[at + step]!;
      const bi = from[at + step + 1]!;
      to[p] = ar + br;
      to[p + 1] = ai + bi;
      const wr = twiddles[w]!;
      const wi = twiddles[w + 1]!;
      const xr = ar - br;
      const xi = ai - bi;
      to[p + far] = xr * wr - xi * wi;
      to[p + far + 1] = xr * wi + xi * wr;
    }
  }
}

const [SINE_3, COSINE_5, COSINE_5_2, SINE_5, SINE_5_2] = [
  0.8660254037844386, 0.30901699437494745, -0.8090169943749475, 0.9510565162951535, 0.5877852522924731,
];
const ROOT_HALF = Math.SQRT1_2;

export function pass3(from: Float64Array, to: Float64Array, groups: number, run: number, twiddles: Float64Array): void {
  const step = 2 * run;
  const far = groups * step;
  let p = 0;
  for (let k = 0; k < groups; k++) {
    const start = 3 * p;
    for (let i = 0, w = 0; i < step; i += 2, w += 4, p += 2) {
      const at = start + i;
      const ar = from[at]!;
      const ai = from[at + 1]!;
      const br = from[at + step]!;
      const bi = from[at + step + 1]!;
      const cr = from[at + 2 * step]!;
      const ci = from[at + 2 * step + 1]!;
      const sr = br + cr;
      const si = bi + ci;
      to[p] = ar + sr;
      to[p + 1] = ai + si;
      const mr = ar - 0.5 * sr;
      const mi = ai - 0.5 * si;
      const dr = SINE_3 * (bi - ci);
      const di = SINE_3 * (cr - br);
      const xr = mr + dr;
      const xi = mi + di;
      const yr = mr - dr;
      const yi = mi - di;
      to[p + far] = xr * twiddles[w]! - xi * twiddles[w + 1]!;
      to[p + far + 1] = xr * twiddles[w + 1]! + xi * twiddles[w]!;
      to[p + 2 * far] = yr * twiddles[w + 2]! - yi * twiddles[w + 3]!;
      to[p + 2 * far + 1] = yr * twiddles[w + 3]! + yi * twiddles[w + 2]!;
    }
  }
}

export function pass4(from: Float64Array, to: Float64Array, groups: number, run: number, twiddles: Float64Array): void {
  const step = 2 * run;
  const far = groups * step;
  let p = 0;
  for (let k = 0; k < groups; k++) {
    const start = 4 * p;
    for (let i = 0, w = 0; i < step; i += 2, w += 6, p += 2) {
      const at = start + i;
      const ar = from[at]!;
      const ai = from[at + 1]!;
      const br = from[at + step]!;
      const bi = from[at + step + 1]!;
      const cr = from[at + 2 * step]!;
      const ci = from[at + 2 * step + 1]!;
      const dr = from[at + 3 * step]!;
      const di = from[at + 3 * step + 1]!;
      const sr = ar + cr;
      const si = ai + ci;
      const tr = ar - cr;
      const ti = ai - ci;
      const ur = br + dr;
      const ui = bi + di;
      const vr = bi - di; // -i (b - d)
      const vi = dr - br;
      to[p] = sr + ur;
      to[p + 1] = si + ui;
      const xr = tr + vr;
      const xi = ti + vi;
      to[p + far] = xr * twiddles[w]! - xi * twiddles[w + 1]!;
      to[p + far + 1] = xr * twiddles[w + 1]! + xi * twiddles[w]!;
      const yr = sr - ur;
      const yi = si - ui;
      to[p + 2 * far] = yr * twiddles[w + 2]! - yi * twiddles[w + 3]!;
      to[p + 2 * far + 1] = yr * twiddles[w + 3]! + yi * twiddles[w + 2]!;
      const zr = tr - vr;
      const zi = ti - vi;
      to[p + 3 * far] = zr * twiddles[w + 4]! - zi * twiddles[w + 5]!;
      to[p + 3 * far + 1] = zr * twiddles[w + 5]! + zi * twiddles[w + 4]!;
    }
  }
}

export function pass5(from: Float64Array, to: Float64Array, groups: number, run: number, twiddles: Float64Array): void {
  const step = 2 * run;
  const far = groups * step;
  let p = 0;
  for (let k = 0; k < groups; k++) {
    const start = 5 * p;
    for (let i = 0, w = 0; i < step; i += 2, w += 8, p += 2) {
      const at = start + i;
      const ar = from[at]!;
      const ai = from[at + 1]!;
      const br = from[at + step]! + from[at + 4 * step]!;
      const bi = from[at + step + 1]! + from[at + 4 * step + 1]!;
      const er = from[at + step + 1]! - from[at + 4 * step + 1]!; // -i (b - e)
      const ei = from[at + 4 * step]! - from[at + step]!;
      const cr = from[at + 2 * step]! + from[at + 3 * step]!;
      const ci = from[at + 2 * step + 1]! + from[at + 3 * step + 1]!;
      const dr = from[at + 2 * step + 1]! - from[at + 3 * step + 1]!;
      const di = from[at + 3 * step]! - from[at + 2 * step]!;
      to[p] = ar + br + cr;
      to[p + 1] = ai + bi + ci;
      const mr = ar + COSINE_5 * br + COSINE_5_2 * cr;
      const mi = ai + COSINE_5 * bi + COSINE_5_2 * ci;
      const nr = ar + COSINE_5_2 * br + COSINE_5 * cr;
      const ni = ai + COSINE_5_2 * bi + COSINE_5 * ci;
      const ur = SINE_5 * er + SINE_5_2 * dr;
      const ui = SINE_5 * ei + SINE_5_2 * di;
      const vr = SINE_5_2 * er - SINE_5 * dr;
      const vi = SINE_5_2 * ei - SINE_5 * di;
      const x1r = mr + ur;
      const x1i = mi + ui;
      to[p + far] = x1r * twiddles[w]! - x1i * twiddles[w + 1]!;
      to[p + far + 1] = x1r * twiddles[w + 1]! + x1i * twiddles[w]!;
      const x2r = nr + vr;
      const x2i = ni + vi;
      to[p + 2 * far] = x2r * twiddles[w + 2]! - x2i * twiddles[w + 3]!;
      to[p + 2 * far + 1] = x2r * twiddles[w + 3]! + x2i * twiddles[w + 2]!;
      const x3r = nr - vr;
      const x3i = ni - vi;
      to[p + 3 * far] = x3r * twiddles[w + 4]! - x3i * twiddles[w + 5]!;
      to[p + 3 * far + 1] = x3r * twiddles[w + 5]! + x3i * twiddles[w + 4]!;
      const x4r = mr - ur;
      const x4i = mi - ui;
      to[p + 4 * far] = x4r * twiddles[w + 6]! - x4i * twiddles[w + 7]!;
      to[p + 4 * far + 1] = x4r * twiddles[w + 7]! + x4i * twiddles[w + 6]!;
    }
  }
}

/** Two butterflies of four, and four of two. */
export function pass8(from: Float64Array, to: Float64Array, groups: number, run: number, twiddles: Float64Array): void {
  const step = 2 * run;
  const far = groups * step;
  let p = 0;
  for (let k = 0; k < groups; k++) {
    const start = 8 * p;
    for (let i = 0, w = 0; i < step; i += 2, w += 14, p += 2) {
      const at = start + i;
      // The four of even places
      let ar = from[at]! + from[at + 4 * step]!;
      let ai = from[at + 1]! + from[at + 4 * step + 1]!;
      let br = from[at]! - from[at + 4 * step]!;
      let bi = from[at + 1]! - from[at + 4 * step + 1]!;
      let cr = from[at + 2 * step]! + from[at + 6 * step]!;
      let ci = from[at + 2 * step + 1]! + from[at + 6 * step + 1]!;
      let dr = from[at + 2 * step + 1]! - from[at + 6 * step + 1]!;
      let di = from[at + 6 * step]! - from[at + 2 * step]!;
      const e0r = ar + cr;
      const e0i = ai + ci;
      const e2r = ar - cr;
      const e2i = ai - ci;
      const e1r = br + dr;
      const e1i = bi + di;
      const e3r = br - dr;
      const e3i = bi - di;
      // The four of odd places, turned by eighths
      ar = from[at + step]! + from[at + 5 * step]!;
      ai = from[at + step + 1]! + from[at + 5 * step + 1]!;
      br = from[at + step]! - from[at + 5 * step]!;
      bi = from[at + step + 1]! - from[at + 5 * step + 1]!;
      cr = from[at + 3 * step]! + from[at + 7 * step]!;
      ci = from[at + 3 * step + 1]! + from[at + 7 * step + 1]!;
      dr = from[at + 3 * step + 1]! - from[at + 7 * step + 1]!;
      di = from[at + 7 * step]! - from[at + 3 * step]!;
      const o0r = ar + cr;
      const o0i = ai + ci;
      const o2r = ai - ci;
      const o2i = cr - ar;
      const pr = br + dr;
      const pi = bi + di;
      const qr = br - dr;
      const qi = bi - di;
      const o1r = ROOT_HALF * (pr + pi);
      const o1i = ROOT_HALF * (pi - pr);
      const o3r = ROOT_HALF * (qi - qr);
      const o3i = -ROOT_HALF * (qr + qi);
      to[p] = e0r + o0r;
      to[p + 1] = e0i + o0i;
      let xr = e1r + o1r;
      let xi = e1i + o1i;
      to[p + far] = xr * twiddles[w]! - xi * twiddles[w + 1]!;
      to[p + far + 1] = xr * twiddles[w + 1]! + xi * twiddles[w]!;
      xr = e2r + o2r;
      xi = e2i + o2i;
      to[p + 2 * far] = xr * twiddles[w + 2]! - xi * twiddles[w + 3]!;
      to[p + 2 * far + 1] = xr * twiddles[w + 3]! + xi * twiddles[w + 2]!;
      xr = e3r + o3r;
      xi = e3i + o3i;
      to[p + 3 * far] = xr * twiddles[w + 4]! - xi * twiddles[w + 5]!;
      to[p + 3 * far + 1] = xr * twiddles[w + 5]! + xi * twiddles[w + 4]!;
      xr = e0r - o0r;
      xi = e0i - o0i;
      to[p + 4 * far] = xr * twiddles[w + 6]! - xi * twiddles[w + 7]!;
      to[p + 4 * far + 1] = xr * twiddles[w + 7]! + xi * twiddles[w + 6]!;
      xr = e1r - o1r;
      xi = e1i - o1i;
      to[p + 5 * far] = xr * twiddles[w + 8]! - xi * twiddles[w + 9]!;
      to[p + 5 * far + 1] = xr * twiddles[w + 9]! + xi * twiddles[w + 8]!;
      xr = e2r - o2r;
      xi = e2i - o2i;
      to[p + 6 * far] = xr * twiddles[w + 10]! - xi * twiddles[w + 11]!;
      to[p + 6 * far + 1] = xr * twiddles[w + 11]! + xi * twiddles[w + 10]!;
      xr = e3r - o3r;
      xi = e3i - o3i;
      to[p + 7 * far] = xr * twiddles[w + 12]! - xi * twiddles[w + 13]!;
      to[p + 7 * far + 1] = xr * twiddles[w + 13]! + xi * twiddles[w + 12]!;
    }
  }
}
