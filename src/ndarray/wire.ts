/**
 * An array as plain data, and back: what `toHandle` and messages carry. All data are checked on arrival, because a
 * handle may come from anywhere.
 */
import { type DType, dtypes, expectDType } from "../base/dtype.js";
import { expectInteger, expectIntegers, show } from "../base/expect.js";
import { isFile } from "../memory/blocks/driver.js";
import { blockOf, type SharedMemory, startOf } from "../memory/shared-memory.js";
import { fromHandle, type Handle, type HandleOf } from "../wire/registry.js";
import { Elements, type Strided } from "./elements.js";
import { expectShape } from "./shape.js";
import { assertInside, makeView, type View } from "./view.js";

/** An array as it arrives, before it is an `NDArray`. */
interface ReceivedArray {
  readonly strided: Strided;
  readonly isView: boolean;
  readonly isReadonly: boolean;
}

/** The plain data of an array. Its memory is in them as a handle, made by `handleOf`. */
export function arrayToWire(
  { elements, view }: Strided,
  isView: boolean,
  isReadonly: boolean,
  handleOf: HandleOf,
): object {
  const { memory, dtype, length } = elements;
  const { shape, strides, offset } = view;
  const byteOffset = elements.byteOffset - startOf(memory);
  return { memory: handleOf(memory), dtype, byteOffset, length, shape, strides, offset, isView, isReadonly };
}

/** How another process gets the elements of an array of process scope: `memmap` takes no scope. */
export const howToReach = (memory: SharedMemory): string =>
  isFile(blockOf(memory))
    ? 'open the file with memmap there, or send a.copy({ scope: "system" })'
    : 'make it with { scope: "system" }, or send a.copy({ scope: "system" })';

/**
 * The array that plain data describe. If the data are wrong, their memory is closed again.
 *
 * @throws {TypeError} If a value is missing or of the wrong type.
 * @throws {RangeError} If a number is out of range.
 * @throws {DTypeError} If `dtype` is not a dtype.
 * @throws {BoundsError} If an element would be outside of the memory (invariant I1).
 */
export function arrayFromWire(data: Readonly<Record<string, unknown>>): ReceivedArray {
  const dtype = expectDType(data.dtype);
  const shape = expectShape(data.shape);
  const strides = expectIntegers("strides", data.strides, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (strides.length !== shape.length) {
    throw new RangeError(`Expected \`strides\` to have ${shape.length} numbers, got ${show(strides)}`);
  }
  const view = makeView(shape, strides, expectInteger("offset", data.offset, 0, Number.POSITIVE_INFINITY));
  const memory = memoryFrom(data.memory);
  try {
    return {
      strided: over(memory, data, dtype, view),
      isView: data.isView === true,
      isReadonly: data.isReadonly === true,
    };
  } catch (e) {
    memory.close();
    throw e;
  }
}

function memoryFrom(handle: unknown): SharedMemory {
  const kind = typeof handle === "object" && handle !== null && Object.getOwnPropertyDescriptor(handle, "kind")?.value;
  if (kind === "SharedMemory") return fromHandle(handle as Handle<SharedMemory>);
  throw new TypeError(`Expected \`memory\` to be the handle of a SharedMemory, got ${show(handle)}`);
}

function over(memory: SharedMemory, data: Readonly<Record<string, unknown>>, dtype: DType, view: View): Strided {
  const { bytes } = dtypes[dtype];
  const byteOffset = expectInteger("byteOffset", data.byteOffset, 0, memory.size + 1);
  if (byteOffset % bytes !== 0) {
    throw new RangeError(`Expected \`byteOffset\` to be a multiple of ${bytes}, got ${byteOffset}`);
  }
  const room = Math.floor((memory.size - byteOffset) / bytes);
  const elements = new Elements(
    memory,
    dtype,
    startOf(memory) + byteOffset,
    expectInteger("length", data.length, 0, room + 1),
  );
  assertInside(view, elements.length, bytes, byteOffset);
  return { elements, view };
}
