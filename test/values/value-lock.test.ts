/** `Value` under its lock: `update`, and locks that are shared, held or abandoned. */
import { Lock, Process, RawValue, RLock, Value } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { codeOf, thrownBy } from "../fixtures/thrown.js";

describe("locks", () => {
  it("true or none given: an RLock of its own; a Lock: that one; false: a RawValue without", () => {
    expect(new Value("i").lock).toBeInstanceOf(RLock);
    expect(new Value("i", 0, { lock: true }).lock).toBeInstanceOf(RLock);
    const lock = new Lock();
    expect(new Value("i", 0, { lock }).lock).toBe(lock);
    const raw = new Value("i", 3, { lock: false });
    expect([raw instanceof RawValue, raw instanceof Value, raw.value, "lock" in raw, raw.constructor.name]).toEqual([
      true,
      false,
      3,
      false,
      "RawValue",
    ]);
    expect("lock" in new RawValue("i")).toBe(false);
    for (const bad of [0, {}, "lock", null]) {
      expect(thrownBy(() => new Value("i", 0, { lock: bad as never }))).toBeInstanceOf(TypeError);
    }
  });

  it("update and updateSync are exact and return the new value; what throws changes nothing", async () => {
    const v = new Value("float64", 1);
    expect([v.updateSync((x) => x * 3), await v.update((x) => x + 1), v.value]).toEqual([3, 4, 4]);
    expect(new Value("uint8", 250).updateSync((x) => x + 10)).toBe(4);
    expect(() =>
      v.updateSync(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(codeOf(() => v.updateSync(() => "5" as never))).toBe("DTYPE");
    expect(thrownBy(() => v.updateSync(5 as never))).toBeInstanceOf(TypeError);
    expect([v.value, v.lock.locked]).toEqual([4, false]);
    const twice = (v: Value<"float64">) => {
      for (let i = 0; i < 5000; i++) v.updateSync((x) => x + 1);
    };
    await Promise.all([1, 2].map(() => new Process(twice, [v]).start().join()));
    expect(v.value).toBe(10_004);
  });

  it("its own lock nests with what it takes: several steps with updates in them", async () => {
    const v = new Value("int32", 1);
    const guard = v.lock.acquireSync();
    v.value += 1;
    expect(v.updateSync((x) => x * 10)).toBe(20);
    expect(v.lock.locked).toBe(true);
    guard.release();
    const held = await v.lock.acquire(); // held by another function of this thread, so nothing nests in it
    expect(codeOf(() => v.updateSync((x) => x))).toBe("DEADLOCK");
    await expect(v.update((x) => x, { timeoutMs: 10 })).rejects.toMatchObject({ code: "TIMEOUT" });
    held.release();
    expect([v.value, v.lock.locked]).toEqual([20, false]);
    using named = new Value("i", 0, { name: "hits" });
    const outer = await named.lock.acquire();
    expect(thrownBy(() => named.lock.acquireSync()).message).toContain('the lock of Value "hits"');
    outer.release();
  });

  it("an update whose function releases the lock frees nobody else's hold", async () => {
    const v = new Value("int32");
    const other = new Int32Array(new SharedArrayBuffer(8));
    const p = new Process(
      (v, other) => {
        v.lock.acquireSync();
        v.lock.acquireSync(); // nested, so one release does not free it
        Atomics.store(other, 0, 1);
        Atomics.notify(other, 0);
        Atomics.wait(other, 1, 0);
        v.lock.release();
        if (!v.lock.locked) process.exit(3);
        v.lock.release(); // throws if the lock was freed
      },
      [v, other],
    );
    v.updateSync((x) => {
      v.lock.release();
      p.start();
      Atomics.wait(other, 0, 0);
      return x + 1;
    });
    expect(v.lock.locked).toBe(true);
    Atomics.store(other, 1, 1);
    Atomics.notify(other, 1);
    expect(await p.join()).toBe(0);
  });

  it("two values under one lock, here and in a worker", async () => {
    const lock = new Lock();
    const [a, b] = [new Value("int32", 10, { lock }), new Value("float64", 0.5, { lock })];
    const move = (a: Value<"int32">, b: Value<"float64">) => {
      const guard = a.lock.acquireSync();
      if (b.lock.tryAcquire()) process.exit(2);
      a.value -= 1;
      b.value += 1;
      guard.release();
    };
    await Promise.all([1, 2, 3].map(() => new Process(move, [a, b]).start().join()));
    expect([a.value, b.value, lock.locked]).toEqual([7, 3.5, false]);
  });

  it("a holder of a value's lock that dies is reported to the next", async () => {
    const v = new Value("int32", 5);
    const die = (v: Value<"int32">) => {
      v.updateSync(() => process.exit(1));
    };
    expect(await new Process(die, [v]).start().join()).toBe(1);
    expect(codeOf(() => v.updateSync((x) => x + 1))).toBe("LOCK_ABANDONED");
    expect(v.value).toBe(5);
    v.lock.recover()!.release();
    expect(v.updateSync((x) => x + 1)).toBe(6);
  });
});
