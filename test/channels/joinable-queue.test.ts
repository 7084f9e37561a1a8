/** `JoinableQueue`: all messages done, by any thread; and readers that die with a message. */
import { JoinableQueue, Process, Value } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const codeOf = (act: () => unknown) => {
  try {
    act();
    return undefined;
  } catch (e) {
    return (e as { code?: string }).code;
  }
};

describe("one thread", () => {
  it("join is true once each message put is done, not before", async () => {
    const q = new JoinableQueue<number>({ name: "joinable" });
    expect([await q.join(), q.joinSync()]).toEqual([true, true]);
    for (const i of [1, 2, 3]) q.putSync(i);
    expect(await q.join({ timeoutMs: 5 })).toBe(false);
    const other = JoinableQueue.attach<number>("joinable");
    for (const i of [1, 2, 3]) {
      expect(other.getSync()).toBe(i);
      expect(q.joinSync({ timeoutMs: 0 })).toBe(false);
      other.taskDone();
    }
    expect(await q.join()).toBe(true);
    other.close();
    q[Symbol.dispose]();
  });

  it("taskDone more often than messages were taken is an error that changes nothing", () => {
    const q = new JoinableQueue<number>();
    expect(codeOf(() => q.taskDone())).toBe("LOCK_STATE");
    q.putSync(1);
    expect(codeOf(() => q.taskDone())).toBe("LOCK_STATE"); // it is put, but not taken
    q.getSync();
    q.taskDone();
    expect(codeOf(() => q.taskDone())).toBe("LOCK_STATE");
    expect(q.joinSync({ timeoutMs: 0 })).toBe(true);
  });

  it("a moment in which all was done is not missed; a wait can be given up; close ends it", async () => {
    const q = new JoinableQueue<number>();
    q.putSync(1);
    const joined = q.join();
    q.getSync();
    q.taskDone();
    q.putSync(2);
    expect(await joined).toBe(true);
    const abort = new AbortController();
    const waiting = q.join({ signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    const closed = q.join();
    q.close();
    await expect(closed).rejects.toMatchObject({ code: "CLOSED" });
    expect([codeOf(() => q.taskDone()), codeOf(() => q.joinSync())]).toEqual(["CLOSED", "CLOSED"]);
  });
});

describe("several threads", () => {
  const work = async (q: JoinableQueue<number>, sum: Value<"int32">) => {
    for await (const n of q) {
      sum.add(n);
      q.taskDone();
    }
  };

  it("4 workers, 10 tasks: join returns only after all are done", async () => {
    const q = new JoinableQueue<number>();
    const sum = new Value("int32");
    const team = [1, 2, 3, 4].map(() => new Process(work, [q, sum]).start());
    for (let i = 1; i <= 10; i++) await q.put(i);
    expect(q.joinSync()).toBe(true);
    expect(sum.value).toBe(55);
    q.end();
    for (const p of team) await p.join();
  });

  it("a reader that dies with a message: join tells it, and whoever makes up for it says that it is done", async () => {
    const q = new JoinableQueue<number>();
    q.putSync(1);
    q.putSync(2);
    const p = new Process(
      (q: JoinableQueue<number>) => {
        q.getSync();
        q.taskDone();
        q.getSync();
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      },
      [q],
    ).start();
    while (q.size > 0) await sleep(1);
    expect(await q.join({ timeoutMs: 60 })).toBe(false); // a live thread works on it
    p.terminate();
    await p.join();
    await expect(q.join()).rejects.toMatchObject({
      code: "WORKER_DIED",
      message: expect.stringContaining("the 1 message"),
    });
    expect(codeOf(() => q.joinSync())).toBe("WORKER_DIED");
    q.taskDone();
    expect(await q.join()).toBe(true);
  });

  it("acknowledged by another than who took them: join waits for the one that is at work", async () => {
    const [jobs, results] = [new JoinableQueue<string>(), new JoinableQueue<string>()];
    const take = async (jobs: JoinableQueue<string>, results: JoinableQueue<string>) => {
      const job = await jobs.get();
      if (job === "slow") await new Promise((resolve) => setTimeout(resolve, 300));
      results.putSync(job);
    };
    jobs.putSync("slow");
    jobs.putSync("fast");
    const team = [1, 2].map(() => new Process(take, [jobs, results]).start());
    const joined = jobs.join();
    for (let i = 0; i < 2; i++) {
      await results.get();
      jobs.taskDone();
    }
    expect(await joined).toBe(true);
    for (const p of team) await p.join();
  });
});
