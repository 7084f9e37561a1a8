/**
 * The header of `.npy`, NumPy's file format for arrays: magic bytes, version, length, and a Python dict of dtype,
 * order and shape. Pure. A named array has the same bytes in memory, so that attaching needs no shape, and NumPy can
 * open it.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { type DType, dtypeNames, dtypes } from "../base/dtype.js";
import { FormatError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { MAX_RANK, sizeOf } from "./shape.js";

/** What a header says. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether the elements are in Fortran order: the first axis is the fastest. */
  readonly fortran: boolean;
  /** Bytes before the first element. */
  readonly byteOffset: number;
  /** Whether the file is from a big-endian machine, so that the bytes of each element must be reversed. */
  readonly swapped: boolean;
}

const MAGIC = "\x93NUMPY";
const ALIGN = 64;
/** Digits that NumPy leaves room for, so that the length of the growing axis can be updated in place. */
const GROWTH_DIGITS = 21;
/** The longest header that is read: NumPy writes none so long for up to 64 axes. */
export const MAX_HEADER_BYTES = 65536;

/** The header of an array, byte for byte as NumPy writes it. */
export function npyHeader(dtype: DType, shape: readonly number[], fortran = false): Uint8Array {
  const descr = dtypes[dtype].descr ?? dtypes.uint8.descr; // for uint8_clamped; the keeper knows the real dtype
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const growing = shape.length === 0 ? 0 : GROWTH_DIGITS - String(fortran ? shape.at(-1) : shape[0]).length;
  const dict = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${tuple}, }`;
  const text = dict + " ".repeat(Math.max(0, growing));
  const unpadded = MAGIC.length + 4 + text.length + 1;
  const padding = ALIGN - (unpadded % ALIGN);
  const body = `${text}${" ".repeat(padding)}\n`;
  const head = `${MAGIC}\x01\x00${String.fromCharCode(body.length & 255, body.length >> 8)}`;
  return Uint8Array.from(head + body, (char) => char.charCodeAt(0));
}

/**
 * Reads a header from the first bytes of a file or block. The bytes are copied once and checked in the copy, because
 * another thread may write to them in the meantime.
 *
 * @param size bytes of the whole file or block, which the array that the header claims must fit into
 * @param name what errors call the file or block
 * @throws {FormatError} If this is not a header, or the array does not fit.
 */
export function parseNpyHeader(bytes: Uint8Array, size: number, name: string): NpyHeader {
  const head = Uint8Array.from(bytes.subarray(0, MAX_HEADER_BYTES));
  const fail = (problem: string): never => {
    throw new FormatError(`Expected ${show(name)} to hold a .npy array, but ${problem}`, { key: name });
  };
  if (head.length < 10) return fail(`it has only ${head.length} bytes`);
  if (String.fromCharCode(...head.subarray(0, 6)) !== MAGIC) return fail("it does not begin with \\x93NUMPY");
  const major = head[6]!;
  if (major < 1 || major > 3) return fail(`its format version is ${major}, not 1, 2 or 3`);
  const numbers = new DataView(head.buffer);
  const start = major === 1 ? 10 : 12;
  if (head.length < start) return fail(`it has only ${head.length} bytes`);
  const byteOffset = start + (major === 1 ? numbers.getUint16(8, true) : numbers.getUint32(8, true));
  if (byteOffset > size || byteOffset > head.length) return fail(`its header of ${byteOffset} bytes is cut short`);
  const text = new TextDecoder("latin1").decode(head.subarray(start, byteOffset));
  const descr = /(['"])descr\1\s*:\s*(['"])(.*?)\2/.exec(text)?.[3];
  const fortran = /(['"])fortran_order\1\s*:\s*(True|False)/.exec(text)?.[2];
  const tuple = /(['"])shape\1\s*:\s*\((\s*|\s*\d+\s*(?:,\s*\d+\s*)*,?\s*)\)/.exec(text)?.[2];
  if (fortran === undefined || tuple === undefined || !/^\s*\{.*\}\s*$/s.test(text))
    return fail(`its header cannot be read: ${show(text.trim())}`);
  const { dtype, swapped } = parseDescr(descr ?? "", descr === undefined ? text : descr, fail);
  const shape = (tuple.match(/\d+/g) ?? []).map(Number);
  const nbytes = sizeOf(shape) * dtypes[dtype].bytes;
  // Even if the array has no elements, the product of its other lengths must be a safe integer: strides are computed.
  const reach = shape.reduce((product, n) => product * Math.max(1, n), dtypes[dtype].bytes);
  if (shape.length > MAX_RANK || !Number.isSafeInteger(reach)) return fail(`its shape is ${show(shape)}`);
  if (byteOffset + nbytes > size) {
    return fail(`it has ${size} bytes, and its header (shape ${show(shape)}, ${dtype}) needs ${byteOffset + nbytes}`);
  }
  return { dtype, shape, fortran: fortran === "True", byteOffset, swapped };
}

function parseDescr(descr: string, shown: string, fail: (problem: string) => never) {
  const [, order, type] = /^([<>|=]?)(\w+)$/.exec(descr) ?? [];
  const dtype = type && dtypeNames.find((name) => dtypes[name].descr?.slice(1) === type);
  if (!dtype) return fail(`its elements are ${show(shown.trim())}, which is none of ${dtypeNames.join(", ")}`);
  return { dtype, swapped: order === ">" && dtypes[dtype].bytes > 1 };
}
