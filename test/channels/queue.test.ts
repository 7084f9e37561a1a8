/** `Queue`: order, bounds, waits, the end of a stream, names, and deaths of threads. */
import { fromHandle, Pool, Process, Queue, SharedEvent, SharedMemory, toHandle, Value, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { runProgram } from "../fixtures/run-program.js";
import { codeOf, thrownBy } from "../fixtures/thrown.js";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("one thread", () => {
  it("first in, first out, in all forms", async () => {
    const q = new Queue<number | null>();
    await q.put(1);
    q.putSync(2);
    expect(q.tryPut(null)).toBe(true);
    expect(q.size).toBe(3);
    expect([await q.get(), q.getSync(), q.tryGet(), q.tryGet(), q.size]).toEqual([1, 2, null, undefined, 0]);
  });

  it("maxSize: full for every form, and free again with each message taken", async () => {
    const q = new Queue<number>({ maxSize: 2 });
    q.putSync(1);
    q.putSync(2);
    expect(q.tryPut(3)).toBe(false);
    expect(codeOf(() => q.putSync(3, { timeoutMs: 0 }))).toBe("TIMEOUT");
    expect(codeOf(() => q.putSync(3, { timeoutMs: 20 }))).toBe("TIMEOUT");
    await expect(q.put(3, { timeoutMs: 20 })).rejects.toMatchObject({ code: "TIMEOUT", timeoutMs: 20 });
    const waiting = q.put(3);
    expect(q.size).toBe(2);
    expect(q.getSync()).toBe(1);
    await waiting;
    expect([q.getSync(), q.getSync(), q.size]).toEqual([2, 3, 0]);
  });

  it("byteCapacity: what is larger than all of it is an error; what does not fit now waits", async () => {
    const q = new Queue<unknown>({ byteCapacity: 100 });
    expect(codeOf(() => q.putSync("x".repeat(200)))).toBe("MESSAGE_TOO_LARGE");
    const error = thrownBy(() => q.tryPut(new Uint8Array(101)));
    expect(error).toMatchObject({ code: "MESSAGE_TOO_LARGE", byteLength: 101, byteCapacity: 100 });
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(
      /got one of 101 \(make the channel with a larger `byteCapacity`, or send a shared array/,
    );
    expect(q.tryPut(new Uint8Array(100))).toBe(true);
    expect(q.tryPut(1)).toBe(false);
    expect((q.getSync() as Uint8Array).length).toBe(100);
    expect([q.tryPut(1), q.size]).toEqual([true, 1]);
  });

  it("empty: a try finds nothing, a wait ends with its time or its signal", async () => {
    const q = new Queue<number>();
    expect(q.tryGet()).toBeUndefined();
    expect(codeOf(() => q.getSync({ timeoutMs: 0 }))).toBe("TIMEOUT");
    const since = performance.now();
    expect(codeOf(() => q.getSync({ timeoutMs: 40 }))).toBe("TIMEOUT");
    await expect(q.get({ timeoutMs: 40 })).rejects.toMatchObject({
      code: "TIMEOUT",
      message: "Expected a message from an unnamed Queue within 40 ms",
    });
    expect(performance.now() - since).toBeGreaterThan(75);
    const abort = new AbortController();
    const waiting = q.get({ signal: abort.signal });
    abort.abort("enough");
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED", name: "AbortError", cause: "enough" });
    await expect(q.get({ signal: abort.signal })).rejects.toMatchObject({ code: "ABORTED" });
    q.putSync(5);
    expect(q.getSync()).toBe(5); // the waits that were given up took nothing
  });

  it("what is put without being awaited arrives in that order, whoever drives it", async () => {
    const q = new Queue<number>({ maxSize: 2 });
    const puts = Array.from({ length: 10 }, (_, i) => q.put(i));
    expect(q.tryPut(99)).toBe(false);
    const back = new Queue<number[]>();
    const p = new Process(
      async (q: Queue<number>, back: Queue<number[]>) => {
        const seen = [];
        for await (const n of q) seen.push(n);
        back.putSync(seen);
      },
      [q, back],
    ).start();
    q.putSync(10); // blocks behind the earlier puts, which it sends itself
    await Promise.all(puts);
    q.end();
    expect(await back.get()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await p.join();
  });

  it("waits that were begun first are served first", async () => {
    const q = new Queue<number>();
    const gets = [q.get(), q.get(), q.get()];
    for (const i of [1, 2, 3, 4]) q.putSync(i);
    expect(q.getSync()).toBe(4);
    expect(await Promise.all(gets)).toEqual([1, 2, 3]);
  });

  it("a blocked get makes room for puts of its own thread", async () => {
    const q = new Queue<number>({ maxSize: 1 });
    const puts = [q.put(1), q.put(2), q.put(3)];
    expect([q.getSync(), q.getSync(), q.getSync()]).toEqual([1, 2, 3]);
    await Promise.all(puts);
  });

  it("a waiting put holds what was put, whatever is done to it meanwhile", async () => {
    const q = new Queue<unknown>({ maxSize: 1 });
    q.putSync("first");
    const bytes = Uint8Array.of(7, 7, 7);
    const record = { n: 7 };
    const puts = [q.put(bytes), q.put(record)];
    bytes.fill(9);
    record.n = 9;
    expect([q.getSync(), await q.get(), await q.get()]).toEqual(["first", Uint8Array.of(7, 7, 7), { n: 7 }]);
    await Promise.all(puts);
  });

  it("an endless supply does not keep timers from firing", async () => {
    const q = new Queue<number>();
    let isOver = false;
    setTimeout(() => {
      isOver = true;
    }, 5);
    q.putSync(0);
    for await (const n of q) {
      if (isOver) break;
      await q.put(n + 1);
    }
    expect(isOver).toBe(true);
  });

  it("alone with a queue that nobody else can get, a blocked wait without a limit is an error", () => {
    const q = new Queue<number>({ maxSize: 1 });
    expect(thrownBy(() => q.getSync())).toMatchObject({ code: "END_OF_STREAM", what: "an unnamed Queue" });
    q.putSync(1);
    expect(codeOf(() => q.putSync(2))).toBe("END_OF_STREAM");
    const behind = q.put(3);
    expect(codeOf(() => q.putSync(2))).toBe("END_OF_STREAM");
    expect([q.getSync(), q.size]).toEqual([1, 0]);
    void behind;
  });
});

describe("the end of a stream", () => {
  it("end: what is in it can still be read; then every form says so; close ends nothing", async () => {
    const q = new Queue<number>({ name: "to-end" });
    const other = Queue.attach<number>("to-end");
    other.putSync(1);
    other.close();
    expect(q.ended).toBe(false);
    q.putSync(2);
    q.end();
    q.end();
    expect([q.ended, q.size]).toEqual([true, 2]);
    for (const act of [() => q.putSync(3), () => q.tryPut(3)]) {
      expect(thrownBy(act)).toMatchObject({ code: "END_OF_STREAM", what: 'Queue "to-end"' });
    }
    await expect(q.put(3)).rejects.toMatchObject({ code: "END_OF_STREAM" });
    expect([await q.get(), q.getSync()]).toEqual([1, 2]);
    for (const act of [() => q.getSync(), () => q.tryGet()]) expect(codeOf(act)).toBe("END_OF_STREAM");
    await expect(q.get()).rejects.toMatchObject({ code: "END_OF_STREAM" });
    const rest = [];
    for await (const n of q) rest.push(n);
    expect(rest).toEqual([]);
    q[Symbol.dispose]();
  });

  it("who waits is told at once, blocked or not, to put or to get", async () => {
    const empty = new Queue<number>();
    const full = new Queue<number>({ maxSize: 1 });
    full.putSync(1);
    const told = new Value("int32");
    const wait = (q: Queue<number>, told: Value<"int32">, how: string, up: SharedEvent) => {
      up.set();
      try {
        if (how === "get") q.getSync();
        else q.putSync(2);
      } catch (e) {
        if ((e as { code: string }).code === "END_OF_STREAM") told.add(1);
      }
    };
    const ups = [new SharedEvent(), new SharedEvent()];
    const team = [
      new Process(wait, [empty, told, "get", ups[0]!]).start(),
      new Process(wait, [full, told, "put", ups[1]!]).start(),
    ];
    for (const up of ups) await up.wait();
    const here = [empty.get(), full.put(3)].map((wait) => wait.catch((e: { code: string }) => e.code));
    await sleep(5);
    empty.end();
    full.end();
    expect(await Promise.all(here)).toEqual(["END_OF_STREAM", "END_OF_STREAM"]);
    for (const p of team) await p.join();
    expect([told.value, full.getSync()]).toEqual([2, 1]);
  });

  it("close: waits of that handle reject, and every use is an error", async () => {
    const q = new Queue<number>({ maxSize: 1 });
    const waiting = q.get();
    q.close();
    await expect(waiting).rejects.toMatchObject({ code: "CLOSED" });
    for (const act of [() => q.putSync(1), () => q.tryGet(), () => q.size, () => q.end(), () => q.ended]) {
      expect(codeOf(act)).toBe("CLOSED");
    }
    await expect(q.put(1)).rejects.toMatchObject({ code: "CLOSED" });
    await expect(q.get()).rejects.toMatchObject({ code: "CLOSED" });
    q.close();
  });
});

describe("several threads", () => {
  it("many to many: each message once, in order of its producer", async () => {
    const q = new Queue<[number, number]>({ maxSize: 50 });
    const back = new Queue<[number, number][]>();
    const produce = (q: Queue<[number, number]>, id: number) => {
      for (let i = 0; i < 2000; i++) q.putSync([id, i]);
    };
    const consume = async (q: Queue<[number, number]>, back: Queue<[number, number][]>) => {
      const seen: [number, number][] = [];
      for await (const message of q) seen.push(message);
      back.putSync(seen);
    };
    const consumers = [1, 2].map(() => new Process(consume, [q, back]).start());
    const producers = [0, 1, 2].map((id) => new Process(produce, [q, id]).start());
    for (const p of producers) await p.join();
    q.end();
    const seen = [await back.get(), await back.get()];
    for (const p of consumers) await p.join();
    const counts = new Map<string, number>();
    for (const one of seen) {
      const last = [-1, -1, -1];
      for (const [id, i] of one) {
        expect(i).toBeGreaterThan(last[id]!);
        last[id] = i;
        counts.set(`${id} ${i}`, (counts.get(`${id} ${i}`) ?? 0) + 1);
      }
    }
    expect([counts.size, [...counts.values()].every((n) => n === 1)]).toEqual([6000, true]);
  });

  it("null reaches a blocked reader", async () => {
    const [there, back] = [new Queue<number | null>(), new Queue<string>()];
    const p = new Process(
      (there: Queue<number | null>, back: Queue<string>) => {
        back.putSync("up");
        back.putSync(String(there.getSync()));
      },
      [there, back],
    ).start();
    expect(await back.get()).toBe("up");
    await sleep(20); // until it blocks; if it does not block yet, it finds the message just the same
    there.putSync(null);
    expect(await back.get()).toBe("null");
    await p.join();
  });

  it("by name: attach, waitFor, waitForSync; a wrong kind and a missing name are errors", async () => {
    const waiting = Queue.waitFor<number>("later", { timeoutMs: 60_000 });
    const q = new Queue<number>({ name: "later", maxSize: 3 });
    q.putSync(1);
    expect((await waiting).getSync()).toBe(1);
    expect(Queue.waitForSync<number>("later").size).toBe(0);
    expect(thrownBy(() => new Queue({ name: "later" }))).toMatchObject({ code: "NAME_TAKEN", key: "later" });
    q[Symbol.dispose]();
    expect(codeOf(() => Queue.attach("later"))).toBe("NAME_NOT_FOUND");
    const memory = new SharedMemory(8, { name: "no-queue" });
    expect(codeOf(() => Queue.attach("no-queue"))).toBe("FORMAT");
    memory[Symbol.dispose]();
  });

  it("through a queue, a task, a handle: the same queue", async () => {
    const carrier = new Queue<Queue<string>>();
    const cargo = new Queue<string>();
    carrier.putSync(cargo);
    carrier.getSync().putSync("by a queue");
    expect(cargo.getSync()).toBe("by a queue");
    (fromHandle(structuredClone(toHandle(cargo))) as Queue<string>).putSync("by a handle");
    expect(cargo.getSync()).toBe("by a handle");
    await using pool = new Pool({ workers: 1 });
    await pool.run(async (q: Queue<string>) => q.put("by a task"), [cargo]);
    expect(cargo.getSync()).toBe("by a task");
    const inner = await pool
      .run((q: Queue<Queue<string>>) => q.getSync({ timeoutMs: 50 }).size, [carrier])
      .catch(String);
    expect(inner).toContain("TimeoutError");
  });

  it("a blocked reader is told when the last thread that had the queue has died", async () => {
    const q = new Queue<number>();
    const p = new Process(
      async (q: Queue<number>) => {
        q.putSync(1);
        await new Promise((resolve) => setTimeout(resolve, 100));
        process.exit(0);
      },
      [q],
    ).start();
    expect(q.getSync()).toBe(1);
    expect(codeOf(() => q.getSync())).toBe("END_OF_STREAM");
    await p.join();
  });

  it("a process that has begun but not yet received the queue is not given up", async () => {
    const q = new Queue<number>();
    const quick = new Process((q: Queue<number>) => q.putSync(1), [q]).start();
    const slow = new Process(
      async (q: Queue<number>) => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        q.putSync(2);
      },
      [q],
    ).start();
    quick.joinSync();
    expect([q.getSync(), q.getSync()]).toEqual([1, 2]);
    await slow.join();
  });

  it("what a thread has put survives it; what it was about to put is not there", async () => {
    const q = new Queue<number>({ maxSize: 3 });
    const p = new Process(
      (q: Queue<number>) => {
        for (let i = 0; ; i++) q.putSync(i); // the fourth put blocks
      },
      [q],
    ).start();
    while (q.size < 3) await sleep(1);
    p.terminate();
    await p.join();
    expect([q.getSync(), q.getSync(), q.getSync(), q.tryGet()]).toEqual([0, 1, 2, undefined]);
  });

  it("one block sent to several threads keeps what was deposited for the last of them", async () => {
    const start = (q: Queue<unknown>) =>
      new Process(
        async (q: Queue<unknown>) => {
          const message = await q.get();
          if (message !== "end") (message as { set(i: number, v: number): void }).set(0, 7);
        },
        [q],
      ).start();
    const q = new Queue<unknown>();
    const a = zeros([4]);
    q.putSync("end");
    q.putSync(a);
    const team = [start(q), start(q)];
    q.close();
    for (const p of team) await p.join();
    expect(a.get(0)).toBe(7);
  });
});

describe("options", () => {
  it.each([
    [{ maxSize: 0 }, RangeError, "maxSize"],
    [{ maxSize: 1.5 }, RangeError, "maxSize"],
    [{ maxSize: "3" }, TypeError, "maxSize"],
    [{ byteCapacity: 0 }, RangeError, "byteCapacity"],
    [{ byteCapacity: 2 ** 31 }, RangeError, "byteCapacity"],
    [{ byteCapacity: Number.NaN }, RangeError, "byteCapacity"],
    [{ capacity: 5 }, TypeError, "capacity"],
    [{ name: "a/b" }, RangeError, "a/b"],
  ])("%o", (options, Class, named) => {
    const error = thrownBy(() => new Queue(options as never)) as Error;
    expect(error).toBeInstanceOf(Class);
    expect(error.message).toContain(named);
  });
});

it("an asynchronous wait that only its own thread can serve does not keep the program alive", async () => {
  const code = `
    import { pipe, Queue } from "shared-ndarray";
    const forgotten = new Queue();
    const [end, other] = pipe();
    const fed = new Queue();
    for (const one of [forgotten, end]) one.get().catch((e) => console.log(e.code));
    fed.get().then(console.log);
    setTimeout(() => fed.putSync("fed later"), 200);
    globalThis.kept = other;
  `;
  expect(await runProgram(code)).toBe("fed later\nEND_OF_STREAM\nEND_OF_STREAM\n");
});
