/** The inline executor: all chunks on the calling thread, in order. The reference for every other, and what small calls run on. */
import type { Plan } from "./plan.js";
import type { Member, Work } from "./work.js";

/** What became of an array call, whoever executed it. */
export interface Outcome {
  readonly isDone: (chunk: number) => boolean;
  /** A reducer's value of a chunk that is done. */
  readonly part: (chunk: number) => unknown;
  readonly failure: { readonly chunk: number; readonly error: unknown } | undefined;
}

/** A call under way on this thread, which may be continued piece by piece or to its end at once. */
export class InlineRun implements Outcome {
  readonly #work: Work;
  readonly #plan: Plan;
  readonly #member: Member;
  readonly #parts: unknown[] = [];
  #next = 0;
  failure: { readonly chunk: number; readonly error: unknown } | undefined;

  constructor(work: Work, plan: Plan, member: Member) {
    this.#work = work;
    this.#plan = plan;
    this.#member = member;
  }

  get done(): number {
    return this.#next;
  }
  readonly isDone = (chunk: number): boolean => chunk < this.#next;
  readonly part = (chunk: number): unknown => this.#parts[chunk];

  /** Goes on until the clock says so, at a chunk boundary. True if nothing is left to do, or the call is to stop. */
  goOn(until: number): boolean {
    while (this.#next < this.#plan.count && !this.#member.aborted()) {
      try {
        if (this.#next === 0) this.#work.begin?.();
        this.#parts[this.#next] = this.#work.run(this.#next, this.#member);
      } catch (error) {
        this.failure = { chunk: this.#next, error };
        return true;
      }
      this.#next++;
      if (performance.now() > until) return this.#next === this.#plan.count;
    }
    return true;
  }
}
