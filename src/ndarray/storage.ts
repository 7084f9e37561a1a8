/** Elements in memory: fresh ones, those of a named block, and a view of any memory. Used by `NDArray` and the creation functions. */
import { type DType, dtypes, expectDType } from "../base/dtype.js";
import { BoundsError, DTypeError, NotSharedError, ShapeError, UnsupportedError } from "../base/errors.js";
import { expectInteger, expectIntegers, expectOptions, show } from "../base/expect.js";
import { expectPlace, UNNAMED } from "../memory/names/place.js";
import {
  type AttachOptions,
  adoptBuffer,
  allocate,
  arrayInfoOf,
  blockOf,
  discard,
  type NameOptions,
  publish,
  SharedMemory,
} from "../memory/shared-memory.js";
import { MAX_ELEMENTS } from "../platform/runtime.js";
import { copy } from "./assign.js";
import { Elements, type Strided } from "./elements.js";
import type { ByTag, ScijsNDArray } from "./notation.js";
import { type NpyHeader, npyHeader, parseNpyHeader } from "./npy.js";
import { overlaps, sameElements } from "./overlap.js";
import { cStrides, expectShape, MAX_RANK, sizeOf } from "./shape.js";
import { assertInside, cView, extent, fView, makeView } from "./view.js";

/** Fresh zeroed elements that nobody can find yet. */
export interface Staged {
  readonly fresh: Strided;
  /** Gives them their name, if they were to have one. @throws {NameTakenError}, and nothing is left */
  publish(): Strided;
  /** Gives them up instead. */
  discard(): void;
}

/** Elements to be filled before anyone can find them by name; with a name, behind a `.npy` header. */
export function stage(
  shape: readonly number[],
  dtype: DType,
  options: NameOptions | undefined,
  fortran = false,
): Staged {
  const place = expectPlace(options);
  const { name, scope } = place;
  if (dtype === "uint8_clamped" && scope === "system") throw noClampedFiles();
  assertIndexable(sizeOf(shape), dtype);
  const header = name === undefined ? new Uint8Array(0) : npyHeader(dtype, shape, fortran);
  const block = allocate(place, Math.max(1, header.length + sizeOf(shape) * dtypes[dtype].bytes));
  new Uint8Array(block.buffer, 0, header.length).set(header);
  const view = fortran ? fView(shape) : cView(shape);
  const over = (memory: SharedMemory): Strided => ({
    elements: new Elements(memory, dtype, header.length, view.size),
    view,
  });
  const fresh = over(publish(block, UNNAMED));
  return {
    fresh,
    publish: () => (name === undefined ? fresh : over(publish(block, place, { dtype, shape }))),
    discard: () => discard(place, block),
  };
}

function noClampedFiles(): DTypeError {
  const message = "Expected a dtype that a .npy header can name in system scope, got uint8_clamped (use uint8)";
  return new DTypeError(message, { dtype: "uint8_clamped", expected: "uint8" });
}

/** @throws {UnsupportedError} if no typed array of this runtime has so many elements */
function assertIndexable(size: number, dtype: DType): void {
  if (size <= MAX_ELEMENTS) return;
  const message = `Expected at most ${MAX_ELEMENTS} elements, got ${size} of ${dtype}: typed arrays of this runtime are no longer`;
  throw new UnsupportedError(message, {
    feature: `arrays of more than ${MAX_ELEMENTS} elements`,
    instead: "Node 22 or later, or a larger dtype",
  });
}

/** New elements in C order: zeros, or what `fill` writes. If it throws, or the name is taken, nothing is left. */
export function newStrided(
  shape: readonly number[],
  dtype: DType,
  options: NameOptions | undefined,
  fill?: (fresh: Strided) => void,
): Strided {
  const staged = stage(shape, dtype, options);
  try {
    fill?.(staged.fresh);
  } catch (e) {
    staged.discard();
    throw e;
  }
  return staged.publish();
}

/** What one knows of a named array or a file, to be checked and typed. */
export interface Expected<D extends DType, R extends number> {
  readonly dtype: D;
  readonly ndim?: R;
}

/**
 * The array in a named block, as its header says. If it is not what is expected the memory is closed again.
 *
 * @throws {FormatError} if it holds none @throws {DTypeError} {ShapeError} if it is another
 */
export function attachedStrided(
  memory: SharedMemory,
  expected: Partial<Expected<DType, number>> = {},
  name = memory.name!,
): Strided {
  try {
    const header = parseNpyHeader(memory.buf, memory.size, name);
    const known = arrayInfoOf(memory)?.dtype;
    const dtype = known === "uint8_clamped" && header.dtype === "uint8" ? known : header.dtype;
    if (header.swapped || header.byteOffset % dtypes[dtype].bytes !== 0) throw unreadable(name, header);
    checkExpected(name, dtype, header.shape, expected);
    const view = header.fortran ? fView(header.shape) : cView(header.shape);
    return { elements: new Elements(memory, dtype, header.byteOffset, view.size), view };
  } catch (e) {
    memory.close();
    throw e;
  }
}

/** Checks the expectations themselves, before anything is looked for; the other options. @throws {DTypeError} {TypeError} {RangeError} */
export function checkExpectations<O extends object>(
  options: (O & Partial<Expected<DType, number>>) | undefined,
): Omit<O, "dtype" | "ndim"> {
  const { dtype, ndim, ...others } = expectOptions(options) as O & Partial<Expected<DType, number>>;
  if (dtype !== undefined) expectDType(dtype);
  if (ndim !== undefined) expectInteger("ndim", ndim, 0, MAX_RANK + 1);
  return others;
}

/** @throws {DTypeError} {ShapeError} naming what was found and what was expected */
export function checkExpected(
  name: string,
  dtype: DType,
  shape: readonly number[],
  { dtype: wanted, ndim }: Partial<Expected<DType, number>>,
): void {
  if (wanted !== undefined && wanted !== dtype) {
    const message = `Expected ${show(name)} to hold elements of ${wanted}, got ${dtype} (array of shape ${show(shape)})`;
    throw new DTypeError(message, { dtype, expected: wanted });
  }
  if (ndim !== undefined && ndim !== shape.length) {
    const message = `Expected ${show(name)} to have ${ndim} axes, got shape ${show(shape)}`;
    throw new ShapeError(message, { shape, expected: new Array<number>(ndim).fill(-1) });
  }
}

function unreadable(name: string, { swapped, byteOffset }: NpyHeader): DTypeError {
  const dtype = swapped ? "big-endian elements" : `elements that begin at byte ${byteOffset}`;
  const expected = "aligned little-endian elements";
  return new DTypeError(`Expected ${show(name)} to hold ${expected}, got ${dtype}`, { dtype, expected });
}

/** How `NDArray.view` sees memory. All counts in bytes, as `np.ndarray(shape, dtype, buffer, offset, strides)`. */
export interface ViewOptions<D extends DType> {
  /** Default `"float64"`. */
  readonly dtype?: D;
  /** Of the first element; default 0. A multiple of the itemsize, as is each of `strides`. */
  readonly byteOffset?: number;
  /** Default: C order. May be negative or 0. */
  readonly strides?: readonly number[];
}

/** @throws {BoundsError} if an element would lie outside of the memory @throws {TypeError} {RangeError} {DTypeError} */
export function viewedStrided(memory: unknown, givenShape: unknown, options: ViewOptions<DType> | undefined): Strided {
  if (!(memory instanceof SharedMemory)) {
    throw new TypeError(`Expected \`memory\` to be a SharedMemory, got ${show(memory)}`);
  }
  blockOf(memory); // throws if it is closed
  const shape = expectShape(givenShape);
  const given = expectOptions(options);
  const dtype = expectDType(given.dtype ?? "float64");
  const { bytes } = dtypes[dtype];
  const byteOffset = inItems("byteOffset", expectInteger("byteOffset", given.byteOffset ?? 0, 0, Infinity), bytes);
  const strides = given.strides === undefined ? cStrides(shape) : byteStrides(given.strides, shape, bytes);
  const view = makeView(shape, strides, byteOffset);
  const { size } = memory;
  if (view.size === 0 && byteOffset * bytes > size) {
    throw new BoundsError(`Expected \`byteOffset\` to be at most ${size}, got ${byteOffset * bytes}`, {
      byteOffset: byteOffset * bytes,
      byteLength: 0,
      size,
    });
  }
  assertInside(view, Math.floor(size / bytes), bytes, 0);
  const [low, high] = extent(view);
  const first = view.size === 0 ? byteOffset : low;
  const elements = new Elements(memory, dtype, first * bytes, high - low + 1);
  return { elements, view: makeView(shape, strides, byteOffset - first) };
}

function byteStrides(given: unknown, shape: readonly number[], itemsize: number): number[] {
  const strides = expectIntegers("strides", given, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (strides.length !== shape.length) {
    throw new RangeError(`Expected \`strides\` to have ${shape.length} numbers, one per axis, got ${show(given)}`);
  }
  return strides.map((stride, axis) => inItems(`strides[${axis}]`, stride, itemsize));
}

function inItems(what: string, bytes: number, itemsize: number): number {
  if (bytes % itemsize === 0) return bytes / itemsize;
  throw new RangeError(`Expected \`${what}\` to be a multiple of the itemsize, ${itemsize} bytes, got ${bytes}`);
}

/**
 * A typed array or an scijs ndarray over shared memory, as it is.
 *
 * @throws {NotSharedError} if other threads could not see its memory @throws {BoundsError}
 */
export function wrappedStrided(given: unknown): Strided {
  if (ArrayBuffer.isView(given))
    return { elements: wrappedElements(given), view: cView([(given as Uint8Array).length]) };
  const { data, shape, stride, offset } = expectOptions(given as Partial<ScijsNDArray>, "data");
  const elements = wrappedElements(data);
  const view = makeView(
    expectShape(shape),
    expectIntegers("stride", stride, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    expectInteger("offset", offset, 0, Number.POSITIVE_INFINITY),
  );
  if (view.strides.length !== view.shape.length) {
    throw new RangeError(`Expected \`stride\` to have ${view.shape.length} numbers, got ${show(stride)}`);
  }
  assertInside(view, elements.length, elements.itemsize, elements.byteOffset);
  return { elements, view };
}

function wrappedElements(data: unknown): Elements {
  const dtype = dtypeOfTypedArray(data);
  if (dtype === undefined) throw new TypeError(`Expected a typed array or an scijs ndarray, got ${show(data)}`);
  const { buffer, byteOffset, length } = data as Uint8Array;
  if (buffer instanceof SharedArrayBuffer) return new Elements(adoptBuffer(buffer), dtype, byteOffset, length);
  const what = `a ${Object.prototype.toString.call(data).slice(8, -1)} over an ArrayBuffer`;
  throw new NotSharedError(`Expected an array over a SharedArrayBuffer, got ${what} (array(x) copies it)`, { what });
}

/** The dtype of a typed array, by its class; a Buffer is a Uint8Array. */
export function dtypeOfTypedArray(data: unknown): DType | undefined {
  if (!ArrayBuffer.isView(data)) return undefined;
  const tag = Object.prototype.toString.call(data).slice(8, -1);
  return tag in DTYPE_OF ? DTYPE_OF[tag as keyof typeof DTYPE_OF] : undefined;
}
const DTYPE_OF = {
  Int8Array: "int8",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8_clamped",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int32Array: "int32",
  Uint32Array: "uint32",
  BigInt64Array: "int64",
  BigUint64Array: "uint64",
  Float16Array: "float16",
  Float32Array: "float32",
  Float64Array: "float64",
} as const satisfies { [T in keyof ByTag]: ByTag[T] };

/** A copy in C order, in new memory. `place` says which scope the memory belongs to. */
export const compactCopy = (source: Strided, place?: AttachOptions): Strided =>
  newStrided(source.view.shape, source.elements.dtype, place, (fresh) => copy(fresh, source));

/**
 * The source, or a copy of it if writing to the target would change what is read from it: results are the same as if all
 * inputs had been copied first. `place` says which scope the memory of a copy belongs to.
 */
export const separate = (source: Strided, target: Strided, place?: AttachOptions): Strided =>
  overlaps(source, target) && !sameElements(source, target) ? compactCopy(source, place) : source;
