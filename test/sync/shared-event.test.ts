/** `SharedEvent`: set, clear, and who is released. */
import { Process, SharedEvent } from "shared-ndarray";
import { expect, it } from "vitest";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("unset: waits are false when their time is up; set: true at once; cleared and set elsewhere: true", async () => {
  const event = new SharedEvent();
  expect([event.isSet, await event.wait({ timeoutMs: 0 }), event.waitSync({ timeoutMs: 10 })]).toEqual([
    false,
    false,
    false,
  ]);
  event.set();
  event.set();
  expect([event.isSet, await event.wait(), event.waitSync({ timeoutMs: 0 })]).toEqual([true, true, true]);
  event.clear();
  event.clear();
  expect(event.isSet).toBe(false);
  const p = new Process((event) => event.set(), [event]).start();
  expect(event.waitSync()).toBe(true); // this thread's event loop is blocked
  await p.join();
  const q = new Process((event) => void event.waitSync(), [event]).start();
  expect(await q.join()).toBe(0);
});

it("set and clear at once still releases all who waited", async () => {
  const event = new SharedEvent();
  const waiting = new Int32Array(new SharedArrayBuffer(8));
  const processes = [1, 2].map(() =>
    new Process(
      (event, waiting) => {
        Atomics.add(waiting, 0, 1);
        if (event.waitSync()) Atomics.add(waiting, 1, 1);
      },
      [event, waiting],
    ).start(),
  );
  const here = [event.wait(), event.wait()];
  while (waiting[0]! < 2) await sleep(1);
  await sleep(1000); // between counting and waiting lies nothing but the scheduler
  event.set();
  event.clear();
  expect(await Promise.all(here)).toEqual([true, true]);
  for (const p of processes) await p.join();
  expect([waiting[1], event.isSet]).toEqual([2, false]);
});

it("a waiter that was killed harms nobody", async () => {
  const event = new SharedEvent();
  const up = new SharedEvent();
  const p = new Process(
    (event, up) => {
      up.set();
      event.waitSync();
    },
    [event, up],
  ).start();
  await up.wait();
  await sleep(20);
  p.terminate();
  await p.join();
  event.set();
  expect(await event.wait()).toBe(true);
});

it("its text form; misuse; aborts; names", async () => {
  using event = new SharedEvent({ name: "go" });
  expect([String(event), SharedEvent.attach("go").isSet]).toEqual(['SharedEvent "go"', false]);
  await expect(event.wait({ timeoutMs: -1 })).rejects.toBeInstanceOf(RangeError);
  expect(() => event.waitSync({ timeoutMs: Number.NaN })).toThrow(RangeError);
  const abort = new AbortController();
  const waiting = event.wait({ signal: abort.signal });
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: "ABORTED", name: "AbortError" });
  event.set();
  expect(SharedEvent.attach("go").isSet).toBe(true);
  event.close();
  expect(() => event.isSet).toThrow(expect.objectContaining({ code: "CLOSED" }));
});

it("a program whose only wait is on an event does not end before it is set", async () => {
  const event = new SharedEvent();
  const p = new Process(
    async (event) => {
      if (!(await event.wait())) process.exit(3);
    },
    [event],
  ).start();
  await sleep(400); // longer than a slice
  expect(p.alive).toBe(true);
  event.set();
  expect(await p.join()).toBe(0);
});
