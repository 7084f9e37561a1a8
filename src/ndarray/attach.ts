/** The array that a named block or a mapped file holds, as its `.npy` header describes it. */
import { type DType, dtypes, expectDType, MAX_RANK } from "../base/dtype.js";
import { DTypeError, ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, ownOf, show } from "../base/expect.js";
import { isNpy } from "../base/npy-signature.js";
import { type AttachOptions, arrayInfoOf, bytesOf, SharedMemory } from "../memory/shared-memory.js";
import type { SyncWaitOptions, WaitOptions } from "../memory/words/wait.js";
import { kindIn, notA } from "../things/thing-block.js";
import { Elements, type Strided } from "./elements.js";
import { type NpyHeader, parseNpyHeader } from "./npy.js";
import { cView, fView } from "./view.js";

/** What the caller knows about a named array or a file. It is checked, and it gives the array its type. */
export interface Expected<D extends DType, R extends number> {
  readonly dtype: D;
  readonly ndim?: R;
}
/** What the caller may know. */
export type Expectations = Partial<Expected<DType, number>>;

/**
 * The array in a block. `name` is what errors call it. If there is no such array, the memory is closed again.
 *
 * @throws {FormatError} If the block holds no array.
 * @throws {DTypeError} If the array has another dtype than expected, is big-endian, or is not aligned.
 * @throws {ShapeError} If the array has another number of axes than expected.
 */
export function attachedStrided(
  memory: SharedMemory,
  expected: Expectations = {},
  name: string = memory.name!,
): Strided {
  try {
    const isOther = kindIn(memory) !== undefined || (memory.name !== undefined && !isNpy(bytesOf(memory)));
    if (isOther) throw notA(memory, "NDArray");
    const header = parseNpyHeader(bytesOf(memory), memory.size, name);
    // A header cannot name uint8_clamped and says uint8. In process scope the keeper knows which of the two it is.
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

/** What `NDArray.attach` does. Throws as `attachedStrided` and `SharedMemory.attach` do. */
export const attachStrided = (name: string, options?: AttachOptions & Expectations): Strided =>
  attachedStrided(SharedMemory.attach(name, checkExpectations(options, ["scope"], "attach")), options);
/** What `NDArray.waitFor` does. */
export async function waitForStrided(
  name: string,
  options?: AttachOptions & WaitOptions & Expectations,
): Promise<Strided> {
  const others = checkExpectations(options, ["scope", "timeoutMs", "signal"], "waitFor");
  return attachedStrided(await SharedMemory.waitFor(name, others), options);
}
/** What `NDArray.waitForSync` does. */
export function waitForStridedSync(name: string, options?: AttachOptions & SyncWaitOptions & Expectations): Strided {
  const others = checkExpectations(options, ["scope", "timeoutMs"], "waitForSync");
  return attachedStrided(SharedMemory.waitForSync(name, others), options);
}

/**
 * Checks that the expectations themselves make sense, before anything is looked for, and returns the other options.
 *
 * @param names the names of the other options
 * @param of the function that the options belong to, for the message
 * @throws {DTypeError} If `dtype` is not a dtype.
 * @throws {TypeError} If an option is unknown, or `ndim` is not a number.
 * @throws {RangeError} If `ndim` is not a possible number of axes.
 */
export function checkExpectations<O extends object>(
  options: (O & Expectations) | undefined,
  names: readonly string[],
  of: string,
): Omit<O, "dtype" | "ndim"> {
  const { dtype, ndim, ...others } = expectKnown(options, [...names, "dtype", "ndim"], of) as O & Expectations;
  if (dtype !== undefined) expectDType(dtype);
  if (ndim !== undefined) expectInteger("ndim", ndim, 0, MAX_RANK + 1);
  return ownOf(others);
}

/**
 * Compares what was found with what was expected.
 *
 * @throws {DTypeError} If the dtypes differ.
 * @throws {ShapeError} If the numbers of axes differ.
 */
export function checkExpected(name: string, dtype: DType, shape: readonly number[], expected: Expectations): void {
  const { dtype: given, ndim } = ownOf(expected);
  const wanted = given === undefined ? dtype : expectDType(given);
  if (wanted !== dtype) {
    const got = `${dtype} (array of shape ${show(shape)})`;
    const message = `Expected ${show(name)} to hold elements of ${wanted}, got ${got}`;
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
