/**
 * The directory of the blocks, and the package's own files in it: what they are called, and whose they are. Their names
 * cannot be guessed, so nobody can make one of them first. README.md says which files there are.
 */
import {
  closeSync,
  fileFlags,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  unlinkSync,
} from "../platform/runtime.js";
import { errorCode } from "./error-code.js";
import { type Identity, thisProcess } from "./identity.js";

export const DIRECTORY = "/dev/shm";
/** The prefix of files that the package keeps for itself. No block's name may begin with it. */
export const RESERVED = ".shared-ndarray.";

export const pathOf = (name: string): string => `${DIRECTORY}/${name}`;

/** How an owner is written in the names of the package's own files. */
export const tagOf = ({ pid, startTime, pidNamespace, timeNamespace }: Identity): string =>
  `${pid}.${startTime}.${pidNamespace}.${timeNamespace}`;
export const ownTag = (): string => tagOf(thisProcess());

/** The owner in the name of one of the package's own files, as `tagOf` writes it; `undefined` for other names. */
export const tagIn = (name: string): string | undefined =>
  /^\.shared-ndarray\.\w+\.(\d+\.\d+\.\d+\.\d+)\./.exec(name)?.[1];

/**
 * Calls `act` with the name of a new file: the prefix, the owner, and 64 random bits. If something has that name, which
 * only a file that was planted can have, `act` is called again with another one.
 */
export function withFreshName<T>(prefix: string, act: (name: string) => T): T {
  for (let triesLeft = 8; ; triesLeft--) {
    const random = crypto.getRandomValues(new BigUint64Array(1))[0]!.toString(16).padStart(16, "0");
    const name = `${prefix}${ownTag()}.${random}`;
    try {
      return act(name);
    } catch (e) {
      if (triesLeft === 0 || !lstatSync(pathOf(name), { throwIfNoEntry: false })) throw e;
    }
  }
}

/** Removes a file. Returns false if there is none. */
export function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (e) {
    if (errorCode(e) === "ENOENT") return false;
    throw e;
  }
}

/** The names of all files; empty if there is no such directory. */
export function listDirectory(): readonly string[] {
  try {
    return readdirSync(DIRECTORY);
  } catch {
    return [];
  }
}

/**
 * The package's own files that belong to this user, by owner. Each name is looked at once, and other users' files are
 * not opened, however many there are.
 */
export function filesByOwner(): ReadonlyMap<string, readonly string[]> {
  const byOwner = new Map<string, string[]>();
  for (const name of listDirectory()) {
    const tag = tagIn(name);
    const stat = tag === undefined ? undefined : lstatSync(pathOf(name), { throwIfNoEntry: false });
    if (!stat || !isOurs(stat)) continue;
    const names = byOwner.get(tag!);
    if (names) names.push(name);
    else byOwner.set(tag!, [name]);
  }
  return byOwner;
}

const isOurs = (stat: Stats): boolean =>
  (stat.isFile() || stat.isFIFO()) && stat.nlink === 1 && stat.uid === process.geteuid!();

/** Whether a name belongs to a regular file of this user with no other name. What other users write is not trusted. */
export function isOwn(name: string): boolean {
  const stat = lstatSync(pathOf(name), { throwIfNoEntry: false });
  return stat?.isFile() === true && isOurs(stat);
}

/**
 * Opens one of the package's own files, and calls `act` with it. Returns `undefined` if it is gone, or is anything but
 * a regular file of this user with no other name.
 */
export function withOwnFile<T>(name: string, flags: number, act: (fd: number, stat: Stats) => T): T | undefined {
  let fd: number;
  try {
    fd = openSync(pathOf(name), flags | fileFlags.O_NOFOLLOW | fileFlags.O_NONBLOCK);
  } catch (e) {
    if (NOT_OURS.includes(errorCode(e) ?? "")) return undefined;
    throw e;
  }
  try {
    const stat = fstatSync(fd);
    return stat.isFile() && isOurs(stat) ? act(fd, stat) : undefined;
  } finally {
    closeSync(fd);
  }
}
/** Gone, a link, a FIFO or a socket, a directory, another user's. */
const NOT_OURS = ["ENOENT", "ELOOP", "ENXIO", "EISDIR", "EACCES", "EPERM"];

/** The text of one of the package's own files; `undefined` if it is not one, or too long for a text. */
export const readOwn = (name: string): string | undefined =>
  withOwnFile(name, fileFlags.O_RDONLY, (fd, { size }) => (size > LONGEST_TEXT ? undefined : readFileSync(fd, "utf8")));
/** Notes of some hundred thousand blocks. V8 has no texts of more than 512 MiB. */
const LONGEST_TEXT = 2 ** 26;
