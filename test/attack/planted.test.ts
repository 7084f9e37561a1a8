/**
 * Files that somebody plants in `/dev/shm` where the package is about to make its own: links to files of the victim,
 * FIFOs, plain files, folders. They cost a retry: no call fails or hangs, and no file is overwritten.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SharedMemory } from "shared-ndarray";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshName, leftovers, Other, SYSTEM } from "../system/fixtures.js";

const isRoot = process.geteuid!() === 0;
const NOBODY = 65534;
const pathOf = (name: string) => `/dev/shm/${name}`;

const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
const precious = join(folder, "precious");
beforeAll(() => writeFileSync(precious, "precious"));
afterAll(() => {
  expect(readFileSync(precious, "utf8")).toBe("precious");
  rmSync(folder, { recursive: true });
});

const PLANTS: readonly [kind: string, plant: (path: string) => void][] = [
  ["a link to a file of the victim", (path) => symlinkSync(precious, path)],
  ["a FIFO", (path) => void spawnSync("mkfifo", [path])],
  ["a plain file", (path) => writeFileSync(path, "planted")],
  ["a folder", (path) => mkdirSync(path)],
];

/** A process that owns a block, and makes and unlinks 200 more when it is told to. */
async function victim(): Promise<Other & { readonly block: string; readonly work: () => Promise<unknown> }> {
  const block = freshName();
  const other = new Other(`
    const kept = [new SharedMemory(8, { name: "${block}", ...SYSTEM })];
    process.on("message", () => {
      try {
        for (let i = 0; i < 200; i++) {
          kept.push(new SharedMemory(8, { name: "${block}-" + i, ...SYSTEM }));
          if (i % 4 > 0) kept.pop().unlink();
        }
        for (const memory of kept.splice(1)) { memory.unlink(); memory.close(); }
        say("well");
      } catch (e) {
        say(String(e.stack));
      }
    });
    say(process.pid);
  `);
  await other.heard();
  const work = () => {
    other.child.send("go");
    return other.heard();
  };
  return Object.assign(other, { block, work });
}
const filesOf = ({ child }: Other) =>
  readdirSync("/dev/shm").filter((name) => /^\.shared-ndarray\.\w+\.(\d+)\./.exec(name)?.[1] === String(child.pid));

/** All names that could be derived from those that are there: every kind, owners, threads, and numbers. */
function derived(names: readonly string[], pid: number): Set<string> {
  const kinds = ["owner", "notes", "alive", "draft", "gone"];
  const rests = names.map((name) => name.replace(/^\.shared-ndarray\.\w+\./, ""));
  const tids = readdirSync(`/proc/${pid}/task`);
  const numbered = rests.flatMap((rest) => {
    const tags = [3, 4].map((parts) => rest.split(".").slice(0, parts).join("."));
    return tags.flatMap((tag) => tids.flatMap((tid) => Array.from({ length: 300 }, (_, i) => `${tag}.${tid}.${i}`)));
  });
  const all = kinds.flatMap((kind) => [...rests, ...numbered].map((rest) => `.shared-ndarray.${kind}.${rest}`));
  return new Set(all.filter((name) => !names.includes(name)));
}

describe.skipIf(!isRoot)("Planted by another user (needs root)", () => {
  it.each(PLANTS)("%s at every name that can be derived", async (_, plant) => {
    await using other = await victim();
    const planted = [...derived(filesOf(other), other.child.pid!)];
    try {
      // One FIFO is made with a program, which takes too long for thousands.
      const few = plant === PLANTS[1]![1] ? planted.filter((name) => !/\.\d+\.\d{1,3}$/.test(name)) : planted;
      for (const name of few) {
        plant(pathOf(name));
        lchownSync(pathOf(name), NOBODY, NOBODY);
      }
      expect(await other.work()).toBe("well");
      const left = new Set(planted);
      expect(filesOf(other).filter((name) => !left.has(name))).toHaveLength(2); // the life sign, and the owner file
    } finally {
      for (const name of planted) rmSync(pathOf(name), { force: true, recursive: true });
    }
  });
});

describe("In the place of the owner file", () => {
  it.each([...PLANTS, ["nothing", () => {}] as const])("%s: the next block is made, and noted", async (_, plant) => {
    await using other = await victim();
    const path = pathOf(filesOf(other).find((name) => name.includes(".owner."))!);
    unlinkSync(path);
    plant(path);
    expect(await other.work()).toBe("well");
    expect(SharedMemory.list(SYSTEM).map(({ name }) => name)).toContain(other.block);
    rmSync(path, { force: true, recursive: true });
    await other.kill();
    SharedMemory.prune();
    expect(existsSync(pathOf(other.block))).toBe(false);
  });
});

describe("Names of blocks that something else has", () => {
  it.each(PLANTS)("%s: the name is taken, and attaching to it fails", (_, plant) => {
    const name = freshName();
    plant(pathOf(name));
    try {
      expect(() => new SharedMemory(8, { name, ...SYSTEM })).toThrow(expect.objectContaining({ code: "NAME_TAKEN" }));
      const ino = lstatSync(pathOf(name)).ino;
      if (plant !== PLANTS[2]![1]) {
        expect(() => SharedMemory.attach(name, SYSTEM)).toThrow(expect.objectContaining({ code: "FORMAT" }));
      }
      expect(lstatSync(pathOf(name)).ino).toBe(ino);
    } finally {
      rmSync(pathOf(name), { force: true, recursive: true });
    }
    expect(leftovers()).toEqual([]);
  });
});
