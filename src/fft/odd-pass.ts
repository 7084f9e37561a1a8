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
  return (from, to, groups, run, twiddles) => oddButterflies(from, to, groups, run, twiddles, radix, factors, terms);
}

function oddButterflies(
  from: Float64Array,
  to: Float64Array,
  groups: number,
  run: number,
  twiddles: Float64Array,
  radix: number,
  factors: Float64Array,
  terms: Float64Array,
): void {
  const step = 2 * run;
  const far = groups * step;
  const width = 2 * (radix - 1);
  const size = terms.length;
  let p = 0;
  for (let k = 0; k < groups; k++) {
    const start = radix * p;
    for (let i = 0, w = 0; i < step; i += 2, w += width, p += 2) {
      const at = start + i;
      const ar = from[at]!;
      const ai = from[at + 1]!;
      let sumR = ar;
      let sumI = ai;
      for (let t = 0, x = at + step, y = at + (radix - 1) * step; t < size; t += 4, x += step, y -= step) {
        const sr = from[x]! + from[y]!;
        const si = from[x + 1]! + from[y + 1]!;
        terms[t] = sr;
        terms[t + 1] = si;
        terms[t + 2] = from[x + 1]! - from[y + 1]!; // -i (a(m) - a(radix - m))
        terms[t + 3] = from[y]! - from[x]!;
        sumR += sr;
        sumI += si;
      }
      to[p] = sumR;
      to[p + 1] = sumI;
      let f = 0;
      for (let j = 1; 2 * j < radix; j++) {
        let mr = ar;
        let mi = ai;
        let nr = 0;
        let ni = 0;
        for (let t = 0; t < size; t += 4, f += 2) {
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
        to[x] = (mr + nr) * twiddles[u]! - (mi + ni) * twiddles[u + 1]!;
        to[x + 1] = (mr + nr) * twiddles[u + 1]! + (mi + ni) * twiddles[u]!;
        to[y] = (mr - nr) * twiddles[v]! - (mi - ni) * twiddles[v + 1]!;
        to[y + 1] = (mr - nr) * twiddles[v + 1]! + (mi - ni) * twiddles[v]!;
      }
    }
  }
}
