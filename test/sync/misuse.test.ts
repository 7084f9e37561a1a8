/** The table of misuses: each a typed error that names the value, with the state unchanged. */
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  isSharedError,
  Lock,
  Process,
  RawValue,
  RLock,
  rawArray,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedEvent,
  SharedMemory,
  struct,
  Value,
} from "shared-ndarray";
import { afterAll, expect, it } from "vitest";

const free = new Lock();
const rlock = new RLock();
const semaphore = new Semaphore(2);
const bounded = new BoundedSemaphore(2);
const condition = new Condition();
const event = new SharedEvent();
const barrier = new Barrier(2);
const value = new Value("int32", 7);
const long = new RawValue("int64", 7n);
const array = new SharedArray("i", [1, 2, 3]);
const list = new ShareableList<unknown>(["text", 1] as never[]);
const point = new Value(struct({ x: "float64" }), { x: 1 });
const permit = new Semaphore().acquireSync();
const guard = new Lock().acquireSync();
const closed = new Lock();
closed.close();
const p = new Process(() => {}).start();
// A lock that another thread holds.
const others = new Lock();
const holder = new Process(
  (others) => {
    others.acquireSync();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  [others],
).start();
while (!others.locked) await new Promise((resolve) => setTimeout(resolve, 1));
afterAll(() => holder.terminate());

const state = () => ({
  locks: [free, rlock, others, condition.lock, value.lock, array.lock].map((lock) => lock.locked),
  permits: [semaphore.value, bounded.value],
  isSet: event.isSet,
  barrier: [barrier.waiting, barrier.broken],
  values: [value.value, long.value, array.slice(), [...list]],
  names: SharedMemory.list().map((one) => one.name),
});

type Row = [what: string, act: () => unknown, error: string, said: string];
const rows: Row[] = [
  ["Lock: release of what nobody holds", () => free.release(), "LOCK_STATE", "Lock"],
  ["Lock: release by another than its holder", () => others.release(), "LOCK_STATE", "Lock"],
  ["RLock: release of what nobody holds", () => rlock.release(), "LOCK_STATE", "RLock"],
  ["BoundedSemaphore: a release too many", () => bounded.release(), "LOCK_STATE", "2"],
  ["Condition: wait without the lock", () => condition.wait(), "LOCK_STATE", "wait"],
  ["Condition: waitSync without the lock", () => condition.waitSync(), "LOCK_STATE", "wait"],
  ["Condition: waitUntil without the lock", () => condition.waitUntil(() => true), "LOCK_STATE", "wait"],
  ["Condition: notify without the lock", () => condition.notify(), "LOCK_STATE", "notify"],
  ["Condition: notifyAll without the lock", () => condition.notifyAll(), "LOCK_STATE", "notify"],
  ["Condition: a negative count", () => condition.notify(-1), "RangeError", "-1"],
  ["Condition: what is no lock", () => new Condition(new Semaphore() as never), "TypeError", "lock"],
  ["Semaphore: a negative value", () => new Semaphore(-1, { name: "n" }), "RangeError", "-1"],
  ["Semaphore: a value beyond 31 bits", () => new Semaphore(2 ** 31, { name: "n" }), "RangeError", "2147483648"],
  ["Semaphore: half a permit", () => new Semaphore(0.5, { name: "n" }), "RangeError", "0.5"],
  ["Barrier: no parties", () => new Barrier(0, { name: "n" }), "RangeError", "0"],
  ["Barrier: parties as text", () => new Barrier("2" as never, { name: "n" }), "TypeError", '"2"'],
  ["Value: a wrong type code", () => new Value("z" as "i", 0, { name: "n" }), "DTYPE", '"z"'],
  ["RawValue: a wrong type code", () => new RawValue("u" as "i", 0, { name: "n" }), "DTYPE", '"u"'],
  ["SharedArray: a wrong type code", () => new SharedArray("x" as "i", 1, { name: "n" }), "DTYPE", '"x"'],
  ["rawArray: a wrong type code", () => rawArray("x" as "i", 1), "DTYPE", '"x"'],
  ["struct: a wrong dtype", () => struct({ x: "z" as "int8" }), "DTYPE", '"z"'],
  ["Value: text for a number", () => new Value("i", "5" as never, { name: "n" }), "DTYPE", '"5"'],
  ["Value: a bigint for 32 bits", () => (value.value = 5n as never), "DTYPE", "5n"],
  ["RawValue: a number for 64 bits", () => long.add(5 as never), "DTYPE", "5"],
  ["Value: an update that returns nothing", () => value.updateSync(() => undefined as never), "DTYPE", "undefined"],
  ["Value: an update that is no function", () => value.update(5 as never), "TypeError", "5"],
  ["SharedArray: a negative length", () => new SharedArray("i", -1, { name: "n" }), "RangeError", "-1"],
  [
    "SharedArray: an item out of kind",
    () => new SharedArray("i", [1, "2" as never], { name: "n" }),
    "DTYPE",
    "items[1]",
  ],
  ["ShareableList: an integer beyond 64 bits", () => list.set(1, 2n ** 63n), "RangeError", "9223372036854775808n"],
  ["ShareableList: text too long for its room", () => list.set(0, "x".repeat(99)), "RangeError", "99"],
  ["ShareableList: what is no item", () => list.set(0, {}), "TypeError", "value"],
  ["ShareableList: an index beyond its end", () => list.at(2), "INDEX", "2"],
  ["ShareableList: an index before its start", () => list.set(-3, 1), "INDEX", "-3"],
  ["Process: a second start", () => p.start(), "TypeError", p.name],
  ["Process: join before start", () => new Process(() => {}).join(), "TypeError", "start()"],
  ["an unknown option", () => new Lock({ nam: "n" } as never), "TypeError", "`nam` of Lock"],
  [
    "an unknown option of a wait, Python's word",
    () => free.acquire({ timeout: 5 } as never),
    "TypeError",
    "`timeoutMs`",
  ],
  ["an unknown option of join", () => p.join({ timeout: 5 } as never), "TypeError", "`timeout` of join"],
  [
    "an unknown option of attach",
    () => Lock.attach("n", { timeoutMs: 5 } as never),
    "TypeError",
    "`timeoutMs` of attach",
  ],
  ["attach without a name", () => Lock.attach(undefined as never), "TypeError", "undefined"],
  ["waitFor without a name", () => Value.waitFor(undefined as never, "i"), "TypeError", "undefined"],
  ["waitForSync without a name", () => SharedEvent.waitForSync(undefined as never), "TypeError", "undefined"],
  [
    "Condition: a lock among the options",
    () => new Condition(undefined, { lock: free } as never),
    "TypeError",
    "`lock` of Condition",
  ],
  [
    "RawValue: a lock among the options",
    () => new RawValue("i", 0, { lock: 5 } as never),
    "TypeError",
    "`lock` of RawValue",
  ],
  ["Value: a struct's field of a wrong kind", () => (point.value.x = "1" as never), "DTYPE", "value.x"],
  ["a guard as an argument", () => new Process((_g) => {}, [permit]).start(), "NOT_SENDABLE", "args[0]"],
  ["a lock's guard", () => new Process((_g) => {}, [{ g: guard }]).start(), "NOT_SENDABLE", "args[0].g"],
  ["a process as an argument", () => new Process((_p) => {}, [[p]]).start(), "NOT_SENDABLE", "args[0][0]"],
  ["a closed thing as an argument", () => new Process((_l) => {}, [closed]).start(), "CLOSED", "an unnamed Lock"],
  ["a name with a slash", () => new SharedEvent({ name: "a/b" }), "RangeError", '"a/b"'],
];
const waits: [string, (options: { timeoutMs: number }) => unknown][] = [
  ["Lock.acquire", (options) => free.acquire(options)],
  ["Lock.acquireSync", (options) => free.acquireSync(options)],
  ["Semaphore.acquire", (options) => semaphore.acquire(options)],
  ["Semaphore.acquireSync", (options) => semaphore.acquireSync(options)],
  ["Condition.acquire", (options) => condition.acquire(options)],
  ["Condition.wait", (options) => condition.wait(options)],
  ["Condition.waitSync", (options) => condition.waitSync(options)],
  ["Condition.waitUntilSync", (options) => condition.waitUntilSync(() => true, options)],
  ["SharedEvent.wait", (options) => event.wait(options)],
  ["SharedEvent.waitSync", (options) => event.waitSync(options)],
  ["Barrier.wait", (options) => barrier.wait(options)],
  ["Barrier.waitSync", (options) => barrier.waitSync(options)],
  ["Value.update", (options) => value.update((x) => x + 1, options)],
  ["Value.updateSync", (options) => value.updateSync((x) => x + 1, options)],
  ["Process.join", (options) => p.join(options)],
  ["Process.joinSync", (options) => p.joinSync(options)],
];
for (const [name, wait] of waits) {
  for (const timeoutMs of [-1, Number.NaN]) {
    rows.push([`${name}: timeoutMs ${timeoutMs}`, () => wait({ timeoutMs }), "RangeError", String(timeoutMs)]);
  }
  rows.push([`${name}: timeoutMs as text`, () => wait({ timeoutMs: "5" as never }), "TypeError", '"5"']);
}

it.each(rows)("%s", async (_, act, error, said) => {
  const before = state();
  let thrown: unknown;
  try {
    await act();
  } catch (e) {
    thrown = e;
  }
  expect(isSharedError(thrown) ? thrown.code : (thrown as Error | undefined)?.constructor.name).toBe(error);
  expect((thrown as Error).message).toContain(said);
  expect(state()).toEqual(before);
});
