/** `fromfile` and `tofile`: elements without a header, as bytes or as text. */
import { type DType, dtypes, expectDType, type Scalar } from "../base/dtype.js";
import { FormatError } from "../base/errors.js";
import { expectInteger, expectKnown, expectPath, show } from "../base/expect.js";
import { expectPlace } from "../memory/names/place.js";
import { aliasOf } from "../memory/shared-memory.js";
import type { CreateOptions } from "../ndarray/create.js";
import { scalars } from "../ndarray/lists.js";
import { arrayOf, type NDArray, type NewArray, type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { compact, stage, writtenStrided } from "../ndarray/storage.js";
import { replaceFile, replaceFileSync } from "../system/replace-file.js";
import { bytesOf } from "./npy-bytes.js";
import { type Place, parseFormat, printed } from "./printf.js";
import { readFile, readFileSync, readFully, type Steps } from "./steps.js";
import { rowsOf } from "./text-rows.js";

/** What of a file is an array. */
export interface FromfileOptions<D extends DType> extends CreateOptions<D> {
  /** The number of elements; by default all. */
  readonly count?: number | undefined;
  /** Where the first element is, in bytes; default 0. */
  readonly offset?: number | undefined;
  /**
   * What is between two numbers of a text file: a character, with spaces and line breaks around it as there are, or `"
   * "` for these alone. Default `""`: the file holds the bytes of the elements.
   */
  readonly sep?: string | undefined;
}

/**
 * The elements in a file without a header, as a new array of rank 1: in this machine's byte order or, with `sep`, as
 * text.
 *
 * @example const samples = await fromfile("samples.raw", { dtype: "int16", offset: 44 });
 *
 * After `np.fromfile`. Unlike there, a file that has fewer elements than `count` is an error.
 * @throws {FormatError} If the file has fewer elements or, without `count`, no whole number of them; or if text is no
 * number.
 */
export async function fromfile<D extends DType = "float64">(
  path: string,
  options?: FromfileOptions<D>,
): Promise<NewArray<D, 1>> {
  const wanted = expectFromfile(path, options, "fromfile");
  return (await readFile(path, (size) => reading(size, wanted))) as never;
}

/** As `fromfile`, but it blocks this thread. */
export function fromfileSync<D extends DType = "float64">(path: string, options?: FromfileOptions<D>): NewArray<D, 1> {
  const wanted = expectFromfile(path, options, "fromfileSync");
  return readFileSync(path, (size) => reading(size, wanted)) as never;
}

const MOST = Number.MAX_SAFE_INTEGER;

function expectFromfile(path: string, options: FromfileOptions<DType> | undefined, of: string) {
  const given = expectKnown(options, ["dtype", "count", "offset", "sep", "name", "scope"], of);
  const { name, scope, sep = "", offset: from = 0 } = given;
  const named = { name, scope };
  expectPlace(named);
  const dtype = expectDType(given.dtype === undefined ? "float64" : given.dtype);
  const count = given.count === undefined ? undefined : expectInteger("count", given.count, 0, MOST);
  const offset = expectInteger("offset", from, 0, MOST);
  if (typeof sep !== "string" || sep.trim().length > 1 || !/^[\x20-\x7e\s]*$/.test(sep)) {
    throw new TypeError(`Expected \`sep\` to be one ASCII character, spaces, or "", got ${show(sep)}`);
  }
  return { path: expectPath(path), dtype, count, offset, sep, named };
}
type Wanted = ReturnType<typeof expectFromfile>;

function* reading(size: number, wanted: Wanted): Steps<NDArray<DType>> {
  return wanted.sep === "" ? yield* readingBytes(size, wanted) : yield* readingText(size, wanted);
}

function* readingBytes(size: number, { path, dtype, count, offset, named }: Wanted): Steps<NDArray<DType>> {
  const itemsize = dtypes[dtype].bytes;
  const rest = size - offset;
  const isWhole = rest >= 0 && rest % itemsize === 0;
  if (count === undefined ? !isWhole : count > rest / itemsize) {
    const expected = count === undefined ? `a multiple of ${itemsize} bytes` : `${count} elements of ${dtype}`;
    const cure = count === undefined && rest > 0 ? " (pass a `count`)" : "";
    const got = `${Math.max(0, rest)} bytes${cure}`;
    throw new FormatError(`Expected ${show(path)} to have ${expected} from byte ${offset} on, got ${got}`, {
      key: path,
    });
  }
  const staged = stage([count ?? rest / itemsize], dtype, named, { isZeroed: false });
  try {
    yield* readFully(bytesOf(staged.fresh), offset, path);
  } catch (e) {
    staged.discard();
    throw e;
  }
  return arrayOf(staged.publish());
}

const [NEWLINE, RETURN, SPACE] = [0x0a, 0x0d, 0x20];

function* readingText(size: number, { path, dtype, count, offset, sep, named }: Wanted): Steps<NDArray<DType>> {
  const bytes = new Uint8Array(Math.max(0, size - offset));
  yield* readFully(bytes, offset, path);
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === NEWLINE || bytes[i] === RETURN) bytes[i] = SPACE;
  const mark = sep.trim();
  const format = {
    dtype,
    delimiter: mark === "" ? undefined : mark.charCodeAt(0),
    comment: [],
    usecols: undefined,
    missing: undefined,
  };
  const { values, problem } = rowsOf(bytes, format, { columns: undefined, fields: undefined, maxRows: 1 });
  if (problem) {
    const { expected, column, got } = problem;
    throw new FormatError(`Expected ${show(path)} to have ${expected} as number ${column}, got ${got}`, { key: path });
  }
  if (count !== undefined && count > values.length) {
    const expected = `${show(path)} to have ${count} numbers`;
    throw new FormatError(`Expected ${expected}, got ${values.length}`, { key: path });
  }
  const length = count ?? values.length;
  const made = writtenStrided([length], dtype, named, ({ elements: { raw } }) => {
    const { store } = dtypes[dtype];
    for (let i = 0; i < length; i++) raw[i] = store ? store(values[i] as number) : (values[i] as number);
  });
  return arrayOf(made);
}

/** How `tofile` writes. */
export interface TofileOptions {
  /** What is written between two numbers; default `""`: the bytes of the elements are written. */
  readonly sep?: string | undefined;
  /**
   * The format of C for a number, if there is a `sep`; default `"%s"`, the shortest text that is read as the number.
   */
  readonly format?: string | undefined;
}

/**
 * Writes the elements of an array in C order, without a header: their bytes or, with `sep`, as text. Like all files, it
 * is replaced as a whole.
 *
 * @example await tofile("samples.raw", samples); await tofile("samples.txt", samples, { sep: "\n", format: "%.3f" });
 *
 * After NumPy's `ndarray.tofile`.
 * @throws {TypeError} If the format is not that of one number.
 * @throws {ClosedError} If the array is closed.
 */
export async function tofile(path: string, a: ReadonlyNDArray, options?: TofileOptions): Promise<void> {
  const pieces = rawPieces(path, a, options, "tofile");
  using _ = aliasOf(stridedOf(a).elements.memory); // a `close()` would unmap what is still to be written
  await replaceFile(path, pieces);
}

/** As `tofile`, but it blocks this thread. */
export function tofileSync(path: string, a: ReadonlyNDArray, options?: TofileOptions): void {
  const pieces = rawPieces(path, a, options, "tofileSync");
  replaceFileSync(path, pieces);
}

function rawPieces(path: string, a: ReadonlyNDArray, options: TofileOptions | undefined, of: string) {
  const { sep = "", format = "%s" } = expectKnown(options, ["sep", "format"], of);
  if (typeof sep !== "string") throw new TypeError(`Expected \`sep\` to be a text, got ${show(sep)}`);
  if (typeof format !== "string") throw new TypeError(`Expected \`format\` to be a text, got ${show(format)}`);
  const parts = parseFormat(format, "format");
  if (parts.filter((part) => typeof part === "object").length !== 1) {
    throw new TypeError(`Expected \`format\` to have one place for a number, got ${show(format)}`);
  }
  expectPath(path);
  const strided = stridedOf(a);
  return sep === "" ? [bytesOf(compact(strided))] : textPieces(scalars(strided), a.dtype, parts, sep);
}

/** Text is encoded in pieces of about this many characters. */
const PIECE_CHARS = 1 << 20;

function* textPieces(values: Iterable<Scalar>, dtype: DType, parts: readonly (string | Place)[], sep: string) {
  const encoder = new TextEncoder();
  const own = dtype.startsWith("float") ? "float64" : dtype; // floats are printed as the float64 that they are
  let text = "";
  let between = "";
  for (const value of values) {
    text += between;
    for (const part of parts) text += typeof part === "string" ? part : printed(part, value, own);
    between = sep;
    if (text.length < PIECE_CHARS) continue;
    yield encoder.encode(text);
    text = "";
  }
  yield encoder.encode(text);
}
