// Measures what a call costs on top of its work. A call too small to share is compared with the same loop written by
// hand; a call whose chunks must run on a worker, with a raw postMessage round trip. Rows with a target say whether
// it holds.
import { Worker } from "node:worker_threads";
import { full, NDArray, Pool, SharedMemory } from "../dist/index.js";
import { keep, median, provenance, quantile } from "./report.mjs";

const ROUNDS = 3000;
async function time(act, rounds = ROUNDS) {
  for (let i = 0; i < rounds; i++) await act();
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    await act();
    times.push(1000 * (performance.now() - began));
  }
  return times;
}
function timeSync(act, rounds = ROUNDS) {
  for (let i = 0; i < rounds; i++) act();
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    act();
    times.push(1000 * (performance.now() - began));
  }
  return times;
}

const pool = new Pool({ workers: 2 });
await pool.ready();
const rows = [];
const add = (work, times, against, baseline, target, holds) => {
  const row = {
    work,
    p50: median(times),
    p95: quantile(times, 0.95),
    against,
    baseline: baseline && median(baseline),
    target,
  };
  row.holds = holds ? holds(row.p50, row.baseline) : undefined;
  rows.push(row);
};

// Too small to share: 1,000 elements.
const a = full(1000, 1.0000001);
const values = a.flat;
const square = (x) => x * x;
const serial = timeSync(() => {
  for (let i = 0; i < values.length; i++) values[i] *= values[i];
});
add(
  "1,000 elements, mapSync",
  timeSync(() => pool.mapSync(a, square, { out: a })),
  "serial loop",
  serial,
  "<= +5 us",
  (p, b) => p <= b + 5,
);
add(
  "1,000 elements, map",
  await time(() => pool.map(a, square, { out: a })),
  "serial loop",
  serial,
  "<= +60 us",
  (p, b) => p <= b + 60,
);

// A raw round trip to a worker by postMessage, for comparison.
const echo = new Worker(
  'const { parentPort } = require("node:worker_threads"); parentPort.on("message", (m) => parentPort.postMessage(m));',
  { eval: true },
);
const trip = () =>
  new Promise((resolve) => {
    echo.once("message", resolve);
    echo.postMessage(1);
  });
await trip();
const raw = await time(trip);
await echo.terminate();

// Two chunks of 200 us on two threads: the time beyond 200 us is the price of having a worker compute one of them.
const BUSY_US = 200;
const pair = full(2, 0);
const busy = () => {
  for (const end = performance.now() + 0.2; performance.now() < end; );
};
const beyond = (times) => times.map((us) => us - BUSY_US);
await pool.forEachChunk(pair, busy, { chunkSize: 1 });
add(
  "a chunk on a worker, Sync, warm (beyond its work)",
  beyond(timeSync(() => pool.forEachChunkSync(pair, busy, { chunkSize: 1 }))),
  "raw postMessage round trip",
  raw,
  "<= 0.5x",
  (p, b) => p <= 0.5 * b,
);
add(
  "both chunks on workers, async, warm (beyond)",
  beyond(await time(() => pool.forEachChunk(pair, busy, { chunkSize: 1 }))),
  "raw postMessage round trip",
  raw,
  "(none)",
);
await pool.close();

// Creating and attaching named blocks.
await SharedMemory.ready();
add(
  "create + unlink",
  timeSync(() => {
    const memory = new SharedMemory(1000, { name: "cycle" });
    memory.unlink();
    memory.close();
  }, 1000),
  "Python 35 us (recorded)",
  undefined,
  "<= 150 us",
  (p) => p <= 150,
);
const again = full(10, 1, { name: "again" });
add(
  "attach again in a thread",
  timeSync(() => NDArray.attach("again").close()),
  "Python 13 us (recorded)",
  undefined,
  "<= 20 us",
  (p) => p <= 20,
);
const firsts = await new Promise((resolve, reject) => {
  const text = `import { parentPort } from "node:worker_threads"; import { SharedMemory } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)}; SharedMemory.attach("again").close(); const times = []; for (let i = 0; i < 500; i++) { const began = performance.now(); const m = SharedMemory.attach("again"); times.push(1000 * (performance.now() - began)); m.close(); } parentPort.postMessage(times);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`));
  worker.once("message", resolve);
  worker.once("error", reject);
});
add("attach first in a thread", firsts, "Python 13 us (recorded)", undefined, "<= 100 us", (p) => p <= 100);
again[Symbol.dispose]();

const about = provenance();
const pad = (text, width) => String(text).padEnd(width);
console.log(`${about.machine} | ${about.runtime} | commit ${about.commit} | ${about.date}\n`);
console.log(
  `${pad("work", 48)}${pad("p50 us", 10)}${pad("p95 us", 10)}${pad("against", 30)}${pad("p50 us", 10)}${pad("target", 12)}`,
);
for (const { work, p50, p95, against, baseline, target, holds } of rows) {
  console.log(
    `${pad(work, 48)}${pad(p50.toFixed(2), 10)}${pad(p95.toFixed(2), 10)}${pad(against, 30)}${pad(baseline?.toFixed(2) ?? "", 10)}${pad(target, 12)}${holds === undefined ? "" : holds ? "holds" : "MISSED"}`,
  );
}
keep("dispatch.json", { about, rows });
