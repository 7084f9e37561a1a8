/**
 * Pools whose workers are processes: what they share, which crashes they contain, what they leave. The tests of the
 * pool run once more for their calls.
 */
import { readdirSync } from "node:fs";
import {
  arange,
  argsort,
  cumulativeSum,
  matmul,
  type NDArray,
  Pool,
  Queue,
  SharedMemory,
  sort,
  sum,
  Value,
  zeros,
} from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";
import { coded, leftovers, NOTES_GO_LATER, runOther, SYSTEM } from "./fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));
/** Blocks of this test run that have a made-up name. */
const made = () => leftovers().filter((name) => name.startsWith("snd_"));
const ISOLATED = { workers: 2, isolation: "process" } as const;

describe("what is shared", () => {
  it("operands, params and arguments of system scope; others are refused, with their path, before anything starts", async () => {
    await using pool = new Pool(ISOLATED);
    using a = arange(10, SYSTEM);
    await expect(pool.map(arange(10), (x) => x)).rejects.toThrow(coded({ code: "NOT_SENDABLE", path: "operands[0]" }));
    await expect(pool.map(a, (x) => x, { out: zeros(10) })).rejects.toThrow(coded({ path: "out" }));
    expect(() => pool.mapSync([a, zeros(10)], (x, y) => x + y, { out: a })).toThrow(coded({ path: "operands[1]" }));
    await expect(pool.forEachChunk(a, () => {}, { params: { v: new Value("int32") } })).rejects.toThrow(
      coded({ path: "params.v" }),
    );
    await expect(pool.run((x) => x, [zeros(3)])).rejects.toThrow(coded({ path: "args[0]" }));
    using v = new Value("int32", 0, SYSTEM);
    await pool.forEachChunk(a, (_c, _i, { v }) => void v.add(1), { params: { v }, chunkSize: 1 });
    expect(v.value).toBe(10);
  });

  it("results are of system scope too, and end with their handle; copies end with the call", async () => {
    await using pool = new Pool(ISOLATED);
    await pool.ready();
    using flat = arange(200_000, SYSTEM);
    const a = flat.reshape([2, 100_000]);
    const before = made();
    const results = [await pool.map(a, (x) => x + 1), await pool.reduce(a, sum, { axis: 0 })];
    expect(results.map((each) => each.scope)).toEqual(["system", "system"]);
    await pool.map(a.slice(0, "1:"), (x) => x, { out: a.slice(0, ":-1") }); // overlapping: through a copy
    await expect(
      pool.map(a, () => {
        throw new Error("no");
      }),
    ).rejects.toThrow(coded({ code: "KERNEL" }));
    for (const result of results) result[Symbol.dispose]();
    expect(made().filter((name) => !before.includes(name))).toEqual([]);
  });

  it("sorted, multiplied and accumulated arrays stay open, and leave nothing when they are disposed of", async () => {
    await using pool = new Pool(ISOLATED);
    await pool.ready();
    using a = arange(100_000, SYSTEM);
    using m = arange(64, SYSTEM);
    const before = made();
    const square = m.reshape([8, 8]);
    const results = [
      await pool.map(a, sort),
      await pool.map(a, argsort),
      await pool.map([square, square], matmul),
      await pool.map(a, cumulativeSum),
    ];
    expect(results.map((each) => each.scope)).toEqual(["system", "system", "system", "system"]);
    expect(results.map((each) => Number((each.ravel() as NDArray<"float64", 1>).get(-1)))).toEqual([
      99_999, 99_999, 16_996, 4_999_950_000,
    ]);
    await pool.map(a, sort, { out: a });
    await pool.map(a, cumulativeSum, { out: a });
    using totals = zeros([8], SYSTEM);
    await pool.reduce(square, sum, { axis: 0, out: totals });
    for (const result of results) result[Symbol.dispose]();
    totals[Symbol.dispose]();
    expect(made().filter((name) => !before.includes(name))).toEqual([]);
  });

  it("large messages in both directions, and shared results", async () => {
    await using pool = new Pool(ISOLATED);
    const text = "x".repeat(3_000_000);
    expect(await pool.run((text) => text.length, [text])).toBe(text.length);
    expect((await pool.run((n) => "y".repeat(n), [3_000_000])).length).toBe(3_000_000);
    const transferred = new ArrayBuffer(16);
    expect(await pool.run((buffer) => buffer.byteLength, [transferred], { transfer: [transferred] })).toBe(16);
    expect(transferred.byteLength).toBe(0);
  });

  it("a block in a message keeps its name until the message is read, even if its handle is collected", () => {
    const { stdout } = runOther(`
      const { setFlagsFromString } = await import("node:v8");
      setFlagsFromString("--expose-gc");
      const gc = (await import("node:vm")).runInNewContext("gc");
      const queue = new Queue(SYSTEM);
      queue.putSync(nd.arange(3, SYSTEM));
      for (let k = 0; k < 5; k++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
      const a = queue.getSync();
      console.log(a.toArray().join());
      a.unlink();
      queue[Symbol.dispose]();
      // A block that was sent to nobody ends with its handle.
      const fs = await import("node:fs");
      const path = (() => new SharedMemory(10, SYSTEM).path)();
      for (let k = 0; k < 1000 && fs.existsSync(path); k++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
      console.log(fs.existsSync(path));`);
    expect(stdout).toBe("0,1,2\nfalse");
  });
});

describe("crashes", () => {
  it.each(["SIGKILL", "SIGSEGV", "SIGABRT"])(
    "%s fails the call with the chunk; the worker is replaced",
    async (signal) => {
      await using pool = new Pool(ISOLATED);
      using a = zeros(100, SYSTEM);
      const crash = pool.forEachChunk(
        a,
        (chunk, { index }, { signal }) => {
          if (index === 3) process.kill(process.pid, signal);
          chunk.fill(1);
        },
        { chunkSize: 10, params: { signal } },
      );
      await expect(crash).rejects.toThrow(coded({ code: "WORKER_DIED", chunks: [{ index: 3, start: 30, end: 40 }] }));
      pool.mapSync(a, () => 2, { out: a, chunkSize: 10 });
      expect(a.toArray().every((x) => x === 2)).toBe(true);
      expect(pool.stats().died).toBe(1);
    },
  );

  it("of a worker while the caller is blocked: idempotent chunks are done again", async () => {
    await using pool = new Pool(ISOLATED);
    await pool.ready();
    using a = zeros(64, SYSTEM);
    using kills = new Value("int32", 0, SYSTEM);
    pool.forEachChunkSync(
      a,
      (chunk, { index, worker }, { kills }) => {
        if (worker === 0 && index % 5 === 2 && kills.add(1) === 0) process.kill(process.pid, "SIGKILL");
        for (const end = performance.now() + 3; performance.now() < end; );
        chunk.fill(index + 1);
      },
      { chunkSize: 1, params: { kills }, idempotent: true },
    );
    expect(a.toArray()).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
  });

  it("just after a large result was posted: the task fails or has its result, and nothing else fails", async () => {
    await using pool = new Pool(ISOLATED);
    for (let round = 0; round < 3; round++) {
      const task = pool.run(() => {
        setTimeout(() => process.exit(0), 0);
        return "x".repeat(2 << 20);
      }, []);
      const settled = task.then(
        (text) => text.length,
        (e) => e.code,
      );
      const end = performance.now() + 120;
      while (performance.now() < end); // the parent reads late
      expect([2 << 20, "WORKER_DIED"]).toContain(await settled);
    }
    await new Promise((resolve) => setTimeout(resolve, 300)); // the last one is gone, and replaced
    expect(await pool.run(() => 1, [])).toBe(1);
  });
});

describe("ends", () => {
  it("an idle pool lets the program end, and its workers with it", () => {
    const { status, stdout } = runOther(`
      const pool = new nd.Pool({ workers: 2, isolation: "process" });
      console.log(await pool.run(() => process.pid, []) !== process.pid);`);
    expect([status, stdout]).toEqual([0, "true"]);
  });

  it.each(["process.exit(0)", "process.kill(process.pid, 'SIGKILL')", "process.kill(process.pid, 'SIGTERM')"])(
    "workers in an endless loop end with their parent, which ends by %s",
    async (end) => {
      const { stdout } = runOther(`
        const pool = new nd.Pool({ workers: 2, isolation: "process" });
        console.log((await pool.broadcast(() => process.pid, [])).join());
        pool.run(() => { for (;;); }, []).catch(() => {});
        setTimeout(() => { ${end} }, 100);`);
      const pids = stdout.split(",");
      expect(pids.length).toBe(2);
      const alive = () => readdirSync("/proc").filter((pid) => pids.includes(pid));
      await expect.poll(alive, { timeout: 60_000 }).toEqual([]);
      SharedMemory.prune();
    },
  );

  it("a pool that is terminated while its workers start leaves no names", async () => {
    for (let round = 0; round < 4; round++) {
      const pool = new Pool(ISOLATED);
      pool.run(() => 1, []).catch(() => {});
      pool.broadcast(() => 1, []).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 30 * round));
      await pool.terminate();
    }
    await expect.poll(leftovers, NOTES_GO_LATER).toEqual([]);
  });

  it("refuses createWorker, which makes threads", () => {
    expect(() => new Pool({ ...ISOLATED, createWorker: () => expect.fail() })).toThrow(/createWorker/);
    expect(() => new Pool({ isolation: "planet" as never })).toThrow(/one of "thread", "process"/);
  });
});

describe("messages of process scope carry what cannot be written as bytes", () => {
  it("a WebAssembly.Module through a queue", () => {
    using queue = new Queue<WebAssembly.Module>({ name: "modules" });
    queue.putSync(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
    expect(queue.getSync()).toBeInstanceOf(WebAssembly.Module);
    using system = new Queue(SYSTEM);
    const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    expect(() => system.putSync({ module })).toThrow(coded({ code: "NOT_SENDABLE", path: "message.module" }));
  });
});
