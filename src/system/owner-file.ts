/**
 * The owner file, in which this process notes what it owns, next to the blocks. A block is noted before it gets its
 * name, so that others can find what a process has left, no matter how it ended. One thread (the keeper) writes the
 * file, and all read it (`sweep.ts`). README.md has the file's states.
 */
import { closeSync, fileFlags, fstatSync, ftruncateSync, openSync, renameSync } from "../platform/runtime.js";
import { errorCode } from "./error-code.js";
import { type FileId, idOf, isSame, isStill, noSpace, writeAll } from "./files.js";
import { thisProcess } from "./identity.js";
import { LifeSign } from "./life-sign.js";
import { OWNER, type OwnedBlock } from "./notes.js";
import { ownAt, pathOf, RESERVED, remove, withFreshName } from "./own-files.js";

/** The prefix of an owner file that is being written. Nobody reads it. */
const NOTES = `${RESERVED}notes.`;

const line = (value: object) => `${JSON.stringify(value)}\n`;

/** The file as it was written last. It stays open, to be appended to. */
interface Written {
  readonly name: string;
  readonly file: FileId;
  readonly fd: number;
  lines: number;
  length: number;
}
/** How many lines of blocks that are gone a file may have, beyond one for each block that is there. */
const MOST_GONE = 64;

/** This process's own file. It exists as long as the process owns a block, and until the next look after that. */
export class OwnerFile {
  readonly #blocks = new Map<number, OwnedBlock>();
  readonly #sign = new LifeSign();
  /** Blocks that are being made, and have no note yet. */
  #drafts = 0;
  #written: Written | undefined;

  get size(): number {
    return this.#blocks.size;
  }
  /** Whether others see that this process lives. */
  get isHeld(): boolean {
    return this.#sign.isHeld;
  }

  /**
   * Says that a block is about to be made. From now on others see that this process lives.
   *
   * @throws {NoSpaceError} If there is no space for one more file.
   * @throws {UnsupportedError} If there is no system scope here.
   */
  beginDraft(): void {
    this.#sign.begin();
    this.#drafts++;
  }
  /** Says that the block has its name. */
  endDraft(): void {
    this.#drafts--;
  }
  /** Says that the block was given up, and leaves nothing of the attempt. */
  giveUpDraft(): void {
    this.#drafts--;
    this.removeIdle();
  }

  /**
   * Notes a block, under an id that no other one has.
   *
   * @throws {NoSpaceError} If there is no space for the note. Then the block is not noted.
   */
  add(id: number, block: OwnedBlock): void {
    this.#blocks.set(id, block);
    try {
      this.#append(block);
    } catch (e) {
      this.#blocks.delete(id);
      throw errorCode(e) === "ENOSPC" ? noSpace("a note of the block", line(block).length, e) : e;
    }
  }

  /** Forgets a block. Its line stays until the file is written again: a note of a block that is gone does no harm. */
  remove(id: number): void {
    this.#blocks.delete(id);
  }

  /**
   * Forgets blocks that others have unlinked.
   *
   * @param isNamed whether a block has had its name yet; one that is still being made has not
   */
  forgetGone(isNamed: (id: number) => boolean): void {
    for (const [id, block] of this.#blocks) if (isNamed(id) && !isStill(block.name, block)) this.remove(id);
  }

  /**
   * Removes the file if nothing is owned, and the life sign if nothing is being made either. Not to be done with the
   * last block: the next one may follow at once.
   */
  removeIdle(): void {
    if (this.#blocks.size > 0) return;
    this.#removeFile();
    if (this.#drafts === 0) this.#sign.end();
  }

  #removeFile(): void {
    if (!this.#written) return;
    const { name, fd } = this.#written;
    this.#written = undefined;
    closeSync(fd);
    remove(pathOf(name));
  }

  /** Appends a line, or writes the whole file if it is too long, or not there any more, or not the one of its name. */
  #append(block: OwnedBlock): void {
    const written = this.#written;
    if (!written || written.lines > MOST_GONE + 2 * this.#blocks.size || !isStillOwn(written)) {
      this.#rewrite();
      return;
    }
    const text = Buffer.from(line(block));
    try {
      writeAll(written.fd, text);
    } catch (e) {
      ftruncateSync(written.fd, written.length); // half a line would spoil the next one
      throw e;
    }
    written.lines++;
    written.length += text.length;
  }

  /** Replaces the whole file at once, so that a reader sees either the old one or the new one. */
  #rewrite(): void {
    const text = [thisProcess(), ...this.#blocks.values()].map(line).join("");
    const { name: draft, file, fd } = newFileOf(text);
    const old = this.#written;
    try {
      const published =
        old && isStillOwn(old) ? rename(draft, old.name) : withFreshName(OWNER, (fresh) => rename(draft, fresh));
      this.#written = { name: published, file, fd, lines: 1 + this.#blocks.size, length: Buffer.byteLength(text) };
    } catch (e) {
      closeSync(fd);
      remove(pathOf(draft));
      throw e;
    }
    if (old) closeSync(old.fd);
  }
}

/** Whether the file still has its name, and no other one, with which nobody would believe it. */
function isStillOwn({ name, file }: Written): boolean {
  const stat = ownAt(name);
  return stat !== undefined && isSame(idOf(stat), file);
}

/** Makes a file that has the text, and that nobody reads yet. The caller must close it. */
function newFileOf(text: string): { readonly name: string; readonly file: FileId; readonly fd: number } {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_APPEND } = fileFlags;
  return withFreshName(NOTES, (name) => {
    const fd = openSync(pathOf(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND, 0o600);
    try {
      writeAll(fd, Buffer.from(text));
      return { name, file: idOf(fstatSync(fd)), fd };
    } catch (e) {
      closeSync(fd);
      remove(pathOf(name));
      throw e;
    }
  });
}

function rename(from: string, to: string): string {
  renameSync(pathOf(from), pathOf(to));
  return to;
}
