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
    const name = `${prefix}${ownTag()}.${nextRandom().toString(16).padStart(16, "0")}`;
    try {
      return act(name);
    } catch (e) {
      if (triesLeft === 0 || !lstatSync(pathOf(name), { throwIfNoEntry: false })) throw e;
    }
  }
}

/** Random numbers that are not used yet. To ask for one costs as much as for all of them: more than to make a file. */
const randoms = new BigUint64Array(64);
let used = randoms.length;
function nextRandom(): bigint {
  if (used === randoms.length) {
    crypto.getRandomValues(randoms);
    used = 0;
  }
  return randoms[used++]!;
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

/**
 * What is known about the regular file of this user, with no other name, that the name belongs to; `undefined` if it
 * belongs to anything else. What other users write is not trusted.
 */
export function ownAt(name: string): Stats | undefined {
  const stat = lstatSync(pathOf(name), { throwIfNoEntry: false });
  return stat?.isFile() === true && isOurs(stat) ? stat : undefined;
}

/**
 * The text of one of the package's own files; `undefined` if it is gone, or too long for a text, or is anything but a
 * regular file of this user with no other name.
 */
export function readOwn(name: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(pathOf(name), fileFlags.O_RDONLY | fileFlags.O_NOFOLLOW | fileFlags.O_NONBLOCK);
  } catch (e) {
    if (NOT_OURS.includes(errorCode(e) ?? "")) return undefined;
    throw e;
  }
  try {
    const stat = fstatSync(fd);
    return stat.isFile() && isOurs(stat) && stat.size <= LONGEST_TEXT ? readFileSync(fd, "utf8") : undefined;
  } finally {
    closeSync(fd);
  }
}
/** Gone, a link, a FIFO or a socket, a directory, another user's. */
const NOT_OURS = ["ENOENT", "ELOOP", "ENXIO", "EISDIR", "EACCES", "EPERM"];
/** Notes of some hundred thousand blocks. V8 has no texts of more than 512 MiB. */
const LONGEST_TEXT = 2 ** 26;
