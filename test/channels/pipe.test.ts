/** `pipe`: both ways, one way, the end of the stream by close and by death, and ends that move to another thread. */
import { type Connection, fromHandle, Lock, Pool, Process, pipe, Queue, toHandle, Value, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { codeOf, thrownBy } from "../fixtures/thrown.js";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
type End = Connection<unknown, unknown>;

describe("one thread", () => {
  it("what one end puts the other gets, both ways, in order, in all forms", async () => {
    const [a, b] = pipe<number | number[], string>();
    await a.put(1);
    a.putSync([2, 3]);
    expect(a.tryPut(4)).toBe(true);
    b.putSync("back");
    expect([await b.get(), b.getSync(), b.tryGet(), b.tryGet()]).toEqual([1, [2, 3], 4, undefined]);
    expect(a.getSync()).toBe("back");
    expect(codeOf(() => a.getSync({ timeoutMs: 5 }))).toBe("TIMEOUT");
    await expect(a.get({ timeoutMs: 5 })).rejects.toMatchObject({ code: "TIMEOUT" });
    // Both ends are here, so nothing could ever arrive.
    expect(thrownBy(() => a.getSync())).toMatchObject({ code: "END_OF_STREAM" });
  });

  it("one way: [reader, writer]; the wrong direction is an error", async () => {
    const [reader, writer] = pipe<string>({ duplex: false });
    writer.putSync("hello");
    expect(reader.getSync()).toBe("hello");
    const [r, w] = [reader as unknown as End, writer as unknown as End];
    for (const act of [() => r.putSync(1), () => r.tryPut(1), () => r.end()]) {
      expect(thrownBy(act)).toMatchObject({ code: "UNSUPPORTED", instead: "the other end, or { duplex: true }" });
    }
    for (const act of [() => w.getSync(), () => w.tryGet(), () => w.ended]) expect(codeOf(act)).toBe("UNSUPPORTED");
    await expect(r.put(1)).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(w.get()).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("end closes one direction, close both; what was put before is read", async () => {
    const [a, b] = pipe<number>();
    a.putSync(1);
    a.end();
    expect(codeOf(() => a.putSync(2))).toBe("END_OF_STREAM");
    b.putSync(3);
    expect([b.getSync(), b.ended, codeOf(() => b.getSync()), a.getSync()]).toEqual([1, true, "END_OF_STREAM", 3]);
    b.putSync(4);
    b.close();
    b.close();
    expect([b.closed, a.closed, a.getSync()]).toEqual([true, false, 4]);
    for (const act of [() => a.getSync(), () => a.tryGet()]) expect(codeOf(act)).toBe("END_OF_STREAM");
    expect(codeOf(() => a.putSync(5))).toBe("END_OF_STREAM");
    for (const act of [() => b.getSync(), () => b.putSync(1), () => b.ended, () => b.end()]) {
      expect(codeOf(act)).toBe("CLOSED");
    }
    const seen = [];
    for await (const n of a) seen.push(n);
    expect(seen).toEqual([]);
  });

  it("a bounded room: a message too large, and one that waits for room", async () => {
    const [a, b] = pipe<Uint8Array>({ byteCapacity: 64 });
    expect(codeOf(() => a.putSync(new Uint8Array(65)))).toBe("MESSAGE_TOO_LARGE");
    a.putSync(new Uint8Array(64));
    expect(a.tryPut(new Uint8Array(1))).toBe(false);
    const waiting = a.put(Uint8Array.of(7));
    b.getSync();
    await waiting;
    expect(b.getSync()).toEqual(Uint8Array.of(7));
  });

  it.each([
    [{ duplex: 1 }, TypeError, "duplex"],
    [{ byteCapacity: -1 }, RangeError, "byteCapacity"],
    [{ maxSize: 4 }, TypeError, "maxSize"],
  ])("misuse: %o", (options, Class, named) => {
    const error = thrownBy(() => pipe(options as never)) as Error;
    expect(error).toBeInstanceOf(Class);
    expect(error.message).toContain(named);
  });
});

describe("handing over", () => {
  it("as an argument: the sender's handle is closed, the other thread has the end; what was put before arrives", async () => {
    const [mine, theirs] = pipe<string>();
    mine.putSync("early");
    const p = new Process(
      async (end: Connection<string, string>) => {
        for await (const ball of end) await end.put(ball.replace("ping", "pong"));
      },
      [theirs],
    ).start();
    expect(theirs.closed).toBe(true);
    expect(codeOf(() => theirs.putSync("x"))).toBe("CLOSED");
    expect(await mine.get()).toBe("early");
    for (const i of [0, 1, 2]) {
      mine.putSync(`ping ${i}`);
      expect(mine.getSync()).toBe(`pong ${i}`);
    }
    mine.close();
    expect(await p.join()).toBe(0);
  });

  it("in a message, in a result, by a handle, and on again", async () => {
    const carrier = new Queue<End>();
    const [a, b] = pipe<unknown>();
    carrier.putSync(b);
    const c = carrier.getSync();
    expect([b.closed, c.closed]).toEqual([true, false]);
    await using pool = new Pool({ workers: 1 });
    const back = (await pool.run(
      async (end: End) => {
        await end.put("from the worker");
        return end;
      },
      [c],
    )) as End;
    expect([a.getSync(), c.closed, back.closed]).toEqual(["from the worker", true, false]);
    const d = fromHandle(structuredClone(toHandle(back))) as End;
    d.putSync(zeros([2]));
    expect([back.closed, (a.getSync() as { size: number }).size]).toEqual([true, 2]);
  });

  it("once: a second receiver or message, all workers at once, params are errors; the end stays usable", async () => {
    const [a, b] = pipe<number>();
    const handle = structuredClone(toHandle(b));
    const end = fromHandle(handle) as End;
    expect(codeOf(() => fromHandle(handle))).toBe("CLOSED");
    await using pool = new Pool({ workers: 2 });
    const none = (_: unknown, end: unknown) => void end;
    await expect(pool.broadcast(none as never, [end] as never)).rejects.toMatchObject({
      code: "NOT_SENDABLE",
      path: "args[0]",
    });
    const sum = pool.map(zeros([4]), ((x: number, p: unknown) => (p ? x : 0)) as never, { params: { end } } as never);
    await expect(sum).rejects.toMatchObject({ code: "NOT_SENDABLE", path: "params.end" });
    expect(() => new Process((f: unknown) => void f, [{ end, f: () => 1 }] as never).start()).toThrow("args[0].f");
    a.putSync(5);
    expect(end.getSync()).toBe(5);
  });

  it("twice in one message is one end", () => {
    const q = new Queue<[End, { end: End }]>();
    const [, b] = pipe();
    q.putSync([b, { end: b }]);
    const [x, { end }] = q.getSync();
    expect(x).toBe(end);
  });

  it("what was not sent after all stays here; what is closed while it waits is closed for all", async () => {
    await using pool = new Pool({ workers: 1 });
    const hold = new Lock();
    const guard = hold.acquireSync();
    const busy = pool.run((lock: Lock) => void lock.acquireSync(), [hold]);
    const [a, b] = pipe<number>();
    const abort = new AbortController();
    const queued = pool.run((end: unknown) => void end, [b], { signal: abort.signal });
    abort.abort();
    await expect(queued).rejects.toMatchObject({ code: "ABORTED" });
    a.putSync(1);
    expect(b.getSync()).toBe(1);
    // An end that is closed while it waits to be sent is closed for all.
    const [c, d] = pipe<number>();
    const full = new Queue<unknown>({ maxSize: 1 });
    full.putSync(0);
    const waiting = full.put(d);
    d.close();
    full.getSync();
    await waiting;
    expect(codeOf(() => full.getSync())).toBe("CLOSED");
    expect(codeOf(() => c.getSync())).toBe("END_OF_STREAM");
    guard.release();
    await busy;
  });
});

describe("the other end dies", () => {
  /** Puts two messages, reports that it runs, and dies in the given way. */
  const die = (end: Connection<number, number>, up: Value<"int32">, how: string) => {
    end.putSync(1);
    end.putSync(2);
    up.value = 1;
    if (how === "throw") throw new Error("on purpose");
    if (how === "exit") process.exit(3);
    if (how === "block") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };

  it.each(["return", "throw", "exit", "block"])(
    "by %s: what it had put is read, then the end of the stream",
    async (how) => {
      for (const isBlocked of [true, false]) {
        const [mine, theirs] = pipe<number>();
        const up = new Value("int32");
        const p = new Process(die, [theirs, up, how]).start();
        const over = p.join().catch(() => undefined);
        while (up.value === 0) await sleep(1);
        if (how === "block") p.terminate();
        const get = async () => (isBlocked ? mine.getSync() : await mine.get());
        expect([await get(), await get()]).toEqual([1, 2]);
        await expect(get()).rejects.toMatchObject({ code: "END_OF_STREAM" });
        expect(codeOf(() => mine.putSync(3))).toBe("END_OF_STREAM");
        await over;
      }
    },
  );

  it("who waits for room is told too", async () => {
    const [mine, theirs] = pipe<Uint8Array>({ byteCapacity: 64 });
    const p = new Process(
      (end: End, up: Value<"int32">) => {
        up.value = 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        end.close();
      },
      [theirs, new Value("int32")] as never,
    ).start();
    mine.putSync(new Uint8Array(64));
    const waiting = mine.put(new Uint8Array(64));
    await sleep(60);
    p.terminate();
    await expect(waiting).rejects.toMatchObject({ code: "END_OF_STREAM" });
    await p.join();
  });

  it("before it has received its end: a thread killed at once", async () => {
    const [a, b] = pipe();
    const p = new Process(() => {}, [b] as never).start();
    p.terminate();
    expect(await p.join()).toBe(-15);
    await expect(a.get({ timeoutMs: 60_000 })).rejects.toMatchObject({ code: "END_OF_STREAM" });
  });

  it("while its message still waits for room", async () => {
    const [a, b] = pipe();
    const full = new Queue<unknown>({ maxSize: 1 });
    full.putSync(0);
    const up = new Queue<string>();
    const blocked = new Process(
      (full: Queue<unknown>, end: End, up: Queue<string>) => {
        up.putSync("up");
        full.putSync(end);
      },
      [full, b, up] as never,
    ).start();
    await up.get();
    await sleep(50);
    blocked.terminate();
    await blocked.join();
    await expect(a.get({ timeoutMs: 60_000 })).rejects.toMatchObject({ code: "END_OF_STREAM" });
  });
});
