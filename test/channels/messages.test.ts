/** Messages arrive as structured clone would copy them, with shared things kept shared; others cannot be sent. */
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  array,
  Barrier,
  Condition,
  fromHandle,
  isSharedError,
  JoinableQueue,
  Lock,
  type NDArray,
  Process,
  pipe,
  Queue,
  RLock,
  rawArray,
  Semaphore,
  ShapeError,
  ShareableList,
  SharedArray,
  SharedEvent,
  SharedMemory,
  toHandle,
  Value,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { runProgram } from "../fixtures/run-program.js";

const q = new Queue<unknown>({ byteCapacity: 8 << 20 });
function through<T>(message: T): T {
  q.putSync(message);
  return q.getSync() as T;
}
function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (e) {
    return e;
  }
  throw new Error("expected an error");
}

describe("as structured clone gives it", () => {
  const holey = [1, 2, 3];
  delete holey[1];
  const cyclic: Record<string, unknown> = { n: 1 };
  cyclic.me = cyclic;
  const shared = { deep: [1, 2] };
  const sparse: number[] = [];
  sparse[2 ** 32 - 2] = 1;
  const named = Object.assign([1, 2], { extra: "kept" });
  class Point {
    readonly x = 1;
    get length() {
      return 1;
    }
  }

  it.each([
    ["null", null],
    ["booleans", [true, false]],
    ["numbers", [0, 1, -1, 127, 128, 255, 256, 65536, 2 ** 31, -(2 ** 31), 2 ** 53, 1.5, 1e300, Number.NaN, -Infinity]],
    ["minus zero", -0],
    ["minus zero inside", { a: [-0] }],
    ["bigints", [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, 2n ** 64n, -(2n ** 200n)]],
    ["text", ["", "plain", "über", "日本", "😀", "x".repeat(70_000), "ü".repeat(70_000)]],
    ["half a surrogate pair", ["\ud800", { "\udfff": 1 }]],
    ["a byte order mark", [`\ufeff${"a".repeat(100)}`, { [`\ufeff${"k".repeat(100)}`]: 1 }]],
    ["undefined inside", [undefined, { u: undefined }]],
    ["holes", holey],
    ["a huge sparse array", sparse],
    ["an array with a name", named],
    ["a cycle", cyclic],
    ["one object twice", [shared, shared, { shared }]],
    ["odd keys", { __proto__: null, constructor: 1, hasOwnProperty: 2, "": 3, "a b": 4, 5: 5 }],
    ["a key __proto__", JSON.parse('{ "__proto__": { "x": 1 }, "y": 2 }')],
    [
      "Map, Set, Date, RegExp",
      new Map<unknown, unknown>([
        ["s", new Set([1, "a"])],
        [{ k: 1 }, new Date(5)],
        ["r", /a+/giu],
      ]),
    ],
    ["wrapped primitives", [Object(1), Object("a"), Object(true)]],
    ["an instance", new Point()],
    ["no prototype", Object.assign(Object.create(null), { a: 1 })],
    ["a typed array inside", { a: Float64Array.of(1, 2), b: new Uint8Array(70_000).fill(3) }],
    ["a DataView", new DataView(new ArrayBuffer(8))],
    ["100,000 elements", Array.from({ length: 100_000 }, (_, i) => i)],
    ["70,000 keys", Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i]))],
    ["nested 900 deep", Array.from({ length: 900 }).reduce((inner) => ({ inner }), "end")],
  ])("%s", (_, message) => {
    deepStrictEqual(through(message), structuredClone(message));
    deepStrictEqual(through({ message }), { message: structuredClone(message) });
  });

  it("identity within a message is kept", () => {
    const [a, b, c] = through([shared, shared, { shared }] as const);
    expect(a === b && c.shared === a).toBe(true);
    const back = through(cyclic);
    expect(back.me).toBe(back);
  });

  it("generated messages", () => {
    const key = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("constructor", "toString", "length", "a"));
    const { message } = fc.letrec((tie) => ({
      message: fc.oneof(
        { maxDepth: 5, depthIdentifier: "message" },
        fc.anything({
          withBigInt: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withSparseArray: true,
        }),
        fc.double(),
        fc.date({ noInvalidDate: true }), // node:assert says that an invalid one does not equal another
        fc.string({ unit: "binary", maxLength: 100 }),
        fc.bigInt(),
        fc.array(tie("message"), { maxLength: 5 }),
        fc.dictionary(key, tie("message"), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(message, (one) => {
        if (one === undefined) return;
        deepStrictEqual(through(one), structuredClone(one));
      }),
      { numRuns: 2000 },
    );
  });

  it("one array of bytes or numbers arrives with a buffer of its own length", () => {
    const whole = new ArrayBuffer(32);
    new Uint8Array(whole).set([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const part = new Int16Array(whole, 2, 3);
    const back = through(part);
    expect([back, back.buffer.byteLength, back.byteOffset]).toEqual([part, 6, 0]);
    expect(through(whole)).toEqual(whole);
    const bytes = through(Buffer.from("text"));
    expect([Object.getPrototypeOf(bytes) === Uint8Array.prototype, [...bytes]]).toEqual([true, [116, 101, 120, 116]]);
    expect(through(BigInt64Array.of(-1n))).toEqual(BigInt64Array.of(-1n));
  });

  it("errors keep their class, code, fields and cause", () => {
    const cause = new TypeError("why");
    const error = new ShapeError("shapes", { shape: [1], expected: [2] }, { cause });
    const back = through({ error }).error;
    expect(isSharedError(back, "SHAPE") && back).toMatchObject({ shape: [1], expected: [2], message: "shapes" });
    expect(back).toBeInstanceOf(RangeError);
    expect(back.cause).toBeInstanceOf(TypeError);
  });
});

describe("shared things arrive as themselves", () => {
  it("each kind: its class, and the same memory", () => {
    const a = zeros([4], { dtype: "int32" });
    through({ in: [a] }).in[0]!.set(0, 7);
    through(a.slice("::-1")).set(0, 9);
    expect(a.toArray()).toEqual([7, 0, 0, 9]);
    const memory = new SharedMemory(8);
    through(memory).buf[0] = 5;
    expect(memory.buf[0]).toBe(5);
    const value = new Value("float64", 1);
    through(value).value = 2.5;
    expect(value.value).toBe(2.5);
    const shared = new SharedArray("i", [1, 2]);
    through(shared).data[1] = 8;
    expect([...shared]).toEqual([1, 8]);
    const list = new ShareableList(["a", 1]);
    through(list).set(0, "b");
    expect(list.at(0)).toBe("b");
    for (const lock of [new Lock(), new RLock(), new Semaphore(1), new Condition()]) {
      const guard = through(lock).acquireSync();
      expect(lock.constructor).toBe(through(lock).constructor);
      if (lock instanceof Semaphore) expect(lock.value).toBe(0);
      guard.release();
    }
    const event = new SharedEvent();
    through(event).set();
    expect(event.isSet).toBe(true);
    expect(through(new Barrier(3)).parties).toBe(3);
    const jobs = new JoinableQueue<number>();
    through(jobs).putSync(1);
    expect([jobs.size, through(jobs) instanceof JoinableQueue]).toEqual([1, true]);
    const raw = rawArray("d", [1, 2]);
    through(raw)[0] = 4;
    expect([...raw]).toEqual([4, 2]);
    const bare = new SharedArrayBuffer(4);
    expect(through({ bare }).bare).toBeInstanceOf(SharedArrayBuffer);
    new Uint8Array(through({ bare }).bare)[0] = 3;
    expect(new Uint8Array(bare)[0]).toBe(3);
  });

  it("a named one, with its name, and after its name is gone", () => {
    const a = array([1, 2], { name: "in-a-message" });
    q.putSync(a);
    a.unlink();
    const back = q.getSync() as NDArray<"float64">;
    back.set(0, 5);
    expect([a.get(0), back.name]).toEqual([5, undefined]);
    const b = array([1, 2], { name: "in-a-message" });
    expect(through(b).name).toBe("in-a-message");
    b[Symbol.dispose]();
  });

  it("one thing several times in a message is one thing", () => {
    const a = zeros([2]);
    const [x, y] = through([a, { a }]) as [NDArray<"float64">, { a: NDArray<"float64"> }];
    expect(x).toBe(y.a);
  });

  it("an unnamed array lives on in the queue without other references, and after its sender has died", async () => {
    const jobs = new Queue<NDArray<"float64", 1>>();
    const p = new Process(
      (jobs: typeof q) => {
        const block = new SharedArrayBuffer(8 * 4);
        jobs.putSync(new Float64Array(block).fill(2.5));
      },
      [jobs as typeof q],
    ).start();
    expect(await p.join()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 700)); // the keeper looks for orphans every quarter of a second
    expect([...((await jobs.get()) as unknown as Float64Array)]).toEqual([2.5, 2.5, 2.5, 2.5]);
  });

  it("a worker sends the first array of the program while its root is blocked", () => {
    const code = `
      import { Process, Queue } from "shared-ndarray";
      const q = new Queue();
      new Process((q) => { q.putSync(new Float64Array(new SharedArrayBuffer(16)).fill(3)); }, [q]).start();
      console.log([...q.getSync()].join());`;
    return runProgram(code).then((out) => expect(out).toBe("3,3\n"));
  });

  it("what was deposited is dropped with the queue, and the keeper's thread ends", () =>
    runProgram(`
      import { Queue, zeros, SharedMemory } from "shared-ndarray";
      import { subscribe } from "node:diagnostics_channel";
      const made = [];
      subscribe("worker_threads", ({ worker }) => made.push(worker));
      const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      const q = new Queue();
      for (let i = 0; i < 30; i++) q.putSync(zeros([1 << 20]).fill(i)); // 8 MiB each, all of them in memory at once
      const full = process.memoryUsage().rss;
      q.close();
      while (made.some(({ threadId }) => threadId !== -1)) await sleep(50);
      const isFreed = () => full - process.memoryUsage().rss > 150 << 20;
      for (let i = 0; i < 100 && !isFreed(); i++) { gc(); await sleep(100); }
      console.log(made.length > 0, isFreed());`).then((out) => expect(out).toBe("true true\n")));

  it("a handle made by toHandle in a message stays a handle, beside a thing too", () => {
    const a = zeros([2]);
    const { handle } = through({ handle: toHandle(a), beside: a });
    (fromHandle(handle) as typeof a).set(0, 3);
    expect(a.get(0)).toBe(3);
    expect(through({ "shared-ndarray": 1, a })).toMatchObject({ "shared-ndarray": 1 });
    expect(through({ "shared-ndarray": "placeholder", i: 0, a })).toMatchObject({
      "shared-ndarray": "placeholder",
      i: 0,
    });
  });
});

describe("hostile messages: an error to the caller, the queue unchanged", () => {
  const deep = (n: number) => Array.from({ length: n }).reduce((inner) => ({ inner }), {});
  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const [end] = pipe();
  end.close();
  const closed = zeros([2]);
  closed.close();
  it.each([
    ["undefined", undefined, "NOT_SENDABLE", "message"],
    ["a function", () => 1, "NOT_SENDABLE", "message"],
    ["a symbol", Symbol("s"), "NOT_SENDABLE", "message"],
    ["a function inside", { a: [1, { f: () => 1 }] }, "NOT_SENDABLE", "message.a[1].f"],
    ["a symbol in a Map", new Map([["k", Symbol("s")]]), "NOT_SENDABLE", 'message.get("k")'],
    ["a promise", { p: Promise.resolve(1) }, "NOT_SENDABLE", "message.p"],
    ["a WeakMap", [new WeakMap()], "NOT_SENDABLE", "message[0]"],
    ["a port", { port: new MessageChannel().port1 }, "NOT_SENDABLE", "message"],
    ["nested 20,000 deep", deep(20_000), "NOT_SENDABLE", "message"],
    ["nested 20,000 deep around an array", { deep: deep(20_000), a: zeros([1]) }, "NOT_SENDABLE", "message"],
    ["a detached array", detached, "NOT_SENDABLE", "message"],
    ["an ended pipe", [end], "CLOSED", undefined],
    ["a closed array", [closed], "CLOSED", undefined],
    ["a lock's guard", { guard: new Lock().acquireSync() }, "NOT_SENDABLE", "message.guard"],
    ["memory that is not shared", { m: new WebAssembly.Memory({ initial: 1 } as never) }, "NOT_SENDABLE", "message"],
    ["more than the queue holds", "x".repeat(9 << 20), "MESSAGE_TOO_LARGE", undefined],
  ])("%s", async (_, message, code, path) => {
    q.putSync("before");
    for (const act of [() => q.putSync(message), () => q.tryPut(message)]) {
      const error = thrownBy(act);
      expect(error).toMatchObject({ code, ...(path && { path }) });
      if (code === "NOT_SENDABLE") expect(error).toBeInstanceOf(TypeError);
    }
    await expect(q.put(message)).rejects.toMatchObject({ code });
    expect([q.size, q.getSync(), q.tryPut("after"), q.getSync()]).toEqual([1, "before", true, "after"]);
  });

  it("a getter that throws, or that sends something itself, or that changes its mind", () => {
    const throwing = {
      get x(): number {
        throw new EvalError("mine");
      },
    };
    expect(thrownBy(() => q.putSync(throwing))).toBeInstanceOf(EvalError);
    expect(thrownBy(() => q.putSync([zeros([1]), throwing]))).toBeInstanceOf(EvalError);
    const nested = {
      a: "before",
      get b() {
        q.putSync("y".repeat(100_000));
        return 2;
      },
      c: "after",
    };
    q.putSync(nested);
    const seen: unknown[] = [];
    for (let m = q.tryGet(); m !== undefined; m = q.tryGet()) seen.push(typeof m === "string" ? m.length : m);
    expect(seen.at(-1)).toEqual({ a: "before", b: 2, c: "after" });
    let asked = 0;
    const changing = {
      get x() {
        return asked++ === 0 ? 1 : Symbol("no");
      },
    };
    expect(thrownBy(() => q.putSync(changing))).toMatchObject({ code: "NOT_SENDABLE", path: "message.x" });
    expect(q.size).toBe(0);
  });

  it("what a try or a wait could not put leaves nothing behind: ends of pipes are still the sender's", async () => {
    const full = new Queue<unknown>({ maxSize: 1 });
    full.putSync(1);
    const [mine, theirs] = pipe<string>();
    expect(full.tryPut([theirs, zeros([1])])).toBe(false);
    await expect(full.put(theirs, { timeoutMs: 5 })).rejects.toMatchObject({ code: "TIMEOUT" });
    theirs.putSync("still mine");
    expect(mine.getSync()).toBe("still mine");
  });
});
