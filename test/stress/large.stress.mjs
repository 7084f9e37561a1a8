// Arrays beyond 4 GiB: 5 GiB of float64 on every runtime; 5 GiB of int8, more than 2^32 - 1 elements, from Node 22 on, and a typed error
// on Node 20, whose typed arrays are no longer. Needs 6 GiB of memory that is free; says so if there is not.
import assert from "node:assert/strict";
import { freemem } from "node:os";
import { add, arange, max, Pool, sum, zeros } from "../../dist/index.js";

const GIB = 2 ** 30;
const full = process.env.STRESS !== "short";
const major = Number(process.versions.node.split(".")[0]);

async function floats() {
  const a = zeros([5 * 2 ** 27]); // 5 GiB
  assert.equal(a.nbytes, 5 * GIB);
  const pool = new Pool({ workers: 2 });
  const far = a.slice([2 ** 29 + 12_345, 2 ** 29 + 22_345]);
  far.assign(arange(10_000));
  await pool.map(far, (x) => x * 2 + 1, { out: far });
  assert.equal(a.get(2 ** 29 + 12_345 + 9_999), 19_999);
  assert.equal(a.get(2 ** 29 + 12_344), 0);
  const rows = a.reshape([5, 2 ** 27]);
  const ends = rows.slice(":, -1000:");
  add(ends, 1, { out: ends });
  assert.equal(sum(ends), 5000);
  assert.equal(a.get(-1), 1);
  if (full) {
    await pool.map(a, (x) => x + 1, { out: a });
    assert.equal(a.get(-1), 2);
    assert.equal(await pool.reduce(a, sum), a.size + 5000 + 100_000_000);
    assert.equal(await pool.reduce(a, max), 20_000);
  }
  await pool.close();
  console.log(`${process.version}: 5 GiB of float64: mapped and summed`);
}

async function bytes() {
  const size = 5 * GIB;
  if (major < 22) {
    assert.throws(() => zeros([size], { dtype: "int8" }), { code: "UNSUPPORTED" });
    console.log(`${process.version}: 5 GiB of int8: a typed error`);
    return;
  }
  const a = zeros([size], { dtype: "int8" });
  a.set(-1, 7);
  const end = a.slice([size - 5000, size]);
  const pool = new Pool({ workers: 2 });
  await pool.map(end, (x) => x + 1, { out: end });
  assert.equal(a.get(size - 1), 8);
  assert.equal(a.get(size - 5001), 0);
  assert.equal(sum(end), 5007);
  await pool.close();
  console.log(`${process.version}: 5 GiB of int8: mapped and summed`);
}

if (freemem() < 7 * GIB) console.log(`skipped: ${(freemem() / GIB).toFixed(1)} GiB are free, 7 are needed`);
else {
  await floats();
  globalThis.gc?.();
  await bytes();
}
