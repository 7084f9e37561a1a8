/** `SharedMemory`: a handle to a block of shared bytes, by name or not. Arrays stand on it; users may. */
import { assertNotImporting } from "../agent.js";
import { type DType, dtypes, expectDType, type TypedArrayOf } from "../dtype.js";
import { ClosedError, NameNotFoundError, NameTakenError, TimeoutError, UnsupportedError } from "../errors.js";
import { expectInteger, expectKnown, expectOneOf, expectOptions, show } from "../expect.js";
import { registerHandleKind } from "../handle.js";
import type { Block } from "./driver.js";
import { adopt, allocate, blockFromWire, blockToWire } from "./heap-driver.js";
import { type ArrayInfo, type BlockWire, CREATIONS } from "./layout.js";
import {
  attachName,
  closeHandle,
  createName,
  forgetUnopened,
  listNames,
  type Named,
  openHandle,
  unlinkName,
} from "./names.js";
import { keeperReady, tree } from "./tree.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "./wait.js";

/** Who sees a name: the threads of this process, or every process of this machine. */
export type Scope = "process" | "system";
/** Where to look for a name. */
export interface AttachOptions {
  /** Default `"process"`. */
  readonly scope?: Scope | undefined;
}
/** Names: 1–30 of `[A-Za-z0-9._-]`, not `.` or `..`. Creating a taken name throws NameTakenError. */
export interface NameOptions extends AttachOptions {
  readonly name?: string | undefined;
}

/** What every shared thing has. The handle that created it is its owner; unnamed things live until nothing refers to them. */
export interface Shared extends Disposable {
  readonly name: string | undefined;
  readonly scope: Scope;
  readonly owner: boolean;
  readonly closed: boolean;
  /** Gives up this handle; idempotent. Using it later throws ClosedError. Unlinks nothing. */
  close(): void;
  /** Frees the name at once; attached handles go on. A second time: NameNotFoundError. */
  unlink(): void;
  /** `close()`, and `unlink()` if owner; silent if the name is already gone. */
  [Symbol.dispose](): void;
}

/** One named block, as `SharedMemory.list` tells it. */
export interface BlockInfo {
  readonly name: string;
  readonly scope: Scope;
  /** Bytes. */
  readonly size: number;
  /** Of a named array; `undefined` of plain memory. */
  readonly dtype: DType | undefined;
  readonly shape: number[] | undefined;
  readonly pid: number;
  /** False when the thread that created it has ended: nobody may be left to unlink it. */
  readonly ownerAlive: boolean;
  /** Threads that have an open handle. */
  readonly threads: number;
  readonly createdAt: Date;
}

/** For the layers above: the bytes behind a handle. @throws {ClosedError} */
export let blockOf: (memory: SharedMemory) => Block;
/** For the layers above: what is known of the array in a named block. */
export let arrayInfoOf: (memory: SharedMemory) => ArrayInfo | undefined;
/** For the layers above: a handle to a block that is complete, published under the name if one is given. */
export let publish: (block: Block, options: NameOptions, array?: ArrayInfo) => SharedMemory;
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
  readonly scope: Scope = "process";
  /** Whether this handle created the block: then disposing it also unlinks. */
  readonly owner: boolean;
  /** Bytes asked for; the same for every handle. */
  readonly size: number;
  readonly #named: Named | undefined;
  #block: Block | undefined;
  #buf: Uint8Array<SharedArrayBuffer> | undefined;

  /**
   * Zeroed memory, all or nothing.
   *
   * @param size bytes, an integer ≥ 1
   * @throws {NameTakenError} {NoSpaceError} {TypeError} {RangeError}
   */
  constructor(size: number, options?: NameOptions);
  constructor(size: number | typeof construction, options?: NameOptions, block?: Block, named?: Named, owner = true) {
    if (size === construction) {
      this.#named = named;
      this.#block = block!;
    } else {
      expectInteger("size", size, 1, Number.POSITIVE_INFINITY);
      const name = expectNameOptions(options);
      this.#block = allocate(size);
      this.#named = name === undefined ? undefined : claim(name, this.#block, undefined);
    }
    this.owner = owner;
    this.size = this.#block.size;
    if (this.#named) openHandle(this.#named, this);
  }

  static #fromNamed: (named: Named) => SharedMemory;
  static {
    const make = SharedMemory as unknown as {
      new (mark: symbol, options: undefined, block: Block, named: Named | undefined, owner: boolean): SharedMemory;
    };
    blockOf = (memory) => memory.#open();
    arrayInfoOf = (memory) => memory.#named?.array;
    adoptBuffer = (buffer) => new make(construction, undefined, adopt(buffer), undefined, true);
    publish = (block, options, array) => {
      const name = expectNameOptions(options);
      const named = name === undefined ? undefined : claim(name, block, array);
      return new make(construction, undefined, block, named, true);
    };
    SharedMemory.#fromNamed = (named) => new make(construction, undefined, named.block, named, false);
    registerHandleKind<SharedMemory>(
      "SharedMemory",
      (value) => value instanceof SharedMemory,
      (memory) => ({ block: blockToWire(memory.#open()), name: memory.name }),
      ({ block, name }) => {
        // A name that still is this block's is worth having: `unlink` works on the other side too.
        const own = blockFromWire(expectBlockWire(block));
        const named = typeof name === "string" && isName(name) ? attachName(name) : undefined;
        if (named?.block.id === own.id) return SharedMemory.#fromNamed(named);
        if (named) forgetUnopened(named); // the name has gone to another block
        return new make(construction, undefined, own, undefined, false);
      },
    );
  }

  /** The block of that name. @throws {NameNotFoundError} at once */
  static attach(name: string, options?: AttachOptions): SharedMemory {
    expectName(name, expectKnown(options, ["scope"], "attach"));
    const named = attachName(name);
    if (!named) throw notFound(name);
    return SharedMemory.#fromNamed(named);
  }

  /** The block of that name, as soon as there is one. @throws {TimeoutError} {AbortedError} */
  static async waitFor(name: string, options: AttachOptions & WaitOptions = {}): Promise<SharedMemory> {
    expectWait(options, ["scope"]);
    expectName(name, options);
    const named = await waitUntil(tree.words, CREATIONS, () => attachName(name), options);
    if (!named) throw timedOut(name, options.timeoutMs!);
    return SharedMemory.#fromNamed(named);
  }

  /** As `waitFor`, blocking. @throws {TimeoutError} */
  static waitForSync(name: string, options: AttachOptions & SyncWaitOptions = {}): SharedMemory {
    expectWait(options, ["scope"]);
    expectName(name, options);
    const named = waitUntilSync(tree.words, CREATIONS, () => attachName(name), options.timeoutMs);
    if (!named) throw timedOut(name, options.timeoutMs!);
    return SharedMemory.#fromNamed(named);
  }

  /** All named blocks of the scope. */
  static list(options?: AttachOptions): BlockInfo[] {
    expectNameOptions(options);
    return listNames().map(({ name, size, array, createdAt, ownerAlive, threads }) => ({
      name,
      scope: "process",
      size,
      dtype: array?.dtype,
      shape: array && [...array.shape],
      pid: process.pid,
      ownerAlive,
      threads,
      createdAt: new Date(createdAt),
    }));
  }

  /** Starts the keeper of names (20–50 ms), so that workers find it even while this thread is blocked. */
  static async ready(): Promise<void> {
    await keeperReady();
  }

  get name(): string | undefined {
    return this.#named?.name;
  }
  get closed(): boolean {
    return this.#block === undefined;
  }
  /** Exactly `size` bytes; of a named array the first `array.byteOffset` are its `.npy` header. @throws {ClosedError} */
  get buf(): Uint8Array<SharedArrayBuffer> {
    const { buffer } = this.#open();
    this.#buf ??= new Uint8Array(buffer, 0, this.size);
    return this.#buf;
  }

  /** The bytes as a typed array. @throws {RangeError} if `size` is no multiple of the itemsize @throws {DTypeError} {ClosedError} */
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
    if (!this.#named || !unlinkName(this.#named)) throw notFound(this.name);
  }

  [Symbol.dispose](): void {
    this.close();
    if (this.owner && this.#named) unlinkName(this.#named);
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

const NAME = /^[A-Za-z0-9._-]{1,30}$/;
const isName = (name: string) => NAME.test(name) && name !== "." && name !== "..";

/** The name to create or attach, checked with its scope before anything is done. @throws {TypeError} {RangeError} {UnsupportedError} */
export function expectNameOptions(options: NameOptions | undefined): string | undefined {
  const { name, scope } = expectOptions(options);
  if (scope !== undefined && expectOneOf("scope", scope, ["process", "system"]) === "system") {
    throw new UnsupportedError('Expected `scope` to be "process", got "system", which this version does not have yet', {
      feature: "system scope",
      instead: 'scope: "process"',
    });
  }
  if (name === undefined && !(options && "name" in options && options.name !== undefined)) return undefined;
  if (typeof name !== "string") throw new TypeError(`Expected \`name\` to be a string, got ${show(name)}`);
  if (isName(name)) return name;
  throw new RangeError(
    `Expected \`name\` to be 1 to 30 of the characters A-Z a-z 0-9 . _ - and not "." or "..", got ${show(name)}`,
  );
}

/** The name to look for: there must be one. @throws as `expectNameOptions` */
function expectName(name: unknown, { scope }: AttachOptions): void {
  if (typeof name !== "string") throw new TypeError(`Expected \`name\` to be a string, got ${show(name)}`);
  expectNameOptions({ name, scope });
}

function claim(name: string, block: Block, array: ArrayInfo | undefined): Named {
  assertNotImporting(`the named block ${show(name)}`);
  const named = createName(name, block, array);
  if (named) return named;
  const message = `Expected \`name\` to be free, got ${show(name)}, which is in use (attach to it, or unlink it first)`;
  throw new NameTakenError(message, { name, scope: "process" });
}

function notFound(name: string | undefined): NameNotFoundError {
  const message =
    name === undefined
      ? "Expected memory with a name to unlink; this has none and is freed when nothing refers to it"
      : `Expected \`name\` to be in use, got ${show(name)}, which no block of this process has`;
  return new NameNotFoundError(message, { name: name ?? "", scope: "process" });
}

const timedOut = (name: string, timeoutMs: number) =>
  new TimeoutError(`Expected a block named ${show(name)} within ${timeoutMs} ms`, { timeoutMs, written: [] });

/** The one nested part of a handle, read without running a getter. */
function expectBlockWire(value: unknown): BlockWire {
  const own = (key: string): unknown =>
    typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
  return { id: own("id") as number, source: own("source") as SharedArrayBuffer, size: own("size") as number };
}
