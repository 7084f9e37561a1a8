/** Lines of text as rows of numbers. Pure: the same bytes give the same rows in every thread. */
import { show } from "../base/expect.js";
import type { ReadNumber } from "./number-text.js";
import { textOf } from "./number-text.js";
import { isLong, readerOf, type TextFormat } from "./text-format.js";

/** Elements while they are read: float64, or bigints for the 64-bit integers. */
export type Values = Float64Array | BigInt64Array | BigUint64Array;

/** The rows in some lines. */
export interface Rows {
  /** The elements, row after row. */
  readonly values: Values;
  readonly count: number;
  /** The elements of a row; `undefined` if there is no row. */
  readonly columns: number | undefined;
  /** The fields of the first row, of which some may not be read. */
  readonly fields: number | undefined;
  /** The lines that were read. */
  readonly lines: number;
  /** Why reading has ended before the last line. Its line is counted from the first of these lines, which is 0. */
  readonly problem: Problem | undefined;
}
export interface Problem {
  readonly line: number;
  /** Counted from 1; `undefined` if the problem is the whole line. */
  readonly column: number | undefined;
  readonly expected: string;
  readonly got: string;
}

/** What is known of the rows before. */
export interface Limits {
  /** The elements of a row, if there were any rows before. */
  readonly columns: number | undefined;
  /** The fields of the first row. Where numbers may be missing, columns are counted from its end. */
  readonly fields: number | undefined;
  /** No more rows are read. */
  readonly maxRows: number;
}

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
/** What may be around a number: a space, a tab, and the rarer ones between them. */
const isSpace = (byte: number): boolean => byte === SPACE || (byte >= TAB && byte <= RETURN);
const FIRST_VALUES = 1024;

/** The rows in bytes, which are whole lines. */
export function rowsOf(bytes: Uint8Array, format: TextFormat, limits: Limits): Rows {
  const reader = new RowReader(bytes, format, limits);
  reader.read();
  return reader.rows();
}

class RowReader {
  readonly #bytes: Uint8Array;
  readonly #format: TextFormat;
  readonly #maxRows: number;
  readonly #readNumber: ReadNumber;
  #values: Values;
  #size = 0;
  #count = 0;
  #columns: number | undefined;
  #firstFields: number | undefined;
  #lines = 0;
  #problem: Problem | undefined;
  /** Where the fields of the current line begin and end, without spaces around them. */
  #bounds = new Int32Array(64);
  #fields = 0;

  constructor(bytes: Uint8Array, format: TextFormat, { columns, fields, maxRows }: Limits) {
    this.#bytes = bytes;
    this.#format = format;
    this.#columns = columns;
    this.#firstFields = fields;
    this.#maxRows = maxRows;
    this.#readNumber = readerOf(format.dtype, format.missing !== undefined);
    this.#values = newValues(format, FIRST_VALUES);
  }

  read(): void {
    const bytes = this.#bytes;
    for (let start = 0; start < bytes.length && this.#count < this.#maxRows && !this.#problem; this.#lines++) {
      let end = start;
      while (end < bytes.length && bytes[end] !== NEWLINE && bytes[end] !== RETURN) end++;
      this.#split(start, this.#commentOf(start, end));
      if (this.#fields > 0) this.#row();
      start = end + (bytes[end] === RETURN && bytes[end + 1] === NEWLINE ? 2 : 1);
    }
  }

  rows(): Rows {
    return {
      values: this.#values.slice(0, this.#size),
      count: this.#count,
      columns: this.#columns,
      fields: this.#firstFields,
      lines: this.#lines,
      problem: this.#problem,
    };
  }

  /** Where a line ends without its comment. */
  #commentOf(start: number, end: number): number {
    const { comment } = this.#format;
    const [first] = comment;
    if (first === undefined) return end;
    const bytes = this.#bytes;
    for (let i = start; i <= end - comment.length; i++) {
      if (bytes[i] !== first) continue;
      let length = 1;
      while (length < comment.length && bytes[i + length] === comment[length]) length++;
      if (length === comment.length) return i;
    }
    return end;
  }

  #split(start: number, end: number): void {
    const bytes = this.#bytes;
    const { delimiter } = this.#format;
    this.#fields = 0;
    let i = start;
    while (i < end && isSpace(bytes[i]!)) i++;
    if (i === end) return; // an empty line is no row
    if (delimiter === undefined) {
      while (i < end) {
        const first = i;
        while (i < end && !isSpace(bytes[i]!)) i++;
        this.#field(first, i);
        while (i < end && isSpace(bytes[i]!)) i++;
      }
      return;
    }
    for (let first = start; ; first = i + 1) {
      i = first;
      while (i < end && bytes[i] !== delimiter) i++;
      let [from, to] = [first, i];
      while (from < to && isSpace(bytes[from]!)) from++;
      while (to > from && isSpace(bytes[to - 1]!)) to--;
      this.#field(from, to);
      if (i >= end) return;
    }
  }

  #field(start: number, end: number): void {
    const at = 2 * this.#fields++;
    if (at === this.#bounds.length) {
      const longer = new Int32Array(2 * at);
      longer.set(this.#bounds);
      this.#bounds = longer;
    }
    this.#bounds[at] = start;
    this.#bounds[at + 1] = end;
  }

  #row(): void {
    const { usecols, missing } = this.#format;
    const columns = usecols?.length ?? this.#fields;
    this.#firstFields ??= this.#fields;
    if (this.#columns !== undefined && columns !== this.#columns) {
      if (missing && !missing.isRaised) return;
      this.#fail(undefined, `${this.#columns} columns, as the rows before have`, String(columns));
      return;
    }
    if (this.#size + columns > this.#values.length) this.#grow(columns);
    for (let column = 0; column < columns; column++) {
      const wanted = usecols ? usecols[column]! : column;
      const field = wanted < 0 ? wanted + (missing ? this.#firstFields : this.#fields) : wanted;
      if (field < 0 || field >= this.#fields) {
        if (missing && !missing.isRaised) return;
        this.#fail(undefined, `a column ${wanted}, as \`usecols\` says`, `${this.#fields} columns`);
        return;
      }
      const value = this.#value(column, field);
      if (value === undefined) return;
      (this.#values as Float64Array)[this.#size + column] = value as number;
    }
    this.#columns = columns;
    this.#size += columns;
    this.#count++;
  }

  #value(column: number, field: number): number | bigint | undefined {
    const [start, end] = [this.#bounds[2 * field]!, this.#bounds[2 * field + 1]!];
    const { missing, dtype } = this.#format;
    const value = this.#readNumber(this.#bytes, start, end);
    if (value !== undefined) return value;
    const text = textOf(this.#bytes, start, end);
    if (missing && (missing.isLoose || text === "" || missing.words.includes(text))) {
      if (missing.fills) return missing.fills[missing.fills.length === 1 ? 0 : column]!;
      this.#fail(field, `a number of ${dtype}`, `${show(text)} (pass \`fillingValues\` that ${dtype} can hold)`);
    } else this.#fail(field, `a number of ${dtype}`, show(text));
    return undefined;
  }

  #fail(field: number | undefined, expected: string, got: string): void {
    this.#problem = { line: this.#lines, column: field === undefined ? undefined : field + 1, expected, got };
  }

  #grow(columns: number): void {
    const longer = newValues(this.#format, 2 * this.#values.length + columns);
    longer.set(this.#values as never);
    this.#values = longer;
  }
}

/** Room for elements. */
export function newValues({ dtype }: Pick<TextFormat, "dtype">, length: number): Values {
  if (!isLong(dtype)) return new Float64Array(length);
  return dtype === "int64" ? new BigInt64Array(length) : new BigUint64Array(length);
}
