/**
 * Memory of arrays, used again for later ones. Fresh memory costs more than most arithmetic: the system maps each page
 * when it is first touched (8 MB: 2–30 ms). So when the last handle to an array's block is closed, and nobody can have
 * a typed array over it, this thread keeps the memory for its next array of the same size. README.md says why no
 * stale view ever sees it again.
 */
import { totalmem } from "../../platform/runtime.js";
import type { Block } from "./driver.js";

/** The most that one thread keeps, as a part of the machine's memory and in bytes. */
const [LARGEST_PART, MOST_BYTES] = [1 / 16, 2 ** 30];
/** The most memories that a thread keeps, because each one takes some 10 GiB of address space. */
const MOST_MEMORIES = 64;
/** Memory that has not been used for so long is given back. */
const IDLE_MS = 2000;

const isOn = process.env.SHARED_NDARRAY_RECYCLE !== "0";
const limit = isOn ? Math.min(totalmem() * LARGEST_PART, MOST_BYTES) : 0;

/** The open handles to each block that may be used again. */
const handles = new WeakMap<Block, number>();
/** The memory that is kept, by its size in bytes. */
const kept = new Map<number, WebAssembly.Memory[]>();
let keptBytes = 0;
let keptCount = 0;
let lastUse = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Notes that a new block is an array's, and that nobody has its buffer. */
export function mayRecycle(block: Block): void {
  if (block.memory && limit > 0) handles.set(block, 0);
}

/** A handle to the block was made. */
export function handleOpened(block: Block): void {
  const count = handles.get(block);
  if (count !== undefined) handles.set(block, count + 1);
}

/** A handle to the block was closed. With the last one its memory is kept. */
export function handleClosed(block: Block): void {
  const count = handles.get(block);
  if (count === undefined) return;
  handles.set(block, count - 1);
  if (count > 1) return;
  handles.delete(block);
  keep(block.memory!, block.buffer.byteLength);
}

/** Somebody gets the buffer, or a typed array over it: the block's memory is never used again. Returns the block. */
export function bufferLeaves(block: Block): Block {
  handles.delete(block);
  return block;
}

/** Takes memory of that size, which holds what an earlier array left; `undefined` if none is kept. */
export function takeKept(byteLength: number): WebAssembly.Memory | undefined {
  const memory = kept.get(byteLength)?.pop();
  if (!memory) return undefined;
  keptBytes -= byteLength;
  keptCount--;
  lastUse = performance.now();
  return memory;
}

function keep(memory: WebAssembly.Memory, byteLength: number): void {
  if (keptBytes + byteLength > limit || keptCount >= MOST_MEMORIES) return;
  const same = kept.get(byteLength) ?? [];
  kept.set(byteLength, same);
  same.push(memory);
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
