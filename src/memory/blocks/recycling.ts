/**
 * Memory of arrays, used again for later ones. Fresh memory costs more than most arithmetic: the system maps each page
 * when it is first touched (8 MB: 2–30 ms). So when the last handle to an array's block is closed or collected, and
 * nobody can have a typed array over it, this thread keeps the memory for its next array of about the same size.
 * README.md says why no stale view ever sees it again.
 */
import { threadId, totalmem } from "../../platform/runtime.js";
import type { Block, Usage } from "./driver.js";

/** The most that one thread keeps, as a part of the machine's memory and in bytes. */
const [LARGEST_PART, MOST_BYTES] = [1 / 16, 2 ** 30];
/**
 * The most memories that a thread keeps: each takes some 10 GiB of address space, of which there are 128 TiB. Other
 * threads than the main one keep fewer, because there may be many of them.
 */
const MOST_MEMORIES = threadId === 0 ? 1024 : 128;
/** Memory that has not been used for so long is given back. */
const IDLE_MS = 2000;

const isOn = process.env.SHARED_NDARRAY_RECYCLE !== "0";
const limit = isOn ? Math.min(totalmem() * LARGEST_PART, MOST_BYTES) : 0;

/** Memory that is kept, and how many of its bytes arrays have used: those behind them are zero. */
export interface Kept {
  readonly memory: WebAssembly.Memory;
  readonly byteLength: number;
  readonly used: number;
}
/** The memory that is kept, in the order in which it was closed, and by its size. */
const inOrder = new Set<Kept>();
const bySize = new Map<number, Kept[]>();
let keptBytes = 0;
let lastUse = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/**
 * Pages to allocate for an array of so many. Sizes that differ by less than an eighth share a size, so that the memory
 * of one serves the other. Pages that are never touched take none of the machine's memory. A power of two stays one.
 */
export function roundedPages(pages: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(pages)) - 3);
  return limit > 0 ? Math.ceil(pages / step) * step : pages;
}

/** The usage of new memory, which is kept when its last handle was closed; `undefined` if nothing is ever kept. */
export const usageOf = (memory: WebAssembly.Memory, used: number, byteLength: number): Usage | undefined =>
  newUsage(() => keep({ memory, byteLength, used }));

/** A usage without handles; `undefined` if no memory is used again. */
export const newUsage = (free: () => void): Usage | undefined =>
  limit > 0 ? { handles: 0, isLent: false, free } : undefined;

/** Blocks of fewer bytes are parts of slabs, which are not worth watching until they are collected. */
const LEAST_WATCHED = 65536;
/**
 * The most bytes, and handles, that are watched. Memory that is watched is free only after the event loop has turned,
 * so in a loop that never awaits it stays. All other memory is collected with its last handle.
 */
const [MOST_WATCHED_BYTES, MOST_WATCHED] = [limit / 16, 64];
let [watchedBytes, watched] = [0, 0];
const collected = new FinalizationRegistry<Block>((block) => {
  endWatch(block);
  useEnds(block);
});
function endWatch({ size }: Block): void {
  watchedBytes -= size;
  watched--;
}

/** A handle to the block was made. */
export function handleOpened(block: Block, handle: object): void {
  const { usage, size } = block;
  if (!usage) return;
  usage.handles++;
  if (size < LEAST_WATCHED || watched >= MOST_WATCHED || watchedBytes + size > MOST_WATCHED_BYTES) return;
  watchedBytes += size;
  watched++;
  collected.register(handle, block, handle);
}

/** A handle to the block was closed. */
export function handleClosed(block: Block, handle: object): void {
  if (!block.usage) return;
  if (block.size >= LEAST_WATCHED && collected.unregister(handle)) endWatch(block);
  useEnds(block);
}

/** A call begins that uses the block. */
export function useBegins({ usage }: Block): void {
  if (usage) usage.handles++;
}

/** The call has ended. */
export function useEnds({ usage }: Block): void {
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
  const found = bySize.get(byteLength)?.pop(); // the last one that was closed, which may still be in a cache
  if (!found) return undefined;
  inOrder.delete(found);
  keptBytes -= byteLength;
  lastUse = performance.now();
  return found;
}

/** Keeps memory. Memory that has waited longest makes room for it: it may be of sizes that are not needed any more. */
function keep(one: Kept): void {
  const { byteLength } = one;
  if (byteLength > limit) return;
  while (keptBytes + byteLength > limit || inOrder.size >= MOST_MEMORIES) dropOldest();
  const same = bySize.get(byteLength) ?? [];
  bySize.set(byteLength, same);
  same.push(one);
  inOrder.add(one);
  keptBytes += byteLength;
  lastUse = performance.now();
  timer ??= setInterval(dropIfIdle, IDLE_MS).unref();
}

function dropOldest(): void {
  const [oldest] = inOrder;
  const { byteLength } = oldest!;
  inOrder.delete(oldest!);
  bySize.get(byteLength)!.shift(); // within a size, too, they are in order
  keptBytes -= byteLength;
}

/** Gives all memory that is kept to the collector. Returns whether there was any. */
export function dropKept(): boolean {
  const hadAny = inOrder.size > 0;
  inOrder.clear();
  bySize.clear();
  keptBytes = 0;
  clearInterval(timer);
  timer = undefined;
  return hadAny;
}

function dropIfIdle(): void {
  if (performance.now() - lastUse >= IDLE_MS) dropKept();
}
