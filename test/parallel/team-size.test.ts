/** How large pools, chunks, queues and other things may be: what is too large is refused, with the reason. */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Barrier, eye, linspace, NDArray, Pool, pipe, Queue, Semaphore, SharedMemory, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { runProgram } from "../fixtures/run-program.js";

const cores = availableParallelism();
const tooMany = Math.max(256, 2 * cores) + 1;

describe("workers", () => {
  it("more than the machine could want are refused, with the reason", () => {
    expect(() => new Pool({ workers: tooMany })).toThrow(
      `Expected \`workers\` to be an integer in [0, ${tooMany}), got ${tooMany} (each takes about 20 MB; this machine has`,
    );
    expect(() => new Pool({ workers: -1 })).toThrow(RangeError);
    expect(new Pool({ workers: tooMany - 1 }).workers).toBe(tooMany - 1);
  });

  it("many more than the cores are warned of, once", async () => {
    const program = `
      import { Pool } from "shared-ndarray";
      process.on("warning", (w) => console.log(w.name, w.code, w.message));
      for (const workers of [${[4 * cores, 4 * cores + 1, 4 * cores + 2]}]) new Pool({ workers });`;
    const lines = (await runProgram(program)).split("\n").filter((line) => line.startsWith("SharedNDArrayWarning"));
    expect(lines).toEqual([
      expect.stringContaining(`SHARED_NDARRAY_MANY_WORKERS A pool of ${4 * cores + 1} workers on ${cores} cores`),
    ]);
  });

  it("limits of their heaps are megabytes", () => {
    for (const maxOldGenerationSizeMb of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "64" as never]) {
      expect(() => new Pool({ resourceLimits: { maxOldGenerationSizeMb } })).toThrow("resourceLimits.maxOldGeneration");
    }
    expect(() => new Pool({ resourceLimits: { maxHeap: 64 } as never })).toThrow("Unknown option `maxHeap`");
  });
});

describe("chunks", () => {
  // A view without memory of its own: all rows are one element.
  const long = NDArray.view(new SharedMemory(8), [2 ** 25], { dtype: "uint8", strides: [0] });

  it("that would be more than a call can have are refused before anything runs", async () => {
    await using pool = new Pool({ workers: 1 });
    const sum = { init: () => 0, chunk: (n: number) => n + 1, combine: (x: number, y: number) => x + y };
    const reason = "`chunkSize` to be at least 2, got 1 (a call has at most 16777216 chunks";
    await expect(pool.reduce(long, sum, { chunkSize: 1 })).rejects.toThrow(reason);
    expect(() => pool.reduceSync(long, sum, { chunkSize: 1 })).toThrow(reason);
    expect(pool.reduceSync(long, sum, { chunkSize: 2 ** 22 })).toBe(8);
  });
});

describe("other sizes", () => {
  it.each<[string, () => unknown, string]>([
    ["a queue's bytes", () => new Queue({ byteCapacity: 2 ** 31 }), "all of it is allocated at once"],
    ["a queue's messages", () => new Queue({ maxSize: 2 ** 31 }), "without it there is no limit"],
    ["a pipe's bytes", () => pipe({ byteCapacity: 2 ** 31 }), "all of it is allocated at once"],
    ["the parties of a barrier", () => new Barrier(2 ** 20), "each has an entry in the block"],
    ["the permits of a semaphore", () => new Semaphore(2 ** 31), "[0, 2147483648)"],
    ["a spin", () => new Pool({ workers: 1, spinUs: 2e6 }), "microseconds"],
    ["a block", () => new SharedMemory(1e300), "bytes"],
    ["an array", () => zeros(1e300), "elements"],
    ["a matrix", () => eye(1e10), "elements"],
    ["a line", () => linspace(0, 1, 1e300), "elements"],
  ])("%s", (_, make, reason) => {
    expect(make).toThrow(reason);
  });
});

describe("the example", () => {
  const square = (...args: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, "../../dist/square.js"), ...args], {
      encoding: "utf8",
      timeout: 30_000,
    });

  it("starts no workers if too many are asked for", () => {
    const { status, stderr } = square("--workers", "999");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^square: Expected `workers` to be an integer in \[0, \d+\), got 999 \(each takes/);
  });
  it("refuses options that it does not know, and suggests the nearest", () => {
    const { status, stderr } = square("--worker", "2");
    expect(status).toBe(1);
    expect(stderr).toContain("unknown option '--worker'");
    expect(stderr).toContain("Did you mean --workers?");
  });
});
