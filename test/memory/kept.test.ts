/** A thread keeps a named block for a moment after it closed it; nobody may notice that but by the time it takes. */
import { Worker } from "node:worker_threads";
import { full, NDArray, SharedMemory, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { runProgram } from "../fixtures/run-program.js";

const dist = new URL("../../dist/index.js", import.meta.url).href;
/** A thread that runs this module text, with the package in scope. */
function thread(body: string, workerData: unknown): Worker {
  const text = `import { workerData, parentPort } from "node:worker_threads"; import * as nd from ${JSON.stringify(dist)};
    ${body}`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`), { workerData });
}
const answer = (worker: Worker) =>
  new Promise<unknown>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  }).finally(() => worker.terminate());
const threadsOf = (name: string) => SharedMemory.list().find((block) => block.name === name)?.threads;

describe("a block that was closed a moment ago", () => {
  it("does not count as open, and is found again by name", () => {
    using a = zeros(3, { name: "again", dtype: "int32" });
    expect(threadsOf("again")).toBe(1);
    a.close();
    expect(threadsOf("again")).toBe(0);
    const again = NDArray.attach("again", { dtype: "int32" });
    expect(threadsOf("again")).toBe(1);
    expect(again.fill(2).toArray()).toEqual([2, 2, 2]);
    again.close();
    expect(threadsOf("again")).toBe(0);
    expect(() => again.get(0)).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });

  it("is found among many, more than a thread keeps", () => {
    const names = Array.from({ length: 200 }, (_, i) => `many-${i}`);
    for (const [i, name] of names.entries()) {
      const memory = new SharedMemory(4, { name });
      memory.buf[0] = i;
      memory.close();
    }
    for (const _ of [0, 1]) {
      for (const [i, name] of names.entries()) {
        const memory = SharedMemory.attach(name);
        expect(memory.buf[0]).toBe(i);
        memory.close();
        expect(threadsOf(name)).toBe(0);
      }
    }
    for (const name of names) SharedMemory.attach(name).unlink();
    for (const name of names) expect(() => SharedMemory.attach(name)).toThrow(`got "${name}"`);
  });

  it("is not found once another thread has unlinked it or given its name away", async () => {
    const made = new Int32Array(new SharedArrayBuffer(12));
    const attacher = `
      const made = workerData;
      let [seen, gone, stale] = [0, 0, 0];
      while (Atomics.load(made, 1) === 0) {
        const least = Atomics.load(made, 0); // the older blocks were unlinked before this was stored
        try {
          const block = nd.NDArray.attach("swapped");
          if (block.get(0) < least) stale++;
          block.close();
          if (++seen === 1) Atomics.add(made, 2, 1);
        } catch (e) {
          if (e.code !== "NAME_NOT_FOUND") throw e;
          gone++;
        }
      }
      parentPort.postMessage({ seen, gone, stale });`;
    const workers = [0, 1].map(() => answer(thread(attacher, made)) as Promise<Record<string, number>>);
    for (let i = 1; i <= 3000 || Atomics.load(made, 2) < 2; i++) {
      const block = full(1, i, { name: "swapped", dtype: "int32" });
      block.close();
      Atomics.store(made, 0, i);
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1)); // the attachers find the block twice
      block.unlink();
      Atomics.store(made, 0, i + 1);
    }
    Atomics.store(made, 1, 1);
    for (const { seen, stale } of await Promise.all(workers)) {
      expect(seen).toBeGreaterThan(0);
      expect(stale).toBe(0);
    }
  });

  it("gives its memory back when its name goes, also in a thread that is blocked in waits", async () => {
    const attacher = `import { parentPort, workerData } from "node:worker_threads";
      import { setFlagsFromString } from "node:v8";
      import { runInNewContext } from "node:vm";
      import { NDArray, SharedEvent } from "shared-ndarray";
      NDArray.attach("large").close();
      parentPort.postMessage("closed");
      const never = new SharedEvent();
      setFlagsFromString("--expose-gc");
      const gc = runInNewContext("gc");
      const look = () => { gc(); Atomics.add(workerData.looks, 0, 1) };
      if (workerData.isBlocked) for (;;) { never.waitSync({ timeoutMs: 20 }); look(); }
      else setInterval(look, 20);`;
    const out = await runProgram(`import { readFileSync } from "node:fs";
      import { Worker } from "node:worker_threads";
      import { full } from "shared-ndarray";
      const built = ${JSON.stringify(dist)};
      const residentMb = () => Number(/VmRSS:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
      const text = ${JSON.stringify(attacher)}.replace("shared-ndarray", built);
      for (const isBlocked of [true, false]) {
        const looks = new Int32Array(new SharedArrayBuffer(4));
        let large = full(1 << 25, 1, { name: "large" }); // 256 MiB
        const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(text)), { workerData: { isBlocked, looks } });
        await new Promise((resolve) => worker.once("message", resolve));
        const before = residentMb();
        large.unlink();
        large.close();
        large = undefined;
        while (residentMb() > before - 200) {
          globalThis.gc();
          await new Promise((resolve) => setTimeout(resolve, 50));
          if (Atomics.load(looks, 0) > 2000) { console.log("kept", before, residentMb()); process.exit(); }
        }
        await worker.terminate();
        console.log("given back");
      }`);
    expect(out).toBe("given back\ngiven back\n");
  });
});
