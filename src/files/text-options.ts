/** The options of `loadtxt` and `genfromtxt`, checked. */
import { type DType, expectDType, type StoredOf } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectIntegers, expectKnown, show } from "../base/expect.js";
import { expectPlace } from "../memory/names/place.js";
import type { NameOptions } from "../memory/shared-memory.js";
import { Pool } from "../parallel/pool.js";
import { type Missing, readerOf, type TextFormat } from "./text-format.js";

/** What `loadtxt` and `genfromtxt` have in common. */
export interface TextOptions<D extends DType, N extends number> extends NameOptions {
  /** The type of the elements; default `"float64"`. */
  readonly dtype?: D | undefined;
  /** The character between two numbers. By default any run of spaces and tabs. */
  readonly delimiter?: string | undefined;
  /** The text with which a comment begins, which reaches to the end of its line; default `"#"`, and `""` for none. */
  readonly comments?: string | undefined;
  /** The columns to read, counted from 0, or from the end if they are negative. By default all. */
  readonly usecols?: number | readonly number[] | undefined;
  /** Whether to return the columns as rows, for `const [x, y] = …`; default false. */
  readonly unpack?: boolean | undefined;
  /** The most rows to read. By default all. */
  readonly maxRows?: number | undefined;
  /** The least number of axes: 0, the default, 1 or 2. One row or column is an array of rank 1 with less than 2. */
  readonly ndmin?: N | undefined;
}
/** The options of the forms that are awaited. */
export interface AwaitedTextOptions {
  /** A pool whose workers read parts of the file. The result is the same for any number of workers. */
  readonly pool?: Pool | undefined;
  /** Called when a part of the file has been read, with the number of parts that are done and of all parts. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}
/** The options of `loadtxt`. */
export interface LoadtxtOptions<D extends DType, N extends number> extends TextOptions<D, N> {
  /** The lines to skip at the beginning, comments included; default 0. */
  readonly skiprows?: number | undefined;
}
/** The options of `genfromtxt`. */
export interface GenfromtxtOptions<D extends DType, N extends number> extends TextOptions<D, N> {
  /** The lines to skip at the beginning; default 0. */
  readonly skipHeader?: number | undefined;
  /** The rows to skip at the end, of any length; default 0. It cannot be combined with `maxRows`. */
  readonly skipFooter?: number | undefined;
  /** Texts that stand for missing numbers, besides empty ones, if `loose` is false. */
  readonly missingValues?: string | readonly string[] | undefined;
  /** What missing numbers become: one for all columns, or a list. By default NaN, -1 or false. */
  readonly fillingValues?: StoredOf<D> | number | readonly (StoredOf<D> | number)[] | undefined;
  /** Whether any text that is no number counts as missing; default true. */
  readonly loose?: boolean | undefined;
  /** Whether a row with another number of columns is an error, the default, or left out. */
  readonly invalidRaise?: boolean | undefined;
}

/** What is to be read, and what becomes of it. */
export interface TextPlan {
  readonly format: TextFormat;
  readonly skipLines: number;
  readonly skipRows: number;
  readonly maxRows: number;
  readonly ndmin: number;
  readonly unpack: boolean;
  readonly named: NameOptions;
  readonly pool: Pool | undefined;
  readonly onProgress: NonNullable<AwaitedTextOptions["onProgress"]>;
}

const MOST = Number.MAX_SAFE_INTEGER;
const COMMON = ["dtype", "delimiter", "comments", "usecols", "unpack", "maxRows", "ndmin", "name", "scope"];
const AWAITED = ["pool", "onProgress"];
const LOADTXT = ["skiprows"];
const GENFROMTXT = ["skipHeader", "skipFooter", "missingValues", "fillingValues", "loose", "invalidRaise"];

type Given<O> = (O & AwaitedTextOptions) | undefined;

export function expectLoadtxt(given: Given<LoadtxtOptions<DType, number>>, of: string, isSync: boolean): TextPlan {
  const options = expectKnown(given, [...COMMON, ...LOADTXT, ...(isSync ? [] : AWAITED)], of);
  const skipLines = expectInteger("skiprows", options.skiprows === undefined ? 0 : options.skiprows, 0, MOST);
  return { ...expectCommon(options, undefined), skipLines, skipRows: 0 };
}

export function expectGenfromtxt(
  given: Given<GenfromtxtOptions<DType, number>>,
  of: string,
  isSync: boolean,
): TextPlan {
  const options = expectKnown(given, [...COMMON, ...GENFROMTXT, ...(isSync ? [] : AWAITED)], of);
  const { skipHeader = 0, skipFooter = 0 } = options;
  const skipLines = expectInteger("skipHeader", skipHeader, 0, MOST);
  const skipRows = expectInteger("skipFooter", skipFooter, 0, MOST);
  if (skipRows > 0 && options.maxRows !== undefined) {
    throw new TypeError(`Expected no \`maxRows\` with \`skipFooter\`, got ${show(options.maxRows)}`);
  }
  return { ...expectCommon(options, expectMissing(options)), skipLines, skipRows };
}

function expectCommon(
  options: TextOptions<DType, number> & AwaitedTextOptions,
  missing: Missing | undefined,
): Omit<TextPlan, "skipLines" | "skipRows"> {
  const { dtype = "float64", name, scope, maxRows, ndmin = 0, pool, onProgress } = options;
  const usecols = expectUsecols(options.usecols);
  const named = { name, scope };
  expectPlace(named);
  if (pool !== undefined && !(pool instanceof Pool)) {
    throw new TypeError(`Expected \`pool\` to be a Pool, got ${show(pool)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError(`Expected \`onProgress\` to be a function, got ${show(onProgress)}`);
  }
  if (missing?.fills && missing.fills.length > 1 && usecols && missing.fills.length !== usecols.length) {
    const got = `${missing.fills.length} for ${usecols.length} columns`;
    throw new RangeError(`Expected \`fillingValues\` to be one, or one for each column of \`usecols\`, got ${got}`);
  }
  return {
    format: {
      dtype: expectDType(dtype),
      delimiter: expectDelimiter(options.delimiter),
      comment: expectComments(options.comments),
      usecols,
      missing,
    },
    maxRows: maxRows === undefined ? Number.POSITIVE_INFINITY : expectInteger("maxRows", maxRows, 0, MOST),
    ndmin: expectInteger("ndmin", ndmin, 0, 3),
    unpack: expectBoolean("unpack", options.unpack),
    named,
    pool,
    onProgress: onProgress ?? (() => {}),
  };
}

function expectDelimiter(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const byte = typeof given === "string" && given.length === 1 ? given.charCodeAt(0) : 0;
  if (byte > 0 && byte < 0x80 && given !== "\n" && given !== "\r") return byte;
  throw new TypeError(`Expected \`delimiter\` to be one ASCII character of a line, got ${show(given)}`);
}

function expectComments(given: unknown = "#"): number[] {
  if (typeof given === "string" && !/[\r\n]/.test(given)) return [...new TextEncoder().encode(given)];
  throw new TypeError(`Expected \`comments\` to be a text without line breaks ("" for none), got ${show(given)}`);
}

function expectUsecols(given: unknown): readonly number[] | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "number") return [expectInteger("usecols", given, -MOST, MOST)];
  return expectIntegers("usecols", given, -MOST, MOST);
}

function expectMissing(options: Partial<GenfromtxtOptions<DType, number>>): Missing {
  const dtype = expectDType(options.dtype === undefined ? "float64" : options.dtype);
  const { missingValues = [], fillingValues, loose, invalidRaise } = options;
  const words = typeof missingValues === "string" ? [missingValues] : missingValues;
  if (!Array.isArray(words) || words.some((word) => typeof word !== "string")) {
    throw new TypeError(`Expected \`missingValues\` to be a text or a list of texts, got ${show(missingValues)}`);
  }
  const isLoose = loose === undefined || expectBoolean("loose", loose);
  const isRaised = invalidRaise === undefined || expectBoolean("invalidRaise", invalidRaise);
  const given = Array.isArray(fillingValues) ? fillingValues : [fillingValues];
  const fills = fillingValues === undefined ? defaultFills(dtype) : given.map((fill) => expectFill(fill, dtype));
  return { fills, isLoose, words: [...words], isRaised };
}

function defaultFills(dtype: DType): readonly (number | bigint)[] | undefined {
  if (dtype === "bool") return [0];
  if (dtype.startsWith("float")) return [Number.NaN];
  if (dtype.startsWith("u")) return undefined;
  return [dtype === "int64" ? -1n : -1];
}

/** A value that the dtype can hold: what is written for it must be read as it. */
function expectFill(fill: unknown, dtype: DType): number | bigint {
  const text = new TextEncoder().encode(typeof fill === "boolean" ? String(Number(fill)) : String(fill));
  const isValue = ["number", "bigint", "boolean"].includes(typeof fill);
  const value = isValue ? readerOf(dtype, false)(text, 0, text.length) : undefined;
  if (value !== undefined) return value;
  const message = `Expected \`fillingValues\` to be numbers that ${dtype} can hold, got ${show(fill)}`;
  throw new DTypeError(message, { dtype: typeof fill, expected: dtype });
}
