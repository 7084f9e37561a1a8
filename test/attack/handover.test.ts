/**
 * Ends of pipes are handed over through a queue to threads and processes that are ended at any instruction. At every
 * instant the word of an end names a thread, or its message is in the queue: so the peer always gets the end of the
 * stream, and no block is left.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type Connection, pipe, Queue } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { freshName } from "../system/fixtures.js";

const RECEIVER = fileURLToPath(new URL("../fixtures/handover-worker.mjs", import.meta.url));
const ENDS_PER_ROUND = 40;
type End = Connection<unknown, unknown>;

/** Starts a receiver; returns a function that ends it at once. */
async function startThread(name: string): Promise<() => Promise<unknown>> {
  const thread = new Worker(RECEIVER, { argv: [name, "process"] });
  await once(thread, "online");
  return () => thread.terminate();
}
async function startProcess(name: string): Promise<() => Promise<unknown>> {
  const child = spawn(process.execPath, [RECEIVER, name, "system"], { stdio: "ignore" });
  return async () => {
    child.kill("SIGKILL");
    await once(child, "close");
  };
}

/** Takes what the receiver has left in the queue, and closes it. An end that died with its reader is closed already. */
function closeTheRest(ends: Queue<End>): void {
  for (let isOver = false; !isOver; ) {
    try {
      const end = ends.tryGet();
      isOver = end === undefined;
      end?.close();
    } catch (e) {
      expect(e).toMatchObject({ code: "CLOSED" });
    }
  }
}

describe.each([
  { scope: "process", rounds: 40, start: startThread },
  { scope: "system", rounds: 20, start: startProcess },
] as const)("receivers that are ended, in $scope scope", ({ scope, rounds, start }) => {
  it("leave no peer without the end of its stream, and no block", async () => {
    const before = readdirSync("/dev/shm").length;
    const ends = new Queue<End>({ name: freshName(), scope });
    for (let round = 0; round < rounds; round++) {
      const mine: End[] = [];
      const handOver = () => {
        const [a, b] = pipe({ scope, byteCapacity: 64 });
        mine.push(a as End);
        ends.putSync(b as End);
      };
      const end = await start(ends.name!);
      handOver();
      await expect.poll(() => ends.size, { timeout: 60_000, interval: 1 }).toBe(0);
      for (let i = 0; i < ENDS_PER_ROUND; i++) handOver();
      await new Promise((resolve) => setTimeout(resolve, 2 * Math.random()));
      await end();
      closeTheRest(ends);
      for (const one of mine) {
        await expect(one.get({ timeoutMs: 60_000 })).rejects.toMatchObject({ code: "END_OF_STREAM" });
        one.close();
      }
    }
    ends.unlink();
    ends.close();
    // In system scope, the owner's file is there as long as this process.
    await expect.poll(() => readdirSync("/dev/shm").length - before, { timeout: 60_000 }).toBeLessThanOrEqual(1);
  });
});
