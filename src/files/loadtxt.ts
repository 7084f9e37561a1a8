/** `loadtxt` and `genfromtxt`: arrays from files of rows of numbers. */
import type { DType } from "../base/dtype.js";
import type { NewArray } from "../ndarray/ndarray.js";
import {
  type AwaitedTextOptions,
  expectGenfromtxt,
  expectLoadtxt,
  type GenfromtxtOptions,
  type LoadtxtOptions,
} from "./text-options.js";
import { readText, readTextSync, type TextSource } from "./text-read.js";

/** With `ndmin: 2` there are two axes; otherwise as many as the file has rows and columns for. */
type TextRank<N extends number> = N extends 2 ? 2 : number;

/**
 * An array of the numbers in a text file, or in a list of lines: a row for each line that has any. All lines must have
 * as many numbers. With a pool, its workers read large files in parts; the result is the same.
 *
 * @example
 * const a = await loadtxt("points.csv", { delimiter: ",", skiprows: 1, ndmin: 2, pool });
 * const [x, y] = await loadtxt("points.txt", { usecols: [0, 2], unpack: true });
 * const b = loadtxtSync(["1 2", "3 4"]);
 *
 * After `np.loadtxt`. Numbers are written as Python and JavaScript write them; `nan` and `inf` in any case.
 * @throws {FormatError} If a field is no number of the dtype, or a line has another number of columns. The message
 * names line and column, both counted from 1.
 * @throws {TypeError} If an option is of the wrong type.
 */
export async function loadtxt<D extends DType = "float64", N extends number = 0>(
  source: TextSource,
  options?: LoadtxtOptions<D, N> & AwaitedTextOptions,
): Promise<NewArray<D, TextRank<N>>> {
  const plan = expectLoadtxt(options, "loadtxt", false);
  return (await readText(source, plan)) as never;
}

/** As `loadtxt`, but it blocks this thread. */
export function loadtxtSync<D extends DType = "float64", N extends number = 0>(
  source: TextSource,
  options?: LoadtxtOptions<D, N>,
): NewArray<D, TextRank<N>> {
  const plan = expectLoadtxt(options, "loadtxtSync", true);
  return readTextSync(source, plan) as never;
}

/**
 * As `loadtxt`, for texts in which numbers are missing: an empty field, or one that is no number, becomes NaN, -1,
 * false or what `fillingValues` says. Names of columns are not read: skip them with `skipHeader`.
 *
 * @example const a = await genfromtxt("survey.csv", { delimiter: ",", skipHeader: 1, fillingValues: 0 });
 *
 * After `np.genfromtxt`.
 * @throws {FormatError} If a line has another number of columns, or an integer is missing or beyond the dtype's range
 * and nothing stands for it.
 * @throws {DTypeError} If the dtype cannot hold `fillingValues`.
 * @throws {TypeError} If an option is of the wrong type.
 */
export async function genfromtxt<D extends DType = "float64", N extends number = 0>(
  source: TextSource,
  options?: GenfromtxtOptions<D, N> & AwaitedTextOptions,
): Promise<NewArray<D, TextRank<N>>> {
  const plan = expectGenfromtxt(options, "genfromtxt", false);
  return (await readText(source, plan)) as never;
}

/** As `genfromtxt`, but it blocks this thread. */
export function genfromtxtSync<D extends DType = "float64", N extends number = 0>(
  source: TextSource,
  options?: GenfromtxtOptions<D, N>,
): NewArray<D, TextRank<N>> {
  const plan = expectGenfromtxt(options, "genfromtxtSync", true);
  return readTextSync(source, plan) as never;
}
