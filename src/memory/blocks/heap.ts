/** Blocks of process scope, which are shared buffers of this process. No other file makes them. */
import { isSharedArrayBuffer, isWasmMemory } from "../../base/builtins.js";
import { NoSpaceError } from "../../base/errors.js";
import { hasWebAssembly } from "../../base/evaluating.js";
import { expectInteger } from "../../base/expect.js";
import { freemem, threadId, totalmem } from "../../platform/runtime.js";
import { addBallast } from "./ballast.js";
import type { BlockWire } from "./driver.js";
import { type Block, isFile } from "./driver.js";
import { dropKept, idOfLent } from "./recycling.js";

/** Bytes of a WebAssembly page, which may differ from a page of the machine. */
export const PAGE = 65536;
const MAX_PAGES = 65536; // 4 GiB, which is what 32-bit addresses can reach

let blocks = 0;
/** An id that no block of this process has. */
export const newId = (): number => threadId * 2 ** 32 + ++blocks;

/**
 * Allocates a block of zeroed bytes.
 *
 * @param pages Of the memory, if it is large enough to have one: those that the bytes need, or more.
 * @throws {TypeError} If `size` is not a number.
 * @throws {RangeError} If `size` is not an integer of 1 or more.
 * @throws {NoSpaceError} If there is not enough memory or address space.
 */
export function allocate(size: number, pages = Math.ceil(size / PAGE)): Block {
  expectInteger("size", size, 1, Number.POSITIVE_INFINITY);
  if (size > totalmem()) throw noSpace(size); // Linux would promise them, and kill a process that touches them
  const memory = size < PAGE ? undefined : newMemory(pages);
  const buffer = memory ? (memory.buffer as unknown as SharedArrayBuffer) : newBuffer(size);
  if (memory) memories.set(buffer, memory);
  const block: Block = { id: newId(), buffer, memory, size };
  addBallast(block);
  return block;
}

/** What even a small file counts for with the collector, because each one takes address space. */
const LEAST_OF_FILES = 1 << 17;

function newMemory(pages: number): WebAssembly.Memory | undefined {
  if (pages > MAX_PAGES || !hasWebAssembly) return undefined;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    // Each memory reserves 8–10 GiB of address space, and a process can run out of it. If the collector can free any,
    // the engine calls it before it gives up.
    return dropKept() ? newMemory(pages) : undefined;
  }
}

function newBuffer(size: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(size);
  } catch (cause) {
    throw noSpace(size, cause);
  }
}

function noSpace(requested: number, cause?: unknown): NoSpaceError {
  const free = freemem();
  const message = `Expected \`size\` to be at most what is free, ${free} bytes; got ${requested}`;
  return new NoSpaceError(message, { requested, free }, { cause });
}

const memories = new WeakMap<ArrayBufferLike, WebAssembly.Memory>();
/** The memory that a typed array shows, if a WebAssembly kernel can work on it. */
export const memoryBehind = ({ buffer }: { readonly buffer: ArrayBufferLike }): WebAssembly.Memory | undefined =>
  memories.get(buffer);

const adopted = new WeakMap<SharedArrayBuffer, Block>();

/** Returns the block over a whole buffer: one that this package has given to the user, or one that it did not make. */
export function adopt(buffer: SharedArrayBuffer): Block {
  const known = adopted.get(buffer);
  if (known?.size === buffer.byteLength) return known;
  // A known buffer of another length is a growable one that has grown.
  const id = known?.id ?? idOfLent(buffer) ?? newId();
  const block: Block = { id, buffer, memory: undefined, size: buffer.byteLength };
  adopted.set(buffer, block);
  return block;
}

/** The form in which a block can be sent to another thread. */
export const blockToWire = ({ id, buffer, memory, size, start, isReadonly = false, place }: Block): BlockWire => ({
  id,
  source: memory ?? buffer,
  size,
  ...(start && { start }),
  ...(isReadonly && { isReadonly }),
  ...(place && { place }),
});

/**
 * Makes the block again, in the thread that received it.
 *
 * @throws {TypeError} If the data do not have the types of a block's.
 * @throws {RangeError} If the id or the size is out of range.
 */
export function blockFromWire({ id, source, size, start = 0, isReadonly = false, place }: BlockWire): Block {
  const memory = isWasmMemory(source) ? source : undefined;
  const buffer: unknown = memory ? memory.buffer : source;
  if (!isSharedArrayBuffer(buffer)) throw new TypeError("Expected `source` to be shared memory");
  expectInteger("id", id, 0, Number.POSITIVE_INFINITY);
  expectInteger("size", size, 0, buffer.byteLength + 1);
  expectInteger("start", start, 0, buffer.byteLength - size + 1);
  if (memory) memories.set(buffer, memory);
  const block = { id, buffer, memory, size, start, isReadonly, place };
  addBallast(block, isFile(block) ? LEAST_OF_FILES : 0);
  return block;
}

/** Reads the block in a handle without running any getter: the handle may be hostile. */
export function expectBlockWire(value: unknown): BlockWire {
  const own = (key: string): unknown =>
    typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
  const [id, size, start] = [own("id"), own("size"), own("start")] as [number, number, number | undefined];
  return { id, source: own("source") as SharedArrayBuffer, size, ...(start !== undefined && { start }) };
}
