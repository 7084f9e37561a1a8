/**
 * Slabs: memory that small arrays share, as Node's small Buffers do. A block of its own costs an array of ten elements
 * more than all of its arithmetic (a buffer 0.5 us, a page that is touched for the first time 0.3 to 13 us), and
 * WebAssembly kernels do not reach it. A part of a slab is taken by moving a pointer, and kernels work on all parts of
 * a slab in place.
 *
 * The pointer goes back to the beginning only when all arrays of a slab were closed and nobody has its buffer. Until
 * then no byte is given out twice.
 */
import type { Block, Usage } from "./driver.js";
import { fillBytes } from "./filling.js";
import { allocate, PAGE } from "./heap.js";
import { newUsage } from "./recycling.js";

/** The largest part, in bytes. Blocks of a page or more have a WebAssembly memory of their own. */
export const LARGEST_PART = PAGE - 1;
/** The first slab of a thread is one page, and each further one twice as large, up to a MiB. */
const LARGEST_SLAB = 16 * PAGE;
/** Parts begin at cache lines, so that threads that write to neighbours do not slow each other down. */
const LINE = 64;

class Slab {
  readonly block: Block;
  readonly usage: Usage | undefined;
  /** Where the next part begins. */
  next = 0;
  /** The end of what parts have held: all bytes from here on are zero. */
  written = 0;

  constructor(size: number) {
    this.block = allocate(size);
    this.usage = newUsage(() => this.#free());
  }

  /** The bytes that are left. */
  get room(): number {
    return this.block.size - this.next;
  }

  #free(): void {
    this.next = 0;
    if (this !== current) spare = this;
  }
}

let current: Slab | undefined;
/** A slab that was full, and whose arrays have all been closed. */
let spare: Slab | undefined;
let nextSize = PAGE;

/**
 * Allocates a part of a slab.
 *
 * @param size bytes, at most `LARGEST_PART`
 * @param isZeroed Without it, the part may hold what an earlier array left. The caller must write all of it.
 * @throws {NoSpaceError} If there is no memory for another slab.
 */
export function allocatePart(size: number, isZeroed: boolean): Block {
  const step = Math.ceil(size / LINE) * LINE;
  if (!current || current.room < step) current = another();
  const { block, usage, next: start } = current;
  const end = start + step;
  if (isZeroed && start < current.written) fillBytes(block, 0, start, Math.min(end, current.written));
  current.next = end;
  if (end > current.written) current.written = end;
  return { id: block.id, buffer: block.buffer, memory: block.memory, size, start, usage };
}

function another(): Slab {
  const slab = spare ?? new Slab(nextSize);
  if (slab === spare) spare = undefined;
  else nextSize = Math.min(2 * nextSize, LARGEST_SLAB);
  return slab;
}
