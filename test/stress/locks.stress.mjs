// Locks under fire: exact counts under every kind of lock, holders and waiters killed at random moments, a million
// hand-overs, and fair shares. Prints what it counted; exits with 1 if anything is stuck, doubled or unfair.
import assert from "node:assert/strict";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Lock,
  Pool,
  Process,
  RawValue,
  RLock,
  Semaphore,
  Value,
} from "../../dist/index.js";

const isShort = process.env.STRESS === "short";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const words = (n) => new Int32Array(new SharedArrayBuffer(4 * n));

// ── Exclusion: 4 workers × 1,000,000 increments ────────────────────────────────────────────────────────────────────
{
  const n = isShort ? 100_000 : 1_000_000;
  const pool = new Pool({ workers: 4 });
  await pool.ready();
  const counted = [];
  const kinds = [new Lock(), new RLock(), new Semaphore(1), new BoundedSemaphore(1), new Condition()];
  for (const lock of kinds) {
    const count = words(1);
    const loop = (_, lock, count, n) => {
      for (let i = 0; i < n; i++) {
        const guard = lock.acquireSync();
        count[0]++;
        guard.release();
      }
    };
    await pool.broadcast(loop, [lock, count, n]);
    assert.equal(count[0], 4 * n, lock.constructor.name);
    counted.push(`${lock.constructor.name} ${count[0]}`);
  }
  for (const type of ["int32", "float64"]) {
    const value = new Value(type);
    const update = (_, value, n) => {
      for (let i = 0; i < n; i++) value.updateSync((x) => x + 1);
    };
    await pool.broadcast(update, [value, n]);
    assert.equal(value.value, 4 * n);
    value.value = 0;
    const add = (_, value, n) => {
      for (let i = 0; i < n; i++) value.add(1);
    };
    await pool.broadcast(add, [value, n]);
    assert.equal(value.value, 4 * n);
    counted.push(`Value ${type} ${value.value} (updateSync, and add)`);
  }
  const asyncs = words(1);
  const few = n / 50;
  const asyncLoop = async (_, lock, count, n) => {
    for (let i = 0; i < n; i++) {
      const guard = await lock.acquire();
      count[0]++;
      guard.release();
    }
  };
  await pool.broadcast(asyncLoop, [new Lock(), asyncs, few]);
  assert.equal(asyncs[0], 4 * few);
  await pool.close();
  console.log(`exclusion, 4 workers × ${n}: ${counted.join(", ")}; by acquire(): ${asyncs[0]}`);
}

// ── Kills: holders and waiters terminated at random moments ────────────────────────────────────────────────────────
// words: 0 holders inside (must be 0 or 1), 1 found doubled, 2 rounds done, 3 recoveries
function contend(lock, words, isAsync, stop) {
  const inside = () => {
    if (Atomics.add(words, 0, 1) !== 0) Atomics.add(words, 1, 1);
    for (let i = 0; i < 2000; i++) words[4] = i;
    Atomics.sub(words, 0, 1);
    Atomics.add(words, 2, 1);
  };
  const recovered = () => {
    const guard = lock.recover();
    if (!guard) return;
    Atomics.add(words, 3, 1);
    Atomics.store(words, 0, 0); // the dead holder may have counted itself
    guard.release();
  };
  const onError = (e) => {
    if (e.code !== "LOCK_ABANDONED") throw e;
    recovered();
  };
  if (!isAsync) {
    while (Atomics.load(stop, 0) === 0) {
      try {
        const guard = lock.acquireSync();
        inside();
        guard.release();
      } catch (e) {
        onError(e);
      }
    }
    return undefined;
  }
  return (async () => {
    while (Atomics.load(stop, 0) === 0) {
      try {
        const guard = await lock.acquire();
        inside();
        guard.release();
      } catch (e) {
        onError(e);
      }
    }
  })();
}
{
  const rounds = isShort ? 25 : 200;
  let abandoned = 0;
  let worstMs = 0;
  const total = words(8);
  for (const [k, lock] of [new Lock(), new RLock()].entries()) {
    for (let round = 0; round < rounds / 2; round++) {
      const stop = words(1);
      const team = [0, 1, 2].map((i) => new Process(contend, [lock, total, (i + round) % 3 === 0, stop]).start());
      const before = Atomics.load(total, 2);
      while (Atomics.load(total, 2) < before + 10) await sleep(1);
      await sleep(Math.random() * 3);
      const recoveries = Atomics.load(total, 3);
      team[round % 3].terminate();
      assert.equal(await team[round % 3].join(), -15);
      // Whoever it was and whatever it did, the others go on.
      const seen = Atomics.load(total, 2);
      const since = performance.now();
      while (Atomics.load(total, 2) < seen + 10) {
        await sleep(1);
        assert.ok(performance.now() - since < 10_000, `stuck in round ${round} of kind ${k}`);
      }
      worstMs = Math.max(worstMs, performance.now() - since);
      const more = Atomics.load(total, 3) - recoveries;
      assert.ok(more <= 1, `recovered ${more} times`);
      abandoned += more;
      Atomics.store(stop, 0, 1);
      for (const p of team) assert.ok([0, -15].includes(await p.join()));
      assert.equal(lock.locked, false);
    }
  }
  assert.equal(total[1], 0, "two holders at a time");
  assert.equal(total[3], abandoned);
  console.log(
    `kills of lock holders and waiters: ${rounds} rounds, ${total[2]} sections: 0 stuck, ${total[1]} double holders, ` +
      `${abandoned} abandoned, each recovered once; the others went on within ${worstMs.toFixed(0)} ms`,
  );
}
{
  const rounds = isShort ? 10 : 100;
  const semaphore = new Semaphore(2);
  const counts = words(4);
  const use = (semaphore, counts, stop) => {
    while (Atomics.load(stop, 0) === 0) {
      const guard = semaphore.acquireSync();
      Atomics.add(counts, 0, 1);
      for (let i = 0; i < 500; i++) counts[3] = i;
      guard.release();
    }
  };
  for (let round = 0; round < rounds; round++) {
    const stop = words(1);
    const team = [0, 1, 2].map(() => new Process(use, [semaphore, counts, stop]).start());
    const before = Atomics.load(counts, 0);
    while (Atomics.load(counts, 0) < before + 10) await sleep(1);
    await sleep(Math.random() * 3);
    team[0].terminate();
    await team[0].join();
    const seen = Atomics.load(counts, 0);
    const since = performance.now();
    while (Atomics.load(counts, 0) < seen + 10) {
      await sleep(1);
      assert.ok(performance.now() - since < 10_000, `semaphore stuck in round ${round}`);
    }
    Atomics.store(stop, 0, 1);
    for (const p of team) await p.join();
    assert.equal(semaphore.value, 2, `round ${round}: the permits of the dead come back, and no more`);
  }
  console.log(
    `kills of semaphore holders and waiters: ${rounds} rounds, ${counts[0]} permits taken: 0 stuck, 2 permits at the end of each`,
  );
}
{
  const rounds = isShort ? 10 : 60;
  let broken = 0;
  let worstMs = 0;
  const meet = (barrier, counts) => {
    try {
      for (;;) {
        barrier.waitSync();
        Atomics.add(counts, 0, 1);
      }
    } catch (e) {
      if (e.code !== "BROKEN_BARRIER") throw e;
      Atomics.add(counts, 1, 1);
    }
  };
  for (let round = 0; round < rounds; round++) {
    const barrier = new Barrier(3);
    const counts = words(2);
    const team = [0, 1, 2].map(() => new Process(meet, [barrier, counts]).start());
    while (Atomics.load(counts, 0) < 30) await sleep(1);
    await sleep(Math.random() * 3);
    team[1].terminate();
    await team[1].join();
    const since = performance.now();
    for (const p of [team[0], team[2]]) assert.equal(await p.join({ timeoutMs: 10_000 }), 0);
    worstMs = Math.max(worstMs, performance.now() - since);
    broken += counts[1];
  }
  assert.equal(broken, 2 * rounds);
  console.log(
    `kills of barrier members: ${rounds} rounds, ${broken} others told, the last within ${worstMs.toFixed(0)} ms`,
  );
}
{
  const rounds = isShort ? 10 : 60;
  const wait = (condition, counts) => {
    for (;;) {
      const guard = condition.acquireSync();
      Atomics.add(counts, 0, 1);
      condition.waitSync();
      Atomics.add(counts, 1, 1);
      guard.release();
    }
  };
  let told = 0;
  for (let round = 0; round < rounds; round++) {
    const condition = new Condition();
    const counts = words(2);
    const team = [0, 1].map(() => new Process(wait, [condition, counts]).start());
    for (const p of team) p.join().catch((e) => assert.equal(e.code, "LOCK_ABANDONED"));
    while (Atomics.load(counts, 0) < 2) await sleep(1);
    const tell = async () => {
      try {
        const guard = await condition.acquire();
        condition.notify();
        guard.release();
      } catch (e) {
        if (e.code !== "LOCK_ABANDONED") throw e;
        condition.lock.recover()?.release();
      }
    };
    const killing = sleep(Math.random() * 4).then(() => team[0].terminate());
    for (let i = 0; i < 5; i++) await tell();
    await killing;
    await team[0].join();
    const seen = Atomics.load(counts, 1);
    const since = performance.now();
    while (Atomics.load(counts, 1) < seen + 5) {
      if (!team[1].alive) break; // it was told that the lock is abandoned
      await tell();
      await sleep(1);
      assert.ok(performance.now() - since < 10_000, `condition stuck in round ${round}`);
    }
    told += Atomics.load(counts, 1);
    team[1].terminate();
    await team[1].join().catch(() => {});
  }
  console.log(`kills of condition waiters: ${rounds} rounds, ${told} wake-ups: 0 stuck`);
}

// ── Hand-overs: no wake-up is lost ─────────────────────────────────────────────────────────────────────────────────
{
  const n = isShort ? 20_000 : 1_000_000;
  const [ping, pong] = [new Semaphore(0), new Semaphore(0)];
  const play = (take, give, n) => {
    for (let i = 0; i < n; i++) {
      take.acquireSync();
      give.release();
    }
  };
  const since = performance.now();
  const other = new Process(play, [ping, pong, n / 2]).start();
  for (let i = 0; i < n / 2; i++) {
    ping.release();
    pong.acquireSync();
  }
  await other.join();
  const seconds = (performance.now() - since) / 1000;
  assert.deepEqual([ping.value, pong.value], [0, 0]);
  console.log(`${n} hand-overs between two blocked threads: none lost, ${((seconds / n) * 1e6).toFixed(1)} us each`);

  const turns = isShort ? 5_000 : 100_000;
  const lock = new Lock();
  const turn = new RawValue("int32");
  const condition = new Condition(lock);
  const alternate = (condition, turn, own, turns) => {
    const guard = condition.acquireSync();
    for (let i = 0; i < turns; i++) {
      if (!condition.waitUntilSync(() => turn.value === own, { timeoutMs: 20_000 })) throw new Error("lost");
      turn.value = 1 - own;
      condition.notify();
    }
    guard.release();
  };
  await Promise.all([0, 1].map((own) => new Process(alternate, [condition, turn, own, turns / 2]).start().join()));
  console.log(`${turns} turns by a condition: none lost`);
}

// ── Fairness ───────────────────────────────────────────────────────────────────────────────────────────────────────
{
  const seconds = isShort ? 1 : 5;
  const contenders = 4;
  const pool = new Pool({ workers: contenders });
  await pool.ready();
  const shares = [];
  for (const lock of [new Lock(), new RLock(), new Semaphore(1)]) {
    const got = await pool.broadcast(
      async (me, lock, until) => {
        let count = 0;
        while (Date.now() < until) {
          const guard = me.rank === 0 ? await lock.acquire() : lock.acquireSync(); // one with its event loop free
          count++;
          guard.release();
        }
        return count;
      },
      [lock, Date.now() + seconds * 1000],
    );
    const total = got.reduce((a, b) => a + b, 0);
    const least = Math.min(...got) / (total / contenders);
    assert.ok(least >= (isShort ? 0.02 : 0.1), `${lock.constructor.name}: ${got}`);
    shares.push(`${lock.constructor.name} ${got.join("/")} (least: ${least.toFixed(2)} of its share)`);
  }
  await pool.close();
  console.log(`fairness over ${seconds} s, one async and three blocked contenders: ${shares.join(", ")}`);
}
