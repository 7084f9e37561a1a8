/** README and examples run as they stand, and print what they say. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
function example(path: string, cwd = root) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/example.mjs"), path], {
    cwd,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

it("the README's first example prints what it says", () => {
  const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))![1]!;
  const path = join(folder, "readme-first.ts");
  writeFileSync(path, code);
  expect(example(path)).toEqual({
    status: 0,
    stdout: "[ 999994000009, 999996000004, 999998000001 ]\n249999666666666720\n",
    stderr: "",
  });
  rmSync(folder, { recursive: true });
});

describe("examples, twice in a row, leaving nothing behind", () => {
  const printed: [string, RegExp][] = [
    ["30", /^\[ 2, 4, 6, 8, 10 \]\n$/],
    ["31", /^by hand: .*\npool\.map: .*\ntrue\n$/],
    ["32", /^\[ 'by-hand: 80128 bytes' \]\n\[ 'grid: 928 bytes', 'scratch: 1024 bytes' \]\n\[\]\n$/],
    ["33", /^( +\d+ +[\d.]+ #+.*\n)+$/],
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

const programs = join(root, "../shared/programs");
describe.skipIf(!existsSync(programs))("the design's programs (they lie beside the clone)", () => {
  it("blur.ts", () => {
    const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
    const [width, height] = [1920, 1080];
    const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * 7) % 256));
    writeFileSync(join(folder, "in.rgb"), pixels);
    expect(example(join(programs, "blur.ts"), folder)).toMatchObject({ status: 0, stderr: "" });
    const blurred = readFileSync(join(folder, "out.rgb"));
    expect(blurred.length).toBe(pixels.length);
    for (const [y, x] of [
      [0, 0],
      [1, 1],
      [539, 1000],
      [540, 3],
      [1079, 5759],
    ] as const) {
      let [sum, count] = [0, 0];
      for (const r of [y - 1, y, y + 1])
        for (const c of [x - 3, x, x + 3]) {
          if (r >= 0 && r < height && c >= 0 && c < 3 * width)
            [sum, count] = [sum + pixels[r * 3 * width + c]!, count + 1];
        }
      expect(blurred[y * 3 * width + x]).toBe(Math.trunc(sum / count));
    }
    rmSync(folder, { recursive: true });
  });
  it("mandelbrot.ts", () => {
    const { status, stderr } = example(join(programs, "mandelbrot.ts"));
    expect([status, stderr.endsWith("100 %")]).toEqual([0, true]);
  });
});

describe("the main job", () => {
  const square = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "dist/square.js"), ...args], { encoding: "utf8", timeout: 60_000 });
  it("squares a million and checks every one", () => {
    const { status, stdout, stderr } = square();
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/all 1000000 elements checked[\s\S]*one thread .* ms, the pool .* ms[\s\S]*<- auto/);
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
