/** Output of the commands: tables for people, JSON for programs. */

/** Prints indented JSON on stdout. Numbers that JSON does not have become text: 64-bit integers, NaN, Infinity. */
export function printJson(value: unknown): void {
  const isNone = (item: unknown) => typeof item === "bigint" || (typeof item === "number" && !Number.isFinite(item));
  console.log(JSON.stringify(value, (_, item) => (isNone(item) ? String(item) : item), 2));
}

/** Prints a table. Each column is as wide as its widest text; those named in `right` are aligned to the right. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): void {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (right.includes(head[i]!) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  for (const row of [head, ...rows]) console.log(line(row));
}

/** A size as text, such as "928 B" or "7.6 MiB". */
export function byteText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return step === 0 ? `${bytes} B` : `${(bytes / 1024 ** step).toFixed(1)} ${units[step]}`;
}

/** A shape as text, such as "[3, 4]"; "-" if there is none. */
export const shapeText = (shape: readonly number[] | undefined): string => (shape ? `[${shape.join(", ")}]` : "-");
