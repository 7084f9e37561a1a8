/** Very many asynchronous waits of one thread: they leave the event loop alone, and each is served. */
import { Condition, Lock, Semaphore, SharedEvent } from "shared-ndarray";
import { expect, it } from "vitest";

const MANY = 10_000;
/** Before, 10,000 waits kept the event loop for most of each second; now they take some 10 ms of it. */
const LONGEST_STANDSTILL_MS = 2000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How long the event loop stood still at most, within two seconds. */
async function standstill(): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await sleep(2000);
  clearInterval(timer);
  return longest;
}

it.each([
  ["a lock", () => new Lock()],
  ["a semaphore", () => new Semaphore(1)],
] as const)("10,000 waits for %s are served in order", async (_, make) => {
  const thing = make();
  const first = await thing.acquire();
  const served: number[] = [];
  const waits = Array.from({ length: MANY }, async (_, i) => {
    const guard = await thing.acquire();
    served.push(i);
    guard.release();
  });
  const aborted = thing.acquire({ signal: AbortSignal.timeout(100) });
  await expect(aborted).rejects.toMatchObject({ code: "ABORTED" });
  await expect(thing.acquire({ timeoutMs: 50 })).rejects.toMatchObject({ code: "TIMEOUT" });
  expect(await standstill()).toBeLessThan(LONGEST_STANDSTILL_MS);
  first.release();
  await Promise.all(waits);
  expect(served).toEqual(Array.from({ length: MANY }, (_, i) => i));
});

it("10,000 waits for an event are released by one set", async () => {
  const event = new SharedEvent();
  const waits = Array.from({ length: MANY }, () => event.wait());
  expect(await event.wait({ timeoutMs: 50 })).toBe(false);
  expect(await standstill()).toBeLessThan(LONGEST_STANDSTILL_MS);
  event.set();
  event.clear();
  expect((await Promise.all(waits)).every(Boolean)).toBe(true);
});

it("1,000 waits for a condition are notified", async () => {
  const condition = new Condition();
  const waits = Array.from({ length: 1000 }, async () => {
    const guard = await condition.acquire();
    const isNotified = await condition.wait();
    guard.release();
    return isNotified;
  });
  expect(await standstill()).toBeLessThan(LONGEST_STANDSTILL_MS);
  const guard = await condition.acquire();
  condition.notifyAll();
  guard.release();
  expect((await Promise.all(waits)).every(Boolean)).toBe(true);
});
