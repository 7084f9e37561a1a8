/**
 * Notes of owners that are forged, damaged or stale, and very many files of other users. A live owner's block is never
 * removed for the word of another file, `ls` tells what is so, and the time grows with the number of files at most.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lchownSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { SharedMemory } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { canUnshare, DIST, FOREVER, freshName, Other, runOther, SYSTEM } from "../system/fixtures.js";

const isRoot = process.geteuid!() === 0;
const NOBODY = 65534;
/** The pid and the time namespace, as the names of files have them: an owner that is dead could be looked for here. */
const NAMESPACES = ["pid", "time"].map((kind) => /\d+/.exec(readlinkSync(`/proc/self/ns/${kind}`))![0]).join(".");
const CLI = new URL("../../dist/cli.js", import.meta.url).pathname;

interface Forgery {
  readonly identity: Record<string, unknown>;
  readonly block: Record<string, unknown>;
}

/** A live owner of a block, and what it has noted. */
async function owner() {
  const block = freshName();
  const other = new Other(
    `globalThis.kept = new SharedMemory(8, { name: "${block}", ...SYSTEM }); say(true); ${FOREVER}`,
  );
  await other.heard();
  const file = readdirSync("/dev/shm").find((name) => name.startsWith(`.shared-ndarray.owner.${other.child.pid}.`))!;
  const [identity, noted] = readFileSync(`/dev/shm/${file}`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return Object.assign(other, { block, file, path: `/dev/shm/${block}`, identity, noted });
}

/** A process that has ended. */
const DEAD = Number(spawnSync("sh", ["-c", "echo $$"], { encoding: "utf8" }).stdout);

/** Writes another owner file like one that is there, with another identity and other blocks. */
function forge(
  { file, identity, noted }: Awaited<ReturnType<typeof owner>>,
  change: (forged: Forgery) => void,
): string {
  const forged: Forgery = { identity: { ...identity }, block: { ...noted } };
  change(forged);
  const path = `/dev/shm/${file.replace(`.${identity.pid}.`, `.${forged.identity.pid}.`).replace(/.{4}$/, "0000")}`;
  writeFileSync(path, [forged.identity, forged.block].map((line) => `${JSON.stringify(line)}\n`).join(""));
  return path;
}

const dead = ({ identity }: Forgery) => Object.assign(identity, { pid: DEAD });

describe("A live owner's block is not removed", () => {
  it.each<[what: string, change: (forged: Forgery) => void]>([
    ["a dead process claims it", dead],
    ["a process of another boot claims it", (forged) => Object.assign(dead(forged), { bootId: "another" })],
    ["its owner is said to be of another boot", ({ identity }) => Object.assign(identity, { bootId: "another" })],
    [
      "a dead process claims the owner file",
      (forged) => {
        dead(forged);
        const [file] = readdirSync("/dev/shm").filter((name) => name.startsWith(`.shared-ndarray.owner.`));
        const { ino, dev, birthtimeMs } = lstatSync(`/dev/shm/${file}`);
        Object.assign(forged.block, { name: file, ino, dev, born: birthtimeMs });
      },
    ],
    [
      "a dead process claims its path in another way",
      (forged) => {
        dead(forged);
        forged.block.name = `../shm/${forged.block.name}`;
      },
    ],
  ])("if %s", async (_, change) => {
    await using other = await owner();
    const path = forge(other, change);
    const pruned = SharedMemory.prune().map(({ name }) => name);
    const [listed, ...more] = SharedMemory.list(SYSTEM).filter(({ name }) => name === other.block);
    rmSync(path, { force: true });
    expect(pruned).not.toContain(other.block);
    expect(existsSync(other.path)).toBe(true);
    expect({ ...listed, more }).toMatchObject({ ownerAlive: true, pid: other.child.pid, more: [] });
    expect(existsSync(`/dev/shm/${other.file}`)).toBe(true);
  });

  it("if the notes of a process that exits claim it", async () => {
    await using other = await owner();
    const { stdout } = runOther(`
      import { readdirSync, readFileSync, writeFileSync } from "node:fs";
      new SharedMemory(8, SYSTEM);
      const mine = readdirSync("/dev/shm").find((name) => name.startsWith(".shared-ndarray.owner." + process.pid + "."));
      const [identity] = readFileSync("/dev/shm/" + mine, "utf8").split("\\n");
      const noted = ${JSON.stringify(JSON.stringify(other.noted))};
      writeFileSync("/dev/shm/" + mine.replace(/.{4}$/, "0000"), identity + "\\n" + noted + "\\n");
      console.log("forged");
    `);
    expect([stdout, existsSync(other.path)]).toEqual(["forged", true]);
  });
});

describe("Damaged notes", () => {
  it.each<[what: string, change: (forged: Forgery) => void]>([
    ["a date beyond all dates", ({ block }) => Object.assign(block, { createdAt: 2 ** 53 - 1 })],
    ["a negative date", ({ block }) => Object.assign(block, { createdAt: -(2 ** 53) })],
    ["no date", ({ block }) => Object.assign(block, { createdAt: null })],
    ["a negative size", ({ block }) => Object.assign(block, { size: -1 })],
    ["a dtype in a list", ({ block }) => Object.assign(block, { dtype: ["int8"], shape: [8] })],
    ["a shape of negative lengths", ({ block }) => Object.assign(block, { dtype: "int8", shape: [-8] })],
    ["a shape of a million lengths", ({ block }) => Object.assign(block, { dtype: "int8", shape: Array(1e6).fill(1) })],
    ["a pid that is none", ({ identity }) => Object.assign(identity, { pid: -1 })],
  ])("%s: `ls` and `prune` go on", async (_, change) => {
    await using other = await owner();
    const path = forge(other, change);
    const ls = spawnSync(process.execPath, [CLI, "ls"], { encoding: "utf8" });
    const json = spawnSync(process.execPath, [CLI, "ls", "--json"], { encoding: "utf8" });
    const prune = spawnSync(process.execPath, [CLI, "prune"], { encoding: "utf8" });
    rmSync(path, { force: true });
    expect([ls.status, ls.stderr, json.status, prune.status, prune.stderr]).toEqual([0, "", 0, 0, ""]);
    expect(ls.stdout).toContain(other.block);
    expect(existsSync(other.path)).toBe(true);
  });
});

describe.skipIf(!isRoot)("Files of another user under the package's prefix (needs root)", () => {
  it("fifty thousand of them: the first block is made, and none of them is opened", () => {
    const count = 50_000;
    const names = Array.from(
      { length: count },
      (_, i) => `/dev/shm/.shared-ndarray.owner.${i + 2}.1.${NAMESPACES}.${i}`,
    );
    for (const name of names) {
      writeFileSync(name, "");
      lchownSync(name, NOBODY, NOBODY);
    }
    const { atimeMs } = lstatSync(names[0]!);
    const { stdout } = runOther(`
      const began = performance.now();
      new SharedMemory(8, SYSTEM);
      console.log(performance.now() - began);
    `);
    const after = lstatSync(names[0]!).atimeMs;
    for (const name of names) rmSync(name);
    expect(Number(stdout)).toBeLessThan(30_000);
    expect(after).toBe(atimeMs);
  });
});

/** Runs a program with a folder of the disk in the place of `/dev/shm`. */
const onDisk = (body: string) => {
  const folder = mkdtempSync("/var/tmp/shared-ndarray-");
  try {
    const mounted = [
      "unshare",
      "-m",
      "sh",
      "-c",
      `mount --bind ${folder} /dev/shm && exec "$@"`,
      "sh",
      process.execPath,
    ];
    return runOther(body, mounted);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
/** The outcome of making and removing two files: whether they had the same inode. */
const givesInodesAgain =
  isRoot &&
  canUnshare &&
  onDisk(`
    import { statSync, unlinkSync, writeFileSync } from "node:fs";
    const inode = () => { writeFileSync("/dev/shm/x", ""); const { ino } = statSync("/dev/shm/x"); unlinkSync("/dev/shm/x"); return ino; };
    console.log(inode() === inode());
  `).stdout === "true";

describe.skipIf(!givesInodesAgain)(
  "On a disk that gives inodes to new files at once (needs root, and such a disk)",
  () => {
    // A process that owns a block already makes no file but the next block, which gets the inode that was freed last.
    const owning = `
    import { spawnSync } from "node:child_process";
    import { existsSync, lstatSync, unlinkSync } from "node:fs";
    const held = new SharedMemory(8, SYSTEM);
    const inode = () => lstatSync("/dev/shm/again").ino;
    const again = () => new SharedMemory(8, { name: "again", ...SYSTEM });
  `;

    it("a dead owner's stale note does not remove a live owner's block", () => {
      const dying = `
      import { SharedMemory } from "${DIST}";
      new SharedMemory(8, { name: "again", scope: "system" });
      process.kill(process.pid, "SIGKILL");
    `;
      const { stdout, stderr } = onDisk(`
      ${owning}
      const kept = [];
      let reused = 0;
      for (let i = 0; i < 5; i++) {
        spawnSync(process.execPath, ["--input-type=module", "-e", ${JSON.stringify(dying)}]);
        const ino = inode();
        unlinkSync("/dev/shm/again");
        const mine = again();
        if (inode() === ino) reused++;
        SharedMemory.prune();
        kept.push(existsSync("/dev/shm/again"));
        if (kept.at(-1)) mine.unlink();
      }
      console.log(JSON.stringify({ kept, reused }));
    `);
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual({ kept: [true, true, true, true, true], reused: 5 });
    });

    it("a stale handle does not find a new block of the same name and inode", () => {
      const { stdout, stderr } = onDisk(`
      ${owning}
      const first = again();
      const handle = JSON.stringify(nd.toHandle(first));
      const ino = inode();
      first.unlink();
      first.close();
      again();
      let told;
      try { told = nd.fromHandle(JSON.parse(handle)).name; } catch (e) { told = e.code; }
      console.log(inode() === ino, told);
    `);
      expect([stdout, stderr]).toEqual(["true NAME_NOT_FOUND", ""]);
    });
  },
);
