// Scenario 33. A table of times by chunk size for a million floats, with the automatic size marked.
import { arange, emptyLike, Pool } from "shared-ndarray";

await using pool = new Pool();
const a = arange(1_000_000);
const out = emptyLike(a);
const { rows, best, auto } = await pool.tune(a.size, (chunkSize) => pool.map(a, (x) => x * x, { out, chunkSize }));
const slowest = Math.max(...rows.map((row) => row.ms));
for (const { chunkSize, ms } of rows) {
  const mark = (chunkSize === auto ? " <- auto" : "") + (chunkSize === best ? " <- best" : "");
  console.log(String(chunkSize).padStart(9), ms.toFixed(3).padStart(8), "#".repeat((40 * ms) / slowest) + mark);
}
