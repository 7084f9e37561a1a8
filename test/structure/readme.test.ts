/** README and the other documents: links lead somewhere, figures are those of the results, groups are the barrel's. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { documents, root, text } from "./source.js";

/** A row of a benchmark's results: nanoseconds, or microseconds. */
interface Row {
  work: string;
  against: string;
  ns?: number;
  theirNs?: number;
  us?: number;
  theirsUs?: number;
}

const read = (path: string) => readFileSync(join(root, path), "utf8");
const withoutCode = (markdown: string) => markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
/** The anchors that GitHub gives to a document's headings. */
const anchorsOf = (path: string) =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

it.each(documents)("every link of %s leads to a file or a heading", (path) => {
  const links = [...withoutCode(read(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  const dead = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file, anchor] = link.split("#") as [string, string?];
    const target = file === "" ? path : normalize(join(dirname(path), file));
    return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(dead).toEqual([]);
});

describe("docs/performance.md", () => {
  it("has the times of the Game of Life as they were measured", () => {
    const timesOf = (major: number) => {
      const { rows } = JSON.parse(read(`bench/results/life-node${major}.json`)) as {
        rows: { way: string; us: number }[];
      };
      return rows.map(({ us }) => us.toLocaleString("en-US")).slice(0, 5);
    };
    const [newer, older] = [timesOf(24), timesOf(20)];
    const table = [...read("docs/performance.md").matchAll(/^\| [^|]+ \| +([\d,]+) +\| +([\d,]+) +\|$/gm)];
    expect(table.map(([, a, b]) => [a, b])).toEqual(newer.map((us, i) => [us, older[i]]));
  });
  it("has the ratios of the programs as they were measured", () => {
    const ratiosOf = (major: number) => {
      const { rows } = JSON.parse(read(`bench/results/programs-node${major}.json`)) as {
        rows: { program: string; ratio: number }[];
      };
      return rows.map(({ program, ratio }) => [program, ratio.toFixed(1)] as const);
    };
    const table = [...read("docs/performance.md").matchAll(/^\| (.+?) +\| +(\d+\.\d) +\| +(\d+\.\d) +\|$/gm)];
    const older = new Map(ratiosOf(20));
    expect(table.map(([, program, a, b]) => [program, a, b])).toEqual(
      ratiosOf(24).map(([program, ratio]) => [program, ratio, older.get(program)]),
    );
  });
});

describe("README.md", () => {
  const readme = read("README.md");

  it("wraps its prose at 120 columns", () => {
    const prose = readme.replace(/^```[\s\S]*?^```/gm, "").split("\n");
    expect(prose.filter((line) => !line.startsWith("|") && [...line].length > 120)).toEqual([]);
  });

  it("has the groups of the barrel, in its order", () => {
    const reference = /^## Reference\n([\s\S]*?)^## /m.exec(readme)![1]!;
    const headings = [...reference.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    const groups = [...text("index.ts").matchAll(/^\/\/ (.+)$/gm)].map(([, group]) => group);
    expect(headings).toEqual([...groups, "The command line"]);
  });

  it("quotes figures as they were measured", () => {
    const rows = [...readme.matchAll(/^\| (.+?) +\| ([\d,]+) +\| ([\d,]+), (.+?) +\| `(bench\/results\/.+?)` +\|$/gm)];
    const works: Record<string, [work: string, against: RegExp]> = {
      "square a million float64, in place, warm, NumPy on one thread": ["square 1M in place, mapSync", /^NumPy square/],
      "increment a value under its lock, Python": ["Value int32: updateSync(x => x + 1)", /get_lock/],
      "a number through a queue, Python": ["Queue: number", /^Python's Queue$/],
      "a number through a queue, a `MessagePort`": ["Queue: number", /^MessagePort$/],
    };
    const quoted = rows.map(([, what, ours, theirs, whose, file]) => {
      const [work, against] = works[`${what}, ${whose}`]!;
      const results = JSON.parse(read(file!)).rows as Row[];
      const row = results.find((one) => one.work === work && against.test(one.against))!;
      const measured = [row.ns ?? 1000 * row.us!, row.theirNs ?? 1000 * row.theirsUs!];
      expect(
        [ours, theirs].map((ns) => Number(ns!.replace(",", ""))),
        what,
      ).toEqual(measured.map((ns) => Math.round(ns)));
      return `${what}, ${whose}`;
    });
    expect(quoted.sort()).toEqual(Object.keys(works).sort());
  });
});
