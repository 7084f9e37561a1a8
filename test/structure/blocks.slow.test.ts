/**
 * The code blocks of README and docs. JavaScript runs on this Node as it stands, and prints what the document says;
 * TypeScript compiles and then does the same.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { example } from "../fixtures/example.js";
import { UserFolder } from "../fixtures/user-folder.js";
import { documents, root } from "./source.js";

interface Block {
  readonly place: string;
  readonly language: string;
  readonly code: string;
  /** What the document says that it prints: the `text` block after it, or the comments after `console.log`. */
  readonly printed: string;
}

function blocksOf(path: string): Block[] {
  const markdown = readFileSync(join(root, path), "utf8");
  const fences = [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return fences.map(({ 1: language, 2: code, index }, i) => {
    const next = fences[i + 1];
    const comments = [...code!.matchAll(/console\.log\(.*\); \/\/ +(.+)$/gm)].map(([, comment]) => `${comment}\n`);
    return {
      place: `${path}:${markdown.slice(0, index).split("\n").length}`,
      language: language!,
      code: code!,
      printed: next?.[1] === "text" ? next[2]! : comments.join(""),
    };
  });
}
const all = documents.flatMap(blocksOf);
/** The sections of docs/python.md are programs of two languages, which test/system/python.test.ts runs. */
const alone = all.filter(({ place }) => !place.startsWith("docs/python.md"));
const of = (language: string) => alone.filter((block) => block.language === language).map((b) => [b.place, b] as const);

let folder: UserFolder;
beforeAll(() => {
  folder = new UserFolder();
});
afterAll(() => folder[Symbol.dispose]());
const save = ({ place, code }: Block, extension: string) =>
  folder.write(`${place.replace(/\W/g, "-")}.${extension}`, code);

it("every block of a user's document says its language, and README begins with JavaScript", () => {
  const unknown = all.filter(({ language }) => !["js", "ts", "sh", "py", "text"].includes(language));
  expect(unknown.map(({ place }) => place).filter((place) => !place.startsWith("src/"))).toEqual([]);
  const readme = all.filter(({ place, language }) => place.startsWith("README.md") && language.endsWith("s"));
  expect(readme[0]!.language).toBe("js");
});

describe("JavaScript, as it stands", () => {
  it.each(of("js"))("%s", (_, block) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [save(block, "mjs")], { encoding: "utf8" });
    // What a program shows of its progress depends on the time it takes.
    expect([status, stdout, stderr.replace(/^(\r\d+ of \d+ chunks )+$/, "")]).toEqual([0, block.printed, ""]);
    expect(stdout).not.toBe("");
  });
});

describe("TypeScript", () => {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  const blocks = of("ts");

  it("has the types that it needs", () => {
    const paths = blocks.map(([, block]) => save(block, "mts"));
    const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(paths, options));
    expect(ts.formatDiagnostics(diagnostics, ts.createCompilerHost(options))).toBe("");
    expect(paths).not.toEqual([]);
  });

  it.each(blocks)("%s, compiled", (_, block) => {
    expect(example(save(block, "ts"))).toEqual({ status: 0, stdout: block.printed, stderr: "" });
    expect(block.printed).not.toBe("");
  });
});

it("the guide's loop on chunks stops on Ctrl-C", async () => {
  const loop = all.find(({ place, code }) => place.startsWith("docs/guide.md") && code.includes("SIGINT"))!;
  const child = spawn(process.execPath, [save(loop, "mjs"), "20000000"]);
  const printed = text(child.stdout);
  await once(child.stderr, "data"); // the call has begun, and shows its progress
  child.kill("SIGINT");
  const [status] = await once(child, "exit");
  const [, written] = /^stopped after (\d+) numbers\n$/.exec(await printed)!;
  expect([status, Number(written) % 10_000]).toEqual([0, 0]); // it ended at the end of a chunk
  expect(Number(written)).toBeLessThan(20_000_000);
});
