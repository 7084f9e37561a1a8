/** The rows of docs/exercises.md: those with code give what they say, here and in NumPy, and the counts are right. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";

const text = readFileSync(new URL("../../docs/exercises.md", import.meta.url), "utf8");
const rows = [...text.matchAll(/^\| (\d+) .*\|$/gm)].map(([line]) => {
  const [number, subject, theirs, ours, gives, verdict] = line.split("|").slice(1, -1);
  const code = (cell: string) => cell.trim().slice(1, -1);
  return {
    number: Number(number),
    subject: subject!.trim(),
    theirs: code(theirs!),
    ours: code(ours!),
    gives: code(gives!),
    verdict: verdict!.trim(),
  };
});
const executed = rows.filter(({ ours }) => ours !== "");
const plain = (printed: string) =>
  printed
    .replace(/\s+/g, " ")
    .replace(/\[ /g, "[")
    .replace(/^(-?\d+)\.0$/, "$1") // a single number, which JavaScript prints without a point
    .trim();

describe("docs/exercises.md", () => {
  it("has a row for each of the hundred, whose verdict fits its code", () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    const wrong = rows.filter(({ theirs, ours, gives, verdict }) => {
      const filled = [theirs, ours, gives].filter((cell) => cell !== "").length;
      if (verdict.startsWith("direct")) return filled !== 3 || !/^direct(, other data)?$/.test(verdict);
      if (verdict.startsWith("awkward: ")) return filled !== 3 && filled !== 0;
      return filled !== 0 || !/^not yet: ./.test(verdict);
    });
    expect(wrong).toEqual([]);
  });

  it("counts them", () => {
    const count = (verdict: string) => rows.filter((row) => row.verdict.startsWith(verdict)).length;
    expect(text).toContain(
      `Of 100: ${count("direct")} direct (${count("direct, other data")} of them with other data), ` +
        `${count("awkward")} awkward, ${count("not yet")} not yet.`,
    );
  });

  it.each(executed.map((row) => [row.number, row.subject, row] as const))("%i %s", (_number, _subject, row) => {
    const { arange, array, divide, printOptions } = nd;
    const r = divide(array([7, 3, 10, 6, 2, 9, 5, 1, 8, 4]), 10);
    const scope = { ...nd, nd, z: arange(10), m: arange(25).reshape(5, 5), r, q: r.reshape(5, 2) };
    const statements = row.ours.split("; ");
    const body = `var n, t, u, w, x, y, a, b; ${statements.slice(0, -1).join(";\n")};\nreturn ${statements.at(-1)}`;
    const value = new Function(...Object.keys(scope), body)(...Object.values(scope));
    const printed = printOptions({ precision: 4, suppress: true }, () =>
      Array.isArray(value) ? JSON.stringify(value).replaceAll(",", ", ") : String(value),
    );
    expect(plain(printed.replace(/^(true|false)$/, (word) => (word === "true" ? "True" : "False")))).toBe(row.gives);
  });

  const python = spawnSync("python3", ["-c", "import numpy"]).status === 0;
  it.skipIf(!python)("NumPy gives the same (needs python3 with NumPy)", () => {
    const program = executed.map(({ theirs }) => {
      const operands =
        "z = np.arange(10.0); m = np.arange(25.0).reshape(5, 5); " +
        "r = np.array([7, 3, 10, 6, 2, 9, 5, 1, 8, 4]) / 10; q = r.reshape(5, 2)";
      const statements = theirs.split("; ");
      return [operands, ...statements.slice(0, -1), `print(repr(str(${statements.at(-1)})))`].join("; ");
    });
    const setup = "import numpy as np\nnp.set_printoptions(precision=4, suppress=True)\nnp.seterr(all='ignore')\n";
    const { stdout, stderr } = spawnSync("python3", ["-c", setup + program.join("\n")], { encoding: "utf8" });
    expect(stderr).toBe("");
    const printed = stdout
      .trim()
      .split("\n")
      .map((line) => plain(line.slice(1, -1).replaceAll("\\n", " ")));
    expect(printed).toEqual(executed.map(({ gives }) => gives));
  });
});
