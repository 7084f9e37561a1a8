/** Order, tasks, teams, progress, nesting, and the end of a pool. */
import { Worker } from "node:worker_threads";
import { arange, array, NDArray, Pool, SharedMemory, zeros } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { MadeThreads } from "../fixtures/made-threads.js";

/** See vitest.config.ts: the same tests with workers that are processes. */
const areProcesses = process.env.POOL_ISOLATION === "process";
const pool = new Pool({ workers: 2 });
afterAll(() => pool.close());
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** How long a worker waits for another thread at most. */
const PATIENCE_MS = 60_000;
const newFlag = () => zeros(1, { dtype: "int32" });
/** A task that takes until the flag is set, with its worker's event loop free. */
const untilSet = async (flag: { flat: Int32Array }) => {
  while (Atomics.load(flag.flat, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  return "done";
};

describe("order", () => {
  it("runs array calls in the order made", async () => {
    const a = zeros(50_000);
    const calls = Array.from({ length: 20 }, (_, i) => pool.map(a, (x, { i }) => x * 2 + i, { out: a, params: { i } }));
    await Promise.all(calls);
    let expected = 0;
    for (let i = 0; i < 20; i++) expected = expected * 2 + i;
    expect(a.toArray().every((x) => x === expected)).toBe(true);
  });

  it("a Sync call drives pending async calls to their end", async () => {
    const a = zeros(100_000);
    const pending = [1, 2, 3].map(() => pool.map(a, (x) => x + 1, { out: a, chunkSize: 1000 }));
    pool.mapSync(a, (x) => x * 10, { out: a });
    expect(a.get(0)).toBe(30);
    expect(a.get(-1)).toBe(30);
    await Promise.all(pending);
  });

  it("so it does in a pool without workers", async () => {
    const inline = new Pool({ workers: 0 });
    const a = zeros(10);
    const pending = [1, 2, 3].map(() => inline.map(a, (x) => x + 1, { out: a }));
    inline.mapSync(a, (x) => x * 10, { out: a });
    expect(a.get(0)).toBe(30);
    await Promise.all(pending);
  });

  it("a pool without workers leaves the event loop free", async () => {
    const inline = new Pool({ workers: 0 });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await inline.forEachChunk(
      zeros(20),
      () => {
        const end = performance.now() + 10;
        while (performance.now() < end);
      },
      { chunkSize: 1 },
    );
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  it("closing an array takes effect when the calls that use it have ended", async () => {
    const a = arange(1000);
    const values = a.flat;
    // Of a function that the pool has never seen it cannot know that it is cheap: the others wait.
    const calls = [
      pool.map(a, (x) => x + 1 + 0, { out: a }),
      pool.map(a, (x) => x * 2 - 0, { out: a }),
      pool.forEachChunk(a, (c) => {
        c.flat[0]! += 0;
      }),
    ];
    a.close();
    await Promise.all(calls);
    expect(values[10]).toBe(22);
    expect(() => a.get(0)).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });

  it.skipIf(areProcesses)(
    "works on an array that has been unlinked (which other processes could not find)",
    async () => {
      const a = arange(100, { name: "gone" });
      a.unlink();
      await pool.forEachChunk(
        a,
        (c) => {
          c.fill(1);
        },
        { chunkSize: 10 },
      );
      expect(a.get(99)).toBe(1);
    },
  );

  it("calls made by kernels and tasks run inline", async () => {
    const nested = await import("../fixtures/nested.mjs");
    for (const p of [pool, new Pool({ workers: 0 })]) {
      expect(await p.run(nested.squaresInside, [10])).toEqual([81, p === pool ? 1 : 0]);
      const a = arange(100);
      p.forEachChunkSync(a, nested.doubleInside, { chunkSize: 10 });
      expect(a.toArray()).toEqual(Array.from({ length: 100 }, (_, i) => 2 * i));
    }
  });
});

describe("tasks", () => {
  it("get copies of plain values and shared things as themselves", async () => {
    const a = zeros(3);
    const memory = new SharedMemory(8);
    const got = await pool.run(
      (x, list, m) => {
        x.set(1, 5);
        m.buf[0] = 9;
        list.items.push(4);
        return { sum: x.get(1) + list.items.length, x, isView: x.slice("1:"), map: new Map([["a", x]]) };
      },
      [a, { items: [1, 2, 3] }, memory],
    );
    expect(got.sum).toBe(9);
    expect(a.toArray()).toEqual([0, 5, 0]);
    expect(memory.buf[0]).toBe(9);
    expect(got.x).toBeInstanceOf(NDArray);
    a.set(0, 7);
    expect([got.x.get(0), got.map.get("a")!.get(0), got.isView.get(0)]).toEqual([7, 7, 5]);
  });

  it("run beside each other, one per worker, first come, first served", async () => {
    const began = performance.now();
    const order = await Promise.all(
      [1, 2, 3, 4].map((i) =>
        pool.run(
          async (i) => {
            await new Promise((resolve) => setTimeout(resolve, 60));
            return i;
          },
          [i],
        ),
      ),
    );
    expect(order).toEqual([1, 2, 3, 4]);
    expect(performance.now() - began).toBeGreaterThan(115);
  });

  it("do not hold up array calls while a worker is free", async () => {
    const flag = newFlag();
    const task = pool.run(untilSet, [flag]);
    const a = arange(100_000);
    await pool.map(a, (x) => x + 1, { out: a });
    pool.mapSync(a, (x) => x + 1, { out: a });
    flag.fill(1);
    expect(await task).toBe("done");
  });

  it("reject with their own error", async () => {
    await expect(
      pool.run(() => {
        throw Object.assign(new SyntaxError("mine"), { extra: [1] });
      }),
    ).rejects.toMatchObject({ name: "SyntaxError", message: "mine", extra: [1] });
    await expect(
      pool.run(async () => {
        throw new TypeError("later");
      }),
    ).rejects.toBeInstanceOf(TypeError);
  });

  it("say the path of what cannot be sent", async () => {
    await expect(pool.run((x: unknown) => x, [{ items: [1, () => 2] }])).rejects.toMatchObject({
      code: "NOT_SENDABLE",
      path: "args[0].items[1]",
    });
    await expect(pool.run(() => ({ f: () => 1 }))).rejects.toMatchObject({ code: "NOT_SENDABLE", path: "result.f" });
    await expect(pool.map(arange(3), (x, p) => x + p.v, { params: { v: 1, s: Symbol("x") } })).rejects.toMatchObject({
      code: "NOT_SENDABLE",
      path: "params.s",
    });
  });

  it("give up waiting at a signal or time-out", async () => {
    const flag = newFlag();
    await expect(pool.run(untilSet, [flag], { timeoutMs: 20 })).rejects.toMatchObject({ code: "TIMEOUT" });
    const signal = AbortSignal.timeout(20);
    await expect(pool.run(untilSet, [flag], { signal })).rejects.toMatchObject({ code: "ABORTED" });
    flag.fill(1);
  });

  it("move buffers in transfer", async () => {
    const buffer = new ArrayBuffer(8);
    expect(await pool.run((b: ArrayBuffer) => b.byteLength, [buffer], { transfer: [buffer] })).toBe(8);
    expect(buffer.byteLength).toBe(0);
  });

  it("behave the same without workers", async () => {
    const inline = new Pool({ workers: 0 });
    const list = [1];
    expect(await inline.run((l) => l.push(2), [list])).toBe(2);
    expect(list).toEqual([1]);
    await expect(
      inline.run(() => {
        throw new RangeError("x");
      }),
    ).rejects.toBeInstanceOf(RangeError);
    expect(await inline.broadcast((me) => [me.rank, me.size, me.share(0, 7)], [])).toEqual([[0, 1, [0, 7]]]);
    await expect(inline.run((x: unknown) => x, [() => 1])).rejects.toMatchObject({ code: "NOT_SENDABLE" });
  });
});

describe("tasks beside array calls", () => {
  it("a task leaves the worker that a call has woken", async () => {
    for (let round = 0; round < 6; round++) {
      const a = arange(10);
      const order: string[] = [];
      const flag = newFlag();
      const busy = (flag: { flat: Int32Array }, patienceMs: number) => {
        const until = performance.now() + patienceMs;
        while (Atomics.load(flag.flat, 0) === 0 && performance.now() < until);
      };
      await pool.forEachChunk(a, () => {}, { chunkSize: 10 });
      await Promise.all([
        pool
          .forEachChunk(
            a,
            (_c, _i, { ms }) => {
              for (const end = performance.now() + ms; performance.now() < end; );
            },
            { chunkSize: 10, params: { ms: 1 } },
          )
          .then(() => {
            order.push("call");
            flag.fill(1);
          }),
        pool.run(busy, [flag, PATIENCE_MS]).then(() => order.push("task")),
      ]);
      expect(order).toEqual(["call", "task"]);
    }
  });

  it("a worker that cannot be made leaves none behind", async () => {
    let made = 0;
    const own = new Pool({
      workers: 2,
      createWorker: () => {
        if (++made % 2 === 0) throw new Error("no second");
        return new Worker(new URL("../../dist/worker.js", import.meta.url));
      },
    });
    using threads = new MadeThreads();
    for (let i = 0; i < 4; i++) await expect(own.run(() => 1)).rejects.toThrow("no second");
    await expect.poll(() => threads.alive, { timeout: PATIENCE_MS }).toBe(0);
    expect([made, threads.made]).toEqual([8, 4]);
    await own.close();
  });

  it.skipIf(areProcesses)("whoever ends a pool waits for its end (threads are counted)", async () => {
    using threads = new MadeThreads();
    const own = new Pool({ workers: 2 });
    own
      .run(() => {
        for (;;);
      })
      .catch(() => {});
    await own.ready();
    expect(threads.alive).toBe(2);
    const closing = own.close();
    const [first, second] = [own.terminate(), own.terminate()];
    await second;
    expect(threads.alive).toBe(0);
    await Promise.all([first, closing]);
  });
});

describe("broadcast", () => {
  it("runs on every worker at once, with a barrier", async () => {
    const steps = zeros([2, 100], { dtype: "int32" });
    const places = await pool.broadcast(
      (me, steps) => {
        const row = steps.slice(me.rank).flat;
        const other = steps.slice(1 - me.rank).flat;
        const seen = [];
        for (let i = 0; i < 100; i++) {
          row[i] = i + 1;
          seen.push(me.barrier.waitSync());
          if (other[i] !== i + 1) throw new Error(`step ${i} was not done by the other`);
          me.barrier.waitSync();
        }
        return seen;
      },
      [steps],
    );
    for (let i = 0; i < 100; i++) expect(places.map((list) => list[i]).sort()).toEqual([0, 1]);
  });

  it("fails as a whole when a member fails, waking the others", async () => {
    await expect(
      pool.broadcast((me) => {
        if (me.rank === 1) throw new RangeError("member");
        me.barrier.waitSync();
      }, []),
    ).rejects.toMatchObject({ message: "member" });
    await expect(
      pool.broadcast(async (me) => {
        if (me.rank === 0) process.exit(2);
        await me.barrier.wait();
      }, []),
    ).rejects.toMatchObject({ code: "WORKER_DIED", exitCode: 2 });
    expect(await pool.broadcast((me) => me.rank, [])).toEqual([0, 1]);
  });

  it("waits for tasks, and tasks and calls after it wait", async () => {
    const log: string[] = [];
    const note = (text: string) => () => log.push(text);
    await Promise.all([
      pool.run(() => new Promise((resolve) => setTimeout(resolve, 50))).then(note("task")),
      pool.broadcast(() => new Promise((resolve) => setTimeout(resolve, 50)), []).then(note("broadcast")),
      pool.run(() => 1).then(note("later task")),
      pool.map(arange(1000), (x) => x).then(note("later map")),
    ]);
    expect(log[0]).toBe("task");
    expect(log.indexOf("later map")).toBeGreaterThan(log.indexOf("broadcast"));
    expect(log).toHaveLength(4);
  });

  it("times out at the barrier", async () => {
    await expect(
      pool.broadcast((me) => (me.rank === 0 ? me.barrier.waitSync({ timeoutMs: 30 }) : 0), []),
    ).rejects.toMatchObject({ code: "TIMEOUT" });
  });
});

describe("progress, tune, stats", () => {
  it("reports chunks done and at the end all of them", async () => {
    const seen: number[] = [];
    const flag = newFlag();
    await pool.forEachChunk(
      zeros(20),
      (_chunk, { index }, { flag, patienceMs }) => {
        const until = performance.now() + patienceMs;
        if (index === 9) while (Atomics.load(flag.flat, 0) === 0 && performance.now() < until);
      },
      {
        chunkSize: 1,
        progressMs: 10,
        params: { flag, patienceMs: PATIENCE_MS },
        onProgress: ({ done, total }) => {
          expect(total).toBe(20);
          seen.push(done);
          flag.fill(1);
        },
      },
    );
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBe(20);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it("an onProgress that throws rejects the call", async () => {
    await expect(
      pool.map(arange(3), (x) => x, {
        onProgress: () => {
          throw new Error("bar");
        },
      }),
    ).rejects.toThrow("bar");
  });

  it("tune times the sizes given and marks the automatic one", async () => {
    const a = arange(100_000);
    const report = await pool.tune(a.size, (chunkSize) => pool.map(a, (x) => x, { out: a, chunkSize }), {
      sizes: [1000, 50_000],
    });
    expect(report.rows.map((row) => [row.chunkSize, row.chunks])).toEqual([
      [1000, 100],
      [50_000, 2],
    ]);
    expect([1000, 50_000]).toContain(report.best);
    expect(report.auto).toBe(32768);
  });

  it("counts", async () => {
    const before = pool.stats();
    await pool.map(arange(100), (x) => x, { chunkSize: 10 });
    const after = pool.stats();
    expect([after.calls - before.calls, after.chunks - before.chunks, after.queued, after.running]).toEqual([
      1, 10, 0, 0,
    ]);
  });
});

describe("the end", () => {
  it("close finishes what was called and ends the workers", async () => {
    const own = new Pool({ workers: 2 });
    const a = zeros(100_000);
    const call = own.map(a, (x) => x + 1, { out: a });
    const task = own.run(() => new Promise((resolve) => setTimeout(() => resolve("done"), 50)));
    await own.close();
    expect(await task).toBe("done");
    await call;
    expect(a.get(5)).toBe(1);
    await expect(own.map(a, (x) => x)).rejects.toMatchObject({ code: "CLOSED" });
    expect(() => own.mapSync(a, (x) => x)).toThrow(expect.objectContaining({ code: "CLOSED" }));
    await expect(own.run(() => 1)).rejects.toMatchObject({ code: "CLOSED" });
    await own.close();
  });

  it("close settles after timeoutMs whatever runs", async () => {
    const own = new Pool({ workers: 1 });
    const endless = own
      .run(() => {
        for (;;);
      })
      .catch((e: { code: string }) => e.code);
    await sleep(50);
    await own.close({ timeoutMs: 50 });
    expect(await endless).toBe("POOL_TERMINATED");
  });

  describe("with a task whose caller has given up, and which never ends", () => {
    const endless = {
      "a promise": () => new Promise(() => {}),
      "a loop": () => {
        for (;;);
      },
    };
    const given = {
      timeoutMs: () => ({ timeoutMs: 20 }),
      signal: () => ({ signal: AbortSignal.timeout(20) }),
    };
    const cases = Object.entries(endless).flatMap(([name, task]) =>
      Object.entries(given).map(([how, options]) => [name, how, task, options] as const),
    );
    it.each(cases)("%s, given up by %s: close settles", async (_name, how, task, options) => {
      const own = new Pool({ workers: 2 });
      const codes = [own.run(task, [], options()), own.broadcast(task, [], options())];
      const code = how === "signal" ? "ABORTED" : "TIMEOUT";
      for (const one of codes) await expect(one).rejects.toMatchObject({ code });
      await own.close();
    });
    it("the worker is ended and replaced after terminateAfterMs, and not before", async () => {
      const own = new Pool({ workers: 1 });
      const control = { timeoutMs: 20, terminateAfterMs: 20 };
      await expect(own.run(endless["a loop"], [], control)).rejects.toMatchObject({ code: "TIMEOUT" });
      expect(await own.run(() => "next")).toBe("next");
      expect(own.stats().died).toBe(1);
      expect(await own.run(() => "in time", [], { ...control, timeoutMs: PATIENCE_MS })).toBe("in time");
      await sleep(50);
      expect(own.stats().died).toBe(1);
      await own.close();
    });
    it.each(Object.entries(endless))("%s: what comes next gets the worker", async (_name, task) => {
      const own = new Pool({ workers: 1 });
      const gone = async () => {
        await own.run(() => "a worker is up, so that the task begins");
        await expect(own.run(task, [], { timeoutMs: 20 })).rejects.toMatchObject({ code: "TIMEOUT" });
      };
      await gone();
      expect(await own.run(() => "task")).toBe("task");
      await gone();
      expect(await own.broadcast(() => "broadcast")).toEqual(["broadcast"]);
      await gone();
      const a = zeros(2);
      await own.forEachChunk(a, (chunk) => void chunk.fill(1));
      expect(a.toArray()).toEqual([1, 1]);
      await gone();
      const last = own.run(() => "last");
      await own.close();
      expect(await last).toBe("last");
    });
    it("an idle pool keeps the worker that still runs it", async () => {
      const own = new Pool({ workers: 1, idleTimeoutMs: 10 });
      const flag = newFlag();
      await own.ready();
      await expect(own.run(untilSet, [flag], { timeoutMs: 20 })).rejects.toMatchObject({ code: "TIMEOUT" });
      await sleep(1200); // longer than an idle worker has to end
      expect(own.stats()).toMatchObject({ running: 1, died: 0 });
      flag.fill(1);
      await expect.poll(() => own.stats().running, { timeout: PATIENCE_MS }).toBe(0);
      await own.close();
    });
  });

  it("may be asked for 30 times: no warning of too many listeners", async () => {
    const warned: string[] = [];
    const listen = ({ name }: Error) => warned.push(name);
    process.on("warning", listen);
    const own = new Pool({ workers: 2 });
    await own.ready();
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => (i < 15 ? own.close({ timeoutMs: 60_000 }) : own.terminate())),
    );
    await sleep(10);
    process.off("warning", listen);
    expect(warned).toEqual([]);
  });
  it("a later close bounds an earlier one", async () => {
    const own = new Pool({ workers: 1 });
    const task = own.run(() => new Promise(() => {})).catch((e: { code: string }) => e.code);
    const first = own.close();
    await own.close({ timeoutMs: 50 });
    await first;
    expect(await task).toBe("POOL_TERMINATED");
  });

  it("idleTimeoutMs ends the workers, and the next call starts them again", async () => {
    const own = new Pool({ workers: 2, idleTimeoutMs: 20 });
    const calls = () =>
      own.broadcast(() => {
        const counter = globalThis as { calls?: number };
        counter.calls = (counter.calls ?? 0) + 1;
        return counter.calls;
      }, []);
    using threads = new MadeThreads();
    expect(await calls()).toEqual([1, 1]);
    if (!areProcesses) await expect.poll(() => threads.alive, { timeout: PATIENCE_MS }).toBe(0);
    // A call soon after the last one may find the same workers. After some time it finds new ones.
    let found: number[] = [];
    for (let pauseMs = 20; found[0] !== 1 || found[1] !== 1; pauseMs *= 2) {
      await sleep(pauseMs);
      found = await calls();
    }
    await own.close();
  });

  it("a message of any class of error crosses with its fields", async () => {
    await expect(
      pool.run(() => {
        throw new AggregateError([new TypeError("one")], "both");
      }),
    ).rejects.toMatchObject({ name: "AggregateError", errors: [{ message: "one" }] });
  });
});

describe("bad arguments", () => {
  const a = arange(6).reshape([2, 3]);
  const bad: [string, () => unknown, object][] = [
    ["workers", () => new Pool({ workers: -1 }), { name: "RangeError" }],
    ["workers as text", () => new Pool({ workers: "2" as never }), { name: "TypeError" }],
    ["no array", () => pool.mapSync([1] as never, ((x: number) => x) as never), { name: "TypeError" }],
    ["no operand", () => pool.mapSync([] as never, ((x: number) => x) as never), { name: "TypeError" }],
    ["no function", () => pool.mapSync(a, 5 as never), { name: "TypeError" }],
    [
      "native function",
      () => pool.mapSync(a, Math.sqrt as never),
      { name: "TypeError", message: expect.stringContaining("wrap it") },
    ],
    ["async function", () => pool.mapSync(a, (async (x: number) => x) as never), { name: "TypeError" }],
    ["shapes", () => pool.mapSync([a, zeros(2)], (x, y) => x + y), { code: "SHAPE" }],
    ["out's shape", () => pool.mapSync(a, (x) => x, { out: zeros([3, 2]) }), { code: "SHAPE" }],
    ["dtype", () => pool.mapSync(a, ((x: number) => x) as never, { dtype: "float65" as never }), { code: "DTYPE" }],
    [
      "dtype beside out",
      () => pool.mapSync(a, (x) => x, { out: zeros([2, 3]), dtype: "int8" as never }),
      { code: "DTYPE" },
    ],
    [
      "read-only out",
      () => pool.mapSync(a, (x) => x, { out: arange(3).broadcastTo([2, 3]) as NDArray<"float64", 2> }),
      { code: "LAYOUT" },
    ],
    ["chunkSize 0", () => pool.mapSync(a, (x) => x, { chunkSize: 0 }), { name: "RangeError" }],
    ["chunkSize NaN", () => pool.mapSync(a, (x) => x, { chunkSize: Number.NaN }), { name: "RangeError" }],
    ["chunkAxis of map", () => pool.mapSync(a, (x) => x, { chunkAxis: 1 }), { name: "TypeError" }],
    ["chunkAxis", () => pool.forEachChunkSync(a, () => {}, { chunkAxis: 2 }), { name: "RangeError" }],
    ["rows", () => pool.forEachChunkSync([a, zeros(3)], () => {}), { code: "SHAPE" }],
    ["halo", () => pool.forEachChunkSync({ a }, () => {}, { halo: { b: 1 } as never }), { name: "TypeError" }],
    ["negative halo", () => pool.forEachChunkSync(a, () => {}, { halo: -1 }), { name: "RangeError" }],
    ["timeoutMs", () => pool.mapSync(a, (x) => x, { timeoutMs: -1 }), { name: "RangeError" }],
    ["overlapping operands", () => pool.forEachChunkSync([a.slice("1:"), a.slice(":1")], () => {}), undefined as never],
    [
      "operands one row apart",
      () => pool.forEachChunkSync([a.reshape([6]).slice("1:"), a.reshape([6]).slice(":-1")], () => {}),
      { code: "OVERLAP", operands: [0, 1] },
    ],
    [
      "a halo over what is written",
      () => pool.forEachChunkSync({ a, b: a }, () => {}, { halo: { a: 1 } }),
      { code: "OVERLAP", operands: ["a", "b"] },
    ],
    ["reducer", () => pool.reduceSync(a, { init: () => 0 } as never), { name: "TypeError" }],
    [
      "closed array",
      () => {
        const c = zeros(3);
        c.close();
        pool.mapSync(c, (x) => x);
      },
      { code: "CLOSED" },
    ],
    ["empty list of names", () => pool.forEachChunkSync({}, () => {}), { name: "TypeError" }],
  ];
  it.each(bad)("%s", (_, act, expected) => {
    if (expected) expect(act).toThrow(expect.objectContaining(expected));
    else act();
    expect(a.toArray()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it("promises reject, they do not throw", async () => {
    await expect(pool.map(5 as never, ((x: number) => x) as never)).rejects.toBeInstanceOf(TypeError);
    await expect(pool.run(5 as never)).rejects.toBeInstanceOf(TypeError);
    await expect(pool.run(() => 1, 5 as never)).rejects.toBeInstanceOf(TypeError);
    await expect(pool.tune(0, async () => 1)).rejects.toBeInstanceOf(RangeError);
  });

  it("a captured variable is named", async () => {
    const k = array([2]).get(0);
    await expect(pool.map(a, (x) => x * k)).rejects.toMatchObject({
      code: "CAPTURE",
      captured: "k",
      name: "CaptureError",
    });
    const inline = new Pool({ workers: 0 });
    expect(() => inline.mapSync(a, (x) => x * k)).toThrow(expect.objectContaining({ code: "CAPTURE" }));
  });
});
