/** The programs of docs/examples/numpy: TypeScript and Python print the same text, and the README lists all of them. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { example } from "../fixtures/example.js";

const folder = fileURLToPath(new URL("../../docs/examples/numpy", import.meta.url));
const named = (ending: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const names = named(".ts");
/** What each program has printed here: it runs once for all tests. */
const printed = new Map<string, ReturnType<typeof example>>();
const ours = (name: string) => {
  const found = printed.get(name) ?? example(join(folder, `${name}.ts`));
  printed.set(name, found);
  return found;
};
const python = spawnSync("python3", ["-c", "import numpy"]).status === 0;

describe("docs/examples/numpy", () => {
  it("has twelve programs, each in both languages", () => {
    expect(names.length).toBe(12);
    expect(named(".py")).toEqual(names);
  });

  it("its README has a row for each, with the number of lines", () => {
    const rows = [...read("README.md").matchAll(/\[ts\]\((.+)\.ts\), \[py\]\((.+)\.py\) +\| (\d+) \/ (\d+) \|/g)];
    const lines = (file: string) => String(read(file).trimEnd().split("\n").length);
    const expected = names.map((name) => [name, name, lines(`${name}.ts`), lines(`${name}.py`)]);
    expect(rows.map((row) => row.slice(1)).sort()).toEqual(expected);
  });

  it.each(names)("%s runs, and leaves nothing to report", (name) => {
    const { status, stdout, stderr } = ours(name);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n").length).toBeGreaterThan(2);
  });

  it.skipIf(!python).each(names)("%s prints what NumPy prints (needs python3 with NumPy)", (name) => {
    const theirs = spawnSync("python3", [join(folder, `${name}.py`)], { encoding: "utf8" });
    expect([theirs.status, theirs.stderr]).toEqual([0, ""]);
    expect(ours(name).stdout).toBe(theirs.stdout);
  });
});
