/** `save` and `saveSync`: the old file is there until the new one is, nothing else is left, and every layout is saved. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arange, load, loadSync, type NDArray, type ReadonlyNDArray, save, saveSync, zeros } from "shared-ndarray";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";

const top = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
afterAll(() => rmSync(top, { recursive: true }));
let folder: string;
let folders = 0;
let path: string;
beforeEach(() => {
  folder = join(top, String(++folders));
  mkdirSync(folder);
  path = join(folder, "a.npy");
});
const others = () => readdirSync(folder).filter((name) => !/^[a-z]+\.npy$/.test(name));
afterEach(() => expect(others()).toEqual([]));

/** Both writers, as one function of promises. */
const writers: [name: string, write: (path: string, a: ReadonlyNDArray<"float64">) => Promise<void>][] = [
  ["save", save],
  ["saveSync", async (path, a) => saveSync(path, a)],
];

describe.each(writers)("%s", (_, write) => {
  it("replaces a file as a whole: a program that has it open goes on reading the old one", async () => {
    saveSync(path, arange(3));
    const { ino } = statSync(path);
    const second = join(folder, "b.npy");
    linkSync(path, second);
    await write(path, arange(5));
    expect([loadSync(path).size, loadSync(second).size, statSync(second).ino]).toEqual([5, 3, ino]);
  });

  it("leaves the old file and nothing else if it fails", async () => {
    saveSync(path, arange(3));
    const before = readFileSync(path);
    const closed = arange(4);
    closed.close();
    await expect(write(path, closed)).rejects.toMatchObject({ code: "CLOSED" });
    await expect(write(path, null as never)).rejects.toThrow(TypeError);
    expect(readFileSync(path).equals(before)).toBe(true);
    await expect(write(join(folder, "missing", "a.npy"), arange(3))).rejects.toThrow(/ENOENT.*missing\/a\.npy'$/);
    await expect(write(folder, arange(3))).rejects.toThrow(/EISDIR/);
    for (const bad of ["", "a\0b", 5, undefined])
      await expect(write(bad as string, arange(3))).rejects.toThrow(/`path`/);
  });

  it("fails without a trace on a file that is full before it is complete", async ({ skip }) => {
    if (spawnSync("sh", ["-c", "ulimit -f 1"]).status !== 0) skip();
    const url = new URL("../../dist/index.js", import.meta.url).href;
    const body = `process.on("SIGXFSZ", () => {}); const nd = await import(${JSON.stringify(url)});
      nd.saveSync(${JSON.stringify(path)}, nd.zeros(3));
      try { await nd.${write === save ? "save" : "saveSync"}(${JSON.stringify(path)}, nd.zeros(1e6)); }
      catch (e) { console.log(e.code, nd.loadSync(${JSON.stringify(path)}).size); }`;
    const limited = ["-c", 'ulimit -f 8 && exec "$0" --input-type=module -e "$1"', process.execPath, body];
    expect(spawnSync("sh", limited, { encoding: "utf8" })).toMatchObject({ status: 0, stdout: "EFBIG 3\n" });
  });

  it("keeps the mode of a file, and gives a new one what the umask leaves", async () => {
    const umask = process.umask(0o027);
    try {
      await write(path, arange(3));
    } finally {
      process.umask(umask);
    }
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    for (const mode of [0o600, 0o664, 0o755]) {
      chmodSync(path, mode);
      await write(path, arange(4));
      expect(statSync(path).mode & 0o7777).toBe(mode);
    }
  });

  it("writes where symbolic links lead, and the links stay, also if there is nothing yet", async () => {
    const inner = join(folder, "b.npy");
    symlinkSync("c.npy", inner);
    symlinkSync(inner, path);
    for (const n of [3, 4]) {
      await write(path, arange(n));
      expect([readlinkSync(path), readlinkSync(inner), lstatSync(join(folder, "c.npy")).isFile()]).toEqual([
        inner,
        "c.npy",
        true,
      ]);
      expect(loadSync(path).size).toBe(n);
    }
    rmSync(path);
    symlinkSync("a.npy", path);
    await expect(write(path, arange(3))).rejects.toThrow(/ELOOP/);
  });

  it("writes directly to what is no regular file", async () => {
    await write("/dev/null", arange(3));
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("saves every view, also those with no elements or no axes", async () => {
    const views: { [layout: string]: (a: NDArray<"float64", 2>) => ReadonlyNDArray<"float64"> }[] = [
      { whole: (a) => a },
      { reversed: (a) => a.slice("::-1") },
      { "reversed twice": (a) => a.slice("::-1, ::-1") },
      { transposed: (a) => a.T },
      { flipped: (a) => a.flip() },
      { "every other": (a) => a.slice("1::2, ::2") },
      { "no rows": (a) => a.slice("3:") },
      { "no rows from the end": (a) => a.slice("3::-1, 5:") },
      { broadcast: (a) => a.expandDims(0).broadcastTo([2, ...a.shape]) },
    ];
    for (const shape of [
      [3, 4],
      [3, 0],
      [0, 3],
      [0, 0],
      [1, 1],
    ] as const) {
      for (const [layout, view] of views.flatMap((entry) => Object.entries(entry))) {
        const a = zeros(shape);
        for (let i = 0; i < a.size; i++) a.flat[i] = i;
        const b = view(a);
        await write(path, b);
        const back = await load(path);
        expect([layout, shape, back.shape, back.toArray()]).toEqual([layout, shape, b.shape, b.toArray()]);
      }
    }
    for (const scalar of [zeros([]), arange(3).slice(-1)]) {
      await write(path, scalar);
      expect([loadSync(path).shape, loadSync(path).item()]).toEqual([[], scalar.item()]);
    }
  });

  it("removes what processes left that were killed while they wrote, and nothing else", async ({ skip }) => {
    if (process.platform !== "linux") skip();
    const url = new URL("../../dist/index.js", import.meta.url).href;
    const body = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
      fs.fsyncSync = () => process.kill(process.pid, "SIGKILL"); syncBuiltinESMExports();
      const nd = await import(${JSON.stringify(url)}); nd.saveSync(${JSON.stringify(path)}, nd.arange(3));`;
    expect(spawnSync(process.execPath, ["--input-type=module", "-e", body]).signal).toBe("SIGKILL");
    const [left] = others();
    expect(left).toMatch(/^\.shared-ndarray\.save\./);
    // The same name with another process id would be a living process's, and with another boot another machine's.
    const [pid, start] = [
      String(process.pid),
      readFileSync("/proc/self/stat", "latin1").split(") ")[1]!.split(" ")[19]!,
    ];
    const parts = left!.split(".");
    const living = [...parts.slice(0, 3), pid, start, ...parts.slice(5)].join(".");
    const elsewhere = [...parts.slice(0, 6), "00000000", ...parts.slice(7)].join(".");
    const spared = [".shared-ndarray.other", elsewhere, living].sort();
    for (const name of spared) writeFileSync(join(folder, name), "");
    await write(path, arange(5));
    expect(others().sort()).toEqual(spared);
    for (const name of spared) rmSync(join(folder, name));
  });
});

it("save writes the elements of an array that is closed in the meantime", async () => {
  const a = arange(100_000);
  const saved = save(path, a);
  a.close();
  await saved;
  expect(loadSync(path, { dtype: "float64" }).get(-1)).toBe(99_999);
});
