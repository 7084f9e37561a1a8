// Everything at once under kills: processes that use every primitive of system scope, each killed by SIGKILL at a random
// moment and replaced. Nobody may get stuck, no two may hold what one can hold, no name may be lost, nothing may be left.
// `MINUTES=30 node --expose-gc test/stress/kills.stress.mjs` is the long run.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as nd from "../../dist/index.js";

const SYSTEM = { scope: "system" };
const FILE = fileURLToPath(import.meta.url);
const SLOTS = 6;
/** Longer than any wait that is not stuck takes, on a machine that is busy. */
const STUCK_MS = 30_000;
/** A victim is killed at the latest so long after it has begun. */
const LIFE_MS = 600;
const random = (n) => Math.floor(Math.random() * n);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The words that victims share: who is inside of what one alone may hold, what each has done, and the queue's book.
const EXCLUSIVE = ["lock", "rlock", "semaphore", "condition", "value"];
const BEATS = EXCLUSIVE.length;
const TICKETS = BEATS + SLOTS;
const BOOK = TICKETS + 1;
const MESSAGES = 4_000_000;

/** Every primitive, by a function that makes or attaches it. */
const things = (prefix, isMaker) => {
  const one = (Class, name, ...made) => {
    const options = { ...SYSTEM, name: `${prefix}-${name}` };
    return isMaker ? new Class(...made, options) : Class.attach(options.name, SYSTEM);
  };
  const typed = (Class, name, type, first) => {
    const options = { ...SYSTEM, name: `${prefix}-${name}` };
    return isMaker ? new Class(type, first, options) : Class.attach(options.name, type, SYSTEM);
  };
  return {
    lock: one(nd.Lock, "lock"),
    rlock: one(nd.RLock, "rlock"),
    semaphore: one(nd.Semaphore, "semaphore", 1),
    condition: one(nd.Condition, "condition", undefined),
    event: one(nd.SharedEvent, "event"),
    barrier: one(nd.Barrier, "barrier", 2),
    queue: one(nd.Queue, "queue"),
    joinable: one(nd.JoinableQueue, "joinable"),
    ends: one(nd.Queue, "ends"),
    list: one(nd.ShareableList, "list", [1, "text", new Uint8Array(100)]),
    value: typed(nd.Value, "value", "float64", 0),
    words: isMaker
      ? nd.zeros([BOOK + MESSAGES], { dtype: "int32", ...SYSTEM, name: `${prefix}-words` })
      : nd.NDArray.attach(`${prefix}-words`, SYSTEM),
  };
};

const [, , role, ...given] = process.argv;
if (role === "victim") await victim(...given);
else await supervise();

// ── What a victim does until it is killed ──────────────────────────────────────────────────────────────────────────

async function victim(prefix, slotText) {
  const slot = Number(slotText);
  const all = things(prefix, false);
  const acts = actsOf(all, prefix, slot, (violation) => process.send({ violation }));
  process.once("disconnect", () => process.exit());
  process.send("ready");
  for (;;) {
    const act = acts[random(acts.length)];
    try {
      act();
      if (random(20) === 0) await sleep(0); // messages of the supervisor, finalizers
    } catch (e) {
      process.send({ violation: `${act.name}: ${e.code ?? e.name}: ${e.message}` });
      await sleep(1000);
    }
    Atomics.add(all.words.flat, BEATS + slot, 1);
  }
}

/** Whether the process lives. One that was killed and not yet waited for does not. */
function isAlive(pid) {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

function actsOf(all, prefix, slot, violated) {
  const { lock, rlock, semaphore, condition, event, barrier, queue, joinable, ends, list, value, words } = all;
  const { flat } = words;
  /** Is alone inside, or reports who else is. A holder that was killed leaves its pid behind. */
  const inside = (what, act) => {
    const at = EXCLUSIVE.indexOf(what);
    const other = Atomics.exchange(flat, at, process.pid);
    if (other !== 0 && other !== process.pid && isAlive(other))
      violated(`two hold the ${what}: ${other}, ${process.pid}`);
    for (let i = random(200); i > 0; i--) if (Atomics.load(flat, at) !== process.pid) violated(`inside the ${what}`);
    act?.();
    Atomics.store(flat, at, 0);
  };
  const taken = (one) => {
    for (;;) {
      try {
        return one.acquireSync({ timeoutMs: STUCK_MS });
      } catch (e) {
        if (e.code !== "LOCK_ABANDONED") throw e;
        const guard = (one.lock ?? one).recover();
        if (guard) return guard;
      }
    }
  };
  /** What a wait with a short limit may end with. */
  const patient = (act, ...codes) => {
    try {
      return act();
    } catch (e) {
      if (e.code !== "TIMEOUT" && !codes.includes(e.code)) throw e;
      return undefined;
    }
  };
  const mine = `${prefix}-own-${slot}`;
  return [
    function holdsLock() {
      const guard = taken(lock);
      inside("lock");
      guard.release();
    },
    function holdsTwice() {
      const [outer, inner] = [taken(rlock), taken(rlock)];
      inside("rlock");
      inner.release();
      outer.release();
    },
    function hasPermit() {
      const guard = semaphore.acquireSync({ timeoutMs: STUCK_MS });
      inside("semaphore");
      guard.release();
    },
    function waitsForNotice() {
      const guard = taken(condition);
      inside("condition");
      patient(() => condition.waitSync({ timeoutMs: random(20) }), "LOCK_ABANDONED");
      guard.release();
      condition.lock.recover()?.release();
    },
    function notifies() {
      const guard = taken(condition);
      inside("condition", () => condition.notifyAll());
      guard.release();
    },
    function updatesValue() {
      const guard = taken(value.lock);
      inside("value", () => value.value++);
      guard.release();
    },
    function setsEvent() {
      event.set();
      if (!event.waitSync({ timeoutMs: STUCK_MS }) && event.isSet) violated("a wait for an event that was set");
      if (random(2)) event.clear();
    },
    function meets() {
      patient(() => barrier.waitSync({ timeoutMs: random(20) }), "BROKEN_BARRIER");
      if (barrier.broken) patient(() => barrier.reset());
    },
    function puts() {
      const id = Atomics.add(flat, TICKETS, 1);
      if (id >= MESSAGES) return;
      queue.putSync({ id, text: "x".repeat(id % 300) }, { timeoutMs: STUCK_MS });
      Atomics.or(flat, BOOK + id, 1);
    },
    function gets() {
      const message = queue.tryGet();
      if (!message) return;
      if (message.text.length !== message.id % 300) violated(`message ${message.id} is torn`);
      if (Atomics.add(flat, BOOK + message.id, 2) >= 2) violated(`message ${message.id} came twice`);
    },
    function doesTask() {
      joinable.putSync(1, { timeoutMs: STUCK_MS });
      if (joinable.tryGet() !== undefined) joinable.taskDone();
    },
    function handsOver() {
      const [a, b] = nd.pipe({ ...SYSTEM, byteCapacity: 64 });
      if (!ends.tryPut(b)) b.close();
      patient(() => ends.tryGet()?.close(), "CLOSED", "NAME_NOT_FOUND");
      a.close();
    },
    function writesList() {
      list.set(2, new Uint8Array(100).fill(slot));
      const bytes = list.at(2);
      if (bytes.some((byte) => byte !== bytes[0])) violated("a torn item of a list");
    },
    function namesBlock() {
      let memory;
      for (const end = performance.now() + STUCK_MS; !memory; ) {
        try {
          memory = new nd.SharedMemory(4096, { ...SYSTEM, name: mine });
        } catch (e) {
          // The victim that had this slot before has been killed: its block goes with the next sweep.
          if (e.code !== "NAME_TAKEN" || performance.now() > end) throw e;
        }
      }
      memory.buf[0] = 1;
      memory.close();
      memory.unlink();
    },
    function attaches() {
      nd.SharedMemory.attach(`${prefix}-lock`, SYSTEM).close();
    },
  ];
}

// ── The supervisor ─────────────────────────────────────────────────────────────────────────────────────────────────

async function supervise() {
  const isShort = process.env.STRESS === "short";
  const minutes = Number(process.env.MINUTES ?? (isShort ? 0.3 : 2));
  const prefix = `kills-${process.pid}`;
  const all = things(prefix, true);
  const { flat } = all.words;
  const violations = [];
  const counts = { kills: 0, stuck: 0, longestStillMs: 0 };
  const until = performance.now() + 60_000 * minutes;

  const slots = Array.from({ length: SLOTS }, async (_, slot) => {
    while (performance.now() < until) {
      const child = fork(FILE, ["victim", prefix, String(slot)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
      const isGone = once(child, "exit");
      await once(child, "message");
      child.on("message", ({ violation }) => violations.push(violation));
      const watch = { beats: Atomics.load(flat, BEATS + slot), since: performance.now() };
      for (const end = performance.now() + random(LIFE_MS); performance.now() < end; await sleep(random(50))) {
        const beats = Atomics.load(flat, BEATS + slot);
        const now = performance.now();
        if (beats !== watch.beats) Object.assign(watch, { beats, since: now });
        counts.longestStillMs = Math.max(counts.longestStillMs, now - watch.since);
      }
      // A victim that does nothing now gets the time that a wait may take, before it counts as stuck.
      const seen = Atomics.load(flat, BEATS + slot);
      const isToBeWatched = random(50) === 0;
      for (
        const began = performance.now();
        isToBeWatched && Atomics.load(flat, BEATS + slot) === seen;
        await sleep(5)
      ) {
        counts.longestStillMs = Math.max(counts.longestStillMs, performance.now() - began);
        if (performance.now() - began < STUCK_MS) continue;
        counts.stuck++;
        break;
      }
      child.kill("SIGKILL");
      await isGone;
      counts.kills++;
    }
  });
  await Promise.all(slots);

  // What is left must work for the one who is left.
  const acts = actsOf(all, prefix, 0, (violation) => violations.push(violation));
  for (const act of acts) act();
  let [delivered, lost] = [0, 0];
  for (let message = all.queue.tryGet(); message !== undefined; message = all.queue.tryGet()) {
    if (Atomics.add(flat, BOOK + message.id, 2) >= 2) violations.push(`message ${message.id} came twice`);
  }
  for (let id = 0; id < Math.min(Atomics.load(flat, TICKETS), MESSAGES); id++) {
    if (flat[BOOK + id] === 1) lost++; // its put has returned, and its reader was killed, or it is lost
    if (flat[BOOK + id] >= 2) delivered++;
  }
  for (let end = true; end !== undefined; ) {
    try {
      end = all.ends.tryGet();
      end?.close();
    } catch (e) {
      assert.ok(e.code === "CLOSED" || e.code === "NAME_NOT_FOUND", e);
    }
  }
  const messages = Atomics.load(flat, TICKETS);
  const missing = Object.keys(all).filter((name) => !readdirSync("/dev/shm").includes(`${prefix}-${name}`));
  nd.SharedMemory.prune();
  for (const thing of Object.values(all)) thing[Symbol.dispose]();
  const deadline = performance.now() + 10_000;
  const left = () => {
    nd.SharedMemory.prune();
    return readdirSync("/dev/shm").filter((name) => isOrphan(name, prefix));
  };
  for (; left().length > 0 && performance.now() < deadline; await sleep(100));
  console.log(
    `${minutes} minutes, ${counts.kills} kills by SIGKILL, ${messages} messages ` +
      `(${delivered} delivered, ${lost} with their readers), ${counts.stuck} stuck, ${violations.length} violations, ` +
      `${missing.length} names lost, ${left().length} files left; longest time without a step ` +
      `${counts.longestStillMs.toFixed(0)} ms`,
  );
  assert.deepEqual(violations.slice(0, 10), []);
  assert.deepEqual({ stuck: counts.stuck, missing, left: left() }, { stuck: 0, missing: [], left: [] });
  assert.ok(lost <= counts.kills, "more messages are lost than readers were killed");
  process.exit();
}

/** Whether a file is of this run, or one that the package keeps for a process that is gone. */
function isOrphan(name, prefix) {
  if (name.startsWith(prefix)) return true;
  const owner = /^\.shared-ndarray\.\w+\.(\d+)\./.exec(name)?.[1];
  return owner !== undefined && Number(owner) !== process.pid && !isAlive(Number(owner));
}
