/**
 * Owner files, which say who has made which block: one file per process, next to the blocks. A block is noted before it
 * gets its name, so that others can find what a process has left, no matter how it ended. One thread (the keeper)
 * writes the file, and all read it.
 */
import { type DType, dtypes } from "../base/dtype.js";
import {
  closeSync,
  fileFlags,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "../platform/runtime.js";
import {
  errorCode,
  type FileId,
  isOwn,
  isStill,
  listDirectory,
  noSpace,
  ownTag,
  pathOf,
  RESERVED,
  remove,
  removeFilesOf,
  tagIn,
  unlinkBlock,
} from "./files.js";
import { type Identity, isProcessAlive, thisProcess } from "./identity.js";

/** A block, as its owner has noted it. */
export interface OwnedBlock extends FileId {
  readonly name: string;
  readonly dev: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Bytes. */
  readonly size: number;
  /** The dtype of the array in the block, if there is one. */
  readonly dtype?: DType | undefined;
  readonly shape?: readonly number[] | undefined;
}

const OWNER = `${RESERVED}owner.`;
/** The prefix of an owner file that is being written. Nobody reads it. */
const NOTES = `${RESERVED}notes.`;

// The first line is an `Identity`. Every other line is an `OwnedBlock`, or `{ gone }` with the `ino` of one.
const line = (value: object) => `${JSON.stringify(value)}\n`;

/** This process's own file. It exists as long as the process owns a block. */
export class OwnerFile {
  readonly #path: string;
  readonly #draft: string;
  readonly #blocks = new Map<number, OwnedBlock>();
  #lines = 0;
  #length = 0;

  /** @param tree names the keeper: one process may have several, each with a file of its own */
  constructor(tree: string) {
    this.#path = pathOf(`${OWNER}${ownTag()}.${tree}`);
    this.#draft = pathOf(`${NOTES}${ownTag()}.${tree}`);
  }

  get size(): number {
    return this.#blocks.size;
  }

  /**
   * Notes a block.
   *
   * @throws {NoSpaceError} If there is no space for the note. Then the block is not noted.
   */
  add(block: OwnedBlock): void {
    this.#blocks.set(block.ino, block);
    try {
      if (this.#blocks.size === 1) this.#rewrite();
      else this.#append(block);
    } catch (e) {
      this.#blocks.delete(block.ino);
      throw errorCode(e) === "ENOSPC" ? noSpace("a note of the block", line(block).length, e) : e;
    }
  }

  /** Removes the note of a block. Returns false if there is none. */
  remove(ino: number): boolean {
    if (!this.#blocks.delete(ino)) return false;
    try {
      if (this.#blocks.size === 0) remove(this.#path);
      else if (this.#lines > 64 + 2 * this.#blocks.size) this.#rewrite();
      else this.#append({ gone: ino });
    } catch (e) {
      if (errorCode(e) !== "ENOSPC") throw e; // a note of a block that is gone does no harm
    }
    return true;
  }

  /**
   * Forgets blocks that others have unlinked.
   *
   * @param isNamed whether a block has had its name yet; one that is still being made has not
   */
  forgetGone(isNamed: (ino: number) => boolean): void {
    for (const block of this.#blocks.values()) {
      if (isNamed(block.ino) && !isStill(block.name, block)) this.remove(block.ino);
    }
  }

  #append(value: object): void {
    const text = line(value);
    try {
      // Without O_CREAT: if somebody has removed the file, a line without the first one would be useless.
      const fd = openSync(this.#path, fileFlags.O_WRONLY | fileFlags.O_APPEND);
      try {
        writeSync(fd, text);
      } finally {
        closeSync(fd);
      }
    } catch (e) {
      if (errorCode(e) !== "ENOENT") {
        truncateSync(this.#path, this.#length); // half a line would spoil the next one
        throw e;
      }
      this.#rewrite();
      return;
    }
    this.#lines++;
    this.#length += text.length;
  }

  /** Replaces the whole file at once, so that a reader sees either the old one or the new one. */
  #rewrite(): void {
    const text = [thisProcess(), ...this.#blocks.values()].map(line).join("");
    try {
      writeFileSync(this.#draft, text, { mode: 0o600 });
    } catch (e) {
      remove(this.#draft);
      throw e;
    }
    renameSync(this.#draft, this.#path);
    this.#lines = 1 + this.#blocks.size;
    this.#length = text.length;
  }
}

// ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What one process owns, according to its file. */
interface Owner {
  /** The owner in the file's name. */
  readonly tag: string;
  readonly identity: Identity;
  readonly blocks: readonly OwnedBlock[];
}

/** All owners that have left files of this user. */
const readOwners = (): readonly Owner[] =>
  listDirectory()
    .filter((file) => file.startsWith(OWNER) && isOwn(file))
    .flatMap((file) => readOwner(file) ?? []);

/** Reads an owner file; `undefined` if it is gone, or cannot be understood. */
function readOwner(file: string): Owner | undefined {
  let text: string;
  try {
    text = readFileSync(pathOf(file), "utf8");
  } catch (e) {
    if (errorCode(e) === "ENOENT") return undefined;
    throw e;
  }
  // If the last line has no end, the process died while writing it, and its block had no name yet.
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
  return { tag: tagIn(file) ?? "", identity: first, blocks: [...blocks.values()] };
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

/** Whether a text can be the name of a file, and does not lead to another directory. */
export const isFileName = (name: unknown): name is string =>
  typeof name === "string" &&
  name !== "" &&
  name !== "." &&
  name !== ".." &&
  name.isWellFormed() &&
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  !/[/\u0000-\u001f\u007f]/.test(name) &&
  Buffer.byteLength(name) <= 255;

// ── Clearing up ────────────────────────────────────────────────────────────────────────────────────────────────────

/** A block, and the process that owns or owned it. */
export interface Found {
  readonly block: OwnedBlock;
  readonly identity: Identity;
}

/** The blocks of all owners, as far as they still exist. */
export const ownedBlocks = (): readonly Found[] =>
  readOwners().flatMap(({ identity, blocks }) =>
    blocks.filter((block) => isStill(block.name, block)).map((block) => ({ block, identity })),
  );

/** Unlinks everything that this process owns, because it is about to end. */
export function sweepOwn(): void {
  for (const { tag, blocks } of readOwners()) {
    if (tag === ownTag()) for (const block of blocks) unlinkBlock(block.name, block);
  }
  removeFilesOf(ownTag());
}

/**
 * Unlinks what dead owners have left, and nothing of an owner that is alive. Several processes may do it at once; each
 * block is returned to the one that has unlinked it.
 */
export function sweepDead(): Found[] {
  // Asked once for each owner: if one dies meanwhile, the next sweep removes its blocks and its notes together.
  const tags = new Set(listDirectory().flatMap((name) => tagIn(name) ?? []));
  const dead = new Set([...tags].filter(isDeadTag));
  const swept: Found[] = [];
  for (const { tag, identity, blocks } of readOwners()) {
    if (!dead.has(tag) && !isOfAnotherBoot(identity)) continue;
    dead.add(tag);
    for (const block of blocks) if (unlinkBlock(block.name, block)) swept.push({ block, identity });
  }
  for (const tag of dead) removeFilesOf(tag);
  return swept;
}

const isOfAnotherBoot = ({ bootId }: Identity) => bootId !== thisProcess().bootId;

/** A file's name does not say which boot its owner belongs to. The current one is assumed. */
function isDeadTag(tag: string): boolean {
  const [pid, startTime, pidNamespace] = tag.split(".").map(Number) as [number, number, number];
  return isProcessAlive({ pid, startTime, pidNamespace, bootId: thisProcess().bootId }) === false;
}
