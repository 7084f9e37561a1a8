/** How the code reads: lengths of files and lines, a README in each folder, the form of doc comments, plain English. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { prose } from "./modules.js";
import { code, documents, files, root, text } from "./source.js";

const MAX_LINES = 400;
const MAX_COLUMNS = 120;
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("files of src/", () => {
  it("say in their first line what they are for", () => {
    expect(files.filter((file) => !/^(#!.*\n)?\/\*\*/.test(text(file)))).toEqual([]);
  });

  it("have no `any` and no suppressed types", () => {
    // Functions of any parameters have one place.
    const pattern = /(?<!\.\.\.args): any\b|as any\b|@ts-(ignore|expect-error)/;
    expect(files.filter((file) => pattern.test(code(file)))).toEqual([]);
  });

  it(`have at most ${MAX_LINES} lines, but for the list of public names`, () => {
    const lengths = files
      .filter((file) => file !== "index.ts")
      .map((file) => [file, text(file).trimEnd().split("\n").length] as const);
    expect(lengths.filter(([, lines]) => lines > MAX_LINES)).toEqual([]);
  });

  it(`have lines of at most ${MAX_COLUMNS} characters, comments too`, () => {
    const long = files.flatMap((file) =>
      text(file)
        .split("\n")
        .map((line, i) => [`${file}:${i + 1}`, [...line].length] as const)
        .filter(([, columns]) => columns > MAX_COLUMNS),
    );
    expect(long.map(([place, columns]) => `${place} has ${columns}`)).toEqual([]);
  });
});

describe("folders of src/", () => {
  it("have a README; an inner folder may be described in the one above instead", () => {
    const folders = new Set(files.map((file) => dirname(file)).filter((folder) => folder !== "."));
    for (const folder of [...folders]) if (folder.includes("/")) folders.add(dirname(folder));
    const isDescribed = (folder: string) => {
      if (existsSync(join(root, "src", folder, "README.md"))) return true;
      const above = join("src", dirname(folder), "README.md");
      const isInner = folder.includes("/");
      return isInner && existsSync(join(root, above)) && read(above).includes(`${basename(folder)}/`);
    };
    expect([...folders].filter((folder) => !isDescribed(folder)).sort()).toEqual([]);
  });
});

/** docs/conformance.md quotes the titles of tests, in the second column of its tables. */
const withoutTitles = (path: string) =>
  path === "docs/conformance.md" ? read(path).replace(/^(\| .+? +\| ).+?( +\| .+ \|)$/gm, "$1$2") : read(path);

describe("doc comments", () => {
  it("have each `@throws` on a line of its own: `@throws {ShapeError} If …`", () => {
    const wrong = files.flatMap((file) =>
      text(file)
        .split("\n")
        .map((line, i) => ({ place: `${file}:${i + 1}`, line }))
        .filter(({ line }) => line.includes("@throws"))
        .filter(({ line }) => !/^\s*(\/\*)?\* @throws \{\w+\} [A-Z`][^@]*$/.test(line)),
    );
    expect(wrong.map(({ place, line }) => `${place} ${line.trim()}`)).toEqual([]);
  });
});

describe("plain English", () => {
  /** Words and phrases that make a native reader stop; on the right, what to write instead. */
  const STRANGE: Record<string, string> = {
    "whoever|whomever|whosoever": "the thread that, the caller, anybody who",
    whatever: "anything, any, even if",
    "(?:tells?|telling)(?! (?:\\w+ ){0,3}apart)": "report, say, show",
    "(?:is|are|was|were|be|been) told": "learns, is notified",
    "dear|dearer|dearest": "expensive",
    "in vain": "without success, if nothing is found",
    "for ever": "forever",
    "(?:leave|leaves|leaving|left) word": "records, leaves a note",
    beside: "next to, besides, along with",
    "lie|lies|lying": "is stored, is in, are",
    "as good as": "almost, equivalent to",
    "of course": "(leave it out)",
    hence: "so",
    thus: "so",
    "several of whose": "whose elements share memory",
    "to whom": "the receiver",
    "what there is": "(name it)",
  };
  const texts: (readonly [path: string, text: string])[] = [
    ...files.map((file) => [join("src", file), prose(file)] as const),
    ...documents.map((path) => [path, withoutTitles(path)] as const),
  ];
  /** A phrase may be broken over two lines of a comment. */
  const patterns = Object.entries(STRANGE).map(
    ([phrase, instead]) => [new RegExp(`\\b(?:${phrase.replaceAll(" ", "[\\s*/]+")})\\b`, "gi"), instead] as const,
  );

  it("in sources and documents", () => {
    const found = texts.flatMap(([path, whole]) =>
      patterns.flatMap(([pattern, instead]) =>
        [...whole.matchAll(pattern)].map(({ 0: phrase, index }) => {
          const line = whole.slice(0, index).split("\n").length;
          return `${path}:${line} "${phrase.replace(/[\s*/]+/g, " ")}": write ${instead}`;
        }),
      ),
    );
    expect(found).toEqual([]);
  });
});
