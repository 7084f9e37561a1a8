/**
 * `memmap`: files as arrays; modes, sharing among threads, what it refuses, and more elements than there is memory for.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { add, arange, load, memmap, type NDArray, Pool, Process, Queue, save, saveSync, sum } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { coded, hasNumPy } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function file(n = 5): string {
  const path = join(folder, `${++files}.npy`);
  saveSync(path, arange(n));
  return path;
}
const inFile = async (path: string) => (await load(path, { dtype: "float64" })).toArray();

describe("two mappings of one file", () => {
  const mapped = (path: string, mode: "r" | "r+" | "c") => memmap(path, { dtype: "float64", ndim: 1, mode });

  it.each(["r", "r+", "c"] as const)("%s and r+ are one memory: an assignment reads before it writes", (mode) => {
    const path = file();
    using a = mapped(path, mode);
    using b = mapped(path, "r+");
    b.slice("1:").assign(a.slice(":-1"));
    expect(b.toArray()).toEqual([0, 0, 1, 2, 3]);
    add(b.slice("1:"), a.slice(":-1"), { out: b.slice("1:") });
    expect(b.toArray()).toEqual([0, 0, 1, 3, 5]);
  });
  it("are one memory where the mapped parts are the same", () => {
    const path = join(folder, "raw");
    writeFileSync(path, new Uint8Array(Float64Array.from({ length: 2000 }, (_, i) => i).buffer));
    using a = memmap(path, { dtype: "float64", shape: [1000], offset: 0, mode: "r" });
    using b = memmap(path, { dtype: "float64", shape: [1000], offset: 8 * 700, mode: "r+" });
    b.assign(a); // elements 700 to 999 are in both
    expect([b.get(0), b.get(299), b.get(300), b.get(999)]).toEqual([0, 299, 300, 999]);
  });
  it("are refused where the result of a call would depend on the order of its chunks", async () => {
    const path = file();
    await using pool = new Pool({ workers: 2 });
    using a = mapped(path, "r");
    using b = mapped(path, "r+");
    const shifted = { from: a.slice(":-1"), to: b.slice("1:") };
    const copying = pool.forEachChunk(shifted, ({ from, to }) => void to.assign(from));
    await expect(copying).rejects.toMatchObject({ code: "OVERLAP" });
    await pool.map(shifted.from, (x) => x, { out: shifted.to }); // which copies first
    expect(b.toArray()).toEqual([0, 0, 1, 2, 3]);
    await pool.map(a, (x) => x + 1, { out: b });
    expect(b.toArray()).toEqual([1, 1, 2, 3, 4]);
  });
  it("are two memories if neither is written to the file", async () => {
    const path = file();
    await using pool = new Pool({ workers: 2 });
    using a = mapped(path, "r");
    using b = mapped(path, "c");
    await pool.map(a.slice(":-1"), (x) => 2 * x, { out: b.slice("1:") });
    expect([a.toArray(), b.toArray()]).toEqual([
      [0, 1, 2, 3, 4],
      [0, 0, 2, 4, 6],
    ]);
  });
});

describe("modes", () => {
  it("r+: writes are in the file at once, and writes by others are seen", async () => {
    const path = file();
    using a = memmap(path, { dtype: "float64", ndim: 1, mode: "r+" });
    using b = memmap(path, { dtype: "float64", mode: "r+" });
    a.set(0, 9);
    expect([a.name, a.scope, b.get(0), await inFile(path)]).toEqual([undefined, "process", 9, [9, 1, 2, 3, 4]]);
  });
  it("r: a read-only array that shows what others write to the file", () => {
    const path = file();
    using a = memmap(path);
    using writer = memmap(path, { dtype: "float64", mode: "r+" });
    writer.set(1, 7);
    expect(a.toArray()).toEqual([0, 7, 2, 3, 4]);
    expect(() => (a as NDArray<"float64">).fill(1)).toThrow(coded({ code: "LAYOUT" }));
    expect(sum(a)).toBe(16);
  });
  it("c: writes do not reach the file", async () => {
    const path = file();
    using a = memmap(path, { dtype: "float64", mode: "c" });
    a.fill(1);
    expect([a.toArray(), await inFile(path)]).toEqual([
      [1, 1, 1, 1, 1],
      [0, 1, 2, 3, 4],
    ]);
  });
  it("the file may be removed while it is mapped; after close, a stale view reads zeros and the file keeps its bytes", async () => {
    const path = file();
    const a = memmap(path, { dtype: "float64", mode: "r+" });
    a.set(4, 40);
    const stale = a.flat;
    a.close();
    expect([[...stale], await inFile(path)]).toEqual([
      [0, 0, 0, 0, 0],
      [0, 1, 2, 3, 40],
    ]);
    using b = memmap(path);
    rmSync(path);
    expect(b.get(4)).toBe(40);
    expect(() => b.unlink()).toThrow(coded({ code: "NAME_NOT_FOUND" }));
  });
  it("Fortran order becomes a transposed view, and every shape is the one in the file", () => {
    const path = join(folder, "fortran.npy");
    saveSync(path, arange(6).reshape([2, 3]).T);
    using a = memmap(path, { dtype: "float64", ndim: 2 });
    expect([a.shape, a.toArray()]).toEqual([
      [3, 2],
      [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
    ]);
  });
});

describe("saving over the file that is mapped", () => {
  it.each(["r", "r+", "c"] as const)("%s: saves what the array shows, and the array stays as it is", async (mode) => {
    for (const write of [save, async (path: string, a: NDArray<"float64">) => saveSync(path, a)]) {
      const path = file(100_000);
      using a = memmap(path, { dtype: "float64", mode });
      if (mode !== "r") a.set(0, 7);
      await write(path, a);
      const first = mode === "r" ? 0 : 7;
      using again = memmap(path, { dtype: "float64" });
      expect([a.get(0), a.get(-1), again.size, again.get(0), again.get(-1)]).toEqual([
        first,
        99_999,
        100_000,
        first,
        99_999,
      ]);
    }
  });
});

describe("threads", () => {
  it("see the same elements: a pool works on the file", async () => {
    const path = file(200_000);
    using a = memmap(path, { dtype: "float64", mode: "r+" });
    await using pool = new Pool({ workers: 2 });
    await pool.map(a, (x) => 2 * x, { out: a, chunkSize: 1000 });
    expect(await pool.reduce(a, sum)).toBe(199_999 * 200_000);
    using again = memmap(path, { dtype: "float64" });
    expect(again.get(-1)).toBe(2 * 199_999);
  });
  it("get it as an argument, and keep it after its first handle is closed", async () => {
    const path = file();
    const a = memmap(path, { dtype: "float64", mode: "r+" });
    const p = new Process(
      (a) => {
        a.set(2, 22);
      },
      [a],
    ).start();
    await p.join();
    expect(a.get(2)).toBe(22);
    a.close();
    expect(() =>
      new Process(
        (a) => {
          a.set(2, 22);
        },
        [a],
      ).start(),
    ).toThrow(coded({ code: "CLOSED" }));
  });
});

describe("what it refuses, with nothing left open", () => {
  const descriptors = () => spawnSync("ls", ["/proc/self/fd"]).stdout.toString().split("\n").length;
  it.each<[string, () => string, object]>([
    ["no file", () => join(folder, "missing.npy"), { code: "ENOENT" }],
    ["a directory", () => folder, { code: expect.stringMatching(/FORMAT|EISDIR/) }],
    [
      "an empty file",
      () => {
        const path = join(folder, "empty");
        writeFileSync(path, "");
        return path;
      },
      { code: "FORMAT" },
    ],
    [
      "no .npy",
      () => {
        const path = join(folder, "text");
        writeFileSync(path, "text");
        return path;
      },
      { code: "FORMAT" },
    ],
    [
      "a file cut short",
      () => {
        const path = file();
        truncateSync(path, 140);
        return path;
      },
      { code: "FORMAT" },
    ],
    [
      "more than 4 GiB",
      () => {
        const path = file();
        truncateSync(path, 2 ** 32 + 1);
        return path;
      },
      { code: "UNSUPPORTED" },
    ],
    ["another dtype", () => file(), { code: "DTYPE" }],
    ["no path", () => "", { name: "TypeError" }],
    ["half a path", () => "a\0b", { name: "TypeError" }],
  ])("%s", (_, path, error) => {
    const before = descriptors();
    expect(() => memmap(path(), { dtype: "int8" })).toThrow(coded(error));
    expect(descriptors()).toBe(before);
  });
  it("wrong options", () => {
    expect(() => memmap(file(), { mode: "w" as never })).toThrow(/one of "r", "r\+", "c"/);
    expect(() => memmap(file(), { modus: "r" } as never)).toThrow(/modus/);
    expect(() => memmap(file(), "r+" as never)).toThrow(/\(write \{ mode: "r\+" \}\)/);
    expect(() => memmap(5 as never)).toThrow(TypeError);
  });
  it("a mapped array for another process, with what to do instead", () => {
    using queue = new Queue({ scope: "system" });
    using a = memmap(file());
    const cure = 'open the file with memmap there, or send a.copy({ scope: "system" })';
    expect(() => queue.putSync(a)).toThrow(`got an NDArray of process scope (${cure})`);
    expect(() => queue.putSync(arange(2))).toThrow(/\(make it with \{ scope: "system" \}, or send a\.copy\(/);
  });
  it("big-endian files", () => {
    const path = join(folder, "big-endian.npy");
    const bytes = readFileSync(file());
    writeFileSync(path, Buffer.from(bytes.toString("latin1").replace("<f8", ">f8"), "latin1"));
    expect(() => memmap(path)).toThrow(/little-endian/);
  });
});

it("NumPy's np.load(mmap_mode) sees what is written here (needs python3 with NumPy)", ({ skip }) => {
  if (!hasNumPy) skip();
  const path = file();
  using a = memmap(path, { dtype: "float64", mode: "r+" });
  a.set(0, 3);
  const code = "import sys, numpy as np; a = np.load(sys.argv[1], mmap_mode='r+'); a[1] = 5; print(a.tolist())";
  expect(execFileSync("python3", ["-c", code, path], { encoding: "utf8" }).trim()).toBe("[3.0, 5.0, 2.0, 3.0, 4.0]");
  expect(a.get(1)).toBe(5);
});
