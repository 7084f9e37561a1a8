/** `.npz`: archives of NumPy read and written, one array at a time; damaged and hostile ones refused. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constants, crc32, deflateRawSync } from "node:zlib";
import {
  arange,
  type DType,
  load,
  loadNpz,
  loadNpzSync,
  NDArray,
  type NpzFile,
  type ReadonlyNDArray,
  save,
  savez,
  savezCompressed,
  savezCompressedSync,
  savezSync,
  zeros,
} from "shared-ndarray";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { centralEntry, endRecords, localHeader, type Member } from "../../src/files/zip-records.js";
import { cases, comparable, described } from "./fixtures.js";

const top = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(top, { recursive: true }));
const hasNumPy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
let folders = 0;
let folder: string;
let path: string;
beforeEach(() => {
  folder = join(top, String(++folders));
  mkdirSync(folder);
  path = join(folder, "a.npz");
});
const coded = (fields: object) => expect.objectContaining(fields);

describe("archives of NumPy", () => {
  it.each(cases.npz.map((one, i) => [i, one] as const))("number %i is read, in both ways", async (_, one) => {
    writeFileSync(path, Buffer.from(one.file, "base64"));
    for (const open of [loadNpz, async (path: string) => loadNpzSync(path)]) {
      using all = await open(path);
      expect(all.files).toEqual(one.arrays.map(({ name }) => name));
      for (const { name, ...expected } of one.arrays) {
        expect(described(await all.get(name))).toEqual(comparable(expected));
        expect(described(all.getSync(name))).toEqual(comparable(expected));
      }
    }
  });

  it("that are not compressed are written with the same bytes", async () => {
    for (const one of cases.npz.slice(0, 4)) {
      const bytes = Buffer.from(one.file, "base64");
      writeFileSync(path, bytes);
      using all = loadNpzSync(path);
      const arrays = Object.fromEntries(all.files.map((name) => [name, all.getSync(name)]));
      for (const write of [savez, savezSync]) {
        const copy = join(folder, "copy.npz");
        await write(copy, arrays);
        expect(readFileSync(copy).equals(bytes)).toBe(true);
      }
    }
  });

  it.runIf(hasNumPy)("and NumPy reads ours (needs python3 with NumPy)", async () => {
    const arrays = { a: arange(100_000), "b.c": arange(6).reshape([2, 3]).T, größe: zeros([0, 2], { dtype: "int8" }) };
    const other = join(folder, "b.npz");
    await savezCompressed(path, arrays);
    savezCompressedSync(other, [arrays.a, arrays["b.c"]]);
    const code = `import sys, numpy as np
for path in sys.argv[1:]:
    with np.load(path) as z:
        for name in z.files: print(name, z[name].shape, z[name].dtype, z[name].sum(), z[name].flags.f_contiguous)`;
    const printed = execFileSync("python3", ["-c", code, path, other], { encoding: "utf8" });
    expect(printed.trim().split("\n")).toEqual([
      "a (100000,) float64 4999950000.0 True",
      "b.c (3, 2) float64 15.0 True",
      "größe (0, 2) int8 0 True",
      "arr_0 (100000,) float64 4999950000.0 True",
      "arr_1 (3, 2) float64 15.0 True",
    ]);
    expect(statSync(path).size).toBeLessThan(400_000);
  });
});

describe("an open archive", () => {
  it("reads one array when it is asked for: damage elsewhere does not matter", async () => {
    await savez(path, { a: arange(3), b: arange(5) });
    const bytes = readFileSync(path);
    bytes.writeDoubleLE(7, bytes.indexOf("NUMPY") - 1 + 128); // the first element of a
    writeFileSync(path, bytes);
    using all = await loadNpz(path);
    expect(all.getSync("b").toArray()).toEqual([0, 1, 2, 3, 4]);
    const refusal = coded({ code: "FORMAT", key: `${path}/a`, message: expect.stringContaining("checksum") });
    await expect(all.get("a")).rejects.toThrow(refusal);
    expect(() => all.getSync("a")).toThrow(refusal);
  });

  it("gives an array a name and a type, and checks what is expected", async () => {
    await savezCompressed(path, { a: arange(6).reshape([2, 3]) });
    using all = await loadNpz(path);
    using a: NDArray<"float64", 2> = await all.get("a", { dtype: "float64", ndim: 2, name: "of-npz" });
    expect(NDArray.attach("of-npz").toArray()).toEqual(a.toArray());
    await expect(all.get("a", { name: "of-npz" })).rejects.toThrow(coded({ code: "NAME_TAKEN" }));
    await expect(all.get("a", { dtype: "int8" })).rejects.toThrow(coded({ code: "DTYPE" }));
    expect(() => all.getSync("a", { dtype: "float64", ndim: 1 })).toThrow(coded({ code: "SHAPE" }));
  });

  it("knows its names, and says which was probably meant", async () => {
    savezSync(path, { weights: arange(2), bias: arange(3) });
    using all = loadNpzSync(path);
    expect([all.files, all.has("bias"), all.has("constructor"), all.path]).toEqual([
      ["weights", "bias"],
      true,
      false,
      path,
    ]);
    expect(() => all.getSync("weigths")).toThrow(/"weigths" \(did you mean "weights"\?\)/);
    await expect(all.get("zzz")).rejects.toThrow(/`name`.*"zzz" \(it has "weights", "bias"\)/);
    await expect(all.get("zzz")).rejects.toThrow(RangeError);
    await expect(all.get(0 as never)).rejects.toThrow(TypeError);
  });

  it("that is closed reads nothing more, but ends what has begun; its descriptor is given back", async () => {
    const open = () => readdirSync("/proc/self/fd").length;
    savezSync(path, { a: arange(100_000) });
    const before = process.platform === "linux" ? open() : 0;
    const all = await loadNpz(path);
    const begun = all.get("a");
    all.close();
    all.close();
    expect([all.closed, (await begun).size]).toEqual([true, 100_000]);
    await expect(all.get("a")).rejects.toThrow(coded({ code: "CLOSED" }));
    expect(() => all.getSync("a")).toThrow(coded({ code: "CLOSED" }));
    writeFileSync(path, "PK");
    expect(() => loadNpzSync(path)).toThrow(coded({ code: "FORMAT" }));
    await expect(loadNpz(path)).rejects.toThrow(coded({ code: "FORMAT" }));
    if (process.platform === "linux") expect(open()).toBe(before);
  });

  it("cannot be sent", async () => {
    savezSync(path, {});
    using all = loadNpzSync(path);
    expect(() => structuredClone(all)).toThrow(/an NpzFile, which belongs to its thread/);
  });

  it("never uses a name as a path", async () => {
    const names = ["../../evil", "/etc/evil", "..\\evil", "a/b", "__proto__x", " "];
    savezSync(path, Object.fromEntries(names.map((name, i) => [name, arange(i)])));
    using all = loadNpzSync(path);
    expect(all.files).toEqual(names);
    for (const [i, name] of names.entries()) expect(all.getSync(name).size).toBe(i);
    expect([readdirSync(folder), readdirSync(top).length]).toEqual([["a.npz"], folders]);
  });
});

describe("savez refuses, with nothing changed,", () => {
  it.each<[string, unknown, object]>([
    ["what is no array", { a: [1, 2] }, { name: "TypeError", message: expect.stringContaining("`arrays.a`") }],
    ["no object", arange(3), { name: "TypeError", message: expect.stringContaining("`arrays`") }],
    ["nothing", undefined, { name: "TypeError" }],
    ["an empty name", { "": arange(3) }, { name: "RangeError" }],
    ["a name that is too long", { ["x".repeat(65_532)]: arange(3) }, { name: "RangeError" }],
  ])("%s", async (_, arrays, error) => {
    savezSync(path, {});
    const before = readFileSync(path);
    await expect(savez(path, arrays as never)).rejects.toThrow(coded(error));
    expect(() => savezCompressedSync(path, arrays as never)).toThrow(coded(error));
    expect([readFileSync(path).equals(before), readdirSync(folder)]).toEqual([true, ["a.npz"]]);
  });
});

it("load says what opens an archive", async () => {
  savezSync(path, { a: arange(3) });
  await expect(load(path)).rejects.toThrow(/zip archive, as .npz files are \(use loadNpz\(path\)\)/);
});

/** An archive of these members, whose records say what `change` makes of them. */
function archive(
  members: { name: string; bytes: Uint8Array; deflate?: boolean; data?: Uint8Array }[],
  change: (m: Member) => Member,
) {
  const pieces: Uint8Array[] = [];
  const entries: Uint8Array[] = [];
  let offset = 0;
  const append = (piece: Uint8Array) => {
    pieces.push(piece);
    offset += piece.length;
  };
  for (const { name, bytes, deflate, data = deflate ? deflateRawSync(bytes) : bytes } of members) {
    const member = change({
      rawName: new TextEncoder().encode(name),
      flags: 0,
      method: deflate ? 8 : 0,
      crc: crc32(bytes),
      storedSize: data.length,
      size: bytes.length,
      offset,
    });
    entries.push(centralEntry(member));
    append(localHeader(member));
    append(data);
  }
  const start = offset;
  for (const entry of entries) append(entry);
  append(endRecords({ count: entries.length, size: offset - start, offset: start }));
  return Buffer.concat(pieces);
}
async function npy(a: ReadonlyNDArray<DType>): Promise<Uint8Array> {
  await save(join(folder, "one.npy"), a);
  return readFileSync(join(folder, "one.npy"));
}
const plain = (member: Member) => member;

describe("hostile archives are refused before anything large is made", () => {
  const refused = (file: Uint8Array, message: RegExp) => {
    writeFileSync(path, file);
    const open = () => {
      using all: NpzFile = loadNpzSync(path);
      for (const name of all.files) all.getSync(name);
    };
    expect(open).toThrow(coded({ code: "FORMAT", message: expect.stringMatching(message) }));
  };
  const MANY = 2 ** 30;

  it("a bomb whose header claims less than it becomes", async () => {
    const open = { finishFlush: constants.Z_FULL_FLUSH }; // parts that end with a byte can follow each other
    const part = deflateRawSync(Buffer.alloc(1_000_000), open);
    const bytes = await npy(arange(2));
    const last = deflateRawSync(Buffer.alloc(0));
    const data = Buffer.concat([deflateRawSync(bytes, open), ...Array.from({ length: 1000 }, () => part), last]);
    const size = bytes.length + 1e9;
    const file = archive([{ name: "a.npy", bytes, deflate: true, data }], (member) => ({ ...member, size }));
    const before = process.memoryUsage().rss;
    refused(file, /the 144 bytes that its header needs/);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });
  it("sizes that deflate cannot reach", async () => {
    const file = archive([{ name: "a.npy", bytes: await npy(arange(2)), deflate: true }], (member) => ({
      ...member,
      size: MANY,
    }));
    refused(file, /says that \d+ bytes become 1073741824/);
  });
  it("a header that claims what the sizes do not have", async () => {
    const bytes = Buffer.from(await npy(arange(2)));
    bytes.write("(2,), }", bytes.indexOf("(2,), }"));
    const large = Buffer.from(bytes.toString("latin1").replace("(2,), }           ", "(99999999999,), } "), "latin1");
    for (const deflate of [false, true]) refused(archive([{ name: "a.npy", bytes: large, deflate }], plain), /needs/);
  });
  it("stored bytes of two sizes", async () => {
    const bytes = await npy(arange(2));
    refused(
      archive([{ name: "a.npy", bytes }], (member) => ({ ...member, size: MANY })),
      /144 bytes become/,
    );
  });
  it("members that overlap, or reach into the directory", async () => {
    const bytes = await npy(arange(2));
    const members = ["a.npy", "b.npy"].map((name) => ({ name, bytes }));
    refused(
      archive(members, (member) => ({ ...member, offset: 0 })),
      /reaches into what follows it/,
    );
    refused(
      archive(members, (member) => ({ ...member, storedSize: MANY })),
      /reaches into what follows it/,
    );
    refused(
      archive(members, (member) => ({ ...member, offset: 2 ** 60 })),
      /reaches into|directory does not describe/,
    );
  });
  it("two members of one name, also with and without the extension", async () => {
    const bytes = await npy(arange(2));
    for (const second of ["a.npy", "a"])
      refused(
        archive(
          ["a.npy", second].map((name) => ({ name, bytes })),
          plain,
        ),
        /two/,
      );
  });
  it("what is encrypted, or compressed in another way", async () => {
    const bytes = await npy(arange(2));
    refused(
      archive([{ name: "a.npy", bytes }], (member) => ({ ...member, flags: 1 })),
      /encrypted/,
    );
    refused(
      archive([{ name: "a.npy", bytes }], (member) => ({ ...member, method: 12 })),
      /in way 12/,
    );
  });
  it("a local header of another name, damaged data, other bytes than the checksum's", async () => {
    const bytes = await npy(arange(200));
    const file = archive([{ name: "abc.npy", bytes, deflate: true }], plain);
    const other = Buffer.from(file);
    other.write("abd.npy", other.indexOf("abc.npy"));
    refused(other, /header is not the one/);
    const damaged = Buffer.from(file);
    damaged.fill(0xff, 100, 140);
    refused(damaged, /damaged/);
    refused(
      archive([{ name: "a.npy", bytes, deflate: true }], (member) => ({ ...member, crc: 1 })),
      /checksum/,
    );
  });
  it("what is no .npy file, no archive, or cut short", async () => {
    const bytes = new TextEncoder().encode("just text");
    refused(archive([{ name: "a.txt", bytes }], plain), /does not begin with|has only/);
    const whole = archive([{ name: "a.npy", bytes: await npy(arange(3)) }], plain);
    for (const length of [0, 10, 100, whole.length - 1]) refused(whole.subarray(0, length), /no end record/);
    refused(Buffer.concat([Buffer.from("before"), whole]), /directory does not reach/);
  });
});

describe("archives of more than 4 GiB", () => {
  it("are read and written with zip64 records", async ({ skip }) => {
    const bytes = await npy(arange(4));
    const first: Member = {
      rawName: new TextEncoder().encode("hole.npy"),
      flags: 0,
      method: 0,
      crc: 0,
      storedSize: 2 ** 32 + 5,
      size: 2 ** 32 + 5,
      offset: 0,
    };
    const head = localHeader(first);
    const offset = head.length + first.size;
    const second = { ...first, rawName: new TextEncoder().encode("a.npy"), crc: crc32(bytes), offset };
    const member = { ...second, storedSize: bytes.length, size: bytes.length };
    const fd = openSync(path, "w");
    try {
      ftruncateSync(fd, offset);
      writeSync(fd, head, 0, head.length, 0);
      const tail = Buffer.concat([localHeader(member), bytes]);
      const directory = Buffer.concat([centralEntry(first), centralEntry(member)]);
      const at = offset + tail.length;
      const end = endRecords({ count: 2, size: directory.length, offset: at });
      writeSync(fd, Buffer.concat([tail, directory, end]), 0, undefined, offset);
    } catch {
      skip(); // the file system has no holes
    } finally {
      closeSync(fd);
    }
    using all = await loadNpz(path);
    expect([all.files, (await all.get("a")).toArray()]).toEqual([
      ["hole", "a"],
      [0, 1, 2, 3],
    ]);
    if (!hasNumPy) return;
    const code = "import sys, numpy as np; z = np.load(sys.argv[1]); print(z.files, z['a'].tolist())";
    const printed = execFileSync("python3", ["-c", code, path], { encoding: "utf8" });
    expect(printed.trim()).toBe("['hole', 'a'] [0.0, 1.0, 2.0, 3.0]");
  });
});
