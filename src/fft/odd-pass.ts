/**
 * The pass of any odd radix. Outputs j and radix - j share their products: with s = a(m) + a(radix - m) and
 * d = a(m) - a(radix - m), they are a(0) + sum of cos(2π j m / radix) s, minus or plus i times that of sin(…) d. Pure.
 */
import type { Pass } from "./passes.js";
import { rootsOfUnity } from "./roots.js";

/** The pass of that radix. */
export function oddPass(radix: number): Pass {
  const half = (radix - 1) / 2;
  const roots = rootsOfUnity(radix);
  // Row j - 1 has the cosines and sines of j m / radix turns, m = 1, 2, …
  const factors = new Float64Array(2 * half * half);
  for (let j = 1; j <= half; j++) {
    for (let m = 1; m <= half; m++) {
      const at = 2 * ((j - 1) * half + m - 1);
      factors[at] = roots[2 * ((j * m) % radix)]!;
      factors[at + 1] = -roots[2 * ((j * m) % radix) + 1]!;
    }
  }
  const terms = new Float64Array(4 * half);
  return (...given) => oddButterflies(radix, factors, terms, ...given);
}

function oddButterflies(
  radix: number,
  factors: Float64Array,
  terms: Float64Array,
  all: Float64Array,
  from: number,
  to: number,
  groups: number,
  run: number,
  twiddles: number,
): void {
  const step = 2 * run;
  const far = groups * step;
  const width = 2 * (radix - 1);
  const size = terms.length;
  let p = to;
  for (let k = 0; k < groups; k++) {
    const start = from + radix * k * step;
    for (let i = 0, w = twiddles; i < step; i += 2, w += width, p += 2) {
      const at = start + i;
      const ar = all[at]!;
      const ai = all[at + 1]!;
      let sumR = ar;
      let sumI = ai;
      for (let t = 0, x = at + step, y = at + (radix - 1) * step; t < size; t += 4, x += step, y -= step) {
        const sr = all[x]! + all[y]!;
        const si = all[x + 1]! + all[y + 1]!;
        terms[t] = sr;
        terms[t + 1] = si;
        terms[t + 2] = all[x + 1]! - all[y + 1]!; // -i (a(m) - a(radix - m))
        terms[t + 3] = -(all[x]! - all[y]!);
        sumR += sr;
        sumI += si;
      }
      all[p] = sumR;
      all[p + 1] = sumI;
      let f = 0;
      for (let j = 1; 2 * j < radix; j++) {
        let mr = ar + factors[f]! * terms[0]!;
        let mi = ai + factors[f]! * terms[1]!;
        let nr = factors[f + 1]! * terms[2]!;
        let ni = factors[f + 1]! * terms[3]!;
        f += 2;
        for (let t = 4; t < size; t += 4, f += 2) {
          const cosine = factors[f]!;
          const sine = factors[f + 1]!;
          mr += cosine * terms[t]!;
          mi += cosine * terms[t + 1]!;
          nr += sine * terms[t + 2]!;
          ni += sine * terms[t + 3]!;
        }
        const u = w + 2 * (j - 1);
        const v = w + 2 * (radix - j - 1);
        const x = p + j * far;
        const y = p + (radix - j) * far;
        all[x] = (mr + nr) * all[u]! - (mi + ni) * all[u + 1]!;
        all[x + 1] = (mr + nr) * all[u + 1]! + (mi + ni) * all[u]!;
        all[y] = (mr - nr) * all[v]! - (mi - ni) * all[v + 1]!;
        all[y + 1] = (mr - nr) * all[v + 1]! + (mi - ni) * all[v]!;
      }
    }
  }
}
