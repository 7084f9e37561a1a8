// Array calls under load and death: no chunk is lost, done twice, or reported wrongly; late wakers meet newer calls.
import assert from "node:assert/strict";
import { isSharedError, Pool, zeros } from "../../dist/index.js";

const full = process.env.STRESS !== "short";

// Many small calls in a row, async and blocking in turn, with chunks of one row: every element counted.
{
  const rounds = full ? 20_000 : 1_500;
  for (const workers of [1, 2, 3, 4]) {
    const pool = new Pool({ workers });
    const a = zeros(24, { dtype: "int32" });
    let expected = 0;
    let pending = [];
    for (let round = 0; round < rounds; round++) {
      const add = (chunk) => {
        chunk.flat[0] += 1;
      };
      expected++;
      if (round % 7 < 4) pending.push(pool.forEachChunk(a, add, { chunkSize: 1 }));
      else pool.forEachChunkSync(a, add, { chunkSize: 1, params: round % 7 === 5 ? round : undefined });
      if (round % 50 === 0) {
        await Promise.all(pending);
        pending = [];
      }
    }
    await Promise.all(pending);
    assert.deepEqual(a.toArray(), new Array(24).fill(expected), `${workers} workers`);
    await pool.close();
    console.log(`${rounds} calls with ${workers} workers: each of 24 chunks done once in each call`);
  }
}

// Random deaths, in async and blocking calls, with and without `idempotent`.
{
  const rounds = full ? 300 : 60;
  const pool = new Pool({ workers: 3 });
  let died = 0;
  for (let round = 0; round < rounds; round++) {
    const a = zeros(30, { dtype: "int32" });
    const budget = zeros(1, { dtype: "int32" });
    const victim = (round * 7) % 30;
    const kernel = (chunk, { index, worker }, { victim, budget }) => {
      for (const end = performance.now() + 0.2; performance.now() < end; );
      if (index === victim && worker < 2 && Atomics.add(budget.flat, 0, 1) === 0) process.exit(1);
      chunk.flat[0] += 1;
    };
    const options = { chunkSize: 1, params: { victim, budget }, idempotent: round % 2 === 0 };
    let error;
    try {
      if (round % 3 === 0) pool.forEachChunkSync(a, kernel, options);
      else await pool.forEachChunk(a, kernel, options);
    } catch (e) {
      error = e;
    }
    const values = a.toArray();
    if (error === undefined) {
      assert.deepEqual(values, new Array(30).fill(1), `round ${round}`);
    } else {
      assert.ok(isSharedError(error, "WORKER_DIED") && !options.idempotent, String(error));
      assert.deepEqual(
        error.chunks.map((chunk) => chunk.index),
        [victim],
      );
      for (const [start, end] of error.written)
        assert.deepEqual(values.slice(start, end), new Array(end - start).fill(1));
      assert.ok(values.every((x) => x <= 1));
    }
    died += budget.get(0) > 0 ? 1 : 0;
  }
  await pool.close();
  console.log(`${rounds} calls of which ${died} lost a worker: every chunk done once, or named in the error`);
}

// Kills at random moments, by the kernels themselves: every chunk is done exactly once, or named in the error.
for (const [isolation, kills, workers] of [
  ["thread", full ? 200 : 40, 3],
  ["process", full ? 20 : 4, 2],
]) {
  const pool = new Pool({ workers, isolation });
  const scope = isolation === "process" ? { scope: "system" } : {};
  const chunks = 120;
  const rows = zeros(chunks, { dtype: "int32", ...scope });
  const armed = zeros(1, { dtype: "int32", ...scope });
  /** Counts itself when it ends. It dies before that at the chunk for which it is armed, once. */
  const kernel = (row, { index, worker }, { victim, armed, last }) => {
    for (const end = performance.now() + 0.1 * (index % 4); performance.now() < end; );
    if (index === victim && worker < last && Atomics.exchange(armed.flat, 0, 0) === 1) process.exit(1);
    Atomics.add(row.flat, 0, 1);
  };
  let died = 0;
  let calls = 0;
  while (died < kills) {
    rows.fill(0);
    armed.fill(1);
    const idempotent = calls % 2 === 0;
    const isSync = calls % 5 === 0;
    // A blocked caller has the last rank: it must not die.
    const params = { victim: (calls * 37) % chunks, armed, last: isSync ? workers - 1 : workers };
    const options = { chunkSize: 1, params, idempotent };
    let error;
    try {
      if (isSync) pool.forEachChunkSync(rows, kernel, options);
      else await pool.forEachChunk(rows, kernel, options);
    } catch (e) {
      error = e;
    }
    calls++;
    const counts = rows.toArray();
    const hasKilled = armed.get(0) === 0;
    died += hasKilled ? 1 : 0;
    if (error === undefined) {
      assert.ok(idempotent || !hasKilled, "a loss was not reported");
      assert.deepEqual(counts, new Array(chunks).fill(1), `call ${calls}`);
    } else {
      assert.ok(hasKilled && !idempotent && isSharedError(error, "WORKER_DIED"), String(error));
      const lost = error.chunks.map(({ index }) => index);
      assert.deepEqual(lost, [params.victim]);
      const written = new Set(
        error.written.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i)),
      );
      for (const [chunk, count] of counts.entries()) assert.equal(count, written.has(chunk) ? 1 : 0, `chunk ${chunk}`);
    }
  }
  await pool.close();
  console.log(
    `${calls} calls with ${died} kills of a ${isolation}: every chunk done exactly once, or named in the error`,
  );
  for (const array of [rows, armed]) array[Symbol.dispose]?.();
}
