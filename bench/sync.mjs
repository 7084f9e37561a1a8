// Compares locks, values, events, barriers, lists, processes and named memory with Python's multiprocessing: medians,
// in ns per operation, in one run. Rows with a target say whether it holds.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as nd from "../dist/index.js";
import { keep, median, provenance } from "./report.mjs";

const python = spawn("python3", [fileURLToPath(new URL("sync_side.py", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
const answer = async () => JSON.parse((await answers.next()).value);
const pythonVersion = await answer();
const theirs = async (name) => {
  python.stdin.write(`${name}\n`);
  return median(await answer());
};

/** Many short rounds, so that a busy moment of the machine affects only a few of them. */
function measure(count, work) {
  for (let i = 0; i < 3; i++) work(count);
  const share = count / 10;
  return median(
    Array.from({ length: 101 }, () => {
      const began = performance.now();
      work(share);
      return ((performance.now() - began) * 1e6) / share;
    }),
  );
}

const rows = [];
function add(work, ours, against, their, target) {
  const ratio = their / ours;
  const holds = target === undefined || ratio >= target;
  rows.push({ work, ns: ours, against, theirNs: their, timesFaster: ratio, target: target && `>= ${target}`, holds });
  const ns = (value) => value.toFixed(value < 1000 ? 1 : 0).padStart(11);
  const mark = target === undefined ? "" : `>= ${target}: ${holds ? "holds" : "MISSES"}`;
  console.log(
    `${work.padEnd(46)}${ns(ours)}  ${against.padEnd(40)}${ns(their)}${ratio.toFixed(1).padStart(9)}  ${mark}`,
  );
}
console.log(`${"work".padEnd(46)}${"ns".padStart(11)}  ${"against Python".padEnd(40)}${"ns".padStart(11)}    times`);

// ── One thread ───────────────────────────────────────────────────────────────────────────────────
const pair = (lock) => (count) => {
  for (let i = 0; i < count; i++) lock.acquireSync().release();
};
add("Lock: acquireSync, release", measure(1e6, pair(new nd.Lock())), "with lock", await theirs("lock"));
add("RLock: acquireSync, release", measure(1e6, pair(new nd.RLock())), "with rlock", await theirs("rlock"));
add(
  "Semaphore: acquireSync, release",
  measure(3e5, pair(new nd.Semaphore())),
  "with semaphore",
  await theirs("semaphore"),
);

const locked = await theirs("increment int32");
const integer = new nd.Value("int32");
const withLock = "with v.get_lock(): v.value += 1";
const update = (value) => (count) => {
  for (let i = 0; i < count; i++) value.updateSync((x) => x + 1);
};
add("Value int32: updateSync(x => x + 1)", measure(1e6, update(integer)), withLock, locked, 10);
const byGuard = measure(1e6, (count) => {
  for (let i = 0; i < count; i++) {
    const guard = integer.lock.acquireSync();
    integer.value += 1;
    guard.release();
  }
});
add("Value int32: lock.acquireSync(), += 1, release", byGuard, withLock, locked);
const atomic = measure(1e6, (count) => {
  for (let i = 0; i < count; i++) integer.add(1);
});
add("Value int32: add(1), in one step", atomic, withLock, locked);
const lockedFloat = await theirs("increment float64");
const floating = new nd.Value("float64");
add("Value float64: updateSync(x => x + 1)", measure(1e6, update(floating)), withLock, lockedFloat);
const reads = measure(1e6, (count) => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += integer.value;
  return sum;
});
add("Value int32: value", reads, "v.value", await theirs("read"));
const event = new nd.SharedEvent();
const setClear = measure(1e6, (count) => {
  for (let i = 0; i < count; i++) {
    event.set();
    event.clear();
  }
});
add("SharedEvent: set, clear", setClear, "event.set(); event.clear()", await theirs("event"));
const list = new nd.ShareableList(["text", 1]);
const gets = measure(2e5, (count) => {
  for (let i = 0; i < count; i++) list.at(1);
});
add("ShareableList: at(1), a number", gets, "sl[1]", await theirs("list get"));
const sets = measure(2e5, (count) => {
  for (let i = 0; i < count; i++) list.set(1, i);
});
add("ShareableList: set(1, number)", sets, "sl[1] = i", await theirs("list set"));

// ── Two threads ──────────────────────────────────────────────────────────────────────────────────
/** Each worker performs `count` operations. Returns the time per operation of all workers together, in ns. */
async function together(workers, count, work, args) {
  const pool = new nd.Pool({ workers });
  await pool.ready();
  const timed = (me, source, count, args) => {
    const body = new Function(`return ${source}`)();
    body(Math.ceil(count / 10), ...args);
    me.barrier.waitSync();
    const began = performance.now();
    body(count, ...args);
    me.barrier.waitSync();
    return performance.now() - began;
  };
  const found = [];
  for (let round = 0; round < 5; round++) {
    const [ms] = await pool.broadcast(timed, [work.toString(), count, args]);
    found.push((ms * 1e6) / (count * workers));
  }
  await pool.close();
  return median(found);
}
const shared = new nd.Value("int32");
const byTwo = await together(
  2,
  1e6,
  (count, value) => {
    for (let i = 0; i < count; i++) value.updateSync((x) => x + 1);
  },
  [shared],
);
add(
  "Value int32: updateSync, two threads at once",
  byTwo,
  `two processes, ${withLock}`,
  await theirs("increment by 2"),
  10,
);
const barrier = new nd.Barrier(2);
const meetings = await together(
  2,
  20_000,
  (count, barrier) => {
    for (let i = 0; i < count; i++) barrier.waitSync();
  },
  [barrier],
);
add("Barrier(2): waitSync, a round", 2 * meetings, "barrier.wait()", await theirs("barrier"));
const [ping, pong] = [new nd.Semaphore(0), new nd.Semaphore(0)];
const count = 50_000;
const other = new nd.Process(
  (ping, pong, count) => {
    for (let i = 0; i < count; i++) {
      ping.acquireSync();
      pong.release();
    }
  },
  [ping, pong, count],
).start();
ping.release();
pong.acquireSync();
const began = performance.now();
for (let i = 1; i < count; i++) {
  ping.release();
  pong.acquireSync();
}
const roundTrip = ((performance.now() - began) * 1e6) / count;
await other.join();
add("Semaphores: there and back, two blocked threads", roundTrip, "two processes", await theirs("ping pong"));

// ── Processes ────────────────────────────────────────────────────────────────────────────────────
const starts = [];
for (let i = 0; i < 20; i++) {
  const since = performance.now();
  await new nd.Process(() => {}).start().join();
  starts.push((performance.now() - since) * 1e6);
}
add("Process: start, join", median(starts), "spawn", await theirs("spawn"));
add("Process: start, join", median(starts), "fork", await theirs("fork"));
const spared = [];
for (let i = 0; i < 20; i++) {
  await nd.Process.prepare();
  const since = performance.now();
  await new nd.Process(() => {}).start().join();
  spared.push((performance.now() - since) * 1e6);
}
add("Process: start, join, with a spare", median(spared), "fork", await theirs("fork"));

// ── Named memory ─────────────────────────────────────────────────────────────────────────────────
await nd.SharedMemory.ready();
const block = { name: "bench-block", scope: "system" };
const cycle = (make) => (count) => {
  for (let i = 0; i < count; i++) make()[Symbol.dispose]();
};
const theirBlock = await theirs("block");
const made = measure(
  200,
  cycle(() => new nd.SharedMemory(4096, block)),
);
add("SharedMemory(4096), system scope, disposed of", made, "make, close, unlink", theirBlock);
const madeArray = measure(
  200,
  cycle(() => nd.zeros([1000], { dtype: "int32", ...block })),
);
add("zeros([1000]), system scope, disposed of", madeArray, "make, close, unlink", theirBlock);
const inProcess = measure(
  200,
  cycle(() => new nd.SharedMemory(4096, { name: "bench-block" })),
);
add("SharedMemory(4096), process scope, disposed of", inProcess, "make, close, unlink", theirBlock);

python.stdin.end();
keep(`sync-node${process.versions.node.split(".")[0]}.json`, { ...provenance(), python: pythonVersion, rows });
