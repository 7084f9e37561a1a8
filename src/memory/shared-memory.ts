/** `SharedMemory`: a handle to a block of shared bytes, with a name or without. All other shared things use it. */

import { type DType, dtypes, expectDType, noFloat16Array, type TypedArrayOf } from "../base/dtype.js";
import { ClosedError } from "../base/errors.js";
import { expectInteger, expectKnown, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { pathOf } from "../system/own-files.js";
import { contentsGetter, defineContents } from "../wire/comparison.js";
import { registerHandleKind } from "../wire/registry.js";
import { type BlockInfo, infoOf } from "./blocks/block-info.js";
import { type ArrayInfo, type Block, isFile, type Named, PRIVATE_FILES, type Scope } from "./blocks/driver.js";
import { allocateForArray } from "./blocks/for-arrays.js";
import { adopt, blockFromWire, blockToWire, expectBlockWire } from "./blocks/heap.js";
import { closeHandle, forgetUnopened, openHandle } from "./blocks/opened.js";
import { bufferLeaves, handleClosed, handleOpened } from "./blocks/recycling.js";
import { CREATIONS } from "./keeper/layout.js";
import { keeperReady, tree } from "./keeper/tree.js";
import { pruneSystem } from "./machine/machine-names.js";
import { claim, claimNew, freeWithHandle, outliveHandle } from "./names/claim.js";
import { expectMapping, expectSystemBlock } from "./names/handled.js";
import {
  type AttachOptions,
  driverOf,
  expectAddress,
  expectPlace,
  expectScope,
  looking,
  type NameOptions,
  nameReplaced,
  nameTimedOut,
  noneToAttach,
  type Place,
} from "./names/place.js";
import { noWrites } from "./readonly.js";
import type { Shared } from "./shared.js";
import type { SyncWaitOptions, WaitOptions } from "./words/wait.js";
import { expectSyncWait, expectWait, waitUntil, waitUntilSync } from "./words/wait.js";

export type { BlockInfo } from "./blocks/block-info.js";
export type { Scope } from "./blocks/driver.js";
export type { AttachOptions, NameOptions } from "./names/place.js";
export type { Shared } from "./shared.js";

/**
 * For the layers above: the block behind a handle.
 *
 * @throws {ClosedError} If the handle was closed.
 */
export let blockOf: (memory: SharedMemory) => Block;
/** For the layers above: where the first byte of a handle is in the buffer of its block. */
export let startOf: (memory: SharedMemory) => number;
/** For the layers above: as `blockOf`, for those who keep the buffer or a typed array over it longer than this job. */
export let lentBlockOf: (memory: SharedMemory) => Block;
/**
 * For the layers above: all bytes of a handle, to be read. Only `buf` gives them to users, who may write to them.
 *
 * @throws {ClosedError} If the handle was closed.
 */
export let bytesOf: (memory: SharedMemory) => Uint8Array<SharedArrayBuffer>;
/** For the layers above: whether the memory is a file that was mapped with mode "r". */
export let isReadonlyMemory: (memory: SharedMemory) => boolean;
/**
 * For the layers above: refuses to give users a typed array over a file that was mapped with mode "r".
 *
 * @throws {UnsupportedError} If it is one: a write to a typed array cannot be refused, so it would seem to succeed.
 */
export let expectWritableMemory: (memory: SharedMemory) => void;
/** For the layers above: what is known about the array in a named block. */
export let arrayInfoOf: (memory: SharedMemory) => ArrayInfo | undefined;
/** For the layers above: allocates zeroed bytes that nobody can find yet. The caller publishes or discards them. */
export const allocate = ({ scope }: Place, size: number): Block => driverOf(scope).allocate(size);
/** For the layers above: bytes for an array without a name, which are all zero if `isZeroed`. */
export const allocateUnnamed = allocateForArray;
/** For the layers above: gives up a block that was allocated but not published. */
export const discard = ({ scope }: Place, block: Block): void => driverOf(scope).discard(block);
/**
 * For the layers above: makes a handle to a complete block, and gives the block its name if it is to have one.
 *
 * @throws {NameTakenError} If the name is taken. The block is discarded.
 */
export let publish: (block: Block, place: Place, array?: ArrayInfo) => SharedMemory;
/**
 * For the layers above: makes another handle to the same bytes. It owns nothing and has no name. A lease is a handle
 * of a call, which holds the block itself as long as it lasts: its memory may be used again although the lease is open.
 *
 * @throws {ClosedError} If the handle was closed.
 */
export let aliasOf: (memory: SharedMemory, role?: "alias" | "lease") => SharedMemory;
/** For `mapped-memory.ts`: makes a handle to a file that is mapped. It owns nothing and has no name. */
export let handleToMapping: (named: Named) => SharedMemory;
/** For the layers above: frees the block's name, if it has one that still belongs to it. */
export let freeName: (memory: SharedMemory) => void;
/** For the layers above: makes a handle to a shared buffer that this package did not make. */
export let adoptBuffer: (buffer: SharedArrayBuffer) => SharedMemory;

const construction = Symbol("construction");
/** What a handle is: one that may have the name, another one to the same bytes, or a call's. */
type Role = "own" | "alias" | "lease";

/**
 * A block of shared bytes. With a name, every thread can `attach` to it, and it lives until `unlink()`. Without a name,
 * it lives until nothing refers to it.
 *
 * @example
 * using memory = new SharedMemory(1024, { name: "scratch" });
 * memory.buf[0] = 1; // in any worker: SharedMemory.attach("scratch").buf[0] === 1
 *
 * After Python's `multiprocessing.shared_memory.SharedMemory`.
 */
export class SharedMemory implements Shared {
  readonly #owner: boolean;
  readonly #size: number;
  /** Where its first byte is in the buffer. */
  readonly #start: number;
  readonly #isReadonly: boolean;
  /** The named block that counts this handle; `undefined` if the block has no name. */
  readonly #named: Named | undefined;
  readonly #role: Role;
  /** The handle that an alias was made of, which keeps the name. */
  #origin: SharedMemory | undefined;
  #block: Block | undefined;
  #buf: Uint8Array<SharedArrayBuffer> | undefined;

  /**
   * Makes zeroed memory.
   *
   * @param size Bytes, an integer of 1 or more.
   * @throws {NameTakenError} If the name is taken.
   * @throws {NoSpaceError} If there is not enough memory. Nothing is left behind.
   * @throws {TypeError} If an argument has the wrong type.
   * @throws {RangeError} If the size or the name is not allowed.
   */
  constructor(size: number, options?: NameOptions);
  constructor(
    size: number | typeof construction,
    options?: NameOptions,
    block?: Block,
    named?: Named,
    owner = true,
    role: Role = "own",
  ) {
    if (size === construction) {
      this.#named = named;
      this.#block = block!;
    } else {
      expectInteger("size", size, 1, Number.POSITIVE_INFINITY);
      const place = expectPlace(expectKnown(options, ["name", "scope"], "SharedMemory"));
      this.#named = claimNew(place, size);
      this.#block = this.#named?.block ?? allocate(place, size);
      if (place.isMadeUp) freeWithHandle(this, this.#named!);
    }
    this.#role = role;
    this.#owner = owner;
    this.#size = this.#block.size;
    this.#start = this.#block.start ?? 0;
    this.#isReadonly = this.#block.isReadonly === true;
    defineContents(this, CONTENTS);
    if (this.#named) openHandle(this.#named, this);
    if (role !== "lease") handleOpened(this.#block, this);
  }

  static #fromNamed: (named: Named) => SharedMemory;
  static {
    const make = SharedMemory as unknown as {
      new (mark: symbol, options: undefined, block: Block, named?: Named, owner?: boolean, role?: Role): SharedMemory;
    };
    blockOf = (memory) => memory.#open();
    lentBlockOf = (memory) => bufferLeaves(memory.#open());
    startOf = (memory) => memory.#start;
    bytesOf = (memory) => {
      const { buffer } = lentBlockOf(memory);
      memory.#buf ??= new Uint8Array(buffer, memory.#start, memory.size);
      return memory.#buf;
    };
    isReadonlyMemory = (memory) => memory.#isReadonly;
    expectWritableMemory = (memory) => {
      if (memory.#isReadonly) throw noWrites(memory.#named!.name);
    };
    arrayInfoOf = (memory) => memory.#named?.array;
    // The receiver finds the block by its name, so the name must outlast this handle.
    const leavingName = (memory: SharedMemory) => ({
      sent: () => outliveHandle(memory.#origin ?? memory),
      cancelled() {},
      lost() {},
    });
    freeName = (memory) => {
      if (memory.#named && memory.#named.id < PRIVATE_FILES) driverOf(memory.scope).unlink(memory.#named);
    };
    adoptBuffer = (buffer) => new make(construction, undefined, adopt(buffer));
    publish = (block, place, array) => {
      const named = claim(place, block, array);
      const memory = new make(construction, undefined, named?.block ?? block, named);
      if (place.isMadeUp) freeWithHandle(memory, memory.#named!);
      return memory;
    };
    aliasOf = (memory, role = "alias") => {
      const alias = new make(construction, undefined, memory.#open(), memory.#named, false, role);
      alias.#origin = memory;
      return alias;
    };
    handleToMapping = (named) => new make(construction, undefined, named.block, named, false, "alias");
    SharedMemory.#fromNamed = (named) => new make(construction, undefined, named.block, named, false);
    registerHandleKind<SharedMemory>(
      "SharedMemory",
      (value) => value instanceof SharedMemory,
      (memory) => {
        const { block, name } = { block: lentBlockOf(memory), name: memory.#named?.name };
        return isFile(block) ? { name, id: block.id } : { block: blockToWire(block), name };
      },
      ({ block, name, id }) => {
        if (block === undefined && typeof id === "number" && id >= PRIVATE_FILES)
          return handleToMapping(expectMapping(name, id));
        if (block === undefined) return SharedMemory.#fromNamed(expectSystemBlock(name, id));
        // If the block still has its name, the received handle gets it too, so that `unlink` works there.
        const own = blockFromWire(expectBlockWire(block));
        const named = typeof name === "string" ? driverOf("process").attach(name, false) : undefined;
        if (named?.block.id === own.id) return SharedMemory.#fromNamed(named);
        if (named) forgetUnopened(named); // another block has the name now
        return new make(construction, undefined, own, undefined, false);
      },
      {
        depart: (memory) => (memory.scope === "system" ? leavingName(memory) : undefined),
        canHaveScope: true,
      },
    );
  }

  /**
   * Attaches to the block of that name.
   *
   * @throws {NameNotFoundError} If no block has the name. It does not wait.
   * @throws {FormatError} If the file of that name is not a block of this user.
   */
  static attach(name: string, options?: AttachOptions): SharedMemory {
    const { scope } = expectAddress(name, expectKnown(options, ["scope"], "attach"));
    const named = driverOf(scope).attach(name, false);
    if (!named) throw noneToAttach(name, scope);
    return SharedMemory.#fromNamed(named);
  }

  /**
   * Attaches to the block of that name as soon as there is one.
   *
   * @throws {TimeoutError} If there is none within `timeoutMs`.
   * @throws {AbortedError} If `signal` fires first.
   */
  static async waitFor(name: string, options: AttachOptions & WaitOptions = {}): Promise<SharedMemory> {
    const given = expectWait(options, "waitFor", ["scope"]);
    const [poll, sliceMs] = looking(name, given);
    const named = await waitUntil(tree.words, CREATIONS, poll, given, sliceMs);
    if (!named) throw nameTimedOut(name, given.timeoutMs!, expectScope(given.scope));
    return SharedMemory.#fromNamed(named);
  }

  /**
   * As `waitFor`, but blocks the thread.
   *
   * @throws {TimeoutError} If there is none within `timeoutMs`.
   */
  static waitForSync(name: string, options: AttachOptions & SyncWaitOptions = {}): SharedMemory {
    const given = expectSyncWait(options, "waitForSync", ["scope"]);
    const [poll, sliceMs] = looking(name, given);
    const named = waitUntilSync(tree.words, CREATIONS, poll, given.timeoutMs, sliceMs);
    if (!named) throw nameTimedOut(name, given.timeoutMs!, expectScope(given.scope));
    return SharedMemory.#fromNamed(named);
  }

  /**
   * Lists all named blocks of the scope. In system scope, these are the blocks that this package made for this user.
   */
  static list(options?: AttachOptions): BlockInfo[] {
    const scope = expectScope(expectKnown(options, ["scope"], "list").scope);
    return driverOf(scope).list().map(infoOf(scope));
  }

  /**
   * Removes the blocks of system scope whose processes died without a chance to unlink them, and returns what it
   * removed. It never removes a block of a live process.
   */
  static prune(): BlockInfo[] {
    return pruneSystem().map(infoOf("system"));
  }

  /** Starts the keeper of names (20–50 ms), which then stays, so that workers have it while this thread is blocked. */
  static async ready(): Promise<void> {
    await keeperReady();
  }

  /** Whether this handle created the block. Disposing it then also unlinks. */
  get owner(): boolean {
    return this.#owner;
  }
  /** The bytes that were asked for: the same for every handle. */
  get size(): number {
    return this.#size;
  }
  /** The name; `undefined` if it has none. */
  get name(): string | undefined {
    return this.#role !== "own" ? undefined : this.#named?.name;
  }
  /** Who can find the name. */
  get scope(): Scope {
    return this.#named?.scope ?? "process";
  }
  /** The path under which other programs find the block, such as `/dev/shm/prices`; `undefined` in process scope. */
  get path(): string | undefined {
    return this.scope === "system" ? pathOf(this.#named!.name) : undefined;
  }
  /** Whether this handle was closed. */
  get closed(): boolean {
    return this.#block === undefined;
  }
  /**
   * The bytes: exactly `size` of them. In the block of a named array, the first `array.byteOffset` bytes are its `.npy`
   * header.
   *
   * @throws {ClosedError} If this handle was closed.
   * @throws {UnsupportedError} If it is a file that was mapped with mode "r".
   */
  get buf(): Uint8Array<SharedArrayBuffer> {
    expectWritableMemory(this);
    return bytesOf(this);
  }

  /**
   * The bytes as a typed array.
   *
   * @throws {RangeError} If `size` is not a multiple of the item's size.
   * @throws {DTypeError} If there is no such dtype.
   * @throws {UnsupportedError} If the dtype is `float16` and the runtime has no Float16Array, or as for `buf`.
   * @throws {ClosedError} If this handle was closed.
   */
  as<D extends DType>(dtype: D): TypedArrayOf<D> {
    const known = expectDType(dtype);
    expectWritableMemory(this);
    const { array, bytes, load } = dtypes[known];
    if (known === "float16" && load) throw noFloat16Array();
    if (this.size % bytes !== 0) {
      throw new RangeError(`Expected \`dtype\` to divide ${this.size} bytes, got ${dtype} of ${bytes} bytes`);
    }
    return new array(lentBlockOf(this).buffer, this.#start, this.size / bytes) as unknown as TypedArrayOf<D>;
  }

  /** Closes this handle; idempotent. Using it later throws ClosedError. The name stays. */
  close(): void {
    const block = this.#block;
    if (block === undefined) return;
    this.#block = undefined;
    this.#buf = undefined;
    if (this.#named) closeHandle(this.#named, this);
    if (this.#role !== "lease") handleClosed(block, this);
  }

  /**
   * Frees the name at once. Handles that are attached keep working.
   *
   * @throws {NameNotFoundError} If the block has no name, or it was freed before.
   */
  unlink(): void {
    outliveHandle(this);
    if (this.name !== undefined && driverOf(this.scope).unlink(this.#named!)) return;
    throw nameReplaced(this.name, this.scope);
  }

  /** Does `close()`, and `unlink()` if this handle is the owner. Does not throw if the name is already gone. */
  [Symbol.dispose](): void {
    outliveHandle(this);
    if (this.owner && this.#named) driverOf(this.scope).dispose(this.#named, () => this.close());
    else this.close();
  }

  /** The class, the size, and the name if it has one. */
  toString(): string {
    return `SharedMemory(${this.size}${this.name === undefined ? "" : `, { name: ${show(this.name)} }`})`;
  }
  /** What `console.log` prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  /** What `JSON.stringify` writes: not the bytes, but the class, the size and the name. */
  toJSON(): string {
    return this.toString();
  }

  #open(): Block {
    if (this.#block) return this.#block;
    const what = this.name === undefined ? "unnamed memory" : `memory ${show(this.name)}`;
    throw new ClosedError(`Expected ${what} to be open, but this handle was closed`, { what });
  }
}

keepNames({ SharedMemory });

/** Memory is equal if its bytes are. */
const CONTENTS = contentsGetter<SharedMemory>((memory) => ({ bytes: bytesOf(memory) }));
