/** `fromBuffer` and `fromIter`: arrays of bytes in memory, and of what an iterable gives. */
import { isSharedArrayBuffer } from "../base/builtins.js";
import { type DType, dtypes, expectDType, expectElement, type StoredOf } from "../base/dtype.js";
import { BoundsError } from "../base/errors.js";
import { expectInteger, expectKnown, show } from "../base/expect.js";
import { expectPlace } from "../memory/names/place.js";
import { adoptBuffer } from "../memory/shared-memory.js";
import { ofList } from "../ndarray/asarray.js";
import type { CreateOptions } from "../ndarray/create.js";
import { Elements } from "../ndarray/elements.js";
import { arrayOf, type NewArray } from "../ndarray/ndarray.js";
import { writtenStrided } from "../ndarray/storage.js";
import { cView } from "../ndarray/view.js";
import { bytesOf } from "./npy-bytes.js";

/** What of a buffer is an array. */
export interface FromBufferOptions<D extends DType> {
  /** The type of the elements, which are in this machine's byte order; default `"float64"`. */
  readonly dtype?: D | undefined;
  /** The number of elements; by default all up to the end of the buffer. */
  readonly count?: number | undefined;
  /** Where the first element is, in bytes; default 0. */
  readonly offset?: number | undefined;
}

/**
 * The bytes of a buffer as an array of rank 1. Shared memory is not copied: the array shows it. Bytes of an ordinary
 * `ArrayBuffer`, which other threads could not see, are copied.
 *
 * @param buffer an `ArrayBuffer` or `SharedArrayBuffer`, or a view of one, such as a typed array or Node's `Buffer`
 * @example fromBuffer(readFileSync("samples.raw"), { dtype: "int16", offset: 44 })
 *
 * After `np.frombuffer`.
 * @throws {TypeError} If this is no buffer.
 * @throws {BoundsError} If the buffer has fewer elements.
 * @throws {RangeError} If it has no whole number of elements and there is no `count`, or shared elements are not
 * aligned.
 */
export function fromBuffer<D extends DType = "float64">(
  buffer: ArrayBufferLike | ArrayBufferView<ArrayBufferLike>,
  options?: FromBufferOptions<D>,
): NewArray<D, 1> {
  const {
    dtype: wanted = "float64",
    count: most,
    offset: from = 0,
  } = expectKnown(options, ["dtype", "count", "offset"], "fromBuffer");
  const dtype = expectDType(wanted);
  const itemsize = dtypes[dtype].bytes;
  const offset = expectInteger("offset", from, 0, Number.MAX_SAFE_INTEGER);
  const source = bytesIn(buffer);
  const rest = source.length - offset;
  const count = most === undefined ? wholeCount(rest, itemsize) : expectInteger("count", most, 0, MOST / itemsize);
  if (count * itemsize > rest) {
    const fields = { byteOffset: offset, byteLength: count * itemsize, size: source.length };
    const expected = `${count} elements of ${dtype} from byte ${offset} on`;
    throw new BoundsError(`Expected \`buffer\` to have ${expected}, got ${source.length} bytes`, fields);
  }
  const view = cView([count]);
  const first = source.byteOffset + offset;
  if (isSharedArrayBuffer(source.buffer)) {
    if (first % itemsize !== 0) {
      const cure = "copy the bytes first: fromBuffer(new Uint8Array(buffer).slice(), …)";
      throw new RangeError(
        `Expected \`offset\` to be at a multiple of ${itemsize} bytes in shared memory, got byte ${first} (${cure})`,
      );
    }
    return arrayOf({ elements: new Elements(adoptBuffer(source.buffer), dtype, first, count), view }) as never;
  }
  const bytes = source.subarray(offset, offset + count * itemsize);
  return arrayOf(writtenStrided([count], dtype, undefined, (fresh) => bytesOf(fresh).set(bytes))) as never;
}
const MOST = Number.MAX_SAFE_INTEGER;

function bytesIn(buffer: unknown): Uint8Array {
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (isSharedArrayBuffer(buffer) || Object.prototype.toString.call(buffer) === "[object ArrayBuffer]") {
    return new Uint8Array(buffer as ArrayBuffer);
  }
  throw new TypeError(`Expected \`buffer\` to be an ArrayBuffer, a typed array or a Buffer, got ${show(buffer)}`);
}

function wholeCount(rest: number, itemsize: number): number {
  if (rest >= 0 && rest % itemsize === 0) return rest / itemsize;
  const expected = `a multiple of ${itemsize} bytes from \`offset\` on`;
  throw new RangeError(`Expected \`buffer\` to have ${expected}, got ${rest} (pass a \`count\`, or another offset)`);
}

/** The options of `fromIter`. */
export interface FromIterOptions<D extends DType> extends CreateOptions<D> {
  /** How many elements to take; by default all. */
  readonly count?: number | undefined;
}

/**
 * A new array of rank 1 of what an iterable gives.
 *
 * @example fromIter(new Set([3, 1, 2]), { dtype: "int32" }); fromIter(endless(), { count: 10 })
 *
 * After `np.fromiter`.
 * @throws {TypeError} If this is not iterable.
 * @throws {DTypeError} If the dtype cannot hold what the iterable gives.
 * @throws {RangeError} If it gives fewer than `count`.
 */
export function fromIter<D extends DType = "float64">(
  iterable: Iterable<StoredOf<NoInfer<D>> | number>,
  options?: FromIterOptions<D>,
): NewArray<D, 1> {
  const {
    dtype: wanted = "float64",
    count: given,
    ...named
  } = expectKnown(options, ["dtype", "count", "name", "scope"], "fromIter");
  const dtype = expectDType(wanted);
  const count = given === undefined ? Number.POSITIVE_INFINITY : expectInteger("count", given, 0, MOST);
  expectPlace(named);
  if (typeof (iterable as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] !== "function") {
    throw new TypeError(`Expected \`iterable\` to be iterable, got ${show(iterable)}`);
  }
  const values: unknown[] = [];
  if (count > 0) {
    for (const value of iterable) {
      values.push(expectElement(value, dtype, `element ${values.length}`));
      if (values.length === count) break;
    }
  }
  if (given !== undefined && values.length < count) {
    throw new RangeError(`Expected \`iterable\` to give ${count} elements, got ${values.length}`);
  }
  return arrayOf(ofList(values, dtype, named)) as never;
}
