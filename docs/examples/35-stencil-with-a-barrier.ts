// Scenario 35. A five-point stencil on a 1000 × 1000 grid, with halo rows, double-buffered with a Barrier.
import { arrayEqual, Pool, zeros } from "shared-ndarray";

const n = 1000,
  steps = 100;
function heated() {
  const g = zeros([n, n]);
  g.slice(0).fill(100);
  return g;
}
let [a, b] = [heated(), heated()],
  [c, d] = [heated(), heated()];

await using pool = new Pool();
await pool.broadcast(
  (me, a, b, steps) => {
    // `broadcast` runs this in every worker at the same time, so they may wait for each other
    const n = a.shape[0],
      [lo, hi] = me.share(1, n - 1);
    let src = a.flat,
      dst = b.flat;
    for (let t = 0; t < steps; t++) {
      for (let r = lo; r < hi; r++)
        for (let i = r * n + 1; i < r * n + n - 1; i++)
          dst[i] = 0.25 * (src[i - n]! + src[i + n]! + src[i - 1]! + src[i + 1]!);
      me.barrier.waitSync();
      [src, dst] = [dst, src];
    }
  },
  [a, b, steps],
);

for (let t = 0; t < steps; t++) {
  // the same as in NumPy, without a barrier or an index; the pool fuses it and runs it in parallel
  await pool.map(
    [c.slice(":-2, 1:-1"), c.slice("2:, 1:-1"), c.slice("1:-1, :-2"), c.slice("1:-1, 2:")],
    (north, south, west, east) => 0.25 * (north + south + west + east),
    { out: d.slice("1:-1, 1:-1") },
  );
  [c, d] = [d, c];
}
console.log(arrayEqual(steps % 2 ? b : a, c));
