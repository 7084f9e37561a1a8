/**
 * Works that were staged and bound on the calling thread, by number. Nothing here keeps an array alive: a work is found through a WeakMap
 * whose key is the first array of its call. (A `WeakRef` would keep the array until the running job ends, which in a synchronous loop is
 * never.)
 */
import type { SharedMemory } from "../memory/shared-memory.js";
import type { AnyArray } from "../ndarray/operands.js";
import type { BoundWork, Call, Work } from "./call.js";
import { bindWork, kindOf } from "./kinds/index.js";

/** A work that the calling thread has bound. */
export interface Staged {
  /** Names the work among all that one executor has staged; from 1. */
  readonly number: number;
  readonly work: Work;
  readonly bound: BoundWork;
  /** The call's arrays as the work was staged with them. */
  readonly arrays: readonly AnyArray[];
}

interface Remembered {
  readonly identity: readonly unknown[];
  readonly staged: Staged;
  /** Whether its partial results are this thread's own: then others cannot compute it. */
  readonly isAlone: boolean;
}

export class StagedWorks {
  readonly #byFirstArray = new WeakMap<object, Remembered>();
  readonly #collected: FinalizationRegistry<number>;
  #last = 0;

  /** @param forget is called with the number of a work whose first array has been collected */
  constructor(forget: (number: number) => void = () => {}) {
    this.#collected = new FinalizationRegistry(forget);
  }

  /** The work of a call: the one staged for the same parts before, or a new one. @param arrays the call's, over handles that stay open */
  of(call: Call, arrays: () => readonly AnyArray[], isAlone: boolean): Staged {
    const [first] = call.arrays as [AnyArray];
    const { identity } = call;
    const known = this.#byFirstArray.get(first);
    const canServe = known !== undefined && (isAlone || !known.isAlone);
    if (canServe && identity && isSame(known.identity, identity)) return known.staged;
    const held = arrays();
    const staged = this.bind(call, kindOf(call).stage(call, held, isAlone), held);
    const isReusable = identity && !staged.work.once && ownBlocks(staged.work, call).length === 0;
    if (isReusable) this.#byFirstArray.set(first, { identity, staged, isAlone });
    else this.#byFirstArray.delete(first);
    return staged;
  }

  /** Numbers and binds a work of the call: its first one, or that of a later pass. */
  bind(call: Call, work: Work, arrays: readonly AnyArray[]): Staged {
    const number = ++this.#last;
    this.#collected.register(call.arrays[0]!, number);
    return { number, work, bound: bindWork(work), arrays };
  }
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((part, i) => Object.is(part, b[i]));

/**
 * Blocks of system scope that a call has made for itself alone, such as copies and partial results. They have generated names, which must
 * go when the call ends.
 */
export function ownBlocks({ arrays }: Work, call: Call): SharedMemory[] {
  if (call.scope !== "system") return [];
  const given = new Set(call.arrays.map(({ memory }) => memory));
  return arrays.map(({ memory }) => memory).filter((memory) => memory.owner && !given.has(memory));
}
