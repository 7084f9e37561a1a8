/**
 * The passes of a transform: loops of butterflies of 2, 3, 4 and 5 complex numbers, for engines without vectors. A pass
 * reads number (k, j, i) of an array (groups, radix, run), whose last axis is the fastest, and writes result (j, k, i)
 * of an array (radix, groups, run): so no pass has to bring the result into order (Stockham's autosort). The factor of
 * (j, i) is number i (radix - 1) + j - 1 of the twiddles. All numbers are pairs of float64 in one array. Operations and
 * their order are those of `ir/fft-kernels.ts`, so the bits are. Pure.
 */

/** @param groups how many arrays (radix, run) there are */
export type Pass = (all: Float64Array, from: number, to: number, groups: number, run: number, twiddles: number) => void;

export const pass2: Pass = (all, from, to, groups, run, twiddles) => {
  const step = 2 * run;
  const far = groups * step;
  let p = to;
  for (let k = 0; k < groups; k++) {
    const start = from + 2 * k * step;
    for (let i = 0, w = twiddles; i < step; i += 2, w += 2, p += 2) {
      const at = start + i;
      const ar = all[at]!;
      const ai = all[at + 1]!;
      const br = all[at + step]!;
      const bi = all[at + step + 1]!;
      all[p] = ar + br;
      all[p + 1] = ai + bi;
      const wr = all[w]!;
      const wi = all[w + 1]!;
      const xr = ar - br;
      const xi = ai - bi;
      all[p + far] = xr * wr - xi * wi;
      all[p + far + 1] = xr * wi + xi * wr;
    }
  }
};

const [SINE_3, COSINE_5, COSINE_5_2, SINE_5, SINE_5_2] = [
  0.8660254037844386, 0.30901699437494745, -0.8090169943749475, 0.9510565162951535, 0.5877852522924731,
];

export const pass3: Pass = (all, from, to, groups, run, twiddles) => {
  const step = 2 * run;
  const far = groups * step;
  let p = to;
  for (let k = 0; k < groups; k++) {
    const start = from + 3 * k * step;
    for (let i = 0, w = twiddles; i < step; i += 2, w += 4, p += 2) {
      const at = start + i;
      const ar = all[at]!;
      const ai = all[at + 1]!;
      const br = all[at + step]!;
      const bi = all[at + step + 1]!;
      const cr = all[at + 2 * step]!;
      const ci = all[at + 2 * step + 1]!;
      const sr = br + cr;
      const si = bi + ci;
      all[p] = ar + sr;
      all[p + 1] = ai + si;
      const mr = ar - 0.5 * sr;
      const mi = ai - 0.5 * si;
      const dr = SINE_3 * (bi - ci);
      const di = SINE_3 * -(br - cr);
      const xr = mr + dr;
      const xi = mi + di;
      const yr = mr - dr;
      const yi = mi - di;
      all[p + far] = xr * all[w]! - xi * all[w + 1]!;
      all[p + far + 1] = xr * all[w + 1]! + xi * all[w]!;
      all[p + 2 * far] = yr * all[w + 2]! - yi * all[w + 3]!;
      all[p + 2 * far + 1] = yr * all[w + 3]! + yi * all[w + 2]!;
    }
  }
};

export const pass4: Pass = (all, from, to, groups, run, twiddles) => {
  const step = 2 * run;
  const far = groups * step;
  let p = to;
  for (let k = 0; k < groups; k++) {
    const start = from + 4 * k * step;
    for (let i = 0, w = twiddles; i < step; i += 2, w += 6, p += 2) {
      const at = start + i;
      const ar = all[at]!;
      const ai = all[at + 1]!;
      const br = all[at + step]!;
      const bi = all[at + step + 1]!;
      const cr = all[at + 2 * step]!;
      const ci = all[at + 2 * step + 1]!;
      const dr = all[at + 3 * step]!;
      const di = all[at + 3 * step + 1]!;
      const sr = ar + cr;
      const si = ai + ci;
      const tr = ar - cr;
      const ti = ai - ci;
      const ur = br + dr;
      const ui = bi + di;
      const vr = bi - di; // -i (b - d)
      const vi = -(br - dr);
      all[p] = sr + ur;
      all[p + 1] = si + ui;
      const xr = tr + vr;
      const xi = ti + vi;
      all[p + far] = xr * all[w]! - xi * all[w + 1]!;
      all[p + far + 1] = xr * all[w + 1]! + xi * all[w]!;
      const yr = sr - ur;
      const yi = si - ui;
      all[p + 2 * far] = yr * all[w + 2]! - yi * all[w + 3]!;
      all[p + 2 * far + 1] = yr * all[w + 3]! + yi * all[w + 2]!;
      const zr = tr - vr;
      const zi = ti - vi;
      all[p + 3 * far] = zr * all[w + 4]! - zi * all[w + 5]!;
      all[p + 3 * far + 1] = zr * all[w + 5]! + zi * all[w + 4]!;
    }
  }
};

export const pass5: Pass = (all, from, to, groups, run, twiddles) => {
  const step = 2 * run;
  const far = groups * step;
  let p = to;
  for (let k = 0; k < groups; k++) {
    const start = from + 5 * k * step;
    for (let i = 0, w = twiddles; i < step; i += 2, w += 8, p += 2) {
      const at = start + i;
      const ar = all[at]!;
      const ai = all[at + 1]!;
      const br = all[at + step]! + all[at + 4 * step]!;
      const bi = all[at + step + 1]! + all[at + 4 * step + 1]!;
      const er = all[at + step + 1]! - all[at + 4 * step + 1]!; // -i (b - e)
      const ei = -(all[at + step]! - all[at + 4 * step]!);
      const cr = all[at + 2 * step]! + all[at + 3 * step]!;
      const ci = all[at + 2 * step + 1]! + all[at + 3 * step + 1]!;
      const dr = all[at + 2 * step + 1]! - all[at + 3 * step + 1]!;
      const di = -(all[at + 2 * step]! - all[at + 3 * step]!);
      all[p] = ar + br + cr;
      all[p + 1] = ai + bi + ci;
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
      all[p + far] = x1r * all[w]! - x1i * all[w + 1]!;
      all[p + far + 1] = x1r * all[w + 1]! + x1i * all[w]!;
      const x2r = nr + vr;
      const x2i = ni + vi;
      all[p + 2 * far] = x2r * all[w + 2]! - x2i * all[w + 3]!;
      all[p + 2 * far + 1] = x2r * all[w + 3]! + x2i * all[w + 2]!;
      const x3r = nr - vr;
      const x3i = ni - vi;
      all[p + 3 * far] = x3r * all[w + 4]! - x3i * all[w + 5]!;
      all[p + 3 * far + 1] = x3r * all[w + 5]! + x3i * all[w + 4]!;
      const x4r = mr - ur;
      const x4i = mi - ui;
      all[p + 4 * far] = x4r * all[w + 6]! - x4i * all[w + 7]!;
      all[p + 4 * far + 1] = x4r * all[w + 7]! + x4i * all[w + 6]!;
    }
  }
};
