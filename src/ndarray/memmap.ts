/** `memmap`: a file as an array. The system reads each part when it is first used, and may drop it again. */
import type { DType } from "../base/dtype.js";
import { expectOneOf, expectPath } from "../base/expect.js";
import type { MapMode } from "../memory/blocks/driver.js";
import { memoryOfFile } from "../memory/mapped-memory.js";
import { resolvePath } from "../platform/runtime.js";
import { attachedStrided, checkExpectations, type Expectations, type Expected } from "./attach.js";
import { type AnyNDArray, type ArrayOf, arrayOf } from "./ndarray.js";
import { expectMappable, type RawPlace, rawStrided } from "./raw-file.js";

/** How a file is mapped. */
export interface MemmapOptions {
  /**
   * - `"r"`, the default: the array is only read. It refuses all writes, also as `out` and in workers. It gives no
   *   typed array (`flat`, `data`, `toNdarray`, `memory.buf`), because writes to one cannot be refused.
   * - `"c"`, copy on write: everything works. Writes through the array and through typed arrays stay in this process,
   *   where all threads see them, and are gone when it is closed. A page of memory that was written to no longer shows
   *   what others write to the file. Kernels that read `flat` need this mode or `"r+"`.
   * - `"r+"`: writes go to the file, and everybody else who has mapped it sees them at once.
   */
  readonly mode?: Exclude<MapMode, "w+"> | undefined;
}

/** Where the elements of a file without a header are. */
export interface RawFileOptions<D extends DType, S extends number | readonly number[]> {
  /** The type of the elements, which are in this machine's byte order. */
  readonly dtype: D;
  /** The shape, in C order. Without it: one axis up to the end of the file. */
  readonly shape?: S | undefined;
  /** The first byte of the elements, a multiple of their size. Default 0. */
  readonly offset?: number | undefined;
  /**
   * As for `.npy` files, and `"w+"`: makes a new file of zeros that ends with the array, or replaces an old one. Who
   * has the old one open or mapped keeps it. It needs a shape.
   */
  readonly mode?: MapMode | undefined;
}

/**
 * The array in a file, without reading the file: it may be larger than the free memory, up to 4 GiB. All threads of
 * the process see the same elements, so that pools can work on it chunk by chunk. Nobody must shorten the file in the
 * meantime: as in NumPy, the next access would end the process.
 *
 * A `.npy` file says itself what it holds. With `shape` or `offset` it is a file of elements without a header, of which
 * the array is a part. The file may have any size, and several parts of it may be mapped, each up to 4 GiB: so larger
 * `.npy` files can be worked on too, with an `offset` after their header.
 *
 * @param path the path of a file in this machine's byte order
 * @example
 * using a = memmap("big.npy", { dtype: "float32", mode: "r+" });
 * await pool.map(a, (x) => x * x, { out: a });
 * using rows = memmap("huge.bin", { dtype: "float32", shape: [1000, 512], offset: first * 512 * 4 });
 *
 * After NumPy's `np.load(path, mmap_mode=mode)` and `np.memmap`. It has the requirements of system scope.
 * @throws {FormatError} If the file is not a `.npy` file, is cut short, or has no such part.
 * @throws {DTypeError} If the array has another dtype than expected, or the other byte order.
 * @throws {ShapeError} If the array has another number of axes than expected.
 * @throws {RangeError} If the offset is not a multiple of the element's size, or the shape has no elements.
 * @throws {NoSpaceError} If there is not enough space for a new file.
 * @throws {UnsupportedError} If files cannot be mapped here, or more than 4 GiB would be.
 */
export function memmap<D extends DType, const S extends number | readonly number[] = number>(
  path: string,
  options: RawFileOptions<D, S> & ({ readonly shape: S } | { readonly offset: number }),
): ArrayOf<D, S extends readonly number[] ? S["length"] : 1>;
export function memmap<D extends DType, R extends number = number>(
  path: string,
  expect: Expected<D, R> & MemmapOptions,
): ArrayOf<D, NoInfer<R>>;
export function memmap(path: string, options?: MemmapOptions): AnyNDArray;
export function memmap(path: string, options?: Expectations & RawPlace & { mode?: MapMode | undefined }): unknown {
  expectPath(path);
  const { mode = "r", shape, offset } = checkExpectations(options, ["mode", "shape", "offset"], "memmap");
  expectOneOf("mode", mode, ["r", "r+", "c", "w+"]);
  const isRaw = shape !== undefined || offset !== undefined || mode === "w+";
  if (isRaw) return arrayOf(rawStrided(path, mode, { shape, offset }, options!));
  const full = resolvePath(path);
  expectMappable(full, path);
  return arrayOf(attachedStrided(memoryOfFile(full, mode), options, path));
}
