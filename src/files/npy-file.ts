/**
 * `save` and `load`: `.npy` files, which have the same bytes as named arrays. The bytes go straight between file
 * and shared memory.
 */
import type { DType } from "../base/dtype.js";
import { expectNoOptions, expectPath } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { expectPlace } from "../memory/names/place.js";
import { aliasOf, type NameOptions } from "../memory/shared-memory.js";
import { checkExpectations, type Expected } from "../ndarray/attach.js";
import { type AnyNDArray, type ArrayOf, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { isRecordArray, type RecordArray } from "../records/record-array.js";
import { replaceFile, replaceFileSync } from "../system/replace-file.js";
import { type LoadOptions, npyBytes, readNpy } from "./npy-bytes.js";
import { recordsBytes } from "./records-file.js";
import { readFile, readFileSync } from "./steps.js";

/** What `save` takes: an array, or an array of records. */
export type Saved = ReadonlyNDArray | RecordArray<never>;
const bytesToSave = (a: Saved) => (isRecordArray(a) ? recordsBytes(a) : npyBytes(a));

/**
 * Writes an array, or an array of records, to a `.npy` file, which NumPy can open. All layouts but Fortran order are
 * written in C order.
 *
 * The file is replaced as a whole: it is written under another name in the same folder, and gets its own when it is
 * complete and on disk. Until then, and if saving fails, the old file is there. So an array can also be saved over the
 * file that it is mapped from; the array goes on showing the old file. A file that is replaced keeps its mode, and a
 * symbolic link stays one.
 *
 * @throws {TypeError} If `path` is not a path, or `a` not an array.
 * @throws {ClosedError} If the array is closed.
 */
export function save(path: string, a: Saved): Promise<void>;
export async function save(path: string, a: Saved, ...extra: unknown[]): Promise<void> {
  expectNoOptions(extra, "save");
  expectPath(path);
  const { elements } = stridedOf(isRecordArray(a) ? a.bytes : a);
  using _ = aliasOf(elements.memory); // a `close()` in the meantime would unmap what is still to be written
  await replaceFile(path, bytesToSave(a));
}

/** As `save`, but it blocks this thread. */
export function saveSync(path: string, a: Saved): void;
export function saveSync(path: string, a: Saved, ...extra: unknown[]): void {
  expectNoOptions(extra, "saveSync");
  expectPath(path);
  replaceFileSync(path, bytesToSave(a));
}

/**
 * A new array with the elements of a `.npy` file of any byte order. With a name, others can attach to it. Fortran order
 * becomes a transposed view.
 *
 * @throws {FormatError} If the file is not a `.npy` file, or is cut short.
 * @throws {DTypeError} If the array has another dtype than expected.
 * @throws {ShapeError} If the array has another number of axes than expected.
 */
export function load<D extends DType, R extends number = number>(
  path: string,
  expect: NameOptions & Expected<D, R>,
): Promise<ArrayOf<D, NoInfer<R>>>;
export function load(path: string, options?: NameOptions): Promise<AnyNDArray>;
export async function load(path: string, options?: LoadOptions): Promise<unknown> {
  expectPath(path);
  expectPlace(checkExpectations<NameOptions>(options, ["name", "scope"], "load"));
  return readFile(path, (size) => readNpy({ path, size }, options));
}

/** As `load`, but it blocks this thread. */
export function loadSync<D extends DType, R extends number = number>(
  path: string,
  expect: NameOptions & Expected<D, R>,
): ArrayOf<D, NoInfer<R>>;
export function loadSync(path: string, options?: NameOptions): AnyNDArray;
export function loadSync(path: string, options?: LoadOptions): unknown {
  expectPath(path);
  expectPlace(checkExpectations<NameOptions>(options, ["name", "scope"], "loadSync"));
  return readFileSync(path, (size) => readNpy({ path, size }, options));
}

keepNames({ load });
