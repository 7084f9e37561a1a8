// Names under load: 1,000 life cycles with attaches from four workers; 64 creations of one name from 8 workers, 100 rounds;
// a block found by a worker born before it, while the main thread is blocked; 300 blocks of 8 MiB beside blocked workers.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { SharedMemory } from "../../dist/index.js";

const full = process.env.STRESS !== "short";
const words = (n) => new Int32Array(new SharedArrayBuffer(4 * n));
const residentMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
const count = (what) => readdirSync(`/proc/self/${what}`).length;
const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
const waitFor = (word, i, value) => {
  for (let seen = Atomics.load(word, i); seen !== value; seen = Atomics.load(word, i))
    Atomics.wait(word, i, seen, 1000);
};
const settle = async () => {
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await turn(50);
  }
};
const spawn = (role, data) =>
  new Worker(new URL("./names.worker.mjs", import.meta.url), { workerData: { role, ...data } });
const end = (workers) => Promise.all(workers.map((worker) => worker.terminate()));

await SharedMemory.ready();

// Rounds of create, attach in four workers, close, unlink.
{
  const cycles = Number(process.env.CYCLES ?? (full ? 1000 : 300));
  const control = words(64);
  const workers = [0, 1, 2, 3].map((i) => spawn("attacher", { control, i }));
  waitFor(control, 1, 4);
  const before = { fds: count("fd"), threads: count("task"), names: SharedMemory.list().length };
  let warm = 0;
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const memory = new SharedMemory(256 * 1024, { name: "cycle" });
    memory.buf[0] = cycle & 255;
    Atomics.store(control, 2, 0);
    Atomics.store(control, 0, cycle);
    Atomics.notify(control, 0);
    waitFor(control, 2, 4);
    memory.unlink();
    memory.close();
    if (cycle % 50 === 0) await turn();
    if (cycle === cycles / 2) {
      await settle();
      warm = residentMb();
    }
  }
  await settle();
  const grown = residentMb() - warm;
  assert.equal(Atomics.load(control, 3), 4 * cycles, "every attach saw its own block");
  assert.deepEqual({ fds: count("fd"), threads: count("task"), names: SharedMemory.list().length }, before);
  assert.ok(
    grown < 60,
    `memory flat after warm-up (a leak of each block would be 125 MB and more), got ${grown.toFixed(1)} MB more`,
  );
  console.log(
    `${cycles} cycles with 4 attaching workers: ${JSON.stringify(before)} before and after; ${grown.toFixed(1)} MB grown after warm-up`,
  );
  await end(workers);
}

// One winner of each round.
{
  const rounds = full ? 100 : 30;
  const control = words(64);
  const workers = Array.from({ length: 8 }, () => spawn("racer", { control }));
  waitFor(control, 1, 8);
  let bad = 0;
  for (let round = 1; round <= rounds; round++) {
    for (const i of [2, 3, 4]) Atomics.store(control, i, 0);
    Atomics.store(control, 0, round);
    Atomics.notify(control, 0);
    waitFor(control, 2, 8);
    if (Atomics.load(control, 3) !== 1 || Atomics.load(control, 4) !== 63) bad++;
    SharedMemory.attach("race").unlink();
  }
  assert.equal(bad, 0, "rounds without exactly one winner and 63 NameTakenErrors");
  console.log(`64 creations of one name from 8 workers, ${rounds} rounds: one winner and 63 errors in each`);
  await end(workers);
}

// Born before the block; the main thread never turns its event loop.
{
  const control = words(64);
  const worker = spawn("late", { control });
  waitFor(control, 1, 1);
  const memory = new SharedMemory(1000, { name: "late" });
  memory.buf[0] = 42;
  Atomics.store(control, 0, 1);
  Atomics.notify(control, 0);
  waitFor(control, 2, 1);
  assert.equal(Atomics.load(control, 3), 42);
  memory[Symbol.dispose]();
  console.log("a worker born before a block attached to it while the main thread was blocked");
  await end([worker]);
}

// Created and unlinked while other threads sit in Atomics.wait.
{
  const control = words(64);
  const workers = [0, 1, 2, 3].map(() => spawn("sleeper", { control }));
  waitFor(control, 1, 4);
  await settle();
  const start = residentMb();
  let peak = start;
  for (let i = 0; i < 300; i++) {
    using_(new SharedMemory(8 << 20, { name: `block${i}` }), (memory) => memory.buf.fill(1));
    peak = Math.max(peak, residentMb());
    if (i % 10 === 0) await turn();
  }
  await settle();
  const left = residentMb() - start;
  assert.ok(Math.abs(left) <= 50, `resident memory back to its start, got ${left.toFixed(0)} MB more`);
  console.log(
    `300 blocks of 8 MiB beside 4 sleeping threads: ${start.toFixed(0)} MB, peak ${peak.toFixed(0)}, end ${(start + left).toFixed(0)} MB`,
  );
  await end(workers);
}

function using_(memory, use) {
  use(memory);
  memory[Symbol.dispose]();
}
