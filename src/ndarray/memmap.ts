/** `memmap`: a `.npy` file as an array, without reading it: the system reads what is touched, and drops what is not. */
import type { DType } from "../base/dtype.js";
import { expectKnown, expectOneOf, show } from "../base/expect.js";
import type { MapMode } from "../memory/blocks/driver.js";
import { memoryOfFile } from "../memory/shared-memory.js";
import { resolvePath } from "../platform/runtime.js";
import { attachedStrided, checkExpectations, type Expectations, type Expected } from "./attach.js";
import { type AnyNDArray, arrayOf, type NDArray } from "./ndarray.js";

/** How a file is seen. */
export interface MemmapOptions {
  /**
   * `"r"`, the default: an array to read. `"r+"`: what is written goes to the file, and is seen at once by whoever else has it
   * mapped. `"c"`: what is written stays in this process's memory (copy on write).
   */
  readonly mode?: MapMode;
}

/**
 * The array in a `.npy` file, without reading it: larger than the memory it may be, up to 4 GiB. All threads of the process see the
 * same elements; so pools can work on it, chunk by chunk. Nobody must make the file shorter meanwhile, which would end the
 * process at the next access, here as in NumPy.
 *
 * @param path of a `.npy` file of this machine's byte order
 * @example
 * using a = memmap("big.npy", { dtype: "float32", mode: "r+" });
 * await pool.map(a, (x) => x * x, { out: a });
 *
 * After NumPy's `np.load(path, mmap_mode=mode)`. Needs what system scope needs.
 * @throws {FormatError} if it is no `.npy`, or cut short @throws {DTypeError} {ShapeError} if it is not what is expected
 * @throws {UnsupportedError} where files cannot be mapped, and of more than 4 GiB
 */
export function memmap<D extends DType, R extends number = number>(
  path: string,
  expect: Expected<D, R> & MemmapOptions,
): NDArray<NoInfer<D>, NoInfer<R>>;
export function memmap(path: string, options?: MemmapOptions): AnyNDArray;
export function memmap(path: string, options?: Expectations & MemmapOptions): unknown {
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new TypeError(`Expected \`path\` to be the path of a file, got ${show(path)}`);
  }
  const { mode = "r" } = expectKnown(options, ["dtype", "ndim", "mode"], "memmap");
  expectOneOf("mode", mode, ["r", "r+", "c"]);
  checkExpectations(options);
  const memory = memoryOfFile(resolvePath(path), mode);
  return arrayOf(attachedStrided(memory, options, path), false, mode === "r");
}
