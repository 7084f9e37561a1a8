// Scenario 34. Which way to share? A worker counts to 20,000 and the parent gets the number, in six ways: time and code size.
import { Manager, Process, pipe, Queue, RawValue, SharedArray, SharedMemory } from "shared-ndarray";

const N = 20_000;
const rows: { way: string; "µs each": string; "characters of code": number }[] = [];

/** Runs the worker's part, given what is shared and how often to add 1; `total` says what has come out. */
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
  const [startMs, ms] = [await timed(1), await timed(N)]; // to start a thread takes a while
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

// An end of a pipe is one thread's: the workers get theirs through the queue of whoever has it.
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
console.log("numbers that many change: a Value; many numbers: an array in shared memory; who waits for work: a queue;");
console.log("two that talk: a pipe; plain objects that many change: a manager.");
