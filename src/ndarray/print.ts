/** Arrays as text: `array2string`, `arrayStr`, `arrayRepr`. */
import type { DType } from "../base/dtype.js";
import { expectKnown } from "../base/expect.js";
import { expectText, PRINT_OPTIONS, type PrintOptions, settingsWith } from "../printing/options.js";
import { reprOf, strOf, textOf } from "../printing/text.js";
import { printed } from "./format.js";
import type { ReadableArray } from "./readable.js";
import { expectStrided } from "./strided-array.js";

/** How an array is printed, and what is between its elements and around it. */
export interface Array2stringOptions extends PrintOptions {
  /** What is between elements. By default one space. */
  readonly separator?: string | undefined;
  /** What the caller will put before the text: its length is the indent of all lines but the first. By default "". */
  readonly prefix?: string | undefined;
  /** What the caller will put after the text: lines end earlier by its length. By default "". */
  readonly suffix?: string | undefined;
}

/**
 * The elements as text, in brackets. Options that are left out are those of `setPrintOptions`. An array of more than
 * `threshold` elements is summarised; only what is shown of it is read. After `np.array2string`, whose `max_line_width`
 * and `suppress_small` are `linewidth` and `suppress` here.
 *
 * @example array2string(array([1.5, 2]), { separator: ", ", precision: 2 }) // "[1.5, 2. ]"
 * @throws {TypeError} If `a` is not an array, or an option is unknown or of the wrong type.
 * @throws {RangeError} If a number is out of range.
 * @throws {ClosedError} If the array is closed.
 */
export function array2string(a: ReadableArray<DType>, options?: Array2stringOptions): string {
  const given = expectKnown(options, [...PRINT_OPTIONS, "separator", "prefix", "suffix"], "array2string");
  const { separator = " ", prefix = "", suffix = "" } = given;
  return textOf(printed(expectStrided(a, "a")), settingsWith(given), {
    separator: expectText("separator", separator),
    prefix: expectText("prefix", prefix),
    suffix: expectText("suffix", suffix),
  });
}

/**
 * The array as `toString` and `console.log` print it. An array of rank 0 is printed as its element, with all digits and
 * without regard to options. After `np.array_str`.
 *
 * @example arrayStr(array([1, 2 / 3]), { precision: 3 }) // "[1.    0.667]"
 * @throws {TypeError} If `a` is not an array, or an option is unknown or of the wrong type.
 * @throws {RangeError} If a number is out of range.
 * @throws {ClosedError} If the array is closed.
 */
export function arrayStr(a: ReadableArray<DType>, options?: PrintOptions): string {
  const settings = settingsWith(expectKnown(options, PRINT_OPTIONS, "arrayStr"));
  return strOf(printed(expectStrided(a, "a")), settings);
}

/**
 * The array as the Python expression that would make it, which is what NumPy shows at its prompt. The dtype is named
 * unless it is float64, int64 or bool, and the shape where the elements do not show it. After `np.array_repr`.
 *
 * @example arrayRepr(array([1, 2], { dtype: "int8" })) // "array([1, 2], dtype=int8)"
 * @throws {TypeError} If `a` is not an array, or an option is unknown or of the wrong type.
 * @throws {RangeError} If a number is out of range.
 * @throws {ClosedError} If the array is closed.
 */
export function arrayRepr(a: ReadableArray<DType>, options?: PrintOptions): string {
  const settings = settingsWith(expectKnown(options, PRINT_OPTIONS, "arrayRepr"));
  return reprOf(printed(expectStrided(a, "a")), settings);
}
