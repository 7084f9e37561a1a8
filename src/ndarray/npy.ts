/**
 * The header of `.npy`, NumPy's file format for arrays: magic bytes, version, length, and a Python dict of dtype,
 * order and shape. Pure. A named array has the same bytes in memory, so that attaching needs no shape, and NumPy can
 * open it.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { isMap } from "../base/builtins.js";
import { type DType, dtypeNames, dtypes, MAX_RANK } from "../base/dtype.js";
import { DTypeError, FormatError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { NPY_SIGNATURE, signatureOf } from "../base/npy-signature.js";
import { type Literal, LiteralError, parseLiteral, Tuple } from "./python-literal.js";
import { sizeOf } from "./shape.js";

/** What a header says. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether the elements are in Fortran order: the first axis is the fastest. */
  readonly fortran: boolean;
  /** Bytes before the first element. */
  readonly byteOffset: number;
  /** Bytes of all elements. */
  readonly nbytes: number;
  /** Whether the file is from a big-endian machine, so that the bytes of each element must be reversed. */
  readonly swapped: boolean;
}

const ALIGN = 64;
/** Digits that NumPy leaves room for, so that the length of the growing axis can be updated in place. */
const GROWTH_DIGITS = 21;
/** The longest header that is read. NumPy itself writes 128 bytes, and 10,000 are the most that it reads unasked. */
const MAX_HEADER_BYTES = 1 << 24;

/** The header of an array, byte for byte as NumPy writes it. */
export const npyHeader = (dtype: DType, shape: readonly number[], fortran = false): Uint8Array =>
  headerOf(`'${descrOf(dtype)}'`, shape, fortran);

/** How a header names a dtype. For uint8_clamped the keeper knows the real one. */
export const descrOf = (dtype: DType): string => (dtypes[dtype].descr ?? dtypes.uint8.descr)!;

/** The header of an array whose elements are a Python expression such as `'<f8'`, or a list of fields. */
export function headerOf(descr: string, shape: readonly number[], fortran: boolean): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const growing = shape.length === 0 ? 0 : GROWTH_DIGITS - String(fortran ? shape.at(-1) : shape[0]).length;
  const dict = `{'descr': ${descr}, 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${tuple}, }`;
  const text = dict + " ".repeat(Math.max(0, growing));
  const isLatin = !/[^\0-\xff]/.test(text);
  const encoded = isLatin ? Uint8Array.from(text, (char) => char.charCodeAt(0)) : new TextEncoder().encode(text);
  const version = !isLatin ? 3 : encoded.length + ALIGN > 0xffff ? 2 : 1;
  const start = startOf(version);
  const padding = ALIGN - ((start + encoded.length + 1) % ALIGN);
  const length = encoded.length + padding + 1;
  const header = new Uint8Array(start + length).fill(" ".charCodeAt(0));
  header.set(Uint8Array.from(NPY_SIGNATURE, (char) => char.charCodeAt(0)));
  header.set([version, 0, length & 255, (length >> 8) & 255], 6);
  if (version > 1) header.set([(length >> 16) & 255, length >>> 24], 10);
  header.set(encoded, start);
  header[start + length - 1] = "\n".charCodeAt(0);
  return header;
}

/** The bytes that say how long a header is. */
export const PREAMBLE_BYTES = 12;

/**
 * The bytes before the first element, from the first `PREAMBLE_BYTES` of a file or block, or all of a shorter one.
 *
 * @param size bytes of the whole file or block
 * @param name what errors call the file or block
 * @throws {FormatError} If this is not the beginning of a `.npy` file.
 */
export function npyHeaderBytes(preamble: Uint8Array, size: number, name: string): number {
  const fail = failing(name);
  const signature = signatureOf(preamble);
  if (signature.length < NPY_SIGNATURE.length) return fail(`it has only ${size} bytes`);
  if (signature !== NPY_SIGNATURE) return fail(otherFormat(signature));
  const major = preamble[6] ?? 1;
  if (major < 1 || major > 3) return fail(`its format version is ${major}, not 1, 2 or 3`);
  const start = startOf(major);
  if (preamble.length < start) return fail(`it has only ${size} bytes`);
  const numbers = new DataView(preamble.buffer, preamble.byteOffset);
  const byteOffset = start + (major === 1 ? numbers.getUint16(8, true) : numbers.getUint32(8, true));
  if (byteOffset > size) return fail(`its header of ${byteOffset} bytes is cut short: it has only ${size}`);
  if (byteOffset > MAX_HEADER_BYTES) return fail(`its header has ${byteOffset} bytes, more than ${MAX_HEADER_BYTES}`);
  return byteOffset;
}

/** Where the dict begins. Version 1 counts its bytes in two bytes, later versions in four. */
const startOf = (major: number) => (major === 1 ? 10 : 12);

/** The error of a file or block that is no array. */
export const failing =
  (name: string) =>
  (problem: string): never => {
    throw new FormatError(`Expected ${show(name)} to hold a .npy array, but ${problem}`, { key: name });
  };

function otherFormat(signature: string): string {
  if (signature.startsWith("PK\x03\x04") || signature.startsWith("PK\x05\x06")) {
    return "it is a zip archive, as .npz files are (use loadNpz(path))";
  }
  return "it does not begin with \\x93NUMPY (memmap(path, { dtype, shape, offset }) maps files without a header)";
}

/**
 * Reads a header from the first bytes of a file or block. The bytes are copied once and checked in the copy, because
 * another thread may write to them in the meantime.
 *
 * @param bytes at least the whole header
 * @param size bytes of the whole file or block, which the array that the header claims must fit into
 * @param name what errors call the file or block
 * @throws {FormatError} If this is not a header, or the array does not fit.
 * @throws {DTypeError} If its elements are of a dtype that NumPy has and this package has not.
 */
export function parseNpyHeader(bytes: Uint8Array, size: number, name: string): NpyHeader {
  const { descr, ...rest } = parseNpyDict(bytes, size, name);
  const { dtype, swapped } = parseDescr(descr, name);
  const nbytes = expectRoom(rest, dtypes[dtype].bytes, dtype, size, name);
  return { ...rest, dtype, nbytes, swapped };
}

/** What the dict of a header says, and where the elements begin. */
export interface NpyDict {
  readonly descr: Literal;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly byteOffset: number;
}

/** Reads the dict of a header. Throws as `parseNpyHeader` does. */
export function parseNpyDict(bytes: Uint8Array, size: number, name: string): NpyDict {
  const fail = failing(name);
  const preamble = Uint8Array.from(bytes.subarray(0, PREAMBLE_BYTES));
  const byteOffset = npyHeaderBytes(preamble, size, name);
  if (byteOffset > bytes.length) return fail(`its header of ${byteOffset} bytes is cut short`);
  const major = preamble[6]!;
  const head = Uint8Array.from(bytes.subarray(startOf(major), byteOffset));
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(head);
  return { ...fieldsOf(text, fail), byteOffset };
}

/**
 * The bytes of all elements.
 *
 * @param itemsize bytes of one element
 * @param what the elements, for messages
 * @throws {FormatError} If they are more than the file or block has.
 */
export function expectRoom(
  { shape, byteOffset }: Omit<NpyDict, "descr">,
  itemsize: number,
  what: string,
  size: number,
  name: string,
): number {
  const fail = failing(name);
  const nbytes = sizeOf(shape) * itemsize;
  // Even if the array has no elements, the product of its other lengths must be a safe integer: strides are computed.
  const reach = shape.reduce((product, n) => product * Math.max(1, n), itemsize);
  if (shape.length > MAX_RANK || !Number.isSafeInteger(reach)) return fail(`its shape is ${show(shape)}`);
  if (byteOffset + nbytes > size) {
    return fail(`it has ${size} bytes, and its header (shape ${show(shape)}, ${what}) needs ${byteOffset + nbytes}`);
  }
  return nbytes;
}

/** What the dict in a header says. All three must be there, and nothing else, as NumPy demands too. */
function fieldsOf(text: string, fail: (problem: string) => never) {
  const dict = literalOf(text, fail);
  if (!isMap(dict) || dict.size !== 3) return fail(`its header is no dict of three: ${show(text.trim())}`);
  const [descr, fortran, tuple] = ["descr", "fortran_order", "shape"].map(
    (key) => dict.get(key) as Literal | undefined,
  );
  if (descr === undefined) return fail(`its header has no "descr": ${show(text.trim())}`);
  if (typeof fortran !== "boolean") return fail('its header does not say True or False for "fortran_order"');
  const isLength = (n: Literal): n is number => typeof n === "number" && n >= 0;
  if (tuple instanceof Tuple && tuple.items.every(isLength)) return { descr, fortran, shape: tuple.items };
  return fail(`its header has no tuple of lengths for "shape": ${show(text.trim())}`);
}

function literalOf(text: string, fail: (problem: string) => never): Literal {
  try {
    return parseLiteral(text);
  } catch (e) {
    if (!(e instanceof LiteralError)) throw e;
    const found = show(text.slice(e.position).trim());
    return fail(`its header cannot be read: at character ${e.position} it should have ${e.message}, but has ${found}`);
  }
}

/** Names of dtypes that NumPy reads in a header besides those that it writes: those that mean the same everywhere. */
const CODES: Readonly<Record<string, DType>> = {
  "?": "bool",
  b: "int8",
  B: "uint8",
  h: "int16",
  H: "uint16",
  i: "int32",
  I: "uint32",
  q: "int64",
  Q: "uint64",
  e: "float16",
  f: "float32",
  d: "float64",
  F: "complex64",
  D: "complex128",
};

/** The dtype that a header names, and whether the bytes of each element are in the other order. */
export function parseDescr(descr: Literal, name: string): { readonly dtype: DType; readonly swapped: boolean } {
  if (typeof descr !== "string") {
    throw unsupported(name, "records", "records", "loadRecords(path) reads them", "");
  }
  const [, order, type = ""] = /^([<>|=]?)(.+)$/.exec(descr) ?? [];
  const named = order === "" && dtypeNames.find((name) => name === type && dtypes[name].descr);
  const dtype = named || dtypeNames.find((name) => dtypes[name].descr?.slice(1) === type) || codeOf(type);
  if (dtype) return { dtype, swapped: order === ">" && dtypes[dtype].bytes > 1 };
  const other = OTHERS.find(({ pattern }) => pattern.test(type));
  if (other) throw unsupported(name, `${other.what} (${show(descr)})`, descr, other.cure);
  return failing(name)(`its elements are ${show(descr)}, which is no dtype of NumPy`);
}

/** What else NumPy can write, and how to save it so that it can be read here. */
const OTHERS: readonly { readonly pattern: RegExp; readonly what: string; readonly cure: string }[] = [
  { pattern: /^(?:c\d+|G|complex\d*)$/, what: "long complex numbers", cure: 'save a.astype("c16")' },
  { pattern: /^(?:f1[26]|g|longdouble|float128)$/, what: "long doubles", cure: 'save a.astype("f8")' },
  { pattern: /^[SaUT]\d*$/, what: "text", cure: "save the numbers that it stands for" },
  { pattern: /^[mM]8(?:\[.*\])?$/, what: "times", cure: 'save a.astype("i8")' },
  { pattern: /^V\d*$/, what: "raw bytes", cure: 'save a.view("u1")' },
  { pattern: /^O\d*$/, what: "Python objects", cure: "save numbers" },
];

/** The error of a file whose elements NumPy knows, and this package does not. */
function unsupported(name: string, what: string, dtype: string, cure: string, not = ", which are not supported yet") {
  const expected = dtypeNames.filter((one) => dtypes[one].descr).join(", ");
  const got = `${what}${not} (${cure})`;
  return new DTypeError(`Expected ${show(name)} to hold elements of ${expected}, got ${got}`, { dtype, expected });
}

const codeOf = (type: string): DType | undefined => (Object.hasOwn(CODES, type) ? CODES[type] : undefined);
