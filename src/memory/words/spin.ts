/**
 * Spinning before sleeping. A sleeping thread takes 20–50 µs to wake. If the other side answers at once, on another
 * core, it is ten to fifty times faster to poll for a moment first. If spinning does not pay, waits soon hardly spin at
 * all.
 */
import { availableParallelism } from "../../platform/runtime.js";
import { load, newWords, type Words } from "./atomics.js";

/** About the time that a wake-up takes. To spin for longer would cost more than it can gain. */
const LONGEST_MS = availableParallelism() > 1 ? 0.05 : 0;
const SHORTEST_MS = 0.001;
/**
 * After so many spins without success, one spin lasts longer than a wake-up takes. If the other side has a core of its
 * own by now, that spin succeeds and both sides go on spinning.
 */
const RETRY = 64;
const RETRY_MS = 3 * LONGEST_MS;

// There is one budget for all waits of this thread, because what pays depends mainly on how many threads share how many
// cores.
let budgetMs = LONGEST_MS;
/** Spins without success since the last success. */
let failures = 0;

const idle = newWords(1);
/**
 * Takes some 100 ns. Polling without a pause would take the word's cache line away from the thread that is about to
 * change it.
 */
function pause(): void {
  for (let k = 0; k < 16; k++) load(idle, 0);
}

/** Spins for a while, as long as the word is `value`. Returns true if the word has changed. */
export function spin(words: Words, i: number, value: number): boolean {
  const isRetry = failures % RETRY === RETRY - 1;
  const end = performance.now() + (isRetry ? RETRY_MS : budgetMs);
  do {
    for (let k = 0; k < 10; k++) {
      if (load(words, i) === value) {
        pause();
        continue;
      }
      budgetMs = isRetry ? LONGEST_MS : Math.min(2 * budgetMs, LONGEST_MS);
      failures = 0;
      return true;
    }
  } while (performance.now() < end);
  budgetMs = Math.max(budgetMs / 2, Math.min(SHORTEST_MS, LONGEST_MS));
  failures++;
  return false;
}
