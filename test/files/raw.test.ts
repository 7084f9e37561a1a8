/** `fromfile`, `tofile`, `fromBuffer`, `fromIter` and `toTypedArray`: bytes and numbers without a header. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  arange,
  array,
  type DType,
  fromBuffer,
  fromfile,
  fromfileSync,
  fromIter,
  memmap,
  SharedMemory,
  saveSync,
  tofile,
  tofileSync,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { arrayOf, cases, comparable, described } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.raw");
const hasNumPy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
const coded = (fields: object) => expect.objectContaining(fields);

describe("tofile and fromfile", () => {
  it("write and read the bytes of every dtype, in C order", async () => {
    for (const one of cases.npy.filter(({ isOurs, fortran }) => isOurs && !fortran)) {
      const bytes = Buffer.from(one.file, "base64").subarray(128);
      const a = arrayOf(one);
      for (const write of [tofile, async (...args: Parameters<typeof tofile>) => tofileSync(...args)]) {
        await write(path, a);
        expect(readFileSync(path).equals(bytes)).toBe(true);
      }
      const flat = { ...comparable(one), shape: [a.size] };
      expect(described(await fromfile(path, { dtype: one.dtype }))).toEqual(flat);
      expect(described(fromfileSync(path, { dtype: one.dtype }))).toEqual(flat);
    }
    tofileSync(path, arange(6).reshape([2, 3]).T.slice("::-1"));
    expect(fromfileSync(path).toArray()).toEqual([2, 5, 1, 4, 0, 3]);
  });

  it("take a part, and give it a name", async () => {
    tofileSync(path, arange(10));
    expect((await fromfile(path, { offset: 16, count: 3 })).toArray()).toEqual([2, 3, 4]);
    using named = fromfileSync(path, { offset: 80, name: "of-raw" });
    expect([named.name, named.size]).toEqual(["of-raw", 0]);
  });

  it.each([
    [{ count: 11 }, /11 elements of float64 from byte 0 on, got 80 bytes$/],
    [{ offset: 4 }, /a multiple of 8 bytes from byte 4 on, got 76 bytes \(pass a `count`\)/],
    [{ offset: 88 }, /from byte 88 on, got 0 bytes$/],
    [{ count: 2 ** 50 }, /1125899906842624 elements/],
  ])("refuse %o of ten elements", async (options, message) => {
    tofileSync(path, arange(10));
    const refusal = coded({ code: "FORMAT", key: path, message: expect.stringMatching(message) });
    await expect(fromfile(path, options)).rejects.toThrow(refusal);
    expect(() => fromfileSync(path, options)).toThrow(refusal);
  });

  it.runIf(hasNumPy)("write and read text as NumPy does (needs python3 with NumPy)", () => {
    const a = array([1, -0.5, 1e20, 1e-7, 123456.789, 2 / 3]);
    const other = join(folder, "b.txt");
    const code = `import sys, numpy as np
a = np.array([1, -0.5, 1e20, 1e-7, 123456.789, 2 / 3])
a.astype(sys.argv[2]).tofile(sys.argv[1], sep=sys.argv[3], format=sys.argv[4])
print(np.fromfile(sys.argv[1], sep=sys.argv[3].strip() or " ").tolist())`;
    for (const dtype of ["float64", "float32"] as const) {
      for (const sep of [" ", ", ", "\n", ";"]) {
        for (const format of ["%s", "%.3f", "%g"]) {
          const read = execFileSync("python3", ["-c", code, other, dtype, sep, format], { encoding: "utf8" });
          tofileSync(path, a.astype(dtype), { sep, format });
          expect(readFileSync(path, "utf8")).toBe(readFileSync(other, "utf8"));
          expect(fromfileSync(path, { sep }).toArray()).toEqual(JSON.parse(read));
        }
      }
    }
  });

  it("read text, a number of them, and say which is none", () => {
    writeFileSync(path, "1, 2,\n3 ,4");
    expect(fromfileSync(path, { sep: ",", dtype: "int8" }).toArray()).toEqual([1, 2, 3, 4]);
    expect(fromfileSync(path, { sep: ",", count: 2 }).toArray()).toEqual([1, 2]);
    expect(() => fromfileSync(path, { sep: ",", count: 5 })).toThrow(/5 numbers, got 4/);
    expect(() => fromfileSync(path, { sep: " " })).toThrow(/as number 1, got "1,"/);
    expect(() => fromfileSync(path, { sep: "ab" })).toThrow(/`sep`/);
    expect(() => tofileSync(path, zeros(2), { sep: ",", format: "%d%d" })).toThrow(/`format`/);
    expect(() => tofileSync(path, zeros(2), { sep: ",", format: "%q" })).toThrow(/`format`/);
    writeFileSync(path, "");
    expect(fromfileSync(path, { sep: "," }).size).toBe(0);
  });
});

describe("fromBuffer", () => {
  it("copies ordinary memory, and shows shared memory", () => {
    const own = Float64Array.of(1, 2, 3);
    const copy = fromBuffer(own);
    own[0] = 9;
    expect(copy.toArray()).toEqual([1, 2, 3]);
    const shared = new Int16Array(new SharedArrayBuffer(16));
    const view = fromBuffer(shared.buffer, { dtype: "int16", offset: 4, count: 3 });
    shared[2] = 7;
    view.set(1, 8);
    expect([view.toArray(), shared[3]]).toEqual([[7, 8, 0], 8]);
    using memory = new SharedMemory(64);
    const seen = fromBuffer(memory.buf, { dtype: "uint8", count: 4 });
    memory.buf[1] = 5;
    expect(seen.toArray()).toEqual([0, 5, 0, 0]);
  });
  it("takes bytes that are not aligned, any view, and a Buffer of a pool", () => {
    const bytes = Buffer.from([0, 1, 0, 2, 0]);
    expect(fromBuffer(bytes, { dtype: "int16", offset: 1 }).toArray()).toEqual([1, 2]);
    expect(fromBuffer(new DataView(bytes.buffer, bytes.byteOffset, 4), { dtype: "uint8" }).size).toBe(4);
    expect(fromBuffer(new ArrayBuffer(0)).size).toBe(0);
  });
  it.each<[string, () => unknown, object]>([
    ["no whole number of elements", () => fromBuffer(new Uint8Array(9)), { name: "RangeError" }],
    [
      "more than there is",
      () => fromBuffer(new Uint8Array(8), { count: 2 }),
      { code: "BOUNDS", byteLength: 16, size: 8 },
    ],
    ["an offset behind the end", () => fromBuffer(new Uint8Array(8), { offset: 9 }), { name: "RangeError" }],
    [
      "shared bytes that are not aligned",
      () => fromBuffer(new SharedArrayBuffer(16), { offset: 4, count: 1 }),
      { name: "RangeError" },
    ],
    ["no buffer", () => fromBuffer([1, 2] as never), { name: "TypeError" }],
    ["no dtype", () => fromBuffer(new Uint8Array(8), { dtype: "text" as DType }), { code: "DTYPE" }],
  ])("refuses %s", (_, call, error) => {
    expect(call).toThrow(coded(error));
  });
});

describe("fromIter", () => {
  it("takes what an iterable gives, and no more than it should", () => {
    let closed = false;
    function* endless() {
      try {
        for (let i = 0; ; i++) yield i * i;
      } finally {
        closed = true;
      }
    }
    const a = fromIter(endless(), { count: 4, dtype: "int32" });
    expect([a.dtype, a.toArray(), closed]).toEqual(["int32", [0, 1, 4, 9], true]);
    expect(fromIter(new Set([1n, 2n]), { dtype: "int64" }).toArray()).toEqual([1n, 2n]);
    expect(fromIter([true, false], { dtype: "bool" }).toArray()).toEqual([true, false]);
    expect(fromIter([], { dtype: "int8" }).shape).toEqual([0]);
  });
  it.each<[string, () => unknown, object]>([
    ["what is not iterable", () => fromIter(3 as never), { name: "TypeError" }],
    [
      "too few",
      () => fromIter([1, 2], { count: 3 }),
      { name: "RangeError", message: expect.stringContaining("got 2") },
    ],
    [
      "what is no number",
      () => fromIter([1, "2"] as never),
      { code: "DTYPE", message: expect.stringContaining("element 1") },
    ],
    ["lists", () => fromIter([[1]] as never), { code: "DTYPE" }],
  ])("refuses %s", (_, call, error) => {
    expect(call).toThrow(coded(error));
  });
});

describe("toTypedArray", () => {
  it("is a copy in ordinary memory, in C order, of any layout", async () => {
    const a = arange(6).reshape([2, 3]);
    const copy: Float64Array<ArrayBuffer> = a.T.toTypedArray();
    a.set(0, 0, 9);
    expect([copy, copy.buffer instanceof ArrayBuffer]).toEqual([Float64Array.of(0, 3, 1, 4, 2, 5), true]);
    const text = new TextEncoder().encode("größe");
    expect(new TextDecoder().decode(array(text).toTypedArray())).toBe("größe");
    const digest = await crypto.subtle.digest("SHA-256", array(text).toTypedArray());
    expect(digest).toEqual(await crypto.subtle.digest("SHA-256", text));
    expect(array([true, false]).toTypedArray()).toEqual(Uint8Array.of(1, 0));
    expect(zeros([0, 3], { dtype: "int64" }).toTypedArray()).toEqual(new BigInt64Array(0));
  });
  it("also of a file that is only read", ({ skip }) => {
    if (process.platform !== "linux") skip();
    saveSync(join(folder, "a.npy"), arange(3));
    using a = memmap(join(folder, "a.npy"), { dtype: "float64" });
    expect(a.toTypedArray()).toEqual(Float64Array.of(0, 1, 2));
  });
});
