/** The examples, the main job and the tables of docs: each runs, and prints what it says. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { example } from "../fixtures/example.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("examples, twice in a row, leaving nothing behind", () => {
  const printed: [string, RegExp][] = [
    ["01", /^before: 0\nafter: 12\.5\n$/],
    ["02", /^\d+ of 10: /],
    ["03", /^start: 20\nend: 27\.5\n$/],
    ["04", /^15\n$/],
    ["05", /^locked: 200000 of 200000\nraw: \d+ \(.*\)\n$/],
    ["06", /^scores: .* = \d+\ntrue\n$/],
    ["07", /^(Process-[123] ended with 0\n){3}9\n$/],
    ["08", /^without a lock: \d+ \(.*\)\nwith a lock: 100\n$/],
    ["09", /^\+= \d+ of 200000\n\{ 'external lock': 200000, 'own lock': 200000, 'add\(1\)': 200000 \}\n$/],
    ["10", /^expected: 100 actual: 100\nsuccess\n$/],
    [
      "11",
      /^type .*\n(.+\n){28}300 in a uint8: 44 · in a clamped one: 255\n0\.1000000014\d+\nExpected `type` .* got "z"\n$/,
    ],
    ["12", /^0 4\n$/],
    ["13", /^stopped after at least 50 steps: true · polled: true\n$/],
    ["14", /^crows: 3 parrots: 5\n$/],
    ["15", /^\[ 5, 5, 5 \]\n$/],
    ["16", /^\[ 10, 11, 12, 13, 14 \]\n$/],
    ["17", /^\[ 1, 2, 3, 4, 5 \]\n\[\n? +(0,?\s+){10}\]\n$/],
    ["18", /^\[ 10, 10, 10, 10, 10 \]\n$/],
    ["19", /^\[ 2, 4, 6 \]\n$/],
    ["20", /^got 0\ngot 1\ngot 2\ngot 3\ngot 4\ndone\n$/],
    ["21", /^\[ \[ 1, 1 \], \[ 2, 4 \], \[ 3, 9 \], \[ 4, 16 \], \[ 5, 25 \] \]\n$/],
    ["22", /^(\{ step: (\d), value: \2 \}\n){5}5\n$/],
    ["23", /^hello\n\[ 1, 2, 3 \]\n$/],
    ["24", /^pong 0\npong 1\npong 2\ntrue\n$/],
    ["25", /^written \[ 1, 2, 99 \]\n$/],
    ["26", /^\[ 0, 1, 2, 3, 4 \]\n$/],
    ["27", /^\{ key_0: 0, key_1: 1, key_2: 4, key_3: 9, key_4: 16 \}\n$/],
    ["28", /^\{ x: 11, names: \[ 'crow', 'parrot' \] \}\n$/],
    ["29", /^(.* µs each\n){4}20000 20000\n$/],
    ["34", /^[\s\S]*'value'[\s\S]*'manager'[\s\S]*two that talk: a pipe/],
    ["30", /^\[ 2, 4, 6, 8, 10 \]\n$/],
    ["31", /^by hand: .*\npool\.map: .*\ntrue\n$/],
    [
      "32",
      /^\[ 'by-hand: 80128 bytes' \]\n\[ 'grid: 928 bytes', 'scratch: 1024 bytes' \]\n\[\]\n\[ \[ 'clean-up', '152 B', 'int16', '\[3, 4\]' \] \]\n\[\]\n$/,
    ],
    ["36", /^\[ 0, 1\.5, 3, 4\.5, 6 \]\n\[ 11n, 20n, 30n \]\n61\n$/],
    ["33", /^( +\d+ +[\d.]+ #+.*\n)+$/],
    ["35", /^true\n$/],
  ];
  it.each(printed)("%s", (number, output) => {
    for (let i = 0; i < 2; i++) {
      const { status, stdout, stderr } = example(number);
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(output);
    }
    if (number === "33") expect(example(number).stdout).toContain("<- auto");
  });
});

describe("the main job", () => {
  const square = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "dist/square.js"), ...args], { encoding: "utf8", timeout: 60_000 });
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
      .map(
        ({ theirs }) =>
          `a = np.arange(6.0).reshape(2, 3); b = np.array([10.0, 20, 30]); i = np.array([-7, 7], np.int8); print(repr(str(${theirs})))`,
      )
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
