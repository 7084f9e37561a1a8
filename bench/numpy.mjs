// Compares kernels with NumPy (of the machine's python3) and with plain JavaScript, in one run: medians and ratios.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as nd from "../dist/index.js";
import { twoLoops } from "./loops.mjs";
import { keep, median, provenance } from "./report.mjs";

const python = spawn("python3", [fileURLToPath(new URL("numpy_side.py", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
const answer = async () => JSON.parse((await answers.next()).value);
const numpyVersion = await answer();
const numpy = async (name, rounds) => {
  python.stdin.write(`${name} ${rounds}\n`);
  return median(await answer());
};

/** How long each row runs before it is measured. bench/warming.mjs shows why: V8 compiles beside the calls. */
const WARM_UP_MS = 500;

/** The median time of so many calls, in microseconds. */
function time(work, rounds) {
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    work();
    times.push(1000 * (performance.now() - began));
  }
  return median(times);
}

function measure(work, rounds) {
  const warmUntil = performance.now() + WARM_UP_MS;
  do work();
  while (performance.now() < warmUntil);
  return time(work, rounds);
}

const major = Number(process.versions.node.split(".")[0]);
const hasMultiMemory = major >= 22;
const loopsBefore = await twoLoops();
const pool = new nd.Pool({ workers: 2 });
await pool.ready();
const functions = {
  sum: nd.sum,
  mean: nd.mean,
  std: nd.std,
  argmax: nd.argmax,
  exp: nd.exp,
  log: nd.log,
  tanh: nd.tanh,
};
const rows = [];
/** @param ratio our time divided by theirs, or the other way round, as the target counts it */
const add = (work, ours, against, theirs, ratio, target, holds) => {
  rows.push({ work, us: ours, against, theirsUs: theirs, ratio, target, holds });
  const mark = holds ? "holds" : "MISSES";
  const us = (value) => value.toFixed(0).padStart(8);
  console.log(
    `${work.padEnd(44)}${us(ours)}  ${against.padEnd(34)}${us(theirs)}  ${ratio.toFixed(2).padStart(6)}  ${target.padEnd(8)}${mark}`,
  );
};
console.log(`${"work".padEnd(44)}${"us".padStart(8)}  ${"against".padEnd(34)}${"us".padStart(8)}   ratio  target`);

// ── Squares ──────────────────────────────────────────────────────────────────────────────────────
const million = nd.ones([1_000_000]);
const square = (x) => x * x;
const squareMillion = () => pool.mapSync(million, square, { out: million });
const first = time(squareMillion, 500);
const squared = measure(squareMillion, 400);
const theirSquare = await numpy("square", 400);
add("the first 500 calls of square 1M", first, "NumPy", theirSquare, first / theirSquare, "(none)", true);
add(
  "square 1M in place, mapSync",
  squared,
  "NumPy square(out=), 1 thread",
  theirSquare,
  squared / theirSquare,
  "<= 0.9",
  squared <= 0.9 * theirSquare,
);
const inline = new nd.Pool({ workers: 0 });
const squareOn = (workers, a, rounds) => measure(() => workers.mapSync(a, square, { out: a }), rounds);
const squaredAlone = squareOn(inline, million, 400);
add(
  "same",
  squared,
  "our own one thread",
  squaredAlone,
  squared / squaredAlone,
  "<= 0.75",
  squared <= 0.75 * squaredAlone,
);
const fourMillion = nd.ones([4_000_000]);
const four = squareOn(pool, fourMillion, 200);
const fourAlone = squareOn(inline, fourMillion, 200);
add(
  "square 4M in place, mapSync",
  four,
  "our own one thread",
  fourAlone,
  four / fourAlone,
  "<= 0.6",
  four <= 0.6 * fourAlone,
);
const theirPool = await numpy("pool", 100);
add(
  "square 1M in place, mapSync",
  squared,
  "Python Pool.starmap, SharedMemory",
  theirPool,
  theirPool / squared,
  ">= 20",
  theirPool >= 20 * squared,
);
const flat = million.flat;
const squareAll = (values, start, end) => {
  for (let i = start; i < end; i++) values[i] = values[i] * values[i];
};
const loop = measure(() => squareAll(flat, 0, flat.length), 200);
const wanted = major >= 24 ? 4 : 8;
add("same", squared, "JavaScript loop, 1 thread", loop, loop / squared, `>= ${wanted}`, loop >= wanted * squared);
const tenMillion = nd.ones([10_000_000]);
const ten = measure(() => pool.mapSync(tenMillion, square, { out: tenMillion }), 60);
const from = new Uint8Array(new SharedArrayBuffer(80_000_000)).fill(1);
const to = new Uint8Array(new SharedArrayBuffer(80_000_000)).fill(1);
const copied = measure(() => to.set(from), 60);
add("square 10M in place, mapSync", ten, "copy of the same bytes", copied, copied / ten, ">= 0.8", copied >= 0.8 * ten);
const one = new nd.Pool({ workers: 1 });
await one.ready();
const heavy = (x) => {
  const y = (((((x * 0.1 + 1) * x + 2) * x + 3) * x + 4) * x + 5) / (x * x + 1);
  return Math.sqrt((((((y * 0.1 + 1) * y + 2) * y + 3) * y + 4) * y + 5) / (y * y + 1)) / (x + 2);
};
const alone = measure(() => one.mapSync(million, heavy, { out: million }), 60);
const both = measure(() => pool.mapSync(million, heavy, { out: million }), 60);
add("compute-bound map 1M, two workers", both, "one worker", alone, alone / both, ">= 1.8", alone >= 1.8 * both);
await one.close();
await inline.close();

// ── Three arrays ─────────────────────────────────────────────────────────────────────────────────
if (hasMultiMemory) {
  const [x, y, out] = [1, 2, 0].map((value) => nd.full([10_000_000], value));
  const ours = measure(() => pool.mapSync([x, y], (a, b) => a * b + 1, { out }), 40);
  const theirs = await numpy("fma", 40);
  add("x * y + 1, 10M, three arrays", ours, "NumPy a * b + 1", theirs, theirs / ours, ">= 3", theirs >= 3 * ours);
}

// ── Reductions ───────────────────────────────────────────────────────────────────────────────────
for (const [size, a] of [
  [1, million],
  [10, tenMillion],
]) {
  for (const name of ["sum", "mean", "std", "argmax"]) {
    const ours = measure(() => pool.reduceSync(a, functions[name]), size === 1 ? 300 : 60);
    const theirs = await numpy(`${name}${size}`, size === 1 ? 300 : 60);
    const limit = name === "std" ? 0.3 : 1;
    add(
      `${name}, ${size}M`,
      ours,
      `NumPy ${name}`,
      theirs,
      ours / theirs,
      `<= ${limit.toFixed(1)}`,
      ours <= limit * theirs,
    );
  }
  const ours = measure(() => pool.reduceSync([a, a], nd.dot), size === 1 ? 300 : 60);
  const theirs = await numpy(`dot${size}`, size === 1 ? 300 : 60);
  add(`dot, ${size}M`, ours, "NumPy dot (BLAS threads)", theirs, ours / theirs, "<= 1.0", ours <= theirs);
}

// ── Elementary functions ─────────────────────────────────────────────────────────────────────────
const unit = nd.divide(nd.add(nd.arange(1_000_000), 1), 1_000_000);
const results = nd.zeros([1_000_000]);
const unitFlat = unit.flat;
const plainOut = new Float64Array(1_000_000);
for (const name of ["exp", "log", "tanh"]) {
  // In place on Node 20, where a WebAssembly instance has only one memory.
  const out = hasMultiMemory ? results : unit;
  const ours = measure(() => pool.mapSync(unit, functions[name], { out }), 60);
  nd.divide(nd.add(nd.arange(1_000_000), 1), 1_000_000, { out: unit });
  const js = { exp: Math.exp, log: Math.log, tanh: Math.tanh }[name];
  const script = measure(() => {
    for (let i = 0; i < plainOut.length; i++) plainOut[i] = js(unitFlat[i]);
  }, 20);
  add(`${name}, 1M`, ours, `Math.${name} loop`, script, script / ours, ">= 6", script >= 6 * ours);
  const theirs = await numpy(name, 60);
  add("same", ours, `NumPy ${name} (AVX-512)`, theirs, ours / theirs, "<= 2.5", ours <= 2.5 * theirs);
}

// ── Layouts ──────────────────────────────────────────────────────────────────────────────────────
const SIDE = 1000;
const memory = new nd.SharedMemory(8 * SIDE * SIDE * 4);
const view = (i, shape) => nd.NDArray.view(memory, shape, { byteOffset: 8 * SIDE * SIDE * i });
const [a, out] = [view(0, [SIDE, SIDE]), view(1, [SIDE, SIDE])];
const wide = view(2, [SIDE, 2 * SIDE]);
a.fill(1.5);
wide.fill(1.5);
const row = nd.ones([SIDE]);
const column = nd.ones([SIDE, 1]);
const f = (x) => x * 1.5 + 1;
const g = (x, y) => x * y + 1;
const contiguous = measure(() => pool.mapSync(a, f, { out }), 200);
for (const [name, operand] of [
  ["transposed", a.T],
  ["every second column", wide.slice(":, ::2")],
]) {
  const ours = measure(() => pool.mapSync(operand, f, { out }), 200);
  add(`map 1000 x 1000, ${name}`, ours, "contiguous", contiguous, ours / contiguous, "<= 2", ours <= 2 * contiguous);
}
const inPlace = measure(() => pool.mapSync([a, a], g, { out: a }), 200);
a.fill(1);
if (hasMultiMemory) {
  for (const [name, other] of [
    ["row", row],
    ["column", column],
  ]) {
    const ours = measure(() => pool.mapSync([a, other], g, { out: a }), 200);
    add(
      `map 1000 x 1000 in place, a ${name} broadcast`,
      ours,
      "contiguous",
      inPlace,
      ours / inPlace,
      "<= 2",
      ours <= 2 * inPlace,
    );
  }
}

// ── 1 GiB, and a matrix product ──────────────────────────────────────────────────────────────────
const large = nd.ones([2 ** 27]);
const perElement = measure(() => pool.mapSync(large, square, { out: large }), 7) / 2 ** 27;
const perSmall = squared / 1e6;
add(
  "square 1 GiB, ns per element",
  1000 * perElement,
  "the same at 1M",
  1000 * perSmall,
  perElement / perSmall,
  "<= 3",
  perElement <= 3 * perSmall,
);
large.close();
const m = nd.ones([512, 512]);
const product = measure(() => pool.mapSync([m, m], nd.matmul), 20);
const theirProduct = await numpy("matmul", 20);
add("matmul 512 x 512", product, "NumPy (OpenBLAS)", theirProduct, product / theirProduct, "(none)", true);

python.stdin.end();
await pool.close();
const twoLoopsReach = [loopsBefore, await twoLoops()];
console.log(
  `two independent loops reached ${twoLoopsReach.map((x) => x.toFixed(2)).join(" and ")} times what one does`,
);
keep(`numpy-node${major}.json`, { ...provenance(), numpy: numpyVersion, twoLoopsReach, rows });
