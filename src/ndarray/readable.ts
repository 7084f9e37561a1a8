/** `ReadableArray`: the part of `ReadonlyNDArray` that does not name the class `NDArray`. */
import type { CopiedArrayOf, DType, ScalarOf, TypedArrayOf } from "../base/dtype.js";
import type { Index, LengthTable, Nested } from "./notation.js";

/** An array as its readers see it, without the members that make other arrays. */
export interface ReadableArray<out D extends DType = DType, out R extends number = number> {
  /** The type of the elements, such as `"float64"`. */
  readonly dtype: D;
  /** The length of each axis. */
  readonly shape: Readonly<Index<R>>;
  /** The number of axes. */
  readonly ndim: number;
  /** The number of elements. */
  readonly size: number;
  /** The length of the first axis, as Python's `len(a)`; undefined for rank 0. */
  readonly length: LengthTable[R];
  /** Bytes of all elements. */
  readonly nbytes: number;
  /** Bytes of one element. */
  readonly itemsize: number;
  /** Bytes from one index to the next, for each axis. */
  readonly strides: Index<R>;
  /** Whether the elements are in C order without gaps. */
  readonly contiguous: boolean;
  /**
   * The elements in C order, in the same memory.
   *
   * @throws {LayoutError} If the array is not contiguous.
   */
  readonly flat: ArrayLike<TypedArrayOf<D>[number]>;
  /**
   * The element at an index; negative numbers count from the end.
   *
   * @throws {IndexError} If the index is outside of the array.
   */
  get(...index: Index<R>): ScalarOf<D>;
  /**
   * The only element.
   *
   * @throws {ShapeError} If there are several elements, or none.
   */
  item(): ScalarOf<D>;
  /** The elements as nested lists; for rank 0 the scalar itself. */
  toArray(): Nested<ScalarOf<D>>[R];
  /** A copy of the elements in C order, in ordinary memory. */
  toTypedArray(): CopiedArrayOf<D>;
  /** The array as text, as NumPy and `console.log` print it. */
  toString(): string;
}
