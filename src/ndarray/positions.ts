/** Indices of an axis as positions: checked before anything is read or written, negative ones counted from the end. */
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import { DTypeError, IndexError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { asStrided, isData } from "./asarray.js";
import { newPositions, type Positions } from "./gather.js";
import { compact } from "./storage.js";
import { expectStrided } from "./strided-array.js";
import { perClass } from "./typed-loops.js";

/**
 * The positions along an axis that indices stand for, and the shape of the indices.
 *
 * @throws {TypeError} If `indices` is neither an array nor a list.
 * @throws {IndexError} If an index is outside of the axis, or no integer.
 * @throws {DTypeError} If `indices` is an array of other elements than integers.
 */
export function expectPositions(
  indices: unknown,
  axis: number,
  shape: readonly number[],
): [positions: Positions, shape: readonly number[]] {
  const length = shape[axis]!;
  const [given, givenShape] = listOf(indices);
  const positions = newPositions(given.length, length);
  const isList = Array.isArray(given);
  const wrong = isList ? checkList(positions, given, length) : checkRaw(positions, given as RawArray, length);
  if (wrong < 0) return [positions, givenShape];
  const index: unknown = given[wrong];
  const got = `${show(typeof index === "bigint" ? Number(index) : index)} (axis ${axis} of shape ${show(shape)})`;
  const message = `Expected each of \`indices\` to be an integer in [${-length}, ${length}), got ${got}`;
  throw new IndexError(message, { index: Number(index), axis, shape });
}

/** A list as it is, or the elements of an array of integers in C order; and their shape. */
function listOf(indices: unknown): [list: readonly unknown[] | RawArray, shape: readonly number[]] {
  if (Array.isArray(indices)) {
    const list = Array.from({ length: indices.length }, (_, i) => indices[i] as unknown); // a plain list, read once
    return [list, [list.length]];
  }
  const hint = typeof indices === "number" ? " (write [1] for one position)" : "";
  const array = isData(indices)
    ? asStrided(indices, "indices")
    : expectStrided(indices, "indices", "an array or a list of integers", hint);
  const { dtype } = array.elements;
  if (isIntegers(dtype)) {
    const { elements, view } = compact(array);
    return [elements.raw.subarray(view.offset, view.offset + view.size), view.shape];
  }
  const cure = dtype === "bool" ? " (for a mask use compress)" : "";
  const message = `Expected \`indices\` to be an array of integers or a list, got an array of ${dtype}${cure}`;
  throw new DTypeError(message, { dtype, expected: "integers" });
}

const isIntegers = (dtype: DType): boolean => dtypes[dtype].kind === "i" || dtypes[dtype].kind === "u";

/** Writes the positions of a list of indices. Returns the place of the first that is wrong, or -1. */
function checkList(positions: Positions, given: readonly unknown[], length: number): number {
  for (let i = 0; i < given.length; i++) {
    const index = given[i];
    const isIndex = typeof index === "number" && Number.isInteger(index) && index >= -length && index < length;
    if (!isIndex) return i;
    positions[i] = index < 0 ? index + length : index;
  }
  return -1;
}

/** As `checkList`, for the elements of an array of integers. */
const checkRaw = perClass(function check(positions: Positions, given: RawArray, length: number): number {
  const count = given.length;
  for (let i = 0; i < count; i++) {
    const index = Number(given[i]);
    if (!(index >= -length && index < length)) return i;
    positions[i] = index < 0 ? index + length : index;
  }
  return -1;
}, 2);
