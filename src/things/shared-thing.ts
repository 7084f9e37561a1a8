/**
 * What locks, values, lists and queues have in common: each is a few words and bytes in a block of its own, which says
 * by its first words what it is. Their classes stand on this one; their handles are packed and unpacked here.
 */
import { ClosedError, FormatError } from "../base/errors.js";
import { expectKnown, show } from "../base/expect.js";
import type { Block } from "../memory/blocks/driver.js";
import { expectPlace } from "../memory/names/place.js";
import {
  type AttachOptions,
  aliasOf,
  allocate,
  blockOf,
  discard,
  type NameOptions,
  publish,
  type Scope,
  type Shared,
  SharedMemory,
} from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { fromHandle, registerHandleKind, toHandle } from "../wire/handle.js";
import { departs, givesOut, hold, letGo, newTicket, redeem } from "./holders.js";
import {
  assertPartner,
  hasLock,
  isLockKind,
  type Kind,
  nameOf,
  partnerName,
  readKind,
  wordsIn,
  writeHeader,
} from "./thing-block.js";

/** In place of a constructor's first argument: what is there already is to be seen, not a new one made. */
export class Existing {
  readonly memory: SharedMemory;
  /** A handle of its own, closed with the thing's. */
  readonly partner: SharedThing | undefined;
  /** What errors call the thing, if not its class and name. */
  readonly what: string | undefined;
  constructor(memory: SharedMemory, partner?: SharedThing, what?: string) {
    this.memory = memory;
    this.partner = partner;
    this.what = what;
  }
}

/** A block to be: nobody can find it before it is complete. */
export interface Recipe {
  readonly byteLength: number;
  /** Options besides `name` and `scope`. */
  readonly options?: readonly string[];
  /** Writes what is not zero. */
  readonly fill?: (words: Words) => void;
  /** A lock in another block that goes with this one. */
  readonly partner?: SharedThing | undefined;
}

/** For the layers above: the words of a thing. @throws {ClosedError} */
export let wordsOf: (thing: SharedThing) => Words;
/** For the layers above: what makes a handle to the lock inside a thing's block, to be closed with the thing. */
export let insideOf: <T extends SharedThing>(thing: SharedThing, see: (inside: Existing) => T) => T;
/** For the layers above: which block it is, the same in all handles to it. @throws {ClosedError} */
export const blockIdOf = (thing: SharedThing): number => blockBehind(thing).id;
/** For the layers above: its block. @throws {ClosedError} */
export const blockBehind = (thing: SharedThing): Block => blockOf(memoryOf(thing));
/** For the layers above: the lock in another block that goes with a thing. */
export let partnerOf: (thing: SharedThing) => SharedThing | undefined;
let memoryOf: (thing: SharedThing) => SharedMemory;
let whatOf: (thing: SharedThing) => string | undefined;

/** A shared thing other than plain memory and arrays: the base of their classes. */
export abstract class SharedThing implements Shared {
  readonly #memory: SharedMemory;
  readonly #partner: SharedThing | undefined;
  readonly #what: string | undefined;
  /** A handle that is closed with this one. */
  #owned: SharedThing | undefined;
  #words: Words | undefined;

  /**
   * @internal @param first the first argument of the class's constructor, which is an `Existing` where nothing is to be
   * made
   */
  protected constructor(first: unknown, options: NameOptions | undefined, recipe: () => Recipe) {
    const { memory, partner, what } = first instanceof Existing ? first : make(kindOf(this)!, recipe(), options);
    this.#memory = memory;
    this.#partner = partner;
    this.#what = what;
    this.#owned = first instanceof Existing ? partner : undefined;
    this.#words = wordsIn(blockOf(memory));
    if (isChannel(this)) hold(this, blockOf(memory).id, this.#words);
  }

  static {
    wordsOf = (thing) => thing.#words ?? closed(thing);
    insideOf = (thing, see) => {
      const lock = see(new Existing(aliasOf(thing.#memory), undefined, `the lock of ${label(thing)}`));
      thing.#owned = lock;
      return lock;
    };
    partnerOf = (thing) => thing.#partner;
    memoryOf = (thing) => thing.#memory;
    whatOf = (thing) => thing.#what;
    registerHandleKind<SharedThing>(
      "SharedThing",
      (value) => value instanceof SharedThing,
      (thing) => {
        wordsOf(thing); // throws if it is closed
        return {
          type: kindOf(thing),
          memory: toHandle(thing.#memory),
          partner: thing.#partner && toHandle(thing.#partner),
          ...(isCounted(thing) && { ticket: newTicket() }),
        };
      },
      ({ type, memory, partner, ticket }) => {
        const received = expectHandled(memory, SharedMemory, "memory");
        return open(received, () => {
          const found = readKind(received);
          const kind = type === "RLock" && hasLock(found) ? "RLock" : found;
          if (kind !== type) throw new TypeError(`Expected a handle to ${show(type)}, got one to a ${found}`);
          const other =
            partner === undefined ? undefined : expectLockOf(expectHandled(partner, SharedThing, "partner"));
          const thing = openThing(classOf(kind), received, other);
          if (isCounted(thing)) redeem(thing.#words!, ticket);
          return thing;
        });
      },
      {
        depart: (thing, { ticket }) => {
          if (ticket === undefined) return undefined;
          const words = thing.#words!;
          departs(words);
          const giveUp = () => redeem(words, ticket);
          return { sent() {}, cancelled: giveUp, lost: giveUp, givenOut: () => givesOut(words) };
        },
      },
    );
  }

  /** Its name; `undefined` if it has none. */
  get name(): string | undefined {
    return this.#memory.name;
  }
  /** Who sees the name. */
  get scope(): Scope {
    return this.#memory.scope;
  }
  /** Whether this handle made the thing: then disposing it also unlinks. */
  get owner(): boolean {
    return this.#memory.owner;
  }
  /** True after `close()`. */
  get closed(): boolean {
    return this.#words === undefined;
  }

  /** Gives up this handle; idempotent. Using it later throws ClosedError. Releases and unlinks nothing. */
  close(): void {
    if (this.#words && isChannel(this)) letGo(this, blockIdOf(this));
    this.#words = undefined;
    this.#memory.close();
    this.#owned?.close();
  }
  /** Frees the name at once; attached handles go on. @throws {NameNotFoundError} the second time */
  unlink(): void {
    this.#memory.unlink();
  }
  /** `close()`, and `unlink()` if owner. */
  [Symbol.dispose](): void {
    this.close();
    this.#memory[Symbol.dispose]();
  }
  /** Its class, and its name if it has one. */
  toString(): string {
    return label(this);
  }
}

// ── Classes and their kinds ────────────────────────────────────────────────────────────────────────────────────────

type ThingClass = new (source: Existing) => SharedThing;
const classes = new Map<
  Kind,
  { readonly Class: ThingClass; readonly byteLength: number; readonly isChannel: boolean }
>();
const kinds = new Map<object, Kind>();

/**
 * Teaches this module a class. @param byteLength its blocks have no fewer @param isChannel they have `holders.ts`'s
 * words
 */
export function registerThing(kind: Kind, Class: unknown, byteLength: number, isChannel = false): void {
  classes.set(kind, { Class: Class as ThingClass, byteLength, isChannel });
  kinds.set((Class as ThingClass).prototype, kind);
  Object.defineProperty(Class, "name", { value: kind }); // bundlers rename classes that name themselves
}

const isChannel = (thing: SharedThing): boolean => classes.get(kindOf(thing)!)!.isChannel;
/**
 * Whether handles on their way are counted. In system scope each has a name, by which any process may get it at any
 * time.
 */
const isCounted = (thing: SharedThing): boolean => isChannel(thing) && thing.scope === "process";
const classOf = (kind: Kind): ThingClass => classes.get(kind)!.Class;

/** Of a class of the user's, the kind of ours that it extends. */
function kindOf(thing: SharedThing): Kind | undefined {
  let p: object | null = thing;
  while (p !== null && !kinds.has(p)) p = Object.getPrototypeOf(p);
  return p === null ? undefined : kinds.get(p);
}

/** What an error calls the thing. */
export function label(thing: SharedThing): string {
  const kind = kindOf(thing)!;
  return whatOf(thing) ?? (thing.name === undefined ? `an unnamed ${kind}` : `${kind} ${show(thing.name)}`);
}

function closed(thing: SharedThing): never {
  const what = label(thing);
  throw new ClosedError(`Expected ${what} to be open, but this handle was closed`, { what });
}

function make(kind: Kind, recipe: Recipe, options: NameOptions | undefined): Existing {
  const { byteLength, fill, partner } = recipe;
  const place = expectPlace(expectKnown(options, ["name", "scope", ...(recipe.options ?? [])], `a ${kind}`));
  const { name, scope } = place;
  if (name !== undefined && partner && (partner.name === undefined || partner.scope !== scope)) {
    throw new TypeError(
      `Expected the lock of ${kind} ${show(name)} to have a name in ${scope} scope too, got ${label(partner)}, which not all who attach could find`,
    );
  }
  const id = partner ? blockOf(memoryOf(partner)).id : 0;
  const block = allocate(place, byteLength);
  try {
    writeHeader(block, kind, name !== undefined && partner ? { name: partner.name!, id } : undefined);
    fill?.(wordsIn(block));
  } catch (e) {
    discard(place, block);
    throw e;
  }
  return new Existing(publish(block, place), partner);
}

// ── What is there already ──────────────────────────────────────────────────────────────────────────────────────────

/** Runs `see`; if it throws, the handle is closed again. */
function open<T>(handle: Shared, see: () => T): T {
  try {
    return see();
  } catch (e) {
    handle.close();
    throw e;
  }
}

/** The thing in a block that says it is of that class. */
function openThing(Class: ThingClass, memory: SharedMemory, partner: SharedThing | undefined): SharedThing {
  const least = classes.get(kindOf(Class.prototype)!)!.byteLength;
  const see = () => {
    if (memory.size >= least) return new Class(new Existing(memory, partner));
    const message = `Expected ${nameOf(memory)} to have at least ${least} bytes, as a ${Class.name} has; got ${memory.size}`;
    throw new FormatError(message, { name: memory.name ?? "" });
  };
  return partner ? open(partner, see) : see();
}

/** The thing in a part of a handle, which may be hostile. */
function expectHandled<T extends Shared>(handle: unknown, Class: { readonly prototype: T }, what: string): T {
  const thing = typeof handle === "object" && handle !== null ? (fromHandle(handle as never) as Shared) : undefined;
  if (Object.prototype.isPrototypeOf.call(Class.prototype, thing as object)) return thing as T;
  thing?.close();
  throw new TypeError(`Expected \`${what}\` to be a handle of another class, got ${show(handle)}`);
}

function expectLockOf(partner: SharedThing): SharedThing {
  if (isLockKind(kindOf(partner)!)) return partner;
  partner.close();
  throw new TypeError(`Expected \`partner\` to be the handle of a Lock, got that of ${label(partner)}`);
}

/** A class with objects to be found by name; its subclasses' objects are found too. */
export type Findable<T extends SharedThing> = { readonly prototype: T };

function see<T extends SharedThing>(Class: Findable<T>, memory: SharedMemory): T {
  return open(memory, () => {
    const kind = readKind(memory);
    const wanted = kindOf(Class.prototype)!;
    const Found = (kind === wanted ? Class : classOf(kind)) as ThingClass;
    if (kind !== wanted && !Object.prototype.isPrototypeOf.call(Class.prototype, Found.prototype)) {
      throw new FormatError(`Expected ${show(memory.name)} to be a ${wanted}, got a ${kind}`, { name: memory.name! });
    }
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
