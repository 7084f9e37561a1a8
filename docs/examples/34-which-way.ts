// Scenario 34. Which way to share? A worker counts to 20,000 for its parent in six ways, with time and code size.
import { Manager, Process, pipe, Queue, RawValue, SharedArray, SharedMemory } from "shared-ndarray";

const N = 20_000;
const rows: { way: string; "µs each": string; "characters of code": number }[] = [];

/** Measures one way to share: a process runs `work`, which adds 1 `n` times, and the parent waits for the `total`. */
async function measure<S>(
  way: string,
  shared: S,
  work: (shared: S, n: number) => unknown,
  total: () => number | Promise<number>,
): Promise<void> {
  const timed = async (n: number) => {
    const wanted = (await total()) + n;
    const since = performance.now();
    const p = new Process(work, [shared, n]).start();
    while ((await total()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 0));
    const ms = performance.now() - since;
    await p.join();
    return ms;
  };
  await timed(1);
  const [startMs, ms] = [await timed(1), await timed(N)]; // the first is the time to start a thread
  const us = (Math.max(0, ms - startMs) / N) * 1000;
  const code = work.toString().length + total.toString().length;
  rows.push({ way, "µs each": us.toFixed(2), "characters of code": code });
}

const value = new RawValue("int32");
await measure(
  "value",
  value,
  (v, n) => {
    for (let i = 0; i < n; i++) v.add(1);
  },
  () => value.value,
);

const array = new SharedArray("i", 1);
await measure(
  "array",
  array,
  (a, n) => {
    for (let i = 0; i < n; i++) a.data[0]!++;
  },
  () => array.data[0]!,
);

const memory = new SharedMemory(4);
await measure(
  "shared memory",
  memory,
  (m, n) => {
    for (let i = 0; i < n; i++) m.as("int32")[0]!++;
  },
  () => memory.as("int32")[0]!,
);

const queue = new Queue<number>();
let fromQueue = 0;
await measure(
  "queue",
  queue,
  (q, n) => {
    for (let i = 0; i < n; i++) q.putSync(1);
  },
  () => {
    for (let one = queue.tryGet(); one !== undefined; one = queue.tryGet()) fromQueue += one;
    return fromQueue;
  },
);

// Only one thread has an end of a pipe, so a queue passes the end from one worker to the next.
const [mine, theirs] = pipe<number>();
const ends = new Queue<typeof theirs>();
ends.putSync(theirs);
let fromPipe = 0;
await measure(
  "pipe",
  ends,
  (ends, n) => {
    const end = ends.getSync();
    for (let i = 0; i < n; i++) end.putSync(1);
    ends.putSync(end);
  },
  () => {
    for (let one = mine.tryGet(); one !== undefined; one = mine.tryGet()) fromPipe += one;
    return fromPipe;
  },
);

await using manager = new Manager();
const remote = manager.value(0);
await measure(
  "manager",
  remote,
  (v, n) => {
    for (let i = 0; i < n; i++) v.updateSync((x) => x + 1);
  },
  () => remote.get(),
);

console.table(rows);
console.log("a number that many change: a Value; many numbers: an array in shared memory; waiting for work: a queue;");
console.log("two that talk: a pipe; plain objects that many change: a manager.");
