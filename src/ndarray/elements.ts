/** The elements that an array and all its views share: memory, dtype, first byte, length. */
import type { Complex } from "../base/complex.js";
import {
  type DType,
  dtypes,
  hasFloat16Array,
  noFloat16Array,
  partOf,
  type RawArray,
  type Scalar,
} from "../base/dtype.js";
import { blockOf, expectWritableMemory, lentBlockOf, type SharedMemory } from "../memory/shared-memory.js";
import type { View } from "./view.js";

/** A stretch of a block, seen as elements of one dtype. */
export class Elements {
  readonly memory: SharedMemory;
  readonly dtype: DType;
  /** Where element 0 is in `memory.buf`. */
  readonly byteOffset: number;
  readonly length: number;
  #raw: RawArray | undefined;
  #parts: Elements | undefined;

  constructor(memory: SharedMemory, dtype: DType, byteOffset: number, length: number) {
    this.memory = memory;
    this.dtype = dtype;
    this.byteOffset = byteOffset;
    this.length = length;
  }

  get itemsize(): number {
    return dtypes[this.dtype].bytes;
  }

  /**
   * The elements as they are stored: for float16 the bits, for bool the bytes.
   *
   * @throws {ClosedError} If the memory is closed.
   * @throws {DTypeError} If they are complex: these have two numbers each, which `parts` gives.
   */
  get raw(): RawArray {
    const { buffer } = blockOf(this.memory); // first, so that a closed handle throws even if the typed array is cached
    this.#raw ??= new dtypes[this.dtype].array(buffer, this.byteOffset, this.length);
    return this.#raw;
  }

  /** The floats that complex elements are made of: the real and the imaginary part of each in turn. */
  get parts(): Elements {
    const { memory, dtype, byteOffset, length } = this;
    this.#parts ??= new Elements(memory, partOf(dtype), byteOffset, 2 * length);
    return this.#parts;
  }

  /**
   * The elements as users see them; of complex ones, the parts.
   *
   * @throws {ClosedError} If the memory is closed.
   * @throws {UnsupportedError} If the dtype is float16 and the runtime has no `Float16Array`, or if the memory is a
   * file that was mapped with mode "r".
   */
  get data(): RawArray {
    if (this.dtype === "float16" && !hasFloat16Array) throw noFloat16Array();
    expectWritableMemory(this.memory);
    return this.lentRaw;
  }

  /** As `raw`, for those who keep the typed array longer than this job: its memory is never used for another array. */
  get lentRaw(): RawArray {
    lentBlockOf(this.memory);
    return dtypes[this.dtype].part ? this.parts.raw : this.raw;
  }

  /** `length` elements of the same memory, from element `start` on. */
  window(start: number, length: number): Elements {
    return new Elements(this.memory, this.dtype, this.byteOffset + start * this.itemsize, length);
  }
}

/** The element at a position, as users see it. */
export function elementAt(elements: Elements, position: number): Scalar {
  const { load, part } = dtypes[elements.dtype];
  if (part) {
    const { raw } = elements.parts;
    return { re: raw[2 * position]!, im: raw[2 * position + 1]! };
  }
  const raw = elements.raw[position]!;
  return load ? load(raw) : raw;
}

/** Writes the element at a position. The value has been checked to be one of the dtype. */
export function setElementAt(elements: Elements, position: number, value: Scalar): void {
  const { store, part } = dtypes[elements.dtype];
  if (part) {
    const { raw } = elements.parts;
    const { re, im } = value as Complex;
    raw[2 * position] = re;
    raw[2 * position + 1] = im;
  } else elements.raw[position] = store ? store(value) : (value as number);
}

/** What every loop works on: elements, and a view that says which of them, in which order. */
export interface Strided {
  readonly elements: Elements;
  readonly view: View;
}
