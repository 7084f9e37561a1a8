/**
 * Memory of arrays, used again for later ones. Fresh memory costs more than most arithmetic: the system maps each page
 * when it is first touched (8 MB: 2–30 ms). So when the last handle to an array's block is closed, and nobody can have
 * a typed array over it, this thread keeps the memory for its next array of the same size. README.md says why no
 * stale view ever sees it again.
 */
import { totalmem } from "../../platform/runtime.js";
import type { Block, Usage } from "./driver.js";

/** The most that one thread keeps, as a part of the machine's memory and in bytes. */
const [LARGEST_PART, MOST_BYTES] = [1 / 16, 2 ** 30];
/** The most memories that a thread keeps, because each one takes some 10 GiB of address space. */
const MOST_MEMORIES = 64;
/** Memory that has not been used for so long is given back. */
const IDLE_MS = 2000;

const isOn = process.env.SHARED_NDARRAY_RECYCLE !== "0";
const limit = isOn ? Math.min(totalmem() * LARGEST_PART, MOST_BYTES) : 0;

/** Memory that is kept, and how many of its bytes arrays have used: those behind them are zero. */
export interface Kept {
  readonly memory: WebAssembly.Memory;
  readonly used: number;
}
/** The memory that is kept, by its size in bytes. */
const kept = new Map<number, Kept[]>();
let keptBytes = 0;
let keptCount = 0;
let lastUse = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The usage of new memory, which is kept when its last handle was closed; `undefined` if nothing is ever kept. */
export const usageOf = (memory: WebAssembly.Memory, used: number, byteLength: number): Usage | undefined =>
  newUsage(() => keep({ memory, used }, byteLength));

/** A usage without handles; `undefined` if no memory is used again. */
export const newUsage = (free: () => void): Usage | undefined =>
  limit > 0 ? { handles: 0, isLent: false, free } : undefined;

/** A handle to the block was made, or a call begins that uses it. */
export function handleOpened({ usage }: Block): void {
  if (usage) usage.handles++;
}

/** A handle to the block was closed, or the call has ended. */
export function handleClosed({ usage }: Block): void {
  if (usage && --usage.handles === 0 && !usage.isLent) usage.free();
}

/** The ids of blocks whose buffers somebody has. */
const lent = new WeakMap<SharedArrayBuffer, number>();

let isForCall = false;
/**
 * Runs `send`, which sends works of a call to other threads. Their buffers do not leave: only this package's own code
 * gets them there, and uses them only as long as the call lasts, which holds the blocks.
 */
export function lendToCall<T>(send: () => T): T {
  isForCall = true;
  try {
    return send();
  } finally {
    isForCall = false;
  }
}

/** Somebody gets the buffer, or a typed array over it: the block's memory is never used again. Returns the block. */
export function bufferLeaves(block: Block): Block {
  if (isForCall) return block;
  const { usage, buffer, id } = block;
  if (usage) usage.isLent = true;
  if (!lent.has(buffer)) lent.set(buffer, id);
  return block;
}

/** The id of the block that this buffer belongs to; `undefined` if this package has not given it to anybody. */
export const idOfLent = (buffer: SharedArrayBuffer): number | undefined => lent.get(buffer);

/** Takes memory of that size, which holds what an earlier array left; `undefined` if none is kept. */
export function takeKept(byteLength: number): Kept | undefined {
  const found = kept.get(byteLength)?.pop();
  if (!found) return undefined;
  keptBytes -= byteLength;
  keptCount--;
  lastUse = performance.now();
  return found;
}

function keep(one: Kept, byteLength: number): void {
  if (keptBytes + byteLength > limit || keptCount >= MOST_MEMORIES) return;
  const same = kept.get(byteLength) ?? [];
  kept.set(byteLength, same);
  same.push(one);
  keptBytes += byteLength;
  keptCount++;
  lastUse = performance.now();
  timer ??= setInterval(dropIfIdle, IDLE_MS).unref();
}

/** Gives all memory that is kept to the collector. Returns whether there was any. */
export function dropKept(): boolean {
  const hadAny = keptCount > 0;
  kept.clear();
  keptBytes = 0;
  keptCount = 0;
  clearInterval(timer);
  timer = undefined;
  return hadAny;
}

function dropIfIdle(): void {
  if (performance.now() - lastUse >= IDLE_MS) dropKept();
}
