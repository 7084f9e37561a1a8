/**
 * Which process owns which block, by the notes of all, and removing what dead processes have left. README.md says what
 * makes a process dead, and whose word counts if notes contradict each other.
 */
import { errorCode } from "./error-code.js";
import { type FileId, GONE, isStill, unlinkBlock } from "./files.js";
import { type Identity, isProcessAlive, processIfKnown } from "./identity.js";
import { isHeld } from "./life-sign.js";
import { OWNER, type OwnedBlock, parseNotes } from "./notes.js";
import { filesByOwner, ownTag, pathOf, readOwn, remove, tagOf } from "./own-files.js";

/** A block, and the process that owns or owned it. */
export interface Found {
  readonly block: OwnedBlock;
  readonly identity: Identity;
  /** Whether the process lives, or may live. */
  readonly isAlive: boolean;
}

/** One process, by the files that it keeps for itself. */
interface Owner {
  readonly tag: string;
  readonly isAlive: boolean;
  readonly files: readonly string[];
  readonly blocks: readonly Found[];
}

/** All processes of this user that have left files. */
function readOwners(): readonly Owner[] {
  const bootId = processIfKnown()?.bootId ?? "";
  return [...filesByOwner()].map(([tag, files]) => {
    const notes = files.filter((file) => file.startsWith(OWNER)).flatMap((file) => notesOf(file, tag) ?? []);
    // The names of files do not say which boot their owner belongs to. Without notes, it is taken to be this one.
    const identities = notes.length > 0 ? notes.map(({ identity }) => identity) : [{ ...numbersIn(tag), bootId }];
    // It lives if it holds its life sign, even if `/proc` says otherwise. If not, `/proc` and the kernel must agree.
    const isAlive = identities.some((identity) => isProcessAlive(identity) !== false) || files.some(isHeld);
    const blocks = notes.flatMap(({ identity, blocks }) => blocks.map((block) => ({ block, identity, isAlive })));
    return { tag, isAlive, files, blocks };
  });
}

function numbersIn(tag: string): Omit<Identity, "bootId"> {
  const [pid, startTime, pidNamespace, timeNamespace] = tag.split(".").map(Number) as [number, number, number, number];
  return { pid, startTime, pidNamespace, timeNamespace };
}

/** The notes in an owner file, if it is one, and says of the same process as its name does whose it is. */
function notesOf(file: string, tag: string) {
  const text = readOwn(file);
  const notes = text === undefined ? undefined : parseNotes(text);
  return notes && tagOf(notes.identity) === tag ? notes : undefined;
}

/** The blocks of these owners by file. If several claim to own one, one that lives is right. */
function blocksOf(owners: readonly Owner[]): ReadonlyMap<string, Found> {
  const byFile = new Map<string, Found>();
  for (const found of owners.flatMap(({ blocks }) => blocks)) {
    const known = byFile.get(keyOf(found.block));
    if (!known || (found.isAlive && !known.isAlive)) byFile.set(keyOf(found.block), found);
  }
  return byFile;
}
const keyOf = ({ dev, ino, born }: FileId) => `${dev}:${ino}:${born}`;

/** The blocks of all owners, as far as they still exist. */
export const ownedBlocks = (): readonly Found[] =>
  [...blocksOf(readOwners()).values()].filter(({ block }) => isStill(block.name, block));

/** Unlinks everything that this process owns, because it is about to end. */
export function sweepOwn(): void {
  if (!processIfKnown()) return; // it could not own anything
  const tag = ownTag();
  const owners = readOwners();
  const ofOthers = blocksOf(owners.filter((owner) => owner.tag !== tag));
  const own = owners.find((owner) => owner.tag === tag);
  if (own) clear(own, (block) => ofOthers.get(keyOf(block))?.isAlive !== true);
}

/**
 * Unlinks what dead owners have left, and nothing of an owner that is alive or may be. Several processes may do it at
 * once; each block is returned to the one that has unlinked it.
 */
export function sweepDead(): readonly Found[] {
  const owners = readOwners();
  const blocks = blocksOf(owners);
  return owners
    .filter(({ isAlive }) => !isAlive)
    .flatMap((owner) => clear(owner, (block) => blocks.get(keyOf(block))?.isAlive !== true));
}

/**
 * Removes files that an earlier keeper of this process, which died, kept for itself. A block that some thread is just
 * unlinking is not touched.
 */
export function removeKept(files: readonly string[]): void {
  for (const file of files) if (!file.startsWith(GONE)) attempt(() => remove(pathOf(file)));
}

/** Unlinks an owner's blocks, and then the files that it kept for itself: the notes are there as long as the blocks. */
function clear({ blocks, files }: Owner, mayUnlink: (block: OwnedBlock) => boolean): Found[] {
  const cleared = blocks.filter(({ block }) => mayUnlink(block) && attempt(() => unlinkBlock(block.name, block)));
  for (const file of files) attempt(() => remove(pathOf(file)));
  return cleared;
}

/** A file that cannot be removed, because it was made immutable for example, does not keep the others from it. */
function attempt(act: () => boolean): boolean {
  try {
    return act();
  } catch (e) {
    if (errorCode(e) === undefined) throw e;
    return false;
  }
}
