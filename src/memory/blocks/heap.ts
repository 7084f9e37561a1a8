/** Blocks of process scope: shared buffers of this process. The one file that makes them. */
import { NoSpaceError } from "../../base/errors.js";
import { expectInteger } from "../../base/expect.js";
import { freemem, threadId, totalmem } from "../../platform/runtime.js";
import { addBallast } from "./ballast.js";
import type { BlockWire } from "./driver.js";
import { type Block, isFile } from "./driver.js";

export const PAGE = 65536; // of WebAssembly, whatever the machine's
const MAX_PAGES = 65536; // 4 GiB: what 32-bit addresses reach

let blocks = 0;
const newId = () => threadId * 2 ** 32 + ++blocks;

/** Zeroed bytes. @throws {TypeError} {RangeError} if `size` is no integer ≥ 1 @throws {NoSpaceError} */
export function allocate(size: number): Block {
  expectInteger("size", size, 1, Number.POSITIVE_INFINITY);
  if (size > totalmem()) throw noSpace(size); // Linux would promise them, and kill whoever touches them
  const memory = size < PAGE ? undefined : newMemory(Math.ceil(size / PAGE));
  const buffer = memory ? (memory.buffer as unknown as SharedArrayBuffer) : newBuffer(size);
  const block: Block = { id: newId(), buffer, memory, size };
  addBallast(block);
  return block;
}

/** A file takes as much address space, however small it is. */
const LEAST_OF_FILES = 1 << 17;

function newMemory(pages: number): WebAssembly.Memory | undefined {
  if (pages > MAX_PAGES) return undefined;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return undefined; // each reserves 8–10 GiB of address space, of which there is an end
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

const adopted = new WeakMap<SharedArrayBuffer, Block>();

/** The block over a buffer that somebody else made. */
export function adopt(buffer: SharedArrayBuffer): Block {
  const known = adopted.get(buffer);
  if (known?.size === buffer.byteLength) return known;
  const block: Block = { id: known?.id ?? newId(), buffer, memory: undefined, size: buffer.byteLength }; // or a growable one, grown
  adopted.set(buffer, block);
  return block;
}

export const blockToWire = ({ id, buffer, memory, size }: Block): BlockWire => ({ id, source: memory ?? buffer, size });

/** The block again, in the receiving thread. @throws {TypeError} {RangeError} if the data are not a block's */
export function blockFromWire({ id, source, size }: BlockWire): Block {
  const memory = source instanceof WebAssembly.Memory ? source : undefined;
  const buffer: unknown = memory ? memory.buffer : source;
  if (!(buffer instanceof SharedArrayBuffer)) throw new TypeError("Expected `source` to be shared memory");
  expectInteger("id", id, 0, Number.POSITIVE_INFINITY);
  const block: Block = { id, buffer, memory, size: expectInteger("size", size, 0, buffer.byteLength + 1) };
  addBallast(block, isFile(block) ? LEAST_OF_FILES : 0);
  return block;
}
