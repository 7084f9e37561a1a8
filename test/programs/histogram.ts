/** A histogram with a reducer of one's own: each chunk counts into a list, and the lists are added in a fixed order. */
import { arange, Pool, remainder } from "shared-ndarray";

const values = remainder(arange(100_000), 100); // 1,000 times each of 0, 1, …, 99
await using pool = new Pool({ workers: 2 });
const counts = await pool.reduce(
  values,
  {
    init: ({ bins }) => new Array<number>(bins).fill(0),
    chunk: (found, rows, _, { bins, width }) => {
      for (const value of rows.flat) found[Math.min(bins - 1, Math.floor(value / width))]! += 1;
      return found;
    },
    combine: (left, right) => left.map((count, bin) => count + right[bin]!),
  },
  { params: { bins: 5, width: 20 } },
);
console.log(counts);
