// System scope under kills: the glibc recipe for locks, counters whose holders die, and cycles that must leave nothing.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Lock, NDArray, SharedMemory, zeros } from "../../dist/index.js";

const SYSTEM = { scope: "system" };
const isShort = process.env.STRESS === "short";
const LOCKS = 100;
const role = process.argv[2];
const random = (n) => Math.floor(Math.random() * n);

if (role === "locker") await locker(process.argv[3]);
else if (role === "attacher") await attacher();
else if (role === "maker") maker(process.argv[3]);
else {
  await makers(isShort ? 20 : 200);
  await robustLocks(isShort ? 5 : 15);
  await cycles(isShort ? 1000 : 10_000);
}

function helper(...args) {
  return fork(fileURLToPath(import.meta.url), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

/**
 * Takes locks at random until it is killed. Under each lock it writes its pid, and finds it untouched; then it counts in two
 * places, so that whoever recovers sees whether it died in between.
 */
async function locker(prefix) {
  const words = NDArray.attach(`${prefix}-words`, { ...SYSTEM, dtype: "int32" }).flat;
  const locks = Array.from({ length: LOCKS }, (_, i) => Lock.attach(`${prefix}-${i}`, SYSTEM));
  process.send("ready");
  const take = (lock) => {
    for (;;) {
      try {
        return lock.acquireSync({ timeoutMs: 20_000 });
      } catch (e) {
        if (e.code !== "LOCK_ABANDONED") throw e;
        const guard = lock.recover();
        if (!guard) continue;
        const at = 4 * locks.indexOf(lock);
        words[at] = 0; // repaired: the dead one is not inside any more
        words[at + 2] = words[at + 1];
        words[4 * LOCKS]++; // (of no lock: about right is enough)
        return guard;
      }
    }
  };
  for (;;) {
    const i = random(LOCKS);
    const at = 4 * i;
    const guard = take(locks[i]);
    if (words[at] !== 0) {
      process.send({ violated: [i, words[at], process.pid] });
      process.exit(1);
    }
    words[at] = process.pid;
    words[at + 1]++;
    for (let k = random(50); k > 0; k--) if (words[at] !== process.pid) process.send({ violated: [i, words[at]] });
    words[at + 2]++;
    words[at] = 0;
    guard.release();
  }
}

async function robustLocks(rounds) {
  const prefix = `stress-${process.pid}`;
  const locks = Array.from({ length: LOCKS }, (_, i) => new Lock({ name: `${prefix}-${i}`, ...SYSTEM }));
  const words = zeros([4 * LOCKS + 1], { dtype: "int32", name: `${prefix}-words`, ...SYSTEM });
  const violations = [];
  let abandoned = 0;
  let longest = 0;
  for (let round = 0; round < rounds; round++) {
    const pair = [helper("locker", prefix), helper("locker", prefix)];
    for (const one of pair) {
      await once(one, "message");
      one.on("message", (message) => violations.push(message.violated));
    }
    await new Promise((resolve) => setTimeout(resolve, 100 + random(200)));
    const gone = pair.map((one) => once(one, "exit"));
    pair[0].kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, random(100))); // the other one goes on, and recovers what it meets
    pair[1].kill("SIGKILL");
    await Promise.all(gone);
    for (const lock of locks) {
      const began = performance.now();
      try {
        lock.acquireSync({ timeoutMs: 5000 }).release();
      } catch (e) {
        assert.equal(e.code, "LOCK_ABANDONED", "a lock is stuck");
        abandoned++;
        const at = 4 * locks.indexOf(lock);
        const guard = lock.recover();
        words.flat[at] = 0;
        words.flat[at + 2] = words.flat[at + 1];
        guard.release();
      }
      longest = Math.max(longest, performance.now() - began);
    }
    assert.deepEqual(violations, []);
  }
  const all = words.flat;
  let taken = 0;
  for (let i = 0; i < LOCKS; i++) {
    taken += all[4 * i + 1];
    assert.equal(all[4 * i + 1], all[4 * i + 2]);
  }
  console.log(
    `${rounds} rounds × 2 processes × ${LOCKS} locks, SIGKILL at random: ${taken} acquisitions, ` +
      `${all[4 * LOCKS]} recovered by the survivor, ${abandoned} afterwards; 0 stuck, 0 violations; longest wait ${longest.toFixed(0)} ms`,
  );
  for (const thing of [...locks, words]) thing[Symbol.dispose]();
}

/**
 * Makes blocks and gives them up, in every way, until it is killed: small ones, which take one request, large ones, which
 * take two, some that are taken, and now and then none for so long that the keeper removes the files of this process.
 */
function maker(prefix) {
  const make = [
    () => new SharedMemory(1 + random(8192), { name: `${prefix}-${random(3)}`, ...SYSTEM }),
    () => zeros([1 + random(500)], { name: `${prefix}-${random(3)}`, ...SYSTEM }),
    () => zeros([20_000], { name: `${prefix}-${random(3)}`, ...SYSTEM }),
    () => new Lock({ name: `${prefix}-${random(3)}`, ...SYSTEM }),
  ];
  let turns = 0;
  const turn = () => {
    const things = [];
    for (let k = 0; k < 20; k++) {
      try {
        things.push(make[random(make.length)]());
      } catch (e) {
        assert.equal(e.code, "NAME_TAKEN");
      }
      if (things.length > random(3)) things.shift()[Symbol.dispose]();
    }
    for (const thing of things) thing[Symbol.dispose]();
    if (turns++ === 0) process.send("ready");
    setTimeout(turn, random(10) === 0 ? 300 : 0);
  };
  turn();
}

/** Processes that make blocks are stopped for a while, and killed, at any moment: a sweep leaves nothing of theirs. */
async function makers(rounds) {
  const prefix = `makers-${process.pid}`;
  let paused = 0;
  let left = 0;
  for (let round = 0; round < rounds; round++) {
    const one = helper("maker", `${prefix}-${round}`);
    await once(one, "message");
    await new Promise((resolve) => setTimeout(resolve, random(150)));
    const filesOf = () =>
      readdirSync("/dev/shm").filter((name) => name.startsWith(`${prefix}-${round}-`) || name.includes(`.${one.pid}.`));
    if (round % 3 === 0) {
      one.kill("SIGSTOP"); // a process that is only stopped lives: a sweep takes nothing from it
      await new Promise((resolve) => setTimeout(resolve, 20));
      const before = filesOf();
      SharedMemory.prune();
      assert.deepEqual(filesOf(), before, "a sweep has removed what a stopped process owns");
      one.kill("SIGCONT");
      paused++;
    }
    const gone = once(one, "exit");
    one.kill("SIGKILL");
    await gone;
    left += filesOf().length;
    SharedMemory.prune();
    assert.deepEqual(filesOf(), [], "a sweep has left files of a process that was killed");
  }
  assert.ok(left > 0, "no process had any files when it was killed");
  console.log(
    `${rounds} processes that make blocks, SIGKILL at random (${paused} stopped before): ${left} files swept, 0 left`,
  );
}

async function attacher() {
  process.on("message", (name) => {
    const memory = SharedMemory.attach(name, SYSTEM);
    memory.buf[1] = memory.buf[0] + 1;
    memory.close();
    process.send(usage());
  });
  process.send("ready");
}

function usage() {
  globalThis.gc?.();
  return {
    descriptors: readdirSync("/proc/self/fd").length,
    mappings: readFileSync("/proc/self/maps", "latin1").split("\n").length,
    rss: process.memoryUsage.rss() / 2 ** 20,
  };
}

async function cycles(count) {
  const other = helper("attacher");
  await once(other, "message");
  const before = readdirSync("/dev/shm").filter((name) => name.startsWith("cycle-"));
  const seen = [];
  for (let i = 0; i < count; i++) {
    const memory = new SharedMemory(65536, { name: `cycle-${process.pid}-${i}`, ...SYSTEM });
    memory.buf[0] = i & 127;
    other.send(memory.name);
    const [theirs] = await once(other, "message");
    assert.equal(memory.buf[1], (i & 127) + 1);
    memory.close();
    memory.unlink();
    if (i === count / 5 || i === count - 1) seen.push({ cycle: i + 1, mine: usage(), theirs });
  }
  other.disconnect();
  await once(other, "exit");
  const [first, last] = seen;
  for (const whose of ["mine", "theirs"]) {
    const show = ({ descriptors, mappings, rss }) =>
      `${descriptors} descriptors, ${mappings} mappings, ${rss.toFixed(0)} MiB`;
    console.log(
      `${whose}: after ${first.cycle} cycles ${show(first[whose])}; after ${last.cycle} ${show(last[whose])}`,
    );
    assert.ok(last[whose].descriptors <= first[whose].descriptors, "descriptors are left open");
    assert.ok(last[whose].mappings <= first[whose].mappings + 100, "mappings are left");
    assert.ok(last[whose].rss <= first[whose].rss + 30, "memory grows");
  }
  const after = readdirSync("/dev/shm").filter((name) => name.startsWith("cycle-"));
  assert.deepEqual(after, before);
}
