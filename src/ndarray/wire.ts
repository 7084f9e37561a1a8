/** An array as plain data, and back: what `toHandle` and messages carry. Checks all of it, because a handle may come from anywhere. */
import { dtypes, expectDType } from "../dtype.js";
import { expectInteger, expectIntegers, show } from "../expect.js";
import { fromHandle, type Handle, toHandle } from "../handle.js";
import { SharedMemory } from "../memory/shared-memory.js";
import { Elements, type Strided } from "./elements.js";
import { expectShape } from "./shape.js";
import { assertInside, makeView } from "./view.js";

interface ReceivedArray {
  readonly strided: Strided;
  readonly isView: boolean;
  readonly isReadonly: boolean;
}

export function arrayToWire({ elements, view }: Strided, isView: boolean, isReadonly: boolean): object {
  const { memory, dtype, byteOffset, length } = elements;
  const { shape, strides, offset } = view;
  return { memory: toHandle(memory), dtype, byteOffset, length, shape, strides, offset, isView, isReadonly };
}

/** @throws {TypeError} {RangeError} {DTypeError} {BoundsError} if the data are no array's, or reach outside of its memory */
export function arrayFromWire(data: Readonly<Record<string, unknown>>): ReceivedArray {
  const dtype = expectDType(data.dtype);
  const { bytes } = dtypes[dtype];
  const shape = expectShape(data.shape);
  const strides = expectIntegers("strides", data.strides, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (strides.length !== shape.length) {
    throw new RangeError(`Expected \`strides\` to have ${shape.length} numbers, got ${show(strides)}`);
  }
  const view = makeView(shape, strides, expectInteger("offset", data.offset, 0, Number.POSITIVE_INFINITY));
  const memory = fromHandle(data.memory as Handle<unknown>);
  if (!(memory instanceof SharedMemory)) {
    throw new TypeError(`Expected \`memory\` to be the handle of a SharedMemory, got ${show(memory)}`);
  }
  const byteOffset = expectInteger("byteOffset", data.byteOffset, 0, memory.size + 1);
  if (byteOffset % bytes !== 0) {
    throw new RangeError(`Expected \`byteOffset\` to be a multiple of ${bytes}, got ${byteOffset}`);
  }
  const room = Math.floor((memory.size - byteOffset) / bytes);
  const elements = new Elements(memory, dtype, byteOffset, expectInteger("length", data.length, 0, room + 1));
  assertInside(view, elements.length, bytes, byteOffset);
  return { strided: { elements, view }, isView: data.isView === true, isReadonly: data.isReadonly === true };
}
