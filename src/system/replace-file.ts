/**
 * Writes files as wholes: the bytes go to a temporary file in the same folder, which gets the name when it is complete
 * and on disk. So the old file is there until the new one is, also if the process is killed, and the bytes may be those
 * of the old file itself, mapped. All files that users ask for are written here. README.md says what a file keeps.
 */
import { isError } from "../base/builtins.js";
import {
  accessSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fileFlags,
  fstatSync,
  fsyncSync,
  lstatSync,
  open,
  openSync,
  parentOfPath,
  readdirSync,
  readlinkSync,
  renameSync,
  resolvePath,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "../platform/runtime.js";
import { errorCode } from "./error-code.js";
import { allocate, idOf, noFile, type OpenFile } from "./files.js";
import { isProcessAlive, processIfKnown } from "./identity.js";
import { RESERVED, remove, tagOf } from "./own-files.js";

/** The most bytes of one system call. All systems accept less than 2 GiB. */
export const PIECE = 1 << 30;

/** What is written, and where: to a temporary file, or directly to something that is not a regular file. */
interface Target {
  readonly path: string;
  readonly temporary: string | undefined;
  /** The file that is replaced; `undefined` if there is none. */
  readonly old: Stats | undefined;
}

/**
 * Writes a file, or replaces it. If it throws, the old file is as it was, and nothing else is left.
 *
 * @throws {Error} The system's error if the file cannot be written.
 */
export async function replaceFile(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const target = targetOf(path);
  const file = await open(target.temporary ?? target.path, flagsOf(target)).catch((e) => {
    throw ofUser(target, e);
  });
  try {
    try {
      for (const piece of pieces) {
        for (let at = 0; at < piece.length; )
          at += (await file.write(piece, at, Math.min(PIECE, piece.length - at))).bytesWritten;
      }
      if (target.temporary !== undefined) {
        keepAttributes(target, file.fd);
        await file.sync();
      }
    } finally {
      await file.close();
    }
    publish(target);
  } catch (e) {
    giveUp(target);
    throw e;
  }
}

/** As `replaceFile`, but it blocks this thread. */
export function replaceFileSync(path: string, pieces: Iterable<Uint8Array>): void {
  const target = targetOf(path);
  const fd = openTarget(target);
  try {
    try {
      for (const piece of pieces) {
        for (let at = 0; at < piece.length; ) at += writeSync(fd, piece, at, Math.min(PIECE, piece.length - at));
      }
      if (target.temporary !== undefined) {
        keepAttributes(target, fd);
        fsyncSync(fd);
      }
    } finally {
      closeSync(fd);
    }
    publish(target);
  } catch (e) {
    giveUp(target);
    throw e;
  }
}

/** A file of zeros that is not yet at its path. The caller must close `fd`. */
export interface NewFile extends OpenFile {
  /** Gives the file its path. A file that was there is replaced; who has it open or mapped keeps the old one. */
  publish(): void;
  /** Removes the file instead. */
  giveUp(): void;
}

/**
 * Makes a file of zeros, all of which have their place on the disk. If it throws, nothing is left.
 *
 * @throws {FormatError} If at the path is something that is not a regular file.
 * @throws {NoSpaceError} If there is not enough space.
 * @throws {Error} The system's error if the file cannot be written.
 */
export function newFile(path: string, size: number): NewFile {
  const target = targetOf(path);
  const { temporary } = target;
  if (temporary === undefined) throw noFile(path, "something that is not a regular file");
  const fd = openTarget(target);
  try {
    allocate(fd, size, "the size of the new file", parentOfPath(temporary));
    keepAttributes(target, fd);
    return { fd, path, ...idOf(fstatSync(fd)), size, publish: () => publish(target), giveUp: () => giveUp(target) };
  } catch (e) {
    closeSync(fd);
    giveUp(target);
    throw e;
  }
}

function targetOf(given: string): Target {
  const path = followLinks(resolvePath(given));
  const old = statSync(path, { throwIfNoEntry: false });
  if (old && !old.isFile()) return { path, temporary: undefined, old };
  if (old) accessSync(path, ACCESS_TO_WRITE); // a rename would replace a write-protected file, too
  const folder = parentOfPath(path);
  sweep(folder);
  return { path, temporary: `${folder}/${temporaryName()}`, old };
}

const ACCESS_TO_WRITE = 2;
const MAX_LINKS = 40;

/** The path that a symbolic link leads to, so that the link stays. There need not be anything at that path. */
function followLinks(path: string): string {
  let at = path;
  for (let i = 0; i < MAX_LINKS; i++) {
    if (!lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) return at;
    at = resolvePath(parentOfPath(at), readlinkSync(at));
  }
  return path; // the links lead in a circle, which the next call to the system reports
}

function flagsOf({ temporary }: Target): number {
  const { O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = fileFlags;
  return temporary === undefined ? O_WRONLY : O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
}

function openTarget(target: Target): number {
  try {
    return openSync(target.temporary ?? target.path, flagsOf(target), 0o666);
  } catch (e) {
    throw ofUser(target, e);
  }
}

/** An error of the system that names the user's file in place of the temporary one. */
function ofUser({ path, temporary }: Target, error: unknown): unknown {
  if (temporary === undefined || !isError(error)) return error;
  const named = (text = "") => text.replaceAll(temporary, () => path);
  return Object.assign(error, { message: named(error.message), stack: named(error.stack), path });
}

/** Gives the new file the owner and the mode of the old one. Only a privileged process can keep another user's file. */
function keepAttributes({ old }: Target, fd: number): void {
  if (!old) return;
  const { uid, gid } = fstatSync(fd);
  try {
    if (uid !== old.uid || gid !== old.gid) fchownSync(fd, old.uid, old.gid);
  } catch (e) {
    if (errorCode(e) !== "EPERM") throw e;
  }
  fchmodSync(fd, old.mode & 0o7777);
}

function publish({ path, temporary }: Target): void {
  if (temporary === undefined) return;
  renameSync(temporary, path);
  syncFolder(parentOfPath(path));
}

/** Makes the new name durable. Some file systems cannot sync folders, and some folders cannot be opened for reading. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, "r");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (e) {
    if (!["EACCES", "EPERM", "EINVAL", "EISDIR", "ENOTSUP"].includes(errorCode(e) ?? "")) throw e;
  }
}

function giveUp({ temporary }: Target): void {
  if (temporary !== undefined) remove(temporary);
}

// ── Temporary files ──────────────────────────────────────────────────────────────────────────────────────────────────

const SAVE = `${RESERVED}save.`;
const BOOT_DIGITS = 8;

function temporaryName(): string {
  const unique = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const process = processIfKnown();
  return process ? `${SAVE}${process.bootId.slice(0, BOOT_DIGITS)}.${tagOf(process)}.${unique}` : `${SAVE}${unique}`;
}

const swept = new Set<string>();

/** Removes what processes left in a folder that were killed while they wrote. Once per folder, because it is listed. */
function sweep(folder: string): void {
  const process = processIfKnown();
  if (!process || swept.has(folder)) return;
  swept.add(folder);
  for (const name of namesIn(folder)) {
    const [, boot, ...numbers] = TEMPORARY.exec(name) ?? [];
    // Of a file from another boot, nobody knows whether another machine is still writing it.
    if (boot !== process.bootId.slice(0, BOOT_DIGITS)) continue;
    const [pid, startTime, pidNamespace, timeNamespace] = numbers.map(Number) as [number, number, number, number];
    const identity = { pid, startTime, pidNamespace, timeNamespace, bootId: process.bootId };
    if (isProcessAlive(identity) === false) tryToRemove(`${folder}/${name}`);
  }
}
const TEMPORARY = /^\.shared-ndarray\.save\.([\da-f]+)\.(\d+)\.(\d+)\.(\d+)\.(\d+)\./;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // opening the temporary file reports what is wrong with the folder
  }
}

function tryToRemove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is another user's, or somebody else has removed it.
  }
}
