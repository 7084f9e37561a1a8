/** Names between threads, with real workers. Longer runs: test/stress/names.stress.mjs. */
import { spawnSync } from "node:child_process";
import { Worker } from "node:worker_threads";
import { fromHandle, type NDArray, SharedMemory, toHandle, zeros } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { MadeThreads } from "../fixtures/made-threads.js";

const threads = new MadeThreads();
afterAll(() => threads[Symbol.dispose]());

/** A thread that runs this module text, with the package in scope. */
function thread(body: string, data?: unknown): Worker {
  const dist = new URL("../../dist/index.js", import.meta.url).href;
  const text = `import { workerData, parentPort } from "node:worker_threads"; import * as nd from ${JSON.stringify(dist)};
    const { SharedMemory, NDArray } = nd; ${body}`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`), { workerData: data });
}
const answer = (worker: Worker) =>
  new Promise<unknown>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  }).finally(() => worker.terminate());

describe("another thread", () => {
  it("finds an array by name, typed and checked", async () => {
    using a = zeros([2, 3], { dtype: "int32", name: "grid" });
    const got = await answer(
      thread(`
      const a = NDArray.attach("grid", { dtype: "int32", ndim: 2 });
      a.set(1, 2, 5);
      let wrong; try { NDArray.attach("grid", { dtype: "float64" }) } catch (e) { wrong = e.code }
      let rank; try { NDArray.attach("grid", { dtype: "int32", ndim: 1 }) } catch (e) { rank = e.code }
      parentPort.postMessage([a.owner, a.shape, wrong, rank]);`),
    );
    expect(got).toEqual([false, [2, 3], "DTYPE", "SHAPE"]);
    expect(a.get(1, 2)).toBe(5);
  });

  it("creates a block that outlives it", async () => {
    await answer(thread(`new SharedMemory(10, { name: "orphan" }).buf[0] = 4; parentPort.postMessage(1);`));
    const orphan = SharedMemory.attach("orphan");
    expect(orphan.buf[0]).toBe(4);
    await expect.poll(() => SharedMemory.list()[0]!.ownerAlive, { timeout: 60_000 }).toBe(false);
    expect(SharedMemory.list()).toMatchObject([{ name: "orphan", ownerAlive: false, threads: 1 }]);
    orphan.unlink();
  });

  it("gives back what it had open when it is terminated", async () => {
    using _ = new SharedMemory(10, { name: "held" });
    const worker = thread(
      `const m = SharedMemory.attach("held"); parentPort.postMessage(1); setInterval(() => m, 1000);`,
    );
    await new Promise((resolve) => worker.once("message", resolve));
    expect(SharedMemory.list()[0]!.threads).toBe(2);
    await worker.terminate();
    expect(SharedMemory.list()[0]!.threads).toBe(1);
  });

  it("unlinks, and every thread sees it", async () => {
    const memory = new SharedMemory(10, { name: "seen" });
    expect(SharedMemory.attach("seen").size).toBe(10);
    await answer(thread(`SharedMemory.attach("seen").unlink(); parentPort.postMessage(1);`));
    expect(() => SharedMemory.attach("seen")).toThrow(expect.objectContaining({ code: "NAME_NOT_FOUND" }));
    memory.close();
  });

  it("waits for a name that comes later", async () => {
    const waiting = answer(
      thread(`
      const asynchronous = await NDArray.waitFor("soon", { dtype: "float64" });
      const blocking = NDArray.waitForSync("soon");
      parentPort.postMessage([asynchronous.get(0), blocking.get(0)]);`),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    using a = zeros(1, { name: "soon" });
    a.set(0, 0);
    expect(await waiting).toEqual([0, 0]);
  });

  it("gets whole things from handles", async () => {
    const a = zeros([4, 4]);
    const got = answer(
      thread(
        `const a = nd.fromHandle(workerData); a.fill(3); parentPort.postMessage(nd.toHandle(a.T.slice(0)));`,
        toHandle(a.slice("1:3")),
      ),
    );
    const back = fromHandle((await got) as never) as NDArray<"float64">;
    expect(a.toArray()).toEqual([
      [0, 0, 0, 0],
      [3, 3, 3, 3],
      [3, 3, 3, 3],
      [0, 0, 0, 0],
    ]);
    expect(back.toArray()).toEqual([3, 3]);
  });
});

it("the keeper ends within about a second when no name is left, and comes back", async () => {
  const isOver = () => expect.poll(() => threads.alive, { timeout: 60_000 }).toBe(0);
  new SharedMemory(10, { name: "one" })[Symbol.dispose]();
  await isOver();
  using _ = new SharedMemory(10, { name: "two" });
  expect(SharedMemory.attach("two").size).toBe(10);
  expect(threads.alive).toBe(1);
});

describe("trees of workers", () => {
  const dist = new URL("../../dist/index.js", import.meta.url).href;
  const program = (body: string) =>
    spawnSync(
      process.execPath,
      ["--input-type=module", "-e", `import { Worker } from "node:worker_threads"; ${body}`],
      {
        encoding: "utf8",
        timeout: 240_000,
      },
    );
  const worker = (body: string, options = "") =>
    `new Worker(new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(`import * as nd from ${JSON.stringify(dist)}; ${body}`)})), { execArgv: [], ${options} })`;

  it("two roots in one process are warned of each other", () => {
    const { stderr, status } = program(`
      const first = ${worker(`const { parentPort } = await import("node:worker_threads"); process.once("warning", () => parentPort.close());
        parentPort.on("message", () => {}).postMessage("up");`)};
      first.once("message", () => ${worker("")});`);
    expect(status).toBe(0);
    expect(stderr).toContain("SHARED_NDARRAY_TWO_TREES");
  });

  it("a worker is the root of those it starts", () => {
    const child = `import * as nd from ${JSON.stringify(dist)}; console.log(nd.SharedMemory.attach("inner").buf[0])`;
    const inner = `new nd.SharedMemory(5, { name: "inner" }).buf[0] = 3; const { Worker } = await import("node:worker_threads");
      new Worker(new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(child)})), { execArgv: [] });`;
    const { stdout, stderr } = program(worker(inner));
    expect([stdout, stderr]).toEqual(["3\n", ""]);
  });

  it("a worker's first name while its root is blocked fails after 5 s with the cure", () => {
    const child = `
      const { workerData } = await import("node:worker_threads");
      try { new nd.SharedMemory(5, { name: "first" }) } catch (e) { console.log(e.code, e.instead) }
      Atomics.notify(workerData, 0);`;
    const { stdout } = program(`await import(${JSON.stringify(dist)});
      const word = new Int32Array(new SharedArrayBuffer(4));
      ${worker(child, "workerData: word")};
      Atomics.wait(word, 0, 0, 60_000);`);
    expect(stdout).toBe("UNSUPPORTED await SharedMemory.ready()\n");
  });
});

it("a wait of a program that does nothing else ends with its own error", () => {
  const dist = new URL("../../dist/index.js", import.meta.url).href;
  const program = `import { SharedMemory } from ${JSON.stringify(dist)};
    for (const timeoutMs of [3.97, 10, 50]) console.log((await SharedMemory.waitFor("never", { timeoutMs }).catch((e) => e)).code);`;
  for (let i = 0; i < 5; i++) {
    const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([0, "TIMEOUT\nTIMEOUT\nTIMEOUT\n"]);
  }
});
