/**
 * What locks, values and lists have in common: each is a few words and bytes in a block of its own, which says by its
 * first words what it is. Their classes stand on this one; their handles are packed and unpacked here.
 */
import { ClosedError, FormatError } from "../errors.js";
import { show } from "../expect.js";
import { fromHandle, registerHandleKind, toHandle } from "../handle.js";
import type { Words } from "./atomics.js";
import { allocate } from "./heap-driver.js";
import {
  type AttachOptions,
  blockOf,
  expectNameOptions,
  type NameOptions,
  publish,
  type Scope,
  type Shared,
  SharedMemory,
} from "./shared-memory.js";
import type { SyncWaitOptions, WaitOptions } from "./wait.js";

// The first 64 bytes of such a block:
const MAGIC = 0; // "shnd", so that no array and no plain memory is taken for a lock
const KIND = 1; // which class it is, and the version of its layout
//       words 2–7: the lock word and what belongs to it, see sync/mutex.ts
const PARTNER = 32; // in bytes: length and name of a lock in another block that goes with this one
/** Where a kind's own words begin. */
export const HEADER_WORDS = 16;
export const HEADER_BYTES = 4 * HEADER_WORDS;

const MAGIC_VALUE = 0x646e6873;
const VERSION = 1;
/** Codes of the kinds, as they lie in memory: never to be given to another one. */
const KINDS = {
  Lock: 1,
  RLock: 2,
  Semaphore: 3,
  BoundedSemaphore: 4,
  Condition: 5,
  SharedEvent: 6,
  Barrier: 7,
  RawValue: 8,
  Value: 9,
  SharedArray: 10,
  ShareableList: 11,
} as const;
type Kind = keyof typeof KINDS;
/** In the blocks of these there is an RLock too. */
const WITH_LOCK: readonly Kind[] = ["Condition", "Value", "SharedArray"];

/** In place of a constructor's first argument: what is there already is to be seen, not a new one made. */
export class Existing {
  readonly memory: SharedMemory;
  readonly partner: SharedThing | undefined;
  constructor(memory: SharedMemory, partner?: SharedThing) {
    this.memory = memory;
    this.partner = partner;
  }
}

/** A block to be: nobody can find it before it is complete. */
export interface Recipe {
  readonly byteLength: number;
  /** Writes what is not zero. */
  readonly fill?: (words: Words) => void;
  /** A lock in another block that goes with this one. */
  readonly partner?: SharedThing | undefined;
}

/** For the layers above: the words of a thing. @throws {ClosedError} */
export let wordsOf: (thing: SharedThing) => Words;
/** For the layers above: the block of a thing, as a handle of its own. @throws {ClosedError} */
export let sameBlock: (thing: SharedThing) => SharedMemory;

/** A shared thing other than plain memory and arrays: the base of their classes. */
export abstract class SharedThing implements Shared {
  readonly #memory: SharedMemory;
  readonly #partner: SharedThing | undefined;
  #words: Words | undefined;

  /** @param first the first argument of the class's constructor, which is an `Existing` where nothing is to be made */
  protected constructor(first: unknown, options: NameOptions | undefined, recipe: () => Recipe) {
    const { memory, partner } = first instanceof Existing ? first : make(kindOf(this)!, recipe(), options);
    this.#memory = memory;
    this.#partner = partner;
    this.#words = viewOf(memory);
  }

  static {
    wordsOf = (thing) => thing.#words ?? closed(thing);
    sameBlock = (thing) => publish(blockOf(thing.#memory), {});
    registerHandleKind<SharedThing>(
      "SharedThing",
      (value) => value instanceof SharedThing,
      (thing) => ({
        type: kindOf(thing),
        memory: toHandle(thing.#memory),
        partner: thing.#partner && toHandle(thing.#partner),
      }),
      ({ type, memory, partner }) => {
        const received = expectHandled(memory, SharedMemory, "memory");
        return open(received, () => {
          const found = readKind(received);
          const kind = type === "RLock" && WITH_LOCK.includes(found) ? "RLock" : found;
          if (kind !== type) throw new TypeError(`Expected a handle to ${show(type)}, got one to a ${found}`);
          const other = partner === undefined ? undefined : expectHandled(partner, SharedThing, "partner");
          return new (classOf(kind))(new Existing(received, other));
        });
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
    this.#words = undefined;
    this.#memory.close();
  }
  /** Frees the name at once; attached handles go on. @throws {NameNotFoundError} the second time */
  unlink(): void {
    this.#memory.unlink();
  }
  /** `close()`, and `unlink()` if owner. */
  [Symbol.dispose](): void {
    this.#words = undefined;
    this.#memory[Symbol.dispose]();
  }
  /** Its class, and its name if it has one. */
  toString(): string {
    return label(this);
  }
}

// ── Classes and their kinds ────────────────────────────────────────────────────────────────────────────────────────

type ThingClass = new (source: Existing) => SharedThing;
const classes = new Map<Kind, { readonly Class: ThingClass; readonly byteLength: number }>();
const kinds = new Map<object, Kind>();

/** Teaches this module a class. @param byteLength its blocks have no fewer */
export function registerThing(kind: Kind, Class: unknown, byteLength: number): void {
  classes.set(kind, { Class: Class as ThingClass, byteLength });
  kinds.set((Class as ThingClass).prototype, kind);
}

const classOf = (kind: Kind): ThingClass => classes.get(kind)!.Class;

function kindOf(thing: SharedThing): Kind | undefined {
  let p: object | null = thing;
  while (p !== null && !kinds.has(p)) p = Object.getPrototypeOf(p);
  return p === null ? undefined : kinds.get(p);
}

/** What an error calls the thing. */
export const label = (thing: SharedThing): string =>
  thing.name === undefined ? `an unnamed ${kindOf(thing)}` : `${kindOf(thing)} ${show(thing.name)}`;

function closed(thing: SharedThing): never {
  const what = label(thing);
  throw new ClosedError(`Expected ${what} to be open, but this handle was closed`, { what });
}

// ── Blocks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function viewOf(memory: SharedMemory): Words {
  const { buffer, size } = blockOf(memory);
  return new Int32Array(buffer, 0, size >> 2);
}

function make(kind: Kind, { byteLength, fill, partner }: Recipe, options: NameOptions | undefined): Existing {
  const name = expectNameOptions(options);
  if (name !== undefined && partner && partner.name === undefined) {
    throw new TypeError(
      `Expected the lock of ${kind} ${show(name)} to have a name too, got ${label(partner)}, which nobody who attaches could find`,
    );
  }
  const block = allocate(byteLength);
  const words: Words = new Int32Array(block.buffer, 0, block.size >> 2);
  words[MAGIC] = MAGIC_VALUE;
  words[KIND] = KINDS[kind] | (VERSION << 16);
  const partnerName = partner?.name ?? "";
  const bytes = new Uint8Array(block.buffer, PARTNER, 1 + partnerName.length);
  bytes[0] = partnerName.length;
  for (let i = 0; i < partnerName.length; i++) bytes[1 + i] = partnerName.charCodeAt(i); // names are ASCII
  fill?.(words);
  return new Existing(publish(block, { name }), partner);
}

/** What the block holds. @throws {FormatError} if nothing of this package's kinds, or of another version */
function readKind(memory: SharedMemory): Kind {
  const words = viewOf(memory);
  const code = words.length > KIND && words[MAGIC] === MAGIC_VALUE ? words[KIND]! : 0;
  for (const [kind, { byteLength }] of classes) {
    if (code === (KINDS[kind] | (VERSION << 16)) && memory.size >= byteLength) return kind;
  }
  const what = memory.name === undefined ? "the memory" : show(memory.name);
  const found = code === 0 ? "an array or plain memory" : `kind ${code & 0xffff} of layout ${code >>> 16}`;
  throw new FormatError(`Expected ${what} to hold a lock, value or list of this version, got ${found}`, {
    name: memory.name ?? "",
  });
}

/** The partner's name, of an attached block. */
function partnerOf(memory: SharedMemory): string {
  const { buffer } = blockOf(memory);
  const length = Math.min(new Uint8Array(buffer, PARTNER, 1)[0]!, HEADER_BYTES - PARTNER - 1);
  return String.fromCharCode(...new Uint8Array(buffer, PARTNER + 1, length));
}

/** Runs `see`; if it throws, the memory is closed again. */
function open<T>(memory: SharedMemory, see: () => T): T {
  try {
    return see();
  } catch (e) {
    memory.close();
    throw e;
  }
}

/** The thing in a part of a handle, which may be hostile. */
function expectHandled<T extends object>(
  handle: unknown,
  Class: { readonly prototype: T; readonly name: string },
  what: string,
): T {
  const thing = typeof handle === "object" && handle !== null ? fromHandle(handle as never) : undefined;
  if (Object.prototype.isPrototypeOf.call(Class.prototype, thing as object)) return thing as T;
  throw new TypeError(`Expected \`${what}\` to be the handle of a ${Class.name}, got ${show(handle)}`);
}

// ── By name ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A class with objects to be found by name; its subclasses' objects are found too. */
export type Findable<T extends SharedThing> = { readonly prototype: T };

function see<T extends SharedThing>(Class: Findable<T>, memory: SharedMemory): T {
  return open(memory, () => {
    const kind = readKind(memory);
    const wanted = kindOf(Class.prototype); // of a class of the user's, the kind of ours that it extends
    const Found = (kind === wanted ? Class : classOf(kind)) as ThingClass;
    if (kind !== wanted && !Object.prototype.isPrototypeOf.call(Class.prototype, Found.prototype)) {
      throw new FormatError(`Expected ${show(memory.name)} to be a ${wanted}, got a ${kind}`, { name: memory.name! });
    }
    const partner = partnerOf(memory);
    const other = partner === "" ? undefined : attachThing(SharedThing as Findable<SharedThing>, partner);
    return new Found(new Existing(memory, other)) as T;
  });
}

/** The thing of that name. @throws {NameNotFoundError} {FormatError} if the name has something else */
export function attachThing<T extends SharedThing>(Class: Findable<T>, name: string, options?: AttachOptions): T {
  return see(Class, SharedMemory.attach(name, options));
}
/** As soon as there is one. @throws {TimeoutError} {AbortedError} {FormatError} */
export async function waitForThing<T extends SharedThing>(
  Class: Findable<T>,
  name: string,
  options?: AttachOptions & WaitOptions,
): Promise<T> {
  return see(Class, await SharedMemory.waitFor(name, options));
}
/** As `waitForThing`, blocking. */
export function waitForThingSync<T extends SharedThing>(
  Class: Findable<T>,
  name: string,
  options?: AttachOptions & SyncWaitOptions,
): T {
  return see(Class, SharedMemory.waitForSync(name, options));
}

/** A thing that is found by its name alone. */
export abstract class FoundByName extends SharedThing {
  /** The one of that name. @throws {NameNotFoundError} at once @throws {FormatError} if the name has something else */
  static attach<T extends SharedThing>(this: Findable<T>, name: string, options?: AttachOptions): T {
    return attachThing(this, name, options);
  }
  /** The one of that name, as soon as there is one. @throws {TimeoutError} {AbortedError} {FormatError} */
  static waitFor<T extends SharedThing>(
    this: Findable<T>,
    name: string,
    options?: AttachOptions & WaitOptions,
  ): Promise<T> {
    return waitForThing(this, name, options);
  }
  /** As `waitFor`, blocking. @throws {TimeoutError} {FormatError} */
  static waitForSync<T extends SharedThing>(
    this: Findable<T>,
    name: string,
    options?: AttachOptions & SyncWaitOptions,
  ): T {
    return waitForThingSync(this, name, options);
  }
}
