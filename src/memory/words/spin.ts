/**
 * Spinning before sleeping. A sleeper takes 20–50 µs to wake; where the other side answers at once, on another core, it
 * is ten to fifty times quicker to look again and again for a moment. Where it does not pay, waits soon hardly spin at
 * all.
 */
import { availableParallelism } from "../../platform/runtime.js";
import { load, newWords, type Words } from "./atomics.js";

/** About as long as a wake-up takes: to spin longer costs more than it can gain. */
const LONGEST_MS = availableParallelism() > 1 ? 0.05 : 0;
const SHORTEST_MS = 0.001;
/**
 * After so many vain spins one outlasts a wake-up: if the other side has a core of its own by now, both go on spinning
 * from there.
 */
const RETRY = 64;
const RETRY_MS = 3 * LONGEST_MS;

// One budget for all waits of this thread: what pays depends above all on how many threads want how many cores.
let budgetMs = LONGEST_MS;
let vain = 0;

const idle = newWords(1);
/** Some 100 ns: looking all the time would take the word's cache line from whoever is about to change it. */
function pause(): void {
  for (let k = 0; k < 16; k++) load(idle, 0);
}

/** Spins while the word is `value`, for a while; true if it has changed. */
export function spin(words: Words, i: number, value: number): boolean {
  const isRetry = vain % RETRY === RETRY - 1;
  const end = performance.now() + (isRetry ? RETRY_MS : budgetMs);
  do {
    for (let k = 0; k < 10; k++) {
      if (load(words, i) === value) {
        pause();
        continue;
      }
      budgetMs = isRetry ? LONGEST_MS : Math.min(2 * budgetMs, LONGEST_MS);
      vain = 0;
      return true;
    }
  } while (performance.now() < end);
  budgetMs = Math.max(budgetMs / 2, Math.min(SHORTEST_MS, LONGEST_MS));
  vain++;
  return false;
}
