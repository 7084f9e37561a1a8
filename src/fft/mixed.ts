/** Plans of transforms whose length is a product of small primes: one pass for each factor. */
import type { Arena, Plan, Run } from "./arena.js";
import { oddPass } from "./odd-pass.js";
import { type Pass, pass2, pass3, pass4, pass5 } from "./passes.js";
import { rootsOfUnity } from "./roots.js";

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
  arena.ensure(8 * length); // for the tables, and for what a transform needs
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
    stages.push({ pass: passOf(arena, radix), groups, run, twiddles });
    groups *= radix;
  }
  return stages;
}

/** The pass of the instance, which is another one after the arena has grown, or the one in JavaScript. */
function passOf(arena: Arena, radix: number): Run {
  const script = PASSES.get(radix) ?? oddPass(radix);
  return (from, to, groups, run, twiddles) => {
    const native = arena.passes[radix];
    if (native) native(8 * from, 8 * to, groups, run, 8 * twiddles);
    else script(arena.floats, from, to, groups, run, twiddles);
  };
}
