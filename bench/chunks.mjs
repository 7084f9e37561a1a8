// Measures how the chunk size affects the time to square 1e5, 1e6 and 1e7 float64 in place on a warm pool. Sizes go
// from 1 KiB to one chunk per worker. The plain loop on one thread is measured in the same run.
import { Bench } from "tinybench";
import { full, Pool } from "../dist/index.js";
import { logLogPlot } from "../dist/plot.js";
import { keep, provenance } from "./report.mjs";

const ITEM = 8;
const sizes = [1e5, 1e6, 1e7];
const workers = Number(process.argv[2] ?? 0) || undefined;
const pool = new Pool(workers ? { workers } : {});
await pool.ready();
const about = { ...provenance(), workers: pool.workers, kernel: "x => x * x, float64, in place, pool.mapSync" };
const rows = [];

for (const n of sizes) {
  const a = full(n, 1.0000001);
  const values = a.flat;
  const square = (x) => x * x;
  const bench = new Bench({ time: n >= 1e7 ? 600 : 250, warmupTime: 60 });
  bench.add("serial", () => {
    for (let i = 0; i < values.length; i++) values[i] *= values[i];
  });
  // Powers of four from 1 KiB, the automatic size, and one chunk per worker.
  const auto = 32768;
  const candidates = new Set([auto, Math.ceil(n / pool.workers)]);
  for (let bytes = 1024; bytes / ITEM < n / pool.workers; bytes *= 4) candidates.add(bytes / ITEM);
  for (const chunkSize of [...candidates].filter((size) => size <= n).sort((x, y) => x - y)) {
    bench.add(String(chunkSize), () => pool.mapSync(a, square, { out: a, chunkSize }));
  }
  await bench.run();
  for (const { name, result } of bench.tasks) {
    const chunkSize = name === "serial" ? undefined : Number(name);
    const ms = result.latency.p50;
    const row = {
      elements: n,
      chunkSize,
      chunkBytes: chunkSize && chunkSize * ITEM,
      chunks: chunkSize && Math.ceil(n / chunkSize),
      auto: chunkSize === auto,
      medianMs: ms,
      samples: result.latency.samplesCount,
    };
    rows.push(row);
  }
}
await pool.close();

const pad = (value, width) => String(value).padStart(width);
console.log(
  `${about.machine} | ${about.runtime} | commit ${about.commit} | ${about.date} | ${about.workers} workers\n`,
);
console.log(
  `${pad("elements", 10)} ${pad("chunk size", 11)} ${pad("KiB", 8)} ${pad("chunks", 8)} ${pad("median ms", 10)} ${pad("x serial", 9)}`,
);
for (const n of sizes) {
  const own = rows.filter((row) => row.elements === n);
  const serial = own.find((row) => row.chunkSize === undefined).medianMs;
  const best = Math.min(...own.filter((row) => row.chunkSize).map((row) => row.medianMs));
  for (const { chunkSize, chunkBytes, chunks, medianMs, auto } of own) {
    const marks = `${auto ? " <- auto" : ""}${medianMs === best ? " <- best" : ""}`;
    console.log(
      `${pad(n, 10)} ${pad(chunkSize ?? "serial", 11)} ${pad(chunkBytes ? (chunkBytes / 1024).toFixed(0) : "", 8)} ${pad(chunks ?? "", 8)} ${pad(medianMs.toFixed(3), 10)} ${pad((serial / medianMs).toFixed(2), 9)}${marks}`,
    );
  }
}
const subtitle = `${about.runtime}, ${about.workers} workers, ${about.machine}, commit ${about.commit}, ${about.date}; ring: automatic`;
const series = sizes.map((n) => ({
  label: `${n.toExponential()} floats`,
  points: rows
    .filter((row) => row.elements === n && row.chunkSize)
    .map((row) => ({ x: row.chunkBytes, y: row.medianMs, mark: row.auto })),
}));
keep("chunks.json", { about, rows });
keep(
  "chunks.svg",
  logLogPlot({
    title: "Squaring floats in place, by chunk size",
    subtitle,
    xLabel: "bytes per chunk",
    yLabel: "median ms",
    series,
  }),
);
