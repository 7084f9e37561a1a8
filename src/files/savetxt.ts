/** `savetxt`: rows of numbers in a text file. */
import type { DType, Scalar } from "../base/dtype.js";
import { ShapeError } from "../base/errors.js";
import { expectKnown, expectPath, show } from "../base/expect.js";
import { aliasOf } from "../memory/shared-memory.js";
import { scalars } from "../ndarray/lists.js";
import { type ReadonlyNDArray, stridedOf } from "../ndarray/ndarray.js";
import { replaceFile, replaceFileSync } from "../system/replace-file.js";
import { type Format, parseFormat, printed } from "./printf.js";

/** How numbers and rows are written. */
export interface SavetxtOptions {
  /**
   * A format of C for each number, such as `"%d"` or `"%.3f"`; a list of them, one for each column; or one for the
   * whole row, such as `"%d: %g"`. Default `"%.18e"`, from which every float64 can be read again.
   */
  readonly fmt?: string | readonly string[] | undefined;
  /** What is between two numbers; default a space. */
  readonly delimiter?: string | undefined;
  /** What ends a row; default a line break. */
  readonly newline?: string | undefined;
  /** Text before the rows. Each of its lines is a comment. */
  readonly header?: string | undefined;
  /** Text after the rows. Each of its lines is a comment. */
  readonly footer?: string | undefined;
  /** What precedes each line of `header` and `footer`; default `"# "`. */
  readonly comments?: string | undefined;
}

/**
 * Writes an array of rank 1 or 2 to a text file, a row per line; the numbers of rank 1 are a column. Like all files, it
 * is replaced as a whole.
 *
 * @example await savetxt("points.csv", points, { delimiter: ",", fmt: "%.6g", header: "x,y", comments: "" });
 *
 * After `np.savetxt`.
 * @throws {ShapeError} If the array has another rank.
 * @throws {TypeError} If a format has another number of places than there are columns.
 * @throws {RangeError} If an element is no integer, and its format needs one.
 * @throws {ClosedError} If the array is closed.
 */
export async function savetxt(path: string, a: ReadonlyNDArray, options?: SavetxtOptions): Promise<void> {
  const pieces = textOf(a, options, "savetxt");
  expectPath(path);
  using _ = aliasOf(stridedOf(a).elements.memory); // a `close()` in the meantime would unmap what is still to be read
  await replaceFile(path, pieces);
}

/** As `savetxt`, but it blocks this thread. */
export function savetxtSync(path: string, a: ReadonlyNDArray, options?: SavetxtOptions): void {
  const pieces = textOf(a, options, "savetxtSync");
  replaceFileSync(expectPath(path), pieces);
}

const OPTIONS = ["fmt", "delimiter", "newline", "header", "footer", "comments"];
/** Text is encoded in pieces of about this many characters. */
const PIECE_CHARS = 1 << 20;

/** The file in pieces. Arguments are checked now, and elements are printed when a piece is asked for. */
function textOf(a: ReadonlyNDArray, options: SavetxtOptions | undefined, of: string): Iterable<Uint8Array> {
  const given = expectKnown(options, OPTIONS, of);
  const text = (name: "delimiter" | "newline" | "header" | "footer" | "comments", fallback: string): string => {
    const value: unknown = given[name] === undefined ? fallback : given[name];
    if (typeof value === "string") return value;
    throw new TypeError(`Expected \`${name}\` to be a text, got ${show(value)}`);
  };
  const [delimiter, newline, comments] = [text("delimiter", " "), text("newline", "\n"), text("comments", "# ")];
  const { view, elements } = stridedOf(a);
  const { shape } = view;
  if (shape.length !== 1 && shape.length !== 2) {
    const message = `Expected an array of rank 1 or 2, whose rows are lines, got shape ${show(shape)}`;
    throw new ShapeError(message, { shape, expected: [-1, -1] });
  }
  const columns = shape[1] ?? 1;
  const format = rowFormat(given.fmt === undefined ? "%.18e" : given.fmt, columns, delimiter);
  const note = (name: "header" | "footer") => {
    const lines = text(name, "");
    return lines === "" ? "" : `${comments}${lines.replaceAll("\n", `\n${comments}`)}${newline}`;
  };
  const [header, footer] = [note("header"), note("footer")];
  return pieces({
    header,
    footer,
    newline,
    format,
    columns,
    values: scalars({ elements, view }),
    dtype: elements.dtype,
  });
}

/** The format of a whole row. */
function rowFormat(fmt: unknown, columns: number, delimiter: string): Format {
  if (Array.isArray(fmt)) {
    if (fmt.length !== columns) {
      throw new TypeError(`Expected \`fmt\` to be ${columns} formats, one for each column, got ${fmt.length}`);
    }
    return parseFormat(fmt.map((one) => expectFormat(one)).join(literal(delimiter)));
  }
  const format = parseFormat(expectFormat(fmt));
  const places = format.filter((part) => typeof part === "object").length;
  if (places === 1) return parseFormat(new Array<unknown>(columns).fill(fmt).join(literal(delimiter)));
  if (places === columns) return format;
  const got = `${show(fmt)}, which has ${places}`;
  throw new TypeError(
    `Expected \`fmt\` to have one place for a number, or ${columns}, one for each column, got ${got}`,
  );
}

const literal = (text: string) => text.replaceAll("%", "%%");
function expectFormat(fmt: unknown): string {
  if (typeof fmt === "string") return fmt;
  throw new TypeError(`Expected \`fmt\` to be a text such as "%.3f", or a list of them, got ${show(fmt)}`);
}

interface Text {
  readonly header: string;
  readonly footer: string;
  readonly newline: string;
  readonly format: Format;
  readonly columns: number;
  readonly values: Iterable<Scalar>;
  readonly dtype: DType;
}

function* pieces({ header, footer, newline, format, columns, values, dtype }: Text): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = header;
  let row: Scalar[] = [];
  for (const value of values) {
    row.push(value);
    if (row.length < columns) continue;
    let next = 0;
    for (const part of format) text += typeof part === "string" ? part : printed(part, row[next++]!, dtype);
    text += newline;
    row = [];
    if (text.length < PIECE_CHARS) continue;
    yield encoder.encode(text);
    text = "";
  }
  yield encoder.encode(text + footer);
}
