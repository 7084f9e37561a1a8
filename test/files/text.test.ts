/** `loadtxt`, `genfromtxt` and `savetxt`: NumPy as the oracle, large files in parts and on pools, errors with places. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AnyNDArray,
  arange,
  arrayEqual,
  genfromtxt,
  genfromtxtSync,
  loadtxt,
  loadtxtSync,
  type NDArray,
  Pool,
  savetxt,
  savetxtSync,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { arrayOf, cases, comparable, described } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.txt");
const coded = (fields: object) => expect.objectContaining(fields);
const refusal = (code: string, message: RegExp) => coded({ code, message: expect.stringMatching(message) });

describe("NumPy as the oracle", () => {
  it("there are cases of every kind", () => {
    expect(cases.read.length).toBe(1500);
    expect(cases.read.filter(({ fn }) => fn === "genfromtxt").length).toBeGreaterThan(400);
    expect(cases.read.filter(({ result }) => result === "error").length).toBeGreaterThan(100);
    expect(cases.save.length).toBeGreaterThan(200);
  });

  it.each(["loadtxt", "genfromtxt"] as const)("%s", (wanted) => {
    const read = wanted === "loadtxt" ? loadtxtSync : genfromtxtSync;
    const differences: string[] = [];
    for (const { fn, text, options, result } of cases.read) {
      if (fn !== wanted) continue;
      writeFileSync(path, text);
      let ours: unknown;
      try {
        ours = described(read(path, options));
      } catch (e) {
        expect(e).toMatchObject({ code: "FORMAT", key: path });
        ours = "error";
      }
      const theirs = result === "error" ? result : comparable(result);
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
        differences.push(JSON.stringify({ text, options, ours, theirs }));
      }
    }
    expect(differences).toEqual([]);
  });

  it("savetxt", () => {
    const differences: string[] = [];
    for (const one of cases.save) {
      let ours: unknown = "error";
      try {
        savetxtSync(path, arrayOf(one), one.options);
        ours = { text: readFileSync(path, "utf8") };
      } catch (e) {
        expect(e).toSatisfy((error) => error instanceof TypeError || error instanceof RangeError);
      }
      if (JSON.stringify(ours) !== JSON.stringify(one.result)) {
        const lines = (result: unknown) => (result as { text?: string }).text?.split("\n") ?? ["error"];
        const theirs = lines(one.result);
        const different = lines(ours)
          .map((line, i) => [i, line, theirs[i]])
          .filter(([, a, b]) => a !== b);
        differences.push(JSON.stringify([one.dtype, one.shape, one.options, different.slice(0, 3)]));
      }
    }
    expect(differences).toEqual([]);
  });
});

describe("a file of many parts", () => {
  const large = join(folder, "large.csv");
  const rows = 150_000;
  const a = arange(rows * 3).reshape([rows, 3]) as NDArray<"float64", 2>;
  for (let i = 0; i < rows; i += 7) a.set(i, 1, i / 3);
  savetxtSync(large, a, { delimiter: ",", header: "x,y,z" });

  it("is read as it was written, blocking or not, on any number of workers", async () => {
    expect(arrayEqual(loadtxtSync(large, { delimiter: "," }), a)).toBe(true);
    expect(arrayEqual(await loadtxt(large, { delimiter: "," }), a)).toBe(true);
    for (const workers of [0, 1, 3]) {
      await using pool = new Pool({ workers });
      const seen: number[] = [];
      const total = new Set<number>();
      const onProgress = (progress: { done: number; total: number }) => {
        seen.push(progress.done);
        total.add(progress.total);
      };
      const read = await loadtxt(large, { delimiter: ",", pool, onProgress, ndmin: 2 });
      expect(arrayEqual(read, a)).toBe(true);
      const [parts] = [...total] as [number];
      expect([seen, total.size]).toEqual([Array.from({ length: parts }, (_, i) => i + 1), 1]);
      expect(parts).toBeGreaterThan(3);
      const some = await genfromtxt(large, { delimiter: ",", usecols: [2], skipHeader: 3, skipFooter: 5, pool });
      expect(arrayEqual(some, a.slice("2:-5, 2"))).toBe(true);
      const few = await loadtxt(large, { delimiter: ",", maxRows: 100_000, pool, unpack: true });
      expect(arrayEqual(few, a.slice(":100000").T)).toBe(true);
    }
  });

  it("that is wrong near its end says in which line, the same in all ways", async () => {
    const wrong = join(folder, "wrong.csv");
    const text = readFileSync(large, "utf8").split("\n");
    text[120_000] = "1,oops,3";
    text[140_000] = "1,2";
    writeFileSync(wrong, text.join("\n"));
    const error = refusal("FORMAT", /wrong\.csv" to have a number of float64 in line 120001, column 2, got "oops"$/);
    expect(() => loadtxtSync(wrong, { delimiter: "," })).toThrow(error);
    await using pool = new Pool({ workers: 2 });
    await expect(loadtxt(wrong, { delimiter: ",", pool })).rejects.toThrow(error);
    await expect(genfromtxt(wrong, { delimiter: ",", pool })).rejects.toThrow(
      refusal("FORMAT", /3 columns, as the rows before have in line 140001, got 2$/),
    );
    const kept = await genfromtxt(wrong, { delimiter: ",", pool, invalidRaise: false });
    expect(kept.shape).toEqual([rows - 1, 3]);
    expect((await loadtxt(wrong, { delimiter: ",", pool, maxRows: 119_999 })).shape).toEqual([119_999, 3]);
    expect(await pool.run(() => 1)).toBe(1);
  });

  it("with lines longer than a part", async () => {
    const wide = arange(600_000).reshape([2, 300_000]);
    savetxtSync(path, wide);
    await using pool = new Pool({ workers: 2 });
    expect(arrayEqual(await loadtxt(path, { pool }), wide)).toBe(true);
    expect(arrayEqual(loadtxtSync(path), wide)).toBe(true);
  });

  it("can be made a named array, or fails without a trace", async () => {
    using named = await loadtxt(large, { delimiter: ",", name: "of-text", dtype: "float32" });
    expect([named.name, named.dtype, named.shape]).toEqual(["of-text", "float32", [rows, 3]]);
    await expect(loadtxt(large, { delimiter: ",", name: "of-text" })).rejects.toThrow(coded({ code: "NAME_TAKEN" }));
  });
});

describe("texts", () => {
  const of = (text: string, options: object = {}) => {
    writeFileSync(path, text);
    return loadtxtSync(path, options).toArray();
  };
  it("with a byte order mark, and with lines that end as on old Macs", () => {
    expect(of("\ufeff1 2\n3 4")).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(of("title\r1 2\r3 4\r", { skiprows: 1 })).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
  it("with comments of any length, or none", () => {
    expect(of("1 // one\n// two\n3 / 4".replace(" / 4", ""), { comments: "//" })).toEqual([1, 3]);
    expect(() => of("1 # 2", { comments: "" })).toThrow(refusal("FORMAT", /line 1, column 2, got "#"/));
  });
  it("whose floats are read to the last bit", () => {
    const texts = [
      "0.1",
      "123456789012345678",
      "1.7976931348623157e308",
      "4.9e-324",
      "2.2250738585072014e-308",
      "1e23",
    ];
    expect(of(texts.join(" "))).toEqual(texts.map(Number));
  });
  it("with texts that stand for missing numbers, if others may not", () => {
    writeFileSync(path, "1,N/A,,x");
    const strict = { delimiter: ",", loose: false, missingValues: ["N/A", "x"], fillingValues: [0, 7, 8, 9] };
    expect(genfromtxtSync(path, strict).toArray()).toEqual([1, 7, 8, 9]);
    expect(() => genfromtxtSync(path, { ...strict, missingValues: "N/A" })).toThrow(
      refusal("FORMAT", /column 4, got "x"/),
    );
    expect(() => genfromtxtSync(path, { delimiter: ",", dtype: "uint8" })).toThrow(refusal("FORMAT", /fillingValues/));
    expect(() => genfromtxtSync(path, { delimiter: ",", dtype: "uint8", fillingValues: 300 })).toThrow(
      refusal("DTYPE", /`fillingValues`/),
    );
  });
});

describe("a list of lines", () => {
  it("is read as the file of these lines, in every case of the oracle", () => {
    const attempt = (read: () => AnyNDArray) => {
      try {
        return described(read());
      } catch (e) {
        return (e as Error).message.replace(path, "the lines");
      }
    };
    const differences: string[] = [];
    for (const { fn, text, options } of cases.read) {
      if (/\r/.test(text)) continue; // lines end in different ways
      const read = fn === "loadtxt" ? loadtxtSync : genfromtxtSync;
      writeFileSync(path, text);
      const [whole, lines] = [attempt(() => read(path, options)), attempt(() => read(text.split("\n"), options))];
      if (JSON.stringify(whole) !== JSON.stringify(lines)) differences.push(`${fn} ${JSON.stringify(text)}: ${lines}`);
    }
    expect(differences).toEqual([]);
  });

  it("is read on this thread, with a pool too; what is no line is refused", async () => {
    await using pool = new Pool({ workers: 1 });
    const lines = ["# x y", "1 2", "3 4\n"];
    expect((await loadtxt(lines, { pool })).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(genfromtxtSync(["1,,3", "", "4,x,6"], { delimiter: "," }).toArray()).toEqual([
      [1, Number.NaN, 3],
      [4, Number.NaN, 6],
    ]);
    await expect(loadtxt(["1\n2"])).rejects.toThrow(/`source\[0\]` to be one line.*split/);
    expect(() => loadtxtSync(["1", 2] as never)).toThrow(/`source\[1\]` to be one line/);
    expect(() => loadtxtSync(7 as never)).toThrow(/`source` to be the path of a file or a list of lines, got 7/);
    expect(() => loadtxtSync(["1", "x"])).toThrow(coded({ code: "FORMAT" }));
  });
});

describe("arguments that are refused before the file is touched", () => {
  const missing = join(folder, "missing.txt");
  it.each<[string, object, RegExp]>([
    ["a delimiter of two characters", { delimiter: ", " }, /`delimiter`.*one ASCII character/],
    ["a delimiter that is no ASCII", { delimiter: "·" }, /`delimiter`/],
    ["comments over lines", { comments: "#\n" }, /`comments`/],
    ["no pool", { pool: {} }, /`pool` to be a Pool/],
    ["a number for a function", { onProgress: 3 }, /`onProgress`/],
    ["columns that are no integers", { usecols: [0.5] }, /`usecols\[0\]`/],
    ["too many axes", { ndmin: 3 }, /`ndmin`/],
    ["a dtype that there is not", { dtype: "datetime64" }, /`dtype`/],
  ])("%s", async (_, options, message) => {
    await expect(loadtxt(missing, options)).rejects.toThrow(message);
    await expect(genfromtxt(missing, options)).rejects.toThrow(message);
  });
  it("a pool in the blocking form, the end and a number of rows, an array that cannot be text", async () => {
    expect(() => loadtxtSync(missing, { pool: undefined } as never)).toThrow(/Unknown option `pool` of loadtxtSync/);
    expect(() => genfromtxtSync(missing, { skipFooter: 1, maxRows: 2 })).toThrow(/no `maxRows` with `skipFooter`/);
    await expect(loadtxt(missing)).rejects.toThrow(/ENOENT/);
    await expect(savetxt(path, zeros([]))).rejects.toThrow(coded({ code: "SHAPE" }));
    await expect(savetxt(path, zeros([2, 2]), { fmt: "%d %d %d" })).rejects.toThrow(/2, one for each column/);
    for (const fmt of ["%q", "%", "%.101f", "%1001d", "%(a)s", "%*d"])
      await expect(savetxt(path, zeros(2), { fmt })).rejects.toThrow(/`fmt`/);
    await expect(savetxt(path, zeros(2), { fmt: 3 } as never)).rejects.toThrow(/`fmt`/);
    await expect(savetxt(path, zeros(2), { header: 3 } as never)).rejects.toThrow(/`header`/);
  });
});
