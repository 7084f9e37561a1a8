/** The run of elements that an array and all its views share: memory, dtype, first byte, length. */
import { type DType, dtypes, hasFloat16Array, type RawArray } from "../base/dtype.js";
import { blockOf, noFloat16Array, type SharedMemory } from "../memory/shared-memory.js";
import type { View } from "./view.js";

export class Elements {
  readonly memory: SharedMemory;
  readonly dtype: DType;
  /** Where element 0 lies in `memory.buf`. */
  readonly byteOffset: number;
  readonly length: number;
  #raw: RawArray | undefined;

  constructor(memory: SharedMemory, dtype: DType, byteOffset: number, length: number) {
    this.memory = memory;
    this.dtype = dtype;
    this.byteOffset = byteOffset;
    this.length = length;
  }

  get itemsize(): number {
    return dtypes[this.dtype].bytes;
  }

  /** The elements as they lie in memory. @throws {ClosedError} */
  get raw(): RawArray {
    const { buffer } = blockOf(this.memory); // first: a closed handle throws even if the array is cached
    this.#raw ??= new dtypes[this.dtype].array(buffer, this.byteOffset, this.length);
    return this.#raw;
  }

  /** The elements as users see them. @throws {ClosedError} @throws {UnsupportedError} of float16 without Float16Array */
  get data(): RawArray {
    if (this.dtype === "float16" && !hasFloat16Array) throw noFloat16Array();
    return this.raw;
  }

  /** The same memory from element `start` on. */
  window(start: number, length: number): Elements {
    return new Elements(this.memory, this.dtype, this.byteOffset + start * this.itemsize, length);
  }
}

/** What every loop works on: elements, and which of them in what order. */
export interface Strided {
  readonly elements: Elements;
  readonly view: View;
}
