/** How arrays are printed: the options, those that hold now, and how to change them for a while. */
import type { Complex } from "../base/complex.js";
import type { Scalar } from "../base/dtype.js";
import {
  expectBoolean,
  expectInteger,
  expectKnown,
  expectNoOptions,
  expectOneOf,
  ownOf,
  show,
} from "../base/expect.js";
import { refusePromise } from "../base/returned.js";

/**
 * How floats get their digits. `"maxprec"`: those that distinguish a number from its neighbours, at most `precision`;
 * `"maxprec_equal"`: as many for all elements as the one with most of them; `"fixed"`: exactly `precision`;
 * `"unique"`: as many as it takes.
 */
export type FloatMode = "fixed" | "unique" | "maxprec" | "maxprec_equal";

/** Functions that print elements instead, by kind: `all` for the kinds that have none of their own. */
export interface Formatter {
  /** Elements of every kind. */
  readonly all?: ((x: Scalar) => string) | undefined;
  /** Elements of dtype bool. */
  readonly bool?: ((x: boolean) => string) | undefined;
  /** Integers: numbers, and bigints of 64-bit dtypes. */
  readonly int?: ((x: number | bigint) => string) | undefined;
  /** Floats. */
  readonly float?: ((x: number) => string) | undefined;
  /** Complex numbers. */
  readonly complexfloat?: ((x: Complex) => string) | undefined;
}

/** How arrays are printed. The names and defaults are NumPy's. */
export interface PrintOptions {
  /** The most digits after the point; with floatmode "fixed" the number of them. By default 8. */
  readonly precision?: number | undefined;
  /** Arrays of more elements are printed as a summary of their corners. By default 1000. */
  readonly threshold?: number | undefined;
  /** How many items a summary shows at each end of an axis. By default 3. */
  readonly edgeitems?: number | undefined;
  /** Characters of a line, at most, if an element is not longer. By default 75. */
  readonly linewidth?: number | undefined;
  /** Whether small floats are printed without an exponent, which may print them as 0. By default false. */
  readonly suppress?: boolean | undefined;
  /** How NaN is printed. By default "nan". */
  readonly nanstr?: string | undefined;
  /** How infinity is printed. By default "inf". */
  readonly infstr?: string | undefined;
  /** What is before positive numbers: nothing ("-"), "+", or a space. By default "-". */
  readonly sign?: "-" | "+" | " " | undefined;
  /** How floats get their digits. By default "maxprec". */
  readonly floatmode?: FloatMode | undefined;
  /** Functions that print elements, by kind. By default none. */
  readonly formatter?: Formatter | undefined;
}

/** All options, each with its value. */
export type PrintSettings = { readonly [Name in keyof PrintOptions]-?: Exclude<PrintOptions[Name], undefined> };

/** The most digits or blanks of one number. A float has 1074 digits after the point at most. */
export const MOST_DIGITS = 10_000;
/** Larger integers are not exact. */
const LARGEST = Number.MAX_SAFE_INTEGER + 1;
const MODES: readonly FloatMode[] = ["fixed", "unique", "maxprec", "maxprec_equal"];

/** The check of each option. */
const CHECKS: { readonly [Name in keyof PrintSettings]: (value: unknown) => PrintSettings[Name] } = {
  edgeitems: (value) => expectInteger("edgeitems", value, 0, LARGEST),
  threshold: (value) => expectInteger("threshold", value, 0, LARGEST, "use Number.MAX_SAFE_INTEGER for no summaries"),
  floatmode: (value) => expectOneOf("floatmode", value, MODES),
  precision: (value) => expectInteger("precision", value, 0, MOST_DIGITS + 1, 'use floatmode "unique" for all digits'),
  suppress: (value) => expectBoolean("suppress", value),
  linewidth: (value) => expectInteger("linewidth", value, 0, LARGEST, "use Number.MAX_SAFE_INTEGER for no breaks"),
  nanstr: (value) => expectText("nanstr", value),
  infstr: (value) => expectText("infstr", value),
  sign: (value) => expectOneOf("sign", value, ["-", "+", " "]),
  formatter: expectFormatter,
};
/** The names of all options. */
export const PRINT_OPTIONS = Object.keys(CHECKS) as readonly (keyof PrintSettings)[];

const DEFAULTS: PrintSettings = {
  edgeitems: 3,
  threshold: 1000,
  floatmode: "maxprec",
  precision: 8,
  suppress: false,
  linewidth: 75,
  nanstr: "nan",
  infstr: "inf",
  sign: "-",
  formatter: ownOf({}),
};
let current = DEFAULTS;

/** The options that hold in this thread, those that are given (and known) instead of the current ones. */
export function settingsWith(given: PrintOptions): PrintSettings {
  const checked = PRINT_OPTIONS.filter((name) => given[name] !== undefined).map((name) => [
    name,
    CHECKS[name](given[name]),
  ]);
  return { ...current, ...(Object.fromEntries(checked) as Partial<PrintSettings>) };
}

/**
 * Changes how arrays are printed in this thread: by `toString`, `console.log`, and the functions that make texts of
 * them. Options that are left out stay as they are, but `formatter` is always set, to none if it is left out. After
 * `np.set_printoptions`.
 *
 * @example setPrintOptions({ precision: 3, suppress: true })
 * @throws {TypeError} If an option is unknown, or of the wrong type.
 * @throws {RangeError} If a number is out of range.
 */
export function setPrintOptions(options: PrintOptions): void {
  current = changed(options, "setPrintOptions");
}

function changed(options: PrintOptions, of: string): PrintSettings {
  const given = expectKnown(options, PRINT_OPTIONS, of);
  return {
    ...settingsWith(given),
    formatter: given.formatter === undefined ? DEFAULTS.formatter : expectFormatter(given.formatter),
  };
}

/**
 * How arrays are printed in this thread now. The object is a copy, which `setPrintOptions` takes. After
 * `np.get_printoptions`.
 *
 * @example getPrintOptions().precision // 8
 */
export function getPrintOptions(): PrintSettings;
export function getPrintOptions(...extra: unknown[]): PrintSettings {
  expectNoOptions(extra, "getPrintOptions");
  return { ...current, formatter: { ...current.formatter } };
}

/**
 * Calls `fn` with other options, and returns its result. The options that held before hold again when it ends, even if
 * it throws. As `setPrintOptions`, it sets `formatter` too. After `with np.printoptions(…)`.
 *
 * @example printOptions({ precision: 2 }, () => String(a))
 * @throws {TypeError} If an option is wrong, or `fn` returns a promise: other work would print with these options, too.
 * @throws {RangeError} If a number is out of range.
 */
export function printOptions<T>(options: PrintOptions, fn: () => T): T;
export function printOptions<T>(options: PrintOptions, fn: () => T, ...extra: unknown[]): T {
  const settings = changed(options, "printOptions");
  if (typeof fn !== "function") throw new TypeError(`Expected \`fn\` to be a function, got ${show(fn)}`);
  expectNoOptions(extra, "printOptions");
  const before = current;
  try {
    current = settings;
    const result = fn();
    refusePromise(result, "fn", "print in a function that does not wait, or give the options to array2string");
    return result;
  } finally {
    current = before;
  }
}

/** Checks for a text. */
export function expectText(what: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`Expected \`${what}\` to be a string, got ${show(value)}`);
}

function expectFormatter(value: unknown): Formatter {
  const given = expectKnown(value as Formatter, ["all", "bool", "int", "float", "complexfloat"], "formatter");
  for (const [kind, print] of Object.entries(given)) {
    if (print === undefined || typeof print === "function") continue;
    throw new TypeError(`Expected \`formatter.${kind}\` to be a function, got ${show(print)}`);
  }
  return given;
}
