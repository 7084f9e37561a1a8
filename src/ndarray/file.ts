/**
 * `save` and `load`: `.npy` files, which have the same bytes as named arrays. The bytes go straight between file
 * and shared memory.
 */
import { type DType, dtypes } from "../base/dtype.js";
import { FormatError } from "../base/errors.js";
import { expectNoOptions, expectPath, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { expectPlace } from "../memory/names/place.js";
import { aliasOf, type NameOptions } from "../memory/shared-memory.js";
import { closeSync, fstatSync, open, openSync, readSync } from "../platform/runtime.js";
import { PIECE, replaceFile, replaceFileSync } from "../system/replace-file.js";
import { checkExpectations, checkExpected, type Expectations, type Expected } from "./attach.js";
import type { Strided } from "./elements.js";
import { type AnyNDArray, type ArrayOf, arrayOf, type NDArray, type ReadonlyNDArray, stridedOf } from "./ndarray.js";
import { type NpyHeader, npyHeader, npyHeaderBytes, PREAMBLE_BYTES, parseNpyHeader } from "./npy.js";
import { compact, type Staged, stage } from "./storage.js";
import { transpose } from "./view.js";

/**
 * Writes an array to a `.npy` file, which NumPy can open. All layouts but Fortran order are written in C order.
 *
 * The file is replaced as a whole: it is written under another name in the same folder, and gets its own when it is
 * complete and on disk. Until then, and if saving fails, the old file is there. So an array can also be saved over the
 * file that it is mapped from; the array goes on showing the old file. A file that is replaced keeps its mode, and a
 * symbolic link stays one.
 *
 * @throws {TypeError} If `path` is not a path, or `a` not an array.
 * @throws {ClosedError} If the array is closed.
 */
export function save(path: string, a: ReadonlyNDArray): Promise<void>;
export async function save(path: string, a: ReadonlyNDArray, ...extra: unknown[]): Promise<void> {
  expectNoOptions(extra, "save");
  expectPath(path);
  const { elements } = stridedOf(a);
  using _ = aliasOf(elements.memory); // a `close()` in the meantime would unmap what is still to be written
  await replaceFile(path, fileBytes(a));
}

/** As `save`, but it blocks this thread. */
export function saveSync(path: string, a: ReadonlyNDArray): void;
export function saveSync(path: string, a: ReadonlyNDArray, ...extra: unknown[]): void {
  expectNoOptions(extra, "saveSync");
  expectPath(path);
  replaceFileSync(path, fileBytes(a));
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
  const file = await open(path, "r");
  const read: Read<Promise<number>> = async (bytes, at, count, position) =>
    (await file.read(bytes, at, count, position)).bytesRead;
  try {
    const { size } = await file.stat();
    const preamble = new Uint8Array(Math.min(size, PREAMBLE_BYTES));
    for (const next = filling(preamble, 0, path); !next.done; ) next.add(await read(...next.request));
    const head = new Uint8Array(npyHeaderBytes(preamble, size, path));
    for (const next = filling(head, 0, path); !next.done; ) next.add(await read(...next.request));
    const loading = beginLoad(head, size, path, options);
    try {
      for (const next = filling(loading.bytes, loading.header.byteOffset, path); !next.done; ) {
        next.add(await read(...next.request));
      }
    } catch (e) {
      loading.staged.discard();
      throw e;
    }
    return finishLoad(loading);
  } finally {
    await file.close();
  }
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
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const preamble = new Uint8Array(Math.min(size, PREAMBLE_BYTES));
    for (const next = filling(preamble, 0, path); !next.done; ) next.add(readSync(fd, ...next.request));
    const head = new Uint8Array(npyHeaderBytes(preamble, size, path));
    for (const next = filling(head, 0, path); !next.done; ) next.add(readSync(fd, ...next.request));
    const loading = beginLoad(head, size, path, options);
    try {
      for (const next = filling(loading.bytes, loading.header.byteOffset, path); !next.done; ) {
        next.add(readSync(fd, ...next.request));
      }
    } catch (e) {
      loading.staged.discard();
      throw e;
    }
    return finishLoad(loading);
  } finally {
    closeSync(fd);
  }
}

type LoadOptions = NameOptions & Expectations;
type Request = [bytes: Uint8Array, at: number, count: number, position: number];
type Read<R> = (...request: Request) => R;

/** The reads that fill `bytes` from a position of the file on. The caller makes them, blocking or not. */
function filling(bytes: Uint8Array, position: number, path: string) {
  let at = 0;
  return {
    get done() {
      return at === bytes.length;
    },
    get request(): Request {
      return [bytes, at, Math.min(PIECE, bytes.length - at), position + at];
    },
    add(count: number) {
      if (count === 0) {
        const expected = `${show(path)} to hold ${position + bytes.length} bytes`;
        throw new FormatError(`Expected ${expected}, but it ends at ${position + at}`, { key: path });
      }
      at += count;
    },
  };
}

/** A file whose header is read, and whose data are to come. */
interface Loading {
  readonly header: NpyHeader;
  readonly staged: Staged;
  /** Where the data of the file are read to. */
  readonly bytes: Uint8Array;
}

function beginLoad(head: Uint8Array, size: number, path: string, options: LoadOptions = {}): Loading {
  const header = parseNpyHeader(head, size, path);
  checkExpected(path, header.dtype, header.shape, options);
  const staged = stage(header.shape, header.dtype, options, { fortran: header.fortran });
  return { header, staged, bytes: bytesOf(staged.fresh) };
}

function finishLoad({ header, staged, bytes }: Loading): NDArray<DType> {
  if (header.swapped) reverseEach(bytes, dtypes[header.dtype].bytes);
  return arrayOf(staged.publish());
}

function reverseEach(bytes: Uint8Array, itemsize: number): void {
  for (let at = 0; at < bytes.length; at += itemsize) bytes.subarray(at, at + itemsize).reverse();
}

const bytesOf = ({ elements, view }: Strided): Uint8Array => {
  const { buffer, byteOffset } = elements.lentRaw;
  if (view.size === 0) return new Uint8Array(0); // the offset of an empty view may be behind the memory
  return new Uint8Array(buffer, byteOffset + view.offset * elements.itemsize, view.size * elements.itemsize);
};

/** A `.npy` file of the array, in pieces. Fortran order is kept: its elements are written as they are stored. */
function fileBytes(a: ReadonlyNDArray): Uint8Array[] {
  const given = stridedOf(a);
  const { dtype } = given.elements;
  const turned = transpose(given.view, []);
  const fortran = !given.view.contiguous && turned.contiguous;
  const stored = fortran ? { elements: given.elements, view: turned } : compact(given);
  return [npyHeader(dtype, given.view.shape, fortran), bytesOf(stored)];
}

keepNames({ load });
