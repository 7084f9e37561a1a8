/** docs/python.md, section by section, with this machine's Python; what its resource tracker does. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SharedMemory } from "shared-ndarray";
import { afterEach, describe, expect, it } from "vitest";
import { DIST, freshName, hasNumPy, leftovers, NOTES_GO_LATER, SYSTEM } from "./fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));
const root = new URL("../../", import.meta.url).pathname;
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
/** Parts share one scope: declarations become properties of the global object. */
const NODE_PARTS = `
import { createInterface } from "node:readline";
Object.assign(globalThis, await import(${JSON.stringify(DIST)}));
for await (const line of createInterface({ input: process.stdin })) {
  (0, eval)(JSON.parse(line));
  console.log("ran");
}`;
const asPart = (code: string) => code.replace(/^import .*$/gm, "").replace(/^const /gm, "var ");

describe.skipIf(!hasNumPy)("docs/python.md (needs python3 with NumPy)", () => {
  const text = readFileSync(join(root, "docs/python.md"), "utf8");
  const sections = text
    .split(/^## /m)
    .slice(1)
    .filter((section) => section.includes("```text"));
  it("has sections in both directions", () => expect(sections.length).toBe(4));
  it.each(sections.map((section) => [section.split("\n")[0]!, section] as const))("%s", async (_, section) => {
    const blocks = [...section.matchAll(/```(js|py|text)\n([\s\S]*?)```/g)].map(([, language, code]) => ({
      language,
      code: code!,
    }));
    const printed: string[] = [];
    const node = new Parts(process.execPath, ["--input-type=module", "-e", NODE_PARTS], printed);
    const py = new Parts("python3", ["-c", PYTHON_PARTS], printed);
    let expected = "";
    for (const { language, code } of blocks) {
      if (language === "js") await node.run(asPart(code));
      else if (language === "py") await py.run(code);
      else expected = code;
    }
    expect([await py.end(), await node.end()]).toEqual([0, 0]);
    expect(`${printed.join("\n")}\n`).toBe(expected);
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
