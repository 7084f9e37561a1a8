/**
 * Blocks of system scope as files in `/dev/shm`: made complete before they have a name, opened only if they are what they should
 * be, unlinked only if they still are. What may lie there, and who removes it: README.md.
 */

import { FormatError, NoSpaceError, UnsupportedError } from "../base/errors.js";
import { show } from "../base/expect.js";
import {
  closeSync,
  fchmodSync,
  fileFlags,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  type Stats,
  statfsSync,
  unlinkSync,
} from "../platform/runtime.js";
import { thisAgent } from "./agent.js";
import { type Identity, thisProcess } from "./identity.js";
import { EEXIST, EFBIG, ENOSPC, libc } from "./libc.js";

const DIRECTORY = "/dev/shm";
/** What this package itself keeps there begins so; no block may. */
export const RESERVED = ".shared-ndarray.";
/** What 32-bit addresses of WebAssembly reach. */
export const MAX_BYTES = 2 ** 32;

export const pathOf = (name: string): string => `${DIRECTORY}/${name}`;

/** Which file it is: its name may be given to another. All blocks lie on one device, until the machine is restarted. */
export interface FileId {
  readonly ino: number;
  readonly dev?: number;
}
/** An open file, to be closed. */
export interface OpenFile extends FileId {
  readonly dev: number;
  readonly fd: number;
  readonly path: string;
  readonly size: number;
}

/** `ENOENT` and its like. */
export const errorCode = (e: unknown): string | undefined => (e as { code?: string } | undefined)?.code;

/** An owner in the name of a file of this package's. */
export const tagOf = ({ pid, startTime, pidNamespace }: Identity): string => `${pid}.${startTime}.${pidNamespace}`;
export const ownTag = (): string => tagOf(thisProcess());

let numbered = 0;
/** A name for a moment's file, which no other thread or process has; its owner can be told from it. */
const ownName = (prefix: string) => `${prefix}${ownTag()}.${thisAgent().tid}.${++numbered}`;

// ── Making one ─────────────────────────────────────────────────────────────────────────────────────────────────────

const DRAFT = `${RESERVED}draft.`;

/**
 * A file of zeros that nobody can find yet; all of its bytes are there.
 *
 * @throws {NoSpaceError} {UnsupportedError} then nothing is left
 */
export function createDraft(size: number): OpenFile {
  if (size > MAX_BYTES) throw tooLarge(size);
  const path = pathOf(ownName(DRAFT));
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = fileFlags;
  const fd = openForBlocks(() => openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), size);
  try {
    fchmodSync(fd, 0o600); // whatever the umask
    const error = libc().allocateFile(fd, size); // a file made longer without it kills whoever first writes to a full disk
    if (error === ENOSPC || error === EFBIG) throw noSpace("`size`", size);
    if (error !== 0) throw new Error(`internal: allocating ${size} bytes failed with error ${error}`);
    const { dev, ino } = fstatSync(fd);
    return { fd, path, dev, ino, size };
  } catch (e) {
    closeSync(fd);
    remove(path);
    throw e;
  }
}

function openForBlocks<T>(open: () => T, size: number): T {
  try {
    return open();
  } catch (cause) {
    if (errorCode(cause) === "ENOSPC") throw noSpace("`size`", size, cause);
    if (errorCode(cause) !== "EACCES" && errorCode(cause) !== "ENOENT" && errorCode(cause) !== "EROFS") throw cause;
    const message = `Expected ${DIRECTORY} to be a directory this user may write to: ${(cause as Error).message}`;
    const feature = "system scope";
    throw new UnsupportedError(message, { feature, instead: `a writable ${DIRECTORY}, or process scope` }, { cause });
  }
}

/** Gives a draft its name; false if the name is taken. */
export function publishDraft(draftPath: string, name: string): boolean {
  const error = libc().renameExclusive(draftPath, pathOf(name));
  if (error === EEXIST) return false;
  if (error !== 0) throw new Error(`internal: publishing ${show(name)} failed with error ${error}`);
  return true;
}

/** Removes a file if it is there; false if not. */
export function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (e) {
    if (errorCode(e) === "ENOENT") return false;
    throw e;
  }
}

export const freeBytes = (): number => {
  const { bavail, bsize } = statfsSync(DIRECTORY);
  return bavail * bsize;
};

export function noSpace(what: string, requested: number, cause?: unknown): NoSpaceError {
  const free = freeBytes();
  const message = `Expected ${what} to be at most what is free in ${DIRECTORY}, ${free} bytes; got ${requested}`;
  return new NoSpaceError(message, { requested, free }, { cause });
}

function tooLarge(size: number): UnsupportedError {
  const feature = "files and blocks of system scope of more than 4 GiB";
  return new UnsupportedError(`Expected at most ${MAX_BYTES} bytes, got ${size}: ${feature} need 64-bit memory`, {
    feature,
    instead: "several of them",
  });
}

// ── Finding one ────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The block of that name, open; `undefined` if there is none.
 *
 * @param waitsForBytes an empty file is none yet: other programs make it first and give it its size then
 * @throws {FormatError} if something has the name that is no block of this user's: a link, a FIFO, another user's file
 */
export function openBlock(name: string, waitsForBytes = false): OpenFile | undefined {
  const path = pathOf(name);
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = fileFlags;
  let fd: number;
  try {
    fd = openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  } catch (e) {
    if (errorCode(e) === "ENOENT") return undefined;
    throw refused(name, WHY_NOT_OPEN[errorCode(e) ?? ""] ?? (e as Error).message, e);
  }
  try {
    const { dev, ino, size, nlink } = expectBlock(name, fstatSync(fd), waitsForBytes);
    if (size > 0 && nlink > 0) return { fd, path, dev, ino, size };
    closeSync(fd);
    return undefined;
  } catch (e) {
    closeSync(fd);
    throw e;
  }
}

const WHY_NOT_OPEN: Readonly<Record<string, string>> = {
  ELOOP: "a symbolic link",
  EISDIR: "a directory",
  ENXIO: "a socket or a device",
  EACCES: "a file that this user may not write to",
  EPERM: "a file that this user may not write to",
};

function expectBlock(name: string, stat: Stats, mayBeEmpty: boolean): Stats {
  const { uid, nlink, size } = stat;
  if (!stat.isFile()) throw refused(name, stat.isFIFO() ? "a FIFO" : "no regular file");
  if (uid !== process.geteuid!()) throw refused(name, `a file of user ${uid}`);
  if (nlink > 1) throw refused(name, `a file with ${nlink} names`);
  if (size === 0 && nlink === 1 && !mayBeEmpty) throw refused(name, "an empty file, still being made or given up");
  if (size > MAX_BYTES) throw tooLarge(size);
  return stat;
}

function refused(name: string, got: string, cause?: unknown): FormatError {
  const message = `Expected ${show(name)} to be a block of this user's in ${DIRECTORY}, got ${got}`;
  return new FormatError(message, { name }, { cause });
}

/** Any file, open. @throws what the system says of the path @throws {FormatError} {UnsupportedError} if it is none to be mapped */
export function openPath(path: string, isToBeWritten: boolean): OpenFile {
  const fd = openSync(path, (isToBeWritten ? fileFlags.O_RDWR : fileFlags.O_RDONLY) | fileFlags.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    const { dev, ino, size } = stat;
    if (!stat.isFile()) throw noFile(path, "no regular file");
    if (size === 0) throw noFile(path, "an empty one");
    if (size > MAX_BYTES) throw tooLarge(size);
    return { fd, path, dev, ino, size };
  } catch (e) {
    closeSync(fd);
    throw e;
  }
}

const noFile = (path: string, got: string) =>
  new FormatError(`Expected ${show(path)} to be a file to map, got ${got}`, { name: path });

/** Whether a name is still that file's. */
export function isStill(name: string, { dev, ino }: FileId): boolean {
  const stat = lstatSync(pathOf(name), { throwIfNoEntry: false });
  return stat !== undefined && stat.ino === ino && (dev === undefined || stat.dev === dev);
}

/** The inode that has a name now; `undefined` if nothing has it. */
export const idAt = (name: string): number | undefined => lstatSync(pathOf(name), { throwIfNoEntry: false })?.ino;

/** Names for what is about to be removed. */
const GONE = `${RESERVED}gone.`;

/** Frees a name, if it is still that file's; false if not. */
export function unlinkBlock(name: string, file: FileId): boolean {
  if (!isStill(name, file)) return false;
  // It may be another's by now. So it is first renamed to where nobody else reaches it, and looked at again.
  const gone = ownName(GONE);
  try {
    renameSync(pathOf(name), pathOf(gone));
  } catch (e) {
    if (errorCode(e) === "ENOENT") return false;
    throw e;
  }
  if (isStill(gone, file)) return remove(pathOf(gone));
  giveBack(gone, name);
  return false;
}

/** Unless the name has been taken once more: then its file cannot be found any more, as if it had been unlinked. */
function giveBack(gone: string, name: string): void {
  try {
    linkSync(pathOf(gone), pathOf(name));
  } catch (e) {
    if (errorCode(e) !== "EEXIST") throw e;
  }
  remove(pathOf(gone));
}

// ── What lies there ────────────────────────────────────────────────────────────────────────────────────────────────

/** The names of all files; none where there is no such directory. */
export function listDirectory(): readonly string[] {
  try {
    return readdirSync(DIRECTORY);
  } catch {
    return [];
  }
}

/** Removes all files that say they are that owner's own: its notes, and what it had begun to make or to remove. */
export function removeFilesOf(tag: string): void {
  for (const name of listDirectory()) if (tagIn(name) === tag && isOwn(name)) remove(pathOf(name));
}

/** The owner in the name of a file of this package's: `pid.startTime.pidNamespace`; `undefined` of all others. */
export const tagIn = (name: string): string | undefined =>
  /^\.shared-ndarray\.\w+\.(\d+\.\d+\.\d+)(\.|$)/.exec(name)?.[1];

/** Whether it is a regular file of this user's, with one name: nobody else's word is taken for what may be unlinked. */
export function isOwn(name: string): boolean {
  const stat = lstatSync(pathOf(name), { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.nlink === 1 && stat.uid === process.geteuid!();
}
