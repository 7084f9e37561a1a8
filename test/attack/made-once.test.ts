/** A block of system scope is made by one request, and is that request's alone, no matter who dies or who else asks. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { freshName, leftovers, NOTES_GO_LATER, runOther } from "../system/fixtures.js";

afterEach(() => expect.poll(leftovers, NOTES_GO_LATER).toEqual([]));

/** Words of the tree (`memory/keeper/layout.ts`). */
const [PUBLISHING, KEEPER] = [6, 9];
/**
 * Ends the first keeper of a process when a block has that name, and before it can answer. `then` runs in its successor,
 * after that has taken over and before it serves.
 */
const firstKeeperDies = (name: string, then = ""): NodeJS.ProcessEnv => {
  const preload = `
    import { isMainThread } from "node:worker_threads";
    import * as fs from "node:fs";
    const path = ${JSON.stringify(`/dev/shm/${name}`)};
    const { store } = Atomics;
    if (!isMainThread) Atomics.store = (words, i, value) => {
      const stored = store(words, i, value);
      const keeper = words.length > 1000 ? words[0] >>> 2 : 0;
      if (keeper === 1 && i === ${PUBLISHING} && value === 0 && fs.existsSync(path)) process.exit(0);
      if (keeper === 2 && i === ${KEEPER}) { ${then} }
      return stored;
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` };
};
/** Makes the block, prints what came of it, and waits until the process has no file. */
const makes = (name: string, before: string) => `
  const { readdirSync } = await import("node:fs");
  const mine = () => readdirSync("/dev/shm").filter((file) => file.includes("." + process.pid + "."));
  process.on("warning", ({ code }) => console.log(code));
  ${before}
  try {
    const made = nd.full([4], 5, { name: ${JSON.stringify(name)}, ...SYSTEM });
    const found = NDArray.attach(made.name, SYSTEM);
    console.log(made.get(3), found.get(3), SharedMemory.list(SYSTEM).some(({ name }) => name === made.name));
    found.close();
    made[Symbol.dispose]();
  } catch (e) {
    console.log(e.name);
  }
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20)); // in which a warning arrives, too
  await pause();
  for (let k = 0; k < 500 && mine().length > 0; k++) await pause();
  console.log(mine().length);
  process.exit();`;
const WARM = "new SharedMemory(8, SYSTEM)[Symbol.dispose]();";

describe("a keeper that dies when a block has its name", () => {
  it.each([
    ["the first block of its process", ""],
    ["another block", WARM],
  ])("%s is the maker's", (_, before) => {
    const name = freshName();
    const { stdout } = runOther(makes(name, before), [process.execPath], firstKeeperDies(name));
    expect(stdout.split("\n")).toEqual(["5 5 true", "SHARED_NDARRAY_KEEPER_DIED", "0"]);
  });

  it("if the name has gone to another file meanwhile, it is taken, and that file is left alone", () => {
    const name = freshName();
    const theft = 'fs.unlinkSync(path); fs.writeFileSync(path, "another", { mode: 0o600 });';
    const { stdout } = runOther(makes(name, WARM), [process.execPath], firstKeeperDies(name, theft));
    expect(stdout.split("\n")).toEqual(["NameTakenError", "SHARED_NDARRAY_KEEPER_DIED", "0"]);
    expect(readFileSync(`/dev/shm/${name}`, "utf8")).toBe("another");
    unlinkSync(`/dev/shm/${name}`);
  });
});

it("two copies of the package in one thread do not take each other's blocks for their own", () => {
  const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
  try {
    const root = new URL("../../", import.meta.url).pathname;
    cpSync(join(root, "dist"), join(folder, "dist"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const name = freshName();
    const { stdout } = runOther(`
      const copy = await import(${JSON.stringify(pathToFileURL(join(folder, "dist/index.js")).href)});
      const mine = new SharedMemory(64, { name: ${JSON.stringify(name)}, ...SYSTEM });
      const outcomes = [];
      for (let k = 0; k < 3; k++) {
        try {
          outcomes.push(new copy.SharedMemory(128, { name: mine.name, ...SYSTEM }).size);
        } catch (e) {
          outcomes.push(e.name);
        }
      }
      console.log(outcomes.join(), copy.SharedMemory.attach(mine.name, SYSTEM).size);`);
    expect(stdout).toBe("NameTakenError,NameTakenError,NameTakenError 64");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
