/** A joinable queue whose readers die, many times. */
import { JoinableQueue, Process } from "shared-ndarray";
import { expect, it } from "vitest";

it("the deaths of 60 readers are each told", async () => {
  const q = new JoinableQueue<number>();
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 10; i++) q.putSync(i);
    const team = Array.from({ length: 10 }, () =>
      new Process(
        (q: JoinableQueue<number>) => {
          q.getSync();
        },
        [q],
      ).start(),
    );
    for (const p of team) await p.join();
    await expect(q.join()).rejects.toMatchObject({ code: "WORKER_DIED" });
    for (let i = 0; i < 10; i++) q.taskDone();
    expect(await q.join()).toBe(true);
  }
});
