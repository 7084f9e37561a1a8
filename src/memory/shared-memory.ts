/** `SharedMemory`: a handle to a block of shared bytes, by name or not. Arrays stand on it; users may. */

import { type DType, dtypes, expectDType, type TypedArrayOf } from "../base/dtype.js";
import { ClosedError, UnsupportedError } from "../base/errors.js";
import { expectInteger, expectKnown, show } from "../base/expect.js";
import { assertNotImporting } from "../platform/importing.js";
import { pathOf } from "../system/files.js";
import { registerHandleKind } from "../wire/handle.js";
import { type BlockInfo, infoOf } from "./blocks/block-info.js";
import {
  type ArrayInfo,
  type Block,
  type BlockWire,
  isFile,
  MAPPED_PATHS,
  type MapMode,
  type Named,
  type Scope,
} from "./blocks/driver.js";
import { adopt, blockFromWire, blockToWire } from "./blocks/heap.js";
import { closeHandle, forgetUnopened, openHandle } from "./blocks/opened.js";
import { CREATIONS } from "./keeper/layout.js";
import { keeperReady, tree } from "./keeper/tree.js";
import { attachMapping, attachSystemBlock, mapPath, pruneSystem } from "./machine/machine-names.js";
import {
  type AttachOptions,
  driverOf,
  expectAddress,
  expectPlace,
  expectScope,
  type NameOptions,
  nameNotFound,
  nameTaken,
  nameTimedOut,
  type Place,
} from "./names/place.js";
import type { Shared } from "./shared.js";
import { napping } from "./words/atomics.js";
import { NOTIFICATION_TRUST_MS } from "./words/intervals.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "./words/wait.js";

export type { BlockInfo } from "./blocks/block-info.js";
export type { Scope } from "./blocks/driver.js";
export type { AttachOptions, NameOptions } from "./names/place.js";
export type { Shared } from "./shared.js";

/** For the layers above: the bytes behind a handle. @throws {ClosedError} */
export let blockOf: (memory: SharedMemory) => Block;
/** For the layers above: what is known of the array in a named block. */
export let arrayInfoOf: (memory: SharedMemory) => ArrayInfo | undefined;
/** For the layers above: zeroed bytes that nobody can find yet; to be published, or discarded. */
export const allocate = ({ scope }: Place, size: number): Block => driverOf(scope).allocate(size);
export const discard = ({ scope }: Place, block: Block): void => driverOf(scope).discard(block);
/**
 * For the layers above: a handle to a block that is complete, under the name if there is one. @throws {NameTakenError}:
 * it is discarded
 */
export let publish: (block: Block, place: Place, array?: ArrayInfo) => SharedMemory;
/** For the layers above: another handle to the same bytes, which owns nothing and has no name. @throws {ClosedError} */
export let aliasOf: (memory: SharedMemory) => SharedMemory;
/** For the layers above: a handle to a file of any path, in memory. */
export let memoryOfFile: (path: string, mode: MapMode) => SharedMemory;
/** For the layers above: frees the name that nobody gave it, if there is one and it still is this block's. */
export let freeName: (memory: SharedMemory) => void;
/** For the layers above: a handle to somebody else's shared buffer. */
export let adoptBuffer: (buffer: SharedArrayBuffer) => SharedMemory;

const construction = Symbol("construction");

/**
 * A block of shared bytes. Named, every thread finds it by `attach` and it lives until `unlink()`; unnamed, it lives
 * until nothing refers to it.
 *
 * @example
 * using memory = new SharedMemory(1024, { name: "scratch" });
 * memory.buf[0] = 1; // in any worker: SharedMemory.attach("scratch").buf[0] === 1
 *
 * After Python's `multiprocessing.shared_memory.SharedMemory`.
 */
export class SharedMemory implements Shared {
  /** Whether this handle created the block: then disposing it also unlinks. */
  readonly owner: boolean;
  /** Bytes asked for; the same for every handle. */
  readonly size: number;
  /** What it counts as a handle to. */
  readonly #named: Named | undefined;
  readonly #isAlias: boolean;
  /** Of an alias, the handle it was made of, which keeps the name. */
  #origin: SharedMemory | undefined;
  #block: Block | undefined;
  #buf: Uint8Array<SharedArrayBuffer> | undefined;

  /**
   * Zeroed memory, all or nothing.
   *
   * @param size bytes, an integer ≥ 1
   * @throws {NameTakenError} {NoSpaceError} {TypeError} {RangeError}
   */
  constructor(size: number, options?: NameOptions);
  constructor(
    size: number | typeof construction,
    options?: NameOptions,
    block?: Block,
    named?: Named,
    owner = true,
    isAlias = false,
  ) {
    if (size === construction) {
      this.#named = named;
      this.#block = block!;
    } else {
      expectInteger("size", size, 1, Number.POSITIVE_INFINITY);
      const place = expectPlace(options);
      this.#block = allocate(place, size);
      this.#named = claim(place, this.#block, undefined);
      if (place.isMadeUp) freeWithHandle(this, this.#named!);
    }
    this.#isAlias = isAlias;
    this.owner = owner;
    this.size = this.#block.size;
    if (this.#named) openHandle(this.#named, this);
  }

  static #fromNamed: (named: Named) => SharedMemory;
  static {
    const make = SharedMemory as unknown as {
      new (
        mark: symbol,
        options: undefined,
        block: Block,
        named?: Named,
        owner?: boolean,
        isAlias?: boolean,
      ): SharedMemory;
    };
    blockOf = (memory) => memory.#open();
    arrayInfoOf = (memory) => memory.#named?.array;
    // Its receiver finds it by its name, which must outlast this handle.
    const leavingName = (memory: SharedMemory) => ({
      sent: () => void unasked.unregister(memory.#origin ?? memory),
      cancelled() {},
      lost() {},
    });
    memoryOfFile = (path, mode) => fromMapping(mapPath(path, mode));
    freeName = (memory) => {
      if (memory.#named) driverOf(memory.scope).unlink(memory.#named);
    };
    adoptBuffer = (buffer) => new make(construction, undefined, adopt(buffer));
    publish = (block, place, array) => {
      const memory = new make(construction, undefined, block, claim(place, block, array));
      if (place.isMadeUp) freeWithHandle(memory, memory.#named!);
      return memory;
    };
    aliasOf = (memory) => {
      const alias = new make(construction, undefined, memory.#open(), memory.#named, false, true);
      alias.#origin = memory;
      return alias;
    };
    const fromMapping = (named: Named) => new make(construction, undefined, named.block, named, false, true);
    SharedMemory.#fromNamed = (named) => new make(construction, undefined, named.block, named, false);
    registerHandleKind<SharedMemory>(
      "SharedMemory",
      (value) => value instanceof SharedMemory,
      (memory) => {
        const { block, name } = { block: memory.#open(), name: memory.#named?.name };
        return isFile(block) ? { name, id: block.id } : { block: blockToWire(block), name };
      },
      ({ block, name, id }) => {
        if (block === undefined && typeof id === "number" && id >= MAPPED_PATHS)
          return fromMapping(expectMapping(name, id));
        if (block === undefined) return SharedMemory.#fromNamed(expectSystemBlock(name, id));
        // A name that still is this block's is worth having: `unlink` works on the other side too.
        const own = blockFromWire(expectBlockWire(block));
        const named = typeof name === "string" ? driverOf("process").attach(name, false) : undefined;
        if (named?.block.id === own.id) return SharedMemory.#fromNamed(named);
        if (named) forgetUnopened(named); // the name has gone to another block
        return new make(construction, undefined, own, undefined, false);
      },
      { depart: (memory) => (memory.scope === "system" ? leavingName(memory) : undefined) },
    );
  }

  /**
   * The block of that name. @throws {NameNotFoundError} at once @throws {FormatError} if it is no block of this user's
   */
  static attach(name: string, options?: AttachOptions): SharedMemory {
    const { scope } = expectAddress(name, expectKnown(options, ["scope"], "attach"));
    const named = driverOf(scope).attach(name, false);
    if (!named) throw nameNotFound(name, scope);
    return SharedMemory.#fromNamed(named);
  }

  /** The block of that name, as soon as there is one. @throws {TimeoutError} {AbortedError} */
  static async waitFor(name: string, options: AttachOptions & WaitOptions = {}): Promise<SharedMemory> {
    expectWait(options, ["scope"]);
    const [poll, sliceMs] = looking(name, options);
    const named = await waitUntil(tree.words, CREATIONS, poll, options, sliceMs);
    if (!named) throw nameTimedOut(name, options.timeoutMs!);
    return SharedMemory.#fromNamed(named);
  }

  /** As `waitFor`, blocking. @throws {TimeoutError} */
  static waitForSync(name: string, options: AttachOptions & SyncWaitOptions = {}): SharedMemory {
    expectWait(options, ["scope"]);
    const [poll, sliceMs] = looking(name, options);
    const named = waitUntilSync(tree.words, CREATIONS, poll, options.timeoutMs, sliceMs);
    if (!named) throw nameTimedOut(name, options.timeoutMs!);
    return SharedMemory.#fromNamed(named);
  }

  /** All named blocks of the scope; of system scope those that this package has made, for this user. */
  static list(options?: AttachOptions): BlockInfo[] {
    const scope = expectScope(expectKnown(options, ["scope"], "list").scope);
    return driverOf(scope).list().map(infoOf(scope));
  }

  /**
   * Removes from system scope what processes left that have died without a chance to unlink, and returns it. Never a
   * live one's.
   */
  static prune(): BlockInfo[] {
    return pruneSystem().map(infoOf("system"));
  }

  /** Starts the keeper of names (20–50 ms), so that workers find it even while this thread is blocked. */
  static async ready(): Promise<void> {
    await keeperReady();
  }

  get name(): string | undefined {
    return this.#isAlias ? undefined : this.#named?.name;
  }
  get scope(): Scope {
    return this.#named?.scope ?? "process";
  }
  /** Where other programs find it, as `/dev/shm/prices`; `undefined` in process scope. */
  get path(): string | undefined {
    return this.scope === "system" ? pathOf(this.#named!.name) : undefined;
  }
  get closed(): boolean {
    return this.#block === undefined;
  }
  /**
   * Exactly `size` bytes; of a named array the first `array.byteOffset` are its `.npy` header. @throws {ClosedError}
   */
  get buf(): Uint8Array<SharedArrayBuffer> {
    const { buffer } = this.#open();
    this.#buf ??= new Uint8Array(buffer, 0, this.size);
    return this.#buf;
  }

  /**
   * The bytes as a typed array. @throws {RangeError} if `size` is no multiple of the itemsize @throws {DTypeError}
   * {ClosedError}
   */
  as<D extends DType>(dtype: D): TypedArrayOf<D> {
    const { array, bytes, load } = dtypes[expectDType(dtype)];
    if (dtype === "float16" && load) throw noFloat16Array();
    if (this.size % bytes !== 0) {
      throw new RangeError(`Expected \`dtype\` to divide ${this.size} bytes, got ${dtype} of ${bytes} bytes`);
    }
    return new array(this.#open().buffer, 0, this.size / bytes) as unknown as TypedArrayOf<D>;
  }

  close(): void {
    if (this.#block === undefined) return;
    this.#block = undefined;
    this.#buf = undefined;
    if (this.#named) closeHandle(this.#named, this);
  }

  unlink(): void {
    unasked.unregister(this);
    if (this.name !== undefined && driverOf(this.scope).unlink(this.#named!)) return;
    throw nameNotFound(this.name, this.scope);
  }

  [Symbol.dispose](): void {
    this.close();
    unasked.unregister(this);
    if (this.owner && this.#named) driverOf(this.scope).unlink(this.#named);
  }

  toString(): string {
    return `SharedMemory(${this.size}${this.name === undefined ? "" : `, { name: ${show(this.name)} }`})`;
  }

  #open(): Block {
    if (this.#block) return this.#block;
    const what = this.name === undefined ? "unnamed memory" : `memory ${show(this.name)}`;
    throw new ClosedError(`Expected ${what} to be open, but this handle was closed`, { what });
  }
}

/** float16 elements cannot be handed out as an array. */
export const noFloat16Array = (): UnsupportedError =>
  new UnsupportedError("Expected a runtime with Float16Array (Node 24), to see float16 elements as an array", {
    feature: "Float16Array",
    instead: "get, set, toArray or astype('float32')",
  });

/** The block under its name, if it is to have one. @throws {NameTakenError} */
function claim(place: Place, block: Block, array: ArrayInfo | undefined): Named | undefined {
  const { scope, name } = place;
  if (name === undefined) return undefined;
  try {
    assertNotImporting(`the named block ${show(name)}`);
  } catch (e) {
    discard(place, block);
    throw e;
  }
  const named = driverOf(scope).publish(name, block, array);
  if (named) return named;
  throw nameTaken(name, scope);
}

// A name that nobody asked for lives as long as the handle that made the block: else it would be left until the process
// ends.
const unasked = new FinalizationRegistry<Named>((named) => driverOf(named.scope).unlink(named));
const freeWithHandle = (memory: SharedMemory, named: Named) => unasked.register(memory, named, memory);

/**
 * How to wait for a name: what to look for, and how long to sleep in between. Other processes wake nobody who waits for
 * a name.
 */
function looking(given: string, options: AttachOptions): [poll: () => Named | undefined, sliceMs: () => number] {
  const { scope, name } = expectAddress(given, options);
  return [() => driverOf(scope).attach(name, true), scope === "system" ? napping() : () => NOTIFICATION_TRUST_MS];
}

function expectMapping(path: unknown, id: number): Named {
  const named = attachMapping(String(path), id);
  if (named) return named;
  const what = `the file ${show(path)} in memory`;
  throw new ClosedError(`Expected ${what} to be open in some thread, but all handles to it were closed`, { what });
}

function expectSystemBlock(name: unknown, id: unknown): Named {
  const address = expectAddress(name, { scope: "system" });
  const named = attachSystemBlock(address.name, expectInteger("id", id, 0, Number.POSITIVE_INFINITY));
  if (named) return named;
  throw nameNotFound(address.name, "system");
}

/** The one nested part of a handle, read without running a getter. */
function expectBlockWire(value: unknown): BlockWire {
  const own = (key: string): unknown =>
    typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
  return { id: own("id") as number, source: own("source") as SharedArrayBuffer, size: own("size") as number };
}
