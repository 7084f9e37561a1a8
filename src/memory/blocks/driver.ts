/**
 * What a scope offers: blocks of shared bytes, and names for them. `names/process-names.ts` implements the scope of one
 * process, `machine/machine-names.ts` the scope of the whole machine.
 */
import type { DType } from "../../base/dtype.js";
import type { FileId } from "../../system/files.js";

/** Who can find a name: the threads of this process, or every process of this machine. */
export type Scope = "process" | "system";

/** A run of shared bytes. It is plain data, but the object has an identity: caches and bindings use it as their key. */
export interface Block {
  /**
   * The same in every thread, and unique to the block. (A thread that receives a block twice has two buffer objects.)
   */
  readonly id: number;
  readonly buffer: SharedArrayBuffer;
  /** The memory behind `buffer`, if a WebAssembly kernel can work on the bytes in place. */
  readonly memory: WebAssembly.Memory | undefined;
  /** The bytes that were asked for; `buffer.byteLength` may be more. */
  readonly size: number;
  /** Where its first byte is in `buffer`. Not 0 only for a part of a slab (`slabs.ts`), whose id all its parts have. */
  readonly start?: number;
  /** Who uses its memory, if this thread may use it for another array afterwards. */
  readonly usage?: Usage | undefined;
  /** Whether it is a file that was mapped with mode "r": nothing gives users its bytes as a typed array. */
  readonly isReadonly?: boolean;
  /** Where its bytes are in a file, if it is one. */
  readonly place?: FilePlace | undefined;
}

/** What this thread knows about memory that it may use again. The parts of a slab share one. */
export interface Usage {
  /** The open handles. */
  handles: number;
  /** Whether somebody has the buffer, or a typed array over it. Then the memory is never used again. */
  isLent: boolean;
  /** Called when the last handle was closed and the memory was not lent. */
  readonly free: () => void;
}

/** Where the first byte of a mapped block is. Two mappings of one file share the bytes that are in both. */
export interface FilePlace {
  /** The same for every mapping of the file, and for no other file. */
  readonly file: string;
  readonly position: number;
  /** Whether what is written to the block reaches nobody else. */
  readonly isPrivate: boolean;
}

/**
 * How many bytes after the beginning of `a` the block `b` begins, if they may share bytes; `undefined` if a write to
 * one never changes the other.
 */
export function distanceOf(a: Block, b: Block): number | undefined {
  if (a.id === b.id) return 0;
  if (!a.place || !b.place || a.place.file !== b.place.file) return undefined;
  return a.place.isPrivate && b.place.isPrivate ? undefined : b.place.position - a.place.position;
}

/** The ids of blocks that are files begin here, above all other ids. */
export const FILES = 2 ** 52;
/** The ids of files without a name begin here. Like those of `/dev/shm`, they are the same in all processes. */
export const PRIVATE_FILES = FILES + 2 ** 50;
/** The ids of files outside of `/dev/shm` begin here. Each call that maps such a file makes a block of its own. */
export const MAPPED_PATHS = FILES + 2 ** 51;
/**
 * The id of the block that a file is: the same, no matter who opens the file. It is made from the inode and from the
 * moment at which the file was made, because some file systems give an inode to a new file at once.
 */
export const idOfFile = ({ ino, born }: FileId): number => FILES + digest(born) * 2 ** 32 + (ino % 2 ** 32);
/** 18 bits: all of an id is below 2^53, and below `PRIVATE_FILES` if it is the id of a block in `/dev/shm`. */
const digest = (born: number) => Math.floor(born * MICROSECONDS_PER_MS) % (2 ** 18 - 5);
const MICROSECONDS_PER_MS = 1000;
/** The ids of blocks begin here that become files when they get their names, and are ordinary memory until then. */
export const DRAFTS = FILES + 3 * 2 ** 50;
/** Whether the block is a file, or becomes one, so that other processes may have it open too. */
export const isFile = ({ id }: Block): boolean => id >= FILES;

/** A block with the name that it was created under, and an id that no other block has while this one exists. */
export interface Named {
  readonly scope: Scope;
  readonly block: Block;
  readonly name: string;
  readonly id: number;
  readonly array: ArrayInfo | undefined;
}

/** The blocks and names of one scope. */
export interface Driver {
  /**
   * Allocates zeroed bytes that nobody can find yet.
   *
   * @throws {NoSpaceError} If there is not enough memory. Nothing is left behind.
   */
  allocate(size: number): Block;
  /** Gives up a block that was allocated but not published. */
  discard(block: Block): void;
  /** Makes zeroed bytes with a name. Returns `undefined` if the name is taken. */
  create(name: string, size: number): Named | undefined;
  /**
   * Names a complete block, whose bytes are those of the block that it returns from then on. If the name is taken,
   * discards the block and returns `undefined`.
   */
  publish(name: string, block: Block, array: ArrayInfo | undefined): Named | undefined;
  /**
   * Returns the block of that name, or `undefined` if there is none.
   *
   * @param waits Whether the caller will ask again if there is none.
   */
  attach(name: string, waits: boolean): Named | undefined;
  /** Frees the name if that block still has it. Returns false if it does not. */
  unlink(named: Named): boolean;
  /** Closes a handle, and frees the name as `unlink` does. */
  dispose(named: Named, close: () => void): void;
  /** Lists all named blocks. */
  list(): readonly Listed[];
}

/** An object that shares its bytes with its clones. */
export type SharedSource = WebAssembly.Memory | SharedArrayBuffer | WebAssembly.Module;
/** A block on its way to another thread. Structured clone shares the bytes of `source`. */
export interface BlockWire {
  readonly id: number;
  readonly source: SharedSource;
  readonly size: number;
  readonly start?: number;
  readonly isReadonly?: boolean;
  readonly place?: FilePlace | undefined;
}
/**
 * What is known about the array in a block. It is for `list`, and for the one dtype that a `.npy` header cannot name.
 */
export interface ArrayInfo {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** One named block, as a driver lists it. */
export interface Listed {
  readonly name: string;
  readonly size: number;
  readonly array: ArrayInfo | undefined;
  readonly createdAt: number;
  readonly pid: number;
  readonly ownerAlive: boolean;
  /** The number of threads that have it open; `undefined` if it cannot be known. */
  readonly threads: number | undefined;
}

/**
 * As in NumPy's memmap: read-only; read and write; copy-on-write, in which changes do not reach the file; and a new
 * file of zeros, to read and write.
 */
export type MapMode = "r" | "r+" | "c" | "w+";
