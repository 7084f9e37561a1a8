// Scenario 31. arange(1e6): four chunks by hand with Process and slices, then the same in one line with pool.map.
import { arange, arrayEqual, Pool, Process } from "shared-ndarray";

const n = 1_000_000;
using byHand = arange(n),
  byPool = arange(n);
console.time("by hand");
await Promise.all(
  [0, 1, 2, 3].map((k) =>
    new Process(
      (a) => {
        const x = a.flat;
        for (let i = 0; i < x.length; i++) x[i]! *= x[i]!;
      },
      [byHand.slice([(k * n) / 4, ((k + 1) * n) / 4])],
    )
      .start()
      .join(),
  ),
);
console.timeEnd("by hand");

await using pool = new Pool();
await pool.ready();
console.time("pool.map");
await pool.map(byPool, (x) => x * x, { out: byPool });
console.timeEnd("pool.map");
console.log(arrayEqual(byHand, byPool));
