/**
 * Works that workers have been sent and may keep, by number. Nothing here keeps an array alive: works are found through a
 * WeakMap keyed by their first operand, and the list of what workers hold knows only numbers and bytes.
 */
import { arraysOf, bindWork, type Work, type WorkSpec } from "../calls/work.js";
import type { Checked } from "./arguments.js";
import { ownBlocks } from "./processes/reach.js";
import { NO_JOB } from "./team/layout.js";

/** A work as bound on the caller, and its number. */
export interface Job {
  readonly number: number;
  readonly spec: WorkSpec;
  readonly work: Work;
}

/** Bytes of operands that workers keep beside those of the call under way. */
const KEPT_BYTES = 64 << 20;
const KEPT_JOBS = 64;

export class Jobs {
  readonly #byAnchor = new WeakMap<object, { identity: readonly unknown[]; job: Job }>();
  readonly #kept = new Map<number, number>();
  readonly #collected: FinalizationRegistry<number>;
  #last = NO_JOB;

  /** @param forget is told of a work whose first operand has been collected */
  constructor(forget: (job: number) => void) {
    this.#collected = new FinalizationRegistry((number) => {
      if (this.#kept.delete(number)) forget(number);
    });
  }

  /** The work of a call: the one bound for the same arguments before, or a new one. */
  jobOf(checked: Checked): Job {
    const { anchor, identity, options, build } = checked;
    const known = this.#byAnchor.get(anchor);
    const same =
      known?.identity.length === identity.length && known.identity.every((part, i) => Object.is(part, identity[i]));
    if (known && same && options.params === undefined && known.job.spec.params === undefined) return known.job;
    const spec = build();
    const work = bindWork(spec)!; // the caller has the functions
    const job: Job = { number: ++this.#last, spec, work };
    if (spec.once || ownBlocks(spec, checked).length > 0) this.#byAnchor.delete(anchor);
    else this.#byAnchor.set(anchor, { identity, job });
    this.#collected.register(anchor, job.number);
    return job;
  }

  /** The numbers that workers may keep, now that they are sent this one. */
  keepOnly({ number, spec }: Job): ReadonlySet<number> {
    if (!this.#kept.has(number)) {
      this.#kept.set(
        number,
        arraysOf(spec).reduce((bytes, array) => bytes + array.nbytes, 0),
      );
    }
    let bytes = [...this.#kept.values()].reduce((sum, one) => sum + one, 0);
    for (const [old, size] of this.#kept) {
      if (bytes <= KEPT_BYTES && this.#kept.size <= KEPT_JOBS) break;
      if (old === number) continue;
      this.#kept.delete(old);
      bytes -= size;
    }
    return new Set(this.#kept.keys());
  }
}
