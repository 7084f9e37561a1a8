/** `Manager`: its objects, atomic updates, proxies in other threads, errors of the server, and its end. */

import {
  Lock,
  Manager,
  NDArray,
  Pool,
  Process,
  type Proxied,
  pipe,
  Queue,
  Value,
  type ValueApi,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { ownManager } from "../fixtures/manager-targets.mjs";
import { runProgram } from "../fixtures/run-program.js";

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (e) {
    return e;
  }
  throw new Error("expected an error");
}
const manager = new Manager();
afterAll(() => manager.close());
type Dict<V> = ReturnType<typeof manager.dict<V>>;
type List<T> = ReturnType<typeof manager.list<T>>;

describe("its objects", () => {
  it("dict: Map's words, async and blocking", async () => {
    const d = manager.dict<unknown>([["a", 1]]);
    expect([await d.get("a"), d.getSync("b"), await d.has("a"), d.hasSync("b")]).toEqual([1, undefined, true, false]);
    await d.set("b", [1, { c: 2 }]);
    d.setSync("__proto__", "own");
    expect([await d.size(), d.sizeSync()]).toEqual([3, 3]);
    expect(await d.entries()).toEqual([
      ["a", 1],
      ["b", [1, { c: 2 }]],
      ["__proto__", "own"],
    ]);
    expect([await d.delete("a"), d.deleteSync("a"), d.entriesSync().length]).toEqual([true, false, 2]);
    expect(await d.update("n", (old) => ((old as number) ?? 10) + 1)).toBe(11);
    expect(d.updateSync("n", (old) => (old as number) + 1)).toBe(12);
  });

  it("list: Array's words; an item that is not there is an IndexError", async () => {
    const l = manager.list([1, 2, 3]);
    expect([await l.push(4, 5), l.popSync(), await l.at(-1), l.atSync(9), await l.size()]).toEqual([
      5,
      5,
      4,
      undefined,
      4,
    ]);
    await l.set(-1, 40);
    l.setSync(0, 10);
    expect(await l.update(1, (n) => n * 2)).toBe(4);
    expect([await l.toArray(), l.toArraySync().length]).toEqual([[10, 4, 3, 40], 4]);
    for (const i of [4, -5, 1.5]) {
      await expect(l.set(i, 0)).rejects.toMatchObject({ code: "INDEX", index: i, shape: [4] });
      expect(thrownBy(() => l.updateSync(i, (n) => n))).toBeInstanceOf(RangeError);
    }
    expect(await manager.list().pop()).toBeUndefined();
  });

  it("namespace and value", async () => {
    const n = manager.namespace({ x: 10, list: ["a"] });
    await n.set("x", 11);
    n.setSync("list", ["b", "c"]);
    expect([await n.get("x"), n.getSync("list"), await n.toObject()]).toEqual([
      11,
      ["b", "c"],
      { x: 11, list: ["b", "c"] },
    ]);
    const v = manager.value<number | null>(5);
    expect([await v.get(), await v.update((x) => (x ?? 0) * 2), v.getSync()]).toEqual([5, 10, 10]);
    v.setSync(null);
    expect(await v.get()).toBeNull();
  });

  it("what is got is a copy: to change it, set it", async () => {
    const d = manager.dict<number[]>([["a", [1]]]);
    (await d.get("a"))!.push(2);
    expect(await d.get("a")).toEqual([1]);
    const own = [1];
    await d.set("b", own);
    own.push(2);
    expect(await d.get("b")).toEqual([1]);
  });

  it("values may be large: larger than any queue", async () => {
    const text = "ü".repeat(3 << 20);
    const d = manager.dict<unknown>();
    await d.set("text", text);
    d.setSync("bytes", new Uint8Array(5 << 20).fill(7));
    expect((await d.get("text")) === text).toBe(true);
    expect((d.getSync("bytes") as Uint8Array).every((byte) => byte === 7)).toBe(true);
    expect((await d.entries()).length).toBe(2);
  });

  it("shared things and proxies as values arrive as themselves", async () => {
    const a = zeros([3]);
    const d = manager.dict<unknown>([["a", a]]);
    ((await d.get("a")) as typeof a).set(1, 5);
    expect([a.get(1), d.getSync("a") instanceof NDArray]).toEqual([5, true]);
    await d.set("lock", new Lock());
    expect(((await d.get("lock")) as Lock).locked).toBe(false);
    const inner = manager.list(["x"]);
    await d.set("inner", inner);
    await inner.push("y");
    expect(await ((await d.get("inner")) as List<string>).toArray()).toEqual(["x", "y"]);
    const q = new Queue<string>();
    d.setSync("queue", q);
    (d.getSync("queue") as Queue<string>).putSync("through the dict");
    expect(q.getSync()).toBe("through the dict");
  });
});

describe("in other threads", () => {
  it("update is atomic: none is lost, whoever calls and however", async () => {
    const v = manager.value(0);
    const d = manager.dict<number>();
    const work = async (v: Proxied<ValueApi<number>>, d: Dict<number>, isSync: boolean) => {
      for (let i = 0; i < 300; i++) {
        if (isSync) v.updateSync((n) => n + 1);
        else await v.update((n) => n + 1);
        d.updateSync("k", (n) => (n ?? 0) + 2);
      }
    };
    const team = [true, false, true].map((isSync) => new Process(work as never, [v, d, isSync] as never).start());
    for (let i = 0; i < 300; i++) await v.update((n) => n + 1);
    for (const p of team) await p.join();
    expect([await v.get(), await d.get("k")]).toEqual([1200, 1800]);
  });

  it("proxies travel in tasks, messages and results", async () => {
    await using pool = new Pool({ workers: 1 });
    const l = manager.list<number>();
    const back = (await pool.run(
      async (l: List<number>) => {
        await l.push(1);
        return l;
      },
      [l],
    )) as List<number>;
    const q = new Queue<List<number>>();
    q.putSync(back);
    q.getSync().pushSync(2);
    expect(await l.toArray()).toEqual([1, 2]);
  });

  it("many calls at once come back in order, each with its own", async () => {
    const l = manager.list<number>();
    const sizes = await Promise.all(Array.from({ length: 5000 }, (_, i) => l.push(i)));
    expect(sizes).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1));
    expect(await l.toArray()).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  it("large and small ones in the order of the calls, as they were then", async () => {
    const l = manager.list<unknown>();
    const big = new Uint8Array(3 << 20).fill(7);
    const pushes = Array.from({ length: 12 }, (_, i) => l.push(i % 4 === 1 ? big : i));
    big.fill(9);
    await Promise.all(pushes);
    const items = await l.toArray();
    expect(items.map((item) => (item instanceof Uint8Array ? item[0] : item))).toEqual([
      0, 7, 2, 3, 4, 7, 6, 7, 8, 7, 10, 11,
    ]);
  });

  it("replies that wait for a busy caller are what they were when made, and are not lost by close", async () => {
    const own = new Manager();
    const l = own.list(Array.from({ length: 20_000 }, (_, i) => i));
    const reads = Array.from({ length: 60 }, () => l.toArray());
    const pushed = l.push(-1);
    const closing = own.close();
    const until = performance.now() + 300;
    while (performance.now() < until);
    expect((await Promise.all(reads)).every((items) => items.length === 20_000)).toBe(true);
    expect(await pushed).toBe(20_001);
    await closing;
  });

  it("a blocked call while asynchronous ones are under way", async () => {
    const v = manager.value(0);
    const calls = Array.from({ length: 50 }, () => v.update((n) => n + 1));
    expect(v.getSync()).toBeLessThanOrEqual(50);
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it("a manager of a worker's own ends with it", async () => {
    const [out, end] = [new Queue<unknown>(), new Queue<unknown>()];
    const p = new Process(ownManager, [out, end] as never).start();
    const v = (await out.get()) as Proxied<{ get(): Promise<number> }>;
    expect(await v.get()).toBe(7);
    end.putSync("end");
    await p.join();
    await expect(v.get()).rejects.toMatchObject({ code: "WORKER_DIED" });
  });
});

describe("errors", () => {
  it("of the function: its class and stack; nothing has changed", async () => {
    const v = manager.value(1);
    const failing = v.update(() => {
      throw new EvalError("mine");
    });
    await expect(failing).rejects.toBeInstanceOf(EvalError);
    await expect(failing).rejects.toMatchObject({
      message: "mine",
      stack: expect.stringContaining("EvalError: mine\n"),
    });
    expect(thrownBy(() => v.updateSync((n) => (n as never as { x: { y: number } }).x.y))).toBeInstanceOf(TypeError);
    expect(await v.get()).toBe(1);
  });

  it.each([
    ["a captured name", (v: number) => v + outside, "CAPTURE"],
    ["a result that cannot be sent", () => () => 1, "NOT_SENDABLE"],
    ["an async function's promise", (v: number) => Promise.resolve(v), "NOT_SENDABLE"],
  ])("%s", async (_, fn, code) => {
    const v = manager.value(1);
    await expect(v.update(fn as never)).rejects.toMatchObject({ code });
    expect(thrownBy(() => v.updateSync(fn as never))).toMatchObject({ code });
    expect(v.getSync()).toBe(1);
  });

  it("fail the call that they are of, and no other", async () => {
    const [d, other] = [manager.dict<unknown>(), manager.value(1)];
    const [, end] = pipe();
    await d.set("end", end);
    expect(end.closed).toBe(true);
    const back = (await d.get("end")) as Disposable;
    await expect(d.get("end")).rejects.toMatchObject({ code: "CLOSED" }); // the first call has sent it away
    back[Symbol.dispose]();
    const deep = () => {
      let value = {};
      for (let i = 0; i < 3000; i++) value = { value };
      throw value;
    };
    await expect(other.update(deep)).rejects.toMatchObject({ code: "NOT_SENDABLE" });
    const noErrors = () => {
      throw Object.assign(new AggregateError([]), { errors: null });
    };
    await expect(other.update(noErrors)).rejects.toBeInstanceOf(AggregateError);
    expect(await other.get()).toBe(1);
  });

  it("of an update that returns nothing, or a promise: the value stays", async () => {
    const v = manager.value<number | undefined>(1);
    const forgets = (old?: number) => {
      if (old === 2) return 3;
    };
    await expect(v.update((() => {}) as never)).rejects.toThrow(/without `return`/);
    await expect(v.update(forgets as never)).rejects.toThrow(/got undefined/);
    await expect(v.update((() => Promise.reject(new Error("lost"))) as never)).rejects.toThrow(/got a promise/);
    expect(await v.get()).toBe(1);
  });

  it("of an update leave the old value as it was, and values are no one else's", async () => {
    const one = { n: 0 };
    const d = manager.dict([
      ["a", one],
      ["b", one],
    ]);
    const spoil = (old: { n: number } | undefined): { n: number } => {
      old!.n = 99;
      throw new Error("after all");
    };
    await expect(d.update("a", spoil)).rejects.toThrow("after all");
    await d.update("a", (old) => {
      old!.n++;
      return old!;
    });
    expect(await d.entries()).toEqual([
      ["a", { n: 1 }],
      ["b", { n: 0 }],
    ]);
  });

  it("of the caller: typed, named, before anything is sent", async () => {
    const [d, l] = [manager.dict<unknown>(), manager.list<unknown>()];
    await expect(d.set("k", { a: [() => 1] })).rejects.toMatchObject({ code: "NOT_SENDABLE", path: "args[1].a[0]" });
    expect(thrownBy(() => l.pushSync(1, Symbol("s")))).toMatchObject({ code: "NOT_SENDABLE", path: "args[1]" });
    await expect(d.get(5 as never)).rejects.toThrow("Expected `key` to be a string, got 5");
    expect(() => l.atSync("0" as never)).toThrow('Expected `i` to be a number, got "0"');
    await expect(d.update("k", "x" as never)).rejects.toThrow("`fn`");
    expect([await d.size(), await l.size()]).toEqual([0, 0]);
    expect(() => manager.dict([["a"]] as never)).toThrow("entries[0]");
    expect(() => manager.dict([[1, 2]] as never)).toThrow("entries[0]");
    expect(() => manager.list(5 as never)).toThrow("items");
    expect(() => manager.namespace(null as never)).toThrow("fields");
    expect(thrownBy(() => manager.value(() => 1))).toMatchObject({ code: "NOT_SENDABLE", path: "content" });
    expect(thrownBy(() => new Manager({ isolation: "process" }))).toMatchObject({ code: "UNSUPPORTED" });
    expect(() => new Manager({ isolation: "both" as never })).toThrow('"both"');
    expect(() => new Manager({ size: 1 } as never)).toThrow("size");
    expect(() => new Process((m: unknown) => void m, [manager] as never).start()).toThrow("args[0]");
  });
});

declare const outside: number;

describe("a server that is no more", () => {
  it("close ends one that never comes back from an update, and tells the caller", async () => {
    const stuck = new Manager();
    const value = stuck.value(1);
    const endless = value.update((old) => {
      while (old === 1);
      return old;
    });
    const behind = value.get();
    const settled = Promise.allSettled([endless, behind]);
    await stuck.close({ timeoutMs: 50 });
    for (const one of await settled) expect(one).toMatchObject({ reason: { code: "WORKER_DIED" } });
    await expect(stuck.close({ timeoutMs: -1 })).rejects.toBeInstanceOf(RangeError);
  });

  it("close: what was asked before is done; then every call is a ClosedError, in every thread", async () => {
    const own = new Manager();
    const v = own.value(0);
    const calls = Array.from({ length: 100 }, () => v.update((n) => n + 1));
    const closing = own.close();
    expect((await Promise.all(calls)).at(-1)).toBe(100);
    await closing;
    await own.close();
    await expect(v.get()).rejects.toMatchObject({ code: "CLOSED", what: "the manager" });
    expect(thrownBy(() => v.getSync())).toMatchObject({ code: "CLOSED" });
    expect(thrownBy(() => own.dict())).toMatchObject({ code: "CLOSED" });
    const task = (v: unknown) => void v;
    expect(() => new Process(task, [v]).start()).toThrow("closed");
  });

  it("killed in the middle of a call: that call and all others fail at once", async () => {
    const own = new Manager();
    const v = own.value(1);
    const others = new Value("int32");
    expect(await v.get()).toBe(1);
    const p = new Process(
      (v: { getSync(): number }, others: Value<"int32">) => {
        others.value = 1;
        try {
          for (;;) v.getSync();
        } catch (e) {
          others.value = (e as { code: string }).code === "WORKER_DIED" ? 2 : 3;
        }
      },
      [v, others] as never,
    ).start();
    while (others.value === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const dying = v.update(() => process.exit(1) as never);
    const outcomes = await Promise.allSettled([dying, v.get()]);
    expect(outcomes.map((one) => one.status === "rejected" && one.reason.code)).toEqual(["WORKER_DIED", "WORKER_DIED"]);
    expect(thrownBy(() => v.getSync())).toMatchObject({ code: "WORKER_DIED" });
    await p.join();
    expect(others.value).toBe(2);
    await own.close();
  });

  it("calls that still wait for room fail too", async () => {
    const own = new Manager();
    const [v, d] = [own.value(0), own.dict<string>()];
    const dying = v.update(() => {
      const until = performance.now() + 200;
      while (performance.now() < until);
      return process.exit(1) as never;
    });
    const waiting = Array.from({ length: 200 }, (_, i) => d.set(`k${i}`, "x".repeat(10_000)));
    const outcomes = await Promise.allSettled([dying, ...waiting]);
    expect(outcomes.every((one) => one.status === "rejected" && one.reason.code === "WORKER_DIED")).toBe(true);
    await own.close();
  });

  it("a manager that nobody has any more ends by itself", () =>
    runProgram(`
      import { Manager } from "shared-ndarray";
      import { subscribe } from "node:diagnostics_channel";
      const made = [];
      subscribe("worker_threads", ({ worker }) => made.push(worker));
      const alive = () => made.filter(({ threadId }) => threadId !== -1).length;
      const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      async function use() { await new Manager().value(1).get(); }
      await use();
      const before = alive();
      for (let i = 0; i < 4; i++) await use();
      while (alive() > before) { gc(); await sleep(50); }
      console.log(made.length > before);
      process.exit();`).then((out) => expect(out).toBe("true\n")));

  it("a call from the function of an update would wait for itself", async () => {
    const [v, w] = [manager.value(1), manager.value<unknown>(null)];
    await w.set(v);
    await expect(w.update((inner) => (inner as { getSync(): number }).getSync())).rejects.toMatchObject({
      code: "DEADLOCK",
    });
  });
});
