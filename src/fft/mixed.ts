/** Plans of transforms whose length is a product of small primes: one pass for each factor. */
import type { Arena, Run } from "./arena.js";
import { oddPass } from "./odd-pass.js";
import { type Pass, pass2, pass3, pass4, pass5 } from "./passes.js";
import { rootsOfUnity } from "./roots.js";

/** How forward transforms of one length are computed. Places are in the arena, and numbers are pairs of floats. */
export interface Plan {
  /** The count of complex numbers. */
  readonly length: number;
  /** The floats that a transform needs as work arrays. */
  readonly room: number;
  /** Transforms the numbers at a place. The result may be at the same place, but not in the work arrays. */
  run(input: number, works: number, output: number): void;
}

const PASSES = new Map<number, Pass>([
  [2, pass2],
  [3, pass3],
  [4, pass4],
  [5, pass5],
]);

interface Stage {
  readonly pass: Run;
  readonly groups: number;
  readonly run: number;
  readonly twiddles: number;
}

/** The radices of the passes, in their order. */
export function radicesOf(n: number): number[] {
  const radices: number[] = [];
  let rest = n;
  const take = (radix: number): void => {
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  };
  take(4);
  take(2);
  for (let p = 3; p * p <= rest; p += 2) take(p);
  if (rest > 1) radices.push(rest);
  return radices;
}

/** A plan for a length, given its radices. */
export function mixedPlan(arena: Arena, length: number, radices: readonly number[]): Plan {
  const stages = stagesOf(arena, length, radices);
  const last = stages.length - 1;
  return {
    length,
    room: 4 * length,
    run(input, works, output) {
      let from = input;
      for (let s = 0; s <= last; s++) {
        const { pass, groups, run, twiddles } = stages[s]!;
        // A pass cannot write to what it reads, so a single one must not write to the output.
        const to = s === last && s > 0 ? output : works + (s % 2) * 2 * length;
        pass(from, to, groups, run, twiddles);
        from = to;
      }
      if (from !== output) arena.floats.copyWithin(output, from, from + 2 * length);
    },
  };
}

function stagesOf(arena: Arena, length: number, radices: readonly number[]): Stage[] {
  const roots = rootsOfUnity(length);
  const stages: Stage[] = [];
  let groups = 1;
  let run = length;
  for (const radix of radices) {
    run /= radix;
    const twiddles = arena.reserve(2 * run * (radix - 1));
    const { floats } = arena;
    for (let i = 0, at = twiddles; i < run; i++) {
      for (let j = 1, k = groups * i; j < radix; j++, at += 2, k += groups * i) {
        floats[at] = roots[2 * k]!;
        floats[at + 1] = roots[2 * k + 1]!;
      }
    }
    stages.push({ pass: arena.passOf(radix) ?? scripted(arena, radix), groups, run, twiddles });
    groups *= radix;
  }
  return stages;
}

function scripted(arena: Arena, radix: number): Run {
  const pass = PASSES.get(radix) ?? oddPass(radix);
  return (from, to, groups, run, twiddles) => pass(arena.floats, from, to, groups, run, twiddles);
}
