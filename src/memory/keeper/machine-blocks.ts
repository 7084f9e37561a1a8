/**
 * Blocks of system scope, for all threads of this process. Only the keeper makes, maps, names and unmaps them, so each
 * block has one mapping no matter which thread asks first, and no thread can be terminated halfway: nobody terminates
 * the keeper.
 */
import { UnsupportedError } from "../../base/errors.js";
import { show } from "../../base/expect.js";
import { closeSync, fstatSync } from "../../platform/runtime.js";
import {
  allocate,
  createDraft,
  type FileId,
  fileAt,
  idOf,
  isSame,
  isStill,
  type OpenFile,
  openBlock,
  openPath,
  publishDraft,
  unlinkBlock,
} from "../../system/files.js";
import { libc, unavailable } from "../../system/libc.js";
import type { OwnedBlock } from "../../system/notes.js";
import { filesByOwner, ownTag, remove, tagOf } from "../../system/own-files.js";
import { OwnerFile } from "../../system/owner-file.js";
import { newFile } from "../../system/replace-file.js";
import { ownedBlocks, removeKept, sweepDead } from "../../system/sweep.js";
import type { ArrayInfo, BlockWire } from "../blocks/driver.js";
import { type Block, FILES, idOfFile, MAPPED_PATHS, PRIVATE_FILES } from "../blocks/driver.js";
import { blockToWire } from "../blocks/heap.js";
import { mapFile, unmap } from "../blocks/mapping.js";
import type { MakeRequest, MapRequest } from "./layout.js";

interface Mapped {
  readonly block: Block;
  readonly file: FileId;
  /** The threads that use the block, and how many records of it each has. */
  readonly users: Map<unknown, number>;
  /** The path of the file until it has its name; `undefined` afterwards. */
  draft: string | undefined;
  /** The open file, if it has no name and child processes are to be given it. */
  readonly fd?: number | undefined;
}

/** What must be undone when nobody uses a block any more. */
type Keeping = Partial<Pick<Mapped, "draft" | "fd">>;

/** What `MachineBlocks` reports. */
export interface MachineEvents {
  /** The process is about to have files in the directory, or no longer has any. */
  readonly owning: (owns: boolean) => void;
  /** Throws if the process is ending, and has stopped waiting for this thread. */
  readonly expectToGoOn: () => void;
  /** A mapping of so many bytes is no longer used, and the collector can free it. */
  readonly dropped: (bytes: number) => void;
}

export class MachineBlocks {
  readonly #mapped = new Map<number, Mapped>();
  readonly #owned = new OwnerFile();
  /** Ids of mapped paths so far. They are unique over all keepers of the tree. */
  #paths: number;
  readonly #events: MachineEvents;
  /** Whether the process's files stay until the next look after its last block. */
  readonly #lingers: boolean;
  /** What an earlier keeper made and may not have replied with, by the keys of the requests. */
  readonly #unanswered = new Map<string, OwnedBlock>();
  /** Whether it has reported that the process is about to have files. */
  #isOwning = false;

  /** @param incarnation Distinguishes this keeper from earlier ones of the tree. */
  constructor(incarnation: number, events: MachineEvents, { lingers }: { readonly lingers: boolean }) {
    this.#paths = incarnation * 2 ** 32;
    this.#events = events;
    this.#lingers = lingers;
    sweepDead(); // once per process, before its first block
  }

  /** Goes on owning what an earlier keeper, which died, has noted. What it was just making is lost. */
  adopt(): void {
    this.#reportOwning(); // also if there is nothing: the earlier keeper may have, and the next look reports the end
    const files = filesByOwner().get(ownTag()) ?? [];
    const blocks = ownedBlocks().filter(({ identity }) => tagOf(identity) === ownTag());
    if (blocks.length > 0) {
      this.#beginDraft(); // others see again that this process lives
      for (const { block } of blocks) {
        this.#owned.add(idOfFile(block), block);
        if (block.key !== undefined) this.#unanswered.set(block.key, block);
      }
      this.#owned.endDraft();
    }
    removeKept(files); // only now: no block is ever without a note
  }

  /** The number of mappings and owned names. While there are any, a thread may ask for them. */
  get size(): number {
    return this.#mapped.size + this.#owned.size;
  }

  /** Whether the process has files in the directory, or had some since the last look. */
  get hasFiles(): boolean {
    return this.#isOwning;
  }

  /**
   * Makes a block that has its name at once. Returns `undefined` if the name is taken.
   *
   * @throws {NoSpaceError} If there is not enough memory or address space.
   * @throws {UnsupportedError} If there is no system scope here.
   */
  make({ key, name, size, bytes, array }: MakeRequest, user: unknown): BlockWire | undefined {
    const made = this.#openUnanswered(key, user);
    if (made) return made;
    const wire = this.draft(size, user, bytes && new Uint8Array(bytes, 0, size));
    return this.#publish(wire.id, name, { key, ...array }, user) ? wire : undefined;
  }

  /**
   * Opens the block that an earlier keeper made for the request with that key, and died before it could answer;
   * `undefined` if it made none, or another file has the name now.
   */
  #openUnanswered(key: string, user: unknown): BlockWire | undefined {
    const noted = this.#unanswered.get(key);
    this.#unanswered.delete(key);
    const file = noted && isStill(noted.name, noted) ? openBlock(noted.name) : undefined;
    if (!noted || !file) return undefined;
    if (isSame(file, noted)) return this.#useOpened(file, user);
    closeSync(file.fd);
    return undefined;
  }

  /**
   * Makes a block of the given bytes, or zeros, that nobody can find yet.
   *
   * @throws {NoSpaceError} If there is not enough memory or address space.
   * @throws {UnsupportedError} If there is no system scope here.
   */
  draft(size: number, user: unknown, bytes?: Uint8Array): BlockWire {
    this.#beginDraft();
    try {
      return this.#mapDraft(createDraft(size, bytes), user);
    } catch (e) {
      this.#owned.giveUpDraft();
      throw e;
    }
  }

  /** From now on others see that this process lives. That is reported before there is a file. */
  #beginDraft(): void {
    this.#reportOwning();
    this.#owned.beginDraft();
  }

  /** Reports, once, that the process is about to have files. A look that finds none reports the end. */
  #reportOwning(): void {
    if (this.#isOwning) return;
    this.#isOwning = true;
    this.#events.owning(true);
  }

  #mapDraft(file: OpenFile, user: unknown): BlockWire {
    try {
      return this.#map(file, user, file.path);
    } catch (e) {
      remove(file.path);
      throw e;
    } finally {
      closeSync(file.fd);
    }
  }

  /** Names a draft. If the name is taken, removes the draft and returns false. */
  publish(id: number, name: string, array: ArrayInfo | undefined, user: unknown): boolean {
    if (this.#mapped.has(id)) return this.#publish(id, name, { ...array }, user);
    const named = fileAt(name);
    if (named && idOfFile(named) === id) return true; // an earlier keeper died before it could answer
    throw keeperDied(name);
  }

  #publish(id: number, name: string, about: Partial<ArrayInfo> & { readonly key?: string }, user: unknown): boolean {
    const mapped = this.#mapped.get(id)!;
    const { block, file, draft } = mapped;
    try {
      this.#events.expectToGoOn(); // a large block may have taken longer than the process waits at its end
      // It is noted before it has its name, so no name is ever without an owner.
      this.#owned.add(id, { name, ...file, size: block.size, createdAt: Date.now(), ...about });
      const isOurs = publishDraft(draft!, name) || this.#publishAfterSweep(draft!, name);
      if (!isOurs) {
        this.leave(id, user);
        return false;
      }
      mapped.draft = undefined;
      this.#owned.endDraft();
      return true;
    } catch (e) {
      this.leave(id, user);
      throw e;
    }
  }

  /** Publishes a draft after removing what dead processes left: one of them may have had the name. */
  #publishAfterSweep(draft: string, name: string): boolean {
    sweepDead();
    this.#events.expectToGoOn();
    return publishDraft(draft, name);
  }

  /**
   * Returns the block of that name; `undefined` if there is none.
   *
   * @throws {FormatError} If the file cannot be a block of this user's.
   * @throws {UnsupportedError} If there is no system scope here.
   */
  open(name: string, waits: boolean, user: unknown): BlockWire | undefined {
    libc(); // throws UnsupportedError if there is no system scope here
    const file = openBlock(name, waits);
    return file && this.#useOpened(file, user);
  }

  /** Returns the block of an open file, and closes the file. */
  #useOpened(file: OpenFile, user: unknown): BlockWire {
    try {
      return this.use(idOfFile(file), user) ?? this.#map(file, user);
    } finally {
      closeSync(file.fd);
    }
  }

  /** Returns a block that some thread has open; `undefined` if none has. */
  use(id: number, user: unknown): BlockWire | undefined {
    const mapped = this.#mapped.get(id);
    mapped?.users.set(user, (mapped.users.get(user) ?? 0) + 1);
    return mapped && blockToWire(mapped.block);
  }

  /**
   * Maps a file of any path, in the given mode.
   *
   * @throws {Error} What the operating system reports about the path.
   * @throws {FormatError} If the file cannot be mapped.
   * @throws {NoSpaceError} If there is not enough space for a new file.
   * @throws {UnsupportedError} If there is no system scope here.
   */
  mapPath(request: MapRequest, user: unknown): BlockWire {
    libc(); // throws UnsupportedError if there is no system scope here, before a file is made
    if (request.mode === "w+") return this.#mapNew(request, user);
    const { path, mode, part } = request;
    const file = openPath(path, mode === "r+", part);
    try {
      return this.#mapRequested(request, file, user);
    } finally {
      closeSync(file.fd);
    }
  }

  /** The new file gets its path when it is mapped, so that an old one is lost only if all went well. */
  #mapNew(request: MapRequest, user: unknown): BlockWire {
    const { byteOffset, byteLength } = request.part!;
    const file = newFile(request.path, byteOffset + byteLength);
    let wire: BlockWire | undefined;
    try {
      wire = this.#mapRequested(request, file, user);
      file.publish();
      return wire;
    } catch (e) {
      if (wire) this.leave(wire.id, user);
      file.giveUp();
      throw e;
    } finally {
      closeSync(file.fd);
    }
  }

  #mapRequested({ mode, part }: MapRequest, file: OpenFile, user: unknown): BlockWire {
    return this.#keep(mapFile(MAPPED_PATHS + ++this.#paths, file, mode, part), file, user);
  }

  /**
   * Makes a block of zeroed bytes that never has a name. A child process that is started with its open file has it too,
   * and nobody else. The file stays open until the last thread has left the block.
   *
   * @throws {NoSpaceError} If there is not enough memory or address space.
   * @throws {UnsupportedError} If there is no system scope here.
   */
  share(size: number, user: unknown): { readonly block: BlockWire; readonly fd: number } {
    const fd = libc().memoryFile();
    if (fd < 0) throw unavailable("one more file in memory", "fewer open files, or a higher limit: `ulimit -n`");
    try {
      allocate(fd, size, "`size`");
      return { block: this.#mapPrivate(fd, user, fd), fd };
    } catch (e) {
      libc().close(fd);
      throw e;
    }
  }

  /** Maps the block whose open file this process was started with, and closes the file. */
  inherit(fd: number, user: unknown): BlockWire {
    try {
      return this.#mapPrivate(fd, user);
    } finally {
      libc().close(fd);
    }
  }

  #mapPrivate(fd: number, user: unknown, stayingOpen?: number): BlockWire {
    const stat = fstatSync(fd);
    const file = { fd, path: "", ...idOf(stat), size: stat.size };
    const id = idOfFile(file) + (PRIVATE_FILES - FILES);
    return this.#keep(mapFile(id, file, "r+"), file, user, { fd: stayingOpen });
  }

  #map(file: OpenFile, user: unknown, draft?: string): BlockWire {
    return this.#keep(mapFile(idOfFile(file), file, "r+"), file, user, { draft });
  }

  #keep(block: Block, { dev, ino, born }: OpenFile, user: unknown, { draft, fd }: Keeping = {}): BlockWire {
    this.#mapped.set(block.id, { block, file: { dev, ino, born }, users: new Map([[user, 1]]), draft, fd });
    return blockToWire(block);
  }

  /**
   * A thread has closed one of its records of a block. With the last one the pages are given back, and a draft is
   * removed.
   */
  leave(id: number, user: unknown): void {
    const users = this.#mapped.get(id)?.users;
    const left = (users?.get(user) ?? 0) - 1;
    if (left > 0) users!.set(user, left);
    else if (left === 0) this.#leaveWholly(id, user);
  }

  /** A thread has died: closes all of its records. */
  leaveAll(user: unknown): void {
    for (const id of this.#mapped.keys()) this.#leaveWholly(id, user);
  }

  #leaveWholly(id: number, user: unknown): void {
    const { block, users, draft, fd } = this.#mapped.get(id)!;
    if (!users.delete(user) || users.size > 0) return;
    this.#mapped.delete(id);
    unmap(block);
    if (fd !== undefined) libc().close(fd);
    this.#events.dropped(block.size);
    if (draft === undefined) return;
    remove(draft);
    this.#owned.remove(id);
    this.#owned.giveUpDraft();
  }

  /** Frees a name if that block still has it. Returns false if it does not. */
  unlink(name: string, id: number): boolean {
    const file = this.#mapped.get(id)?.file ?? fileAt(name);
    const isFreed = file !== undefined && idOfFile(file) === id && unlinkBlock(name, file);
    this.#owned.remove(id); // also if another process unlinked it first
    if (!this.#lingers) this.#removeIdle();
    return isFreed;
  }

  /** Forgets the names that other processes have unlinked, and removes this process's files if it owns nothing. */
  tend(): void {
    this.#owned.forgetGone((id) => this.#mapped.get(id)?.draft === undefined);
    this.#removeIdle();
  }

  #removeIdle(): void {
    this.#owned.removeIdle();
    if (!this.#isOwning || this.#owned.isHeld) return;
    this.#isOwning = false;
    this.#events.owning(false);
  }

  /** Wakes waiters in other processes, for a thread that cannot do it itself. */
  wake(id: number, byteOffset: number, count: number): void {
    const mapped = this.#mapped.get(id);
    if (mapped) libc().futexWake(libc().addressOf(mapped.block.buffer) + byteOffset, count);
  }
}

function keeperDied(name: string): UnsupportedError {
  const feature = "a name for a block whose keeper has died";
  const message = `Expected the thread that holds the names to live while ${show(name)} was made, but it died`;
  return new UnsupportedError(`${message} (make it again)`, { feature, instead: "make it again" });
}
