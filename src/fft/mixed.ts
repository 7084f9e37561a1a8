/** Plans of transforms whose length is a product of small primes: one pass for each factor. Pure. */
import { oddPass } from "./odd-pass.js";
import { type Pass, pass2, pass3, pass4, pass5, pass8 } from "./passes.js";
import { rootsOfUnity } from "./roots.js";

/** How forward transforms of one length are computed. Arrays are pairs of float64, one pair for each number. */
export interface Plan {
  /** The count of complex numbers. */
  readonly length: number;
  /** How many work arrays a transform needs, and the floats that each has at least. */
  readonly works: number;
  readonly room: number;
  /** The size of its tables. */
  readonly bytes: number;
  /** Whether the input is read in one go, before anything is written to the output but after work arrays are. */
  readonly passes: number;
  /** Transforms the first `length` numbers of the input. The output may be the input, and neither is a work array. */
  run(input: Float64Array, works: readonly Float64Array[], output: Float64Array): void;
}

const PASSES = new Map<number, Pass>([
  [2, pass2],
  [3, pass3],
  [4, pass4],
  [5, pass5],
  [8, pass8],
]);

interface Stage {
  readonly pass: Pass;
  readonly groups: number;
  readonly run: number;
  readonly twiddles: Float64Array;
}

/** The radices of the passes, in their order. */
export function radicesOf(n: number): number[] {
  const radices: number[] = [];
  let rest = n;
  const take = (radix: number): void => {
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  };
  if (process.env.R8) take(8);
  take(4);
  take(2);
  for (let p = 3; p * p <= rest; p += 2) take(p);
  if (rest > 1) radices.push(rest);
  return radices;
}

/** A plan for a length, given its radices. */
export function mixedPlan(length: number, radices: readonly number[]): Plan {
  const stages = stagesOf(length, radices);
  const bytes = stages.reduce((sum, { twiddles }) => sum + twiddles.byteLength, 0);
  const last = stages.length - 1;
  return {
    length,
    works: 2,
    room: 2 * length,
    bytes,
    passes: stages.length,
    run(input, works, output) {
      let from = input;
      for (let s = 0; s <= last; s++) {
        const { pass, groups, run, twiddles } = stages[s]!;
        // A pass cannot write to what it reads, so a single one must not write to the output.
        const to = s === last && s > 0 ? output : works[s % 2]!;
        pass(from, to, groups, run, twiddles);
        from = to;
      }
      if (from !== output) for (let i = 0; i < 2 * length; i++) output[i] = from[i]!;
    },
  };
}

function stagesOf(length: number, radices: readonly number[]): Stage[] {
  const roots = rootsOfUnity(length);
  const stages: Stage[] = [];
  let groups = 1;
  let run = length;
  for (const radix of radices) {
    run /= radix;
    const twiddles = new Float64Array(2 * run * (radix - 1));
    for (let i = 0, at = 0; i < run; i++) {
      for (let j = 1, k = groups * i; j < radix; j++, at += 2, k += groups * i) {
        twiddles[at] = roots[2 * k]!;
        twiddles[at + 1] = roots[2 * k + 1]!;
      }
    }
    stages.push({ pass: PASSES.get(radix) ?? oddPass(radix), groups, run, twiddles });
    groups *= radix;
  }
  return stages;
}
