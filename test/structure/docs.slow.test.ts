/** The main job and the tables of docs: each runs, and prints what it says. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { example } from "../fixtures/example.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the main job", () => {
  const square = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "dist/square.js"), ...args], { encoding: "utf8", timeout: 240_000 });
  it("squares a million and checks every one", () => {
    const { status, stdout, stderr } = square();
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /all 1000000 elements checked[\s\S]*<- auto[\s\S]*\none thread +[\d.]+ ms\na team of \d+ +[\d.]+ ms/,
    );
  });
  it("says in one line what is wrong with a file, exit code 1", () => {
    const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
    writeFileSync(join(folder, "no.npy"), "hello");
    for (const args of [[join(folder, "missing.npy")], [join(folder, "no.npy")]]) {
      const { status, stderr } = square(...args);
      expect([status, stderr.trim().split("\n").length]).toEqual([1, 1]);
    }
    rmSync(folder, { recursive: true });
  });
  const python = spawnSync("python3", ["-c", "import numpy"]).status === 0;
  it.skipIf(!python)("squares files that NumPy wrote, and NumPy opens the result (needs python3 with NumPy)", () => {
    const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
    const run = (code: string) =>
      spawnSync("python3", ["-c", `import numpy as np, os; os.chdir(${JSON.stringify(folder)})\n${code}`], {
        encoding: "utf8",
      });
    run(
      "a = np.arange(24.0).reshape(2, 3, 4)\nnp.save('c.npy', a); np.save('f.npy', np.asfortranarray(a).astype('f4')); np.save('s.npy', np.float64(3)); np.save('e.npy', np.zeros((0, 2)))",
    );
    for (const name of ["c", "f", "s", "e"])
      expect(square(join(folder, `${name}.npy`), "--workers", "2", "--chunk-size", "5").status).toBe(0);
    const { stdout } = run(
      "for n in 'cfse':\n  a, b = np.load(n + '.npy'), np.load(n + '.squared.npy')\n  print(n, np.array_equal(a * a, b), a.dtype == b.dtype, a.flags.f_contiguous == b.flags.f_contiguous)",
    );
    expect(stdout).toBe("c True True True\nf True True True\ns True True True\ne True True True\n");
    expect(statSync(join(folder, "c.squared.npy")).size).toBe(128 + 24 * 8);
    rmSync(folder, { recursive: true });
  });
});

describe("docs/coming-from-numpy.md", () => {
  const text = readFileSync(join(root, "docs/coming-from-numpy.md"), "utf8");
  const rows = [...text.matchAll(/^\| `(.+?)` +\| `(.+?)` +\| `(.+?)` +\|$/gm)].map(([, theirs, ours, gives]) => ({
    theirs: theirs!,
    ours: ours!,
    gives: gives!,
  }));
  const plain = (printed: string) => printed.replace(/\s+/g, " ").replace(/\[ /g, "[").trim();

  it("has rows", () => expect(rows.length).toBeGreaterThan(20));

  it.each(rows.map((row) => [row.ours, row] as const))("%s", (_, { ours, gives }) => {
    const { arange, array } = nd;
    const scope = {
      ...nd,
      a: arange(6).reshape([2, 3]),
      b: array([10, 20, 30]),
      i: array([-7, 7], { dtype: "int8" }),
    };
    const value = new Function(...Object.keys(scope), `return ${ours}`)(...Object.values(scope));
    expect(plain(String(value))).toBe(plain(gives));
  });

  const python = spawnSync("python3", ["-c", "import numpy"]).status === 0;
  it.skipIf(!python)("NumPy gives the same (needs python3 with NumPy)", () => {
    const program = rows
      .map(({ theirs }) => {
        const operands =
          "a = np.arange(6.0).reshape(2, 3); b = np.array([10.0, 20, 30]); i = np.array([-7, 7], np.int8)";
        const lines = theirs.split("; "); // the last one is what is printed
        return [operands, ...lines.slice(0, -1), `print(repr(str(${lines.at(-1)})))`].join("; ");
      })
      .join("\n");
    const { stdout, stderr } = spawnSync("python3", ["-c", `import numpy as np\n${program}`], { encoding: "utf8" });
    expect(stderr).toBe("");
    const printed = stdout
      .trim()
      .split("\n")
      .map((line) => line.slice(1, -1).replaceAll("\\n", " "));
    expect(printed.map(plain)).toEqual(rows.map(({ gives }) => plain(gives)));
  });
});

describe("docs/coming-from-multiprocessing.md", () => {
  const text = readFileSync(join(root, "docs/coming-from-multiprocessing.md"), "utf8");
  const rows = [...text.matchAll(/^\| `(.+?)` +\| `(.+?)` +\| `(.+?)` +\|$/gm)].map(([, theirs, ours, gives]) => ({
    theirs: theirs!.split(" ; "),
    ours: ours!.split(" ; "),
    gives: gives!,
  }));
  it("has rows", () => expect(rows.length).toBeGreaterThan(20));

  it("here, each gives what it says", () => {
    const programs = rows.map(
      ({ ours }) => `
      await (async () => {
        const v = new Value("i", 5), a = new SharedArray("i", [1, 2, 3]), sl = new ShareableList(["a", 1, null]);
        const lock = new Lock(), sem = new Semaphore(2), ev = new SharedEvent(), cond = new Condition();
        const show = async () => {
          ${ours.slice(0, -1).join(";\n")};
          return ${ours.at(-1)};
        };
        console.log(JSON.stringify(await show()));
      })();`,
    );
    const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
    const path = join(folder, "coming-from-multiprocessing.ts");
    const setup = `
      import * as nd from "shared-ndarray";
      const { Barrier, BoundedSemaphore, Condition, JoinableQueue, Lock, Manager, Pool, Process, pipe, Queue, RawValue, RLock, rawArray,
        Semaphore, ShareableList, SharedArray, SharedEvent, SharedMemory, SharedMemoryManager, Value } = nd;
      const double = (a) => { for (let i = 0; i < a.length; i++) a.data[i] *= 2; };
      const leave = () => process.exit(3);
      const square = (x) => x * x;
      const forever = () => { for (;;); };`;
    writeFileSync(path, `${setup}\n${programs.join("\n")}`);
    const { stdout, stderr } = example(path);
    rmSync(folder, { recursive: true });
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toEqual(rows.map(({ gives }) => gives));
  });

  const python = spawnSync("python3", ["--version"]).status === 0;
  it.skipIf(!python)("in Python too (needs python3)", () => {
    const setup = `
import json, sys, time
from multiprocessing import *
from multiprocessing.managers import SharedMemoryManager
from multiprocessing.shared_memory import ShareableList, SharedMemory
from multiprocessing.sharedctypes import RawArray, RawValue
def double(a):
    for i in range(len(a)): a[i] *= 2
def leave(): sys.exit(3)
def square(x): return x * x
def forever(): time.sleep(1000)
`;
    const programs = rows.map(
      ({ theirs }) => `
v = Value("i", 5); a = Array("i", [1, 2, 3]); sl = ShareableList(["a", 1, None])
lock = Lock(); sem = Semaphore(2); ev = Event(); cond = Condition()
${theirs.slice(0, -1).join("\n")}
print(json.dumps(${theirs.at(-1)}), flush=True)
sl.shm.close(); sl.shm.unlink()`,
    );
    const { stdout, stderr } = spawnSync("python3", ["-c", `${setup}${programs.join("\n")}`], { encoding: "utf8" });
    expect(stderr).toBe("");
    const plain = (json: string) => JSON.stringify(JSON.parse(json));
    expect(stdout.trim().split("\n").map(plain)).toEqual(rows.map(({ gives }) => plain(gives)));
  });
});

describe("docs/conformance.md", () => {
  const text = readFileSync(join(root, "docs/conformance.md"), "utf8");
  const rows = [...text.matchAll(/^\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)]
    .map(([, item, test, verdict]) => ({ item: item!, test: test!, verdict: verdict! }))
    .filter(({ item }) => !/^(item|what|-+)$/.test(item));
  const tests = readdirSync(join(root, "test"), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => readFileSync(join(root, "test", file), "utf8"))
    .join("\n");

  it("has a row for each item but those of the pool", () => {
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
    const numbered = rows.map(({ item }) => item).filter((item) => /^\d+$/.test(item));
    expect(numbered).toEqual([...range(1, 107), ...range(143, 212)]);
    expect(rows.length).toBeGreaterThan(190);
  });
  it.each(rows.map((row) => [row.item, row] as const))("%s", (_, { test, verdict }) => {
    expect(verdict).toMatch(/^(pass$|adapted: .|not applicable( in process scope)?: .)/);
    if (verdict.startsWith("not applicable")) expect(test).toBe("-");
    else expect(tests).toContain(`"${test}"`);
  });
});
