/**
 * V8 does not count shared bytes when it decides to collect: 600 dropped arrays of 8 MB once reached 4.6 GB. So each block
 * keeps an untouched ArrayBuffer of its own length alive: address space without pages, but the collector counts it.
 */
import type { Block } from "./driver.js";

const MIB = 1 << 20;
const ballast = new WeakMap<Block, ArrayBuffer>();

// Blocks under a MiB share one: it dies with the last of them, and a new one begins after a MiB of blocks.
let common: ArrayBuffer | undefined;
let commonLeft = 0;

/** Makes the collector aware of a block's size, for as long as this thread holds the block. @param least what it counts for at least */
export function addBallast(block: Block, least = 0): void {
  const own = reserve(Math.max(block.size, least));
  if (own) ballast.set(block, own);
}

function reserve(size: number): ArrayBuffer | undefined {
  try {
    if (size >= MIB) return new ArrayBuffer(size);
    if (commonLeft < size) {
      common = new ArrayBuffer(MIB);
      commonLeft = MIB;
    }
    commonLeft -= size;
    return common;
  } catch {
    return undefined; // no address space left: the collector will soon run by itself
  }
}
