/** Under fake timers, which never fire by themselves, everything still ends: timers and clock are those of the runtime. */
import { mock } from "node:test";
import {
  arange,
  Barrier,
  Condition,
  fromHandle,
  Lock,
  Manager,
  Pool,
  Process,
  pipe,
  Queue,
  Semaphore,
  SharedEvent,
  SharedMemory,
  toHandle,
  Value,
  zeros,
} from "shared-ndarray";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const { setTimeout: realTimeout, clearTimeout: realClear } = globalThis;
/** Settles as the promise does, or fails if that takes longer than anything may take on a busy machine. */
function ends<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const never = new Promise<never>((_, reject) => {
    timer = realTimeout(() => reject(new Error("It has not ended")), 60_000);
  });
  return Promise.race([promise, never]).finally(() => realClear(timer));
}

const FAKES = {
  "vitest, as in jest and sinon": {
    begin: () => {
      const toFake = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate"];
      vi.useFakeTimers({ toFake: [...toFake, "performance", "Date", "queueMicrotask", "hrtime"] as never });
    },
    end: () => void vi.useRealTimers(),
  },
  "node:test": {
    begin: () => mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate", "Date"] }),
    end: () => mock.timers.reset(),
  },
};

const LATE = expect.objectContaining({ code: "TIMEOUT" });
const [patience, short] = [{ timeoutMs: 60_000 }, { timeoutMs: 5 }];
const held = () => {
  const lock = new Lock();
  lock.acquireSync();
  return lock;
};
const works: Record<string, () => Promise<void> | void> = {
  "new Pool, map, run, broadcast, close": async () => {
    const pool = new Pool({ workers: 2 });
    await pool.ready();
    for (let i = 0; i < 10; i++) expect((await pool.map(arange(3), (x) => x + 1)).toArray()).toEqual([1, 2, 3]);
    expect(await pool.run((x) => x, [1])).toBe(1);
    expect(await pool.broadcast(() => 2)).toEqual([2, 2]);
    await pool.forEachChunk(zeros(4), (chunk) => void chunk.fill(1), { chunkSize: 1 });
    await pool.close();
  },
  "the times of a pool": async () => {
    const pool = new Pool({ workers: 1, idleTimeoutMs: 5 });
    await expect(pool.run(() => new Promise(() => {}), [], { ...short, terminateAfterMs: 5 })).rejects.toEqual(LATE);
    expect(await pool.run(() => "next")).toBe("next");
    void pool.run(() => new Promise(() => {})).catch(() => {});
    await pool.close({ timeoutMs: 5 });
  },
  "Sync waits with a limit": () => {
    using queue = new Queue({ name: "empty" });
    expect(() => queue.getSync(short)).toThrow(LATE);
    expect(new SharedEvent().waitSync(short)).toBe(false);
    expect(() => new Barrier(2).waitSync(short)).toThrow(LATE);
    expect(() => new Semaphore(0).acquireSync(short)).toThrow(LATE);
    expect(() => SharedMemory.waitForSync("nobody-makes-it", short)).toThrow(LATE);
    const condition = new Condition();
    using _ = condition.acquireSync();
    expect(condition.waitSync(short)).toBe(false);
  },
  "asynchronous waits with a limit": async () => {
    const condition = new Condition();
    await using _ = await condition.acquire();
    using queue = new Queue({ name: "empty" });
    const waits = [
      held().acquire(short),
      queue.get(short),
      new Barrier(2).wait(short),
      new Semaphore(0).acquire(short),
      SharedMemory.waitFor("nobody-makes-it", short),
    ];
    const outcomes = await Promise.allSettled(waits as Promise<unknown>[]);
    expect([await new SharedEvent().wait(short), await condition.wait(short)]).toEqual([false, false]);
    expect(outcomes).toEqual(waits.map(() => ({ status: "rejected", reason: LATE })));
  },
  "hundreds of messages, and messages between threads": async () => {
    const queue = new Queue<number>();
    for (let i = 0; i < 300; i++) {
      await queue.put(i, patience);
      expect(await queue.get(patience)).toBe(i);
    }
    const [near, far] = pipe<number>();
    const echo = new Process(
      async (end) => {
        for (let i = 0; i < 100; i++) await end.put((await end.get()) + 1);
      },
      [far],
    ).start();
    for (let i = 0; i < 100; i++) {
      await near.put(i);
      expect(await near.get()).toBe(i + 1);
    }
    expect(await echo.join()).toBe(0);
  },
  "processes, managers and names": async () => {
    const value = new Value("int32", 0);
    await new Process((v) => void v.updateSync((x) => x + 1), [value]).start().join(patience);
    expect(value.value).toBe(1);
    const manager = new Manager();
    const list = manager.list<number>([1]);
    await list.push(2);
    expect(await list.at(1)).toBe(2);
    await manager.close(patience);
    using memory = new SharedMemory(8, { name: "under-fake-timers" });
    const found = SharedMemory.waitFor("under-fake-timers", patience);
    expect((await found).size).toBe(8);
    memory.unlink();
    expect(fromHandle(toHandle(value)).value).toBe(1);
  },
};

describe.each(Object.entries(FAKES))("%s", (_, { begin, end }) => {
  beforeEach(begin);
  afterEach(end);

  it.each(Object.entries(works))("%s", async (_name, work) => {
    await ends(Promise.resolve(work()));
  });
});
