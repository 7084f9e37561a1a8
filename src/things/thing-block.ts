/**
 * The header of a block that holds a shared thing: what the thing is, and which lock in another block goes with it.
 * This file writes and reads it; the classes are in `shared-thing.ts`.
 */
import { FormatError, NameNotFoundError, UnsupportedError } from "../base/errors.js";
import { show, withArticle } from "../base/expect.js";
import { isNpy } from "../base/npy-signature.js";
import { type Block, isFile } from "../memory/blocks/driver.js";
import { isName } from "../memory/names/place.js";
import { blockOf, bytesOf, type SharedMemory } from "../memory/shared-memory.js";
import type { Words } from "../memory/words/atomics.js";
import { thisProcess } from "../system/identity.js";
import { HEADER_WORDS } from "./layout.js";

// The byte map is in README.md.
const MAGIC = 0;
const KIND = 1;
const PARTNER_NAME = 32;
const PARTNER_ID = 64;
const PID_NAMESPACE = 18;
const TIME_NAMESPACE = 19;
const MAGIC_VALUE = 0x646e6873;
/** The version of the layouts of all things. It changes when any of them does. */
const VERSION = 4;
/** The codes of the kinds, as they are stored in memory. A code must never be given to another kind. */
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
  Queue: 12,
  JoinableQueue: 13,
  Pipe: 14,
} as const;
/** A kind of thing: the name of its class. */
export type Kind = keyof typeof KINDS;
const kindNames = Object.keys(KINDS) as Kind[];

/** Whether a thing of the kind is a lock. */
export const isLockKind = (kind: Kind): boolean => kind === "Lock" || kind === "RLock";
/** Whether a thing of the kind goes with a lock: an RLock in its own block, unless it has a partner. */
export const hasLock = (kind: Kind): boolean => kind === "Condition" || kind === "Value" || kind === "SharedArray";

/** The words of a block. */
export const wordsIn = ({ buffer, start = 0, size }: Block): Words =>
  new Int32Array(buffer, start, Math.floor(size / 4));

/** A partner: the lock in another block that goes with a thing. */
interface Partner {
  readonly name: string;
  readonly id: number;
}

/** Writes the header of a new thing. */
export function writeHeader(block: Block, kind: Kind, partner: Partner | undefined): void {
  const words = wordsIn(block);
  words[MAGIC] = MAGIC_VALUE;
  words[KIND] = KINDS[kind] | (VERSION << 16);
  if (isFile(block)) {
    words[PID_NAMESPACE] = thisProcess().pidNamespace;
    words[TIME_NAMESPACE] = thisProcess().timeNamespace;
  }
  if (!partner) return;
  const bytes = new Uint8Array(block.buffer, PARTNER_NAME, 1 + partner.name.length);
  bytes[0] = partner.name.length;
  for (let i = 0; i < partner.name.length; i++) bytes[1 + i] = partner.name.charCodeAt(i); // names are ASCII
  new Float64Array(block.buffer, PARTNER_ID, 1)[0] = partner.id;
}

/** The code of the kind and of the version in a block; 0 if it holds no thing. */
function codeIn(memory: SharedMemory): number {
  const block = blockOf(memory);
  if (block.start) return 0; // a part of a slab holds elements of an array
  const words = wordsIn(block);
  return words.length >= HEADER_WORDS && words[MAGIC] === MAGIC_VALUE ? words[KIND]! : 0;
}

/** The kind of the thing in a block; `undefined` if it holds none, or one of another layout version. */
export function kindIn(memory: SharedMemory): Kind | undefined {
  const code = codeIn(memory);
  return kindNames.find((name) => code === (KINDS[name] | (VERSION << 16)));
}

/**
 * Reads what a block holds.
 *
 * @throws {FormatError} If it holds no thing of this package, or one of another layout version.
 * @throws {UnsupportedError} If it was made in another pid or time namespace.
 */
export function readKind(memory: SharedMemory): Kind {
  const kind = kindIn(memory);
  if (!kind) throw notA(memory, "lock, value, list or queue");
  if (isFile(blockOf(memory))) assertSameNamespaces(memory);
  return kind;
}

/** The error of a block that holds another kind than was wanted. It says which one, and how to attach to that. */
export function notA(memory: SharedMemory, wanted: string): FormatError {
  const message = `Expected ${nameOf(memory)} to be ${withArticle(wanted)}, got ${foundIn(memory)}`;
  return new FormatError(message, { key: memory.name ?? "" });
}

function foundIn(memory: SharedMemory): string {
  const kind = kindIn(memory);
  const code = codeIn(memory);
  if (!kind && code !== 0) return `kind ${code & 0xffff} of layout ${code >>> 16}, of another version of this package`;
  if (kind === "Pipe") return "a Pipe (send its ends to other threads: they are not found by name)";
  if (kind) return `${withArticle(kind)}${howToAttach(memory, kind)}`;
  return isNpy(bytesOf(memory))
    ? `an NDArray${howToAttach(memory, "NDArray")}`
    : `plain memory${howToAttach(memory, "SharedMemory")}`;
}

/** The kinds whose `attach` takes the type of the elements. */
const TYPED: readonly string[] = ["RawValue", "Value", "SharedArray"] satisfies Kind[];

function howToAttach({ name, scope }: SharedMemory, kind: string): string {
  if (name === undefined) return "";
  const type = TYPED.includes(kind) ? ", type" : "";
  return ` (${kind}.attach(${show(name)}${type}${scope === "system" ? ', { scope: "system" }' : ""}))`;
}

/**
 * A thread id means nothing in another pid namespace, nor a start time in another time namespace: no thread there could
 * distinguish a dead holder from a live one.
 */
function assertSameNamespaces(memory: SharedMemory): void {
  const words = wordsIn(blockOf(memory));
  const { pidNamespace, timeNamespace } = thisProcess();
  const isOfPids = words[PID_NAMESPACE] === (pidNamespace | 0);
  if (isOfPids && words[TIME_NAMESPACE] === (timeNamespace | 0)) return;
  const kind = isOfPids ? "time" : "pid";
  const feature = `locks, values and queues of another ${kind} namespace`;
  const cure = isOfPids ? "one time namespace for all" : "one pid namespace for all (docker run --pid)";
  throw new UnsupportedError(
    `Expected ${nameOf(memory)} to be made in this ${kind} namespace; ${feature} are not safe here`,
    { feature, instead: `arrays and plain memory, or ${cure}` },
  );
}

/** What errors call a block. */
export const nameOf = (memory: SharedMemory): string => (memory.name === undefined ? "the memory" : show(memory.name));

/**
 * The name of a thing's partner; `undefined` if it has none.
 *
 * @throws {FormatError} If no block can have that name.
 */
export function partnerName(memory: SharedMemory): string | undefined {
  const { buffer } = blockOf(memory);
  const length = Math.min(new Uint8Array(buffer, PARTNER_NAME, 1)[0]!, PARTNER_ID - PARTNER_NAME - 1);
  if (length === 0) return undefined;
  const name = String.fromCharCode(...new Uint8Array(buffer, PARTNER_NAME + 1, length));
  if (isName(name)) return name;
  const message = `Expected ${nameOf(memory)} to have the name of its lock, got ${show(name)}: the block is damaged`;
  throw new FormatError(message, { key: memory.name ?? "" });
}

/**
 * Checks that a partner found by name is the right one.
 *
 * @throws {NameNotFoundError} If another block has the partner's name now.
 */
export function assertPartner(memory: SharedMemory, partner: SharedMemory): void {
  if (new Float64Array(blockOf(memory).buffer, PARTNER_ID, 1)[0] === blockOf(partner).id) return;
  const name = partner.name!;
  throw new NameNotFoundError(
    `Expected the lock of ${nameOf(memory)} to be found as ${show(name)}, but another block has that name now`,
    { key: name, scope: memory.scope },
  );
}
