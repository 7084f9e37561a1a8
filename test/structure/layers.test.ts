/** The folders of src/ are layers: imports go down only, and no group of files imports itself, not even for types. */
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { cycles, importsOf } from "./modules.js";
import { files } from "./source.js";

/** From the lowest to the highest. A folder imports from itself and from the folders before it. */
const LAYERS = [
  "base",
  "platform",
  "wire",
  "system",
  "memory/blocks",
  "memory/words",
  "memory/keeper",
  "memory/machine",
  "memory/names",
  "memory",
  "things",
  "sync",
  "values",
  "channels",
  "managers",
  "printing",
  "ndarray",
  "manipulation",
  "records",
  "ir",
  "math",
  "compile",
  "loops",
  "calls",
  "calls/kinds",
  "calls/executors",
  "functions",
  "linalg",
  "fft",
  "random",
  "statistics",
  "sets",
  "parallel/team",
  "parallel/processes",
  "parallel",
  "files",
  "processes",
  "entries",
  "cli",
];
const layer = (file: string) => LAYERS.indexOf(dirname(file));
const modules = files.filter((file) => file !== "index.ts");

describe("layers", () => {
  it("every folder has its place", () => {
    const folders = new Set(modules.map((file) => dirname(file)));
    expect([...folders].filter((folder) => !LAYERS.includes(folder))).toEqual([]);
  });

  it("a file imports only from its own folder and from lower ones", () => {
    const wrong = modules
      .filter((file) => layer(file) < LAYERS.indexOf("cli"))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ to }) => layer(to) > layer(file))
          .map(({ to }) => `${file} imports ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  it("only the commands use the barrel", () => {
    const users = modules.filter((file) => importsOf(file).some(({ to }) => to === "index.ts"));
    expect(users.filter((file) => dirname(file) !== "cli")).toEqual([]);
  });
});

describe("cycles", () => {
  const targets = (file: string, wanted: (isValue: boolean) => boolean) =>
    importsOf(file)
      .filter(({ to, isValue }) => files.includes(to) && wanted(isValue))
      .map(({ to }) => to);

  it("none of values", () => {
    expect(cycles(files, (file) => targets(file, (isValue) => isValue))).toEqual([]);
  });
  it("none of types either", () => {
    expect(cycles(files, (file) => targets(file, () => true))).toEqual([]);
  });
  it("would be found (a graph with two)", () => {
    const graph: Record<string, string[]> = { a: ["b"], b: ["c", "e"], c: ["a"], d: ["d", "e"], e: ["f"], f: ["e"] };
    expect(cycles(Object.keys(graph), (file) => graph[file]!)).toEqual([
      ["e", "f"],
      ["a", "b", "c"],
    ]);
  });
});
