/** `Lock` and `RLock`: exclusion, nesting, misuse, and holders that die. Long runs are in test/stress/locks.stress.mjs. */
import {
  fromHandle,
  isSharedError,
  Lock,
  NDArray,
  Process,
  RLock,
  SharedEvent,
  SharedMemory,
  toHandle,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { runProgram } from "../fixtures/run-program.js";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** What `act` throws, its code and fields. */
async function thrownBy(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (e) {
    return e;
  }
  throw new Error("expected an error");
}
const codeOf = async (act: () => unknown) => ((await thrownBy(act)) as { code?: string; name: string }).code;

describe.each([
  ["Lock", Lock],
  ["RLock", RLock],
] as const)("%s", (name, Kind) => {
  it("is held by one: try while another holds it gives nothing, release frees it", async () => {
    const lock = new Kind();
    const held = new SharedEvent();
    const go = new SharedEvent();
    expect([lock.locked, lock.name, lock.scope, lock.owner, lock.closed]).toEqual([
      false,
      undefined,
      "process",
      true,
      false,
    ]);
    const p = new Process(
      (lock, held, go) => {
        const guard = lock.acquireSync();
        held.set();
        go.waitSync();
        guard.release();
      },
      [lock, held, go],
    ).start();
    await held.wait();
    expect([lock.locked, lock.tryAcquire()]).toEqual([true, undefined]);
    go.set();
    const guard = await lock.acquire();
    expect(lock.locked).toBe(true);
    expect(guard.release()).toBeUndefined();
    expect(lock.locked).toBe(false);
    await p.join();
  });

  it("works in a scope, also after an error", () => {
    const lock = new Kind();
    expect(() => {
      using _ = lock.acquireSync();
      throw new Error("inside");
    }).toThrow("inside");
    expect(lock.locked).toBe(false);
  });

  it("a guard releases once, and never what a later one holds", async () => {
    const lock = new Kind();
    const first = lock.acquireSync();
    first.release();
    const second = await lock.acquire();
    first.release();
    expect(lock.locked).toBe(true);
    second.release();
    second.release();
    const third = lock.acquireSync();
    lock.release(); // without its guard
    const fourth = lock.acquireSync();
    third.release();
    expect(lock.locked).toBe(true);
    fourth.release();
    expect(lock.locked).toBe(false);
  });

  it("two async functions of one thread exclude each other", async () => {
    const lock = new Kind();
    let inside = 0;
    let most = 0;
    const work = async () => {
      for (let i = 0; i < 20; i++) {
        const guard = await lock.acquire();
        most = Math.max(most, ++inside);
        await sleep(0);
        inside--;
        guard.release();
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(most).toBe(1);
  });

  it("acquireSync of what a guard of this thread got by acquire is a deadlock, told at once", async () => {
    const lock = new Kind({ name: "dead-lock" });
    const guard = await lock.acquire();
    const error = await thrownBy(() => lock.acquireSync());
    expect(isSharedError(error, "DEADLOCK") && error.lock).toBe(`${Kind.name} "dead-lock"`);
    expect([lock.tryAcquire(), lock.locked]).toEqual([undefined, true]);
    guard.release();
    expect(lock.locked).toBe(false);
    lock.unlink();
  });

  it("what acquire takes is held at once, before its promise has settled", async () => {
    const lock = new Kind();
    const pending = lock.acquire();
    expect(lock.locked).toBe(true);
    expect(await codeOf(() => lock.acquireSync())).toBe("DEADLOCK");
    expect(lock.tryAcquire()).toBeUndefined();
    (await pending).release();
    const second = lock.acquire();
    lock.release();
    const third = lock.acquireSync();
    (await second).release(); // was released already, and does not hold what the third does
    expect(lock.locked).toBe(true);
    third.release();
  });

  it("misuse: typed errors, state unchanged", async () => {
    const lock = new Kind();
    expect(await codeOf(() => lock.release())).toBe("LOCK_STATE");
    const guard = lock.acquireSync();
    guard.release();
    expect(await codeOf(() => lock.release())).toBe("LOCK_STATE");
    const holder = new Process(
      (lock) => {
        lock.acquireSync();
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
      },
      [lock],
    ).start();
    while (!lock.locked) await sleep(2);
    expect(await codeOf(() => lock.release())).toBe("LOCK_STATE"); // another thread's
    expect(lock.locked).toBe(true);
    for (const timeoutMs of [-1, Number.NaN]) {
      expect(await thrownBy(() => lock.acquire({ timeoutMs }))).toBeInstanceOf(RangeError);
      expect(await thrownBy(() => lock.acquireSync({ timeoutMs }))).toBeInstanceOf(RangeError);
    }
    expect(await thrownBy(() => lock.acquireSync({ timeoutMs: "1" as never }))).toBeInstanceOf(TypeError);
    expect(await thrownBy(() => lock.acquireSync(5 as never))).toBeInstanceOf(TypeError);
    expect(await thrownBy(() => lock.acquire({ signal: {} as never }))).toBeInstanceOf(TypeError);
    expect(lock.locked).toBe(true);
    holder.terminate();
    await holder.join();
  });

  it("gives up when its time is up or it is aborted, and takes nothing then", async () => {
    const lock = new Kind();
    const guard = await lock.acquire();
    const error = await thrownBy(() => lock.acquire({ timeoutMs: 20 }));
    expect(isSharedError(error, "TIMEOUT") && error.timeoutMs).toBe(20);
    expect(await codeOf(() => lock.acquire({ timeoutMs: 0 }))).toBe("TIMEOUT");
    const abort = new AbortController();
    const waiting = thrownBy(() => lock.acquire({ signal: abort.signal }));
    await sleep(10);
    abort.abort("why");
    const aborted = await waiting;
    expect(isSharedError(aborted, "ABORTED") && [aborted.name, aborted.cause]).toEqual(["AbortError", "why"]);
    expect(await codeOf(() => lock.acquire({ signal: AbortSignal.abort() }))).toBe("ABORTED");
    guard.release();
    expect(lock.locked).toBe(false);
    for (const timeoutMs of [0, 1e308, Number.POSITIVE_INFINITY]) lock.acquireSync({ timeoutMs }).release();
  });

  it("a blocked wait gives up in time too", async () => {
    const lock = new Kind();
    const guard = lock.acquireSync();
    const p = new Process(
      (lock) => {
        const code = (e: unknown) => (e as { code: string }).code;
        for (const timeoutMs of [0, 30]) {
          try {
            lock.acquireSync({ timeoutMs });
          } catch (e) {
            if (code(e) !== "TIMEOUT") throw e;
          }
        }
      },
      [lock],
    ).start();
    expect(await p.join()).toBe(0);
    guard.release();
  });

  it("has a name: attach, waitFor, handles, unlink", async () => {
    const lock = new Kind({ name: "named-lock" });
    const again = Kind.attach("named-lock");
    expect([again.name, again.owner, again.constructor]).toEqual(["named-lock", false, Kind]);
    const guard = lock.acquireSync();
    expect(again.locked).toBe(true);
    guard.release();
    expect((await Kind.waitFor("named-lock")).name).toBe("named-lock");
    expect(Kind.waitForSync("named-lock", { timeoutMs: 10 }).name).toBe("named-lock");
    expect(await codeOf(() => new Kind({ name: "named-lock" }))).toBe("NAME_TAKEN");
    const received = fromHandle(structuredClone(toHandle(lock)));
    expect([received.constructor, received.name, received.owner]).toEqual([Kind, "named-lock", false]);
    received.unlink();
    expect(await codeOf(() => Kind.attach("named-lock"))).toBe("NAME_NOT_FOUND");
    expect(await codeOf(() => lock.unlink())).toBe("NAME_NOT_FOUND");
    expect(await codeOf(() => Kind.waitFor("named-lock", { timeoutMs: 5 }))).toBe("TIMEOUT");
    again.acquireSync().release();
  });

  it("a closed handle throws; what it held can still be released", async () => {
    const lock = new Kind();
    const guard = lock.acquireSync();
    lock.close();
    lock.close();
    expect(lock.closed).toBe(true);
    for (const use of [() => lock.acquireSync(), () => lock.tryAcquire(), () => lock.locked, () => lock.recover()]) {
      expect(await codeOf(use)).toBe("CLOSED");
    }
    expect(await codeOf(() => lock.acquire())).toBe("CLOSED");
    guard.release();
  });

  it("using unlinks what it created", async () => {
    {
      using _ = new Kind({ name: "scoped-lock" });
    }
    expect(await codeOf(() => Kind.attach("scoped-lock"))).toBe("NAME_NOT_FOUND");
  });

  const deaths: [string, (lock: Lock) => void][] = [
    [
      "throws",
      (lock) => {
        lock.acquireSync();
        throw new Error("dead");
      },
    ],
    [
      "ends",
      (lock) => {
        lock.acquireSync();
      },
    ],
    [
      "calls process.exit",
      (lock) => {
        lock.acquireSync();
        process.exit(0);
      },
    ],
    [
      "is terminated",
      (lock) => {
        lock.acquireSync();
        for (;;);
      },
    ],
  ];
  it.each(deaths)("a holder that %s: everyone is told, nobody waits, one recovers", async (how, die) => {
    const lock = new Kind();
    const p = new Process(die as (lock: Lock) => void, [lock]).start();
    if (how === "is terminated") {
      while (!lock.locked) await sleep(2);
      p.terminate();
    } else {
      await p.join().catch(() => {});
    }
    expect(lock.locked && how !== "is terminated").toBe(false); // nobody alive has it
    const waiting = [lock.acquire(), lock.acquire()].map((one) => one.catch((e) => e));
    const error = await thrownBy(() => lock.acquireSync()); // blocks this thread's event loop meanwhile
    expect(isSharedError(error, "LOCK_ABANDONED") && error.holder).toBeGreaterThan(0);
    for (const one of await Promise.all(waiting)) expect(isSharedError(one, "LOCK_ABANDONED")).toBe(true);
    expect(await codeOf(() => lock.tryAcquire())).toBe("LOCK_ABANDONED");
    expect(await codeOf(() => lock.acquireSync({ timeoutMs: 0 }))).toBe("LOCK_ABANDONED");
    expect(lock.locked).toBe(false);
    const guard = lock.recover();
    expect([lock.locked, lock.recover()]).toEqual([true, undefined]);
    guard!.release();
    lock.acquireSync().release();
    expect(lock.recover()).toBeUndefined();
    await p.join().catch(() => {});
  });

  it("a holder out of memory", async () => {
    // In a program of its own, because V8 prints a report to its stderr.
    const printed = await runProgram(`
      import * as nd from "shared-ndarray";
      const lock = new nd.${name}();
      const limits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2 };
      const pool = new nd.Pool({ workers: 1, resourceLimits: limits });
      const died = pool.run((lock) => {
        lock.acquireSync();
        for (const hoard = []; ; ) hoard.push(new Array(1e5).fill(0.5)); // no pointers: nothing to mark for long
      }, [lock]).catch((e) => e.code);
      while (!lock.locked) await new Promise((resolve) => setTimeout(resolve, 2));
      let code;
      try { lock.acquireSync(); } catch (e) { code = e.code; }
      lock.recover().release();
      console.log("\\n", code, await died);
      await pool.close();`);
    expect(printed).toMatch(/^ LOCK_ABANDONED WORKER_DIED$/m);
  });

  it("recover alone finds a dead holder", async () => {
    const lock = new Kind();
    expect(lock.recover()).toBeUndefined();
    await new Process((lock) => void lock.acquireSync(), [lock]).start().join();
    while (!lock.recover()) await sleep(1);
    expect(lock.locked).toBe(true);
    lock.release();
  });

  it("a corrupted lock word is an error or a free lock, never a wait without end", async () => {
    const memory = SharedMemory.attach(new Kind({ name: "corrupt" }).name!);
    const words = memory.as("int32");
    for (let i = 0; i < 300; i++) {
      words[2] = Math.random() * 2 ** 32;
      const lock = Kind.attach("corrupt");
      try {
        lock.acquireSync({ timeoutMs: 100 }).release();
      } catch (e) {
        expect(isSharedError(e, "LOCK_ABANDONED") || isSharedError(e, "TIMEOUT")).toBe(true);
        if (isSharedError(e, "LOCK_ABANDONED")) lock.recover()!.release();
      }
      lock.close();
    }
    memory.unlink();
  });
});

describe("RLock", () => {
  it("nests within a thread: as many releases as acquisitions, and one more is an error", async () => {
    const lock = new RLock();
    const guards = [lock.acquireSync(), lock.tryAcquire()!, lock.acquireSync()];
    const busyElsewhere = async () => {
      const words = new Int32Array(new SharedArrayBuffer(4));
      await new Process((lock, words) => void (words[0] = lock.tryAcquire() ? 1 : 2), [lock, words]).start().join();
      return words[0] === 2;
    };
    for (const guard of guards) {
      expect(await busyElsewhere()).toBe(true);
      guard.release();
      guard.release();
    }
    expect(lock.locked).toBe(false);
    lock.acquireSync();
    lock.acquireSync();
    lock.release();
    expect(lock.locked).toBe(true);
    lock.release();
    expect(await codeOf(() => lock.release())).toBe("LOCK_STATE");
  });

  it("acquire never nests: another async function of the thread waits for a nested hold", async () => {
    const lock = new RLock();
    const outer = lock.acquireSync();
    let got = false;
    const waiting = lock.acquire().then((guard) => {
      got = true;
      return guard;
    });
    await sleep(20);
    expect(got).toBe(false);
    outer.release();
    (await waiting).release();
  });

  it("a dead holder's depth dies with it", async () => {
    const lock = new RLock();
    const nest = (lock: RLock) => {
      lock.acquireSync();
      lock.acquireSync();
    };
    await new Process(nest, [lock]).start().join();
    while (!lock.recover()) await sleep(1);
    lock.release();
    expect(lock.locked).toBe(false);
  });
});

describe("what a name holds", () => {
  it("is checked: an array, memory or another kind is a format error, and its handle closed", async () => {
    using _array = zeros(3, { name: "an-array" });
    using _memory = new SharedMemory(8, { name: "a-memory" });
    using event = new SharedEvent({ name: "an-event" });
    const threads = (name: string) => SharedMemory.list().find((one) => one.name === name)!.threads;
    for (const name of ["an-array", "a-memory", "an-event"]) {
      expect(await codeOf(() => Lock.attach(name))).toBe("FORMAT");
      expect(threads(name)).toBe(1);
    }
    expect(await codeOf(() => NDArray.attach("an-event"))).toBe("FORMAT");
    expect(String(event)).toBe('SharedEvent "an-event"');
    using _rlock = new RLock({ name: "an-rlock" });
    expect(Lock.attach("an-rlock")).toBeInstanceOf(RLock); // which is a Lock
    using _lock = new Lock({ name: "a-lock" });
    expect(await codeOf(() => RLock.attach("a-lock"))).toBe("FORMAT");
  });

  it("names are checked before anything is made", async () => {
    for (const name of ["", "a/b", "x".repeat(31), 5]) {
      expect(await thrownBy(() => new Lock({ name: name as string }))).toBeInstanceOf(Error);
    }
    expect(SharedMemory.list()).toEqual([]);
  });

  it("hostile handles are refused", async () => {
    const handle = structuredClone(toHandle(new SharedEvent())) as unknown as Record<string, unknown>;
    for (const bad of [
      { ...handle, type: "Lock" },
      { ...handle, type: "Nonsense" },
      { ...handle, memory: undefined },
      { ...handle, memory: toHandle(new SharedMemory(4)) },
      { ...handle, memory: toHandle(new SharedMemory(4096)) },
      { ...handle, partner: toHandle(new SharedMemory(64)) },
    ]) {
      expect(await thrownBy(() => fromHandle(bad as never))).toBeInstanceOf(Error);
    }
  });
});

it("256 waits for a lock leave the event loop free", async () => {
  const lock = new Lock();
  const guard = lock.acquireSync();
  let got = 0;
  const waits = Array.from({ length: 256 }, async () => {
    const one = await lock.acquire();
    got++;
    one.release();
  });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  while (ticks < 10) await sleep(20);
  clearInterval(timer);
  expect(got).toBe(0);
  guard.release();
  await Promise.all(waits);
  expect(got).toBe(256);
});
