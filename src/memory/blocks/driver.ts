/** What a scope offers: blocks of shared bytes, and names for them. `names.ts` has those of one process, `system-driver.ts` those of the machine. */
import type { DType } from "../../base/dtype.js";

/** Who sees a name: the threads of this process, or every process of this machine. */
export type Scope = "process" | "system";

/** A run of shared bytes. Plain data with an identity: caches and bindings are keyed by the object itself. */
export interface Block {
  /** The same in every thread, and no other block's: received twice, one block is two buffer objects. */
  readonly id: number;
  readonly buffer: SharedArrayBuffer;
  /** Where a WebAssembly kernel can work on the bytes in place. */
  readonly memory: WebAssembly.Memory | undefined;
  /** Bytes asked for; `buffer.byteLength` may be more. */
  readonly size: number;
}

/** Ids of blocks that are files begin here, above all others. */
export const FILES = 2 ** 52;
/** Of those, files of any directory, each mapped by itself. */
export const MAPPED_PATHS = FILES + 2 ** 51;
/** One file is one block, whoever opens it. */
export const idOfFile = (ino: number): number => FILES + ino;
export const inoOf = (id: number): number => id - FILES;
/** Whether other processes may have it too. */
export const isFile = ({ id }: Block): boolean => id >= FILES;

/** A block with the name it was created under, and an id for it, which no other block ever has while this one is there. */
export interface Named {
  readonly scope: Scope;
  readonly block: Block;
  readonly name: string;
  readonly id: number;
  readonly array: ArrayInfo | undefined;
}

/** Blocks and names of one scope. */
export interface Driver {
  /** Zeroed bytes that nobody can find yet. @throws {NoSpaceError}, and nothing is left */
  allocate(size: number): Block;
  /** Gives up what was allocated and not published. */
  discard(block: Block): void;
  /** Names a complete block; `undefined` if the name is taken: then the block is discarded. */
  publish(name: string, block: Block, array: ArrayInfo | undefined): Named | undefined;
  /** The block of that name, or `undefined`. @param waits whoever asks will ask again */
  attach(name: string, waits: boolean): Named | undefined;
  /** Frees the name if it is still that block's; false if not. */
  unlink(named: Named): boolean;
  list(): readonly Listed[];
}

/** What shares its bytes when it is cloned. */
export type SharedSource = WebAssembly.Memory | SharedArrayBuffer | WebAssembly.Module;
/** A block as it travels: structured clone shares both kinds. */
export interface BlockWire {
  readonly id: number;
  readonly source: SharedSource;
  readonly size: number;
}
/** What is known of the array in a block, for `list` and for the one dtype that a `.npy` header cannot name. */
export interface ArrayInfo {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** One named block, as its keeper knows it. */
export interface Listed {
  readonly name: string;
  readonly size: number;
  readonly array: ArrayInfo | undefined;
  readonly createdAt: number;
  readonly pid: number;
  readonly ownerAlive: boolean;
  /** `undefined` where it cannot be known. */
  readonly threads: number | undefined;
}

/** As NumPy's memmap: read-only, read and write, or with changes that do not reach the file. */
export type MapMode = "r" | "r+" | "c";
