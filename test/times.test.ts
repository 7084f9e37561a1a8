/**
 * Times that no timer can wait for, Infinity among them, mean never. The list of functions and of their times is that of
 * the declarations, so a new time without an entry here fails the test.
 */
import {
  Barrier,
  Condition,
  isSharedError,
  JoinableQueue,
  Lock,
  Manager,
  NDArray,
  Pool,
  Process,
  pipe,
  Queue,
  RawValue,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedEvent,
  SharedMemory,
  Value,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { publicOptions } from "./fixtures/public-options.js";

/** What a time is passed to; throws if it was taken for a short one. */
type Try = (ms: number) => unknown;
const pool = new Pool({ workers: 2 });
const here = new Pool({ workers: 0 });
const a = zeros(4);
const spin = (_: unknown, __: unknown, ms: number) => {
  for (const end = Date.now() + ms; Date.now() < end; );
};
/** Longer than the 1 ms that a timer takes for such a time. */
const LATER_MS = 30;
const SOON = { timeoutMs: 1 };
const later = (act: () => unknown) => setTimeout(act, LATER_MS);

const condition = new Condition();
let names = 0;
const freshName = () => `times-${process.pid}-${names++}`;
const onceNamed = (Class: unknown, make: (name: string) => unknown, ...type: unknown[]): Record<string, Try> => {
  const { waitFor, waitForSync } = Class as Record<string, (...args: unknown[]) => unknown>;
  return {
    waitFor: async (timeoutMs) => {
      const name = freshName();
      const waiting = waitFor!.call(Class, name, ...type, { timeoutMs });
      later(() => make(name));
      await waiting;
      SharedMemory.attach(name).unlink();
    },
    waitForSync: (timeoutMs) => {
      const name = freshName();
      make(name);
      waitForSync!.call(Class, name, ...type, { timeoutMs });
      SharedMemory.attach(name).unlink();
    },
  };
};
const called = (Class: string, tries: Record<string, Try>) =>
  Object.fromEntries(Object.entries(tries).map(([method, one]) => [`${Class}.${method} timeoutMs`, one]));

const tries: Record<string, Try> = {
  "Lock#acquire timeoutMs": async (timeoutMs) => {
    const lock = new Lock();
    const guard = lock.acquireSync();
    later(() => guard.release());
    (await lock.acquire({ timeoutMs })).release();
  },
  "Lock#acquireSync timeoutMs": (timeoutMs) => new Lock().acquireSync({ timeoutMs }).release(),
  "Semaphore#acquire timeoutMs": async (timeoutMs) => {
    const semaphore = new Semaphore(0);
    later(() => semaphore.release());
    (await semaphore.acquire({ timeoutMs })).release();
  },
  "Semaphore#acquireSync timeoutMs": (timeoutMs) => new Semaphore(1).acquireSync({ timeoutMs }),
  "Condition#acquire timeoutMs": async (timeoutMs) => (await condition.acquire({ timeoutMs })).release(),
  "Condition#acquireSync timeoutMs": (timeoutMs) => condition.acquireSync({ timeoutMs }).release(),
  "Condition#wait timeoutMs": async (timeoutMs) => {
    using _ = await condition.acquire();
    later(() => notify());
    expect(await condition.wait({ timeoutMs })).toBe(true);
  },
  "Condition#waitSync timeoutMs": (timeoutMs) =>
    pool.broadcast(
      (me, lock, ms: number) => {
        if (me.rank === 0) {
          using _ = lock.acquireSync();
          me.barrier.waitSync();
          if (!lock.waitSync({ timeoutMs: ms })) throw new Error("it gave up");
        } else {
          me.barrier.waitSync();
          for (const end = Date.now() + 30; Date.now() < end; );
          using _ = lock.acquireSync();
          lock.notify();
        }
      },
      [new Condition(), timeoutMs],
    ),
  "Condition#waitUntil timeoutMs": async (timeoutMs) => {
    using _ = await condition.acquire();
    let isTrue = false;
    later(() => {
      isTrue = true;
      notify();
    });
    expect(await condition.waitUntil(() => isTrue, { timeoutMs })).toBe(true);
  },
  "Condition#waitUntilSync timeoutMs": (timeoutMs) => {
    using _ = condition.acquireSync();
    expect(condition.waitUntilSync(() => true, { timeoutMs })).toBe(true);
  },
  "SharedEvent#wait timeoutMs": async (timeoutMs) => {
    const event = new SharedEvent();
    later(() => event.set());
    expect(await event.wait({ timeoutMs })).toBe(true);
  },
  "SharedEvent#waitSync timeoutMs": async (timeoutMs) => {
    const [event, begun] = [new SharedEvent(), new SharedEvent()];
    const waiting = pool.run(
      (event, begun, ms: number) => {
        begun.set();
        return event.waitSync({ timeoutMs: ms });
      },
      [event, begun, timeoutMs],
    );
    const [isSet] = await Promise.all([waiting, begun.wait().then(() => later(() => event.set()))]);
    expect(isSet).toBe(true);
  },
  "Barrier#wait timeoutMs": async (timeoutMs) => {
    const barrier = new Barrier(2);
    later(() => void barrier.wait());
    await barrier.wait({ timeoutMs });
  },
  "Barrier#waitSync timeoutMs": (timeoutMs) => new Barrier(1).waitSync({ timeoutMs }),
  "Queue#put timeoutMs": async (timeoutMs) => {
    const queue = new Queue<number>({ maxSize: 1 });
    await queue.put(1);
    later(() => queue.tryGet());
    await queue.put(2, { timeoutMs });
  },
  "Queue#putSync timeoutMs": (timeoutMs) => new Queue().putSync(1, { timeoutMs }),
  "Queue#get timeoutMs": async (timeoutMs) => {
    const queue = new Queue<number>();
    later(() => queue.tryPut(7));
    expect(await queue.get({ timeoutMs })).toBe(7);
  },
  "Queue#getSync timeoutMs": async (timeoutMs) => {
    const [queue, begun] = [new Queue<number>(), new SharedEvent()];
    const waiting = pool.run(
      (queue, begun, ms: number) => {
        begun.set();
        return queue.getSync({ timeoutMs: ms });
      },
      [queue, begun, timeoutMs],
    );
    const [message] = await Promise.all([waiting, begun.wait().then(() => later(() => queue.tryPut(7)))]);
    expect(message).toBe(7);
  },
  "JoinableQueue#join timeoutMs": async (timeoutMs) => {
    const jobs = new JoinableQueue<number>();
    jobs.tryPut(1);
    jobs.tryGet();
    later(() => jobs.taskDone());
    expect(await jobs.join({ timeoutMs })).toBe(true);
  },
  "JoinableQueue#joinSync timeoutMs": (timeoutMs) => expect(new JoinableQueue().joinSync({ timeoutMs })).toBe(true),
  "Sender#put timeoutMs": async (timeoutMs) => {
    const [near, far] = pipe<string>({ byteCapacity: 8 });
    await near.put("1234");
    later(() => far.tryGet());
    await near.put("5678", { timeoutMs });
  },
  "Sender#putSync timeoutMs": (timeoutMs) => pipe<number>()[0].putSync(1, { timeoutMs }),
  "Receiver#get timeoutMs": async (timeoutMs) => {
    const [near, far] = pipe<number>();
    later(() => near.tryPut(7));
    expect(await far.get({ timeoutMs })).toBe(7);
  },
  "Receiver#getSync timeoutMs": (timeoutMs) => {
    const [near, far] = pipe<number>();
    near.putSync(7);
    expect(far.getSync({ timeoutMs })).toBe(7);
  },
  "Value#update timeoutMs": async (timeoutMs) => {
    const value = new Value("int32", 1);
    const guard = value.lock.acquireSync();
    later(() => guard.release());
    expect(await value.update((x) => x + 1, { timeoutMs })).toBe(2);
  },
  "Value#updateSync timeoutMs": (timeoutMs) => new Value("int32", 1).updateSync((x) => x + 1, { timeoutMs }),
  ...called(
    "SharedMemory",
    onceNamed(SharedMemory, (name) => new SharedMemory(8, { name })),
  ),
  ...called(
    "NDArray",
    onceNamed(NDArray, (name) => zeros(2, { name })),
  ),
  ...called(
    "FoundByName",
    onceNamed(Lock, (name) => new Lock({ name })),
  ),
  ...called(
    "Queue",
    onceNamed(Queue, (name) => new Queue({ name })),
  ),
  ...called(
    "JoinableQueue",
    onceNamed(JoinableQueue, (name) => new JoinableQueue({ name })),
  ),
  ...called(
    "ShareableList",
    onceNamed(ShareableList, (name) => new ShareableList([1], { name })),
  ),
  ...called(
    "RawValue",
    onceNamed(RawValue, (name) => new RawValue("int32", 0, { name }), "int32"),
  ),
  ...called(
    "ValueClass",
    onceNamed(Value, (name) => new Value("int32", 0, { name }), "int32"),
  ),
  ...called(
    "SharedArray",
    onceNamed(SharedArray, (name) => new SharedArray("int32", 2, { name }), "int32"),
  ),
  "Process#join timeoutMs": (timeoutMs) => new Process(() => {}).start().join({ timeoutMs }),
  "Process#joinSync timeoutMs": (timeoutMs) => new Process(() => {}).start().joinSync({ timeoutMs }),
  "Pool#run timeoutMs": (timeoutMs) => pool.run(spin, [0, 0, LATER_MS], { timeoutMs }),
  "Pool#run terminateAfterMs": (terminateAfterMs) =>
    givenUp(pool.run(spin, [0, 0, LATER_MS], { ...SOON, terminateAfterMs })),
  "Pool#broadcast terminateAfterMs": (terminateAfterMs) =>
    givenUp(pool.broadcast(spin, [0, LATER_MS], { ...SOON, terminateAfterMs })),
  "Pool#starmap timeoutMs": (timeoutMs) => pool.starmap(spin, [[0, 0, LATER_MS]], { timeoutMs }),
  "Manager#close timeoutMs": (timeoutMs) => new Manager().close({ timeoutMs }),
  "Pool#broadcast timeoutMs": (timeoutMs) => pool.broadcast(spin, [0, LATER_MS], { timeoutMs }),
  "Pool#close timeoutMs": async (timeoutMs) => {
    const own = new Pool({ workers: 1 });
    const task = own.run(spin, [0, 0, LATER_MS]);
    await own.close({ timeoutMs });
    await task;
  },
  "new Pool idleTimeoutMs": async (idleTimeoutMs) => {
    const own = new Pool({ workers: 1, idleTimeoutMs });
    const threadOf = () =>
      own.run(() => {
        const marked = globalThis as { mark?: number };
        marked.mark ??= Math.random();
        return marked.mark;
      });
    const first = await threadOf();
    await new Promise((resolve) => setTimeout(resolve, LATER_MS));
    expect(await threadOf()).toBe(first);
    await own.close();
  },
};
for (const form of ["", "Sync"] as const) {
  const options = { chunkSize: 1, params: LATER_MS / 4 };
  const busy = (x: number, ms: number) => {
    for (const end = Date.now() + ms; Date.now() < end; );
    return x;
  };
  const reducer = {
    init: () => 0,
    chunk: (n: number, _: unknown, __: unknown, ms: number) => {
      for (const end = Date.now() + ms; Date.now() < end; );
      return n;
    },
    combine: (n: number) => n,
  };
  const { map: awaited, mapSync, reduce: reduceAwaited, reduceSync } = pool;
  const map = (ms: object) =>
    form ? mapSync(a, busy, { ...options, ...ms }) : awaited(a, busy, { ...options, ...ms });
  const each = (ms: object) => pool[`forEachChunk${form}`](a, spin, { ...options, ...ms });
  const reduce = (ms: object) =>
    form ? reduceSync(a, reducer, { ...options, ...ms }) : reduceAwaited(a, reducer, { ...options, ...ms });
  for (const [method, call] of Object.entries({ map, forEachChunk: each, reduce })) {
    tries[`Pool#${method}${form} timeoutMs`] = (timeoutMs) => call({ timeoutMs });
    // The call is stopped while its kernel runs; no worker may be killed for that.
    tries[`Pool#${method}${form} terminateAfterMs`] = async (terminateAfterMs) => {
      const stopped = async () => call({ ...SOON, terminateAfterMs });
      await givenUp(stopped());
    };
    if (form === "Sync") continue;
    tries[`Pool#${method} progressMs`] = async (progressMs) => {
      let reports = 0;
      await call({ progressMs, onProgress: () => reports++ });
      expect(reports).toBe(1); // the last one
    };
  }
}
/** Waits for a call or task that is given up before it ends. No worker may be killed for that. */
async function givenUp(task: Promise<unknown>): Promise<void> {
  const { died } = pool.stats();
  await task.then(
    () => expect.unreachable("it has taken less than a millisecond"),
    (error: unknown) => {
      if (!isSharedError(error, "TIMEOUT")) throw error;
    },
  );
  await pool.run(() => {});
  expect(pool.stats().died).toBe(died);
}
function notify(): void {
  using _ = condition.acquireSync();
  condition.notifyAll();
}

const times = [...publicOptions().listed].flatMap(([name, options]) =>
  options.flatMap((option) => (option.name.endsWith("Ms") ? [`${name} ${option.name}`] : [])),
);
const warnings: Error[] = [];
const note = (warning: Error) => warnings.push(warning);
process.on("warning", note);
afterAll(async () => {
  process.off("warning", note);
  await Promise.all([pool.close(), here.close()]);
  expect(warnings.filter(({ name }) => name === "TimeoutOverflowWarning")).toEqual([]);
});

it("every time of a public function has an entry in this file, and no other", () => {
  expect(times.length).toBeGreaterThan(50);
  expect(Object.keys(tries).sort()).toEqual([...times].sort());
});

describe("a time that no timer can wait for is never", () => {
  it.each(times)("%s", async (time) => {
    for (const ms of [2 ** 31, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) await tries[time]!(ms);
  });
});

describe("what is no time is refused", () => {
  it.each(times)("%s", async (time) => {
    const option = time.split(" ").at(-1)!;
    for (const ms of [-1, Number.NaN, "5", null] as number[]) {
      const error = await Promise.resolve()
        .then(() => tries[time]!(ms))
        .catch((e: unknown) => e as Error);
      expect(error, String(ms)).toBeInstanceOf(typeof ms === "number" ? RangeError : TypeError);
      expect((error as Error).message).toContain(`\`${option}\` to be a number of milliseconds`);
    }
  });
});
