// Conway's Game of Life on 1000 × 1000 cells, written in several ways: what arrays that come and go cost, and what
// `tidy`, `out` and `map` save. NumPy's time is that of the first way.
import { execFileSync } from "node:child_process";
import * as nd from "../dist/index.js";
import { keep, median, provenance } from "./report.mjs";

const SIDE = 1000;
const ROUNDS = 40;
const { add, bitwiseAnd, bitwiseOr, equal, map, tidy, zeros } = nd;

/** The eight neighbours of the inner cells, as views. */
const neighbours = (cells) => {
  const parts = [];
  for (const rows of ["0:-2", "1:-1", "2:"]) for (const columns of ["0:-2", "1:-1", "2:"]) parts.push([rows, columns]);
  return parts.filter(([r, c]) => r !== "1:-1" || c !== "1:-1").map(([r, c]) => cells.slice(`${r}, ${c}`));
};
const first = () => {
  const cells = zeros([SIDE + 2, SIDE + 2], { dtype: "uint8" });
  const flat = cells.flat;
  for (let k = 0; k < flat.length; k++) flat[k] = Math.imul(k, 2654435761) >>> 31;
  return cells;
};

function step(cells) {
  const [one, ...others] = neighbours(cells);
  let count = one;
  for (const other of others) count = add(count, other);
  const inner = cells.slice("1:-1, 1:-1");
  const lives = bitwiseOr(equal(count, 3), bitwiseAnd(equal(count, 2), equal(inner, 1)));
  inner.assign(lives.astype("uint8"));
}

function stepperWithOut(cells) {
  const [one, ...others] = neighbours(cells);
  const inner = cells.slice("1:-1, 1:-1");
  const count = zeros(inner.shape, { dtype: "uint8" });
  const [three, two, alive] = [0, 1, 2].map(() => zeros(inner.shape, { dtype: "bool" }));
  return () => {
    count.assign(one);
    for (const other of others) add(count, other, { out: count });
    equal(count, 3, { out: three });
    bitwiseAnd(equal(count, 2, { out: two }), equal(inner, 1, { out: alive }), { out: two });
    inner.assign(bitwiseOr(three, two, { out: three }));
  };
}

const rule = (c, a, b, d, e, f, g, h, i) => {
  const count = a + b + d + e + f + g + h + i;
  return count === 3 ? 1 : count === 2 ? c : 0;
};
function stepperWithMap(cells, run) {
  const inner = cells.slice("1:-1, 1:-1");
  const next = zeros(inner.shape, { dtype: "uint8" });
  return () => {
    run([inner, ...neighbours(cells)], rule, { out: next });
    inner.assign(next);
  };
}

const NUMPY = `
import numpy as np, time
k = np.arange(${(SIDE + 2) ** 2}, dtype=np.uint64)
cells = (((k * 2654435761) % 2**32) >> 31).astype(np.uint8).reshape(${SIDE + 2}, ${SIDE + 2})
def step():
    n = None
    for r in (slice(0, -2), slice(1, -1), slice(2, None)):
        for c in (slice(0, -2), slice(1, -1), slice(2, None)):
            if r == slice(1, -1) and c == r: continue
            n = cells[r, c] if n is None else n + cells[r, c]
    inner = cells[1:-1, 1:-1]
    inner[...] = (n == 3) | ((n == 2) & (inner == 1))
times = []
for i in range(${ROUNDS}):
    t = time.perf_counter(); step(); times.append((time.perf_counter() - t) * 1e6)
print(sorted(times)[len(times) // 2], int(cells.sum()))`;

const timed = (prepare) => {
  const cells = first();
  const run = prepare(cells);
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    run();
    times.push(1000 * (performance.now() - began));
  }
  return { us: Math.round(median(times)), alive: nd.sum(cells) };
};

const pool = new nd.Pool({ workers: 2 });
await pool.ready();
const [numpyUs, alive] = execFileSync("python3", ["-c", NUMPY], { encoding: "utf8" }).trim().split(" ").map(Number);
const rows = [{ way: "NumPy", us: Math.round(numpyUs) }];
const ways = [
  ["each array is dropped", (cells) => () => step(cells)],
  ["tidy", (cells) => () => tidy(() => step(cells))],
  ["out", stepperWithOut],
  ["map", (cells) => stepperWithMap(cells, map)],
  ["pool.mapSync", (cells) => stepperWithMap(cells, pool.mapSync)],
];
for (const [way, prepare] of ways) {
  const { us, alive: own } = timed(prepare);
  if (own !== alive) throw new Error(`${way} has ${own} live cells, and NumPy ${alive}`);
  rows.push({ way, us });
}
await pool.close();
for (const { way, us } of rows) console.log(way.padEnd(24), `${us}`.padStart(8), "us a step");
keep(`life-node${process.versions.node.split(".")[0]}.json`, { ...provenance(), side: SIDE, rounds: ROUNDS, rows });
process.exit();
