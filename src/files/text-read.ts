/** Reading a text file as rows: in parts, on this thread or by the workers of a pool, put together in order. */
import { type DType, dtypes } from "../base/dtype.js";
import { FormatError } from "../base/errors.js";
import { expectPath, show } from "../base/expect.js";
import { arrayOf, type NDArray } from "../ndarray/ndarray.js";
import { writtenStrided } from "../ndarray/storage.js";
import type { Pool } from "../parallel/pool.js";
import { resolvePath } from "../platform/runtime.js";
import { defineTask } from "../wire/functions.js";
import { performOn, readFile, readFileSync, type Steps } from "./steps.js";
import type { TextFormat } from "./text-format.js";
import { afterLines, beforeRows, linesIn, type Stretch, type TextFile } from "./text-lines.js";
import type { TextPlan } from "./text-options.js";
import { type Limits, type Rows, rowsOf } from "./text-rows.js";

/** The bytes of a part. It depends on nothing else, so that any number of workers reads the same parts. */
const PART_BYTES = 1 << 21;

/** The rows that begin in a part. */
function* rowsIn(file: TextFile, part: Stretch, all: Stretch, format: TextFormat, limits: Limits): Steps<Rows> {
  return rowsOf(yield* linesIn(file, part, all), format, limits);
}

/** What a worker does: it opens the file itself, so that only rows travel. */
const readPart = defineTask(
  import.meta.url,
  "readPart",
  (file: TextFile, part: Stretch, all: Stretch, format: TextFormat, limits: Limits): Rows =>
    readFileSync(file.path, () => rowsIn(file, part, all, format, limits)),
);

/** The path of a text file, or its lines. */
export type TextSource = string | readonly string[];

/** The array in a text file, or in its lines. */
export function readTextSync(source: TextSource, plan: TextPlan): NDArray<DType> {
  if (typeof source !== "string") return readLines(source, plan);
  const path = expectPath(source);
  return readFileSync(path, (size) => reading({ path, size }, plan)).finish();
}

/** As `readTextSync`, without blocking this thread, and on the workers of a pool if there is one. */
export async function readText(source: TextSource, plan: TextPlan): Promise<NDArray<DType>> {
  if (typeof source !== "string") return readLines(source, { ...plan, pool: undefined }); // workers have only files
  const path = expectPath(source);
  const file = { path: resolvePath(path), size: 0 };
  const table = await readFile(path, (size) => reading({ path, size }, plan));
  if (plan.pool) await readParts({ ...file, size: table.file.size }, table, plan, plan.pool);
  return table.finish();
}

/** @throws {TypeError} If an item is not one line. */
function readLines(lines: unknown, plan: TextPlan): NDArray<DType> {
  if (!Array.isArray(lines)) {
    throw new TypeError(`Expected \`source\` to be the path of a file or a list of lines, got ${show(lines)}`);
  }
  const whole = Array.from(lines, (line: unknown, i) => {
    if (typeof line === "string" && !/[\r\n]./s.test(line)) return line.replace(/[\r\n]$/, "");
    const cure = typeof line === "string" ? ' (write text.split("\\n"))' : "";
    throw new TypeError(`Expected \`source[${i}]\` to be one line of text, got ${show(line)}${cure}`);
  });
  const bytes = new TextEncoder().encode(whole.join("\n"));
  return performOn(bytes, (size) => reading({ path: "the lines", size }, plan)).finish();
}

/** Reads all parts or, with a pool, those up to the first row, which says how many columns there are. */
function* reading(file: TextFile, plan: TextPlan): Steps<Table> {
  const start = yield* afterLines(file, plan.skipLines);
  const whole = { start, end: file.size };
  const isRow = (line: Uint8Array) => rowsOf(line, { ...plan.format, usecols: [] }, ANY).count > 0;
  const end = yield* beforeRows(file, whole, plan.skipRows, isRow);
  const table = new Table(file, plan, { start, end });
  for (let part = table.next(); part; part = table.next()) {
    if (plan.pool && table.columns !== undefined) break;
    table.add(yield* rowsIn(file, part, table.all, plan.format, table.limits));
  }
  return table;
}
const ANY: Limits = { columns: undefined, fields: undefined, maxRows: 1 };

/** Reads the other parts on workers, a few at a time, and takes their rows in order. */
async function readParts(file: TextFile, table: Table, { format }: TextPlan, pool: Pool): Promise<void> {
  const { all, limits } = table;
  const running: Promise<Rows>[] = [];
  const most = 2 * Math.max(1, pool.workers);
  let begun = table.done;
  const begin = () => {
    for (; running.length < most && begun < table.total; begun++) {
      const rows = pool.run(readPart, [file, table.part(begun), all, format, limits]);
      rows.catch(() => {}); // it is awaited in its turn
      running.push(rows);
    }
  };
  try {
    for (begin(); running.length > 0 && table.next(); begin()) table.add(await running.shift()!);
  } finally {
    await Promise.allSettled(running); // nothing of this call goes on after it
  }
}

/** The rows of all parts so far. */
class Table {
  readonly file: TextFile;
  readonly all: Stretch;
  readonly #plan: TextPlan;
  readonly #parts: Rows[] = [];
  #count = 0;
  #lines: number;
  columns: number | undefined;
  #fields: number | undefined;

  constructor(file: TextFile, plan: TextPlan, all: Stretch) {
    this.file = file;
    this.all = all;
    this.#plan = plan;
    this.#lines = plan.skipLines;
  }

  get total(): number {
    return Math.ceil((this.all.end - this.all.start) / PART_BYTES);
  }
  get done(): number {
    return this.#parts.length;
  }
  get limits(): Limits {
    return { columns: this.columns, fields: this.#fields, maxRows: this.#plan.maxRows - this.#count };
  }
  part(index: number): Stretch {
    const start = this.all.start + index * PART_BYTES;
    return { start, end: Math.min(start + PART_BYTES, this.all.end) };
  }
  /** The next part to read; `undefined` if there is none, or there are enough rows. */
  next(): Stretch | undefined {
    return this.done < this.total && this.#count < this.#plan.maxRows ? this.part(this.done) : undefined;
  }

  /** Takes the rows of the next part. */
  add(rows: Rows): void {
    this.#parts.push(rows);
    this.#count += rows.count;
    this.columns ??= rows.columns;
    this.#fields ??= rows.fields;
    if (rows.problem && this.#count < this.#plan.maxRows) {
      const { line, column, expected, got } = rows.problem;
      const { path } = this.file;
      const place = `line ${this.#lines + line + 1}${column === undefined ? "" : `, column ${column}`}`;
      throw new FormatError(`Expected ${show(path)} to have ${expected} in ${place}, got ${got}`, { key: path });
    }
    this.#lines += rows.lines;
    this.#plan.onProgress({ done: this.done, total: this.total });
  }

  /** The array of all rows. */
  finish(): NDArray<DType> {
    const { format, named, maxRows, ndmin, unpack } = this.#plan;
    const count = Math.min(this.#count, maxRows);
    const columns = this.columns ?? (format.missing ? undefined : format.usecols?.length);
    const shape = shapeOf(count, columns, ndmin, unpack);
    const made = writtenStrided(shape, format.dtype, named, ({ elements: { raw } }) => {
      const { store } = dtypes[format.dtype];
      const isTurned = unpack && shape.length === 2;
      let row = 0;
      for (const { values, count: rows } of this.#parts) {
        const wanted = Math.min(rows, count - row);
        for (let i = 0; i < wanted * (columns ?? 0); i++) {
          const value = values[i] as number;
          const at = isTurned ? (i % columns!) * count + row + Math.floor(i / columns!) : row * columns! + i;
          raw[at] = store ? store(value) : value;
        }
        row += wanted;
      }
    });
    return arrayOf(made);
  }
}

/** One row or column has one axis, and one number none, unless there must be more. `unpack` turns them. */
function shapeOf(count: number, columns: number | undefined, ndmin: number, unpack: boolean): readonly number[] {
  const whole = columns === undefined ? [0, 1] : [count, columns];
  if (ndmin === 2) return unpack ? whole.reverse() : whole;
  const squeezed = whole.filter((length) => length !== 1);
  if (squeezed.length === 0 && ndmin === 1) return [1];
  return unpack ? squeezed.reverse() : squeezed;
}
