/**
 * docs/python.md, section by section, with this machine's Python; what its resource tracker does; every dtype in both
 * directions.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { arange, array, type DType, NDArray, SharedMemory } from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";
import { DIST, freshName, hasNumPy, leftovers, SYSTEM } from "./fixtures.js";

afterEach(() => expect.poll(leftovers, { timeout: 2000 }).toEqual([])); // notes of what others removed go a moment later
const root = new URL("../../", import.meta.url).pathname;
const python = (code: string, ...args: string[]) =>
  execFileSync("python3", ["-c", `import sys, numpy as np\n${code}`, ...args], { encoding: "utf8" }).trim();

/**
 * A program that gets its text in parts. Each part runs after the one before it, which may be in the other language.
 */
class Parts {
  readonly #child: ChildProcess;
  readonly #printed: string[];
  #ran = 0;
  #rest = "";

  constructor(command: string, args: string[], printed: string[]) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], cwd: root });
    this.#printed = printed;
    this.#child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (this.#rest + chunk).split("\n");
      this.#rest = lines.pop()!;
      for (const line of lines) {
        if (line === "ran") this.#ran++;
        else this.#printed.push(line);
      }
    });
  }
  async run(code: string): Promise<void> {
    const before = this.#ran;
    this.#child.stdin!.write(`${JSON.stringify(code)}\n`);
    while (this.#ran === before) await once(this.#child.stdout!, "data");
  }
  async end(): Promise<number> {
    this.#child.stdin!.end();
    const [code] = await once(this.#child, "exit");
    return code;
  }
}
const PYTHON_PARTS = `
import json, sys
space = {}
for line in sys.stdin:
    exec(json.loads(line), space)
    print("ran", flush=True)`;
/**
 * Parts share one scope: declarations become properties of the global object, and are disposed of after the last part.
 */
const NODE_PARTS = `
import { createInterface } from "node:readline";
Object.assign(globalThis, await import(${JSON.stringify(DIST)}));
globalThis.owned = [];
for await (const line of createInterface({ input: process.stdin })) {
  (0, eval)(JSON.parse(line));
  console.log("ran");
}
for (const thing of owned.reverse()) thing[Symbol.dispose]();`;
const asPart = (code: string) =>
  code
    .replace(/^import .*$/gm, "")
    .replace(/^using (\w+) = (.*);$/gm, "var $1 = $2; owned.push($1);")
    .replace(/^const /gm, "var ");

describe.skipIf(!hasNumPy)("docs/python.md (needs python3 with NumPy)", () => {
  const text = readFileSync(join(root, "docs/python.md"), "utf8");
  const sections = text
    .split(/^## /m)
    .slice(1)
    .filter((section) => section.includes("```text"));
  it("has sections in both directions", () => expect(sections.length).toBe(4));
  it.each(sections.map((section) => [section.split("\n")[0]!, section] as const))("%s", async (_, section) => {
    const blocks = [...section.matchAll(/```(ts|py|text)\n([\s\S]*?)```/g)].map(([, language, code]) => ({
      language,
      code: code!,
    }));
    const printed: string[] = [];
    const node = new Parts(process.execPath, ["--input-type=module", "-e", NODE_PARTS], printed);
    const py = new Parts("python3", ["-c", PYTHON_PARTS], printed);
    let expected = "";
    for (const { language, code } of blocks) {
      if (language === "ts") await node.run(asPart(code));
      else if (language === "py") await py.run(code);
      else expected = code;
    }
    expect([await py.end(), await node.end()]).toEqual([0, 0]);
    expect(`${printed.join("\n")}\n`).toBe(expected);
  });
});

describe.skipIf(!hasNumPy)("arrays (needs python3 with NumPy)", () => {
  const dtypes = [
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float16",
    "float32",
    "float64",
  ];
  it.each(dtypes as DType[])("of %s have the same bytes in both languages", (dtype) => {
    const name = freshName();
    const isLong = dtype === "int64" || dtype === "uint64";
    const items = dtype === "bool" ? [[true, false]] : isLong ? [[1n, 100n]] : [[1, 100]];
    using a = array(items as number[][], { dtype, name, ...SYSTEM });
    expect(
      python(`a = np.load(sys.argv[1], mmap_mode="r+"); print(a.dtype, a.tolist()); a[0, 0] = 0`, a.memory.path!),
    ).toBe(
      `${dtype} ${dtype === "bool" ? "[[True, False]]" : dtype.startsWith("float") ? "[[1.0, 100.0]]" : "[[1, 100]]"}`,
    );
    expect(Number(a.get(0, 0))).toBe(0);
    const other = freshName();
    python(
      `b = np.lib.format.open_memmap("/dev/shm/" + sys.argv[1], mode="w+", dtype=sys.argv[2], shape=(2, 2), fortran_order=True); b[:] = [[0, 1], [1, 0]]`,
      other,
      dtype,
    );
    using b = NDArray.attach(other, { ...SYSTEM, dtype, ndim: 2 });
    expect([b.shape, (b.toArray() as unknown[][]).map((row) => row.map(Number))]).toEqual([
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ]);
    b.unlink();
  });

  it("in big-endian files are refused with a clear error", () => {
    const name = freshName();
    python(`np.lib.format.open_memmap("/dev/shm/" + sys.argv[1], mode="w+", dtype=">f4", shape=(3,))`, name);
    expect(() => NDArray.attach(name, SYSTEM)).toThrow(/little-endian/);
    SharedMemory.attach(name, SYSTEM).unlink();
  });

  it("uint8_clamped has no .npy type: it is refused, and nothing is created", () => {
    expect(() => arange(3, { dtype: "uint8_clamped", name: freshName(), ...SYSTEM })).toThrow(/uint8_clamped/);
  });
});

describe("Python's resource tracker", () => {
  it("deletes what its process has attached to, before Python 3.13, as the page warns", () => {
    const name = freshName();
    const memory = new SharedMemory(10, { name, ...SYSTEM });
    const { stdout } = spawnSync(
      "python3",
      [
        "-c",
        `import sys\nfrom multiprocessing import shared_memory as s\nm = s.SharedMemory(name=sys.argv[1]); m.close(); print(sys.version_info >= (3, 13))`,
        name,
      ],
      { encoding: "utf8" },
    );
    const isTracked = stdout.trim() === "False";
    if (isTracked) expect(() => memory.unlink()).toThrow(expect.objectContaining({ code: "NAME_NOT_FOUND" }));
    else memory.unlink();
    memory.buf[0] = 1; // it stays usable for those that have it open
    memory[Symbol.dispose](); // silent: the name is gone
  });
});
