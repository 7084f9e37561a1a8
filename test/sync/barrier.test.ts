/** `Barrier`: rounds in lock-step, breaking and mending, members that die. */
import { spawnSync } from "node:child_process";
import { Barrier, isSharedError, Pool, Process, RawValue, SharedEvent } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (test: () => boolean) => {
  for (const since = performance.now(); !test(); await sleep(1)) {
    if (performance.now() - since > 60_000) throw new Error("not within 60 s");
  }
};
const N = 5;
const words = (n: number) => new Int32Array(new SharedArrayBuffer(4 * n));
/** N - 1 processes and this thread, blocked, run the same rounds. */
async function team(
  run: (barrier: Barrier, log: Int32Array<SharedArrayBuffer>, rounds: number) => void,
  rounds: number,
) {
  const barrier = new Barrier(N);
  const log = words(16);
  const processes = Array.from({ length: N - 1 }, () => new Process(run as never, [barrier, log, rounds]).start());
  run(barrier, log, rounds);
  for (const p of processes) expect(await p.join()).toBe(0);
  return { barrier, log };
}
/** Nobody leaves a round before all have come: checked by counting. log[0] arrivals, log[1] wrong, log[2] those who got 0. */
function lockStep(barrier: Barrier, log: Int32Array<SharedArrayBuffer>, rounds: number) {
  for (let round = 1; round <= rounds; round++) {
    Atomics.add(log, 0, 1);
    if (barrier.waitSync() === 0) Atomics.add(log, 2, 1);
    if (Atomics.load(log, 0) < round * barrier.parties) Atomics.add(log, 1, 1);
    barrier.waitSync(); // so that nobody counts for the next round yet
    if (Atomics.load(log, 0) !== round * barrier.parties) Atomics.add(log, 1, 1);
    barrier.waitSync();
  }
}

it("five parties pass in lock-step", async () => {
  const { barrier, log } = await team(lockStep, 1);
  expect([log[0], log[1]]).toEqual([N, 0]);
  expect([barrier.waiting, barrier.broken, barrier.parties]).toEqual([0, false, N]);
});

it("ten rounds; exactly one party gets 0 in each", async () => {
  const { barrier, log } = await team(lockStep, 10);
  expect([log[0], log[1], log[2]]).toEqual([10 * N, 0, 10]);
  expect([barrier.waiting, barrier.broken]).toEqual([0, false]);
});

it("a thousand rounds arrive in order", async () => {
  const { log } = await team(lockStep, 334); // three waits each
  expect([log[0], log[1], log[2]]).toEqual([334 * N, 0, 334]);
});

it("each gets another of [0, parties)", async () => {
  const barrier = new Barrier(4);
  const places = await Promise.all([barrier.wait(), barrier.wait(), barrier.wait(), barrier.wait()]); // of one thread
  expect(places.sort()).toEqual([0, 1, 2, 3]);
});

it("a barrier for one passes at once, twice", async () => {
  const barrier = new Barrier(1);
  expect([barrier.waitSync(), await barrier.wait(), barrier.waiting]).toEqual([0, 0, 0]);
});

describe("breaking and mending", () => {
  /** Waits until told; counts how it ended: [passed, broken, timed out]. */
  const member = (barrier: Barrier, log: Int32Array<SharedArrayBuffer>, options: { timeoutMs?: number } = {}) =>
    new Process(
      (barrier, log, options) => {
        try {
          barrier.waitSync(options);
          Atomics.add(log, 0, 1);
        } catch (e) {
          const { code } = e as { code: string };
          Atomics.add(log, code === "BROKEN_BARRIER" ? 1 : code === "TIMEOUT" ? 2 : 3, 1);
        }
      },
      [barrier, log, options],
    ).start();

  it("abort: all who wait are told, nobody passes, and it stays broken", async () => {
    const barrier = new Barrier(N);
    const log = words(4);
    const members = Array.from({ length: N - 1 }, () => member(barrier, log));
    await until(() => barrier.waiting === N - 1);
    barrier.abort();
    for (const p of members) await p.join();
    expect([[...log], barrier.broken, barrier.waiting]).toEqual([[0, N - 1, 0, 0], true, 0]);
    expect(() => barrier.waitSync()).toThrow(expect.objectContaining({ code: "BROKEN_BARRIER", parties: N }));
    await expect(barrier.wait()).rejects.toMatchObject({ code: "BROKEN_BARRIER" });
  });

  it("reset: those who wait are told, and it works again for all", async () => {
    const barrier = new Barrier(3);
    const log = words(4);
    const members = [member(barrier, log), member(barrier, log)];
    await until(() => barrier.waiting === 2);
    barrier.reset();
    for (const p of members) await p.join();
    expect([[...log], barrier.broken]).toEqual([[0, 2, 0, 0], false]);
    const again = [member(barrier, log), member(barrier, log)];
    barrier.waitSync();
    for (const p of again) await p.join();
    expect([...log]).toEqual([2, 2, 0, 0]);
  });

  it("an aborted barrier works again after reset", async () => {
    const barrier = new Barrier(2);
    barrier.abort();
    barrier.reset();
    const log = words(4);
    const other = member(barrier, log);
    expect([0, 1]).toContain(barrier.waitSync());
    await other.join();
    expect([log[0], barrier.broken]).toEqual([1, false]);
  });

  it("one late party: who gives up gets its own error, all others a broken barrier", async () => {
    const barrier = new Barrier(N);
    const log = words(4);
    const members = [member(barrier, log, { timeoutMs: 300 }), ...[1, 2, 3].map(() => member(barrier, log))];
    for (const p of members) await p.join();
    expect([[...log], barrier.broken]).toEqual([[0, 3, 1, 0], true]);
    const fresh = new Barrier(2);
    await expect(fresh.wait({ timeoutMs: 0 })).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(fresh.broken).toBe(true);
    const abort = new AbortController();
    const other = new Barrier(2);
    const waiting = other.wait({ signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    expect(other.broken).toBe(true);
  });

  it("a member that dies while it waits breaks it for the others, who are blocked", async () => {
    const barrier = new Barrier(3);
    const log = words(4);
    const doomed = member(barrier, log);
    const other = member(barrier, log);
    await until(() => barrier.waiting === 2);
    doomed.terminate();
    await other.join();
    expect(() => barrier.waitSync()).toThrow(expect.objectContaining({ code: "BROKEN_BARRIER" }));
    await doomed.join();
    expect([...log]).toEqual([0, 1, 0, 0]);
  });

  it("a member that dies between two rounds breaks it too; one that has ended well does not", async () => {
    const barrier = new Barrier(2);
    const wait = (barrier: Barrier) => void barrier.waitSync();
    const well = new Process(wait, [barrier]).start();
    barrier.waitSync();
    expect(await well.join()).toBe(0);
    const next = new Process(wait, [barrier]).start(); // takes the place of the one that has ended
    barrier.waitSync();
    await next.join();
    const badly = new Process(
      (barrier) => {
        barrier.waitSync();
        throw new Error("between two rounds");
      },
      [barrier],
    ).start();
    const failed = badly.join().catch((e) => e);
    barrier.waitSync();
    expect(() => barrier.waitSync({ timeoutMs: 60_000 })).toThrow(expect.objectContaining({ code: "BROKEN_BARRIER" }));
    expect((await failed).message).toBe("between two rounds");
    barrier.reset();
    const fresh = new Process(wait, [barrier]).start();
    barrier.waitSync();
    expect(await fresh.join()).toBe(0);
  });
});

it("async functions of one thread may be several members; their entries do not pile up, and all leave with it", async () => {
  const barrier = new Barrier(3);
  const rounds = async (barrier: Barrier) => {
    for (let i = 0; i < 300; i++) await Promise.all([barrier.wait(), barrier.wait()]);
  };
  const other = new Process(
    async (barrier) => {
      for (let i = 0; i < 300; i++) await barrier.wait();
    },
    [barrier],
  ).start();
  await rounds(barrier);
  expect(await other.join()).toBe(0);
  const doomed = new Process(
    async (barrier) => {
      await barrier.wait();
      for (;;);
    },
    [barrier],
  ).start();
  await Promise.all([barrier.wait(), barrier.wait()]);
  const next = Promise.all([1, 2].map(() => barrier.wait().catch((e) => e)));
  doomed.terminate();
  for (const e of await next) expect(e).toMatchObject({ code: "BROKEN_BARRIER" });
  await doomed.join();
  barrier.reset();
  const two = new Process(
    async (barrier) => {
      await Promise.all([barrier.wait(), barrier.wait()]);
    },
    [barrier],
  ).start();
  await barrier.wait();
  expect(await two.join()).toBe(0);
  await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()]); // not broken by those who left
});

it("waiters that have all died do not count: the one who comes last is told, and so is `waiting`", async () => {
  for (const parties of [2, 3]) {
    const barrier = new Barrier(parties);
    const doomed = Array.from({ length: parties - 1 }, () => new Process((b) => void b.waitSync(), [barrier]).start());
    await until(() => barrier.waiting === parties - 1);
    for (const p of doomed) p.terminate();
    for (const p of doomed) await p.join();
    expect(barrier.waiting).toBe(0);
    expect(() => barrier.waitSync()).toThrow(expect.objectContaining({ code: "BROKEN_BARRIER" }));
  }
});

it("a thread that ends well while it waits gives up its place, in the first round and later", async () => {
  for (const rounds of [0, 2]) {
    const barrier = new Barrier(2);
    const p = new Process(
      async (barrier, rounds) => {
        for (let i = 0; i < rounds; i++) await barrier.wait();
        setTimeout(() => process.exit(0), 50);
        await barrier.wait();
      },
      [barrier, rounds],
    ).start();
    for (let i = 0; i < rounds; i++) await barrier.wait();
    expect(await p.join()).toBe(0);
    await expect(barrier.wait({ timeoutMs: 60_000 })).rejects.toMatchObject({ code: "BROKEN_BARRIER" });
  }
});

it("a handle that is collected takes nothing from another handle of its thread", () => {
  const code = `
    import { Barrier, Process } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
    const barrier = new Barrier(2, { name: "kept" });
    const other = new Process((b) => { b.waitSync(); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000); b.waitSync(); }, [barrier]).start();
    let handle = Barrier.attach("kept");
    await handle.wait();
    handle = undefined;
    const waiting = barrier.wait();
    for (let i = 0; i < 5; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
    console.log(barrier.waiting, typeof (await waiting), await other.join());
    barrier.unlink();`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 240_000,
  });
  expect({ stdout, stderr }).toEqual({ stdout: "1 number 0\n", stderr: "" });
});

it("reset while a waiter is about to die mends it all the same", async () => {
  const barrier = new Barrier(2);
  const doomed = new Process((barrier) => void barrier.waitSync(), [barrier]).start();
  await until(() => barrier.waiting === 1);
  doomed.terminate();
  barrier.reset();
  await doomed.join().catch(() => {});
  const fresh = new Process((barrier) => void barrier.waitSync(), [barrier]).start();
  barrier.waitSync({ timeoutMs: 60_000 });
  expect(await fresh.join()).toBe(0);
});

it("misuse: typed errors, nothing made", async () => {
  for (const parties of [0, -1, 1.5, Number.NaN, 65_537]) {
    expect(() => new Barrier(parties, { name: "bad-barrier" })).toThrow(RangeError);
  }
  expect(() => new Barrier("2" as never)).toThrow(TypeError);
  expect(() => Barrier.attach("bad-barrier")).toThrow(expect.objectContaining({ code: "NAME_NOT_FOUND" }));
  const barrier = new Barrier(2, { name: "good-barrier" });
  for (const timeoutMs of [-1, Number.NaN]) expect(() => barrier.waitSync({ timeoutMs })).toThrow(RangeError);
  expect([barrier.broken, barrier.waiting, Barrier.attach("good-barrier").parties]).toEqual([false, 0, 2]);
  barrier.unlink();
  barrier.close();
  expect(() => barrier.parties).toThrow(expect.objectContaining({ code: "CLOSED" }));
});

it("more threads than parties may take turns", async () => {
  const barrier = new Barrier(2);
  const passed = new RawValue("int32");
  const work = (barrier: Barrier, passed: RawValue<"int32">) => {
    try {
      for (;;) {
        barrier.waitSync();
        if (passed.add(1) >= 200) barrier.abort(); // else the last of an odd number would wait for ever
      }
    } catch (e) {
      if ((e as { code: string }).code !== "BROKEN_BARRIER") throw e;
    }
  };
  await Promise.all([1, 2, 3, 4].map(() => new Process(work, [barrier, passed]).start().join()));
  expect(passed.value).toBeGreaterThanOrEqual(200);
});

it("a broadcast's barrier is a Barrier; a member's failure is told, not the broken barrier that it causes", async () => {
  await using pool = new Pool({ workers: 3 });
  const names = await pool.broadcast(
    (me) => [me.barrier.constructor.name, me.barrier.parties, me.barrier.waitSync()],
    [],
  );
  expect(names.map(([name, parties]) => [name, parties])).toEqual(Array(3).fill(["Barrier", 3]));
  expect(names.map(([, , place]) => place).sort()).toEqual([0, 1, 2]);
  const go = new SharedEvent();
  const died = await pool
    .broadcast(
      (me, go) => {
        if (me.rank === 1) {
          go.waitSync({ timeoutMs: 200 });
          process.exit(7);
        }
        me.barrier.waitSync();
      },
      [go],
    )
    .catch((e) => e);
  expect(isSharedError(died, "WORKER_DIED") && died.exitCode).toBe(7);
});
