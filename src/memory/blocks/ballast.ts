/**
 * Makes the collector count shared bytes, which V8 does not do when it decides to collect: 600 dropped arrays of 8 MB
 * once reached 4.6 GB. Each block keeps an untouched ArrayBuffer of its own length alive. That takes address space but
 * no pages, and the collector counts it.
 */
import type { Block } from "./driver.js";

const MIB = 1 << 20;
/** By buffer: memory that is used again keeps what it has. */
const ballast = new WeakMap<SharedArrayBuffer, ArrayBuffer>();

// Blocks of less than 1 MiB share one buffer, until they add up to 1 MiB. It is collected with the last of them.
let common: ArrayBuffer | undefined;
let commonLeft = 0;

/**
 * Makes the collector count a block's bytes, for as long as this thread holds the block.
 *
 * @param least The bytes that even a smaller block counts for.
 */
export function addBallast(block: Block, least = 0): void {
  if (ballast.has(block.buffer)) return;
  const own = reserve(Math.max(block.size, least));
  if (own) ballast.set(block.buffer, own);
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
    return undefined; // no address space is left, so the collector will run soon anyway
  }
}
