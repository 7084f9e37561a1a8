/** How rows of numbers are written in a text file, as plain data: what a worker needs to read some of them. */
import { type DType, dtypes, isBigInt } from "../base/dtype.js";
import { type ReadNumber, readFloat, readInteger, textOf } from "./number-text.js";

/** How lines become rows. */
export interface TextFormat {
  readonly dtype: DType;
  /** The byte between two fields; `undefined` for any run of spaces. */
  readonly delimiter: number | undefined;
  /** The bytes at which a comment begins; none if there are no comments. */
  readonly comment: readonly number[];
  /** Which fields are read, in this order; negative ones from the end of the line. `undefined` for all. */
  readonly usecols: readonly number[] | undefined;
  /** What happens to fields that are no numbers; `undefined` if that is an error. */
  readonly missing: Missing | undefined;
}

/** What stands for fields that are no numbers. */
export interface Missing {
  /** By column of the result, or one for all; `undefined` if the dtype has none. */
  readonly fills: readonly (number | bigint)[] | undefined;
  /** Whether any text may stand for a missing number, or only those of `words`. */
  readonly isLoose: boolean;
  readonly words: readonly string[];
  /** Whether a row of another number of fields is an error, or left out. */
  readonly isRaised: boolean;
}

/** Whether elements are kept as bigints while they are read. */
export const isLong = isBigInt;

/** Reads one element of the dtype; `undefined` if the text is none, or the dtype cannot hold it. */
export function readerOf(dtype: DType, isLoose: boolean): ReadNumber {
  const { kind, bytes: itemsize } = dtypes[dtype];
  if (kind === "f") return readFloat;
  if (kind === "b") return isLoose ? readWord : readTruth;
  const bits = BigInt(8 * itemsize);
  const [low, high] = kind === "i" ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
  if (isLong(dtype)) {
    return (bytes, start, end) => {
      const value = readInteger(bytes, start, end);
      if (value === undefined) return undefined;
      const long = BigInt(value);
      return long >= low && long <= high ? long : undefined;
    };
  }
  const [least, most] = [Number(low), Number(high)];
  return (bytes, start, end) => {
    const value = readInteger(bytes, start, end);
    return value !== undefined && value >= least && value <= most ? Number(value) : undefined;
  };
}

/** A bool as `loadtxt` reads it: an integer. */
const readTruth: ReadNumber = (bytes, start, end) => {
  const value = readInteger(bytes, start, end);
  return value === undefined ? undefined : Number(Number(value) !== 0);
};
/** A bool as `genfromtxt` reads it: a word. */
const readWord: ReadNumber = (bytes, start, end) => {
  const word = textOf(bytes, start, end).toUpperCase();
  return word === "TRUE" ? 1 : word === "FALSE" ? 0 : undefined;
};
