/** What functions have cost so far, by which the pool guesses whether a call is worth sharing. */
import type { DispatchCost } from "./team/dispatch-cost.js";

/** Functions whose cost is remembered, the last ones used. */
const MAX_FUNCTIONS = 1000;

export class Costs {
  /** Microseconds per element, by function. */
  readonly #perElement = new Map<string, number>();
  /** What it costs to have a worker do something; unknown until one is up. */
  dispatch: DispatchCost | undefined;

  isKnown(fn: string): boolean {
    return this.#perElement.has(fn);
  }

  /** Whether so many elements take less time than so many dispatches. Of an unknown function they do not. */
  isSmall(fn: string, elements: number, dispatches: number): boolean {
    const cost = this.#perElement.get(fn);
    return cost !== undefined && cost * elements < dispatches * (this.dispatch?.us ?? 0);
  }

  /** @param elements undefined of a call that failed: its function stays unknown, so that workers run it and not the caller */
  record(fn: string, busyUs: number, elements: number | undefined): void {
    const before = this.#perElement.get(fn);
    this.#perElement.delete(fn);
    if (elements === undefined) return;
    const cost = busyUs / Math.max(1, elements);
    this.#perElement.set(fn, before === undefined ? cost : (before + cost) / 2); // half the weight to the last run
    if (this.#perElement.size > MAX_FUNCTIONS) this.#perElement.delete(this.#perElement.keys().next().value!);
  }
}
