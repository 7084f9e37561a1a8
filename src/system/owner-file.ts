/**
 * Who has made which block: one file per process, beside the blocks. It is written before a block gets its name, so that
 * whatever becomes of the process, others can tell what it left. Written by one thread (the keeper), read by all.
 */
import { type DType, dtypes } from "../dtype.js";
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "../platform.js";
import {
  draftTags,
  errorCode,
  type FileId,
  isOwn,
  isStill,
  listDirectory,
  ownerTag,
  pathOf,
  RESERVED,
  remove,
  removeDrafts,
  unlinkBlock,
} from "./files.js";
import { type Identity, isProcessAlive, thisProcess } from "./identity.js";

/** A block as its owner has noted it. */
export interface OwnedBlock extends FileId {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Bytes. */
  readonly size: number;
  /** Of the array in it. */
  readonly dtype?: DType | undefined;
  readonly shape?: readonly number[] | undefined;
}

const OWNER = `${RESERVED}owner.`;
const MODE = { mode: 0o600 };
const pathOfOwner = (tag: string) => pathOf(OWNER + tag);

// The first line is an `Identity`; each of the others an `OwnedBlock`, or `{ gone }` with the `ino` of one.
const line = (value: object) => `${JSON.stringify(value)}\n`;

/** This process's own file, for as long as it owns a block. */
export class OwnerFile {
  readonly #path = pathOfOwner(ownerTag());
  readonly #blocks = new Map<number, OwnedBlock>();
  #lines = 0;

  get size(): number {
    return this.#blocks.size;
  }

  add(block: OwnedBlock): void {
    this.#blocks.set(block.ino, block);
    if (this.#blocks.size === 1) this.#rewrite();
    else this.#append(block);
  }

  /** False if it is none of its. */
  remove(ino: number): boolean {
    if (!this.#blocks.delete(ino)) return false;
    if (this.#blocks.size === 0) remove(this.#path);
    else if (this.#lines > 64 + 2 * this.#blocks.size) this.#rewrite();
    else this.#append({ gone: ino });
    return true;
  }

  #append(value: object): void {
    appendFileSync(this.#path, line(value), MODE);
    this.#lines++;
  }

  /** All at once: whoever reads meanwhile sees the old one or the new one. */
  #rewrite(): void {
    const draft = `${this.#path}.new`;
    writeFileSync(draft, [thisProcess(), ...this.#blocks.values()].map(line).join(""), MODE);
    renameSync(draft, this.#path);
    this.#lines = 1 + this.#blocks.size;
  }
}

/** What one process owns, as it says. */
export interface Owner {
  readonly identity: Identity;
  readonly blocks: readonly OwnedBlock[];
}

/** All owners that this user's files tell of, and the names of those files. */
export function readOwners(): readonly (Owner & { readonly file: string })[] {
  return listDirectory()
    .filter((file) => file.startsWith(OWNER) && isOwn(file))
    .flatMap((file) => {
      const owner = readOwner(file);
      return owner ? [{ ...owner, file }] : [];
    });
}

/** `undefined` of a file that is gone, or damaged. */
function readOwner(file: string): Owner | undefined {
  let text: string;
  try {
    text = readFileSync(pathOf(file), "utf8");
  } catch (e) {
    if (errorCode(e) === "ENOENT") return undefined;
    throw e;
  }
  // (A last line without its end was being written when the process died: that block had no name yet.)
  const [first, ...others] = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1)
    .map(parse);
  if (!isIdentity(first)) return undefined;
  const blocks = new Map<number, OwnedBlock>();
  for (const entry of others) {
    if (isOwnedBlock(entry)) blocks.set(entry.ino, entry);
    else if (entry) blocks.delete((entry as { gone: number }).gone);
  }
  return { identity: first, blocks: [...blocks.values()] };
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const areNumbers = (...values: unknown[]) => values.every((value) => Number.isSafeInteger(value));

function isIdentity(value: object | undefined): value is Identity {
  const { pid, startTime, bootId, pidNamespace } = (value ?? {}) as Partial<Identity>;
  return areNumbers(pid, startTime, pidNamespace) && typeof bootId === "string";
}

function isOwnedBlock(value: object | undefined): value is OwnedBlock {
  const { name, dev, ino, size, createdAt, dtype, shape } = (value ?? {}) as Partial<OwnedBlock>;
  const isArray = dtype !== undefined && Object.hasOwn(dtypes, dtype) && Array.isArray(shape) && areNumbers(...shape);
  return isFileName(name) && areNumbers(dev, ino, size, createdAt) && (isArray || dtype === undefined);
}

/** Any name that a file in a directory may have: it leads to no other directory. */
export const isFileName = (name: unknown): name is string =>
  typeof name === "string" &&
  name !== "" &&
  name !== "." &&
  name !== ".." &&
  name.isWellFormed() &&
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  !/[/\u0000-\u001f\u007f]/.test(name) &&
  Buffer.byteLength(name) <= 255;

// ── Clearing up ────────────────────────────────────────────────────────────────────────────────────────────────────

/** A block that was removed, and whose it was. */
export interface Swept {
  readonly block: OwnedBlock;
  readonly identity: Identity;
}

/** Unlinks all that this process owns: it is about to end. */
export function sweepOwn(): void {
  const tag = ownerTag();
  const owner = readOwner(OWNER + tag);
  for (const block of owner?.blocks ?? []) unlinkBlock(block.name, block);
  removeDrafts(tag);
  remove(pathOfOwner(tag));
  remove(`${pathOfOwner(tag)}.new`);
}

/** Unlinks what dead owners left, and never a live one's. Two may do it at once: each block is told by the one that unlinked it. */
export function sweepDead(): Swept[] {
  const swept: Swept[] = [];
  for (const { identity, blocks, file } of readOwners()) {
    if (isProcessAlive(identity) !== false) continue;
    for (const block of blocks) if (unlinkBlock(block.name, block)) swept.push({ block, identity });
    remove(pathOf(file));
  }
  for (const tag of draftTags()) if (isDeadTag(tag)) removeDrafts(tag);
  return swept;
}

/** Drafts have no room for the boot: they are as old as the directory, which no restart of the machine outlives. */
function isDeadTag(tag: string): boolean {
  const [pid, startTime, pidNamespace] = tag.split(".").map(Number);
  const identity = { pid, startTime, pidNamespace, bootId: thisProcess().bootId };
  return isIdentity(identity) && isProcessAlive(identity) === false;
}

/** The blocks of all owners that are still there. */
export const ownedBlocks = (): readonly Swept[] =>
  readOwners().flatMap(({ identity, blocks }) =>
    blocks.filter((block) => isStill(block.name, block)).map((block) => ({ block, identity })),
  );
