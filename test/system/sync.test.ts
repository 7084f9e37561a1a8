/**
 * Locks, values, queues and pipes between processes: exact counts, exclusion, and what others learn of a process that
 * is killed.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import {
  arange,
  Barrier,
  BoundedSemaphore,
  Condition,
  JoinableQueue,
  Lock,
  pipe,
  Queue,
  RLock,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedEvent,
  toHandle,
  Value,
  zeros,
} from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";
import { coded, DIST, FOREVER, freshName, leftovers, NOTES_GO_LATER, Other, runOther, SYSTEM } from "./fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));

describe("two processes", () => {
  it("and Python increment one array, under one lock and in slots: no increment is lost", async () => {
    using slots = zeros([3], { dtype: "int64", name: freshName(), ...SYSTEM });
    using total = zeros([1], { dtype: "int64", name: freshName(), ...SYSTEM });
    using lock = new Lock({ name: freshName(), ...SYSTEM });
    const rounds = 20_000;
    await using other = new Other(`
      const slots = NDArray.attach("${slots.name}", SYSTEM), total = NDArray.attach("${total.name}", SYSTEM);
      const lock = Lock.attach("${lock.name}", SYSTEM);
      say("ready");
      process.once("message", () => {
        for (let i = 0; i < ${rounds}; i++) {
          slots.set(1, slots.get(1) + 1n);
          const guard = lock.acquireSync();
          total.set(0, total.get(0) + 1n);
          guard.release();
        }
        say("done");
      });`);
    await other.heard();
    const python = promisify(execFile)("python3", [
      "-c",
      `import sys, numpy as np
slots = np.load(sys.argv[1], mmap_mode="r+")
for _ in range(${rounds}): slots[2] += 1`,
      slots.memory.path!,
    ]);
    other.child.send("go");
    for (let i = 0; i < rounds; i++) {
      slots.set(0, slots.get(0) + 1n);
      const guard = lock.acquireSync();
      total.set(0, total.get(0) + 1n);
      guard.release();
    }
    expect(await other.heard()).toBe("done");
    await python;
    expect(slots.toArray()).toEqual([BigInt(rounds), BigInt(rounds), BigInt(rounds)]);
    expect(total.toArray()).toEqual([BigInt(2 * rounds)]);
  });

  it("wait for each other, blocking and not, with each primitive", async () => {
    using event = new SharedEvent({ name: freshName(), ...SYSTEM });
    using barrier = new Barrier(2, { name: freshName(), ...SYSTEM });
    using permits = new Semaphore(0, { name: freshName(), ...SYSTEM });
    using bounded = new BoundedSemaphore(1, { name: freshName(), ...SYSTEM });
    using ready = new Condition(undefined, { name: freshName(), ...SYSTEM });
    using count = new Value("int32", 0, { name: freshName(), ...SYSTEM });
    using there = new Queue<number>({ name: freshName(), ...SYSTEM });
    using back = new Queue<number>({ name: freshName(), ...SYSTEM });
    for (const isBlocked of [true, false]) {
      const [wait, sync] = isBlocked ? ["", "Sync"] : ["await ", ""];
      await using other = new Other(`
        const event = nd.SharedEvent.attach("${event.name}", SYSTEM), barrier = nd.Barrier.attach("${barrier.name}", SYSTEM);
        const permits = nd.Semaphore.attach("${permits.name}", SYSTEM), ready = nd.Condition.attach("${ready.name}", SYSTEM);
        const bounded = nd.Semaphore.attach("${bounded.name}", SYSTEM);
        const count = Value.attach("${count.name}", "int32", SYSTEM);
        const there = Queue.attach("${there.name}", SYSTEM), back = Queue.attach("${back.name}", SYSTEM);
        say("ready");
        const told = [];
        told.push(${wait}event.wait${sync}());
        const place = ${wait}barrier.wait${sync}();
        told.push(place === 0 || place === 1);
        const permit = ${wait}permits.acquire${sync}();
        permit.release();
        told.push(bounded instanceof nd.BoundedSemaphore);
        const guard = ${wait}ready.acquire${sync}();
        count.add(1);
        ready.notifyAll();
        guard.release();
        for (let i = 0; i < 200; i++) ${wait}back.put${sync}(2 * (${wait}there.get${sync}()));
        say(told);
        process.disconnect();`);
      await other.heard();
      event.set();
      await barrier.wait();
      permits.release();
      {
        using _ = await ready.acquire();
        while (count.value === 0) await ready.wait();
      }
      let sum = 0;
      for (let i = 0; i < 200; i++) {
        there.putSync(i);
        sum += isBlocked ? back.getSync() : await back.get();
      }
      expect([await other.heard(), sum]).toEqual([[true, true, true], 199 * 200]);
      expect(await other.ended()).toBe(0);
      event.clear();
      count.value = 0;
    }
  });

  it("see each other's values, lists and arrays", () => {
    using value = new Value("float64", 1.5, { name: freshName(), ...SYSTEM });
    using array = new SharedArray("int16", [1, 2, 3], { name: freshName(), ...SYSTEM });
    using list = new ShareableList(["a", 2n, null, true, 0.5], { name: freshName(), ...SYSTEM });
    using rlock = new RLock({ name: freshName(), ...SYSTEM });
    using guarded = new Value("int32", 0, { name: freshName(), lock: rlock, ...SYSTEM });
    const { stdout, stderr } = runOther(`
      const value = Value.attach("${value.name}", "float64", SYSTEM); value.value *= 2;
      const array = nd.SharedArray.attach("${array.name}", "int16", SYSTEM); array.data[1] = 20;
      const list = nd.ShareableList.attach("${list.name}", SYSTEM); list.set(0, "b");
      const guarded = Value.attach("${guarded.name}", "int32", SYSTEM);
      guarded.updateSync((x) => x + 1);
      console.log(JSON.stringify([...list].map(String)), guarded.lock.name === "${rlock.name}");`);
    expect(stderr).toBe("");
    expect(stdout).toBe('["b","2","null","true","0.5"] true');
    expect([value.value, [...array.data], list.at(0), guarded.value]).toEqual([3, [1, 20, 3], "b", 1]);
  });

  it("send arrays in messages, and share their memory", async () => {
    using queue = new Queue({ name: freshName(), ...SYSTEM });
    await using other = new Other(`
      const queue = Queue.attach("${queue.name}", SYSTEM);
      const { a, lock, list } = queue.getSync();
      const guard = lock.acquireSync();
      a.set(0, 99);
      guard.release();
      say([a.toArray(), list, lock.constructor.name]);
      queue.putSync({ same: a.slice("1:") });
      ${FOREVER}`);
    using a = arange(4, SYSTEM);
    using lock = new Lock(SYSTEM);
    await queue.put({ a, lock, list: [new Map([[1, "x"]])].length });
    expect(await other.heard()).toEqual([[99, 1, 2, 3], 1, "Lock"]);
    const { same } = (await queue.get()) as { same: typeof a };
    same.set(0, -1);
    expect(a.toArray()).toEqual([99, -1, 2, 3]);
    same.close();
  });

  it("hand over an end of a pipe, and read to the end of the stream when the process that has it is killed", async () => {
    const [mine, theirs] = pipe<string, number>(SYSTEM);
    const handle = JSON.stringify(toHandle(theirs as never));
    expect(theirs.closed).toBe(true);
    await using other = new Other(`
      const end = nd.fromHandle(${handle});
      (async () => { for await (const text of end) await end.put(text.length); })();
      ${FOREVER}`);
    await mine.put("four");
    expect(await mine.get()).toBe(4);
    mine.putSync("seven..");
    expect(mine.getSync()).toBe(7);
    await other.kill();
    await expect(mine.get()).rejects.toThrow(coded({ code: "END_OF_STREAM" }));
    mine.close();
  });
});

describe("what another process could not receive", () => {
  it.each<[string, () => unknown, string]>([
    ["an array", () => [zeros(3)], "message[0]"],
    ["a lock", () => ({ deep: { lock: new Lock() } }), "message.deep.lock"],
    ["a buffer", () => ({ b: new SharedArrayBuffer(8) }), "message.b"],
    ["a view", () => new Map([["k", new Int32Array(new SharedArrayBuffer(8))]]), 'message.get("k")'],
    ["an end of a pipe", () => pipe()[0], "message"],
  ])("%s of process scope is refused, with its path", (_, message, path) => {
    using queue = new Queue(SYSTEM);
    expect(() => queue.putSync(message())).toThrow(coded({ code: "NOT_SENDABLE" }));
    try {
      queue.putSync(message());
    } catch (e) {
      expect((e as { path: string }).path).toContain(path.slice(0, 11));
    }
    expect(queue.size).toBe(0);
  });
  it("a lock of process scope for a value of system scope", () => {
    expect(() => new Value("int32", 0, { lock: new Lock(), ...SYSTEM })).toThrow(/system scope/);
  });
});

describe("a process that is killed", () => {
  it("while it holds a lock: the next one learns it within 150 ms, blocked or not, and one recovers", async () => {
    for (const wait of ["blocked", "async"]) {
      using lock = new Lock({ name: freshName(), ...SYSTEM });
      await using other = new Other(
        `globalThis.guard = Lock.attach("${lock.name}", SYSTEM).acquireSync(); say("held"); ${FOREVER}`,
      );
      await other.heard();
      expect(lock.locked).toBe(true);
      const told =
        wait === "async"
          ? expect(lock.acquire({ timeoutMs: 60_000 })).rejects.toThrow(
              coded({ code: "LOCK_ABANDONED", holder: other.child.pid }),
            )
          : undefined;
      other.child.kill("SIGKILL"); // not awaited: this thread does not return to its event loop, so the dead process stays a zombie
      if (told) await told;
      else
        expect(() => lock.acquireSync({ timeoutMs: 60_000 })).toThrow(
          coded({ code: "LOCK_ABANDONED", holder: other.child.pid }),
        );
      const guard = lock.recover();
      expect([guard !== undefined, lock.recover()]).toEqual([true, undefined]);
      guard!.release();
      lock.acquireSync().release();
    }
  });

  it("only stopped while it holds a lock is not dead: others wait, and get the lock when it goes on", async () => {
    using lock = new Lock({ name: freshName(), ...SYSTEM });
    await using other = new Other(`
      const lock = Lock.attach("${lock.name}", SYSTEM);
      const guard = lock.acquireSync(); say("held");
      process.once("message", () => guard.release()); ${FOREVER}`);
    await other.heard();
    other.child.kill("SIGSTOP");
    await expect(lock.acquire({ timeoutMs: 400 })).rejects.toThrow(coded({ code: "TIMEOUT" }));
    other.child.kill("SIGCONT");
    other.child.send("go");
    (await lock.acquire({ timeoutMs: 60_000 })).release();
  });

  it("frees its permits, breaks its barrier, and a joinable queue reports its messages", async () => {
    using permits = new Semaphore(2, { name: freshName(), ...SYSTEM });
    using barrier = new Barrier(2, { name: freshName(), ...SYSTEM });
    using queue = new JoinableQueue<number>({ name: freshName(), ...SYSTEM });
    queue.putSync(1);
    await using other = new Other(`
      globalThis.kept = [1, 2].map(() => nd.Semaphore.attach("${permits.name}", SYSTEM).acquireSync());
      const queue = nd.JoinableQueue.attach("${queue.name}", SYSTEM);
      queue.getSync();
      say("ready");
      nd.Barrier.attach("${barrier.name}", SYSTEM).waitSync();`);
    await other.heard();
    expect(permits.value).toBe(0);
    const joining = expect(queue.join({ timeoutMs: 60_000 })).rejects.toThrow(coded({ code: "WORKER_DIED" }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await other.kill();
    (await permits.acquire({ timeoutMs: 60_000 })).release();
    expect(permits.value).toBe(2);
    await joining;
    await expect(barrier.wait({ timeoutMs: 60_000 })).rejects.toThrow(coded({ code: "BROKEN_BARRIER" }));
  });
});

describe("handles and waits", () => {
  it("a guard outlives its lock's handle", async () => {
    const name = freshName();
    const lock = new Lock({ name, ...SYSTEM });
    const guard = lock.acquireSync();
    lock.close();
    const again = Lock.attach(name, SYSTEM);
    expect(again.locked).toBe(true);
    guard.release();
    expect(again.locked).toBe(false);
    again[Symbol.dispose]();
    Lock.attach(name, SYSTEM).unlink();
  });

  it("a wait outlives its event's handle", async () => {
    const name = freshName();
    const event = new SharedEvent({ name, ...SYSTEM });
    const waiting = event.wait({ timeoutMs: 60_000 });
    event.close();
    const again = SharedEvent.attach(name, SYSTEM);
    again.set();
    expect(await waiting).toBe(true);
    again.unlink();
    again.close();
  });

  it("a thread that the user has started waits and wakes too, without native code", async () => {
    using lock = new Lock({ name: freshName(), ...SYSTEM });
    using count = zeros([1], { dtype: "int32", name: freshName(), ...SYSTEM });
    using start = new SharedEvent({ name: freshName(), ...SYSTEM });
    const body = `
      const lock = Lock.attach("${lock.name}", SYSTEM), count = NDArray.attach("${count.name}", SYSTEM);
      nd.SharedEvent.attach("${start.name}", SYSTEM).waitSync();
      for (let i = 0; i < 3000; i++) { const guard = lock.acquireSync(); count.set(0, count.get(0) + 1); guard.release(); }`;
    const worker = new Worker(
      `import(${JSON.stringify(DIST)}).then((nd) => { const { Lock, NDArray } = nd; const SYSTEM = { scope: "system" }; ${body};
        require("node:worker_threads").parentPort.postMessage("done"); })`,
      { eval: true },
    );
    const done = new Promise((resolve) => worker.once("message", resolve));
    await using other = new Other(`say("ready"); setTimeout(() => { ${body}; say("done"); }, 0); ${FOREVER}`);
    await other.heard();
    await new Promise((resolve) => setTimeout(resolve, 200));
    start.set();
    expect([await done, await other.heard()]).toEqual(["done", "done"]);
    expect(count.get(0)).toBe(6000);
    await worker.terminate();
  });
});
