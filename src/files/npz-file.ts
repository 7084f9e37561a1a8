/** `loadNpz` and `NpzFile`: an archive of `.npy` files, of which each is read when it is asked for. */
import type { DType } from "../base/dtype.js";
import { ClosedError, FormatError } from "../base/errors.js";
import { expectNoOptions, expectPath, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { nearestName } from "../base/nearest.js";
import { expectPlace } from "../memory/names/place.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { checkExpectations, type Expected } from "../ndarray/attach.js";
import type { AnyNDArray, ArrayOf, NDArray } from "../ndarray/ndarray.js";
import { type NpyHeader, npyHeaderBytes, PREAMBLE_BYTES, parseNpyHeader } from "../ndarray/npy.js";
import { closeSync, fstatSync, openDescriptor, openSync } from "../platform/runtime.js";
import { forbidSending, ofItsThread } from "../wire/contents.js";
import { beginNpy, finishNpy, type LoadOptions, readNpy } from "./npy-bytes.js";
import { perform, performSync, readFully, type Steps } from "./steps.js";
import { checkSum, inflatedPart, readMembers, startOf } from "./zip-archive.js";
import { type Member, STORED } from "./zip-records.js";

const EXTENSION = ".npy";
/** So much of a deflated member is inflated first, to see its header: NumPy's have 128 bytes. */
const PEEK_BYTES = 1024;
/** What that becomes at most. */
const PEEKED_BYTES = 1032 * PEEK_BYTES + 1032;
const SHOWN_NAMES = 8;
/** To find the name that was probably meant, every name is compared letter by letter. */
const MOST_COMPARED = 1000;

/** The descriptors of archives that were dropped without `close`. */
const dropped = new FinalizationRegistry<OpenFile>((file) => file.close());

/** A descriptor that is closed when the last reading has ended. */
class OpenFile {
  readonly #fd: number;
  #readings = 0;
  closed = false;

  constructor(fd: number) {
    this.#fd = fd;
  }
  /** The descriptor. It stays open until `end` is called. */
  begin(): number {
    this.#readings++;
    return this.#fd;
  }
  end(): void {
    this.#readings--;
    this.#closeUnused();
  }
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#closeUnused();
  }
  #closeUnused(): void {
    if (this.closed && this.#readings === 0) closeSync(this.#fd);
  }
}

let opened: (path: string, fd: number, members: ReadonlyMap<string, Member>) => NpzFile;

/**
 * An open `.npz` file. Its arrays are read when they are asked for, each time anew. It belongs to its thread. After the
 * `NpzFile` that NumPy's `load` returns.
 *
 * @example
 * using all = await loadNpz("all.npz");
 * for (const name of all.files) console.log(name, (await all.get(name)).shape);
 */
export class NpzFile implements Disposable {
  /** Makes structured clone fail, with an error that says why. */
  protected readonly contents = ofItsThread("NpzFile");
  /** Where the archive is. */
  readonly path: string;
  /** The names of the arrays, in the order of the archive. */
  readonly files: readonly string[];
  readonly #members: ReadonlyMap<string, Member>;
  readonly #file: OpenFile;

  private constructor(path: string, fd: number, members: ReadonlyMap<string, Member>) {
    this.path = path;
    this.files = [...members.keys()];
    this.#members = members;
    this.#file = new OpenFile(fd);
    dropped.register(this, this.#file, this.#file);
  }

  static {
    opened = (path, fd, members) => new NpzFile(path, fd, members);
  }

  /** Whether the archive is closed; then nothing can be read from it. */
  get closed(): boolean {
    return this.#file.closed;
  }
  /** Whether there is an array of that name. */
  has(name: string): boolean {
    return this.#members.has(name);
  }

  /**
   * A new array with the elements of one in the archive. With a name, others can attach to it.
   *
   * @example const weights = await all.get("weights", { dtype: "float32", ndim: 2 });
   * @throws {RangeError} If there is no array of that name.
   * @throws {FormatError} If its bytes are damaged, or are not those of a `.npy` file.
   * @throws {DTypeError} If the array has another dtype than expected, or one that arrays here cannot have.
   * @throws {ShapeError} If the array has another number of axes than expected.
   * @throws {ClosedError} If the archive is closed.
   */
  get<D extends DType, R extends number = number>(
    name: string,
    expect: NameOptions & Expected<D, R>,
  ): Promise<ArrayOf<D, NoInfer<R>>>;
  get(name: string, options?: NameOptions): Promise<AnyNDArray>;
  async get(name: string, options?: LoadOptions): Promise<unknown> {
    const steps = this.#read(name, options, "get");
    const fd = this.#file.begin();
    try {
      return await perform(steps, fd);
    } finally {
      this.#file.end();
    }
  }

  /** As `get`, but it blocks this thread. */
  getSync<D extends DType, R extends number = number>(
    name: string,
    expect: NameOptions & Expected<D, R>,
  ): ArrayOf<D, NoInfer<R>>;
  getSync(name: string, options?: NameOptions): AnyNDArray;
  getSync(name: string, options?: LoadOptions): unknown {
    const steps = this.#read(name, options, "getSync");
    const fd = this.#file.begin();
    try {
      return performSync(steps, fd);
    } finally {
      this.#file.end();
    }
  }

  #read(name: string, options: LoadOptions | undefined, of: string): Steps<NDArray<DType>> {
    expectPlace(checkExpectations<NameOptions>(options, ["name", "scope"], of));
    if (this.closed) {
      const what = `the archive ${show(this.path)}`;
      throw new ClosedError(`Expected ${what} to be open, but it was closed`, { what });
    }
    const member = this.#members.get(name) ?? this.#missing(name);
    return readMember(member, `${this.path}/${name}`, options);
  }

  #missing(name: unknown): never {
    const expected = `Expected \`name\` to be that of an array in ${show(this.path)}, got ${show(name)}`;
    if (typeof name !== "string") throw new TypeError(expected);
    const meant = nearestName(name, this.files.slice(0, MOST_COMPARED));
    const some = this.files.slice(0, SHOWN_NAMES).map(show).join(", ");
    const more = this.files.length > SHOWN_NAMES ? ", …" : "";
    throw new RangeError(
      `${expected} (${meant === undefined ? `it has ${some || "none"}${more}` : `did you mean ${show(meant)}?`})`,
    );
  }

  /** Closes the file. Calls of `get` that have begun are still answered. Closing again does nothing. */
  close(): void {
    dropped.unregister(this.#file);
    this.#file.close();
  }
  /** The same as `close()`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
forbidSending(NpzFile);
keepNames({ NpzFile });

/**
 * Opens a `.npz` file: several arrays by name, as NumPy's `savez` and `savez_compressed` write them. Only its directory
 * is read; an array is read when it is asked for. Names are only compared: no file of such a name is ever written.
 *
 * @example
 * using all = await loadNpz("all.npz");
 * const a = await all.get("a", { dtype: "float64", ndim: 2 });
 *
 * After `np.load`.
 * @throws {FormatError} If the file is not an archive, or its parts do not fit together.
 */
export function loadNpz(path: string): Promise<NpzFile>;
export async function loadNpz(path: string, ...extra: unknown[]): Promise<NpzFile> {
  expectNoOptions(extra, "loadNpz");
  const fd = await openDescriptor(expectPath(path), "r");
  try {
    return opened(path, fd, byName(await perform(readMembers(path, fstatSync(fd).size), fd), path));
  } catch (e) {
    closeSync(fd);
    throw e;
  }
}

/** As `loadNpz`, but it blocks this thread. */
export function loadNpzSync(path: string): NpzFile;
export function loadNpzSync(path: string, ...extra: unknown[]): NpzFile {
  expectNoOptions(extra, "loadNpzSync");
  const fd = openSync(expectPath(path), "r");
  try {
    return opened(path, fd, byName(performSync(readMembers(path, fstatSync(fd).size), fd), path));
  } catch (e) {
    closeSync(fd);
    throw e;
  }
}

/** The members by the names of their arrays: without the extension. */
function byName(members: ReadonlyMap<string, Member>, path: string): ReadonlyMap<string, Member> {
  const named = new Map<string, Member>();
  for (const [file, member] of members) {
    const name = file.endsWith(EXTENSION) ? file.slice(0, -EXTENSION.length) : file;
    if (named.has(name)) {
      throw new FormatError(`Expected ${show(path)} to have one array named ${show(name)}, got two`, { key: path });
    }
    named.set(name, member);
  }
  return named;
}

function* readMember(member: Member, label: string, options: LoadOptions | undefined): Steps<NDArray<DType>> {
  const start = yield* startOf(member, label);
  const { size } = member;
  if (member.method === STORED) {
    return yield* readNpy({ path: label, size, start }, options, {
      header: (header) => expectAll(header, size, label),
      bytes: (head, data) => checkSum([head, data], member, label),
    });
  }
  const deflated = new Uint8Array(member.storedSize);
  yield* readFully(deflated, start, label);
  const isSmall = deflated.length <= PEEK_BYTES;
  const peeked = isSmall ? size : Math.min(size, PEEKED_BYTES);
  const first = yield* inflatedPart(deflated.subarray(0, PEEK_BYTES), peeked, !isSmall, label);
  const header = headerOf(first, size, label);
  const whole = isSmall ? first : yield* inflatedPart(deflated, size, false, label);
  if (whole.length !== size) {
    throw new FormatError(`Expected ${show(label)} to become ${size} bytes, got ${whole.length}`, { key: label });
  }
  checkSum([whole], member, label);
  const loading = beginNpy(header, label, options);
  loading.bytes.set(whole.subarray(header.byteOffset));
  return finishNpy(loading);
}

/** The header of a member, from its first bytes. */
function headerOf(first: Uint8Array, size: number, label: string): NpyHeader {
  const byteOffset = npyHeaderBytes(first.subarray(0, PREAMBLE_BYTES), size, label);
  if (byteOffset > first.length) {
    throw new FormatError(`Expected ${show(label)} to begin with its header, got one of ${byteOffset} bytes`, {
      key: label,
    });
  }
  const header = parseNpyHeader(first, size, label);
  expectAll(header, size, label);
  return header;
}

/** The array must be all that there is: an archive that has more is not from NumPy, and costs memory for nothing. */
function expectAll({ byteOffset, nbytes }: NpyHeader, size: number, label: string): void {
  const needed = byteOffset + nbytes;
  if (needed === size) return;
  const expected = `Expected ${show(label)} to have the ${needed} bytes that its header needs, got ${size}`;
  throw new FormatError(expected, { key: label });
}
