/** An array as the bytes of a `.npy` file, and back. `load`, `save` and the archives of `.npz` have them in common. */
import { type DType, dtypes, partOf } from "../base/dtype.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { checkExpected, type Expectations } from "../ndarray/attach.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, type NDArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { type NpyHeader, npyHeader, npyHeaderBytes, PREAMBLE_BYTES, parseNpyHeader } from "../ndarray/npy.js";
import { compact, type Staged, stage } from "../ndarray/storage.js";
import { transpose } from "../ndarray/view.js";
import { readFully, type Steps } from "./steps.js";

/** What the array is to be, and where. */
export type LoadOptions = NameOptions & Expectations;

/** A `.npy` file, or a stretch of a larger file that is one. */
export interface NpyPlace {
  /** What errors call it. */
  readonly path: string;
  /** The bytes of it all. */
  readonly size: number;
  /** Where it begins in the file. */
  readonly start?: number;
}

/** Reads an array. If reading fails, nothing is left of it. `check` sees all bytes, in order. */
export function* readNpy(
  { path, size, start = 0 }: NpyPlace,
  options: LoadOptions | undefined,
  check?: NpyCheck,
): Steps<NDArray<DType>> {
  const preamble = new Uint8Array(Math.min(size, PREAMBLE_BYTES));
  yield* readFully(preamble, start, path);
  const head = new Uint8Array(npyHeaderBytes(preamble, size, path));
  yield* readFully(head, start, path);
  const header = parseNpyHeader(head, size, path);
  check?.header(header);
  const loading = beginNpy(header, path, options);
  try {
    yield* readFully(loading.bytes, start + header.byteOffset, path);
    check?.bytes(head, loading.bytes);
  } catch (e) {
    loading.staged.discard();
    throw e;
  }
  return finishNpy(loading);
}

/** What else an array must be, to be read. */
export interface NpyCheck {
  /** Called before memory is taken. */
  header(header: NpyHeader): void;
  /** Called before the array gets its name. */
  bytes(head: Uint8Array, data: Uint8Array): void;
}

/** An array whose header is known, and whose elements are to come. */
export interface Loading {
  readonly header: NpyHeader;
  readonly staged: Staged;
  /** Where the elements are written to, as they are in the file. */
  readonly bytes: Uint8Array;
}

/**
 * Takes memory for an array.
 *
 * @throws {DTypeError} If it has another dtype than expected.
 * @throws {ShapeError} If it has another number of axes than expected.
 */
export function beginNpy(header: NpyHeader, path: string, options: LoadOptions = {}): Loading {
  checkExpected(path, header.dtype, header.shape, options);
  const staged = stage(header.shape, header.dtype, options, { fortran: header.fortran, isZeroed: false });
  return { header, staged, bytes: bytesOf(staged.fresh) };
}

/** Puts the bytes in order, and gives the array its name. */
export function finishNpy({ header, staged, bytes }: Loading): NDArray<DType> {
  if (header.swapped) reverseEach(bytes, dtypes[partOf(header.dtype)].bytes);
  return arrayOf(staged.publish());
}

/** Reverses the bytes of each element. */
export function reverseEach(bytes: Uint8Array, itemsize: number): void {
  for (let at = 0; at < bytes.length; at += itemsize) {
    for (let low = at, high = at + itemsize - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

/** The bytes of elements that are in one run. */
export const bytesOf = ({ elements, view }: Strided): Uint8Array => {
  const { buffer, byteOffset } = elements.lentRaw;
  if (view.size === 0) return new Uint8Array(0); // the offset of an empty view may be behind the memory
  return new Uint8Array(buffer, byteOffset + view.offset * elements.itemsize, view.size * elements.itemsize);
};

/** A `.npy` file of the array, in pieces. Fortran order is kept: its elements are written as they are stored. */
export function npyBytes(a: ReadonlyNDArray): [head: Uint8Array, data: Uint8Array] {
  const given = stridedOf(a);
  const { dtype } = given.elements;
  const turned = transpose(given.view, []);
  const fortran = !given.view.contiguous && turned.contiguous;
  const stored = fortran ? { elements: given.elements, view: turned } : compact(given);
  return [npyHeader(dtype, given.view.shape, fortran), bytesOf(stored)];
}
