/** The table of chunk sizes that commands print. */
import type { TuneReport } from "../index.js";

const BAR = 40;

/** Makes one line per chunk size, with a bar for its time. Marks the automatic size and the best one. */
export function chunkTable({ rows, best, auto }: TuneReport): string {
  const slowest = Math.max(...rows.map((row) => row.ms));
  const lines = rows.map(({ chunkSize, chunks, ms }) => {
    const marks = `${chunkSize === auto ? " <- auto" : ""}${chunkSize === best ? " <- best" : ""}`;
    const bar = "#".repeat(Math.max(1, Math.round((BAR * ms) / slowest)));
    const numbers = `${String(chunkSize).padStart(10)} ${String(chunks).padStart(8)} ${ms.toFixed(3).padStart(9)}`;
    return `${numbers}  ${bar}${marks}`;
  });
  return ["chunk size   chunks        ms", ...lines].join("\n");
}
