// Shows why the first thousands of shared calls of a process are slower: V8 compiles the pool's code, and collects what
// it allocates, in threads of its own, and on two cores these take time from the caller and the worker. Blocks of calls
// square a million float64 on two threads: the median time of a call, and how long V8's threads ran. Only on Linux.
import { readdirSync, readFileSync } from "node:fs";
import { ones, Pool } from "../dist/index.js";
import { twoLoops } from "./loops.mjs";
import { keep, median, provenance } from "./report.mjs";

const BLOCKS = [250, 250, 500, 1000, 2000, 2000, 2000, 2000];

// Before the pool has started, the other threads of the process are V8's.
const v8Threads = readdirSync("/proc/self/task").filter((id) => id !== String(process.pid));

/** How long V8's threads have run, in milliseconds. */
function v8Ms() {
  const nanoseconds = (id) => Number(readFileSync(`/proc/self/task/${id}/schedstat`, "utf8").split(" ")[0]);
  return v8Threads.reduce((sum, id) => sum + nanoseconds(id), 0) / 1e6;
}

const pool = new Pool({ workers: 2 });
await pool.ready();
const million = ones([1_000_000]);
const square = (x) => x * x;
const rows = [];
let done = 0;
console.log(`${"calls".padEnd(14)}${"us per call".padStart(12)}${"V8's threads, share of one core".padStart(36)}`);
for (const calls of BLOCKS) {
  const times = [];
  const ranBefore = v8Ms();
  const began = performance.now();
  for (let i = 0; i < calls; i++) {
    const start = performance.now();
    pool.mapSync(million, square, { out: million });
    times.push(1000 * (performance.now() - start));
  }
  const share = (v8Ms() - ranBefore) / (performance.now() - began);
  const row = { calls: `${done + 1}-${done + calls}`, us: median(times), v8Share: share };
  done += calls;
  rows.push(row);
  const percent = `${(100 * share).toFixed(0)} %`;
  console.log(`${row.calls.padEnd(14)}${row.us.toFixed(0).padStart(12)}${percent.padStart(36)}`);
}
await pool.close();
const twoLoopsReach = await twoLoops();
console.log(`two independent loops reached ${twoLoopsReach.toFixed(2)} times what one does`);
keep(`warming-node${process.versions.node.split(".")[0]}.json`, { ...provenance(), twoLoopsReach, rows });
