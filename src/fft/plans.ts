/** The plan of each length: passes or a chirp, whichever is quicker. Plans that were used last are kept. */
import { bluesteinPlan } from "./bluestein.js";
import { mixedPlan, type Plan, radicesOf } from "./mixed.js";
import { rootsOfUnity } from "./roots.js";

/** The most bytes that a thread keeps for the tables of plans. A plan that is larger is made for each call. */
const MOST_KEPT = 2 ** 27;

interface Sized {
  readonly bytes: number;
}

/** What was made for keys, of which the oldest are forgotten when there are too many bytes. */
class Kept<T extends Sized> {
  readonly #made = new Map<number, T>();
  #bytes = 0;

  of(key: number, make: () => T): T {
    const known = this.#made.get(key);
    if (known) {
      this.#made.delete(key);
      this.#made.set(key, known); // the youngest now
      return known;
    }
    const made = make();
    if (made.bytes > MOST_KEPT) return made;
    this.#bytes += made.bytes;
    for (const [old, { bytes }] of this.#made) {
      if (this.#bytes <= MOST_KEPT) break;
      this.#made.delete(old);
      this.#bytes -= bytes;
    }
    this.#made.set(key, made);
    return made;
  }
}

const plans = new Kept<Plan>();
const turns = new Kept<Sized & { readonly roots: Float64Array }>();

/** The plan for complex transforms of that length. */
export const planOf = (length: number): Plan => plans.of(length, () => newPlan(length));

/** The roots of unity of a real transform of an even length, up to a quarter of a turn. */
export const turnsOf = (length: number): Float64Array =>
  turns.of(length, () => {
    const roots = rootsOfUnity(length, Math.floor(length / 4) + 1);
    return { roots, bytes: roots.byteLength };
  }).roots;

function newPlan(length: number): Plan {
  const radices = radicesOf(length);
  if (Math.max(...radices, 1) < LEAST_FOR_CHIRP) return mixedPlan(length, radices);
  const longer = lengthForChirp(2 * length - 1);
  // Two transforms, and the products before, between and behind them.
  const isQuicker = 2 * costOf(longer, radicesOf(longer)) + 2 * longer < costOf(length, radices);
  return isQuicker ? bluesteinPlan(length, planOf(longer)) : mixedPlan(length, radices);
}

/** No plan has a chirp if all its prime factors are smaller. */
const LEAST_FOR_CHIRP = 17;

/** What a pass takes for each number, in units of about a nanosecond. */
const PASS_COSTS: Readonly<Record<number, number>> = { 2: 1.4, 3: 2, 4: 2, 5: 3, 8: 3 };
const costOf = (length: number, radices: readonly number[]): number =>
  length * radices.reduce((sum, radix) => sum + (PASS_COSTS[radix] ?? 1.5 + 0.55 * radix), 0);

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
