/**
 * Finding things by name: what `attach`, `waitFor` and `waitForSync` of all their classes do, and the base of the
 * classes whose things need nothing but a name.
 */
import { type AttachOptions, SharedMemory } from "../memory/shared-memory.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { classOf, kindOf, memoryOf, open, openThing, SharedThing, type ThingClass } from "./shared-thing.js";
import { assertPartner, hasLock, kindIn, notA, partnerName, readKind } from "./thing-block.js";

/** A class whose things can be found by name. Things of its subclasses are found too. */
export type Findable<T extends SharedThing> = { readonly prototype: T };

function see<T extends SharedThing>(Class: Findable<T>, memory: SharedMemory): T {
  return open(memory, () => {
    const wanted = kindOf(Class.prototype)!;
    const found = kindIn(memory);
    const Found = (found === wanted ? Class : found && classOf(found)) as ThingClass | undefined;
    const fits = found === wanted || (Found && Object.prototype.isPrototypeOf.call(Class.prototype, Found.prototype));
    if (!Found || !fits) throw notA(memory, wanted);
    const kind = readKind(memory);
    return openThing(Found, memory, hasLock(kind) ? findPartner(memory) : undefined) as T;
  });
}

function findPartner(memory: SharedMemory): SharedThing | undefined {
  const name = partnerName(memory);
  if (name === undefined) return undefined;
  const partner = finderOf(classOf("Lock") as unknown as Findable<SharedThing>).attach(name, { scope: memory.scope });
  return open(partner, () => {
    assertPartner(memory, memoryOf(partner));
    return partner;
  });
}

/** The three ways to find a thing of one class by its name. */
export interface Finder<T> {
  attach(name: string, options?: AttachOptions): T;
  waitFor(name: string, options?: AttachOptions & WaitOptions): Promise<T>;
  waitForSync(name: string, options?: AttachOptions & SyncWaitOptions): T;
}

/**
 * What the static methods `attach`, `waitFor` and `waitForSync` of a class do.
 *
 * @param check Returns the thing that was found, or closes it and throws: its type may be another than the caller
 *   wants.
 */
export function finderOf<T extends SharedThing>(Class: Findable<T>, check = (thing: T): T => thing): Finder<T> {
  return {
    attach: (name, options) => check(see(Class, SharedMemory.attach(name, options))),
    waitFor: async (name, options) => check(see(Class, await SharedMemory.waitFor(name, options))),
    waitForSync: (name, options) => check(see(Class, SharedMemory.waitForSync(name, options))),
  };
}

/** As `finderOf(Class).attach`. */
export const attachThing = <T extends SharedThing>(Class: Findable<T>, name: string, options?: AttachOptions): T =>
  finderOf(Class).attach(name, options);
/** As `finderOf(Class).waitFor`. */
export const waitForThing = <T extends SharedThing>(
  Class: Findable<T>,
  name: string,
  options?: AttachOptions & WaitOptions,
): Promise<T> => finderOf(Class).waitFor(name, options);
/** As `finderOf(Class).waitForSync`. */
export const waitForThingSync = <T extends SharedThing>(
  Class: Findable<T>,
  name: string,
  options?: AttachOptions & SyncWaitOptions,
): T => finderOf(Class).waitForSync(name, options);

/** A class of things whose name alone says which one is wanted. */
export abstract class FoundByName extends SharedThing {
  /**
   * The thing of that name.
   *
   * @throws {NameNotFoundError} If no block has the name.
   * @throws {FormatError} If the block of that name holds something else.
   */
  static attach<T extends SharedThing>(this: Findable<T>, name: string, options?: AttachOptions): T {
    return finderOf(this).attach(name, options);
  }
  /**
   * The thing of that name, as soon as there is one.
   *
   * @throws {TimeoutError} If there is none within `timeoutMs`.
   * @throws {AbortedError} If `signal` fires first.
   * @throws {FormatError} If the block of that name holds something else.
   */
  static waitFor<T extends SharedThing>(
    this: Findable<T>,
    name: string,
    options?: AttachOptions & WaitOptions,
  ): Promise<T> {
    return finderOf(this).waitFor(name, options);
  }
  /**
   * As `waitFor`, but blocks the thread.
   *
   * @throws {TimeoutError} If there is none within `timeoutMs`.
   * @throws {FormatError} If the block of that name holds something else.
   */
  static waitForSync<T extends SharedThing>(
    this: Findable<T>,
    name: string,
    options?: AttachOptions & SyncWaitOptions,
  ): T {
    return finderOf(this).waitForSync(name, options);
  }
}
