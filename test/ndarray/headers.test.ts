/** Headers of `.npy` files: every spelling that NumPy reads, messages that say where and why, and mutated headers. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load, loadSync } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { dtypes } from "../../src/base/dtype.js";
import { parseNpyHeader } from "../../src/ndarray/npy.js";
import { parseLiteral } from "../../src/ndarray/python-literal.js";

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));
const hasNumPy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

const LONGEST = 0xffff;
/** A file of that header, with `dataBytes` zeros. */
function npy(header: string, { version = header.length > LONGEST ? 2 : 1, dataBytes = 64 } = {}): Buffer {
  const text = Buffer.from(header, version === 3 ? "utf8" : "latin1");
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  const magic = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, "latin1");
  return Buffer.concat([magic, length, text, Buffer.alloc(dataBytes)]);
}
const read = (file: Buffer) => parseNpyHeader(file, file.length, "a.npy");
const dict = (descr: string, shape = "(2,)", fortran = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

describe("Python literals", () => {
  it.each([
    ["(2L, 3L,)", [2, 3]],
    ["( )", []],
    ["(1)", 1],
    ["(1,)", [1]],
    ["[1, (2, [None, True])]", [1, [2, [null, true]]]],
    [`u'it\\'s' `, "it's"],
    [`"\\x41\\u00e9\\n\\\\"`, "Aé\n\\"],
    ["{'a': 1, 'b': {}, 'a': 2,}", { a: 2, b: {} }],
    ["0", 0],
    ["00", 0],
  ])("%s", (text, expected) => {
    const plain = (value: unknown): unknown => {
      if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
      const items = (value as { items?: readonly unknown[] } | null)?.items ?? value;
      return Array.isArray(items) ? items.map(plain) : value;
    };
    expect(plain(parseLiteral(text))).toEqual(expected);
  });

  it.each([
    ["", 0],
    ["(1, 2", 5],
    ["(1 2)", 3],
    ["(, )", 1],
    ["{'a' 1}", 5],
    ["'open", 5],
    ["'\\q'", 1],
    ["007", 0],
    ["1_000", 0],
    ["12 + 1", 3],
    ["__import__('os')", 0],
    ["[[".repeat(50_000), 65],
  ])("%.20s is refused at its position", (text, position) => {
    expect(() => parseLiteral(text)).toThrow(expect.objectContaining({ position }));
  });

  it("are read in linear time: a header of 8 MB of any one character is refused or read at once", () => {
    for (const char of ["0", "(", "'", "\\", " ", "[", "{", ",", "L", "x", "1"]) {
      const file = npy(dict(char.repeat(8_000_000)), { version: 2 });
      expect(() => read(file)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^(FORMAT|DTYPE)$/) }));
    }
  });
});

describe("what NumPy of any version writes or reads is read", () => {
  it.each([
    ["Python 2's long integers", dict("'<f8'", "(2L,)"), { dtype: "float64", shape: [2] }],
    ["the name of a dtype", dict("'float64'"), { dtype: "float64", swapped: false }],
    ["a code without byte order", dict("'f4'"), { dtype: "float32", swapped: false }],
    ["a type character", dict("'>d'"), { dtype: "float64", swapped: true }],
    ["native byte order", dict("'=i4'"), { dtype: "int32", swapped: false }],
    ["one byte in any order", dict("'>i1'"), { dtype: "int8", swapped: false }],
    [
      "text prefixes, double quotes, line breaks",
      `{u"descr":\n"<i2",'fortran_order':True,\n"shape":(3,4)}`,
      {
        dtype: "int16",
        shape: [3, 4],
        fortran: true,
      },
    ],
    ["another order of keys", "{'shape': (), 'descr': '|b1', 'fortran_order': False}", { dtype: "bool", shape: [] }],
  ])("%s", (_, header, expected) => {
    expect(read(npy(header))).toMatchObject(expected);
  });

  it("headers above 64 KiB, in version 2 and 3, in memory and from a file", async () => {
    const header = dict("'<f8'").padEnd(100_000);
    for (const version of [2, 3]) {
      const path = join(folder, `long-${version}.npy`);
      writeFileSync(path, npy(header, { version }));
      expect(read(npy(header, { version }))).toMatchObject({ shape: [2], byteOffset: 100_012 });
      expect((await load(path)).toArray()).toEqual([0, 0]);
      expect(loadSync(path).toArray()).toEqual([0, 0]);
    }
  });
});

describe("what cannot be an array is refused with the reason", () => {
  it.each([
    ["no dict", npy("[1]"), /no dict of three: "\[1\]"/],
    [
      "where it cannot be read",
      npy(dict("'<f8'", "(2 3)")),
      /at character 53 it should have "," or "\)", but has "3\), }"/,
    ],
    ["Fortran order that is no bool", npy(dict("'<f8'", "()", "0")), /True or False for "fortran_order"/],
    ["a shape that is no tuple", npy(dict("'<f8'", "(2)")), /no tuple of lengths for "shape"/],
    ["an inherited name", npy(dict("'constructor'")), /"constructor", which is no dtype of NumPy/],
    ["version 3 in UTF-8", npy("{'größe': 1}", { version: 3 }), /\{'größe': 1\}/],
    ["a header longer than the file", npy(dict("'<f8'")).subarray(0, 40), /cut short: it has only 40/],
    ["an .npz archive", Buffer.from("PK\x03\x04…rest of the archive"), /zip archive, as .npz files are \(use loadNpz/],
    ["an empty .npz archive", Buffer.from("PK\x05\x06…"), /zip archive/],
    ["another format", Buffer.from("GIF89a......"), /does not begin with/],
  ])("%s", (_, file, message) => {
    const path = join(folder, "refused.npy");
    writeFileSync(path, file);
    const refusal = { code: "FORMAT", key: path, message: expect.stringMatching(message) };
    expect(() => loadSync(path)).toThrow(expect.objectContaining(refusal));
  });
});

describe("what NumPy can write and this package cannot hold is refused by its dtype, with what to do", () => {
  it.each([
    ["records", "[('x', '<f8')]", /records \(loadRecords\(path\) reads them\)/],
    ["subarrays", "('<f8', (2,))", /records/],
    ["complex256", "'<c32'", /long complex numbers \("<c32"\), which are not supported yet \(save a.astype\("c16"\)\)/],
    ["long doubles", "'<f16'", /long doubles/],
    ["text", "'<U5'", /text \("<U5"\)/],
    ["bytes", "'|S5'", /text/],
    ["times", "'<M8[ns]'", /times/],
    ["void", "'|V4'", /raw bytes/],
    ["objects", "'|O'", /Python objects/],
  ])("%s", (_, descr, message) => {
    const path = join(folder, "other.npy");
    writeFileSync(path, npy(dict(descr)));
    const refusal = { code: "DTYPE", message: expect.stringMatching(message) };
    expect(() => loadSync(path)).toThrow(expect.objectContaining(refusal));
    expect(() => loadSync(path)).toThrow(path);
  });
});

/** As NumPy reads them: for each file, [dtype, order, shape], or null if NumPy refuses it. */
const ORACLE = `
import json, sys, warnings, numpy as np
warnings.simplefilter("ignore")
out = []
for path in sys.stdin.read().split("\\n"):
    try:
        with open(path, "rb") as f:
            np.lib.format.read_magic(f)
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(f)
            out.append([dtype.str, fortran, [int(n) for n in shape]])
    except Exception:
        out.append(None)
print(json.dumps(out))
`;

describe("mutated headers", () => {
  let seed = 1;
  const random = (n: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
  const TOKENS = [
    "(",
    ")",
    ",",
    "'",
    '"',
    "L",
    " ",
    "1",
    "0",
    "{",
    "}",
    ":",
    "\\",
    "True",
    "None",
    "<",
    ">",
    "f8",
    "u",
    "-",
    "[",
    "]",
    "#",
    "\n",
  ];
  const BASES = [
    dict("'<f8'"),
    dict("'|b1'", "()", "True"),
    dict("'>i4'", "(2L, 3L)"),
    dict('u"float32"', "(1, 2, 3,)"),
    dict("[('x', '<f8')]", "(4,)"),
  ];
  function mutated(): string {
    let text = pick(BASES);
    for (let n = random(2); n >= 0; n--) {
      const at = random(text.length);
      text = text.slice(0, at) + pick(["", pick(TOKENS), pick(TOKENS)]) + text.slice(at + random(3));
    }
    return text;
  }

  /** Records, which NumPy calls void; comments and rare escapes of Python; and L, which is not the same everywhere. */
  const isBeyondArrays = (header: string, theirs: unknown) =>
    (theirs as [string])[0].startsWith("|V") || /[#\\]|['"][<>=|]?L['"]/.test(header);

  it.runIf(hasNumPy)("are never read as another array than NumPy reads (needs python3 with NumPy)", () => {
    const files = Array.from({ length: 1500 }, (_, i) => {
      const [path, header] = [join(folder, `${i}.npy`), mutated()];
      writeFileSync(path, npy(header, { dataBytes: 0 }));
      return { path, header };
    });
    const input = files.map(({ path }) => path).join("\n");
    const theirs = JSON.parse(execFileSync("python3", ["-c", ORACLE], { input, encoding: "utf8" })) as unknown[];
    const differences: string[] = [];
    let readByBoth = 0;
    for (const [i, { header }] of files.entries()) {
      let ours: unknown = null;
      try {
        const file = npy(header, { dataBytes: 0 });
        const { dtype, swapped, fortran, shape } = parseNpyHeader(file, Number.MAX_SAFE_INTEGER, "");
        ours = [swapped ? dtypes[dtype].descr!.replace("<", ">") : dtypes[dtype].descr, fortran, shape];
      } catch (e) {
        expect(e).toMatchObject({ code: expect.stringMatching(/^(FORMAT|DTYPE)$/) });
      }
      if (ours !== null && JSON.stringify(theirs[i]) === JSON.stringify(ours)) readByBoth++;
      else if (ours !== null || (theirs[i] !== null && !isBeyondArrays(header, theirs[i]))) {
        differences.push(JSON.stringify([header, ours, theirs[i]]));
      }
    }
    expect(differences).toEqual([]);
    expect(readByBoth).toBeGreaterThan(100);
  });
});
