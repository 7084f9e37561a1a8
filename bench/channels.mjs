// Compares queues, pipes and managers with Python's multiprocessing and with MessagePort, in one run: medians, in ns
// per message. One producer and one consumer run in two threads (Python: in two processes). Rows with a target say
// whether it holds.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Manager, Process, pipe, Queue, SharedEvent, zeros } from "../dist/index.js";
import { keep, median, provenance } from "./report.mjs";

const python = spawn("python3", [fileURLToPath(new URL("channels_side.py", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
const answer = async () => JSON.parse((await answers.next()).value);
const pythonVersion = await answer();
const theirs = async (name) => {
  python.stdin.write(`${name}\n`);
  return median(await answer());
};

const ROUNDS = 11;
/** The median of the rounds. The first round warms up and does not count. */
async function measure(round) {
  await round();
  const found = [];
  for (let i = 0; i < ROUNDS; i++) found.push(await round());
  return median(found);
}
const perMessage = (since, count) => ((performance.now() - since) * 1e6) / count;

const rows = [];
function add(work, ours, against, their, target) {
  const ratio = their / ours;
  const holds = target === undefined || ratio >= target;
  rows.push({ work, ns: ours, against, theirNs: their, timesFaster: ratio, target: target && `>= ${target}`, holds });
  const ns = (value) => value.toFixed(0).padStart(10);
  const mark = target === undefined ? "" : `>= ${target}: ${holds ? "holds" : "MISSES"}`;
  console.log(
    `${work.padEnd(44)}${ns(ours)}  ${against.padEnd(34)}${ns(their)}${ratio.toFixed(1).padStart(9)}  ${mark}`,
  );
}
console.log(`${"work".padEnd(44)}${"ns".padStart(10)}  ${"against".padEnd(34)}${"ns".padStart(10)}    times`);

// ── Throughput ───────────────────────────────────────────────────────────────────────────────────
const drain = (channel, rounds, n, done) => {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < n; i++) channel.getSync();
    done.set();
  }
};
/** Another thread takes the messages. A round lasts until it has taken the last one. */
function stream(sender, receiver, message, count) {
  const done = new SharedEvent();
  const p = new Process(drain, [receiver, ROUNDS + 1, count, done]).start();
  const round = () => {
    const since = performance.now();
    for (let i = 0; i < count; i++) sender.putSync(message);
    done.waitSync();
    const ns = perMessage(since, count);
    done.clear();
    return ns;
  };
  return { round, end: () => p.join() };
}
function queueStream(message, count, options) {
  const queue = new Queue(options);
  return stream(queue, queue, message, count);
}
function pipeStream(message, count, options) {
  const [reader, writer] = pipe({ duplex: false, ...options });
  return stream(writer, reader, message, count);
}
const peer = new Worker(new URL("./channels_peer.mjs", import.meta.url));
const portStream = (message, count) => ({
  async round() {
    peer.postMessage({ begin: true, count, isEcho: false });
    const since = performance.now();
    for (let i = 0; i < count; i++) peer.postMessage(message);
    await once(peer, "message");
    return perMessage(since, count);
  },
  end() {},
});

/** The medians of several streams. Their rounds take turns, so a busy moment of the machine affects all of them. */
async function measureInTurn(...streams) {
  const found = streams.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, { round }] of streams.entries()) found[i].push(await round());
  }
  for (const { end } of streams) await end();
  return found.map((times) => median(times.slice(1))); // the first round warms up
}

const large = { byteCapacity: 32 << 20 };
const messages = [
  ["number", 42, 200_000, {}],
  ["record", { step: 3, value: 17 }, 200_000, {}],
  ["64 KiB", new Uint8Array(64 << 10), 3000, {}],
  ["8 MiB", new Uint8Array(8 << 20), 30, large],
];
for (const [name, message, count, options] of messages) {
  const isSmall = count > 10_000;
  const streams = [
    queueStream(message, count, options),
    pipeStream(message, count, options),
    portStream(message, count),
  ];
  const [byQueue, byPipe, byPort] = await measureInTurn(...streams);
  add(`Queue: ${name}`, byQueue, "Python's Queue", await theirs(`queue ${name}`), isSmall ? 10 : undefined);
  add(`Queue: ${name}`, byQueue, "MessagePort", byPort, isSmall ? 3 : undefined);
  add(`pipe: ${name}`, byPipe, "Python's Pipe", await theirs(`pipe ${name}`));
}
const array = zeros([1 << 20]);
const [byHandle] = await measureInTurn(queueStream(array, 500, {}));
add("Queue: an array of 8 MiB, by handle", byHandle, "Python's Queue, 8 MiB of bytes", await theirs("queue 8 MiB"));

// ── There and back ───────────────────────────────────────────────────────────────────────────────
const echo = (there, back, n) => {
  for (let i = 0; i < n; i++) back.putSync(there.getSync());
};
const echoAsync = async (there, back, n) => {
  for (let i = 0; i < n; i++) await back.put(await there.get());
};
const TRIPS = 20_000;
async function roundTrips(mine, peerEnds, task, isSync) {
  const p = new Process(task, [...peerEnds, TRIPS + 1]).start();
  const [there, back] = mine;
  there.putSync(42);
  await back.get();
  const since = performance.now();
  for (let i = 0; i < TRIPS; i++) {
    if (isSync) {
      there.putSync(42);
      back.getSync();
    } else {
      await there.put(42);
      await back.get();
    }
  }
  const ns = perMessage(since, TRIPS);
  await p.join();
  return ns;
}
const queues = (task, isSync) => () => {
  const [there, back] = [new Queue(), new Queue()];
  return roundTrips([there, back], [there, back], task, isSync);
};
const pipes = () => {
  const [mine, other] = pipe();
  const both = (end, n) => {
    for (let i = 0; i < n; i++) end.putSync(end.getSync());
  };
  return roundTrips([mine, mine], [other], both, true);
};
const port = await measure(async () => {
  peer.postMessage({ begin: true, count: 0, isEcho: true });
  const since = performance.now();
  for (let i = 0; i < TRIPS / 4; i++) {
    peer.postMessage(42);
    await once(peer, "message");
  }
  return perMessage(since, TRIPS / 4);
});
const blocked = await measure(queues(echo, true));
add("Queue: there and back, blocked", blocked, "Python's Queue", await theirs("queue round trip"));
add("Queue: there and back, blocked", blocked, "MessagePort", port);
add("Queue: there and back, asynchronous", await measure(queues(echoAsync, false)), "MessagePort", port);
add("pipe: there and back, blocked", await measure(pipes), "Python's Pipe", await theirs("pipe round trip"));

// ── Managers ─────────────────────────────────────────────────────────────────────────────────────
const manager = new Manager();
const dict = manager.dict();
const sets = await measure(() => {
  const since = performance.now();
  for (let i = 0; i < 5000; i++) dict.setSync("k", i);
  return perMessage(since, 5000);
});
const set = await theirs("manager");
add("Manager: dict.setSync", sets, 'Python\'s Manager: d["k"] = i', set);
const setsAsync = await measure(async () => {
  const since = performance.now();
  for (let i = 0; i < 5000; i++) await dict.set("k", i);
  return perMessage(since, 5000);
});
add("Manager: await dict.set", setsAsync, 'Python\'s Manager: d["k"] = i', set);
await manager.close();

await peer.terminate();
python.stdin.end();
keep(`channels-node${process.versions.node.split(".")[0]}.json`, { ...provenance(), python: pythonVersion, rows });
