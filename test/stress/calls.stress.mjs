// Array calls under load and death: no chunk is lost, done twice, or reported wrongly; late wakers meet newer calls.
import assert from "node:assert/strict";
import { isSharedError, Pool, zeros } from "../../dist/index.js";

const full = process.env.STRESS !== "short";

// Many small calls in a row, async and blocking in turn, with chunks of one row: every element counted.
{
  const rounds = full ? 20_000 : 3_000;
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
