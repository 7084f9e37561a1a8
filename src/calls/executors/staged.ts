/**
 * The works that an executor has staged and bound on the calling thread, each with a number. Nothing here keeps an
 * array alive: a work is found through a WeakMap whose key is the first array of its call. (A `WeakRef` would keep the
 * array alive until the running job of the event loop ends. In a synchronous loop that is never.)
 */
import type { SharedMemory } from "../../memory/shared-memory.js";
import { NDArray } from "../../ndarray/ndarray.js";
import type { AnyArray } from "../../ndarray/operands.js";
import { type ArrayScope, outsideOfScopes } from "../../ndarray/scopes.js";
import type { BoundWork, Call, Work } from "../call.js";
import { bindWork, kindOf } from "../kinds/index.js";

/** A work that the calling thread has bound. */
export interface Staged {
  /** Identifies the work among those of one executor. Numbers start at 1. */
  readonly number: number;
  readonly work: Work;
  readonly bound: BoundWork;
  /** The arrays of the call for which the work was staged, over handles that stay open. */
  readonly arrays: readonly AnyArray[];
  /** Whether a later call may use the work again. Otherwise what it has made is freed when the call ends. */
  readonly isKept: boolean;
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

  /** @param forget called with the number of a work after its first array has been collected */
  constructor(forget: (number: number) => void = () => {}) {
    this.#collected = new FinalizationRegistry(forget);
  }

  /**
   * Returns the work of a call: one that was staged before for the same parts, or a new one.
   *
   * @param arrays returns the call's arrays, over handles that stay open; called only if a new work is staged
   * @param isAlone whether only this thread will compute the work
   */
  of(call: Call, arrays: () => readonly AnyArray[], isAlone: boolean): Staged {
    const [first] = call.arrays as [AnyArray];
    const { identity } = call;
    const known = this.#byFirstArray.get(first);
    const canServe = known !== undefined && (isAlone || !known.isAlone);
    if (canServe && identity && isSame(known.identity, identity)) return known.staged;
    const held = arrays();
    const work = outsideOfScopes(() => kindOf(call).stage(call, held, isAlone));
    const isKept =
      identity !== undefined && !work.once && (call.scope === "process" || ownBlocks(work, call).length === 0);
    const staged = this.bind(call, work, held, isKept);
    if (isKept) this.#byFirstArray.set(first, { identity, staged, isAlone });
    else this.#byFirstArray.delete(first);
    return staged;
  }

  /** Binds a work of the call to this thread and gives it a number: its first work, or that of a later pass. */
  bind(call: Call, work: Work, arrays: readonly AnyArray[], isKept = false): Staged {
    const number = ++this.#last;
    this.#collected.register(call.arrays[0]!, number);
    return { number, work, bound: bindWork(work), arrays, isKept };
  }
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((part, i) => Object.is(part, b[i]));

/**
 * The blocks that a call has made for itself alone, such as copies and partial results. When it ends, the generated
 * names of those in system scope are removed, and the memory of others is used again.
 */
export function ownBlocks({ arrays }: Work, call: Call): SharedMemory[] {
  const own: SharedMemory[] = [];
  for (const { memory } of arrays) {
    if (memory.owner && !call.arrays.some((given) => given.memory === memory)) own.push(memory);
  }
  return own;
}

/**
 * Frees what a call has made for itself alone.
 *
 * @param value the call's result, which may be over one of these blocks
 */
export function disposeOwn(work: Work, call: Call, value: unknown): void {
  const result = value instanceof NDArray ? value.memory : undefined;
  for (const memory of ownBlocks(work, call)) if (memory !== result) memory[Symbol.dispose]();
}

/** Lets the scope of `tidy` in which a call was made note its result, unless that is an array that it was given. */
export function noteResult(scope: ArrayScope | undefined, call: Call, value: unknown): void {
  if (!scope || !(value instanceof NDArray)) return;
  const { memory } = value;
  if (memory.owner && !call.arrays.some((array) => array.memory === memory)) scope.made?.add(memory);
}
