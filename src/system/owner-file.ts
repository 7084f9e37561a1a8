/**
 * The owner file, in which this process notes what it owns, next to the blocks. A block is noted before it gets its
 * name, so that others can find what a process has left, no matter how it ended. One thread (the keeper) writes the
 * file, and all read it (`sweep.ts`). README.md has the file's states.
 */
import {
  closeSync,
  fileFlags,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeSync,
} from "../platform/runtime.js";
import { errorCode } from "./error-code.js";
import { type FileId, idOf, isSame, isStill, noSpace } from "./files.js";
import { thisProcess } from "./identity.js";
import { LifeSign } from "./life-sign.js";
import { OWNER, type OwnedBlock } from "./notes.js";
import { pathOf, RESERVED, remove, withFreshName, withOwnFile } from "./own-files.js";

/** The prefix of an owner file that is being written. Nobody reads it. */
const NOTES = `${RESERVED}notes.`;

const line = (value: object) => `${JSON.stringify(value)}\n`;

/** The file as it was written last. */
interface Written {
  readonly name: string;
  readonly file: FileId;
  lines: number;
  length: number;
}

/** This process's own file. It exists as long as the process owns a block. */
export class OwnerFile {
  readonly #blocks = new Map<number, OwnedBlock>();
  readonly #sign = new LifeSign();
  /** Blocks that are being made, and have no note yet. */
  #drafts = 0;
  #written: Written | undefined;

  get size(): number {
    return this.#blocks.size;
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
  /** Says that the block has its name, or was given up. */
  endDraft(): void {
    this.#drafts--;
    this.#endSign();
  }
  #endSign(): void {
    if (this.#drafts === 0 && this.#blocks.size === 0) this.#sign.end();
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

  /** Removes the note of a block. Returns false if there is none. */
  remove(id: number): boolean {
    const block = this.#blocks.get(id);
    if (!block) return false;
    this.#blocks.delete(id);
    try {
      if (this.#blocks.size === 0) this.#removeFile();
      else if (this.#written && this.#written.lines > 64 + 2 * this.#blocks.size) this.#rewrite();
      else this.#append({ gone: block.ino });
    } catch (e) {
      if (errorCode(e) !== "ENOSPC") throw e; // a note of a block that is gone does no harm
    }
    this.#endSign();
    return true;
  }

  /**
   * Forgets blocks that others have unlinked.
   *
   * @param isNamed whether a block has had its name yet; one that is still being made has not
   */
  forgetGone(isNamed: (id: number) => boolean): void {
    for (const [id, block] of this.#blocks) if (isNamed(id) && !isStill(block.name, block)) this.remove(id);
  }

  #removeFile(): void {
    const { name } = this.#written ?? {};
    this.#written = undefined;
    if (name !== undefined) remove(pathOf(name));
  }

  /** Appends a line, or writes the whole file if it is not there any more, or another file has its name. */
  #append(value: object): void {
    const text = line(value);
    const written = this.#written;
    const { O_WRONLY, O_APPEND } = fileFlags;
    const isAppended =
      written &&
      withOwnFile(written.name, O_WRONLY | O_APPEND, (fd, stat) => {
        if (!isSame(idOf(stat), written.file)) return false;
        try {
          writeAll(fd, text);
        } catch (e) {
          ftruncateSync(fd, written.length); // half a line would spoil the next one
          throw e;
        }
        written.lines++;
        written.length += text.length;
        return true;
      });
    if (!isAppended) this.#rewrite();
  }

  /** Replaces the whole file at once, so that a reader sees either the old one or the new one. */
  #rewrite(): void {
    const text = [thisProcess(), ...this.#blocks.values()].map(line).join("");
    const { name: draft, file } = newFileOf(text);
    try {
      const name = this.#written && isStill(this.#written.name, this.#written.file) ? this.#written.name : undefined;
      const published =
        name === undefined ? withFreshName(OWNER, (fresh) => rename(draft, fresh)) : rename(draft, name);
      this.#written = { name: published, file, lines: 1 + this.#blocks.size, length: text.length };
    } catch (e) {
      remove(pathOf(draft));
      throw e;
    }
  }
}

/** Makes a file that has the text, and that nobody reads yet. */
function newFileOf(text: string): { readonly name: string; readonly file: FileId } {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fileFlags;
  return withFreshName(NOTES, (name) => {
    const fd = openSync(pathOf(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeAll(fd, text);
      return { name, file: idOf(fstatSync(fd)) };
    } catch (e) {
      remove(pathOf(name));
      throw e;
    } finally {
      closeSync(fd);
    }
  });
}

/** A disk that is nearly full takes a part first. */
function writeAll(fd: number, text: string): void {
  for (let bytes = Buffer.from(text); bytes.length > 0; ) bytes = bytes.subarray(writeSync(fd, bytes));
}

function rename(from: string, to: string): string {
  renameSync(pathOf(from), pathOf(to));
  return to;
}
