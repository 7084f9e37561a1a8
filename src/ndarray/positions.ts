/** Indices of an axis as positions: checked before anything is read or written, negative ones counted from the end. */
import { typedArrayName } from "../base/builtins.js";
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import { DTypeError, IndexError } from "../base/errors.js";
import { expectOneOf, show } from "../base/expect.js";
import { asStrided, isData } from "./asarray.js";
import { gatheringKernels, type Positions } from "./gather.js";
import { blankStrided, withRaw } from "./storage.js";
import { expectStrided } from "./strided-array.js";
import { perClass } from "./typed-loops.js";
import { cView } from "./view.js";

/**
 * What becomes of an index outside of its axis: an error, the default; it starts again after the last element; or it is
 * the nearest element. With the last two, negative indices do not count from the end. NumPy's words.
 */
export type IndexMode = "raise" | "wrap" | "clip";
const MODES: readonly IndexMode[] = ["raise", "wrap", "clip"];
export const expectMode = (given: unknown): IndexMode =>
  given === undefined ? "raise" : expectOneOf("mode", given, MODES);

/**
 * Calls `use` with the positions along an axis that indices stand for, and with the shape of the indices. `what` names
 * them in errors.
 *
 * @throws {TypeError} If `indices` is neither an array nor a list.
 * @throws {IndexError} If an index is outside of the axis, or no integer.
 * @throws {DTypeError} If `indices` is an array of other elements than integers.
 */
export function withPositions<T>(
  indices: unknown,
  axis: number,
  shape: readonly number[],
  use: (positions: Positions, shape: readonly number[]) => T,
  what = "indices",
  mode: IndexMode = "raise",
): T {
  const length = shape[axis]!;
  return withList(indices, what, (given, givenShape) =>
    withRoom(given.length, length, (positions) => {
      const wrong =
        mode !== "raise" && length > 0
          ? fitInto(positions, given, length, mode)
          : Array.isArray(given)
            ? checkList(positions, given, length)
            : checkElements(positions, given as RawArray, length);
      if (wrong < 0) return use(positions, givenShape);
      const index: unknown = given[wrong];
      const got = `${show(typeof index === "bigint" ? Number(index) : index)} (axis ${axis} of shape ${show(shape)})`;
      const message = `Expected each of \`${what}\` to be an integer in [${-length}, ${length}), got ${got}`;
      throw new IndexError(message, { index: Number(index), axis, shape });
    }),
  );
}

/**
 * Calls `use` with room for so many positions that are less than `below`. The memory is that of an array that was
 * closed: for 100,000 positions, fresh memory takes longer than to gather their elements.
 */
export function withRoom<T>(count: number, below: number, use: (positions: Positions) => T): T {
  const { elements } = blankStrided(cView([count]), below <= 2 ** 31 ? "int32" : "float64");
  try {
    return use(elements.raw as unknown as Positions);
  } finally {
    elements.memory.close();
  }
}

/** Calls `use` with a list as it is, or with the elements of an array of integers in C order; and with their shape. */
function withList<T>(
  indices: unknown,
  what: string,
  use: (list: readonly unknown[] | RawArray, shape: readonly number[]) => T,
): T {
  if (Array.isArray(indices)) {
    return use(plainList(indices), [indices.length]);
  }
  const hint = typeof indices === "number" ? " (write [1] for one position)" : "";
  const array = isData(indices)
    ? asStrided(indices, what)
    : expectStrided(indices, what, "an array or a list of integers", hint);
  const { dtype } = array.elements;
  if (isIntegers(dtype)) return withRaw(array, dtype, (raw) => use(raw, array.view.shape));
  const cure = dtype === "bool" ? " (for a mask use compress)" : "";
  const message = `Expected \`${what}\` to be an array of integers or a list, got an array of ${dtype}${cure}`;
  throw new DTypeError(message, { dtype, expected: "integers" });
}

/** The items, each read once, up to the first hole: a list may claim a length that no memory has. */
function plainList(given: readonly unknown[]): unknown[] {
  const list: unknown[] = [];
  const { length } = given;
  for (let i = 0; i < length; i++) {
    list.push(given[i]);
    if (!(i in given)) break;
  }
  return list;
}

/** Whether elements of a dtype can be positions. */
export const isIntegers = (dtype: DType): boolean => dtypes[dtype].kind === "i" || dtypes[dtype].kind === "u";

/** As `checkList`, for indices that may be outside of the axis: the place of the first that is no integer, or -1. */
function fitInto(positions: Positions, given: readonly unknown[] | RawArray, length: number, mode: IndexMode): number {
  for (let i = 0; i < positions.length; i++) {
    const one: unknown = given[i];
    const index = typeof one === "bigint" ? (mode === "wrap" ? Number(one % BigInt(length)) : Number(one)) : one;
    if (typeof index !== "number" || !Number.isInteger(index)) return i;
    positions[i] = mode === "wrap" ? wrapped(index, length) : Math.min(Math.max(index, 0), length - 1);
  }
  return -1;
}

/** The remainder, with the sign of the divisor. */
export const wrapped = (index: number, length: number): number => ((index % length) + length) % length;

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
function checkElements(positions: Positions, given: RawArray, length: number): number {
  const wrong = gatheringKernels.positions(positions, given, length);
  if (wrong !== undefined) return wrong;
  const name = typedArrayName(given);
  const Words = name === "BigInt64Array" ? Int32Array : name === "BigUint64Array" ? Uint32Array : undefined;
  if (!Words) return checkRaw(positions, given, length);
  const words = new Words(given.buffer as ArrayBuffer, given.byteOffset, 2 * given.length);
  return checkPairs(positions, words, length);
}

/** As `checkRaw`, for integers of two words, the lower one first. As bigints they would take ten times as long. */
const checkPairs = perClass(function checkPairs(
  positions: Positions,
  words: Int32Array | Uint32Array,
  length: number,
): number {
  const count = positions.length;
  for (let i = 0; i < count; i++) {
    const index = words[2 * i + 1]! * 4294967296 + (words[2 * i]! >>> 0);
    if (!(index >= -length && index < length)) return i;
    positions[i] = index < 0 ? index + length : index;
  }
  return -1;
}, 2);

/** As `checkList`, for integers of up to 32 bits. */
const checkRaw = perClass(function check(positions: Positions, given: RawArray, length: number): number {
  const count = given.length;
  for (let i = 0; i < count; i++) {
    const index = Number(given[i]);
    if (!(index >= -length && index < length)) return i;
    positions[i] = index < 0 ? index + length : index;
  }
  return -1;
}, 2);
