/** `loadRecords`, and the bytes that `save` writes of records: `.npy` files that NumPy reads as structured arrays. */
import { dtypes, partOf } from "../base/dtype.js";
import { expectKnown, expectPath } from "../base/expect.js";
import { expectPlace } from "../memory/names/place.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { arrayOf, type NDArray, stridedOf } from "../ndarray/ndarray.js";
import { expectRoom, headerOf, npyHeaderBytes, PREAMBLE_BYTES, parseNpyDict } from "../ndarray/npy.js";
import { compact } from "../ndarray/storage.js";
import { transpose } from "../ndarray/view.js";
import type { RecordFields, RecordLayout } from "../records/layout.js";
import { records } from "../records/make.js";
import { descrOfRecords, parseRecords, type StoredRecords } from "../records/npy.js";
import { layoutOf, type RecordArray, recordsOver } from "../records/record-array.js";
import { bytesOf, reverseEach } from "./npy-bytes.js";
import { readFile, readFileSync, readFully, type Steps } from "./steps.js";

/**
 * A new array of the records of a `.npy` file, with any gaps between their fields and in any byte order. With
 * a name, others can attach to its bytes. Fortran order becomes a view.
 *
 * @example const points = await loadRecords("points.npy"); points.fields.x
 *
 * After `np.load` of a structured array.
 * @throws {FormatError} If the file holds no records, or is cut short.
 * @throws {DTypeError} If a field is of a dtype that NumPy has and this package has not, such as text.
 */
export async function loadRecords<F extends RecordFields = RecordFields>(
  path: string,
  options?: NameOptions,
): Promise<RecordArray<F>> {
  const { file, place } = expectFile(path, options, "loadRecords");
  return readFile(file, (size) => readRecords(file, size, place)) as Promise<never>;
}

/** As `loadRecords`, but it blocks this thread. */
export function loadRecordsSync<F extends RecordFields = RecordFields>(
  path: string,
  options?: NameOptions,
): RecordArray<F> {
  const { file, place } = expectFile(path, options, "loadRecordsSync");
  return readFileSync(file, (size) => readRecords(file, size, place)) as never;
}

function expectFile(path: string, options: NameOptions | undefined, of: string) {
  const { name, scope } = expectKnown(options, ["name", "scope"], of);
  const place = { name, scope };
  expectPlace(place);
  return { file: expectPath(path), place };
}

function* readRecords(path: string, size: number, place: NameOptions): Steps<RecordArray<RecordFields>> {
  const preamble = new Uint8Array(Math.min(size, PREAMBLE_BYTES));
  yield* readFully(preamble, 0, path);
  const head = new Uint8Array(npyHeaderBytes(preamble, size, path));
  yield* readFully(head, 0, path);
  const { descr, ...dict } = parseNpyDict(head, size, path);
  const stored = parseRecords(descr, path);
  const nbytes = expectRoom(dict, stored.itemsize, "records", size, path);
  const data = new Uint8Array(nbytes);
  yield* readFully(data, dict.byteOffset, path);
  const { shape, fortran } = dict;
  const made = records(fortran ? shape.toReversed() : shape, stored.fields, place);
  const layout = layoutOf(made as never);
  spread(data, stored, bytesOf(stridedOf(made.bytes)), layout);
  if (!fortran || shape.length < 2) return made as never;
  const axes = [...shape.keys()].reverse();
  const { elements, view } = stridedOf(made.bytes);
  const turned = arrayOf({ elements, view: transpose(view, [...axes, shape.length]) }); // it owns the memory
  return recordsOver(turned as NDArray<"uint8">, layout);
}

/** Copies each field of each record to where it belongs here. */
function spread(from: Uint8Array, stored: StoredRecords, to: Uint8Array, layout: RecordLayout): void {
  const places = placesIn(layout);
  const count = from.length / stored.itemsize;
  for (const [i, { byteOffset, dtype, swapped }] of stored.leaves.entries()) {
    const { bytes } = dtypes[dtype];
    const part = dtypes[partOf(dtype)].bytes;
    for (let k = 0; k < count; k++) {
      const [source, target] = [k * stored.itemsize + byteOffset, k * layout.itemsize + places[i]!];
      for (let b = 0; b < bytes; b++) to[target + b] = from[source + b]!;
      if (swapped) reverseEach(to.subarray(target, target + bytes), part);
    }
  }
}

/** Where the fields with dtypes are in a record, in their order. */
const placesIn = ({ fields }: RecordLayout, start = 0): number[] =>
  fields.flatMap(({ byteOffset, inner }) => (inner ? placesIn(inner, start + byteOffset) : [start + byteOffset]));

/** A `.npy` file of records, in pieces, in C order. */
export function recordsBytes(given: RecordArray<RecordFields>): [head: Uint8Array, data: Uint8Array] {
  const layout = layoutOf(given);
  const header = headerOf(descrOfRecords(layout), given.shape as readonly number[], false);
  return [header, bytesOf(compact(stridedOf(given.bytes)))];
}
