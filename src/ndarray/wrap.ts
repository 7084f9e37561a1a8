/** Memory that exists already, seen as an array without a copy: a part of a block, a typed array, an scijs ndarray. */
import { isSharedArrayBuffer, tagOf, typedArrayName } from "../base/builtins.js";
import { type DType, dtypes, expectDType } from "../base/dtype.js";
import { BoundsError, NotSharedError } from "../base/errors.js";
import { expectInteger, expectIntegers, expectKnown, expectOptions, show, withArticle } from "../base/expect.js";
import { adoptBuffer, blockOf, SharedMemory, startOf } from "../memory/shared-memory.js";
import { Elements, type Strided } from "./elements.js";
import type { ByTag, ScijsNDArray } from "./notation.js";
import { cStrides, expectShape } from "./shape.js";
import { assertInside, cView, extent, makeView } from "./view.js";

/** How `NDArray.view` sees memory, counted in bytes as in `np.ndarray(shape, dtype, buffer, offset, strides)`. */
export interface ViewOptions<D extends DType> {
  /** The type of the elements; default `"float64"`. */
  readonly dtype?: D | undefined;
  /** Where the first element is, in bytes: a multiple of the itemsize; default 0. */
  readonly byteOffset?: number | undefined;
  /** Bytes from one index to the next for each axis: multiples of the itemsize, also negative or 0; default C order. */
  readonly strides?: readonly number[] | undefined;
}

/**
 * Part of a block, seen as elements.
 *
 * @throws {BoundsError} If an element would be outside of the memory.
 * @throws {TypeError} If an argument is of the wrong type.
 * @throws {RangeError} If `byteOffset` or one of `strides` is not a multiple of the itemsize.
 * @throws {DTypeError} If `dtype` is not a dtype.
 * @throws {ClosedError} If the memory is closed.
 */
export function viewedStrided(memory: unknown, givenShape: unknown, options: ViewOptions<DType> | undefined): Strided {
  if (!(memory instanceof SharedMemory)) {
    throw new TypeError(`Expected \`memory\` to be a SharedMemory, got ${show(memory)}`);
  }
  blockOf(memory); // throws if the memory is closed
  const shape = expectShape(givenShape);
  const given = expectKnown(options, ["dtype", "byteOffset", "strides"], "view");
  const { dtype: givenDType = "float64", byteOffset: givenOffset = 0 } = given;
  const dtype = expectDType(givenDType);
  const { bytes } = dtypes[dtype];
  const byteOffset = inItems("byteOffset", expectInteger("byteOffset", givenOffset, 0, Infinity), bytes);
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
  const elements = new Elements(memory, dtype, startOf(memory) + first * bytes, high - low + 1);
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
 * A typed array or an scijs ndarray over shared memory, seen as elements.
 *
 * @throws {NotSharedError} If the data are not in shared memory, so that other threads cannot see them.
 * @throws {BoundsError} If an element of the scijs ndarray would be outside of its data.
 * @throws {TypeError} If the value is neither a typed array nor an scijs ndarray.
 */
export function wrappedStrided(given: unknown): Strided {
  if (ArrayBuffer.isView(given)) {
    return { elements: wrappedElements(given), view: cView([(given as Uint8Array).length]) };
  }
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
  if (isSharedArrayBuffer(buffer)) return new Elements(adoptBuffer(buffer), dtype, byteOffset, length);
  const what = `${withArticle(tagOf(data as object))} over an ArrayBuffer`;
  throw new NotSharedError(`Expected an array over a SharedArrayBuffer, got ${what} (array(x) copies it)`, { what });
}

/** The dtype of a typed array, by its class; undefined for all other values. A Buffer is a Uint8Array. */
export function dtypeOfTypedArray(data: unknown): DType | undefined {
  const name = typedArrayName(data);
  return name === undefined ? undefined : DTYPE_OF[name as keyof typeof DTYPE_OF];
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
