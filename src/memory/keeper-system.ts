/**
 * Blocks of system scope, on behalf of all threads of this process: made, mapped, named and given back by the keeper alone. So each
 * block has one mapping, whoever asks first; and no thread can be ended in the middle of it, since nobody ends the keeper.
 */
import { closeSync } from "../platform.js";
import {
  createDraft,
  type FileId,
  type OpenFile,
  openBlock,
  publishDraft,
  remove,
  unlinkBlock,
} from "../system/files.js";
import { libc } from "../system/libc.js";
import { OwnerFile, sweepDead } from "../system/owner-file.js";
import { type Block, FILES } from "./driver.js";
import { blockToWire } from "./heap-driver.js";
import type { ArrayInfo, BlockWire } from "./layout.js";
import { mapFile, unmap } from "./mapping.js";

interface Mapped {
  readonly block: Block;
  readonly file: FileId;
  /** The threads that have it open. */
  readonly users: Set<unknown>;
  /** Where it lies until it has its name. */
  draft: string | undefined;
}

export class SystemBlocks {
  readonly #mapped = new Map<number, Mapped>();
  readonly #owned = new OwnerFile();
  /** Where all blocks lie. */
  #device = 0;
  readonly #whenOwning: (owns: boolean) => void;

  /** @param whenOwning is told whether the process owns blocks, when that changes; before the first one has its name */
  constructor(whenOwning: (owns: boolean) => void) {
    this.#whenOwning = whenOwning;
    sweepDead(); // once per process, before its first block
  }

  /** While there is any, somebody may ask for it. */
  get size(): number {
    return this.#mapped.size + this.#owned.size;
  }

  /** Zeroed bytes that nobody can find yet. @throws {NoSpaceError} {UnsupportedError} */
  draft(size: number, user: unknown): BlockWire {
    const file = createDraft(size);
    try {
      return this.#map(file, user, file.path);
    } catch (e) {
      remove(file.path);
      throw e;
    } finally {
      closeSync(file.fd);
    }
  }

  /** Names a draft; false if the name is taken: then the draft is gone. */
  publish(id: number, name: string, array: ArrayInfo | undefined, user: unknown): boolean {
    const { block, file, draft } = this.#mapped.get(id)!;
    try {
      // Noted before it has its name: so no name is ever without an owner.
      this.#owned.add({ name, ...file, size: block.size, createdAt: Date.now(), ...array });
      if (this.#owned.size === 1) this.#whenOwning(true);
      const isOurs = publishDraft(draft!, name) || (leftByTheDead(name) && publishDraft(draft!, name));
      if (isOurs) this.#mapped.get(id)!.draft = undefined;
      else this.leave(id, user);
      return isOurs;
    } catch (e) {
      this.leave(id, user);
      throw e;
    }
  }

  /** The block of that name; `undefined` if there is none. @throws {FormatError} {UnsupportedError} */
  open(name: string, waits: boolean, user: unknown): BlockWire | undefined {
    libc(); // throws if there is no system scope here
    const file = openBlock(name, waits);
    if (!file) return undefined;
    try {
      return this.use(idOf(file), user) ?? this.#map(file, user);
    } finally {
      closeSync(file.fd);
    }
  }

  /** A block that some thread has open; `undefined` if none has. */
  use(id: number, user: unknown): BlockWire | undefined {
    const mapped = this.#mapped.get(id);
    mapped?.users.add(user);
    return mapped && blockToWire(mapped.block);
  }

  #map(file: OpenFile, user: unknown, draft?: string): BlockWire {
    const block = mapFile(idOf(file), file);
    const { dev, ino } = file;
    this.#device = dev;
    this.#mapped.set(block.id, { block, file: { dev, ino }, users: new Set([user]), draft });
    return blockToWire(block);
  }

  /** A thread has closed it. With the last one its pages are given back; a draft is gone. */
  leave(id: number, user: unknown): void {
    const mapped = this.#mapped.get(id);
    if (!mapped?.users.delete(user) || mapped.users.size > 0) return;
    this.#mapped.delete(id);
    unmap(mapped.block);
    if (mapped.draft === undefined) return;
    remove(mapped.draft);
    this.#disown(mapped.file);
  }

  /** A thread has died. */
  leaveAll(user: unknown): void {
    for (const id of this.#mapped.keys()) this.leave(id, user);
  }

  /** Frees a name, if it is still that block's; false if not. */
  unlink(name: string, id: number): boolean {
    const file = { dev: this.#device, ino: id - FILES };
    if (!unlinkBlock(name, file)) return false;
    this.#disown(file);
    return true;
  }

  #disown({ ino }: FileId): void {
    if (this.#owned.remove(ino) && this.#owned.size === 0) this.#whenOwning(false);
  }

  /** Wakes waiters of other processes, for a thread that cannot. */
  wake(id: number, byteOffset: number, count: number): void {
    const mapped = this.#mapped.get(id);
    if (mapped) libc().futexWake(libc().addressOf(mapped.block.buffer) + byteOffset, count);
  }
}

/** One file is one block, whoever opens it. */
export const idOf = ({ ino }: { readonly ino: number }): number => FILES + ino;

/** Whether a name was taken by a block that a dead process left, which is gone now. */
const leftByTheDead = (name: string): boolean => sweepDead().some(({ block }) => block.name === name);
