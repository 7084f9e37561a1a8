/** `Condition`: who is notified, what is held afterwards, and waiters that die. */
import {
  Condition,
  isSharedError,
  Lock,
  Process,
  RawValue,
  RLock,
  Semaphore,
  SharedEvent,
  SharedMemory,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (test: () => boolean) => {
  for (const since = performance.now(); !test(); await sleep(1)) {
    if (performance.now() - since > 60_000) throw new Error("not within 60 s");
  }
};

/** A blocked waiter in a thread of its own: counts itself in `count[0]` before, in `count[1]` or, timed out, `count[2]` after. */
function waiter(condition: Condition, count: Int32Array<SharedArrayBuffer>, timeoutMs?: number) {
  return new Process(
    (condition, count, options) => {
      const guard = condition.acquireSync();
      Atomics.add(count, 0, 1);
      Atomics.add(count, condition.waitSync(options) ? 1 : 2, 1);
      if (!condition.lock.locked) throw new Error("not held after the wait");
      guard.release();
    },
    [condition, count, timeoutMs === undefined ? {} : { timeoutMs }],
  ).start();
}
const counters = () => new Int32Array(new SharedArrayBuffer(16));
/** All of `n` are asleep: they have counted, and their lock is free again. */
async function asleep(condition: Condition, count: Int32Array, n: number) {
  await until(() => Atomics.load(count, 0) === n);
  (await condition.acquire()).release();
}
async function withLock(condition: Condition, act: () => void) {
  const guard = await condition.acquire();
  act();
  guard.release();
}

it("each notify wakes one, and none wakes by itself", async () => {
  const condition = new Condition();
  const count = counters();
  const processes = [waiter(condition, count), waiter(condition, count)];
  await asleep(condition, count, 2);
  await sleep(50);
  expect(count[1]).toBe(0);
  for (const n of [1, 2]) {
    await withLock(condition, () => condition.notify());
    await until(() => Atomics.load(count, 1) === n);
    await sleep(30);
    expect(count[1]).toBe(n);
  }
  for (const p of processes) expect(await p.join()).toBe(0);
  expect(condition.lock.locked).toBe(false);
});

it("six that time out leave nothing behind; six others are all woken by one notifyAll", async () => {
  const condition = new Condition();
  const first = counters();
  for (const p of Array.from({ length: 6 }, () => waiter(condition, first, 20))) await p.join();
  expect([...first]).toEqual([6, 0, 6, 0]);
  const second = counters();
  const processes = Array.from({ length: 6 }, () => waiter(condition, second));
  await asleep(condition, second, 6);
  await withLock(condition, () => condition.notifyAll());
  for (const p of processes) expect(await p.join()).toBe(0);
  expect([...second]).toEqual([6, 6, 0, 0]);
});

it("notify(2) wakes 2 of 6, notify(4) the rest, notify(3) nobody", async () => {
  const condition = new Condition();
  const count = counters();
  const processes = Array.from({ length: 6 }, () => waiter(condition, count));
  await asleep(condition, count, 6);
  for (const [n, total] of [
    [2, 2],
    [0, 2],
    [4, 6],
    [3, 6],
  ] as const) {
    await withLock(condition, () => condition.notify(n));
    await until(() => Atomics.load(count, 1) === total);
    await sleep(30);
    expect(count[1]).toBe(total);
  }
  for (const p of processes) await p.join();
  const late = waiter(condition, counters(), 50); // what nobody waited for is not kept
  expect(await late.join()).toBe(0);
});

it("wait is false when its time is up, true when notified, and the lock is held again in either case", async () => {
  const condition = new Condition();
  const guard = await condition.acquire();
  for (const timeoutMs of [0, 30]) {
    const since = performance.now();
    expect(await condition.wait({ timeoutMs })).toBe(false);
    expect(condition.waitSync({ timeoutMs })).toBe(false);
    expect(performance.now() - since).toBeGreaterThanOrEqual(2 * timeoutMs - 4);
    expect(condition.lock.locked).toBe(true);
  }
  const notified = condition.wait();
  await withLock(condition, () => condition.notify()); // another async function of this thread
  expect(await notified).toBe(true);
  expect(condition.lock.locked).toBe(true);
  guard.release(); // the guard that was had before the wait
  expect(condition.lock.locked).toBe(false);
});

it("an aborted wait rejects with the lock held, and passes on what it was told", async () => {
  const condition = new Condition();
  const abort = new AbortController();
  const guard = await condition.acquire();
  const waiting = condition.wait({ signal: abort.signal }).catch((e) => e);
  await sleep(10);
  const count = counters();
  const other = waiter(condition, count);
  await until(() => count[0] === 1);
  await withLock(condition, () => condition.notify()); // the first to come is the first to be told
  abort.abort("why");
  const error = await waiting; // or true, had it heard before it was aborted
  expect(condition.lock.locked).toBe(true);
  guard.release();
  if (isSharedError(error, "ABORTED")) expect(error.cause).toBe("why");
  else await withLock(condition, () => condition.notify());
  expect(await other.join()).toBe(0);
  expect(count[1]).toBe(1);
});

it("waits for a predicate, across threads, in both directions; each sees every step of the other", async () => {
  const condition = new Condition();
  const state = new RawValue("int32", -1);
  const p = new Process(
    (condition, state) => {
      const guard = condition.acquireSync();
      state.value = 0;
      condition.notify();
      if (!condition.waitUntilSync(() => state.value === 4)) process.exit(2);
      guard.release();
    },
    [condition, state],
  ).start();
  const guard = await condition.acquire();
  expect(await condition.waitUntil(() => state.value === 0)).toBe(true);
  guard.release();
  for (let i = 0; i < 4; i++) {
    await sleep(5);
    await withLock(condition, () => {
      state.value += 1;
      condition.notify();
    });
  }
  expect(await p.join()).toBe(0);
});

it("a predicate that never holds: false, and not before the time is up in spite of three notifies", async () => {
  const condition = new Condition();
  const guard = await condition.acquire();
  const since = performance.now();
  const waiting = condition.waitUntil(() => false, { timeoutMs: 100 });
  for (let i = 0; i < 3; i++) {
    await sleep(10);
    await withLock(condition, () => condition.notifyAll());
  }
  expect(await waiting).toBe(false);
  expect(performance.now() - since).toBeGreaterThanOrEqual(96);
  expect(condition.waitUntilSync(() => false, { timeoutMs: 10 })).toBe(false);
  expect(condition.waitUntilSync(() => true, { timeoutMs: 0 })).toBe(true);
  guard.release();
});

it("all levels of an RLock are released by a wait, and held again after it", async () => {
  const condition = new Condition();
  const guards = [condition.acquireSync(), condition.acquireSync(), condition.acquireSync()];
  const count = new Int32Array(new SharedArrayBuffer(4));
  const p = new Process(
    (condition, count) => {
      const guard = condition.acquireSync();
      count[0] = 1;
      condition.notify();
      guard.release();
    },
    [condition, count],
  ).start();
  expect(condition.waitSync()).toBe(true);
  expect(count[0]).toBe(1);
  for (const guard of guards) {
    expect(condition.lock.locked).toBe(true);
    guard.release();
  }
  expect(condition.lock.locked).toBe(false);
  await p.join();
});

describe("without the lock", () => {
  it("wait, waitUntil and notify are errors, and nothing is changed", async () => {
    const condition = new Condition();
    const lockState = { code: "LOCK_STATE" };
    await expect(condition.wait()).rejects.toMatchObject(lockState);
    await expect(condition.waitUntil(() => true)).rejects.toMatchObject(lockState);
    for (const act of [
      () => condition.waitSync(),
      () => condition.waitUntilSync(() => true),
      () => condition.notify(),
      () => condition.notifyAll(),
    ]) {
      expect(act).toThrow(expect.objectContaining(lockState));
    }
    const guard = condition.acquireSync();
    for (const count of [-1, Number.NaN, 1.5]) expect(() => condition.notify(count)).toThrow(RangeError);
    for (const timeoutMs of [-1, Number.NaN]) expect(() => condition.waitSync({ timeoutMs })).toThrow(RangeError);
    expect(() => condition.waitUntilSync(5 as never)).toThrow(TypeError);
    expect(condition.lock.locked).toBe(true);
    guard.release();
    condition.close();
    await expect(async () => condition.acquire()).rejects.toMatchObject({ code: "CLOSED" });
  });
});

it("a lock of its own is an RLock; one that is given is shared, in other threads too", async () => {
  expect(new Condition().lock).toBeInstanceOf(RLock);
  const lock = new Lock();
  const condition = new Condition(lock);
  expect(condition.lock).toBe(lock);
  const guard = lock.acquireSync();
  const tried = new SharedEvent();
  const p = new Process(
    (condition, lock, tried) => {
      if (condition.lock.tryAcquire() || lock.tryAcquire()) process.exit(2);
      tried.set();
      const guard = lock.acquireSync();
      condition.notify();
      guard.release();
    },
    [condition, lock, tried],
  ).start();
  await tried.wait();
  expect(await condition.wait()).toBe(true);
  guard.release();
  expect(await p.join()).toBe(0);
  for (const bad of [5, {}, new Semaphore()]) expect(() => new Condition(bad as never)).toThrow(TypeError);
});

it("has a name, and its lock must have one too", () => {
  using lock = new Lock({ name: "the-lock" });
  using condition = new Condition(lock, { name: "the-condition" });
  using own = new Condition(undefined, { name: "own-lock" });
  const again = Condition.attach("the-condition");
  const guard = lock.acquireSync();
  expect([again.lock.name, again.lock.locked, again.lock.constructor]).toEqual(["the-lock", true, Lock]);
  guard.release();
  const attached = Condition.attach("own-lock");
  const other = own.acquireSync();
  expect(attached.lock.locked).toBe(true);
  other.release();
  expect(() => new Condition(new Lock(), { name: "no" })).toThrow(/`?lock`? .*to have a name|to have a name/);
  expect(() => SharedMemory.attach("no")).toThrow(expect.objectContaining({ code: "NAME_NOT_FOUND" }));
  again.close();
  lock.unlink();
  expect(() => Condition.attach("the-condition")).toThrow(
    expect.objectContaining({ code: "NAME_NOT_FOUND", key: "the-lock" }),
  );
  expect(SharedMemory.list().find((one) => one.name === "the-condition")!.threads).toBe(1);
  condition.close();
});

it("a waiter that was killed harms nobody: notify does not wait, and what the dead was told the next one hears", async () => {
  const condition = new Condition();
  const count = counters();
  const doomed = waiter(condition, count);
  await asleep(condition, count, 1);
  const other = waiter(condition, count);
  await asleep(condition, count, 2);
  doomed.terminate();
  await doomed.join();
  await withLock(condition, () => condition.notify()); // the dead one came first
  await until(() => count[1] === 1);
  expect(await other.join()).toBe(0);
});

it("a waiter that was told and dies before it has the lock again: the next one hears", async () => {
  const condition = new Condition();
  const count = counters();
  const doomed = waiter(condition, count);
  await asleep(condition, count, 1);
  const other = waiter(condition, count);
  await asleep(condition, count, 2);
  const guard = await condition.acquire();
  condition.notify(); // the doomed one, which now waits for this lock
  await sleep(50);
  doomed.terminate();
  await doomed.join();
  guard.release();
  expect(await other.join({ timeoutMs: 60_000 })).toBe(0);
  expect(count[1]).toBe(1);
});

it("a lock that comes back to a wait is held at once: nothing nests on it", async () => {
  const condition = new Condition();
  const guard = await condition.acquire();
  const waiting = condition.wait({ timeoutMs: 20 });
  let nested = 0;
  for (const since = performance.now(); performance.now() - since < 60; await Promise.resolve()) {
    const other = condition.lock.tryAcquire();
    if (other && condition.lock.tryAcquire()) nested++; // nests on its own hold
    if (other) {
      condition.lock.release();
      other.release();
    }
    await sleep(0);
  }
  expect(await waiting).toBe(false);
  expect(nested).toBeGreaterThan(0);
  expect([condition.lock.tryAcquire(), condition.lock.locked]).toEqual([undefined, true]);
  guard.release();
  expect(condition.lock.locked).toBe(false);
});

it("if the lock's holder dies, a wait ends with that error", async () => {
  const condition = new Condition();
  const guard = condition.acquireSync();
  const p = new Process(
    (condition) => {
      condition.acquireSync();
      condition.notify();
      process.exit(0);
    },
    [condition],
  ).start();
  await expect(condition.wait()).rejects.toMatchObject({ code: "LOCK_ABANDONED" });
  guard.release(); // nothing to release any more
  condition.lock.recover()!.release();
  expect(condition.lock.locked).toBe(false);
  await p.join();
});

it("more waiters than it has places for is a typed error, and the lock stays held", async () => {
  const condition = new Condition();
  const abort = new AbortController();
  const waits: Promise<unknown>[] = [];
  for (let i = 0; i < 1024; i++) {
    const guard = await condition.acquire();
    waits.push(
      condition
        .wait({ signal: abort.signal })
        .catch(() => {})
        .then(() => guard.release()),
    );
  }
  const guard = await condition.acquire();
  await expect(condition.wait()).rejects.toMatchObject({ code: "UNSUPPORTED" });
  expect(condition.lock.locked).toBe(true);
  guard.release();
  abort.abort();
  await Promise.all(waits);
  expect(condition.lock.locked).toBe(false);
});
