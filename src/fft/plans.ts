/** The plan of each length: passes or a chirp, whichever is quicker. Made once, and kept as long as the arena is. */
import type { Arena, Plan } from "./arena.js";
import { bluesteinPlan } from "./bluestein.js";
import { mixedPlan, radicesOf } from "./mixed.js";
import { rootsOfUnity } from "./roots.js";

/** The plan for complex transforms of that length. */
export function planOf(arena: Arena, length: number): Plan {
  const plan = arena.plans.get(length) ?? newPlan(arena, length);
  arena.plans.set(length, plan);
  return plan;
}

/** The roots of unity of a real transform of an even length, up to a quarter of a turn: where they are. */
export function turnsOf(arena: Arena, length: number): number {
  const known = arena.turns.get(length);
  if (known !== undefined) return known;
  const roots = rootsOfUnity(length, Math.floor(length / 4) + 1);
  const place = arena.reserve(roots.length);
  arena.floats.set(roots, place);
  arena.turns.set(length, place);
  return place;
}

function newPlan(arena: Arena, length: number): Plan {
  const radices = radicesOf(length);
  if (Math.max(...radices, 1) < LEAST_FOR_CHIRP) return mixedPlan(arena, length, radices);
  const longer = lengthForChirp(2 * length - 1);
  // Two transforms, and the products before, between and behind them.
  const isQuicker = 2 * costOf(longer, radicesOf(longer)) + 6 * longer < costOf(length, radices);
  return isQuicker ? bluesteinPlan(arena, length, planOf(arena, longer)) : mixedPlan(arena, length, radices);
}

/** No plan has a chirp if all its prime factors are smaller. */
const LEAST_FOR_CHIRP = 17;

/** What a pass takes for each number, in units of about half a nanosecond. */
const PASS_COSTS: Readonly<Record<number, number>> = { 2: 2, 3: 3, 4: 3, 5: 4, 7: 6, 11: 10, 13: 12 };
const costOf = (length: number, radices: readonly number[]): number =>
  length * radices.reduce((sum, radix) => sum + (PASS_COSTS[radix] ?? 3 + radix), 0);

/** The length of at least so many that is quickest, without prime factors above 5. */
function lengthForChirp(least: number): number {
  let [best, bestCost] = [0, Number.POSITIVE_INFINITY];
  for (let fives = 1; fives < 2 * least; fives *= 5) {
    for (let threes = fives; threes < 2 * least; threes *= 3) {
      let length = threes;
      while (length < least) length *= 2;
      const cost = costOf(length, radicesOf(length));
      if (cost < bestCost) [best, bestCost] = [length, cost];
    }
  }
  return best;
}
