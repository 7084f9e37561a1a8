/** `memmap`: a `.npy` file as an array. The system reads each part when it is first used, and may drop it again. */
import type { DType } from "../base/dtype.js";
import { expectOneOf, expectPath } from "../base/expect.js";
import type { MapMode } from "../memory/blocks/driver.js";
import { memoryOfFile } from "../memory/shared-memory.js";
import { resolvePath } from "../platform/runtime.js";
import { attachedStrided, checkExpectations, type Expectations, type Expected } from "./attach.js";
import { type AnyNDArray, type ArrayOf, arrayOf } from "./ndarray.js";

/** How a file is mapped. */
export interface MemmapOptions {
  /**
   * - `"r"`, the default: the array is only read. It refuses all writes, also as `out` and in workers. It gives no
   *   typed array (`flat`, `data`, `toNdarray`, `memory.buf`), because writes to one cannot be refused.
   * - `"c"`, copy on write: everything works. Writes through the array and through typed arrays stay in this process,
   *   where all threads see them, and are gone when it is closed. Kernels that read `flat` need this mode or `"r+"`.
   * - `"r+"`: writes go to the file, and everybody else who has mapped it sees them at once.
   */
  readonly mode?: MapMode;
}

/**
 * The array in a `.npy` file, without reading the file: it may be larger than the free memory, up to 4 GiB. All
 * threads of the process see the same elements, so that pools can work on it chunk by chunk. Nobody must shorten
 * the file in the meantime: as in NumPy, the next access would end the process.
 *
 * @param path the path of a `.npy` file in this machine's byte order
 * @example
 * using a = memmap("big.npy", { dtype: "float32", mode: "r+" });
 * await pool.map(a, (x) => x * x, { out: a });
 *
 * After NumPy's `np.load(path, mmap_mode=mode)`. It has the requirements of system scope.
 * @throws {FormatError} If the file is not a `.npy` file, or is cut short.
 * @throws {DTypeError} If the array has another dtype than expected, or the other byte order.
 * @throws {ShapeError} If the array has another number of axes than expected.
 * @throws {UnsupportedError} If files cannot be mapped here, or the file is larger than 4 GiB.
 */
export function memmap<D extends DType, R extends number = number>(
  path: string,
  expect: Expected<D, R> & MemmapOptions,
): ArrayOf<D, NoInfer<R>>;
export function memmap(path: string, options?: MemmapOptions): AnyNDArray;
export function memmap(path: string, options?: Expectations & MemmapOptions): unknown {
  expectPath(path);
  const { mode = "r" } = checkExpectations<MemmapOptions>(options, ["mode"], "memmap");
  expectOneOf("mode", mode, ["r", "r+", "c"]);
  const memory = memoryOfFile(resolvePath(path), mode);
  return arrayOf(attachedStrided(memory, options, path));
}
