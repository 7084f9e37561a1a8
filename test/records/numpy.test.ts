/** Records against NumPy's structured arrays: layout, files in both directions, text. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isSharedError,
  loadRecords,
  loadRecordsSync,
  loadSync,
  type RecordArray,
  type RecordFields,
  records,
  recordsFromArrays,
  save,
  saveSync,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(folder, { recursive: true }));
const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
function python(program: string): string {
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program], { encoding: "utf8", cwd: folder });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

/** Made in NumPy: records of random fields, aligned or packed, in both byte orders and both orders of axes. */
const MAKE = `
import numpy as np, json, random
random.seed(7); rng = np.random.default_rng(7)
TYPES = {"bool": "?", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8", "uint8": "u1", "uint16": "u2",
         "uint32": "u4", "uint64": "u8", "float16": "f2", "float32": "f4", "float64": "f8", "complex64": "c8",
         "complex128": "c16"}
def fields(depth):
    return {f"f{i}": fields(depth + 1) if depth < 2 and random.random() < 0.15 else random.choice(list(TYPES))
            for i in range(random.randint(1, 5))}
def dtype(f, align, order):
    return np.dtype([(k, dtype(v, align, order) if isinstance(v, dict) else order + TYPES[v]) for k, v in f.items()],
                    align=align)
def value(x):
    if isinstance(x, np.void): return {k: value(x[k]) for k in x.dtype.names}
    if isinstance(x, (np.complexfloating, complex)): return {"re": float(x.real), "im": float(x.imag)}
    if isinstance(x, (np.integer, int)) and not isinstance(x, (bool, np.bool_)): return str(x) if x.dtype.itemsize == 8 else int(x)
    return bool(x) if isinstance(x, (bool, np.bool_)) else float(x)
def fill(a):
    for k in a.dtype.names:
        d = a.dtype[k]
        if d.names: fill(a[k])
        elif d.kind == "c": a[k] = rng.integers(-9, 9, a.shape) / 4 + 1j * rng.integers(-9, 9, a.shape)
        elif d.kind == "f": a[k] = rng.integers(-999, 999, a.shape) / 8
        else: a[k] = rng.integers(0, 2 if d.kind == "b" else 100, a.shape)
cases = []
for i in range(120):
    f = fields(0); align = random.random() < 0.5; order = random.choice("<>")
    shape = random.choice([(), (3,), (0,), (2, 3), (2, 1, 2)])
    a = np.zeros(shape, dtype(f, align, order), order=random.choice("CF")); fill(a) if a.size else None
    np.save(f"{i}.npy", a)
    cases.append({"fields": f, "shape": shape, "text": str(a), "itemsize": np.dtype(dtype(f, True, "<")).itemsize,
                  "values": [value(x) for x in a.reshape(-1)]})
print(json.dumps(cases))`;

interface Case {
  readonly fields: RecordFields;
  readonly shape: readonly number[];
  readonly text: string;
  readonly itemsize: number;
  readonly values: readonly unknown[];
}
const plain = (r: RecordArray<RecordFields>) =>
  JSON.parse(
    JSON.stringify([r.toArray()].flat(64 as 1), (_, value) => (typeof value === "bigint" ? String(value) : value)),
  );

describe.skipIf(!hasNumpy)("NumPy's files of records (needs python3 with NumPy)", () => {
  const cases: Case[] = hasNumpy ? JSON.parse(python(MAKE)) : [];

  it("are read: fields, shape, sizes, values; and are printed as NumPy prints them", () => {
    const wrong: unknown[] = [];
    for (const [i, { fields, shape, text, itemsize: aligned, values }] of cases.entries()) {
      using r = loadRecordsSync(join(folder, `${i}.npy`));
      const itemsize = JSON.stringify(fields).includes("complex") ? r.itemsize : aligned; // those are aligned to more
      const found = { fields: r.types, shape: r.shape, itemsize: r.itemsize, values: plain(r), text: String(r) };
      if (JSON.stringify(found) !== JSON.stringify({ fields, shape, itemsize, values, text }))
        wrong.push([i, found, text]);
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it("are written so that NumPy reads the same", async () => {
    for (const i of cases.keys()) {
      using r = await loadRecords(join(folder, `${i}.npy`));
      if (i % 2 === 0) await save(join(folder, `${i}-ours.npy`), r as never);
      else saveSync(join(folder, `${i}-ours.npy`), r as never);
    }
    const answer = python(`
import numpy as np
def same(a, b):
    return all(same(a[k], b[k]) if a.dtype[k].names else np.array_equal(a[k], b[k]) for k in a.dtype.names)
for i in range(${cases.length}):
    a, b = np.load(f"{i}.npy"), np.load(f"{i}-ours.npy")
    if a.shape != b.shape or a.dtype.names != b.dtype.names or not same(a, b): print(i, a.dtype, b.dtype)
print("done")`);
    expect(answer).toBe("done\n");
  });

  it("with names of any characters, and headers of more than 64 KiB", () => {
    const names = ["it's", "back\\slash", "größe", "温度", "a b"];
    const r = records(1, Object.fromEntries(names.map((name) => [name, "float64" as const])));
    saveSync(join(folder, "names.npy"), r as never);
    const wide = records(
      1,
      Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`field ${i} of many`, "int8" as const])),
    );
    saveSync(join(folder, "wide.npy"), wide as never);
    const answer = python(`
import numpy as np, json
print(json.dumps([np.load("names.npy").dtype.names, len(np.load("wide.npy", max_header_size=1 << 20).dtype.names)]))`);
    expect(JSON.parse(answer)).toEqual([names, 3000]);
    expect(Object.keys(loadRecordsSync(join(folder, "names.npy")).types)).toEqual(names);
    expect(Object.keys(loadRecordsSync(join(folder, "wide.npy")).types)).toHaveLength(3000);
  });

  it("with names that objects list in another order, and Fortran order that can be closed", () => {
    python(`
import numpy as np
np.save("int.npy", np.array([(1, 2.5, (3, 4)), (5, 6.5, (7, 8))], [('1', 'i8'), ('0', 'f8'), ('x', [('9', 'i1'), ('2', 'f4')])]))
np.save("fortran.npy", np.asfortranarray(np.arange(6).astype([('a', 'i4')]).reshape(2, 3)))`);
    expect(loadRecordsSync(join(folder, "int.npy")).toArray()).toEqual([
      { 0: 2.5, 1: 1n, x: { 2: 4, 9: 3 } },
      { 0: 6.5, 1: 5n, x: { 2: 8, 9: 7 } },
    ]);
    const turned = loadRecordsSync(join(folder, "fortran.npy"));
    expect(turned.toArray()).toEqual([
      [{ a: 0 }, { a: 1 }, { a: 2 }],
      [{ a: 3 }, { a: 4 }, { a: 5 }],
    ]);
    turned.close();
    expect(turned.closed).toBe(true);
  });

  it("are refused with a cure if they hold text, arrays in fields, or no records", () => {
    python(`
import numpy as np
np.save("text.npy", np.zeros(2, [("a", "U3")])); np.save("sub.npy", np.zeros(2, [("a", "f8", (2, 2))]))
np.save("plain.npy", np.zeros(2))`);
    const refusal = (name: string) => {
      try {
        return loadRecordsSync(join(folder, name));
      } catch (e) {
        return isSharedError(e) ? `${e.code} ${e.message}` : e;
      }
    };
    expect(refusal("text.npy")).toMatch(/^DTYPE .*text/);
    expect(refusal("sub.npy")).toMatch(/^FORMAT .*arrays as elements/);
    expect(refusal("plain.npy")).toMatch(/^FORMAT .*use load\(path\)/);
    expect(() => loadSync(join(folder, "0.npy"))).toThrow(/loadRecords\(path\)/);
  });
});

it("2,000 damaged files of records are read or refused with a typed error, without a large allocation", () => {
  const path = join(folder, "whole.npy");
  saveSync(path, recordsFromArrays({ x: [1, 2, 3], z: { re: 1, im: 2 } as never }) as never);
  const whole = readFileSync(path);
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed % below;
  };
  const odd: unknown[] = [];
  for (let i = 0; i < 2000; i++) {
    const bytes = Buffer.from(whole);
    for (let k = 0; k <= random(3); k++) bytes[random(140)] = random(256);
    writeFileSync(path, random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes);
    try {
      loadRecordsSync(path).close();
    } catch (e) {
      if (!isSharedError(e)) odd.push(e);
    }
  }
  expect(odd).toEqual([]);
});
