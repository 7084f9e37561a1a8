// Unnamed arrays made, passed through the pool and dropped in one synchronous loop: the collector must keep up by itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Pool, zeros } from "../../dist/index.js";

const arrays = process.env.STRESS === "short" ? 150 : 600;
const residentMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
const pool = new Pool({ workers: 2 });
await pool.ready();
let peak = 0;
for (let i = 0; i < arrays; i++) {
  const a = zeros(1_000_000);
  pool.mapSync(a, (x) => x + 1, { out: a });
  peak = Math.max(peak, residentMb());
  assert.equal(a.get(-1), 1);
}
await pool.close();
console.log(
  `${process.version}: ${arrays} arrays of 8 MB through mapSync in one synchronous loop: peak ${peak.toFixed(0)} MB`,
);
assert.ok(peak < 600, `peak under 600 MB, got ${peak.toFixed(0)}`);
