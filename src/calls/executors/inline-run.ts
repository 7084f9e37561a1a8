/** Runs the chunks of one work on the calling thread, in order. It is the reference for all other ways to run them. */
import type { BoundWork, Computer } from "../call.js";
import type { Outcome } from "./outcome.js";

export class InlineRun implements Outcome {
  readonly #bound: BoundWork;
  readonly #count: number;
  readonly #computer: Computer;
  readonly #parts: unknown[] = [];
  #next = 0;
  failure: { readonly chunk: number; readonly error: unknown } | undefined;

  constructor(bound: BoundWork, count: number, computer: Computer) {
    this.#bound = bound;
    this.#count = count;
    this.#computer = computer;
  }

  /** The number of chunks that are done. */
  get done(): number {
    return this.#next;
  }
  readonly isDone = (chunk: number): boolean => chunk < this.#next;
  readonly part = (chunk: number): unknown => this.#parts[chunk];

  /** Computes chunks until `performance.now()` exceeds `until`. Returns true if none is left or the call must stop. */
  goOn(until: number): boolean {
    while (this.#next < this.#count && !this.#computer.aborted()) {
      try {
        if (this.#next === 0) this.#bound.begin?.();
        this.#parts[this.#next] = this.#bound.run(this.#next, this.#computer);
      } catch (error) {
        this.failure = { chunk: this.#next, error };
        return true;
      }
      this.#next++;
      if (performance.now() > until) return this.#next === this.#count;
    }
    return true;
  }
}
