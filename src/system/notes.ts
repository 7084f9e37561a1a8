/**
 * Notes: the lines of an owner file, and what they must be before anything is done with them. Their text may be damaged
 * or forged. The first line is an `Identity`. Every other line is an `OwnedBlock`, which may be gone.
 */
import { type DType, dtypes, MAX_RANK } from "../base/dtype.js";
import type { FileId } from "./files.js";
import type { Identity } from "./identity.js";
import { RESERVED } from "./own-files.js";

/** The prefix of owner files. */
export const OWNER = `${RESERVED}owner.`;

/** A block, as its owner has noted it. */
export interface OwnedBlock extends FileId {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Bytes. */
  readonly size: number;
  /** The dtype of the array in the block, if there is one. */
  readonly dtype?: DType | undefined;
  readonly shape?: readonly number[] | undefined;
  /** The key of the request that made it. */
  readonly key?: string | undefined;
}

/** What one process owns, according to its notes. */
interface Notes {
  readonly identity: Identity;
  readonly blocks: readonly OwnedBlock[];
}

/** Reads notes; `undefined` if they do not say whose they are. */
export function parseNotes(text: string): Notes | undefined {
  // If the last line has no end, the process died while writing it, and its block had no name yet.
  const [first, ...others] = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1)
    .map(parse);
  if (!isIdentity(first)) return undefined;
  const blocks = new Map<number, OwnedBlock>();
  for (const entry of others) if (isOwnedBlock(entry)) blocks.set(entry.ino, entry);
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

/** Whether all are whole numbers from 0 on: pids, inodes, sizes, lengths. */
const areCounts = (...values: unknown[]) => values.every((value) => Number.isSafeInteger(value) && Number(value) >= 0);

function isIdentity(value: object | undefined): value is Identity {
  const { pid, startTime, bootId, pidNamespace, timeNamespace } = (value ?? {}) as Partial<Identity>;
  return areCounts(pid, startTime, pidNamespace, timeNamespace) && typeof bootId === "string";
}

function isOwnedBlock(value: object | undefined): value is OwnedBlock {
  const { name, dev, ino, born, size, createdAt, dtype, shape } = (value ?? {}) as Partial<OwnedBlock>;
  const isArray = typeof dtype === "string" && Object.hasOwn(dtypes, dtype) && areLengths(shape);
  return (
    isFileName(name) &&
    !name.startsWith(RESERVED) && // no block is called so, and the files that are must not be removed as blocks
    areCounts(dev, ino, size) &&
    Number.isFinite(born) &&
    isDate(createdAt) &&
    (isArray || dtype === undefined)
  );
}

/** Numbers beyond these are no dates. */
const LAST_DATE = 8.64e15;
const isDate = (ms: unknown) => areCounts(ms) && Number(ms) <= LAST_DATE;

const areLengths = (shape: unknown) => Array.isArray(shape) && shape.length <= MAX_RANK && areCounts(...shape);

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
