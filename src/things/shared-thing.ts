/**
 * What locks, values, lists and queues have in common. Each is stored in a block of its own, whose header says what it
 * is.
 * `SharedThing` is the base of their classes, and packs and unpacks their handles.
 */
import { ClosedError, FormatError } from "../base/errors.js";
import { expectKnown, show, withArticle } from "../base/expect.js";
import { refuseIndices, textOnly } from "../base/misuse.js";
import { keepNames } from "../base/names.js";
import type { Block } from "../memory/blocks/driver.js";
import { expectPlace } from "../memory/names/place.js";
import {
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
import { contentsGetter, defineContents, jsonOf } from "../wire/comparison.js";
import { fromHandle, registerHandleKind } from "../wire/registry.js";
import { departs, givesOut, hold, letGo, newTicket, redeem } from "./holders.js";
import { hasLock, isLockKind, type Kind, nameOf, readKind, wordsIn, writeHeader } from "./thing-block.js";

/** Passed as the first argument of a constructor to make a handle to a thing that exists, instead of a new thing. */
export class Existing {
  readonly memory: SharedMemory;
  /** A handle to the lock in another block that goes with the thing. The thing closes it with its own. */
  readonly partner: SharedThing | undefined;
  /** What errors call the thing, if that is not its class and name. */
  readonly what: string | undefined;
  constructor(memory: SharedMemory, partner?: SharedThing, what?: string) {
    this.memory = memory;
    this.partner = partner;
    this.what = what;
  }
}

/** How to make a thing's block. Nobody can find the block before it is complete. */
export interface Recipe {
  readonly byteLength: number;
  /** The options that the class takes besides `name` and `scope`. */
  readonly options?: readonly string[];
  /** Writes the words that are not zero. */
  readonly fill?: (words: Words) => void;
  /** The lock in another block that goes with the thing. */
  readonly partner?: SharedThing | undefined;
}

/**
 * For the layers above: the words of a thing.
 *
 * @throws {ClosedError} If its handle was closed.
 */
export let wordsOf: (thing: SharedThing) => Words;
/** For the layers above: makes a handle to the lock inside a thing's block. It is closed with the thing's handle. */
export let insideOf: <T extends SharedThing>(thing: SharedThing, see: (inside: Existing) => T) => T;
/**
 * For the layers above: the id of a thing's block, the same for all of its handles.
 *
 * @throws {ClosedError} If its handle was closed.
 */
export const blockIdOf = (thing: SharedThing): number => blockBehind(thing).id;
/**
 * For the layers above: a thing's block.
 *
 * @throws {ClosedError} If its handle was closed.
 */
export const blockBehind = (thing: SharedThing): Block => blockOf(memoryOf(thing));
/** For the layers above: the lock in another block that goes with a thing; `undefined` if there is none. */
export let partnerOf: (thing: SharedThing) => SharedThing | undefined;
/** For the layers above: the memory that a thing is stored in. */
export let memoryOf: (thing: SharedThing) => SharedMemory;
let whatOf: (thing: SharedThing) => string | undefined;

/** A shared thing other than plain memory and arrays. */
export abstract class SharedThing implements Shared {
  readonly #memory: SharedMemory;
  readonly #partner: SharedThing | undefined;
  readonly #what: string | undefined;
  /** A handle to a lock that is closed with this one. */
  #owned: SharedThing | undefined;
  #words: Words | undefined;

  /**
   * @internal
   * @param first The first argument of the class's constructor. If it is an `Existing`, nothing new is made.
   */
  protected constructor(first: unknown, options: NameOptions | undefined, recipe: () => Recipe) {
    const { memory, partner, what } = first instanceof Existing ? first : make(kindOf(this)!, recipe(), options);
    this.#memory = memory;
    this.#partner = partner;
    this.#what = what;
    this.#owned = first instanceof Existing ? partner : undefined;
    this.#words = wordsIn(blockOf(memory));
    if (isChannel(this)) hold(this, blockOf(memory).id, this.#words);
    defineContents(this, CONTENTS);
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
      (thing, handleOf) => {
        wordsOf(thing); // throws ClosedError if the handle was closed
        return {
          type: kindOf(thing),
          memory: handleOf(thing.#memory),
          partner: thing.#partner && handleOf(thing.#partner),
          ...(isCounted(thing) && { ticket: newTicket() }),
        };
      },
      ({ type, memory, partner, ticket }) => {
        const received = expectHandled(memory, SharedMemory, "memory");
        return open(received, () => {
          const found = readKind(received);
          const kind = type === "RLock" && hasLock(found) ? "RLock" : found;
          const Class = classOf(kind);
          if (kind !== type || !Class)
            throw new TypeError(`Expected a handle to ${show(type)}, got one to ${withArticle(found)}`);
          const other =
            partner === undefined ? undefined : expectLockOf(expectHandled(partner, SharedThing, "partner"));
          const thing = openThing(Class, received, other);
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
        canHaveScope: true,
      },
    );
  }

  /** The name; `undefined` if it has none. */
  get name(): string | undefined {
    return this.#memory.name;
  }
  /** Who can find the name. */
  get scope(): Scope {
    return this.#memory.scope;
  }
  /** Whether this handle created the thing. Disposing it then also unlinks. */
  get owner(): boolean {
    return this.#memory.owner;
  }
  /** Whether this handle was closed. */
  get closed(): boolean {
    return this.#words === undefined;
  }

  /** Closes this handle; idempotent. Using it later throws ClosedError. The name and what is held stay. */
  close(): void {
    if (this.#words && isChannel(this)) letGo(this, blockIdOf(this));
    this.#words = undefined;
    this.#memory.close();
    this.#owned?.close();
  }
  /**
   * Frees the name at once. Handles that are attached keep working.
   *
   * @throws {NameNotFoundError} If the thing has no name, or it was freed before.
   */
  unlink(): void {
    this.#memory.unlink();
  }
  /** Does `close()`, and `unlink()` if this handle is the owner. */
  [Symbol.dispose](): void {
    this.close();
    this.#memory[Symbol.dispose]();
  }
  /** The class, and the name if it has one. */
  toString(): string {
    return label(this);
  }
  /** What `console.log` prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  /** What `JSON.stringify` writes: the data, or for things that hold none, such as locks, the class and the name. */
  toJSON(): unknown {
    const data = dataOf(this);
    return data ? jsonOf(data.read(this as never)) : label(this);
  }
  /**
   * The text of `` `${thing}` ``.
   *
   * @throws {TypeError} If a thing that holds data is an operand of an operator, as in `counter + 1`.
   */
  [Symbol.toPrimitive](hint: string): string {
    const data = dataOf(this);
    return data ? textOnly(hint, this, label(this), `use ${data.access}`) : label(this);
  }
}

const dataOf = (thing: SharedThing) => classes.get(kindOf(thing)!)!.data;
/**
 * Things that hold data are equal if their types and their data are. Others are equal if they are handles to the
 * same thing.
 */
const CONTENTS = contentsGetter<SharedThing>((thing) => {
  const data = dataOf(thing);
  return data ? { type: data.typeOf?.(thing as never), data: data.read(thing as never) } : { block: blockIdOf(thing) };
});
const isOurs = (thing: object): boolean => kinds.has(Object.getPrototypeOf(thing));
refuseIndices(SharedThing, "a shared thing", "its methods or its data", isOurs);

// ── Classes and their kinds ────────────────────────────────────────────────────────────────────────────────────────

/** How the data of a thing are read: for comparisons and for JSON. */
interface DataOf<T> {
  /** A plain copy of the data. */
  readonly read: (thing: T) => unknown;
  /** The type of the data, as text, if it is not plain from the data. */
  readonly typeOf?: (thing: T) => string;
  /** What users write to get at them. */
  readonly access: string;
}

export type ThingClass = new (source: Existing) => SharedThing;
const classes = new Map<
  Kind,
  {
    readonly Class: ThingClass;
    readonly byteLength: number;
    readonly isChannel: boolean;
    readonly data: DataOf<never> | undefined;
  }
>();
const kinds = new Map<object, Kind>();

/**
 * Registers a class of things.
 *
 * @param byteLength The least bytes of a block that can hold such a thing.
 * @param isChannel Whether its blocks have the words of `holders.ts`.
 * @param data How the data are read, if such things hold any.
 */
export function registerThing(
  kind: Kind,
  Class: unknown,
  byteLength: number,
  isChannel = false,
  data?: DataOf<never>,
): void {
  classes.set(kind, { Class: Class as ThingClass, byteLength, isChannel, data });
  kinds.set((Class as ThingClass).prototype, kind);
  keepNames({ [kind]: Class });
}

const isChannel = (thing: SharedThing): boolean => classes.get(kindOf(thing)!)!.isChannel;
/**
 * Whether handles in transit are counted. In system scope they are not: each channel has a name there, and any process
 * may attach at any time.
 */
const isCounted = (thing: SharedThing): boolean => isChannel(thing) && thing.scope === "process";
/** The class of a kind; `undefined` for pipes, whose ends are of another kind than their block. */
export const classOf = (kind: Kind): ThingClass | undefined => classes.get(kind)?.Class;

/** The kind of a thing. If the user has extended a class of this package, the kind of that class. */
export function kindOf(thing: SharedThing): Kind | undefined {
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
  const place = expectPlace(expectKnown(options, ["name", "scope", ...(recipe.options ?? [])], kind));
  const { name, scope } = place;
  if (name !== undefined && partner && (partner.name === undefined || partner.scope !== scope)) {
    throw new TypeError(
      `Expected the lock of ${kind} ${show(name)} to have a name in ${scope} scope too, ` +
        `got ${label(partner)}, which not all who attach could find`,
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

// ── Things that exist ──────────────────────────────────────────────────────────────────────────────────────────────

/** Runs `see` and closes the handle if that throws. */
export function open<T>(handle: Shared, see: () => T): T {
  try {
    return see();
  } catch (e) {
    handle.close();
    throw e;
  }
}

/** Makes the handle to a thing of that class, whose block was found to hold one. */
export function openThing(Class: ThingClass, memory: SharedMemory, partner: SharedThing | undefined): SharedThing {
  const least = classes.get(kindOf(Class.prototype)!)!.byteLength;
  const see = () => {
    if (memory.size >= least) return new Class(new Existing(memory, partner));
    const message =
      `Expected ${nameOf(memory)} to have at least ${least} bytes, as ${withArticle(Class.name)} has; ` +
      `got ${memory.size}`;
    throw new FormatError(message, { key: memory.name ?? "" });
  };
  return partner ? open(partner, see) : see();
}

/** Makes the thing that a part of a handle stands for. The handle may be hostile. */
function expectHandled<T extends Shared>(handle: unknown, Class: { readonly prototype: T }, what: string): T {
  const thing = typeof handle === "object" && handle !== null ? (fromHandle(handle as never) as Shared) : undefined;
  if (Object.prototype.isPrototypeOf.call(Class.prototype, thing as object)) return thing as T;
  if (typeof thing?.close === "function") thing.close(); // an error is not to be closed
  throw new TypeError(`Expected \`${what}\` to be a handle of another class, got ${show(handle)}`);
}

function expectLockOf(partner: SharedThing): SharedThing {
  if (isLockKind(kindOf(partner)!)) return partner;
  partner.close();
  throw new TypeError(`Expected \`partner\` to be the handle of a Lock, got that of ${label(partner)}`);
}
