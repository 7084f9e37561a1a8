/** `savez` and `savezCompressed`: several arrays in one `.npz` file, which NumPy can open. */
import { expectNoOptions, expectPath, isPlain, show } from "../base/expect.js";
import { aliasOf } from "../memory/shared-memory.js";
import { type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { expectArray } from "../ndarray/operands.js";
import { crc32, deflateRaw, deflateRawSync } from "../platform/runtime.js";
import { replaceFile, replaceFileSync } from "../system/replace-file.js";
import { npyBytes } from "./npy-bytes.js";
import { centralEntry, DEFLATED, endRecords, flagsOf, localHeader, type Member, STORED } from "./zip-records.js";

/** The arrays of an archive: by name, or in a list; then they are named `arr_0`, `arr_1`, … */
export type NpzArrays = Readonly<Record<string, ReadonlyNDArray>> | readonly ReadonlyNDArray[];

/**
 * Writes arrays to a `.npz` file: an archive with a `.npy` file for each of them, in this order. Like all files, it is
 * replaced as a whole. Nobody should write to the arrays in the meantime. The path is taken as it is.
 *
 * @example await savez("all.npz", { weights, bias }); await savez("pair.npz", [a, b]); // arr_0 and arr_1
 *
 * After `np.savez`.
 * @throws {TypeError} If one of them is not an array.
 * @throws {RangeError} If a name is empty or longer than the format can have.
 * @throws {ClosedError} If an array is closed.
 */
export function savez(path: string, arrays: NpzArrays): Promise<void>;
export async function savez(path: string, arrays: NpzArrays, ...extra: unknown[]): Promise<void> {
  expectNoOptions(extra, "savez");
  await write(expectPath(path), expectArrays(arrays), false);
}
/** As `savez`, but it blocks this thread. */
export function savezSync(path: string, arrays: NpzArrays): void;
export function savezSync(path: string, arrays: NpzArrays, ...extra: unknown[]): void {
  expectNoOptions(extra, "savezSync");
  writeSync(expectPath(path), expectArrays(arrays), false);
}
/** As `savez`, with each array compressed. After `np.savez_compressed`. */
export function savezCompressed(path: string, arrays: NpzArrays): Promise<void>;
export async function savezCompressed(path: string, arrays: NpzArrays, ...extra: unknown[]): Promise<void> {
  expectNoOptions(extra, "savezCompressed");
  await write(expectPath(path), expectArrays(arrays), true);
}
/** As `savezCompressed`, but it blocks this thread. */
export function savezCompressedSync(path: string, arrays: NpzArrays): void;
export function savezCompressedSync(path: string, arrays: NpzArrays, ...extra: unknown[]): void {
  expectNoOptions(extra, "savezCompressedSync");
  writeSync(expectPath(path), expectArrays(arrays), true);
}

type Named = readonly (readonly [rawName: Uint8Array, a: ReadonlyNDArray])[];

/** The format counts the bytes of a name in two. */
const MAX_NAME = 0xffff;

function expectArrays(given: unknown): Named {
  const isList = Array.isArray(given);
  if (!isList && !isPlain(given)) {
    throw new TypeError(`Expected \`arrays\` to be an object of arrays, { a, b }, or a list, got ${show(given)}`);
  }
  return Object.keys(given as object).map((key) => {
    const name = `${isList ? `arr_${key}` : key}.npy`;
    const rawName = new TextEncoder().encode(name);
    if (key === "" || rawName.length > MAX_NAME) {
      throw new RangeError(`Expected the name of an array to have 1 to ${MAX_NAME - 4} bytes, got ${show(key)}`);
    }
    return [rawName, expectArray((given as Record<string, unknown>)[key], `arrays.${key}`)];
  });
}

async function write(path: string, arrays: Named, isCompressed: boolean): Promise<void> {
  // A `close()` in the meantime would unmap what is still to be written.
  const held = arrays.map(([, a]) => aliasOf(stridedOf(a).elements.memory));
  try {
    const archive = new Archive();
    for (const [rawName, a] of arrays) {
      const npy = npyBytes(a);
      if (isCompressed) {
        const bytes = joined(npy);
        archive.add(rawName, [bytes], await deflateRaw(bytes));
      } else archive.add(rawName, npy);
    }
    await replaceFile(path, archive.end());
  } finally {
    for (const memory of held) memory.close();
  }
}

function writeSync(path: string, arrays: Named, isCompressed: boolean): void {
  const archive = new Archive();
  for (const [rawName, a] of arrays) {
    const npy = npyBytes(a);
    if (isCompressed) {
      const bytes = joined(npy);
      archive.add(rawName, [bytes], deflateRawSync(bytes));
    } else archive.add(rawName, npy);
  }
  replaceFileSync(path, archive.end());
}

/** A copy in one piece, so that what is compressed is what the checksum is of. */
function joined([head, data]: readonly [Uint8Array, Uint8Array]): Uint8Array {
  const bytes = new Uint8Array(head.length + data.length);
  bytes.set(head);
  bytes.set(data, head.length);
  return bytes;
}

/** The pieces of an archive, from which the file is written in the end. */
class Archive {
  readonly #pieces: Uint8Array[] = [];
  readonly #members: Member[] = [];
  #offset = 0;

  add(rawName: Uint8Array, pieces: readonly Uint8Array[], deflated?: Uint8Array): void {
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const member: Member = {
      rawName,
      flags: flagsOf(rawName),
      method: deflated ? DEFLATED : STORED,
      crc: pieces.reduce((before, piece) => crc32(piece, before), 0),
      storedSize: deflated ? deflated.length : size,
      size,
      offset: this.#offset,
    };
    this.#members.push(member);
    this.#append(localHeader(member));
    for (const piece of deflated ? [deflated] : pieces) this.#append(piece);
  }

  /** All pieces, with the directory at the end. */
  end(): readonly Uint8Array[] {
    const offset = this.#offset;
    for (const member of this.#members) this.#append(centralEntry(member));
    const count = this.#members.length;
    this.#append(endRecords({ count, size: this.#offset - offset, offset }));
    return this.#pieces;
  }

  #append(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#offset += piece.length;
  }
}
