/**
 * `StridedArray`: elements in memory and a view of them, with the members that only look at these two. `WritableArray`
 * extends it with the members that write, and `NDArray` that with those that make other arrays.
 */

import { typedArrayName } from "../base/builtins.js";
import { noComplex } from "../base/complex.js";
import {
  type CopiedArrayOf,
  type DType,
  isComplex,
  type RawArray,
  type ScalarOf,
  type TypedArrayOf,
} from "../base/dtype.js";
import { DTypeError, LayoutError, ShapeError } from "../base/errors.js";
import { expectNoOptions, show } from "../base/expect.js";
import { refuseAssignments, refuseIndices, textOnly } from "../base/misuse.js";
import {
  blockOf,
  isReadonlyMemory,
  type Scope,
  type Shared,
  type SharedMemory,
  startOf,
} from "../memory/shared-memory.js";
import { loadNdarray } from "../platform/runtime.js";
import { strOf } from "../printing/text.js";
import { contentsGetter, defineContents, jsonOf } from "../wire/comparison.js";
import { components } from "./components.js";
import { Elements, elementAt, type Strided } from "./elements.js";
import { printed } from "./format.js";
import { scalars, toNested } from "./lists.js";
import type { Index, LengthTable, Nested, ScijsNDArray } from "./notation.js";
import type { ReadableArray } from "./readable.js";
import { order } from "./scijs.js";
import { compact, copiedArray } from "./storage.js";
import { locate } from "./view.js";

/**
 * The elements and the view of an array that is still open. `what` names the argument in errors, and `expected` says
 * what it may be if not only an array, and `cure` what to do.
 *
 * @throws {TypeError} If the value is not an array.
 * @throws {ClosedError} If the array is closed.
 */
export let expectStrided: (value: unknown, what: string, expected?: string, cure?: string) => Strided;
/** The elements and the view of an array that is open; `undefined` for everything else. */
export let openStrided: (value: unknown) => Strided | undefined;
/** Whether the array refuses writes. */
export let refusesWrites: (array: unknown) => boolean;
/** Whether the array is a view of another array or of memory, and therefore never owns its block. */
export let isViewArray: (array: unknown) => boolean;

/**
 * As `expectStrided`, of an array of bools.
 *
 * @throws {DTypeError} If the array holds another dtype.
 */
export function expectStridedMask(value: unknown, what: string): Strided {
  const mask = expectStrided(value, what);
  const { dtype } = mask.elements;
  if (dtype === "bool") return mask;
  throw new DTypeError(`Expected \`${what}\` to be an array of bool, got one of ${dtype}`, { dtype, expected: "bool" });
}

/** What to do instead of writing to a read-only array. */
export const cureOfReadonly = (array: unknown): string =>
  isReadonlyMemory(expectStrided(array, "array").elements.memory)
    ? 'map the file with mode "r+", or with "c" to keep the writes in this process; or write to a .copy()'
    : "write to another array or to a .copy(); operands with a halo are only read";

/**
 * As `expectStrided`, of an array to write to.
 *
 * @throws {LayoutError} If the array refuses writes.
 */
export function expectWritable(array: StridedArray<DType>): Strided {
  if (!refusesWrites(array)) return expectStrided(array, "array");
  const { shape, strides } = array;
  const got = `a read-only one of shape ${show(shape)} (${cureOfReadonly(array)})`;
  const message = `Expected an array to write to, got ${got}`;
  throw new LayoutError(message, { shape, strides });
}

/** Above so many elements they are compared as typed arrays, which needs no memory for lists. */
const LISTED = 2 ** 20;
/** Arrays are equal if their dtypes, shapes and elements are. As in lists, NaN is equal to NaN. */
const CONTENTS = contentsGetter<StridedArray<DType>>((array) => {
  const { dtype, shape, size } = array;
  return { dtype, shape, elements: size > LISTED ? runOf(expectStrided(array, "array")) : array.toArray() };
});

function runOf(array: Strided): RawArray {
  const ready = compact(array);
  const { offset, size } = components(ready).view;
  return ready.elements.lentRaw.subarray(offset, offset + size);
}

/** For `new NDArray(…)`, which TypeScript refuses. */
function notMade(given: unknown): TypeError {
  const cure = "write array([1, 2]), or zeros([2, 3]) for a shape";
  return new TypeError(`Expected arrays to be made by functions, got new NDArray(${show(given)}) (${cure})`);
}

/** What an array is, without the members that write or make other arrays. Its subclass is `WritableArray`. */
export abstract class StridedArray<out D extends DType, out R extends number = number>
  implements Shared, ReadableArray<D, R>
{
  readonly #strided: Strided;
  readonly #isView: boolean;
  readonly #isReadonly: boolean;
  #offset: number;

  protected constructor(strided: Strided, isView: boolean, isReadonly: boolean) {
    if (!(strided?.elements instanceof Elements)) throw notMade(strided);
    this.#strided = strided;
    this.#isView = isView;
    this.#isReadonly = isReadonly || isReadonlyMemory(strided.elements.memory);
    this.#offset = strided.view.offset;
    defineContents(this, CONTENTS);
  }

  static {
    const expectArray = (
      value: unknown,
      what: string,
      expected = "an NDArray",
      given?: string,
    ): StridedArray<DType> => {
      if (typeof value === "object" && value !== null && #strided in value) return value;
      const isData = Array.isArray(value) || typedArrayName(value) !== undefined;
      const cure = given ?? (isData ? " (make one with array(…))" : "");
      throw new TypeError(`Expected \`${what}\` to be ${expected}, got ${show(value)}${cure}`);
    };
    openStrided = (value) =>
      typeof value === "object" && value !== null && #strided in value && !value.closed ? value.#strided : undefined;
    expectStrided = (value, what, expected, cure) => expectArray(value, what, expected, cure).#open();
    refusesWrites = (value) => expectArray(value, "array").#isReadonly;
    isViewArray = (value) => expectArray(value, "array").#isView;
  }

  #open(): Strided {
    blockOf(this.memory); // throws if the memory is closed
    return this.#strided;
  }

  /** The type of the elements, such as `"float64"`. */
  get dtype(): D {
    return this.#strided.elements.dtype as D;
  }
  /** The length of each axis. */
  get shape(): Readonly<Index<R>> {
    return this.#strided.view.shape as Index<R>;
  }
  /** The number of axes. */
  get ndim(): number {
    return this.#strided.view.shape.length;
  }
  /** The number of elements. */
  get size(): number {
    return this.#strided.view.size;
  }
  /** The length of the first axis, as Python's `len(a)`; undefined for rank 0. */
  get length(): LengthTable[R] {
    return this.#strided.view.shape[0] as LengthTable[R];
  }
  /** Bytes of one element. */
  get itemsize(): number {
    return this.#strided.elements.itemsize;
  }
  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * this.itemsize;
  }
  /** Bytes from one index to the next, for each axis. */
  get strides(): Index<R> {
    return this.#strided.view.strides.map((stride) => stride * this.itemsize) as Index<R>;
  }
  /** Whether the elements are in C order without gaps. */
  get contiguous(): boolean {
    return this.#strided.view.contiguous;
  }
  /** The block that holds the elements. */
  get memory(): SharedMemory {
    return this.#strided.elements.memory;
  }
  /** Where the first element is in `memory.buf`, in bytes. */
  get byteOffset(): number {
    const { elements, view } = this.#strided;
    return elements.byteOffset - startOf(elements.memory) + view.offset * elements.itemsize;
  }
  /**
   * The elements in C order as a typed array over the same memory: what a kernel loops over. Of complex elements, the
   * real and the imaginary part of each in turn.
   *
   * @throws {LayoutError} If the array is not contiguous.
   * @throws {UnsupportedError} If the dtype is float16 and the runtime has no `Float16Array`, or if the array is a file
   * that was mapped with mode "r".
   */
  get flat(): TypedArrayOf<D> {
    const { contiguous, shape } = this.#strided.view;
    if (contiguous) {
      const { offset, size } = components(this.#strided).view;
      return this.#strided.elements.data.subarray(offset, offset + size) as unknown as TypedArrayOf<D>;
    }
    const { strides } = this;
    const got = `shape ${show(shape)} with strides ${show(strides)}`;
    const message = `Expected a contiguous array, got ${got} (take a .copy(), or use get)`;
    throw new LayoutError(message, { shape, strides: this.#strided.view.strides });
  }

  /**
   * The element at an index; negative numbers count from the end.
   *
   * @throws {IndexError} If the index is outside of the array.
   */
  get(...index: Index<R>): ScalarOf<D> {
    const { elements, view } = this.#strided;
    return elementAt(elements, locate(view, index)) as ScalarOf<D>;
  }
  /**
   * The only element.
   *
   * @throws {ShapeError} If there are several elements, or none.
   */
  item(): ScalarOf<D> {
    const strided = this.#open();
    if (this.size === 1) return [...scalars(strided)][0] as ScalarOf<D>;
    const message = `Expected an array of one element, got shape ${show(this.shape)}`;
    throw new ShapeError(message, { shape: this.shape, expected: [] });
  }
  /** The elements as nested lists, one level for each axis; for rank 0 the scalar itself. */
  toArray(): Nested<ScalarOf<D>>[R];
  toArray(...extra: unknown[]): Nested<ScalarOf<D>>[R] {
    expectNoOptions(extra, "toArray");
    return toNested(this.#open()) as Nested<ScalarOf<D>>[R];
  }
  /**
   * A copy of the elements in C order as a typed array in ordinary memory, for functions of the web that refuse shared
   * memory, because another thread could change it while they read: `TextDecoder`, `crypto`, `fetch`, `ImageData`,
   * `Blob`.
   *
   * @example await crypto.subtle.digest("SHA-256", a.toTypedArray())
   * @throws {UnsupportedError} If the dtype is float16 and the runtime has no `Float16Array`.
   */
  toTypedArray(): CopiedArrayOf<D>;
  toTypedArray(...extra: unknown[]): unknown {
    expectNoOptions(extra, "toTypedArray");
    return copiedArray(this.#open());
  }
  /** The array as text, as NumPy prints it. If it is closed: its dtype and shape. */
  toString(): string {
    if (this.closed) return `NDArray (closed, ${this.dtype}, shape ${show(this.shape)})`;
    return strOf(printed(this.#open()));
  }
  /** What `console.log` prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  /**
   * The elements as nested lists, for `JSON.stringify`. 64-bit integers become numbers.
   *
   * @throws {RangeError} If an integer is beyond ±(2^53 - 1).
   */
  toJSON(): unknown {
    return jsonOf(this.toArray());
  }
  /**
   * The text of `` `${a}` ``.
   *
   * @throws {TypeError} If the array is an operand of an operator, as in `a * 2` or `a + b`.
   */
  [Symbol.toPrimitive](hint: string): string {
    return textOnly(hint, this, "an NDArray", "use add(a, b), multiply(a, 2), equal(a, b), …, or a.item()");
  }

  // ── scijs, counted in elements ───────────────────────────────────────────────────────────────────────────────────

  /**
   * The typed array that this array and all its views index. Throws the `UnsupportedError` of `flat`. Complex elements
   * have two numbers in it, at twice their index and after it.
   */
  get data(): TypedArrayOf<D> {
    return this.#strided.elements.data as unknown as TypedArrayOf<D>;
  }
  /**
   * Where the first element is in `data`, counted in elements. Packages around scijs write it; this package
   * computes with a copy of its own.
   */
  get offset(): number {
    return this.#offset;
  }
  set offset(offset: number) {
    this.#offset = offset;
  }
  /** Elements from one index to the next, for each axis. */
  get stride(): Index<R> {
    return this.#strided.view.strides as Index<R>;
  }
  /** The axes from the fastest to the slowest. */
  get order(): number[] {
    return order(this.#strided.view);
  }
  /** The number of axes. */
  get dimension(): number {
    return this.ndim;
  }
  /**
   * Where the element at an index is in `data`.
   *
   * @throws {IndexError} If the index is outside of the array.
   */
  index(...index: Index<R>): number {
    const { view } = this.#open();
    return locate(view, index) - view.offset + this.offset;
  }
  /** The same memory as an instance of scijs' own `ndarray` class. That package evaluates code to make one. */
  toNdarray(): ScijsNDArray {
    if (isComplex(this.dtype)) throw noComplex("toNdarray", this.dtype);
    return loadNdarray()(this.data as never, [...this.shape], [...this.stride], this.offset) as unknown as ScijsNDArray;
  }

  // ── Life ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The name of the block, if it has one. */
  get name(): string | undefined {
    return this.memory.name;
  }
  /** Who can find the block by its name: the threads of this process, or all processes of this machine. */
  get scope(): Scope {
    return this.memory.scope;
  }
  /** Whether this array created its block. A view never owns one. */
  get owner(): boolean {
    return this.memory.owner && !this.#isView;
  }
  /** Whether the handle of the block is closed; then every access throws `ClosedError`. */
  get closed(): boolean {
    return this.memory.closed;
  }
  /**
   * Closes the handle of the block, for all views too. On a view it does nothing, so that `using row = a.slice(0)` is
   * harmless.
   */
  close(): void {
    if (!this.#isView) this.memory.close();
  }
  /** Removes the name of the block; the memory lives on until nobody uses it. */
  unlink(): void {
    this.memory.unlink();
  }
  /** Ends a `using` declaration: closes the handle, and unlinks the block if this array created it. */
  [Symbol.dispose](): void {
    if (!this.#isView) this.memory[Symbol.dispose]();
  }
}
refuseAssignments(StridedArray, "an NDArray", {
  shape: "use b = a.reshape(3, 2)",
  dtype: 'use b = a.astype("int32")',
  length: "make a new array; an array keeps its size",
  size: "make a new array; an array keeps its size",
  strides: "use transpose, slice, … or NDArray.view",
});
refuseIndices(StridedArray, "an NDArray", "get(i, j) and set(i, j, value)", () => true);
