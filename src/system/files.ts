/**
 * Blocks of system scope as files in `/dev/shm`. They are complete before they get a name, are opened only if they are
 * what they should be, and unlinked only if the name still belongs to them. README.md says which files there are, and
 * who removes them.
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
  renameSync,
  type Stats,
  statfsSync,
  writeSync,
} from "../platform/runtime.js";
import { errorCode } from "./error-code.js";
import { EEXIST, EFBIG, ENOSPC, libc } from "./libc.js";
import { DIRECTORY, ownAt, pathOf, RESERVED, remove, withFreshName } from "./own-files.js";

/** The most bytes that 32-bit addresses of WebAssembly can reach. */
export const MAX_BYTES = 2 ** 32;

/**
 * Identifies a file, whose name may go to another file. Some file systems give an inode to a new file at once, so the
 * moment at which the file was made belongs to it too.
 */
export interface FileId {
  readonly dev: number;
  readonly ino: number;
  /** When it was made, in milliseconds since 1970, with their fractions. */
  readonly born: number;
}
export const idOf = ({ dev, ino, birthtimeMs }: Stats): FileId => ({ dev, ino, born: birthtimeMs });

/** An open file. The caller must close it. */
export interface OpenFile extends FileId {
  readonly fd: number;
  readonly path: string;
  readonly size: number;
}
/** The part of a file that is mapped. A new file ends with it. */
export interface FilePart {
  readonly byteOffset: number;
  readonly byteLength: number;
}

// ── Making a block ───────────────────────────────────────────────────────────────────────────────────────────────────

const DRAFT = `${RESERVED}draft.`;

/**
 * Makes a file that nobody can find yet, of the given bytes, or zeros. All of its bytes are allocated. If it throws,
 * nothing is left.
 *
 * @throws {NoSpaceError} If there is not enough space.
 * @throws {UnsupportedError} If it would be too large, or the directory cannot be written to.
 */
export function createDraft(size: number, bytes?: Uint8Array): OpenFile {
  if (size > MAX_BYTES) throw tooLarge(size);
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = fileFlags;
  const { fd, path } = forBlocks("`size`", size, () =>
    withFreshName(DRAFT, (name) => {
      const path = pathOf(name);
      return { fd: openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), path };
    }),
  );
  try {
    allocate(fd, size, "`size`");
    if (bytes) writeAll(fd, bytes);
    const stat = fstatSync(fd);
    if ((stat.mode & 0o777) !== 0o600) fchmodSync(fd, 0o600); // the umask may have taken more
    return { fd, path, ...idOf(stat), size };
  } catch (e) {
    closeSync(fd);
    remove(path);
    throw e;
  }
}

/**
 * Gives a new file its bytes, all zero. With `ftruncate` alone, the first write to a full disk would kill the process
 * that writes. `what` names the size in errors.
 *
 * @throws {NoSpaceError} If there is not enough space in the folder.
 */
export function allocate(fd: number, size: number, what: string, folder = DIRECTORY): void {
  const error = libc().allocateFile(fd, size);
  if (error === ENOSPC || error === EFBIG) throw noSpace(what, size, undefined, folder);
  if (error !== 0) throw new Error(`internal: allocating ${size} bytes failed with error ${error}`);
}

/** Writes all bytes. A disk that is nearly full takes a part first. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let left = bytes; left.length > 0; ) left = left.subarray(writeSync(fd, left));
}

/**
 * Makes a file in the directory.
 *
 * @throws {NoSpaceError} If there is no space for it. `what` and `size` say what for.
 * @throws {UnsupportedError} If the directory cannot be written to.
 */
export function forBlocks<T>(what: string, size: number, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (errorCode(cause) === "ENOSPC") throw noSpace(what, size, cause);
    if (errorCode(cause) !== "EACCES" && errorCode(cause) !== "ENOENT" && errorCode(cause) !== "EROFS") throw cause;
    const message = `Expected ${DIRECTORY} to be a directory this user may write to: ${(cause as Error).message}`;
    const feature = "system scope";
    throw new UnsupportedError(message, { feature, instead: `a writable ${DIRECTORY}, or process scope` }, { cause });
  }
}

/** Gives a draft its name. Returns false if the name is taken. */
export function publishDraft(draftPath: string, name: string): boolean {
  const error = libc().renameExclusive(draftPath, pathOf(name));
  if (error === EEXIST) return false;
  if (error !== 0) throw new Error(`internal: publishing ${show(name)} failed with error ${error}`);
  return true;
}

export const freeBytes = (folder = DIRECTORY): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

export function noSpace(what: string, requested: number, cause?: unknown, folder = DIRECTORY): NoSpaceError {
  const { files, ffree } = statfsSync(folder);
  if (errorCode(cause) === "ENOSPC" && files > 0 && ffree === 0) return noInode(folder, files, cause);
  const free = freeBytes(folder);
  const message = `Expected ${what} to be at most what is free in ${folder}, ${free} bytes; got ${requested}`;
  return new NoSpaceError(message, { requested, free }, { cause });
}

/** There may be space for bytes, but a file system can also run out of files. */
function noInode(folder: string, files: number, cause: unknown): NoSpaceError {
  const expected = `Expected ${folder} to have room for one more file, but all of its ${files} inodes are in use`;
  const cure = "remove files, or mount it with more: `mount -o remount,nr_inodes=N`";
  return new NoSpaceError(`${expected} (${cure})`, { requested: 1, free: 0 }, { cause });
}

function tooLarge(size: number, instead = "several of them"): UnsupportedError {
  const feature = "mappings and blocks of system scope of more than 4 GiB";
  const message = `Expected at most ${MAX_BYTES} bytes, got ${size}: ${feature} would need 64-bit memory (${instead})`;
  return new UnsupportedError(message, { feature, instead });
}

// ── Finding a block ──────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Opens the block with that name. Returns `undefined` if there is none.
 *
 * @param waitsForBytes whether an empty file counts as no block yet, instead of an error: other programs create a file
 * first, and give it its size afterwards
 * @throws {FormatError} If the name belongs to something else: a link, a FIFO, another user's file.
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
    const stat = expectBlock(name, fstatSync(fd), waitsForBytes);
    if (stat.size > 0 && stat.nlink > 0) return { fd, path, ...idOf(stat), size: stat.size };
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
  if (!stat.isFile()) throw refused(name, stat.isFIFO() ? "a FIFO" : "something that is not a regular file");
  if (uid !== process.geteuid!()) throw refused(name, `a file of user ${uid}`);
  if (nlink > 1) throw refused(name, `a file with ${nlink} names`);
  if (size === 0 && nlink === 1 && !mayBeEmpty) throw refused(name, "an empty file, still being made or given up");
  if (size > MAX_BYTES) throw tooLarge(size);
  return stat;
}

function refused(name: string, got: string, cause?: unknown): FormatError {
  const message = `Expected ${show(name)} to be a block of this user in ${DIRECTORY}, got ${got}`;
  return new FormatError(message, { key: name }, { cause });
}

/**
 * Opens any file, to be mapped, all of it or a part.
 *
 * @throws {FormatError} If it is not a regular file, is empty, or ends before the part does.
 * @throws {UnsupportedError} If it is too large.
 * @throws {Error} The system's error if it cannot be opened.
 */
export function openPath(path: string, isToBeWritten: boolean, part?: FilePart): OpenFile {
  const fd = openSync(path, (isToBeWritten ? fileFlags.O_RDWR : fileFlags.O_RDONLY) | fileFlags.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    const { size } = stat;
    if (!stat.isFile()) throw noFile(path, "something that is not a regular file");
    if (size === 0) throw noFile(path, "an empty file");
    if (part) expectInFile(path, size, part);
    else if (size > MAX_BYTES) throw tooLarge(size, "map parts of it: memmap(path, { dtype, shape, offset })");
    return { fd, path, ...idOf(stat), size };
  } catch (e) {
    closeSync(fd);
    throw e;
  }
}

function expectInFile(path: string, size: number, { byteOffset, byteLength }: FilePart): void {
  const end = byteOffset + byteLength;
  if (end <= size) return;
  const needed = `${end} bytes, ${byteLength} for the elements from byte ${byteOffset} on`;
  const cure = 'use a smaller shape or offset, make the file longer, or make a new one with mode "w+"';
  throw new FormatError(`Expected ${show(path)} to have at least ${needed}, got ${size} (${cure})`, { key: path });
}

/** The most bytes of a part. The page that it begins in is mapped, too, which may be as long as WebAssembly's. */
const MAX_PART_BYTES = MAX_BYTES - 2 ** 16;
/**
 * Checks the length of a part of a file, before a file is opened or made.
 *
 * @throws {UnsupportedError} If it is too large.
 */
export function expectPartBytes(byteLength: number): void {
  if (byteLength > MAX_PART_BYTES) throw tooLarge(byteLength, "several parts, each with its own offset");
}

export const noFile = (path: string, got: string): FormatError =>
  new FormatError(`Expected ${show(path)} to be a file to map, got ${got}`, { key: path });

/** Whether two files are the same. */
export const isSame = (a: FileId, b: FileId): boolean => a.ino === b.ino && a.dev === b.dev && a.born === b.born;

/** Whether a name still belongs to that file. */
export function isStill(name: string, file: FileId): boolean {
  const found = fileAt(name);
  return found !== undefined && isSame(found, file);
}

/** Whether there is a block of that name to attach to. Where files cannot be looked at, there is none. */
export function hasBlock(name: string): boolean {
  try {
    return ownAt(name) !== undefined;
  } catch {
    return false;
  }
}

/** The file that has the name now; `undefined` if nothing has it. */
export function fileAt(name: string): FileId | undefined {
  const stat = lstatSync(pathOf(name), { throwIfNoEntry: false });
  return stat && idOf(stat);
}

/** The prefix of files that are about to be removed. */
export const GONE = `${RESERVED}gone.`;

/** Unlinks a block. Returns false if the name no longer belongs to that file. */
export function unlinkBlock(name: string, file: FileId): boolean {
  if (!isStill(name, file)) return false;
  // Meanwhile the name may have gone to another file. So the file is renamed to a name that nobody else uses, and
  // checked there.
  const gone = renamedAway(name);
  if (gone === undefined) return false;
  if (isStill(gone, file)) return remove(pathOf(gone));
  giveBack(gone, name);
  return false;
}

/** Renames a file, and returns the new name; `undefined` if there is no such file any more. */
function renamedAway(name: string): string | undefined {
  try {
    return withFreshName(GONE, (gone) => {
      renameSync(pathOf(name), pathOf(gone));
      return gone;
    });
  } catch (e) {
    if (errorCode(e) === "ENOENT") return undefined;
    throw e;
  }
}

/** Gives a file its name back. If the name has been taken again, the file is lost, as if it had been unlinked. */
function giveBack(gone: string, name: string): void {
  try {
    linkSync(pathOf(gone), pathOf(name));
  } catch (e) {
    if (errorCode(e) !== "EEXIST") throw e;
  }
  remove(pathOf(gone));
}
