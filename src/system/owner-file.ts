/**
 * Who has made which block: a file per process, beside the blocks. It is written before a block gets its name, so that whatever
 * becomes of the process, others can tell what it left. Written by one thread (the keeper), read by all.
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

/** A block as its owner has noted it. */
export interface OwnedBlock extends FileId {
  readonly name: string;
  readonly dev: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Bytes. */
  readonly size: number;
  /** Of the array in it. */
  readonly dtype?: DType | undefined;
  readonly shape?: readonly number[] | undefined;
}

const OWNER = `${RESERVED}owner.`;
/** A file being written; nobody reads it. */
const NOTES = `${RESERVED}notes.`;

// The first line is an `Identity`; each of the others an `OwnedBlock`, or `{ gone }` with the `ino` of one.
const line = (value: object) => `${JSON.stringify(value)}\n`;

/** This process's own file, for as long as it owns a block. */
export class OwnerFile {
  readonly #path: string;
  readonly #draft: string;
  readonly #blocks = new Map<number, OwnedBlock>();
  #lines = 0;
  #length = 0;

  /** @param tree there may be several keepers in one process, each with a file of its own */
  constructor(tree: string) {
    this.#path = pathOf(`${OWNER}${ownTag()}.${tree}`);
    this.#draft = pathOf(`${NOTES}${ownTag()}.${tree}`);
  }

  get size(): number {
    return this.#blocks.size;
  }

  /** @throws {NoSpaceError} then it is not noted */
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

  /** False if it is none of its. */
  remove(ino: number): boolean {
    if (!this.#blocks.delete(ino)) return false;
    try {
      if (this.#blocks.size === 0) remove(this.#path);
      else if (this.#lines > 64 + 2 * this.#blocks.size) this.#rewrite();
      else this.#append({ gone: ino });
    } catch (e) {
      if (errorCode(e) !== "ENOSPC") throw e; // a note of what is gone harms nobody
    }
    return true;
  }

  /** Forgets blocks that others have unlinked. @param isNamed what is being made has no name yet */
  forgetGone(isNamed: (ino: number) => boolean): void {
    for (const block of this.#blocks.values()) {
      if (isNamed(block.ino) && !isStill(block.name, block)) this.remove(block.ino);
    }
  }

  #append(value: object): void {
    const text = line(value);
    try {
      // (Without O_CREAT: had somebody removed it, a line alone would tell nothing.)
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

  /** All at once: whoever reads meanwhile sees the old one or the new one. */
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

/** What one process owns, as it says. */
interface Owner {
  /** As the file's name tells it. */
  readonly tag: string;
  readonly identity: Identity;
  readonly blocks: readonly OwnedBlock[];
}

/** All owners that this user's files tell of. */
const readOwners = (): readonly Owner[] =>
  listDirectory()
    .filter((file) => file.startsWith(OWNER) && isOwn(file))
    .flatMap((file) => readOwner(file) ?? []);

/** `undefined` of a file that is gone, or says nothing that can be read. */
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

/** A block, and whose it is or was. */
export interface Found {
  readonly block: OwnedBlock;
  readonly identity: Identity;
}

/** The blocks of all owners that are still there. */
export const ownedBlocks = (): readonly Found[] =>
  readOwners().flatMap(({ identity, blocks }) =>
    blocks.filter((block) => isStill(block.name, block)).map((block) => ({ block, identity })),
  );

/** Unlinks all that this process owns: it is about to end. */
export function sweepOwn(): void {
  for (const { tag, blocks } of readOwners()) {
    if (tag === ownTag()) for (const block of blocks) unlinkBlock(block.name, block);
  }
  removeFilesOf(ownTag());
}

/** Unlinks what dead owners left, and never a live one's. Two may do it at once: each block is told by the one that unlinked it. */
export function sweepDead(): Found[] {
  // Who is dead is asked once: an owner that dies meanwhile is the next sweep's, blocks and notes together.
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

/** Names have no room for the boot. */
function isDeadTag(tag: string): boolean {
  const [pid, startTime, pidNamespace] = tag.split(".").map(Number) as [number, number, number];
  return isProcessAlive({ pid, startTime, pidNamespace, bootId: thisProcess().bootId }) === false;
}
