/** `memmap` of files without a header: where the elements are, new files, files beyond 4 GiB, and what is refused. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arange, memmap, Pool, Process, saveSync, sum } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { coded, hasNumPy } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = (extension = "bin") => join(folder, `${++files}.${extension}`);
/** A file of the float64 0, 1, 2, …, after some bytes that are not theirs. */
function file(n = 6, before = 0): string {
  const path = fresh();
  writeFileSync(
    path,
    Buffer.concat([Buffer.alloc(before, 7), new Uint8Array(Float64Array.from({ length: n }, (_, i) => i).buffer)]),
  );
  return path;
}
const inFile = (path: string) => [...new Float64Array(Uint8Array.from(readFileSync(path)).buffer)];
const F8 = { dtype: "float64" } as const;

describe("where the elements are", () => {
  it("from the start in C order, from an offset, and up to the end of the file if there is no shape", () => {
    const path = file();
    using all = memmap(path, { ...F8, shape: [2, 3] });
    using part = memmap(path, { ...F8, shape: [2], offset: 16 });
    using rest = memmap(path, { ...F8, offset: 24 });
    using one = memmap(path, { ...F8, shape: 1, ndim: 1 } as never) as typeof rest;
    expect([all.toArray(), part.toArray(), rest.toArray(), one.toArray()]).toEqual([
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
      [2, 3],
      [3, 4, 5],
      [0],
    ]);
    expect([all.name, all.scope, part.byteOffset, part.nbytes]).toEqual([undefined, "process", 16, 16]);
  });
  it.each([8, 4088, 4096, 4104, 12_288])("from byte %i, wherever pages begin, seen by all threads", async (offset) => {
    const path = file(700, offset);
    using a = memmap(path, { ...F8, shape: [350, 2], offset, mode: "r+" });
    expect([a.get(0, 1), a.get(-1, -1), sum(a)]).toEqual([1, 699, (699 * 700) / 2]);
    await new Process((a) => void a.set(-1, -1, -5), [a]).start().join();
    expect([a.get(-1, -1), inFile(path).at(-1), readFileSync(path)[offset - 1]]).toEqual([-5, -5, 7]);
  });
  it("of a .npy file: what follows its header", () => {
    const path = fresh("npy");
    saveSync(path, arange(5));
    using a = memmap(path, { ...F8, shape: [2], offset: 128 + 16 });
    expect(a.toArray()).toEqual([2, 3]);
  });
  it.each([
    ["bool", true],
    ["float16", 1],
    ["uint8_clamped", 1],
    ["int64", 1n],
  ] as const)("of %s", (dtype, one) => {
    const path = fresh();
    writeFileSync(path, Buffer.alloc(24, 0));
    using a = memmap(path, { dtype, shape: [2], offset: 8, mode: "r+" });
    a.fill(one as never);
    const bytes = readFileSync(path);
    expect([a.dtype, a.get(1), bytes[7], bytes.subarray(8).some((byte) => byte !== 0)]).toEqual([dtype, one, 0, true]);
  });
});

describe("modes", () => {
  it("r refuses writes, c keeps them here, r+ puts them into the file", () => {
    const path = file(3);
    using r = memmap(path, { ...F8, shape: [3] });
    using c = memmap(path, { ...F8, shape: [3], mode: "c" });
    using rw = memmap(path, { ...F8, shape: [3], mode: "r+" });
    expect(() => r.fill(9)).toThrow(coded({ code: "LAYOUT" }));
    c.set(0, 5);
    rw.set(1, 6);
    expect([r.toArray(), c.toArray(), inFile(path)]).toEqual([
      [0, 6, 2],
      [5, 1, 2], // its page is its own since it was written to
      [0, 6, 2],
    ]);
  });
  it("w+ makes a file of zeros that ends with the array", () => {
    const path = fresh();
    using a = memmap(path, { dtype: "int16", shape: [2, 3], offset: 10, mode: "w+" });
    expect([a.toArray().flat(), statSync(path).size]).toEqual([[0, 0, 0, 0, 0, 0], 22]);
    a.flat[5] = -2;
    expect(readFileSync(path).readInt16LE(20)).toBe(-2);
  });
  it("w+ replaces a file and keeps its mode; who has the old one mapped keeps it", () => {
    const path = file(3);
    chmodSync(path, 0o640);
    using old = memmap(path, { ...F8, shape: [3], mode: "r+" });
    using a = memmap(path, { ...F8, shape: [4], mode: "w+" });
    a.fill(8);
    expect([old.toArray(), inFile(path), statSync(path).mode & 0o777]).toEqual([[0, 1, 2], [8, 8, 8, 8], 0o640]);
  });
});

describe("files of more than 4 GiB", () => {
  const SIZE = 5 * 2 ** 30;
  it("are mapped in parts, on which pools work", async () => {
    const path = file(0);
    truncateSync(path, SIZE);
    const offset = 4.5 * 2 ** 30 + 8;
    using a = memmap(path, { ...F8, shape: [50_000], offset, mode: "r+" });
    await using pool = new Pool({ workers: 2 });
    await pool.map(a, (x) => x + 3, { out: a });
    using end = memmap(path, { ...F8, shape: [1], offset: SIZE - 8, mode: "r+" });
    end.set(0, 4);
    const fd = openSync(path, "r");
    const at = (position: number) => {
      const bytes = new Float64Array(1);
      readSync(fd, bytes, 0, 8, position);
      return bytes[0];
    };
    expect([offset - 8, offset, offset + 8 * 49_999, offset + 8 * 50_000, SIZE - 8].map(at)).toEqual([0, 3, 3, 0, 4]);
    closeSync(fd);
    rmSync(path);
  });
  it("that are .npy are not mapped as a whole, and the error says how to map parts", () => {
    const path = fresh("npy");
    saveSync(path, arange(1));
    const n = SIZE / 8;
    const head = readFileSync(path).subarray(0, 128).toString("latin1");
    writeFileSync(path, Buffer.from(`${head.replace("(1,), }", `(${n},), }`).slice(0, 127)}\n`, "latin1"));
    truncateSync(path, SIZE + 128);
    const parts = `memmap(path, { dtype: "float64", shape, offset: 128 or more })`;
    expect(() => memmap(path)).toThrow(coded({ code: "UNSUPPORTED", message: expect.stringContaining(parts) }));
    expect(() => memmap(path)).toThrow(`got one of ${SIZE + 128} bytes with float64 of shape [${n}]`);
    using last = memmap(path, { ...F8, offset: SIZE + 128 - 8 });
    expect(last.toArray()).toEqual([0]);
    expect(() => memmap(path, { ...F8, offset: 128 })).toThrow(
      coded({ code: "UNSUPPORTED", message: expect.stringContaining("several parts") }),
    );
    rmSync(path);
  });
});

describe("what it refuses, with nothing changed", () => {
  const short = file(3);
  const npy = fresh("npy");
  saveSync(npy, arange(5));
  const empty = fresh();
  writeFileSync(empty, "");
  it.each<[string, string, object, object]>([
    [
      "an offset between elements",
      short,
      { offset: 4, shape: [1] },
      { name: "RangeError", message: /multiple of 8 bytes, as float64 has, got 4 \(map the bytes as "uint8"/ },
    ],
    ["a negative offset", short, { offset: -8 }, { name: "RangeError", message: /`offset`.*-8/ }],
    ["half an element", short, { offset: 0.5 }, { name: "RangeError", message: /`offset`.*0\.5/ }],
    [
      "more than the file has",
      short,
      { shape: [2, 2] },
      {
        code: "FORMAT",
        message: /at least 32 bytes, 32 for the elements from byte 0 on, got 24 \(use a smaller shape or offset/,
      },
    ],
    [
      "… in mode r+",
      short,
      { shape: [3], offset: 8, mode: "r+" },
      { code: "FORMAT", message: /at least 32 bytes, 24 for the elements from byte 8 on, got 24/ },
    ],
    [
      "an offset at the end",
      short,
      { offset: 24 },
      { code: "FORMAT", message: /elements from byte 24 on, got a file of 24 bytes$/ },
    ],
    [
      "an offset after the end",
      short,
      { offset: 48 },
      { code: "FORMAT", message: /from byte 48 on, got a file of 24 b/ },
    ],
    ["an empty file", empty, { offset: 0 }, { code: "FORMAT", message: /from byte 0 on, got a file of 0 bytes$/ }],
    ["a rest that is no number of elements", short, { dtype: "int64", offset: 0, ndim: 2 }, { code: "SHAPE" }],
    [
      "no elements",
      short,
      { shape: [2, 0] },
      { name: "RangeError", message: /`shape` to have elements to map, got \[2, 0\]/ },
    ],
    ["no dtype", short, { dtype: undefined, shape: [3] }, { code: "DTYPE" }],
    ["no shape for a new file", short, { mode: "w+" }, { name: "TypeError", message: /`shape`/ }],
    [
      "more than 4 GiB",
      short,
      { shape: [2 ** 30] },
      { code: "UNSUPPORTED", message: /4294967296 bytes, got 8589934592.*several parts/ },
    ],
    ["more than 4 GiB for a new file", short, { shape: [2 ** 30], mode: "w+" }, { code: "UNSUPPORTED" }],
    ["more than the disk has", short, { shape: [1], offset: 2 ** 50, mode: "w+" }, { code: "NO_SPACE" }],
    [
      "the header of a .npy file",
      npy,
      { shape: [5] },
      {
        code: "FORMAT",
        message: /elements begin at byte 128 \(leave out `shape` and `offset`, or begin at byte 128\)/,
      },
    ],
    ["a part of that header", npy, { shape: [5], offset: 8 }, { code: "FORMAT" }],
    [
      "a new file without a header that is called .npy",
      npy,
      { shape: [5], mode: "w+" },
      { code: "FORMAT", message: /save\(path, zeros\(shape\)\)/ },
    ],
    ["no file", join(folder, "missing"), { shape: [1] }, { code: "ENOENT" }],
    ["no file and no shape", join(folder, "missing"), { offset: 8 }, { code: "ENOENT" }],
    [
      "no folder",
      join(folder, "missing", "new"),
      { shape: [1], mode: "w+" },
      { code: "ENOENT", path: join(folder, "missing", "new"), message: /open '.*missing\/new'$/ },
    ],
    ["a folder", folder, { shape: [1], mode: "w+" }, { code: "FORMAT" }],
  ])("%s", (_, path, options, { message, ...error }: { message?: RegExp }) => {
    const before = [readFileSync(short), readFileSync(npy), readdirSync(folder)];
    const expected = coded({ ...error, ...(message && { message: expect.stringMatching(message) }) });
    expect(() => memmap(path, { ...F8, ...options } as never)).toThrow(expected);
    expect([readFileSync(short), readFileSync(npy), readdirSync(folder)]).toEqual(before);
  });
  it("a rest that is no number of elements", () => {
    const path = file(2, 4);
    expect(() => memmap(path, { ...F8, offset: 0 })).toThrow(
      /multiple of 8 bytes from byte 0 on, got 20 \(pass a `shape`\)/,
    );
  });
  it("a file without a header says how to map it", () => {
    expect(() => memmap(short)).toThrow(/memmap\(path, \{ dtype, shape, offset \}\)/);
  });
});

it("a new file in a new folder is seen by NumPy's np.memmap (needs python3 with NumPy)", ({ skip }) => {
  if (!hasNumPy) skip();
  mkdirSync(join(folder, "new"));
  const path = join(folder, "new", "a.bin");
  using a = memmap(path, { dtype: "float32", shape: [2, 3], offset: 8, mode: "w+" });
  a.assign(arange(6).reshape([2, 3]).astype("float32"));
  const code =
    "import sys, numpy as np; a = np.memmap(sys.argv[1], dtype='f4', mode='r+', offset=8, shape=(2, 3)); a[0, 0] = 7; print(a.tolist())";
  const printed = execFileSync("python3", ["-c", code, path], { encoding: "utf8" });
  expect([printed.trim(), a.get(0, 0)]).toEqual(["[[7.0, 1.0, 2.0], [3.0, 4.0, 5.0]]", 7]);
  expect(existsSync(path)).toBe(true);
});
