/** docs/support.md is up to date, and what it says holds: each example runs, and gives what NumPy gives. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { ARRAY_API } from "../../scripts/support/array-api.mjs";
import { documentOf } from "../../scripts/support/document.mjs";
import { CALLED, CONSTANTS_HERE, DTYPES_HERE, REFUSED } from "../../scripts/support/numpy.mjs";
import { LACKING } from "../../scripts/support/numpy-lacking.mjs";
import { CONSTANTS, DTYPES, FUNCTIONS, MODULES } from "../../scripts/support/numpy-names.mjs";
import { numpyProgram, resultOf } from "../../scripts/support/operands.mjs";
import {
  arrayApi,
  countsOf,
  EXAMPLES,
  type Example,
  LACKING_EXAMPLES,
  NUMPY_EXAMPLES,
  numpy,
} from "../../scripts/support/verdicts.mjs";
import { root } from "./source.js";

const python = (program: string) => spawnSync("python3", ["-c", program], { encoding: "utf8" });
const version = python("import numpy; print(numpy.__version__)").stdout.trim();
/** Names without an example: they need a file, change how all else is printed, or show what the machine is. */
const FILES = [
  ...["fromfile", "genfromtxt", "load", "loadtxt", "memmap", "save", "savetxt", "savez", "savez_compressed"],
];
const SETTINGS = ["printoptions", "set_printoptions", "show_config"];
const duplicates = (names: readonly string[]) => names.filter((name, i) => names.indexOf(name) !== i);
const expectAsInNumpy = (examples: readonly Example[]) => {
  const { stdout, stderr } = python(numpyProgram(examples.map((one) => one.standard)));
  expect(stderr).toBe("");
  const given = stdout.trim().split("\n");
  expect(examples.map(({ name }, i) => [name, given[i]])).toEqual(examples.map(({ name, gives }) => [name, gives]));
};

it("docs/support.md is what `npm run support` writes", () => {
  expect(readFileSync(join(root, "docs/support.md"), "utf8")).toBe(documentOf(nd));
});

describe("the array API", () => {
  const names = Object.values(ARRAY_API).flat();
  const judged = arrayApi(nd).flatMap((group) => group.names);

  it("has its 174 names, each once", () => {
    expect(names.length).toBe(174);
    expect(duplicates(names)).toEqual([]);
    expect([...EXAMPLES, ...LACKING_EXAMPLES].map(({ name }) => name).filter((name) => !names.includes(name))).toEqual(
      [],
    );
  });

  it.each(EXAMPLES.map((one) => [one.here, one.gives]))("%s", (here, gives) => {
    expect(resultOf(nd, here!)).toBe(gives);
  });

  it("has no fewer names than before", () => {
    const { yes, partly } = countsOf(judged);
    expect(yes).toBeGreaterThanOrEqual(104);
    expect(yes + partly).toBeGreaterThanOrEqual(130);
  });

  it("does not count a name whose example fails, or one without an example", () => {
    const verdictOf = (name: string, api: object) =>
      arrayApi(api)
        .flatMap((group) => group.names)
        .find((one) => one.name === name)!.verdict;
    expect(verdictOf("sin", nd)).toBe("yes");
    expect(verdictOf("sin", { ...nd, sin: nd.cos })).toBe("no");
    expect(verdictOf("sin", { ...nd, sin: undefined })).toBe("no");
    expect(verdictOf("isin", { ...nd, isin: () => true })).toBe("no");
  });

  it.skipIf(version === "")("NumPy gives the same (needs python3 with NumPy)", () => {
    expectAsInNumpy([...EXAMPLES, ...LACKING_EXAMPLES]);
  });
});

describe("NumPy's main namespace", () => {
  const all = [FUNCTIONS, DTYPES, CONSTANTS, MODULES].flat();

  it.skipIf(version !== "2.4.6")("is that of NumPy (needs python3 with NumPy 2.4.6)", () => {
    const { stdout } = python("import numpy; print(*(name for name in dir(numpy) if not name.startswith('_')))");
    expect([...all].sort()).toEqual(stdout.trim().split(" ").sort());
  });

  it.each(NUMPY_EXAMPLES.map((one) => [one.name, one.here, one.gives]))("%s: %s", (_, here, gives) => {
    expect(resultOf(nd, here!)).toBe(gives);
  });

  it.skipIf(version === "")("NumPy gives the same (needs python3 with NumPy)", () => expectAsInNumpy(NUMPY_EXAMPLES));

  it("has an example for each name that counts", () => {
    const rows = [...readFileSync(join(root, "docs/coming-from-numpy.md"), "utf8").matchAll(/^\| `(.+?)` +\| `/gm)];
    const theirs = rows.map(([, call]) => call).join("\n");
    const standard = EXAMPLES.map((one) => one.standard).join("\n");
    const isShown = (name: string) =>
      NUMPY_EXAMPLES.some((one) => one.name === name) ||
      new RegExp(`\\bnp\\.${name}\\b`).test(theirs) ||
      new RegExp(`\\b${name}\\(`).test(standard);
    const unshown = numpy(nd).filter(({ name, verdict }) => verdict !== "no" && !isShown(name));
    const without = [...FILES, ...SETTINGS];
    expect(unshown.map(({ name }) => name).filter((name) => !without.includes(name))).toEqual([]);
  });

  it("has one verdict for each name", () => {
    expect(numpy(nd).map(({ name }) => name)).toEqual(FUNCTIONS);
    expect(Object.values(DTYPES_HERE).flat().sort()).toEqual([...DTYPES].sort());
    expect(Object.values(CONSTANTS_HERE).flat().sort()).toEqual([...CONSTANTS].sort());
  });

  it("has no entry for a name that NumPy does not have, and one reason for each", () => {
    const known = [...Object.keys(CALLED), ...LACKING.map(([name]) => name!), ...Object.values(REFUSED).flat()];
    expect(known.filter((name) => !FUNCTIONS.includes(name))).toEqual([]);
    expect(duplicates(Object.values(REFUSED).flat())).toEqual([]);
  });

  it("says that something is lacking only of what is here", () => {
    const here = numpy(nd).filter(({ verdict }) => verdict !== "no");
    const absent = LACKING.map(([name]) => name!).filter((name) => !here.some((one) => one.name === name));
    expect(absent).toEqual([]);
  });

  it("knows the dtypes by our names", () => {
    const dtypes = Object.keys(DTYPES_HERE).filter((here) => here.startsWith('`"'));
    for (const dtype of dtypes) expect(resultOf(nd, `zeros(1, { dtype: ${dtype.slice(1, -1)} }).size`)).toBe("1");
  });
});
