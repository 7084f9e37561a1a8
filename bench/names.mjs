// Measures what attaching to an array by name and closing it again costs, in 1, 2 and 4 threads of the program's own at
// a time: plain workers that import the package. Times of one pair, in µs. Rows with a target say whether it holds.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { zeros } from "../dist/index.js";
import { keep, median, provenance, quantile } from "./report.mjs";

const PAIRS = 3000;
const WARM_UP = 500;
const TARGET_US = 20;
/** How many names a thread attaches to in turn. A thread keeps the last 64 blocks that it closed. */
const CASES = [
  ["the same name again", 1, true],
  ["20 names in turn", 20, true],
  ["200 names in turn", 200, false],
];

const attacher = `
  import { parentPort, workerData } from "node:worker_threads";
  import { NDArray } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
  const { names, pairs } = workerData;
  const times = new Float64Array(pairs);
  for (let i = 0; i < pairs; i++) {
    const began = performance.now();
    NDArray.attach(names[i % names.length]).close();
    times[i] = 1000 * (performance.now() - began);
  }
  parentPort.postMessage(times);`;

async function attachIn(threads, names) {
  const url = new URL(`data:text/javascript,${encodeURIComponent(attacher)}`);
  const workers = Array.from(
    { length: threads },
    () => new Worker(url, { workerData: { names, pairs: WARM_UP + PAIRS } }),
  );
  const found = await Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0]));
  await Promise.all(workers.map((worker) => worker.terminate()));
  return found.flatMap((times) => [...times.subarray(WARM_UP)]);
}

const rows = [];
console.log(`${"bytes".padEnd(10)}${"names".padEnd(22)}threads   median us      p99 us      max us`);
for (const length of [125, 1 << 17, 10_000_000]) {
  for (const [work, count, hasTarget] of CASES) {
    if (length * count > 1 << 25) continue; // no machine has the memory for so many
    const arrays = Array.from({ length: count }, (_, i) => zeros([length], { name: `bench-names-${i}` }));
    const names = arrays.map(({ name }) => name);
    for (const threads of [1, 2, 4]) {
      const times = await attachIn(threads, names);
      const tenth = (us) => Math.round(10 * us) / 10;
      const quantiles = [median(times), quantile(times, 0.99), quantile(times, 1 - 1 / times.length)];
      const [medianUs, p99Us, maxUs] = quantiles.map(tenth);
      const holds = hasTarget ? medianUs <= TARGET_US : undefined;
      rows.push({
        bytes: 8 * length,
        work,
        threads,
        medianUs,
        p99Us,
        maxUs,
        target: hasTarget ? "<= 20 us" : undefined,
        holds,
      });
      const us = (value) => value.toFixed(1).padStart(12);
      const mark = holds === undefined ? "" : `  <= ${TARGET_US}: ${holds ? "holds" : "MISSES"}`;
      console.log(
        `${String(8 * length).padEnd(10)}${work.padEnd(22)}${String(threads).padEnd(7)}${us(medianUs)}${us(p99Us)}${us(maxUs)}${mark}`,
      );
    }
    for (const array of arrays) array[Symbol.dispose]();
  }
}
keep(`names-node${process.versions.node.split(".")[0]}.json`, { ...provenance(), pairs: PAIRS, rows });
