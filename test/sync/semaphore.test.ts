/** `Semaphore` and `BoundedSemaphore`: permits, and those of the dead. */
import {
  BoundedSemaphore,
  fromHandle,
  isSharedError,
  Lock,
  Process,
  Semaphore,
  SharedEvent,
  SharedMemory,
  toHandle,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (e) {
    return e;
  }
  throw new Error("expected an error");
}
const codeOf = (act: () => unknown) => (thrownBy(act) as { code?: string }).code;

describe.each([
  ["Semaphore", Semaphore],
  ["BoundedSemaphore", BoundedSemaphore],
] as const)("%s", (_, Kind) => {
  it("counts 2, 1, 0, refuses a third, and counts back", async () => {
    const s = new Kind(2);
    const guards = [s.acquireSync(), await s.acquire()];
    expect([s.value, s.tryAcquire()]).toEqual([0, undefined]);
    expect(codeOf(() => s.acquireSync({ timeoutMs: 0 }))).toBe("TIMEOUT");
    guards[0]!.release();
    guards[0]!.release();
    expect(s.value).toBe(1);
    s.release(); // without the guard
    guards[1]!.release();
    expect(s.value).toBe(2);
  });

  it("on 0: a try is refused at once, a wait when its time is up", async () => {
    const s = new Kind(0);
    expect(s.tryAcquire()).toBeUndefined();
    const since = performance.now();
    await expect(s.acquire({ timeoutMs: 30 })).rejects.toMatchObject({ code: "TIMEOUT", timeoutMs: 30 });
    expect(codeOf(() => s.acquireSync({ timeoutMs: 30 }))).toBe("TIMEOUT");
    expect(performance.now() - since).toBeGreaterThan(55);
    const abort = new AbortController();
    const waiting = s.acquire({ signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    expect(s.value).toBe(0);
  });

  it("misuse: typed errors, nothing made or changed", async () => {
    for (const value of [-1, 2 ** 31, 1.5, Number.NaN]) {
      expect(thrownBy(() => new Kind(value, { name: "bad-semaphore" }))).toBeInstanceOf(RangeError);
    }
    expect(thrownBy(() => new Kind("1" as never))).toBeInstanceOf(TypeError);
    expect(codeOf(() => Kind.attach("bad-semaphore"))).toBe("NAME_NOT_FOUND");
    const s = new Kind(1);
    for (const timeoutMs of [-1, Number.NaN]) {
      expect(thrownBy(() => s.acquireSync({ timeoutMs }))).toBeInstanceOf(RangeError);
      await expect(s.acquire({ timeoutMs })).rejects.toBeInstanceOf(RangeError);
    }
    expect(s.value).toBe(1);
    s.close();
    expect(codeOf(() => s.acquireSync())).toBe("CLOSED");
    expect(codeOf(() => s.value)).toBe("CLOSED");
  });

  it("a blocked waiter takes what another thread gives back", async () => {
    const s = new Kind(1);
    const guard = s.acquireSync();
    const p = new Process((s) => s.acquireSync().release(), [s]).start();
    await sleep(100);
    guard.release();
    expect(await p.join()).toBe(0);
    expect(s.value).toBe(1);
  });

  it("what a thread held when it died comes back", async () => {
    const s = new Kind(3);
    const hold = (s: Semaphore, held: SharedEvent) => {
      s.acquireSync();
      s.acquireSync();
      held.set();
      for (;;);
    };
    const held = new SharedEvent();
    const p = new Process(hold, [s, held]).start();
    await held.wait();
    const own = s.acquireSync();
    expect([s.value, s.tryAcquire()]).toEqual([0, undefined]);
    p.terminate();
    const guards = [s.acquireSync(), s.acquireSync()]; // with this thread's event loop blocked
    expect([s.value, s.tryAcquire()]).toEqual([0, undefined]);
    for (const guard of [own, ...guards]) guard.release();
    expect(s.value).toBe(3);
    await p.join();
  });

  it("has a name and a handle", async () => {
    using s = new Kind(2, { name: "slots" });
    const again = Kind.attach("slots");
    again.acquireSync();
    const received = fromHandle(structuredClone(toHandle(s)));
    expect([again.constructor, received.constructor, s.value, received.value]).toEqual([Kind, Kind, 1, 1]);
    again.release();
  });
});

it("a Semaphore is unbounded: it counts up to 3 and 4", () => {
  const s = new Semaphore(2);
  s.release();
  expect(s.value).toBe(3);
  s.release();
  expect(s.value).toBe(4);
  const full = new Semaphore(2 ** 31 - 1);
  expect(codeOf(() => full.release())).toBe("LOCK_STATE");
  expect(full.value).toBe(2 ** 31 - 1);
});

it("a BoundedSemaphore is not released above its first value", () => {
  const s = new BoundedSemaphore(2, { name: "bound" });
  const error = thrownBy(() => s.release());
  expect(isSharedError(error, "LOCK_STATE") && error.lock).toBe('BoundedSemaphore "bound"');
  expect(Semaphore.attach("bound")).toBeInstanceOf(BoundedSemaphore);
  expect(s.value).toBe(2);
  s.unlink();
});

it("as a signal: one thread releases what another acquires, and each is taken once", async () => {
  const s = new Semaphore(0);
  const p = new Process(
    (s) => {
      for (let i = 0; i < 1000; i++) s.acquireSync();
    },
    [s],
  ).start();
  for (let i = 0; i < 1000; i++) s.release();
  expect(await p.join()).toBe(0);
  expect(s.value).toBe(0); // the last one was consumed, and does not come back with its thread's end
});

it("threads that come and go leave nothing in the ledger", async () => {
  const s = new Semaphore(1);
  for (let i = 0; i < 5; i++) await new Process((s) => s.acquireSync().release(), [s]).start().join();
  expect(s.value).toBe(1);
});

it("signals that others wait for are not lost with those that consumed theirs", async () => {
  const s = new Semaphore(0);
  s.release();
  s.release();
  const consume = (s: Semaphore) => void s.acquireSync();
  await new Process(consume, [s]).start().join();
  for (let i = 0; i < 3; i++) expect(s.value).toBe(1); // however often somebody looks
  expect(s.tryAcquire()).toBeDefined();
  expect(s.tryAcquire()).toBeUndefined();
});

it("a poll finds the permits of the dead", async () => {
  const s = new Semaphore(1);
  const take = (s: Semaphore) => {
    s.acquireSync();
    process.exit(1);
  };
  await new Process(take, [s]).start().join();
  expect(s.acquireSync({ timeoutMs: 0 })).toBeDefined();
});

it("a corrupted ledger lock is taken over, not waited for", () => {
  const s = new Semaphore(1, { name: "corrupt-semaphore" });
  const words = SharedMemory.attach("corrupt-semaphore").as("int32");
  const lock = new Lock({ name: "own-word" });
  const guard = lock.acquireSync();
  words[2] = SharedMemory.attach("own-word").as("int32")[2]!; // this very thread's token
  guard.release();
  expect(s.value).toBe(1);
  words[2] = 0x7ffffc00; // nobody's
  expect(s.value).toBe(1);
  for (const thing of [s, lock]) thing[Symbol.dispose]();
});
