/** Memory for arrays without a name: a part of a slab for small ones, and for others memory that is used again. */
import type { Block } from "./driver.js";
import { fillBytes } from "./filling.js";
import { allocate, newId, PAGE } from "./heap.js";
import { type Kept, roundedPages, takeKept, usageOf } from "./recycling.js";
import { allocatePart, LARGEST_PART } from "./slabs.js";

/**
 * Allocates a block for the elements of an array.
 *
 * @param isZeroed Without it, the first `size` bytes may be those of an earlier array. The caller must write all of
 * them.
 * @throws {Error} As `allocate`.
 */
export function allocateForArray(size: number, isZeroed: boolean): Block {
  if (size <= LARGEST_PART) return allocatePart(size, isZeroed);
  const pages = roundedPages(Math.ceil(size / PAGE));
  const kept = takeKept(pages * PAGE);
  const block = kept ? usedAgain(kept, size, isZeroed) : allocate(size, pages);
  return block.memory ? { ...block, usage: usageOf(block.memory, size, block.buffer.byteLength) } : block;
}

function usedAgain({ memory, used }: Kept, size: number, isZeroed: boolean): Block {
  const buffer = memory.buffer as unknown as SharedArrayBuffer;
  fillBytes({ buffer, memory }, 0, isZeroed ? 0 : size, used); // what follows the elements is always zero
  return { id: newId(), buffer, memory, size };
}
