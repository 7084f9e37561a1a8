/** Parts of files: elements without a header, as `memmap` maps them. */
import { type DType, dtypes, expectDType } from "../base/dtype.js";
import { FormatError, UnsupportedError } from "../base/errors.js";
import { expectInteger, show } from "../base/expect.js";
import { isNpy } from "../base/npy-signature.js";
import type { MapMode } from "../memory/blocks/driver.js";
import { memoryOfFile } from "../memory/mapped-memory.js";
import { blockOf, bytesOf, type SharedMemory } from "../memory/shared-memory.js";
import { resolvePath, statSync } from "../platform/runtime.js";
import { expectPartBytes, MAX_BYTES } from "../system/files.js";
import { checkExpected, type Expectations } from "./attach.js";
import { Elements, type Strided } from "./elements.js";
import { npyHeaderBytes, PREAMBLE_BYTES, parseNpyHeader } from "./npy.js";
import { expectShape, sizeOf } from "./shape.js";
import { cView } from "./view.js";

/** Where the elements are, as the caller gives it. */
export interface RawPlace {
  readonly shape?: unknown;
  readonly offset?: unknown;
}

/**
 * The elements of a part of a file. All arguments are checked before the file is touched.
 *
 * @throws {DTypeError} If `dtype` is missing or not a dtype.
 * @throws {ShapeError} If the shape has another number of axes than expected.
 * @throws {RangeError} If the part is not aligned or has no elements.
 * @throws {FormatError} If the file has no such part, or the part would begin in the header of a `.npy` file.
 */
export function rawStrided(path: string, mode: MapMode, place: RawPlace, expected: Expectations): Strided {
  const byteOffset = expectInteger("offset", place.offset ?? 0, 0, Number.MAX_SAFE_INTEGER);
  const dtype = expectDType(expected.dtype);
  expectAligned(byteOffset, dtype);
  if (mode === "w+") expectNewPlace(path, place.shape);
  const shape = place.shape === undefined ? [restOf(path, byteOffset, dtype)] : expectShape(place.shape);
  checkExpected(path, dtype, shape, expected);
  const byteLength = sizeOf(shape) * dtypes[dtype].bytes;
  if (byteLength === 0) throw new RangeError(`Expected \`shape\` to have elements to map, got ${show(shape)}`);
  expectPartBytes(byteLength);
  const memory = memoryOfFile(resolvePath(path), mode, { byteOffset, byteLength });
  try {
    const start = memory.size - byteLength;
    if (start === byteOffset) expectNoHeader(memory, path, byteOffset);
    const view = cView(shape);
    return { elements: new Elements(memory, dtype, start, view.size), view };
  } catch (e) {
    memory.close();
    throw e;
  }
}

function expectAligned(byteOffset: number, dtype: DType): void {
  const { bytes } = dtypes[dtype];
  if (byteOffset % bytes === 0) return;
  const cure = 'map the bytes as "uint8" and copy them';
  throw new RangeError(
    `Expected \`offset\` to be a multiple of ${bytes} bytes, as ${dtype} has, got ${byteOffset} (${cure})`,
  );
}

function expectNewPlace(path: string, shape: unknown): void {
  if (shape === undefined) throw new TypeError('Expected a `shape` for the new file of mode "w+", got undefined');
  if (!path.endsWith(".npy")) return;
  const cure = 'save(path, zeros(shape)), then memmap(path, { mode: "r+" }); or another name';
  throw new FormatError(`Expected the name of a file without a header, got ${show(path)} (${cure})`, { key: path });
}

/** The number of elements from a byte to the end of the file. */
function restOf(path: string, byteOffset: number, dtype: DType): number {
  const size = statSync(resolvePath(path), { throwIfNoEntry: true })!.size;
  const { bytes } = dtypes[dtype];
  const rest = size - byteOffset;
  if (rest > 0 && rest % bytes === 0) return rest / bytes;
  const [expected, got] =
    rest > 0
      ? [`a multiple of ${bytes} bytes from byte ${byteOffset} on`, `${rest} (pass a \`shape\`)`]
      : [`elements from byte ${byteOffset} on`, `a file of ${size} bytes`];
  throw new FormatError(`Expected ${show(path)} to have ${expected}, got ${got}`, { key: path });
}

/** The first page of a file is mapped with a part that begins in it, so the header can be seen. */
function expectNoHeader(memory: SharedMemory, path: string, byteOffset: number): void {
  const preamble = new Uint8Array(blockOf(memory).buffer, 0, PREAMBLE_BYTES).slice();
  if (!isNpy(preamble)) return;
  const first = npyHeaderBytes(preamble, Number.MAX_SAFE_INTEGER, path);
  if (byteOffset >= first) return;
  const cure = `leave out \`shape\` and \`offset\`, or begin at byte ${first}`;
  const got = `a .npy file, whose elements begin at byte ${first}`;
  throw new FormatError(`Expected ${show(path)} to have elements at byte ${byteOffset}, got ${got} (${cure})`, {
    key: path,
  });
}

/** Enough of a file for all headers but the strangest. */
const HEAD_BYTES = 2 ** 16;

/**
 * Checks that a `.npy` file can be mapped as a whole.
 *
 * @throws {UnsupportedError} If it is larger than 4 GiB. The message says how to map parts of it.
 */
export function expectMappable(full: string, path: string): void {
  const size = statSync(full, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= MAX_BYTES) return;
  using memory = memoryOfFile(full, "r", { byteOffset: 0, byteLength: HEAD_BYTES });
  const { dtype, shape, byteOffset } = parseNpyHeader(bytesOf(memory), size, path);
  const feature = "mappings of more than 4 GiB";
  const instead = `parts of it: memmap(path, { dtype: "${dtype}", shape, offset: ${byteOffset} or more })`;
  const got = `one of ${size} bytes with ${dtype} of shape ${show(shape)}`;
  throw new UnsupportedError(
    `Expected ${show(path)} to be a file of at most ${MAX_BYTES} bytes, got ${got} (map ${instead})`,
    { feature, instead },
  );
}
